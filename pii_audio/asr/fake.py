"""A transcriber for tests: it says what it is told to, and spreads the words evenly over the window."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pii_audio.types import Transcript, Window, Word

__all__ = ["FakeTranscriber"]


class FakeTranscriber:
    """Gives `texts[recording_id]` for the first window of a recording, and nothing for the others."""

    name = "fake"
    fingerprint = "fake"
    batch_s = 1.0

    def __init__(self, texts: Mapping[str, str], *, language: str = "de") -> None:
        self._texts, self._language = texts, language

    def transcribe(self, windows: Sequence[Window]) -> list[Transcript]:
        first: dict[str, int] = {}
        for index, window in enumerate(windows):
            if (
                window.recording_id not in first
                or window.begin_s < windows[first[window.recording_id]].begin_s
            ):
                first[window.recording_id] = index
        return [
            self._say(
                window,
                self._texts.get(window.recording_id, "") if first[window.recording_id] == index else "",
            )
            for index, window in enumerate(windows)
        ]

    def _say(self, window: Window, text: str) -> Transcript:
        text = text.strip()
        spans = [match.span() for match in re.finditer(r"\S+", text)]
        step = window.duration_s / max(len(spans), 1)
        words = tuple(
            Word(start, end, window.begin_s + i * step, window.begin_s + (i + 1) * step, 1.0, self._language)
            for i, (start, end) in enumerate(spans)
        )
        return Transcript(
            window.recording_id, text, words, self._language, window.duration_s, self.fingerprint
        )
