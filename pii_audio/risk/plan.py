"""The smallest redaction that reaches a target: which facts, or which whole clips, to take out of a set.

A unit is what goes together: a fact wherever it is said, or a clip. What a set of units costs is the words
that go with it, each counted once. Finding the cheapest set is a covering problem, so it is solved greedily
(most bits of the missing ones for a word, then what has become needless is put back, the dearest first) and,
for a person with few units, exactly: sets in the order of their cost until one reaches the target.

Knows facts and exposures. How a value is found again in a text, and who takes it out, it does not know.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from pii_audio.types import Exposure

__all__ = ["EXACT", "Target", "Token", "Unit", "cheapest", "findings_of", "greedy", "smallest", "tokens_of"]

EXACT = 12  # units of a person up to which the cheapest set is found by looking at them all
Token = tuple[str, int]  # recording id, character it starts at: what stands between blanks
After = Callable[[frozenset[str]], Exposure]  # exposure of a person without these findings


@dataclass(frozen=True, slots=True)
class Unit:
    """What goes together. `findings` are all that go with it, `tokens` the words of the texts that go."""

    name: str  # attributes of the fact, or a recording id
    value: str = field(repr=False)
    findings: frozenset[str]
    tokens: frozenset[Token] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """Crowds of at least `k`, or a risk of at most `risk`; both where both are given."""

    k: float | None = None
    risk: float | None = None

    def short(self, exposure: Exposure) -> float:
        """Bits that are missing; 0.0 where the target is reached."""
        k = math.log2(self.k / exposure.k) if self.k else 0.0
        risk = math.log2(exposure.risk / self.risk) if self.risk and exposure.risk > 0 else 0.0
        missing = max(0.0, k, risk)
        return missing if missing > 1e-9 else 0.0


def findings_of(units: Iterable[Unit]) -> frozenset[str]:
    return frozenset(finding for unit in units for finding in unit.findings)


def tokens_of(units: Iterable[Unit]) -> frozenset[Token]:
    return frozenset(token for unit in units for token in unit.tokens)


def smallest(units: Sequence[Unit], after: After, target: Target) -> tuple[list[Unit], bool]:
    """The units to take out, and whether this was proven to be the cheapest choice.

    All units where not even that reaches the target.
    """
    quick = greedy(units, after, target)
    if len(units) > EXACT:
        return quick, False
    return cheapest(units, after, target, limit=len(tokens_of(quick))) or quick, True


def greedy(units: Sequence[Unit], after: After, target: Target) -> list[Unit]:
    """Unit by unit the most bits for a word, until the target is reached; then without what was needless."""
    chosen: list[Unit] = []
    left = list(units)
    while left and target.short(now := after(findings_of(chosen))):
        best = max(left, key=lambda unit: (_worth(unit, chosen, now, after, target), unit.name, unit.value))
        left.remove(best)
        chosen.append(best)
    for unit in sorted(chosen, key=lambda u: (-len(u.tokens), u.name, u.value)):
        rest = [other for other in chosen if other is not unit]
        if not target.short(after(findings_of(rest))):
            chosen = rest
    return chosen


def cheapest(
    units: Sequence[Unit], after: After, target: Target, *, limit: float = math.inf
) -> list[Unit] | None:
    """The set of fewest words that reaches the target, among those of less than `limit`; None: there is none.

    Looks at up to 2 ** len(units) sets.
    """
    for cost, chosen in _by_cost(units):
        if cost >= limit:
            return None
        if not target.short(after(findings_of(chosen))):
            return chosen
    return None


def _by_cost(units: Sequence[Unit]) -> Iterator[tuple[int, list[Unit]]]:
    """All sets of units, those of fewer words first: a set costs no less than any part of it."""
    heap: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    while heap:
        cost, picked = heappop(heap)
        chosen = [units[i] for i in picked]
        yield cost, chosen
        for i in range(picked[-1] + 1 if picked else 0, len(units)):
            heappush(heap, (len(tokens_of([*chosen, units[i]])), (*picked, i)))


def _worth(unit: Unit, chosen: Sequence[Unit], now: Exposure, after: After, target: Target) -> float:
    """Missing bits that the unit brings, a word; where none does, the bits of k count a little."""
    then = after(findings_of([*chosen, unit]))
    gained = target.short(now) - target.short(then) + 1e-3 * math.log2(then.k / now.k)
    words = len(unit.tokens - tokens_of(chosen))
    return gained / max(words, 0.5)
