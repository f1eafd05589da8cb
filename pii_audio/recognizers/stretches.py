"""What German and English addresses share: where they stand, corrected house numbers, towns behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pii_audio.recognizers.spoken.digits import correction
from pii_audio.recognizers.spoken.tokens import tokenize
from pii_audio.recognizers.tokens import Utterance

__all__ = ["Stretch", "corrections", "listed_town_end", "said_again"]

Stretch = tuple[int, int, float, str]  # first character, character behind the last, score, reason


_TOWN_ENDS = frozenset({"oder"})  # Frankfurt Oder


def corrections(utterance: Utterance, end: int, pattern: re.Pattern[str]) -> Iterator[Stretch]:
    """ "Rosenweg acht, nee, achtzehn": the second number."""
    if match := pattern.match(utterance.text, end):
        yield match.start("number"), match.end("number"), 0.99, "corrected house number"


def said_again(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Characters of each address in a stretch where one corrects the other: "Rosenweg 8, nee, Rosenweg 18".

    "Rosenweg 8, nee, 18" is one address. A correction at its end ("Rosenweg 8, nee") is none of it.
    """
    tokens, first, i = tokenize(text), 0, 0
    while i < len(tokens):
        length = correction(tokens, i, language) if tokens[i].key not in _TOWN_ENDS else 0
        left = {t.key for t in tokens[first:i]}
        right = {t.key for t in tokens[i + length :]}
        if length and left and (not right or any(key.isalpha() for key in left & right)):
            yield tokens[first].start, tokens[i - 1].end
            first = i + length
        i += max(1, length)
    if first < len(tokens):
        yield tokens[first].start, tokens[-1].end


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
