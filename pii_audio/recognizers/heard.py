"""Names and towns as a machine that mishears them writes them: "Räutlingen", "Schwenja", "Bad Kreuz nach".

An unknown word stands for a common first name or a town that sounds the same in German (Kölner Phonetik) and
differs by few letters; words side by side that make a town's name when they are joined are that town.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

from pii_audio.recognizers.lexicon import lexicon
from pii_audio.spelling import cologne, distance, fold

__all__ = ["glued_place", "sounds_like", "squeezed_places"]

_COMMON = {"first": 3.4, "places": 4.0}  # log10 of the people: whom one hears of
_DOUBT = 0.4  # taken off: it only sounds like it


@lru_cache(maxsize=20_000)
def sounds_like(lower: str, language: str, table: str, most: int = 9) -> float:
    """log10 of the people behind the nearest common first name ("first") or town ("places"); 0: none.

    `most`: letters it may differ by. Of a word of n letters it is n // 3 at most.
    """
    folded, code = _plain(lower), cologne(lower)
    allowed = min(most, max(1, len(folded) // 3))
    near = [
        (distance(folded, name), -count)
        for name, count in _index(language, table).get(code, ())
        if abs(len(name) - len(folded)) <= allowed
    ]
    letters, count = min(near, default=(99, 0.0))
    return -count - _DOUBT if letters <= allowed else 0.0


def _plain(name: str) -> str:
    """Folded, and letters that German says alike written alike: "Schwenja" and "Svenja" are "svenja"."""
    folded = fold(name)
    for said, written in (("sch", "s"), ("w", "v"), ("ph", "f"), ("th", "t"), ("dt", "t"), ("ck", "k")):
        folded = folded.replace(said, written)
    return re.sub(r"(.)\1", r"\1", folded)


@lru_cache(maxsize=4)
def _index(language: str, table: str) -> dict[str, list[tuple[str, float]]]:
    """Sound -> the names that have it, folded."""
    index: dict[str, list[tuple[str, float]]] = defaultdict(list)
    names: dict[str, float] = getattr(lexicon(language), table)
    for name, count in names.items():
        if count >= _COMMON[table] and len(name) >= 3 and len(code := cologne(name)) >= 2:
            index[code].append((_plain(name), count))
    return dict(index)


def glued_place(lower: str, language: str) -> float:
    """ "Inwuppertal": log10 of the people of the town that a preposition was written with; 0: none."""
    for preposition in ("in", "nach", "aus", "bei") if language == "de" else ():
        town = lower.removeprefix(preposition)
        if town != lower and len(town) >= 4 and (people := lexicon(language).places.get(town, 0)) >= 4:
            return people
    return 0.0


@lru_cache(maxsize=2)
def squeezed_places(language: str) -> dict[str, float]:
    """Towns without spaces and hyphens, of at least eight letters."""
    return {
        squeezed: people
        for name, people in lexicon(language).places.items()
        if people >= 3 and len(squeezed := re.sub(r"[\W_]", "", name)) >= 8
    }
