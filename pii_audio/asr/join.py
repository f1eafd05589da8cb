"""Putting the windows of one recording together again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pii_audio.types import Transcript, Word

__all__ = ["join"]


def join(recording_id: str, duration_s: float, parts: Sequence[Transcript]) -> Transcript:
    """One transcript of a recording from those of its windows, in order.

    Texts are joined by one space and spans shifted; times already count from the start of the recording. The
    language is that of most words.
    """
    text, words, languages = "", list[Word](), Counter[str]()
    for part in parts:
        if not part.text:
            continue
        shift = len(text) + 1 if text else 0
        text = f"{text} {part.text}" if text else part.text
        words += [replace(word, start=word.start + shift, end=word.end + shift) for word in part.words]
        languages[part.language] += len(part.words) or len(part.text.split())
    language = languages.most_common(1)[0][0] if languages else parts[0].language if parts else ""
    model = parts[0].model if parts else ""
    heard_in = tuple(own for part in parts for own in part.heard_in)
    return Transcript(recording_id, text, tuple(words), language, duration_s, model, heard_in=heard_in)
