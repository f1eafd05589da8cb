"""What the recognizers know of words: first names, surnames, places, ordinary words, public figures.

The tables are built by `benchmarks/build_lexicon.py`. Nothing here knows about sentences.
"""

from __future__ import annotations

import lzma
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

__all__ = ["Lexicon", "lexicon"]

_WORLD = 2.3  # for names of other languages, of which no counts are known, among English speakers
_HYPHENED_STATES = {  # GeoNames counts towns only
    "baden-württemberg": 7.1,
    "mecklenburg-vorpommern": 6.2,
    "nordrhein-westfalen": 7.3,
    "rheinland-pfalz": 6.6,
    "sachsen-anhalt": 6.3,
    "schleswig-holstein": 6.5,
}
_NUMBER = re.compile(r"\w*(?:zig|zehn|hundert|tausend|zigste[nrs]?|zehnte[nrs]?)")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Keys are lower case. Counts of people are per country of the language, as log10; 0 is unknown."""

    language: str
    first: dict[str, float]  # log10 of the people who bear it
    last: dict[str, float]
    places: dict[str, float]  # log10 of the people who live there
    words: dict[str, float]  # Zipf frequency of an ordinary word: 7 is "the", 2 is rare
    figures: frozenset[str]  # public figures, bands, fictional characters, brands

    def first_name(self, lower: str, word: float) -> float:
        """log10 of the people with that first name; "Sarahs" counts as Sarah."""
        found = self.first.get(lower, 0.0)
        if not found and "-" in lower and "straße" not in lower:  # Karl-Eins
            return (
                max(self.first.get(part, 0.0) for part in lower.split("-")) - 0.5
                if lower.count("-") == 1
                else 0.0
            )
        if found or word or not lower.endswith("s"):
            return found
        stem = self.first.get(lower[:-1], 0.0)
        return stem - 0.3 if stem > 2.5 and self.places.get(lower, 0.0) < 4.5 else 0.0

    def place_or_unknown(self, lower: str) -> bool:
        return lower in self.places or (not self.word(lower) and lower not in self.first)

    def word(self, lower: str) -> float:
        """Zipf frequency; a compound of two ordinary words counts as a rare word. 0: no word."""
        found = self.words.get(lower)
        if found is None and self.language == "de":
            return 4.0 if _NUMBER.fullmatch(lower) else 2.5 if self._compound(lower) else 0.0
        return found or 0.0

    def _compound(self, lower: str) -> bool:
        if lower in self.last or lower in self.first or lower in self.places:
            return False
        if "-" in lower:
            return all(part in self.words for part in lower.split("-"))
        return self._splits(lower)

    def _splits(self, lower: str) -> bool:
        for cut in range(3, len(lower) - 3):
            head, tail = lower[:cut], lower[cut:]
            known = max(self.words.get(head, 0), self.words.get(head.rstrip("s"), 0)) >= 2.8
            if known and (self.words.get(tail, 0) >= 2.6 or (len(tail) > 7 and self._splits(tail))):
                return True
        return False


@lru_cache(maxsize=2)
def lexicon(language: str) -> Lexicon:
    """The tables as a speaker of German ("de") or of English (anything else) knows them."""
    own = "de" if language == "de" else "en"
    return Lexicon(
        language=own,
        first=_people("first-names", own),
        last=_people("surnames", own),
        places={row[0]: float(row[1]) for row in _rows("places")} | _HYPHENED_STATES,
        words={row[0]: float(row[1]) for row in _rows(f"words-{own}")},
        figures=frozenset(
            line.strip().lower()
            for line in files(__package__)
            .joinpath("data", "figures.txt")
            .read_text(encoding="utf-8")
            .splitlines()
            if line.strip() and not line.startswith("#")
        ),
    )


def _people(table: str, own: str) -> dict[str, float]:
    """Names of the other country count for a tenth: Germans know a Kevin, Americans a Heidi."""
    counts = {}
    for name, german, us in _rows(table):
        here, there = (int(german), int(us)) if own == "de" else (int(us), int(german))
        counts[name] = math.log10(max(here + there / 10, 5))
    if own == "en":
        column = 1 if table == "first-names" else 2
        for row in _rows("world-names"):
            if row[column] == "1":
                counts.setdefault(row[0], _WORLD)
    return counts


def _rows(table: str) -> Iterator[list[str]]:
    return (line.split("\t") for line in _table(table).split("\n"))


@lru_cache(maxsize=8)
def _table(name: str) -> str:
    packed = files(__package__).joinpath("data", f"{name}.tsv.xz").read_bytes()
    return lzma.decompress(packed).decode()
