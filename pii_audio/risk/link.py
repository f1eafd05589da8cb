"""Which recordings belong together, and the profiles of the people they draw.

Recordings of one device, account or speaker id are one household. The others are one household or strangers,
by what all of them state. In a household each value comes again or is a new one as in a Chinese restaurant
process (Pitman 2006) with concentration NEW of its attribute; strangers say it with its share in the
population. A likelihood ratio over counts, so the order of the clips cannot matter and one clip more moves
the odds by a few bits only; before anything is stated they are for one household, because an export is one.
These odds are the prior, within bounds, of the Fellegi-Sunter weights by which recordings are then compared
pair by pair on what identifies people (own name, partner's name, address, numbers). A full name is one value
for the odds, and two full names of which one part differs are relatives or namesakes. Recordings without
identifying facts join the largest group where the prior is for one household, or where that group has three
recordings and most of all that identify; else each stands alone.

One profile a speaker. A household has one, the speaker heard most, with partner, family and contacts as facts
about that speaker, unless another names himself or herself in two clips, or is the partner whom the first
names: two people in the same clips. Who speaks in a clip without a name is not known from words.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pii_audio.risk.facts import weigh
from pii_audio.risk.mentions import DIRECT, Mention, told
from pii_audio.risk.misheard import keys_alike, sounds_alike
from pii_audio.risk.population import Population
from pii_audio.risk.trust import trust
from pii_audio.risk.whose import speakers
from pii_audio.spelling import name_key
from pii_audio.types import Finding, Profile, Recording

__all__ = ["households", "profiles"]

# m: probability that two clips of one household agree, where both state it (several people speak; mishearing)
AGREE = {"first_name": 0.6, "surname": 0.8, "partner_first_name": 0.85, "address": 0.6}
AGREE |= dict.fromkeys(DIRECT.values(), 0.5)
CROSSED = {"first_name": "partner_first_name", "partner_first_name": "first_name"}
NAMES = ("first_name", "surname")
HINTS = ("town", "contact_first_name")  # too weak to link by, yet they tell a household from strangers
NEW = {
    "first_name": 1.5, "surname": 0.7, "full_name": 0.5, "partner_first_name": 0.7, "town": 3.0,
    "contact_first_name": 10.0,
}  # fmt: skip
ALIKE = 8  # how many times more people have a name that sounds alike than have the name itself
SEVERAL = 3  # recordings that make a group one to join
SURE = 0.3  # a mention below this identifies nobody
EXPORT = 5.0  # bits for one household before anything is stated
STRANGERS, HOUSEHOLD = -10.0, 4.0  # bounds of the prior for a pair, in bits
RELATED = 6.0  # bits at most that a shared surname, or first name, of two different full names counts
RARE = 8.0  # bits for which a value counts at most: names that are misheard alike, lists that are wrong
SPEAKERS = 6  # of a household, at most

Unlabelled = Literal["auto", "household", "strangers"]
Evidence = tuple[tuple[str, str], ...]  # sorted (attribute, folded value)


def profiles(
    recordings: Sequence[Recording],
    findings: Sequence[Sequence[Finding]],
    *,
    population: Population | None = None,
    unlabelled: Unlabelled = "auto",
    asked: Mapping[str, Sequence[Mention]] | None = None,
    sure: Mapping[str, float] | None = None,
) -> list[Profile]:
    """One profile a speaker, the largest household first; `findings[i]` are those of `recordings[i]`.

    Every recording is in a profile, if only an empty one; the speakers of a household share theirs.
    `population` (Germany's if not given) says how much an agreement means and tells first names from
    surnames. `unlabelled`: recordings without a device, account or speaker id are one household, strangers,
    or what they state decides. `asked`: by recording id, what it asks to be played (`tastes`).
    `sure`: by finding id, the chance that its words were heard right (`heard_right`), 1 where absent.
    """
    population = population or Population.of("DE")
    said = told(recordings, findings, population, sure=sure, tastes=asked)
    groups = households(recordings, findings, population=population, unlabelled=unlabelled)
    believed = trust(findings)
    found = []
    for ids in groups:
        heard = [m for i in ids for m in said[i]]
        for speaker in speakers(heard, believed)[:SPEAKERS] or [""]:
            found.append((tuple(ids), weigh(heard, believed, speaker), speaker))
    return [Profile(f"person-{n}", *drawn) for n, drawn in enumerate(found, 1)]


def households(
    recordings: Sequence[Recording],
    findings: Sequence[Sequence[Finding]],
    *,
    population: Population,
    unlabelled: Unlabelled = "auto",
) -> list[list[str]]:
    """Recording ids in groups, largest first."""
    known: dict[str, list[str]] = defaultdict(list)
    loose: dict[str, Evidence] = {}
    stated: Counter[tuple[str, str]] = Counter()
    stating = told(recordings, findings, population)
    for recording in recordings:
        if recording.household is not None:
            known[recording.household].append(recording.id)
            continue
        said = [m for m in stating[recording.id] if m.probability >= SURE]
        loose[recording.id] = _stated(said, AGREE)
        stated.update((*_full(loose[recording.id]), *_stated(said, HINTS)))
    match unlabelled:
        case "auto":
            linked = _link(loose, _prior(stated, population), population)
        case "household":
            linked = [list(loose)] if loose else []
        case "strangers":
            linked = [[one] for one in loose]
    groups = [*known.values(), *linked]
    return sorted((sorted(set(g)) for g in groups), key=lambda g: (-len(g), g))


def _stated(said: Sequence[Mention], attributes: Collection[str]) -> Evidence:
    return tuple(sorted({(m.attribute, name_key(m.value)) for m in said if m.attribute in attributes}))


def _full(stated: Evidence) -> Evidence:
    """With first name and surname, where each is stated once, as one value."""
    by = _by_attribute(stated)
    if not len(by["first_name"]) == len(by["surname"]) == 1:
        return stated
    rest = tuple((a, value) for a, value in stated if a not in NAMES)
    return (*rest, ("full_name", f"{by['first_name'][0]} {by['surname'][0]}"))


def _link(loose: Mapping[str, Evidence], prior: float, population: Population) -> list[list[str]]:
    """Groups of recordings of no known household."""
    members: dict[Evidence, list[str]] = defaultdict(list)
    for recording_id, evidence in loose.items():
        members[evidence].append(recording_id)
    silent = members.pop((), [])
    kinds = sorted(members, key=lambda e: (-len(members[e]), -len(e), e))
    weights = _weights(kinds, population)
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


def _prior(stated: Mapping[tuple[str, str], int], population: Population) -> float:
    """log2 odds that two recordings of the set are of one household. `stated`: value -> clips that say it."""
    bits = EXPORT
    for attribute in (*AGREE, "full_name", *HINTS):
        groups = _alike_together(attribute, {v: n for (a, v), n in stated.items() if a == attribute})
        theta, clips = NEW.get(attribute, 1.0), sum(groups.values())
        bits += max(len(groups) - 1, 0) * math.log2(theta)
        bits -= math.fsum(math.log2(theta + i) for i in range(1, clips))
        for value, times in groups.items():
            rare = -math.log2(_share(attribute, value, population))
            bits += math.lgamma(times) / math.log(2) + (times - 1) * min(rare, RARE)
    return min(max(bits, STRANGERS), HOUSEHOLD)


def _alike_together(attribute: str, times: Mapping[str, int]) -> dict[str, int]:
    """Values and in how many clips they are said; one that may be another misheard counts for that one."""
    out: dict[str, int] = {}
    by_key: dict[str, list[str]] = defaultdict(list)
    for value, clips in sorted(times.items(), key=lambda item: (-item[1], item[0])):
        near = (v for key in keys_alike(value) for v in by_key[key] if _alike(attribute, v, value))
        same = next(near, value)
        if same == value:
            for key in keys_alike(value):
                by_key[key].append(value)
        out[same] = out.get(same, 0) + clips
    return out


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
    same: dict[str, float] = {}
    for attribute, values in left.items():
        others = right.get(attribute)
        if others:
            same[attribute] = _compare(attribute, values, others, population)
        crossed = right.get(CROSSED.get(attribute, ""), [])
        total += max(0.0, _compare(attribute, values, crossed, population)) if crossed else 0.0
    names = [same[attribute] for attribute in NAMES if attribute in same]
    if len(names) == len(NAMES) and min(names) < 0 < max(names):
        total -= max(max(names) - RELATED, 0.0)
    return total + math.fsum(same.values())


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
