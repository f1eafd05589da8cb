"""How far the facts about one person single that person out: k and S.

p is the share of the population that the facts fit, N its size. Then the expected number who match is k = 1
+ (N - 1) p, and the expected chance of picking the right one is S = E[1/k] = (1 - (1 - p)^N) / (N p), one
over one plus a binomial count (Rocher, Hendrickx, de Montjoye 2019).

Uncertain facts: the attacker is taken to know which of them are true, so a number is the mean over which
are (exact for up to 4,096 combinations, beyond that 4,096 seeded draws). Of the crowds it is the harmonic
mean: chances of 1 in 2 and 1 in a million are together 1 in 4, as S says too. Two attackers: one with public
sources, to whom numbers and plates say nothing; one with a register, to whom any of them names the person.

Facts that were said and missed are outside k. S counts them in, one at a time: with chance m(a) (`missed`)
the attacker who heard the recordings knows attribute a besides, with a value as common as that of a typical
person, so S = (1 - sum of m) S(p) + sum over a of m(a) S(p * typical share of a).

S is a mean. The upper line says how far from it the truth may lie: the chance of picking the right one, 1/k,
is at most that in SURE of the cases. Cases are drawn (4,096, seeded): which facts are true, whether one was
missed, how much is missed in sets like this one, how many others happen to fit. benchmarks/risk_speech.py
counts how often the line holds.
"""

from __future__ import annotations

import math
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray

from pii_audio.risk.cohorts import has_year
from pii_audio.risk.evidence import EXCLUSIVE
from pii_audio.risk.mentions import DIRECT
from pii_audio.risk.missed import missed
from pii_audio.risk.population import WARDED, Population
from pii_audio.types import Exposure, Fact

__all__ = ["REGISTERED", "Exposer", "crowd", "expose", "leak", "singled_out"]

Array = NDArray[np.float64]

COMBINATIONS = 4_096  # up to so many the expectation is exact
DRAWS = 4_096
CONTACTS_SHOWN = 0.02  # chance that public sources show whom a person knows
SURE = 0.95  # of the cases lie at or under the upper line
SETS = 2.0  # shape of the gamma distribution by which sets differ in how much is missed: a factor of two
REGISTERED = frozenset(DIRECT.values())


def crowd(share: float, people: int) -> float:
    """k = 1 + (N - 1) p: how many people the facts fit, that person included."""
    return 1 + (people - 1) * share


def singled_out(share: float, people: int) -> float:
    """S = (1 - (1 - p)^N) / (N p), the expected chance of picking the right person; 1 for p = 0."""
    return float(_singled_out(np.array([share]), people)[0])


