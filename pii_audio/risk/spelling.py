"""Keys under which two spellings of one name meet: folding, Kölner Phonetik, edit distance.

Knows letters and sounds; nothing here knows which names exist or how common they are.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["cologne", "distance", "fold", "keys_alike", "sounds_alike"]

_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "ł": "l", "đ": "d"}
)
_NOT_LETTERS = re.compile(r"[\W_]+")


@lru_cache(maxsize=100_000)
def fold(name: str) -> str:
    """Lower case, umlauts written out, other accents dropped, everything else but letters and digits a space.

    "Müller" and "Mueller" fold to the same key, "Muller" does not.
    """
    written = unicodedata.normalize("NFC", name).casefold().translate(_UMLAUTS)
    plain = "".join(c for c in unicodedata.normalize("NFKD", written) if not unicodedata.combining(c))
    return _NOT_LETTERS.sub(" ", plain).strip()


@lru_cache(maxsize=100_000)
def cologne(name: str) -> str:
    """Kölner Phonetik (Postel 1969): digits for the consonants as German speaks them, "" for no letters."""
    letters = re.sub(r"[^a-z]", "", fold(name).replace("ae", "a").replace("oe", "o").replace("ue", "u"))
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


def keys_alike(name: str) -> set[str]:
    """Names for which `sounds_alike` holds share at least one of these: no need to compare all with all."""
    name = fold(name)
    keys = {name, name[:1] + cologne(name)}
    if len(name) >= 6:
        shorter = {name[:i] + name[i + 1 :] for i in range(len(name))}
        keys |= shorter
        if len(name) >= 9:
            keys |= {s[:i] + s[i + 1 :] for s in shorter for i in range(len(s))}
    return keys


@lru_cache(maxsize=200_000)
def sounds_alike(a: str, b: str) -> bool:
    """Whether one of two names may be the other, misheard.

    Same key; or same sounds (a code of at least two digits, so that "Anna" and "Jan" stay apart, and lengths
    within two letters); or one letter apart in six and more, two in ten and more.
    """
    a, b = fold(a), fold(b)
    if a == b:
        return True
    shorter, longer = sorted((len(a), len(b)))
    if longer - shorter > 2 or shorter < 3:
        return False
    if a[0] == b[0] and len(cologne(a)) >= 2 and cologne(a) == cologne(b):
        return distance(a, b) <= 2
    allowed = 2 if shorter >= 10 else 1 if shorter >= 6 else 0
    return allowed > 0 and distance(a, b) <= allowed
