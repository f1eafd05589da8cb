"""The country where a set of recordings comes from, when nobody says: an assumption, and named as one.

Bayes' rule over the countries with tables. How many people each has that speak what most clips are spoken in
is where it starts; then the towns that are named speak for the countries where many live in them. Judgement
here: one in a hundred households speaks the language of another country (FOREIGN), four in ten towns that are
asked for are anywhere (ANYWHERE), and a town asked for again and again counts TWICE at most.

Knows languages and names of towns only; whoever knows better sets `risk.country`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from pii_audio.risk import tables
from pii_audio.risk.countries import COUNTRIES
from pii_audio.spelling import name_key
from pii_audio.types import Finding, Transcript

__all__ = ["origin"]

LANGUAGE = {"DE": "de", "AT": "de", "CH": "de", "GB": "en", "US": "en"}
SPEAKING = {"CH": 0.62}  # share of the people who speak that language, where it is not nearly all
FOREIGN = 0.01
ANYWHERE = 0.4
TWICE = 2
NOWHERE = 1e-7  # share of the people in a town on no list


def origin(transcripts: Iterable[Transcript], findings: Iterable[Sequence[Finding]]) -> str:
    """Two letters, one of COUNTRIES; Germany where nothing tells."""
    known = set(LANGUAGE.values())
    spoken = Counter(t.language for t in transcripts if t.text.strip() and t.language in known)
    towns = Counter(
        name_key(f.value or f.text)
        for found in findings
        for f in found
        if f.entity_type == "LOCATION" and f.subject != "family"
    )
    logs = {c: _prior(c, spoken) for c in COUNTRIES}
    for town, times in towns.items():
        shares = {c: _towns(c).get(town, NOWHERE) for c in COUNTRIES}
        anywhere = math.fsum(shares.values()) / len(shares)
        for country, share in shares.items():
            logs[country] += min(times, TWICE) * math.log((1 - ANYWHERE) * share + ANYWHERE * anywhere)
    return max(logs, key=lambda country: logs[country])


def _prior(country: str, spoken: Mapping[str, int]) -> float:
    most = max(spoken, key=lambda language: spoken[language], default="de")
    speaks = SPEAKING.get(country, 1.0) if LANGUAGE[country] == most else FOREIGN
    return math.log(COUNTRIES[country].size * speaks)


@lru_cache(maxsize=8)
def _towns(country: str) -> Mapping[str, float]:
    """Folded name -> share of the people."""
    size = COUNTRIES[country].size
    return {key: int(people) / size for key, people, _ in tables.read(f"places-{country}.tsv.xz")}
