"""A text as one reads it: letters composed, wide letters and foreign digits ours, nothing invisible in words.

Zero-width characters, soft hyphens and combining marks part a name for a machine and for nobody else. What is
made plain here is only read; a text that is written keeps its characters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

__all__ = ["INVISIBLE", "Plain"]

# Characters without a width of their own: soft hyphen, joiners, marks of direction, selectors of variants.
INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_HYPHENS = "\u2010\u2011"
_ODD = re.compile(rf"[{INVISIBLE}{_MARKS}{_SPACES}{_HYPHENS}\uff01-\uff5e\U0001d400-\U0001d7ff]|(?![0-9])\d")
_UNSEEN = re.compile(f"[{INVISIBLE}]")


@dataclass(frozen=True, slots=True)
class Plain:
    """`places` has for each character of `text` where it stands in the original, [start, end)."""

    text: str = field(repr=False)
    places: tuple[tuple[int, int], ...] | None = field(default=None, repr=False)  # None: it is the original

    @classmethod
    def of(cls, text: str) -> Plain:
        if text.isascii() or not (_ODD.search(text) or not unicodedata.is_normalized("NFC", text)):
            return cls(text)
        signs: list[str] = []
        places: list[tuple[int, int]] = []
        for said, start, end in _clusters(text):
            for sign in _written(said):
                signs.append(sign)
                places.append((start, end))
        return cls("".join(signs), tuple(places))

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the original behind [start, end); invisible ones at the ends stay out."""
        if self.places is None or start >= end:
            return start, end
        return self.places[start][0], self.places[end - 1][1]


def _clusters(text: str) -> list[tuple[str, int, int]]:
    """(letter with its marks, start, end), without what is invisible."""
    clusters: list[tuple[str, int, int]] = []
    for at, sign in enumerate(text):
        if _UNSEEN.match(sign):
            continue
        if clusters and unicodedata.category(sign) in ("Mn", "Me"):
            letter, start, _ = clusters[-1]
            clusters[-1] = (letter + sign, start, at + 1)
        else:
            clusters.append((sign, at, at + 1))
    return clusters


def _written(cluster: str) -> str:
    """One letter with its marks as we write it; marks that no letter has, as in struck out text, go."""
    whole = unicodedata.normalize("NFC", cluster)
    whole = "".join(sign for sign in whole if unicodedata.category(sign) not in ("Mn", "Me")) or whole
    return "".join(map(_sign, whole))


def _sign(sign: str) -> str:
    if sign.isascii():
        return sign
    if sign in _HYPHENS:
        return "-"
    if (kind := unicodedata.category(sign)) == "Zs":
        return " "
    if kind == "Nd":
        return str(unicodedata.decimal(sign))
    same = unicodedata.normalize("NFKC", sign)
    wide = "\uff01" <= sign <= "\uff5e" or kind in ("Lu", "Ll")
    return same if wide and len(same) == 1 and same.isascii() else sign
