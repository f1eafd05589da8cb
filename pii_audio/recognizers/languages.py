"""Which cues belong to which language."""

from __future__ import annotations

from pii_audio.recognizers import english, german
from pii_audio.recognizers.cues import Cues

__all__ = ["cues"]


def cues(language: str) -> Cues:
    return german.CUES if language == "de" else english.CUES
