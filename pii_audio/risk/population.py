"""The population a speaker is looked for in: which share of it a set of facts fits.

A person is drawn as sex and birth cohort first; given these, the facts are independent, except that postal
code, street and house number lie within the town and a partner's or child's name follows the person's own
cohort. So the chain rule is a sum over 2 x 9 cells: share = sum over cells of P(cell) x product of P(fact |
cell).

How cohorts are mixed (Germany): the phone-book list shows who was grown up around 2004, the newborn lists
who was born 2010 to 2023; rankings by decade, without counts, date the names of the years between and
within the phone book (benchmarks/population/first_names.py). The United States have counts for every year
of birth. Austria, Switzerland and the United Kingdom are first approximations: a neighbour's table, raised
for names known to be usual there. Names beyond a list follow a Zipf-Mandelbrot law that continues it: an
unlisted name is as common as that of a typical person with an unlisted name.

Knows nothing about findings, recordings or probabilities of being heard right.
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

import numpy as np

from pii_audio.errors import ConfigError
from pii_audio.risk import tables
from pii_audio.risk.address import street_key
from pii_audio.risk.cohorts import HAS_PARTNER, Cells, age, birth_date, has_year, one_sex, partner, relative
from pii_audio.risk.countries import COHORTS, COUNTRIES, SEXES
from pii_audio.spelling import name_key

__all__ = ["Population"]


SHARED_SURNAME = 0.75  # of couples, and of parents with children
CONTACTS = 150  # acquaintances a person may call or write to (Dunbar)
IMPLIES = {  # who knows the first learns nothing from the others
    "partner_first_name": ("partner_sex", "partner"),
    "partner_sex": ("partner",),
}
LISTED_AT_MOST = 0.98  # no list is complete
OCCUPATIONS_LISTED = 0.8  # of the people, a guess
RANKS = np.arange(1, 10_001)  # artists, teams and stations that somebody has for a favourite: a guess
FAVOURITE = float((1 / RANKS**2).sum() / (1 / RANKS).sum() ** 2)  # 0.017, were they liked by Zipf's law:
# mean share of the people who have the same favourite; weak on purpose, since what is asked for is on no list
WARDED = ("place", "postal_code", "street", "house_number")  # one inside the other


@dataclass(frozen=True)
class Population:
    """People of a country, or of a sample of it. Make one with `Population.of`; tables are read once."""

    country: str
    size: int
    cells: Cells = field(repr=False)  # P(sex, cohort)
    first_names: Mapping[str, Cells] = field(repr=False)  # folded -> P(name | sex, cohort)
    surnames: Mapping[str, float] = field(repr=False)  # folded -> share
    places: Mapping[str, int] = field(repr=False)  # folded -> people
    towns: Mapping[str, int] = field(repr=False)  # the same without districts and other names: these add up
    abroad: Mapping[str, int] = field(repr=False)  # folded -> people
    postal_codes: Mapping[str, tuple[str, int]] = field(repr=False)  # code -> town, people
    streets: Mapping[str, int] = field(repr=False)  # folded -> how many there are
    unlisted_first_names: tuple[
        float, ...
    ]  # shares of its sex: five names that a fifth each of those people have
    unlisted_surnames: tuple[float, ...]
    listed_first_names: float  # share of the people whose first name is listed
    listed_surnames: float

    @classmethod
    def of(cls, country: str, size: int | None = None) -> Population:
        """`size`: people, where not the whole country. Raises ConfigError for a country without tables."""
        if country not in COUNTRIES:
            raise ConfigError(
                "risk.country", f"no tables for {country!r}", f"use one of {', '.join(COUNTRIES)}"
            )
        if size is not None and size < 2:
            raise ConfigError("risk.population", "fewer than two people", "give the size of the population")
        return _of(country, size or COUNTRIES[country].size)

    def match(self, facts: Mapping[str, str]) -> float:
        """Share of the people whom all facts (attribute -> value) fit. Attributes without a table fit all."""
        cells = self.cells.copy()
        implied = {b for a, those in IMPLIES.items() if a in facts for b in those}
        implied |= {"age"} if has_year(facts.get("birth_date", "")) else set()
        for attribute, value in facts.items():
            if attribute not in WARDED and attribute not in implied:
                cells = cells * self.likelihood(attribute, value, facts)
        return float(cells.sum()) * self.location({k: facts[k] for k in WARDED if k in facts})

    def share(self, attribute: str, value: str, *, given: Mapping[str, str] | None = None) -> float:
        """Probability that a random person whom the `given` facts fit has this value too."""
        given = {k: v for k, v in (given or {}).items() if k != attribute}
        base = self.match(given)
        return self.match({**given, attribute: value}) / base if base > 0 else 0.0

    def likelihood(self, attribute: str, value: str, facts: Mapping[str, str] | None = None) -> Cells:
        """P(attribute has this value | sex, cohort), shape [2, 9]; all ones for an attribute without a table.

        `facts`: what else is known, where the value depends on it (a partner's surname on the person's own).
        """
        key = name_key(value)
        facts = facts or {}
        match attribute:
            case "first_name":
                return self.first_name(key)
            case "surname":
                return self._all(self.surname(key))
            case "partner_first_name":
                return partner(self.first_name(key))
            case "partner_sex":
                return partner(one_sex(key))
            case "partner":
                return np.broadcast_to(HAS_PARTNER, self.cells.shape)
            case "household_first_name":
                return relative(self.first_name(key))
            case "partner_surname" | "household_surname":
                return self._all(self._kin_surname(key, name_key(facts.get("surname", ""))))
            case "contact_first_name":
                return self._all(_one_of(CONTACTS, float((self.cells * self.first_name(key)).sum())))
            case "contact_surname":
                return self._all(_one_of(CONTACTS, self.surname(key)))
            case "birth_date":
                return birth_date(value)
            case "age":
                return age(value)
            case "occupation" | "employer":
                return self._all(self._job(attribute, key))
            case "taste":
                return self._all(FAVOURITE)
            case _ if attribute in WARDED:
                return self._all(self.location({attribute: value}))
            case _:
                return self._all(1.0)

    def first_name(self, key: str) -> Cells:
        """P(first name | sex, cohort) for a folded name. Of an unlisted double name the first half counts."""
        if not key:
            return self._all(self.typical("first_name"))
        if listed := self._listed_first_name(key):
            name, share = listed
            return self.first_names[name] * share
        return self._all(float(np.exp(np.mean(np.log(self.unlisted_first_names)))) / 2)

    def _listed_first_name(self, key: str) -> tuple[str, float] | None:
        for name, share in ((key, 1.0), (key.replace(" ", ""), 1.0), (key.split(" ")[0], 0.05)):
            if name in self.first_names:
                return name, share
        return None

    def surname(self, key: str) -> float:
        if not key:
            return self.typical("surname")
        if key in self.surnames:
            return self.surnames[key]
        return float(np.exp(np.mean(np.log(self.unlisted_surnames))))

    def alternatives(
        self, attribute: str, value: str, facts: Mapping[str, str] | None = None
    ) -> list[tuple[float, Cells]]:
        """`likelihood`; of an unlisted name, several equally good guesses, from rare to very rare."""
        key = name_key(value)
        if not key:
            return [(1.0, self.likelihood(attribute, value, facts))]
        if attribute == "surname" and key not in self.surnames:
            return [(1 / len(self.unlisted_surnames), self._all(s)) for s in self.unlisted_surnames]
        if attribute == "first_name" and not self._listed_first_name(key):
            return [(1 / len(self.unlisted_first_names), self._all(s / 2)) for s in self.unlisted_first_names]
        return [(1.0, self.likelihood(attribute, value, facts))]

    def knows_first_name(self, name: str) -> bool:
        return name_key(name) in self.first_names

    def knows_surname(self, name: str) -> bool:
        return name_key(name) in self.surnames

    def typical(self, attribute: str) -> float:
        """Share of people with the same value as a typical person (geometric mean over people)."""
        return _typical(self.country, attribute)

    def lists(self, attribute: str, value: str) -> tuple[bool, float]:
        """Whether the value is listed, and for which share of the people theirs is."""
        key = name_key(value)
        match attribute:
            case "first_name":
                return key in self.first_names, self.listed_first_names
            case "surname":
                return key in self.surnames, self.listed_surnames
            case "place" | "town":
                share = sum(self.towns.values()) / COUNTRIES[self.country].size
                return key in self.places, min(share, LISTED_AT_MOST)
            case "occupation":
                return key in tables.occupations(), OCCUPATIONS_LISTED
            case _:
                return True, 1.0

    def is_abroad(self, place: str) -> bool:
        """Whether the name is rather a place of another country than of this one."""
        key = name_key(place)
        return self.abroad.get(key, 0) > 20 * self.places.get(key, 0) and key in self.abroad

    def location(self, facts: Mapping[str, str]) -> float:
        """Share of the people who live there; facts: some of place, postal_code, street, house_number."""
        everybody = float(COUNTRIES[self.country].size)
        areas = [self._town(facts["place"])] if "place" in facts else []
        if "postal_code" in facts:
            known = self.postal_codes.get(re.sub(r"\W", "", facts["postal_code"]))
            areas.append(float(known[1] if known else COUNTRIES[self.country].postal_code))
        people = min([everybody, *areas])
        if "street" in facts:
            named_so = 120.0 * self.streets.get(street_key(facts["street"]), 4)  # in the whole country
            people = min([people, named_so, *map(_street, areas)])
            if "house_number" in facts:
                people = min(people, max(3.0, people / 15))
        return people / everybody

    def _town(self, place: str) -> float:
        """People of the place or places of that name; a place abroad says nothing about home."""
        if self.is_abroad(place):
            return float(COUNTRIES[self.country].size)
        if not name_key(place):
            return self.typical("place") * COUNTRIES[self.country].size
        return float(self.places.get(name_key(place), 1_000))

    def _kin_surname(self, key: str, own: str) -> float:
        if not own:
            return self.surname(key)
        return SHARED_SURNAME if key == own else (1 - SHARED_SURNAME) * self.surname(key)

    def _job(self, attribute: str, key: str) -> float:
        """Rough shares; a job not listed is taken for one in 2,000, an employer not listed for one of 500."""
        if attribute == "occupation":
            return tables.occupations().get(key, 5e-4)
        return tables.employers(self.country).get(key, 500) / COUNTRIES[self.country].size

    def _all(self, share: float) -> Cells:
        return np.full(self.cells.shape, share)


def _street(town: float) -> float:
    """People in a street of a town: about 70 where 10,000 live and, as houses grow taller, 350 in Berlin."""
    return min(town, 70 * float(max(town / 10_000, 0.3) ** 0.28))


def _one_of(number: int, share: float) -> float:
    return -math.expm1(number * math.log1p(-min(share, 0.999)))


@lru_cache(maxsize=16)
def _of(country: str, size: int) -> Population:
    unlisted = json.loads(files("pii_audio.risk").joinpath("data", "unlisted.json").read_text())[country]
    cohorts = np.array(COUNTRIES[country].cohorts)
    places = tables.read(f"places-{country}.tsv.xz")
    first: dict[str, Cells] = {}
    for sex, name, *shares in tables.read(f"first-names-{country}.tsv.xz"):
        table = first.setdefault(name_key(name), np.full((len(SEXES), len(COHORTS)), 1e-8))
        table[SEXES.index(sex)] += (
            np.array(shares, dtype=float) * 1e-8
        )  # "Leon" and "Léon" are one when spoken
    surnames: dict[str, float] = defaultdict(float)
    for name, share in tables.read(f"surnames-{country}.tsv.xz"):
        surnames[name_key(name)] += int(share) * 1e-8
    cells = np.outer((0.507, 0.493), cohorts / cohorts.sum())
    return Population(
        country=country,
        size=size,
        cells=cells,
        first_names=first,
        surnames=dict(surnames),
        places={key: int(people) for key, people, _ in places},
        towns={key: int(own) for key, _, own in places if own != "0"},
        abroad=tables.abroad(country),
        postal_codes={
            code: (town, int(n)) for code, town, n in tables.read(f"postal-codes-{country}.tsv.xz")
        },
        streets={street_key(name): int(n) for name, n in tables.read(f"streets-{country}.tsv.xz")},
        unlisted_first_names=tuple(unlisted["first_name"]),
        unlisted_surnames=tuple(unlisted["surname"]),
        listed_first_names=min(LISTED_AT_MOST, float(sum((cells * c).sum() for c in first.values()))),
        listed_surnames=sum(surnames.values()),
    )


@lru_cache(maxsize=64)
def _typical(country: str, attribute: str) -> float:
    listed, people = Population.of(country), COUNTRIES[country].size
    match attribute:
        case "first_name" | "partner_first_name":
            shares = [float((listed.cells * cells).sum()) for cells in listed.first_names.values()]
        case "surname":
            shares = list(listed.surnames.values())
        case "place" | "street":
            shares = [town / people for town in listed.towns.values()]
        case "birth_date":
            return 1 / (80 * 365.25)
        case _:
            return 1.0
    typical = float(np.exp(np.average(np.log(shares), weights=shares)))
    return _street(typical * people) / people if attribute == "street" else typical
