"""WebVTT subtitles."""

from __future__ import annotations

from pii_audio.formats.cues import cues, timestamp
from pii_audio.types import Transcript

__all__ = ["write"]


def write(transcript: Transcript) -> str:
    """`&`, `<` and `>` are escaped, so that players show <PERSON_1> and do not take it for markup."""
    blocks = ["WEBVTT"]
    for cue in cues(transcript):
        times = f"{timestamp(cue.begin_s, '.')} --> {timestamp(cue.end_s, '.')}"
        lines = [line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for line in cue.lines]
        blocks.append("\n".join([times, *lines]))
    return "\n\n".join(blocks) + "\n"
