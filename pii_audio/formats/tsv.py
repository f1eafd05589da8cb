"""The table that openai-whisper writes: start, end in milliseconds, text; a line for each segment."""

from __future__ import annotations

from pii_audio.errors import FormatError
from pii_audio.formats.cues import cues, from_cues
from pii_audio.types import Transcript

__all__ = ["matches", "read", "write"]

HEADER = "start\tend\ttext"


def matches(head: str) -> bool:
    return head.replace("\r", "\n").split("\n")[0] == HEADER


def read(text: str, recording_id: str) -> Transcript:
    """Raises FormatError for a line that is not two numbers and a text."""
    found = []
    for line in text.replace("\r\n", "\n").split("\n")[1:]:
        if not line.strip():
            continue
        try:
            start, end, said = line.split("\t", 2)
            found.append((max(0, int(start)) / 1000, max(0, int(end)) / 1000, said))
        except ValueError:
            raise FormatError(recording_id, "a line without start, end and text", "write it again") from None
    return from_cues(recording_id, found, "tsv")


def write(transcript: Transcript) -> str:
    rows = [
        f"{round(cue.begin_s * 1000)}\t{round(cue.end_s * 1000)}\t{' '.join(cue.lines)}"
        for cue in cues(transcript)
    ]
    return "\n".join([HEADER, *rows]) + "\n"
