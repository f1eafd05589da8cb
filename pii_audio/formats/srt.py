"""SubRip subtitles."""

from __future__ import annotations

from pii_audio.formats.cues import cues, timestamp
from pii_audio.types import Transcript

__all__ = ["write"]


def write(transcript: Transcript) -> str:
    """The format has no escapes; only an arrow in the text would break it."""
    blocks = []
    for number, cue in enumerate(cues(transcript), start=1):
        times = f"{timestamp(cue.begin_s, ',')} --> {timestamp(cue.end_s, ',')}"
        lines = [line.replace("-->", "->") for line in cue.lines]
        blocks.append("\n".join([str(number), times, *lines]))
    return "\n\n".join(blocks) + "\n" if blocks else ""
