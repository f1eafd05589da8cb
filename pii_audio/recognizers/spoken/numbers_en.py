"""English number words: "nineteen eighty six", "a hundred and twelve", "oh", "twenty-third".

Keys come from `tokens.py`. Knows words only, not what they count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pii_audio.recognizers.spoken.tokens import Token

__all__ = ["MONTHS", "REPEATS", "number", "ordinal"]

UNITS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip
TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
MONTHS = {
    "january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "april": 4, "apr": 4, "may": 5, "june": 6,
    "july": 7, "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "october": 10, "oct": 10,
    "november": 11, "nov": 11, "december": 12, "dec": 12,
}  # fmt: skip
REPEATS = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
ZEROS = frozenset(["zero", "oh", "o", "nought", "naught"])

_SMALL = {**UNITS, **TEENS, **TENS}
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14,
    "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20,
    "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "seventieth": 70, "eightieth": 80,
    "ninetieth": 90,
}  # fmt: skip
_GLUE = re.compile(r"[ \-]")


def number(tokens: Sequence[Token], i: int) -> tuple[int, int] | None:
    """The number that begins at token i and the token behind it: (value, next), or None."""
    key = tokens[i].key
    if key in ZEROS:
        return 0, i + 1
    if key == "a" and _at(tokens, i + 1) in ("hundred", "thousand") and _glued(tokens, i):
        return _large(tokens, i + 1, 1)
    if key in _SMALL:
        value, end = _below_100(tokens, i)
        return _large(tokens, end, value)
    return None


def ordinal(tokens: Sequence[Token], i: int) -> tuple[int, int] | None:
    """The ordinal that begins at token i: (value, next); "twenty third" and "twenty-third" are 23."""
    key = tokens[i].key
    if key in _ORDINALS:
        return _ORDINALS[key], i + 1
    unit = _ORDINALS.get(_at(tokens, i + 1), 0)
    if key in TENS and 0 < unit < 10 and _glued(tokens, i):
        return TENS[key] + unit, i + 2
    return None


def _at(tokens: Sequence[Token], i: int) -> str:
    return tokens[i].key if i < len(tokens) else ""


def _glued(tokens: Sequence[Token], i: int) -> bool:
    return _GLUE.fullmatch(tokens[i].gap) is not None


def _below_100(tokens: Sequence[Token], i: int) -> tuple[int, int]:
    value = _SMALL[tokens[i].key]
    if value >= 20 and _at(tokens, i + 1) in UNITS and _glued(tokens, i):
        return value + UNITS[tokens[i + 1].key], i + 2
    return value, i + 1


def _large(tokens: Sequence[Token], i: int, value: int) -> tuple[int, int]:
    """Add what follows a number below 100: "hundred and twelve", "thousand four hundred"."""
    thousands = 0
    while _at(tokens, i) in ("hundred", "thousand") and _glued(tokens, i - 1):
        if tokens[i].key == "thousand":
            thousands, value = thousands + value * 1000, 0
        else:
            value *= 100
        i += 1
        rest = i + 1 if _at(tokens, i) == "and" and _glued(tokens, i - 1) and _glued(tokens, i) else i
        if _at(tokens, rest) in _SMALL and _glued(tokens, rest - 1):
            more, end = _below_100(tokens, rest)
            if value == 0 or more < 100:
                # "five hundred five five" is 500 5 5 in a dictated number, but "hundred twelve" is 112
                value, i = value + more, end
    return thousands + value, i
