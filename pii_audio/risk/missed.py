"""What somebody said about themselves and no finding shows: how likely, told by what findings do show.

Where facts about a person are found, others were misheard or not recognized. For each fact that is found, one
of attribute a is missed with chance r(a); after t facts (the sum of their probabilities) it was with chance

    m(a) = (1 - (1 - r(a)) ** t) * (1 - chance that a is known)

So where people say nothing about themselves (t near 0: timers, lights) nothing was missed either. The rates r
are measured by benchmarks/calibration.py on simulated households, on text and through speech, and stand in
data/missed.json.

Knows no values: what was missed is taken to be as common as what a typical person bears.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files

from pii_audio.types import Fact

__all__ = ["MISSABLE", "chance_known", "measured_rates", "missed"]

MISSABLE = ("first_name", "surname", "partner_first_name", "place", "street", "birth_date")


def missed(known: Iterable[Fact], rates: Mapping[str, float]) -> dict[str, float]:
    """Attribute -> chance that it was said and is in no finding, 0 to 1. `rates`: for each fact found."""
    sure = chance_known(known)
    found = sum(sure.values())
    return {a: (1 - (1 - rate) ** found) * (1 - sure.get(a, 0.0)) for a, rate in rates.items()}


def chance_known(known: Iterable[Fact]) -> dict[str, float]:
    """Attribute -> chance that one of its values is true, of those that could be missed."""
    sums: dict[str, float] = defaultdict(float)
    for fact in known:
        if fact.attribute in MISSABLE:
            sums[fact.attribute] += fact.probability
    return {attribute: min(total, 1.0) for attribute, total in sums.items()}


@lru_cache(maxsize=2)
def measured_rates(*, heard: bool) -> Mapping[str, float]:
    """The rates that are shipped, for transcripts of speech or for what was written."""
    table = json.loads(files("pii_audio.risk").joinpath("data", "missed.json").read_text("utf-8"))
    rates: Mapping[str, float] = table["heard" if heard else "written"]["rates"]
    return rates
