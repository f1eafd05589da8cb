"""Which recordings belong together, and the profile of the person they draw.

Recordings of one device, account or speaker id are one household. Others are compared by what identifies
people (own name, partner's name, address, numbers) with Fellegi-Sunter weights: log2(m / u) for agreement,
with u the share of the population that has the value, so a rare name weighs more; log2((1 - m) / (1 - u))
against. The prior comes from the set itself, by expectation maximization over the pairs that state
something in common; with none it is for one household, because an export is one. Recordings without such
facts join the largest group where the prior is for one household or the group holds most of the rest; else
each stands alone.

One profile a household: the speaker heard most, with partner, family and contacts as facts about that
speaker.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pii_audio.risk.facts import DIRECT, facts, mentions
from pii_audio.risk.population import Population
from pii_audio.risk.spelling import fold, sounds_alike
from pii_audio.types import Finding, Profile, Recording

__all__ = ["households", "profiles"]

# m: probability that two clips of one household agree, where both state it (several people speak; mishearing)
AGREE = {"first_name": 0.6, "surname": 0.8, "partner_first_name": 0.85, "address": 0.6}
AGREE |= dict.fromkeys(DIRECT.values(), 0.5)
CROSSED = {"first_name": "partner_first_name", "partner_first_name": "first_name"}
SURE = 0.3  # a mention below this identifies nobody
FOR_ONE, AGAINST = (
    2.0,
    1.0,
)  # pseudo-pairs that agree and contradict: one household unless the set says otherwise

Evidence = tuple[tuple[str, str], ...]  # sorted (attribute, folded value)


def profiles(
    recordings: Sequence[Recording],
    findings: Sequence[Sequence[Finding]],
    *,
    population: Population | None = None,
) -> list[Profile]:
    """One profile a household, the largest first; `findings[i]` are those of `recordings[i]`.

    Every recording is in exactly one profile, if only an empty one. `population` (Germany's if not given)
    says how much an agreement means and tells first names from surnames.
    """
    population = population or Population.of("DE")
    said = {r.id: list(f) for r, f in zip(recordings, findings, strict=True)}
    groups = households(recordings, findings, population=population)
    return [
        Profile(
            id=f"person-{number}",
            recordings=tuple(ids),
            facts=facts((f for i in ids for f in said[i]), population),
        )
        for number, ids in enumerate(groups, 1)
    ]


def households(
    recordings: Sequence[Recording], findings: Sequence[Sequence[Finding]], *, population: Population
) -> list[list[str]]:
    """Recording ids in groups, largest first."""
    known: dict[str, list[str]] = defaultdict(list)
    loose: dict[str, Evidence] = {}
    for recording, found in zip(recordings, findings, strict=True):
        if recording.household is not None:
            known[recording.household].append(recording.id)
        else:
            loose[recording.id] = _evidence(found, population)
    groups = [*known.values(), *_link(loose, population)]
    return sorted((sorted(set(g)) for g in groups), key=lambda g: (-len(g), g))


def _evidence(found: Sequence[Finding], population: Population) -> Evidence:
    said = [m for f in found for m in mentions(f, population) if m.probability >= SURE]
    own = [m for m in said if m.attribute in AGREE and m.subject in ("speaker", "partner", "other")]
    return tuple(sorted({(m.attribute, fold(m.value)) for m in own}))


def _link(loose: Mapping[str, Evidence], population: Population) -> list[list[str]]:
    members: dict[Evidence, list[str]] = defaultdict(list)
    for recording_id, evidence in loose.items():
        members[evidence].append(recording_id)
    weak = members.pop((), [])
    if not members:
        return [weak] if weak else []
    order = sorted(members, key=lambda e: (-len(members[e]), -len(e), e))
    weights = np.array([[_weight(a, b, population) for b in order] for a in order])  # [kinds, kinds], in bits
    prior = _prior(weights, np.array([len(members[e]) for e in order]))
    alike = {
        e: prior + weights[i, i] > 0 for i, e in enumerate(order)
    }  # saying the same is not yet being the same
    starts = [
        (e, group) for e in order for group in ([members[e]] if alike[e] else [[i] for i in members[e]])
    ]
    rows = [order.index(e) for e, _ in starts]
    groups = _cluster(starts, weights[np.ix_(rows, rows)], prior, population)
    if prior > 0 or 2 * len(groups[0]) > sum(map(len, groups)):
        groups[0] += weak
        return groups
    return [*groups, *([i] for i in weak)]


def _prior(weights: NDArray[np.float64], counts: NDArray[np.int64]) -> float:
    """log2 odds that two recordings of this set are of one household, by expectation maximization over the
    pairs of recordings that state something in common."""
    pairs = np.triu(np.outer(counts, counts), 1) + np.diag(counts * (counts - 1) / 2)
    pairs = np.where(weights == 0, 0, pairs)
    share = FOR_ONE / (FOR_ONE + AGAINST)
    for _ in range(50):
        same = share * np.exp2(weights) / (share * np.exp2(weights) + 1 - share)
        share = float((FOR_ONE + (pairs * same).sum()) / (FOR_ONE + AGAINST + pairs.sum()))
    return math.log2(share / (1 - share))


def _cluster(
    starts: Sequence[tuple[Evidence, list[str]]],
    weights: NDArray[np.float64],
    prior: float,
    population: Population,
) -> list[list[str]]:
    """Join the two groups that speak most for being one, while any do; largest group first."""
    evidence, ids = [e for e, _ in starts], [list(group) for _, group in starts]
    joined = np.where(np.triu(np.ones_like(weights), 1) > 0, weights + prior, -np.inf)
    while joined.max() > 1e-9:
        i, j = (int(at) for at in np.unravel_index(joined.argmax(), joined.shape))
        evidence[i] = tuple(sorted({*evidence[i], *evidence[j]}))
        ids[i], ids[j] = ids[i] + ids[j], []
        joined[j, :] = joined[:, j] = -np.inf
        for other in range(len(ids)):
            if other != i and ids[other]:
                weight = prior + _weight(evidence[i], evidence[other], population)
                joined[min(i, other), max(i, other)] = weight
    return sorted((sorted(group) for group in ids if group), key=lambda g: (-len(g), g))


def _weight(a: Evidence, b: Evidence, population: Population) -> float:
    """Sum of the Fellegi-Sunter weights over what both sides state, in bits."""
    total = 0.0
    left, right = _by_attribute(a), _by_attribute(b)
    for attribute, values in left.items():
        others = right.get(attribute)
        if others:
            total += _compare(attribute, values, others, population)
        crossed = right.get(CROSSED.get(attribute, ""), [])
        total += max(0.0, _compare(attribute, values, crossed, population)) if crossed else 0.0
    return total


def _compare(attribute: str, values: Sequence[str], others: Sequence[str], population: Population) -> float:
    m = AGREE[attribute]
    same = [v for v in values if any(v == o or _alike(attribute, v, o) for o in others)]
    share = [_share(attribute, v, population) for v in (same or values)]
    if same:
        return min(max(math.log2(m / min(share)), 1.0), 20.0)
    return math.log2((1 - m) / (1 - max(share)))


def _alike(attribute: str, a: str, b: str) -> bool:
    return (attribute.endswith("name") or attribute == "address") and sounds_alike(a, b)


def _share(attribute: str, value: str, population: Population) -> float:
    if attribute == "surname":
        return min(population.surname(value), 0.5)
    if attribute.endswith("first_name"):
        return min(float((population.cells * population.first_name(value)).sum()), 0.5)
    return 1e-6


def _by_attribute(evidence: Evidence) -> dict[str, list[str]]:
    out: dict[str, list[str]] = defaultdict(list)
    for attribute, value in evidence:
        out[attribute].append(value)
    return out