def _singled_out(share: Array, people: int) -> Array:
    p = np.clip(share, 0.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        s = -np.expm1(people * np.log1p(-p)) / (people * p)
    return np.where(p * people < 1e-12, 1.0, s)


def leak(recalls: Sequence[float]) -> float:
    """Chance that a fact survives redaction: 1 - product of the recalls of its mentions."""
    return 1 - math.prod(recalls)


def expose(
    known: Sequence[Fact],
    population: Population,
    *,
    seed: int = 0,
    tastes: bool = False,
    lost: Mapping[str, float] | None = None,
) -> tuple[Exposure, Exposure]:
    """Exposure to an attacker with public sources, and to one with a register too. `tastes`: these count.

    `lost`: attribute -> chance that it was said and missed.
    """
    return Exposer(population, seed, tastes=tastes)(known, lost)


class Exposer:
    """`expose` for many sets of facts about one population; what was computed once is kept.

    `rates`: how often what is missed, by attribute, for each fact that is found; nothing is, where not given.
    """

    def __init__(
        self,
        population: Population,
        seed: int = 0,
        *,
        tastes: bool = False,
        rates: Mapping[str, float] | None = None,
    ) -> None:
        self.population = population
        self._tastes = tastes
        self._seed = seed
        self._rates = rates or {}
        self._known: dict[_Key, tuple[float, float]] = {}
        self._people: dict[_Key, _Cases] = {}  # for the upper lines: one person, then all together

    def __call__(
        self, known: Sequence[Fact], lost: Mapping[str, float] | None = None
    ) -> tuple[Exposure, Exposure]:
        """`lost`: chances that attributes were missed, where other facts than these tell them."""
        known = [f for f in known if self._tastes or f.attribute != "taste"]
        public = tuple(f for f in known if f.attribute not in REGISTERED)
        lost = self.lost(public) if lost is None else lost
        key = _key(public, lost)
        if key not in self._known:
            cases = _cases(public, self.population, self._seed, lost)
            self._known[key] = cases.crowd(), cases.risk()
        k, risk = self._known[key]
        named = leak([1 - f.probability for f in known if f.attribute in REGISTERED])
        return (
            Exposure(k=k, risk=risk, facts=public),
            Exposure(k=1 / (named + (1 - named) / k), risk=named + (1 - named) * risk, facts=tuple(known)),
        )

    def lost(self, known: Sequence[Fact]) -> dict[str, float]:
        """Attribute -> chance that it was said and missed, told by these facts."""
        return missed(known, self._rates)

    def upper(self, people: Sequence[Sequence[Fact]]) -> float:
        """So many of these people, told by their public facts, are singled out at most, in SURE of the cases.

        Of one person it is the chance. In some sets more is missed than in others, of all people together;
        else they are taken to be independent.
        """
        rng = np.random.default_rng(self._seed)
        more = rng.gamma(SETS, 1 / SETS, DRAWS)
        total = np.zeros(DRAWS)
        for known in people:
            total += self._person(known).draw(more, rng)
        return float(np.quantile(total, SURE, method="higher"))

    def _person(self, known: Sequence[Fact]) -> _Cases:
        lost = self.lost(known)
        key = _key(known, lost)
        if key not in self._people:
            self._people[key] = _cases(known, self.population, self._seed, lost)
        return self._people[key]


_Key = tuple[tuple[str, str, float], ...]


def _key(known: Sequence[Fact], lost: Mapping[str, float]) -> _Key:
    chances = ((f"missed {attribute}", "", chance) for attribute, chance in lost.items())
    return tuple(sorted([*((f.attribute, f.value, f.probability) for f in known), *chances]))


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which of several values is true, or none (the first). weights: log P(value | sex, cohort)."""

    chances: Array  # [options], sums to 1
    weights: Array = field(repr=False)  # [options, cells]


@dataclass(frozen=True, slots=True)
class _Cases:
    """What may be true: which of the facts are, and whether another was said and missed."""

    shares: Array = field(repr=False)  # [combinations], of the people, whom the true facts fit
    chances: Array = field(repr=False)  # [combinations], sum to 1
    missed: tuple[tuple[float, float], ...]  # what one fact more multiplies a share by, and its chance
    people: int

    def crowd(self) -> float:
        """k, the harmonic mean; without what was missed."""
        return float(1 / (self.chances @ (1 / (1 + (self.people - 1) * self.shares))))

    def risk(self) -> float:
        """S, the mean over all of it."""
        factors, lost = np.array([(1.0, 0.0), *self.missed]).T
        shares = np.outer(factors, self.shares)  # [nothing and each attribute, combinations]
        weights = np.array([1 - lost.sum(), *lost[1:]])
        return float(weights @ _singled_out(shares, self.people) @ self.chances)

    def draw(self, more: Array, rng: np.random.Generator) -> Array:
        """1/k in DRAWS cases, in random order. more: [DRAWS], how many times more is missed than usual."""
        steps = (np.arange(DRAWS) + rng.random()) / DRAWS
        picks = np.searchsorted(np.cumsum(self.chances)[:-1], steps, side="right")
        factors, lost = np.array([*self.missed, (1.0, 1.0)]).T
        missed = np.searchsorted(np.cumsum(lost[:-1]), rng.random(DRAWS) / more, side="right")
        fits = np.minimum(rng.permutation(self.shares[picks]) * factors[missed], 1.0)
        return np.asarray(1 / (1.0 + rng.binomial(self.people - 1, fits)))


def _cases(known: Sequence[Fact], population: Population, seed: int, lost: Mapping[str, float]) -> _Cases:
    choices = _choices(known, population)
    drawn, chances = _combinations([c.chances for c in choices], seed, known)
    logs = np.zeros((len(chances), population.cells.size))  # [combinations, cells]
    for choice, picks in zip(choices, drawn.T, strict=True):
        logs += choice.weights[picks]
    shares = np.exp(logs) @ population.cells.reshape(-1)
    missed = tuple((population.typical(attribute), chance) for attribute, chance in lost.items())
    return _Cases(shares, chances, missed, population.size)


def _combinations(
    options: Sequence[Array], seed: int, known: Sequence[Fact]
) -> tuple[NDArray[np.intp], Array]:
    """Option numbers [combinations, choices] and their chances; draws do not depend on the facts' order."""
    if math.prod(len(o) for o in options) <= COMBINATIONS:
        drawn = np.array(list(product(*(range(len(o)) for o in options))), dtype=np.intp)
        drawn = drawn.reshape(-1, len(options))
        chances = np.ones(len(drawn))
        for option, picks in zip(options, drawn.T, strict=True):
            chances = chances * option[picks]
        return drawn, chances
    text = "\n".join(sorted(f"{f.attribute} {f.value}" for f in known))
    rng = np.random.default_rng([seed, zlib.crc32(text.encode())])
    columns = [np.searchsorted(np.cumsum(o)[:-1], rng.random(DRAWS), side="right") for o in options]
    return np.stack(columns, axis=1), np.full(DRAWS, 1 / DRAWS)


def _choices(known: Sequence[Fact], population: Population) -> list[_Choice]:
    by: dict[str, list[Fact]] = defaultdict(list)
    for fact in sorted(known, key=lambda f: (f.attribute, f.value)):
        by[fact.attribute].append(fact)
    certain = {f.attribute: f.value for f in known if f.attribute in EXCLUSIVE and f.probability > 0.5}
    choices = [_location({a: by.pop(a) for a in WARDED if a in by}, population)]
    if contacts := [f for a in ("contact_first_name", "contact_surname") for f in by.pop(a, ())]:
        choices.append(_contacts(contacts, population))
    dated = all(has_year(f.value) for f in by.get("birth_date", ()))
    ladders = [("partner_first_name", "partner_sex", "partner"), ("birth_date", "age") if dated else ("age",)]
    for ladder in ladders:
        steps = [by.pop(a) for a in ladder if a in by]
        if steps:
            choices.append(_ladder(steps, certain, population))
    for attribute, listed in sorted(by.items()):
        sets = [listed] if attribute in EXCLUSIVE else _one_of_each(listed)
        choices += [_ladder([s], certain, population) for s in sets]
    return choices


def _one_of_each(known: Sequence[Fact]) -> list[list[Fact]]:
    """Facts of the same findings are what one name may have been, misheard: of these one is true."""
    by: dict[object, list[Fact]] = defaultdict(list)
    for fact in known:
        by[fact.findings or fact.value].append(fact)
    return list(by.values())


def _contacts(known: Sequence[Fact], population: Population) -> _Choice:
    """Whom a person calls: of use all together, to who finds the list of those the person knows."""
    cells = np.zeros(population.cells.size)
    for fact in known:
        fits = population.likelihood(fact.attribute, fact.value).reshape(-1)
        cells += _log(fact.probability * fits + 1 - fact.probability)
    return _Choice(np.array([1 - CONTACTS_SHOWN, CONTACTS_SHOWN]), np.stack([np.zeros_like(cells), cells]))


def _ladder(steps: Sequence[Sequence[Fact]], certain: Mapping[str, str], population: Population) -> _Choice:
    """Values that exclude each other; a later, weaker step counts only where no earlier one is true."""
    chances, weights, left = [0.0], [np.zeros(population.cells.size)], 1.0
    for step in steps:
        total = sum(f.probability for f in step)
        for fact in step:
            for chance, cells in population.alternatives(fact.attribute, fact.value, certain):
                chances.append(left * chance * fact.probability / max(total, 1.0))
                weights.append(_log(cells.reshape(-1)))
        left *= 1 - min(total, 1.0)
    chances[0] = left
    return _Choice(np.array(chances), np.array(weights))


def _location(by: Mapping[str, Sequence[Fact]], population: Population) -> _Choice:
    """Town, postal code, street and house number lie in each other: one choice over their combinations."""
    streets: list[tuple[dict[str, str], float]] = [({}, 1.0)]
    if by.get("street"):
        street = max(by["street"], key=lambda f: f.probability)
        number = max((f.probability for f in by.get("house_number", ())), default=0.0)
        both = min(number, street.probability)
        here = {"street": street.value}
        streets = [({}, 1 - street.probability), (here, street.probability - both)]
        streets += [({**here, "house_number": "known"}, both)]
    parts = [streets]
    for attribute in ("place", "postal_code"):
        values = by.get(attribute, ())
        total = max(1.0, sum(f.probability for f in values))
        options = [({attribute: f.value}, f.probability / total) for f in values]
        parts.append([({}, 1 - sum(c for _, c in options)), *options])
    chances, weights = [], []
    for combination in product(*parts):
        facts_here: dict[str, str] = {}
        chance = 1.0
        for some, c in combination:
            facts_here |= some
            chance *= c
        if chance > 0:
            chances.append(chance)
            weights.append(_log(np.full(population.cells.size, population.location(facts_here))))
    return _Choice(np.array(chances), np.array(weights))


def _log(values: Array) -> Array:
    return np.log(np.maximum(values, 1e-300))
