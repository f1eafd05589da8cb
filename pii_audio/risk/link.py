"""Which recordings belong together, and the profile of the person they draw.

Recordings of one device, account or speaker id are one household. Others are compared by what identifies
people (own name, partner's name, address, numbers) with Fellegi-Sunter weights: log2(m / u) for agreement,
with u the share of the population that has the value, so a rare name weighs more; log2(1 - m) against. The
prior comes from the set itself, by expectation maximization over the pairs that state something in common,
towns asked for and people called among it; with nothing it is for one household, because an export is one.
Recordings without identifying facts join the largest group where the prior is for one household, or where
that group has three recordings and most of all that identify; else each stands alone.

One profile a household: the speaker heard most, with partner, family and contacts as facts about that
speaker.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pii_audio.risk.facts import DIRECT, Mention, facts, mentions
from pii_audio.risk.misheard import keys_alike, sounds_alike
from pii_audio.risk.population import Population
from pii_audio.risk.trust import trust
from pii_audio.spelling import name_key
from pii_audio.types import Finding, Profile, Recording

__all__ = ["households", "profiles"]

# m: probability that two clips of one household agree, where both state it (several people speak; mishearing)
AGREE = {"first_name": 0.6, "surname": 0.8, "partner_first_name": 0.85, "address": 0.6}
AGREE |= dict.fromkeys(DIRECT.values(), 0.5)
CROSSED = {"first_name": "partner_first_name", "partner_first_name": "first_name"}
HINTS = {"town": 0.15, "contact_first_name": 0.05}  # m of what is too weak to link by
ALIKE = 8  # how many times more people have a name that sounds alike than have the name itself
SEVERAL = 3  # recordings that make a group one to join
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
    believed = trust(findings)
    return [
        Profile(
            id=f"person-{number}",
            recordings=tuple(ids),
            facts=facts((f for i in ids for f in said[i]), population, believed),
        )
        for number, ids in enumerate(groups, 1)
    ]


def households(
    recordings: Sequence[Recording], findings: Sequence[Sequence[Finding]], *, population: Population
) -> list[list[str]]:
    """Recording ids in groups, largest first."""
    known: dict[str, list[str]] = defaultdict(list)
    loose: dict[str, Evidence] = {}
    hints: Counter[tuple[str, str]] = Counter()
    for recording, found in zip(recordings, findings, strict=True):
        if recording.household is not None:
            known[recording.household].append(recording.id)
            continue
        said = [m for f in found for m in mentions(f, population) if m.probability >= SURE]
        loose[recording.id] = _stated(said, AGREE)
        hints.update(_stated(said, HINTS))
    groups = [*known.values(), *_link(loose, hints, population)]
    return sorted((sorted(set(g)) for g in groups), key=lambda g: (-len(g), g))


def _stated(said: Sequence[Mention], attributes: Mapping[str, float]) -> Evidence:
    return tuple(sorted({(m.attribute, name_key(m.value)) for m in said if m.attribute in attributes}))


def _link(
    loose: Mapping[str, Evidence], hints: Mapping[tuple[str, str], int], population: Population
) -> list[list[str]]:
    """Groups of recordings of no known household."""
    members: dict[Evidence, list[str]] = defaultdict(list)
    for recording_id, evidence in loose.items():
        members[evidence].append(recording_id)
    silent = members.pop((), [])
    kinds = sorted(members, key=lambda e: (-len(members[e]), -len(e), e))
    weights = _weights(kinds, population)
    counts = np.array([len(members[e]) for e in kinds], dtype=np.int64)
    prior = _prior([*_pairs(weights, counts), *_hinted(hints, population)])
    starts: list[tuple[int, list[str]]] = []
    for i, kind in enumerate(kinds):  # to say the same is not yet to be the same
        alike = prior + weights[i, i] > 0
        starts += [(i, members[kind])] if alike else [(i, [one]) for one in members[kind]]
    rows = [i for i, _ in starts]
    groups = _cluster([ids for _, ids in starts], weights[np.ix_(rows, rows)], prior) or [[]]
    if prior > 0 or (len(groups[0]) >= SEVERAL and 2 * len(groups[0]) > sum(map(len, groups))):
        groups[0] += silent
        return [group for group in groups if group]
    return [*filter(None, groups), *([one] for one in silent)]


def _weights(kinds: Sequence[Evidence], population: Population) -> NDArray[np.float64]:
    """Weights of all pairs, [kinds, kinds] in bits; looked at closely where some value may be the same."""
    weights = np.zeros((len(kinds), len(kinds)))
    for attribute, m in AGREE.items():
        states = np.array([any(a == attribute for a, _ in kind) for kind in kinds], dtype=float)
        weights += np.outer(states, states) * math.log2(1 - m)
    meeting: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, kind in enumerate(kinds):
        for attribute, value in kind:
            for key in keys_alike(value):
                meeting[CROSSED.get(attribute, attribute), key].append(i)
                meeting[attribute, key].append(i)
    for i, j in {(i, j) for met in meeting.values() for i in set(met) for j in set(met) if i <= j}:
        weights[i, j] = weights[j, i] = _weight(kinds[i], kinds[j], population)
    return weights


def _pairs(weights: NDArray[np.float64], counts: NDArray[np.int64]) -> list[tuple[float, float]]:
    """(weight, number of pairs of recordings) of those that state something in common."""
    pairs = np.triu(np.outer(counts, counts), 1) + np.diag(counts * (counts - 1) / 2)
    return [(float(w), float(n)) for w, n in zip(weights.flat, pairs.flat, strict=True) if w and n]


def _hinted(hints: Mapping[tuple[str, str], int], population: Population) -> list[tuple[float, float]]:
    """The same for towns asked for and people called: too weak to link clips, but they tell an export, where
    the same ones come again, from a collection of strangers."""
    out = []
    for attribute, m in HINTS.items():
        times = {value: n for (a, value), n in hints.items() if a == attribute}
        pairs = {value: n * (n - 1) / 2 for value, n in times.items()}
        out += [(min(math.log2(m / _share(attribute, v, population)), 6.0), n) for v, n in pairs.items() if n]
        total = sum(times.values())
        out.append((math.log2(1 - m), total * (total - 1) / 2 - sum(pairs.values())))
    return out


def _prior(pairs: Sequence[tuple[float, float]]) -> float:
    """log2 odds that two recordings of this set are of one household, by expectation maximization."""
    ratio, number = np.exp2([w for w, _ in pairs]), np.array([n for _, n in pairs])
    share = FOR_ONE / (FOR_ONE + AGAINST)
    for _ in range(200):
        same = share * ratio / (share * ratio + 1 - share)
        share = float((FOR_ONE + (number * same).sum()) / (FOR_ONE + AGAINST + number.sum()))
    return math.log2(share / (1 - share))


def _cluster(ids: Sequence[list[str]], weights: NDArray[np.float64], prior: float) -> list[list[str]]:
    """Join the two groups that speak most for being one, while any do (average linkage); largest first."""
    groups = [list(group) for group in ids]
    mean = weights + prior
    np.fill_diagonal(mean, -np.inf)
    while len(groups) > 1 and mean.max() > 1e-9:
        i, j = sorted(int(at) for at in np.unravel_index(mean.argmax(), mean.shape))
        sizes = len(groups[i]), len(groups[j])
        mean[i] = mean[:, i] = np.average(mean[[i, j]], axis=0, weights=sizes)
        groups[i] += groups[j]
        groups[j] = []
        mean[j] = mean[:, j] = mean[i, i] = -np.inf
    return sorted((sorted(group) for group in groups if group), key=lambda g: (-len(g), g))


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
    same = [v for v in values if v in others]
    alike = same or [v for v in values if any(_alike(attribute, v, o) for o in others)]
    if not alike:
        return math.log2(1 - m)
    share = min(_share(attribute, v, population) for v in alike) * (1 if same else ALIKE)
    return min(max(math.log2(m / share), 1.0), 20.0)


def _alike(attribute: str, a: str, b: str) -> bool:
    return (attribute.endswith("name") or attribute == "address") and sounds_alike(a, b)


def _share(attribute: str, value: str, population: Population) -> float:
    if attribute == "surname":
        return min(population.surname(value), 0.5)
    if attribute.endswith("first_name"):
        return min(float((population.cells * population.first_name(value)).sum()), 0.5)
    if attribute == "town":
        return min(population.share("place", value), 0.5)
    return 1e-6


def _by_attribute(evidence: Evidence) -> dict[str, list[str]]:
    out: dict[str, list[str]] = defaultdict(list)
    for attribute, value in evidence:
        out[attribute].append(value)
    return out
