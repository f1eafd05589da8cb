"""A register of simulated people, drawn from the population tables, in which everybody can be counted.

Shares are drawn from here and never multiplied, so that counting is a check on the score's arithmetic:
which person lives where, with whom, and how many others the same values fit. It shares the score's tables
and its stated assumptions about couples and families, and none of its code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pii_audio.risk.cohorts import HAS_PARTNER, PARTNER_COHORT, RELATIVES, SAME_SEX_COUPLES
from pii_audio.risk.countries import COHORTS, COUNTRIES, SEXES
from pii_audio.risk.population import Population

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class People:
    """A simulated register: one number a person and attribute (-1: has none), and what the numbers mean."""

    codes: Mapping[str, Ints]  # attribute -> [people], of the relatives' names [people, relatives]
    words: Mapping[str, Callable[[int], str]]  # attribute -> code -> value as said

    def __len__(self) -> int:
        return len(self.codes["place"])


class Names:
    """Draws names from a table with its tail: rank n beyond the list is a name of its own."""

    def __init__(self, names: list[str], shares: Floats, tail: float, typical: tuple[float, ...]) -> None:
        self.names = names
        listed = shares / shares.sum() * (1 - tail)
        self.cumulative = np.cumsum(np.concatenate([listed, spread(tail, typical)]))

    def draw(self, count: int, rng: np.random.Generator) -> Ints:
        found = np.searchsorted(self.cumulative, rng.random(count) * self.cumulative[-1], side="right")
        return np.minimum(found, len(self.cumulative) - 1).astype(np.int64)

    def word(self, code: int) -> str:
        return self.names[code] if code < len(self.names) else f"Unlisted{_letters(code)}"


def spread(mass: float, typical: tuple[float, ...]) -> Floats:
    """Shares of names that hold `mass` together; the 10th, 30th ... 90th of 100 people have `typical`."""
    people = (np.arange(200) + 0.5) / 200
    share = np.exp(np.interp(people, np.arange(len(typical)) / len(typical) + 0.1, np.log(typical)))
    return (
        np.repeat(share, np.maximum(1, np.round(mass / 200 / share)).astype(int)) if mass > 0 else share[:0]
    )


def _letters(code: int) -> str:
    return "".join(chr(ord("a") + code // 26**i % 26) for i in range(5))


def simulate(population: Population, people: int, seed: int) -> People:
    """Draw a register from the tables, person by person in columns. Not by the code under test: shares are
    drawn from, never multiplied."""
    rng = np.random.default_rng(seed)
    cells = rng.choice(population.cells.size, size=people, p=population.cells.reshape(-1))
    sex, cohort = np.divmod(cells, len(COHORTS))
    first = _first_names(population)
    own = _draw_first(first, sex, cohort, rng)
    partner_sex = np.where(rng.random(people) < SAME_SEX_COUPLES, sex, 1 - sex)
    steps = np.array([PARTNER_COHORT[s] for s in SEXES])[sex]
    step = (rng.random(people)[:, None] > np.cumsum(steps, axis=1)).sum(axis=1) - 1
    partner = _draw_first(first, partner_sex, np.clip(cohort + step, 0, len(COHORTS) - 1), rng)
    partner = np.where(rng.random(people) < HAS_PARTNER[cohort], partner, -1)
    relatives = [_kin(first, cohort, decades, number, rng) for decades, number in RELATIVES]
    surnames = list(population.surnames)
    shares = np.array(list(population.surnames.values()))
    last = Names(surnames, shares, max(1 - shares.sum(), 0.0), population.unlisted_surnames)
    villages = (COUNTRIES[population.country].size - sum(population.towns.values())) // 1_000
    towns = [*population.towns, *(f"unlisted {_letters(i)}" for i in range(villages))]
    sizes = np.array([*population.towns.values(), *[1_000] * villages], dtype=float)
    place = rng.choice(len(towns), size=people, p=sizes / sizes.sum())
    streets = np.maximum(1, sizes / np.minimum(sizes, 70 * np.maximum(sizes / 10_000, 0.3) ** 0.28)).astype(
        int
    )
    street = (rng.random(people) * streets[place]).astype(np.int64)
    year = _birth_years(cohort, rng)
    day = rng.integers(0, 365, people)
    names = first[0][0]
    return People(
        codes={
            "first_name": own, "partner_first_name": partner,
            "household_first_name": np.concatenate(relatives, axis=1),
            "surname": last.draw(people, rng), "place": place.astype(np.int64), "street": street,
            "age": 2025 - year, "birth_date": year * 1000 + day,
        },
        words={
            "first_name": names.word, "partner_first_name": names.word, "household_first_name": names.word,
            "surname": last.word, "place": lambda c: towns[c],
            "street": lambda c: f"Unlistedstraße {_letters(c)}",
            "age": str, "birth_date": _date,
        },
    )  # fmt: skip


def _kin(
    first: list[list[Names]], cohort: Ints, decades: int, number: float, rng: np.random.Generator
) -> Ints:
    """Names of parents, siblings or children, [people, at most 5]; -1 for none."""
    has = np.minimum(rng.poisson(number, len(cohort)) if decades >= 0 else int(number), 5) * np.ones_like(
        cohort
    )
    born = np.clip(cohort + decades, 0, len(COHORTS) - 1)
    names = [_draw_first(first, rng.integers(0, 2, len(cohort)), born, rng) for _ in range(int(has.max()))]
    return np.stack([np.where(i < has, name, -1) for i, name in enumerate(names)], axis=1)


def _date(code: int) -> str:
    return str(np.datetime64(f"{code // 1000}-01-01") + np.timedelta64(code % 1000, "D"))


def _birth_years(cohort: Ints, rng: np.random.Generator) -> Ints:
    spans = np.array([15] + [10] * (len(COHORTS) - 2) + [15])
    starts = np.array([1925, *COHORTS[1:-1], 2010])
    return (starts[cohort] + rng.random(len(cohort)) * spans[cohort]).astype(np.int64)


def _first_names(population: Population) -> list[list[Names]]:
    names = list(population.first_names)
    table = np.array([population.first_names[n] for n in names])  # [names, sex, cohort]
    out = []
    for sex in range(len(SEXES)):
        shares = [table[:, sex, c] for c in range(len(COHORTS))]
        typical = population.unlisted_first_names
        out.append([Names(names, s, float(np.clip(1 - s.sum(), 0, 0.5)), typical) for s in shares])
    return out


def _draw_first(first: list[list[Names]], sex: Ints, cohort: Ints, rng: np.random.Generator) -> Ints:
    out = np.zeros(len(sex), dtype=np.int64)
    for s in range(len(SEXES)):
        for c in range(len(COHORTS)):
            here = np.flatnonzero((sex == s) & (cohort == c))
            out[here] = first[s][c].draw(len(here), rng)
    return out


@dataclass(frozen=True, slots=True)
class Counted:
    """One row for every way a recipe fits a person: a person with three relatives has three names to give."""

    person: Ints
    relative: Ints  # the relative's name, where the recipe has one
    k: Ints  # how many people the same values fit, that person included


def counted(people: People, recipe: tuple[str, ...]) -> Counted:
    """Everybody who has a value for all of the recipe's attributes."""
    person = np.arange(len(people))
    relative = np.full(len(people), -1)
    if "household_first_name" in recipe:
        names = people.codes["household_first_name"]
        pairs = np.unique(np.stack([np.repeat(person, names.shape[1]), names.reshape(-1)], axis=1), axis=0)
        person, relative = pairs[pairs[:, 1] >= 0].T
    columns = [relative if a == "household_first_name" else people.codes[a][person] for a in recipe]
    has = np.all([c >= 0 for c in columns], axis=0) if columns else np.ones(len(person), dtype=bool)
    code = np.zeros(int(has.sum()), dtype=np.int64)
    for column in columns:
        _, compact = np.unique(column[has], return_inverse=True)
        _, code = np.unique(code * (compact.max() + 1) + compact, return_inverse=True)
    return Counted(person[has], relative[has], np.bincount(code)[code])
