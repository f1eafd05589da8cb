"""German number words, from "null" to "neunhundertneunundneunzigtausend...", written together or apart.

Keys come from `tokens.py`: lower case, umlauts spelled out. Knows words only, not what they count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pii_audio.recognizers.spoken.tokens import Token

__all__ = ["MONTHS", "REPEATS", "cardinal", "number", "ordinal"]

UNITS = {
    "ein": 1, "eins": 1, "zwei": 2, "zwo": 2, "drei": 3, "vier": 4, "fuenf": 5, "sechs": 6, "sieben": 7,
    "acht": 8, "neun": 9,
}  # fmt: skip
TEENS = {
    "zehn": 10, "elf": 11, "zwoelf": 12, "dreizehn": 13, "vierzehn": 14, "fuenfzehn": 15, "sechzehn": 16,
    "siebzehn": 17, "achtzehn": 18, "neunzehn": 19,
}  # fmt: skip
TENS = {
    "zwanzig": 20, "dreissig": 30, "vierzig": 40, "fuenfzig": 50, "sechzig": 60, "siebzig": 70, "achtzig": 80,
    "neunzig": 90,
}  # fmt: skip
MONTHS = {
    "januar": 1, "jaenner": 1, "jan": 1, "februar": 2, "feber": 2, "feb": 2, "maerz": 3, "april": 4, "apr": 4,
    "mai": 5, "juni": 6, "juno": 6, "juli": 7, "julei": 7, "august": 8, "aug": 8, "september": 9, "sept": 9,
    "sep": 9, "oktober": 10, "okt": 10, "november": 11, "nov": 11, "dezember": 12, "dez": 12,
}  # fmt: skip
REPEATS = {"doppel": 2, "doppelt": 2, "doppelte": 2, "dreifach": 3, "dreifache": 3, "vierfach": 4}

_NULL = ("null", "nul")
_U = "(ein|zwei|zwo|drei|vier|fuenf|sechs|sieben|acht|neun)"
_TEEN, _TEN = f"({'|'.join(TEENS)})", f"({'|'.join(TENS)})"


def _below_100(last: str) -> str:
    return f"(?:(?:{_U}und)?{_TEN}|{_TEEN}|{last})"


_LAST = "(eins|" + _U[1:]
_HUNDREDS = f"(?:(?:{_TEEN}|{_U})?(hundert))"
_WORD = re.compile(
    f"(?:(?:{_HUNDREDS}(?:und)?)?{_below_100(_LAST)}?(tausend)(?:und)?)?"
    f"(?:{_HUNDREDS}(?:und)?)?{_below_100(_LAST)}?"
)
_PARTS = frozenset([*UNITS, *TEENS, *TENS, "hundert", "tausend", "einhundert", "eintausend"])
_FIGURE_TENS = frozenset(str(ten) for ten in range(20, 100, 10))
_GLUE = re.compile(r"[ \-]")
_IRREGULAR = {"erst": 1, "dritt": 3, "siebt": 7, "siebent": 7, "acht": 8, "zwot": 2}
_ORDINAL = re.compile(r"(.+t)e[rnsm]?")


@lru_cache(maxsize=4096)
def cardinal(key: str) -> int | None:
    """The value of one word: "dreiundzwanzig" is 23, "neunzehnhundertfuenfundachtzig" 1985."""
    if key in _NULL:
        return 0
    if key in UNITS:
        return None if key == "ein" else UNITS[key]
    match = _WORD.fullmatch(key) if key and key[0] in "ezdvfsanht" else None
    if not match:
        return None
    teen, unit, hundred, tens_unit, ten, small_teen, small, thousand, *rest = match.groups()
    value = 0
    if thousand:
        value = 1000 * (_amount(teen, unit, hundred, tens_unit, ten, small_teen, small) or 1)
        teen = unit = hundred = tens_unit = ten = small_teen = small = None
    return value + _amount(*rest)


def _amount(
    teen: str | None, unit: str | None, hundred: str | None,
    tens_unit: str | None, ten: str | None, small_teen: str | None, small: str | None,
) -> int:  # fmt: skip
    value = 100 * (TEENS.get(teen or "", 0) or UNITS.get(unit or "", 1)) if hundred else 0
    value += UNITS.get(tens_unit or "", 0) + TENS.get(ten or "", 0)
    return value + TEENS.get(small_teen or "", 0) + UNITS.get(small or "", 0)


@lru_cache(maxsize=4096)
def ordinal(key: str) -> int | None:
    """The value of an ordinal in any ending: "dritter" is 3, "einundzwanzigsten" 21."""
    match = _ORDINAL.fullmatch(key)
    if not match:
        return None
    stem = match.group(1)
    if stem in _IRREGULAR:
        return _IRREGULAR[stem]
    value = cardinal(stem.removesuffix("st")) if stem.endswith("st") else None
    if value is not None and value >= 20:
        return value
    value = cardinal(stem.removesuffix("t"))
    return value if value is not None and 1 < value < 20 else None


def number(tokens: Sequence[Token], i: int) -> tuple[int, int] | None:
    """The number that begins at token i and the token behind it: (value, next), or None.

    Longest first, so that "drei und zwanzig" and "zwei hundert" are one number although written apart.
    """
    key = tokens[i].key
    if key in _PARTS and i + 1 < len(tokens) and tokens[i + 1].key.startswith(("und", "hundert", "tausend")):
        for end in range(min(i + 7, len(tokens)), i + 1, -1):
            if all(_GLUE.fullmatch(t.gap) for t in tokens[i : end - 1]) and tokens[end - 1].key != "und":
                value = cardinal("".join(t.key for t in tokens[i:end]))
                if value is not None:
                    return value, end
    value = cardinal(key)
    return _half_written(tokens, i) if value is None or value < 10 else (value, i + 1)


def _half_written(tokens: Sequence[Token], i: int) -> tuple[int, int] | None:
    """ "sieben und 40", "siebenund 40": one number, half of it in figures, as Whisper likes to write it."""
    key = tokens[i].key
    joined = key.endswith("und")
    tens = i + 1 if joined else i + 2
    unit = UNITS.get(key.removesuffix("und"))
    if unit and tens < len(tokens) and (joined or tokens[i + 1].key == "und"):
        figures = tokens[tens].key
        if figures in _FIGURE_TENS and all(_GLUE.fullmatch(t.gap) for t in tokens[i:tens]):
            return int(figures) + unit, tens + 1
    value = cardinal(key)
    return None if value is None else (value, i + 1)
