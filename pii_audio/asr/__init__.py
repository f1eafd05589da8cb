"""Speech to text. Every backend is one class with one verb, and knows no personal information."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pii_audio.types import Transcript, Window

__all__ = ["Transcriber"]


class Transcriber(Protocol):
    """A plug-in in the entry-point group `pii_audio.transcribers`, made from a `TranscribeConfig`.

    `fingerprint` names model and backend ("whisper-base@d01c3014/reference"); results of another are stale.
    """

    name: str
    fingerprint: str
    batch_s: float  # seconds of speech that it likes to have at once

    def transcribe(self, windows: Sequence[Window]) -> list[Transcript]:
        """One transcript a window, in order: its text alone, its word times from the start of the recording.

        A window in which nobody speaks gives an empty text, never an invented one.
        """
        ...
