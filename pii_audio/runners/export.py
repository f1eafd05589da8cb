"""What is known of a set, written once more for another tool: to review in Label Studio, to play.

Reads an output folder and changes nothing in it. What it writes holds what was said: mode 0600.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pii_audio.errors import ConfigError
from pii_audio.files import write_private, writing
from pii_audio.formats.forms import FORMS, of_recording, of_set
from pii_audio.runners.private import read_private

__all__ = ["export"]


def export(out: Path, target: Path, formats: Sequence[str]) -> int:
    """Write every transcript of OUT, with its findings where a form has room for them, into `target`.

    Gives the number of files. Raises ConfigError for a form that there is not, InputError where `out` is no
    output folder, OutputError where `target` cannot be written.
    """
    if unknown := [name for name in formats if name not in FORMS]:
        raise ConfigError("--format", f"no such form: {unknown[0]}", f"choose of {', '.join(FORMS)}")
    known = read_private(out)
    findings = {t.recording_id: found for t, found in zip(known.transcripts, known.findings, strict=True)}
    count = 0
    with writing("--to"):
        for transcript in known.transcripts:
            for name, text in of_recording(transcript, formats, findings[transcript.recording_id]):
                write_private(target / name, text)
                count += 1
        for name, content in of_set(known.transcripts, formats, findings):
            write_private(target / name, content)
            count += 1
    return count
