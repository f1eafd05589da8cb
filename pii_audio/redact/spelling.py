"""When two written names are one spoken name: folding, Kölner Phonetik and edit distance.

It knows letters and sounds only; what a person or a place is, it does not.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["cologne", "edit_distance", "fold", "sounds_like"]

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_CODES = {letter: code for code, letters in {
    "0": "aeijouy", "1": "b", "3": "fvw", "4": "gkq", "5": "l", "6": "mn", "7": "r", "8": "sz",
}.items() for letter in letters}  # fmt: skip


def fold(text: str) -> str:
    """Lower case without umlauts and accents: "Özdemir" -> "oezdemir", "René" -> "rene"."""
    lowered = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)
    return "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))


def cologne(word: str) -> str:
    """How German ears hear a word: Kölner Phonetik (Postel 1969). "Meier" and "Mayr" are both "67"."""
    letters = re.sub("[^a-z]", "", fold(word))
    codes = "".join(_code(letters, i) for i in range(len(letters)))
    merged = re.sub(r"(\d)\1+", r"\1", codes)
    return merged[:1] + merged[1:].replace("0", "")


def _code(letters: str, i: int) -> str:
    letter, before, after = letters[i], letters[i - 1 : i], letters[i + 1 : i + 2]
    if letter == "p":
        return "3" if after == "h" else "1"
    if letter in "dt":
        return "8" if after and after in "csz" else "2"
    if letter == "x":
        return "8" if before and before in "ckq" else "48"
    if letter == "c":
        hard = "ahkloqrux" if i == 0 else "ahkoqux"
        return "4" if after and after in hard and not (before and before in "sz") else "8"
    return _CODES.get(letter, "")  # h is silent


def edit_distance(a: str, b: str) -> int:
    """Insertions, deletions and substitutions from `a` to `b` (Levenshtein)."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (left != right))
    return row[-1]


def sounds_like(a: str, b: str) -> bool:
    """Whether one is a mishearing of the other: same sound, and at most one letter in five differs.

    Paul and Paula, Simon and Simone, Mario and Maria sound alike but are two people: words that differ
    in their last vowel only are kept apart.
    """
    a, b = fold(a), fold(b)
    if a == b:
        return True
    if min(len(a), len(b)) < 4 or not (a + b).isalpha() or cologne(a) != cologne(b):
        return False
    if _stem(a) == _stem(b) and a.removesuffix("h") != b.removesuffix("h"):
        return False
    return edit_distance(a, b) <= max(1, round(max(len(a), len(b)) / 5))


def _stem(name: str) -> str:
    return name.removesuffix("h").rstrip("aeiouy")
