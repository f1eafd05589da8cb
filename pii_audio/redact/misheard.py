"""When two written names are one spoken name: the question that pseudonyms ask. Leans towards two people."""

from __future__ import annotations

from pii_audio.spelling import cologne, distance, fold

__all__ = ["sounds_like"]


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
    return distance(a, b) <= max(1, round(max(len(a), len(b)) / 5))


def _stem(name: str) -> str:
    return name.removesuffix("h").rstrip("aeiouy")
