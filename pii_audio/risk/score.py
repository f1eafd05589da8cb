"""The risk report: each recording, each person, the set; what the numbers rest on, and how they grow.

Everything is computed from findings by way of `facts` and `Exposer`: a person's clips in any number and
order, with or without one of them, are just other sets of findings. Nothing here knows a formula.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from pii_audio.risk.exposure import Exposer, expose, leak
from pii_audio.risk.facts import weigh as weigh_mentions
from pii_audio.risk.mentions import Mention, told
from pii_audio.risk.population import Population
from pii_audio.risk.trust import trust
from pii_audio.types import (
    Exposure,
    Fact,
    Finding,
    PersonRisk,
    Profile,
    Recording,
    RecordingRisk,
    RiskReport,
    SetRisk,
)

__all__ = ["after_redaction", "residual", "score"]

CROWD = 11  # below it a crowd protects nobody: the usual bound for small cells in statistics
REPEATED = 3  # a fact that more clips show is not much weaker without one of them
Bits = tuple[tuple[str, float], ...]
Weigh = Callable[[Iterable[Mention]], tuple[Fact, ...]]


def score(
    profiles: Sequence[Profile],
    recordings: Sequence[Recording],
    findings: Sequence[Sequence[Finding]],
    population: Population,
    *,
    seed: int = 0,
    orders: int = 5,
    tastes: Mapping[str, Sequence[Mention]] | None = None,
    sure: Mapping[str, float] | None = None,
    rates: Mapping[str, float] | None = None,
) -> RiskReport:
    """Risk of each recording alone, of each person and of the set.

    `findings[i]` are those of `recordings[i]`. `orders`: how often the clips are dealt
    out at random for the growth curve and the clips until k < 11.
    `tastes`: by recording id, what it asks to be played, where that is to count. `sure`: by finding id, the
    chance that its words were heard right (`heard_right`), 1 where absent. `rates`: how often a person's
    facts are missed (`measured_rates`); in a recording alone nothing is.
    """
    expose = Exposer(population, seed, tastes=tastes is not None, rates=rates)
    weigh = partial(weigh_mentions, trust=trust(findings))
    entities = {f.id: f.entity_type for those in findings for f in those}
    said = told(recordings, findings, population, sure=sure, tastes=tastes)
    alone = {i: expose(weigh(own), lost={}) for i, own in said.items()}
    persons = tuple(
        _person(p, said, entities, expose, partial(weigh, speaker=p.speaker), seed, orders) for p in profiles
    )
    return RiskReport(
        recordings=tuple(RecordingRisk(r.id, *alone[r.id]) for r in recordings),
        persons=persons,
        set=_set(persons, {i: public.risk for i, (public, _) in alone.items()}, expose),
        country=population.country,
    )


def residual(
    profile: Profile,
    findings: Iterable[Finding],
    population: Population,
    *,
    recall: Mapping[str, float],
    tastes: bool = False,
    lost: Mapping[str, float] | None = None,
) -> tuple[Exposure, Exposure]:
    """Exposure that is left after redaction by recognizers of this recall (by entity type; 0.0 where absent).

    `findings` are those that are taken out. A fact leaks unless every mention of it was: 1 - product of the
    recalls of its mentions, 0 for one that stays. `lost`: what was said and missed, which stays.
    """
    by_id = {f.id: recall.get(f.entity_type, 0.0) for f in findings}
    left = [
        replace(f, probability=f.probability * leak([by_id.get(i, 0.0) for i in f.findings]))
        for f in profile.facts
    ]
    return expose([f for f in left if f.probability > 0], population, tastes=tastes, lost=lost)


def after_redaction(
    report: RiskReport,
    findings: Iterable[Finding],
    population: Population,
    *,
    recall: Mapping[str, float],
    tastes: bool = False,
) -> RiskReport:
    """The report with what is left after `findings` are taken out, at that recall, for persons and set."""
    going = list(findings)
    persons = []
    for person in report.persons:
        lost = dict(person.missed)
        public, register = residual(
            person.profile, going, population, recall=recall, tastes=tastes, lost=lost
        )
        persons.append(replace(person, residual=public, residual_register=register))
    total = replace(
        report.set,
        residual_expected_identified=math.fsum(p.residual.risk for p in persons if p.residual),
        residual_highest_risk=max((p.residual.risk for p in persons if p.residual), default=0.0),
        residual_register_highest_risk=max(
            (p.residual_register.risk for p in persons if p.residual_register), default=0.0
        ),
    )
    return replace(report, persons=tuple(persons), set=total)


def _set(persons: Sequence[PersonRisk], alone: Mapping[str, float], expose: Exposer) -> SetRisk:
    several = [
        p for p in persons if len(p.profile.recordings) > 1
    ]  # one clip has nothing to be combined with
    gains = [p.public.risk - max(alone[i] for i in p.profile.recordings) for p in several]
    return SetRisk(
        expected_identified=math.fsum(p.public.risk for p in persons),
        highest_risk=max((p.public.risk for p in persons), default=0.0),
        aggregation_gain=max(0.0, *gains) if gains else 0.0,
        share_k_below_11=sum(p.public.k < CROWD for p in persons) / len(persons) if persons else 0.0,
        register_expected_identified=math.fsum(p.register.risk for p in persons),
        register_highest_risk=max((p.register.risk for p in persons), default=0.0),
        upper_identified=expose.upper([p.public.facts for p in persons]),
    )


def _person(
    profile: Profile,
    told: Mapping[str, Sequence[Mention]],
    entities: Mapping[str, str],
    expose: Exposer,
    weigh: Weigh,
    seed: int,
    orders: int,
) -> PersonRisk:
    public, register = expose(profile.facts)
    known = register.facts  # those that count
    said = [m for i in sorted(profile.recordings) for m in told[i]]
    clips, rng = sorted(profile.recordings), np.random.default_rng(seed)
    dealt = [[str(i) for i in rng.permutation(clips)] for _ in range(orders if known else 0)]

    def after(order: Sequence[str], clips: int) -> Exposure:
        return expose(weigh(m for i in order[:clips] for m in told[i]))[0]

    telling = {i for f in known if len(f.recordings) <= REPEATED for i in f.recordings}
    by_clip = {i: {m.finding for m in told[i]} for i in telling}
    by_entity: dict[str, set[str]] = defaultdict(set)
    for mention in said:
        by_entity[entities.get(mention.finding, "TASTE")].add(mention.finding)
    return PersonRisk(
        profile=profile,
        public=public,
        register=register,
        bits=_attributes(known, (public, register), expose),
        clips_until_11=_clips_until(public, dealt, after),
        curve=_curve(len(clips), public.risk, dealt, after),
        clip_bits=_left_out(said, by_clip, (public, register), expose, weigh),
        entity_bits=_left_out(said, by_entity, (public, register), expose, weigh),
        upper=expose.upper([public.facts]),
        missed=tuple(sorted(expose.lost(public.facts).items())),
    )


Pair = tuple[Exposure, Exposure]
After = Callable[[Sequence[str], int], Exposure]


def _attributes(known: Sequence[Fact], full: Pair, expose: Exposer) -> Bits:
    """What each attribute adds to all the others."""
    names = {f.attribute for f in known}
    return _ranked({a: _bits(expose([f for f in known if f.attribute != a]), full) for a in names})


def _left_out(
    said: Sequence[Mention], groups: Mapping[str, set[str]], full: Pair, expose: Exposer, weigh: Weigh
) -> Bits:
    """What each group of findings, a clip's or an entity type's, adds to all the others."""
    return _ranked(
        {
            name: _bits(expose(weigh(m for m in said if m.finding not in gone)), full)
            for name, gone in groups.items()
        }
    )


def _bits(less: Pair, full: Pair) -> float:
    """log2(k without / k with), for the attacker to whom it makes more of a difference."""
    return max(math.log2(a.k / b.k) for a, b in zip(less, full, strict=True))


def _ranked(bits: Mapping[str, float]) -> Bits:
    return tuple(sorted(bits.items(), key=lambda b: (-b[1], b[0])))


def _curve(
    clips: int, risk: float, dealt: Sequence[Sequence[str]], after: After
) -> tuple[tuple[int, float], ...]:
    """(clips, mean risk over the orders), at up to 14 numbers of clips even in logarithm."""
    if not dealt:
        return ((clips, risk),)
    steps = sorted({round(float(n)) for n in np.geomspace(1, clips, 14)})
    return tuple((n, math.fsum(after(order, n).risk for order in dealt) / len(dealt)) for n in steps)


def _clips_until(public: Exposure, dealt: Sequence[Sequence[str]], after: After) -> int | None:
    """Median over the orders of the clip after which k is below CROWD, found by bisection."""
    if public.k >= CROWD or not dealt:
        return None
    firsts = []
    for order in dealt:
        low, high = 0, len(order)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if after(order, middle).k < CROWD else (middle, high)
        firsts.append(high)
    return int(np.median(firsts))
