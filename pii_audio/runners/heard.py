"""What was said in a set of recordings and what was found in it: kept from an earlier run, or found now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pii_audio import pipeline
from pii_audio.config import Config
from pii_audio.runners.folder import Folder, key_of
from pii_audio.runners.watch import Watch
from pii_audio.types import Finding, Recording, Transcript

__all__ = ["Heard", "heard_of"]


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of the recordings that could be heard, side by side."""

    recordings: tuple[Recording, ...]
    transcripts: tuple[Transcript, ...]
    findings: tuple[tuple[Finding, ...], ...]


def heard_of(
    found: Sequence[Recording],
    transcripts: Mapping[str, Transcript],
    folder: Folder,
    config: Config,
    watch: Watch,
) -> Heard:
    """The findings, with what they are of. A name in one clip helps in all: a new one means looking again."""
    recordings = tuple(recording for recording in found if recording.id in transcripts)
    ordered = tuple(transcripts[recording.id] for recording in recordings)
    watch.start("recognize", len(ordered))
    texts = (part for t in ordered for part in (t.recording_id, t.language, t.text))
    key = key_of(config.recognize.fingerprint(), *texts)
    kept = [folder.findings(transcript.recording_id, key) for transcript in ordered]
    findings = [own for own in kept if own is not None]
    if len(findings) < len(ordered):
        findings = pipeline.recognize(ordered, config)
        for transcript, own in zip(ordered, findings, strict=True):
            folder.keep_findings(transcript.recording_id, own, key)
    watch.advance(len(ordered))
    return Heard(recordings, ordered, tuple(map(tuple, findings)))
