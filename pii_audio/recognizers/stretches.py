"""What German and English addresses share: where they stand, corrected house numbers, towns behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pii_audio.recognizers.tokens import Utterance

__all__ = ["Stretch", "corrections", "listed_town_end"]

Stretch = tuple[int, int, float, str]  # first character, character behind the last, score, reason


def corrections(utterance: Utterance, end: int, pattern: re.Pattern[str]) -> Iterator[Stretch]:
    """ "Rosenweg acht, nee, achtzehn": the second number."""
    if match := pattern.match(utterance.text, end):
        yield match.start("number"), match.end("number"), 0.8, "corrected house number"


def listed_town_end(utterance: Utterance, start: int) -> int | None:
    """End of the listed town that starts at a character, or right behind it; None where none does."""
    i = utterance.index(start)
    if i >= len(utterance.tokens) or utterance.tokens[i].start - start > 1:
        return None
    if utterance.cased and not utterance.tokens[i].capital:
        return None
    end = utterance.place_end(i)
    if end == i or (utterance.tokens[i].word > 4 and utterance.tokens[i].place < 4):
        return None
    return utterance.tokens[end - 1].end
