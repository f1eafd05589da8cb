"""How names are spelled and how they sound in German: folding, Kölner Phonetik, edit distance.

Knows letters and sounds; nothing here knows which names exist, nor when two of them are one person's.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["cologne", "distance", "fold", "name_key"]

_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "ł": "l", "đ": "d"}
)
_NOT_LETTERS = re.compile(r"[\W_]+")


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Lower case, umlauts written out, other accents dropped: "Özdemir" -> "oezdemir", "René" -> "rene"."""
    written = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)
    return "".join(c for c in unicodedata.normalize("NFKD", written) if not unicodedata.combining(c))


@lru_cache(maxsize=100_000)
def name_key(name: str) -> str:
    """Folded, and everything but letters and digits one space: "Müller-Straße" -> "mueller strasse"."""
    return _NOT_LETTERS.sub(" ", fold(name)).strip()


@lru_cache(maxsize=100_000)
def cologne(name: str) -> str:
    """Kölner Phonetik (Postel 1969): digits for consonants, as German says them. "Meier", "Mayr": "67"."""
    letters = re.sub(r"[^a-z]", "", fold(name))
    codes = "".join(_code(letters, at) for at in range(len(letters)))
    single = re.sub(r"(\d)\1+", r"\1", codes)
    return single[:1] + single[1:].replace("0", "")


def _code(letters: str, at: int) -> str:
    letter = letters[at]
    before = letters[at - 1] if at else ""
    after = letters[at + 1] if at + 1 < len(letters) else ""
    if letter == "c":
        if not at:
            return "4" if after and after in "ahkloqrux" else "8"
        return "8" if before in "sz" or not after or after not in "ahkoqux" else "4"
    if letter == "x":
        return "8" if before and before in "ckq" else "48"
    if letter in "dt":
        return "8" if after and after in "csz" else "2"
    if letter == "p":
        return "3" if after == "h" else "1"
    return _CODES.get(letter, "")


_CODES = (
    dict.fromkeys("aeijouy", "0")
    | {"b": "1", "l": "5", "r": "7"}
    | dict.fromkeys("fvw", "3")
    | dict.fromkeys("gkq", "4")
    | dict.fromkeys("mn", "6")
    | dict.fromkeys("sz", "8")
)


def distance(a: str, b: str) -> int:
    """Levenshtein distance in characters."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]
