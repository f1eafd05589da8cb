"""Cuts text into words and figures, each with its place, and finds the words around a place.

Knows nothing about numbers or names: a token is a stretch of letters or a stretch of figures, everything
else is the gap before the next one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["FILLERS", "Token", "tokenize", "trim", "whole_words", "words"]


def words(text: str) -> frozenset[str]:
    """A set of words from a text of them: how the word lists of this folder are written."""
    return frozenset(text.split())


# Hesitations that may stand between any two words of a dictated number, by language.
FILLERS: dict[str, frozenset[str]] = {
    "de": words("aeh aehm aehem oeh oehm hm hmm mhm eh ehm also ja naja"),
    "en": words("um uh uhm erm er eh ah hm hmm mm well"),
}

_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "’": "'"})
_CLOSING = {")": "(", "]": "["}
_KEPT_IN_FRONT = frozenset("+@#")


class Token(NamedTuple):
    key: str  # lower case, umlauts spelled out: "fuenf"
    start: int
    end: int
    gap: str  # white space and punctuation up to the next token


def tokenize(text: str) -> list[Token]:
    found = [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]
    ends = [*(start for _, start, _ in found[1:]), len(text)][: len(found)]
    return [
        Token(word.lower().translate(_UMLAUTS), start, end, text[end:following])
        for (word, start, end), following in zip(found, ends, strict=True)
    ]


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The span widened to white space on both sides, then without the punctuation at its ends."""
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return trim(text, start, end)


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space and punctuation at its ends; brackets stay where both are inside."""
    while end > start and not text[end - 1].isalnum():
        opening = _CLOSING.get(text[end - 1])
        if opening and opening in text[start : end - 1]:
            break
        end -= 1
    while start < end and not text[start].isalnum() and text[start] not in _KEPT_IN_FRONT:
        closing = next((c for c, o in _CLOSING.items() if o == text[start]), None)
        if closing and closing in text[start + 1 : end]:
            break
        start += 1
    return start, end
