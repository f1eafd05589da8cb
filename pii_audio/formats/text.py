"""Plain text: what was said and a line end."""

from __future__ import annotations

from pii_audio.types import Transcript

__all__ = ["write"]


def write(transcript: Transcript) -> str:
    return transcript.text + "\n"
