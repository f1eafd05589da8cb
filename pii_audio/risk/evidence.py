"""Mentions brought together: which are of one value, how sure they make it, and the fact that they show.

Mentions in different clips are independent witnesses: the odds that one of them is right are (1 - D) / D, D
the product of their doubts; within a clip the best counts. Where a set shows no more of a kind than false
alarms would give, the odds fall by its trust (`trust`), and clips are witnesses the less: recognizers repeat
their errors. At most CERTAIN. Values that exclude each other share by their odds. A name that other clips
pronounce almost alike is the same name, misheard.

Knows nothing of what the attributes are.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence

from pii_audio.risk.mentions import CERTAIN, Mention
from pii_audio.risk.misheard import Heard, heard_as, posterior, same_said
from pii_audio.risk.trust import Trust
from pii_audio.spelling import name_key
from pii_audio.types import Fact

__all__ = [
    "EXCLUSIVE",
    "alike",
    "chance_right",
    "compete",
    "fact_of",
    "same_key",
    "usual",
    "values_of",
]

EXCLUSIVE = frozenset({  # attributes that have one value at a time
    "first_name", "surname", "partner_first_name", "birth_date", "age", "occupation", "employer", "place",
    "taste",
})  # fmt: skip


def alike(said: Sequence[Mention], same: Callable[[str, str], bool]) -> list[list[Mention]]:
    """Mentions of one value together, the most often said value first, whatever their order was.

    `same`: whether two values may be one; so may names that were rather misheard than different.
    """
    exact: dict[str, list[Mention]] = defaultdict(list)
    for mention in said:
        exact[name_key(mention.value)].append(mention)
    groups: list[tuple[str, list[Mention], list[Heard]]] = []  # with how its names were heard best
    for key, those in sorted(exact.items(), key=lambda kv: (-sum(m.probability for m in kv[1]), kv[0])):
        best = heard_as(max((m.readings for m in those), key=lambda r: r[0][2] if r else 0.0))
        home = next((g for g in groups if same(g[0], key) or any(same_said(best, h) for h in g[2])), None)
        if home is None:
            groups.append((key, list(those), [best]))
        else:
            home[1].extend(those)
            home[2].append(best)
    return [sorted(group, key=lambda m: m.finding) for _, group, _ in groups]


def same_key(a: str, b: str) -> bool:
    return name_key(a) == name_key(b)


def usual(group: Sequence[Mention]) -> str:
    weight: dict[str, float] = defaultdict(float)
    for mention in group:
        weight[mention.value] += mention.probability
    return max(sorted(weight), key=lambda value: weight[value])


def chance_right(group: Sequence[Mention], trust: Trust) -> float:
    """Chance that at least one of the mentions is right."""
    best: dict[str, float] = defaultdict(float)
    for mention in group:
        best[mention.recording] = max(best[mention.recording], mention.probability)
    believed = trust.of({m.kind for m in group}, len(best))
    doubt = max(math.prod(1 - best[recording] for recording in sorted(best)), 1e-12)
    odds = (1 - doubt) / doubt * believed
    if believed < 1:  # what one clip alone says, as often as false alarms are repeated
        alone = min(max(best.values()), CERTAIN)
        odds = min(odds, alone / (1 - alone) * believed / (1 - believed))
    return min(odds / (1 + odds), CERTAIN)


def compete(chances: Sequence[float]) -> list[float]:
    odds = [c / (1 - c) for c in chances]
    return [o / (1 + sum(odds)) for o in odds]


def values_of(attribute: str, group: Sequence[Mention]) -> list[tuple[str, float]]:
    """The value that mentions of one name stand for, or the names that it may be where it is misheard."""
    if attribute.startswith("contact") or not all(m.readings for m in group):
        return [(usual(group), 1.0)]
    spelled = {name_key(m.value): m.value for m in group}
    once = {m.readings[0][0]: m.readings for m in sorted(group, key=lambda m: m.readings[0][2])}
    chances = posterior(list(once.values()))
    return [(spelled.get(name, name.title()), chance) for name, chance in sorted(chances.items())]


def fact_of(attribute: str, group: Sequence[Mention], probability: float, value: str = "") -> Fact:
    return Fact(
        attribute=attribute,
        value=value or usual(group),
        subject=group[0].subject,
        probability=probability,
        findings=tuple(sorted({m.finding for m in group})),
        recordings=tuple(sorted({m.recording for m in group})),
    )
