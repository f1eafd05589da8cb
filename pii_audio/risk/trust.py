"""How far the findings of a set can be believed, kind by kind: more found than false alarms would give?

A recognizer's score is right in a set where true findings are as usual as in those it was scored on. Over
1,700 timers and lights even a good recognizer raises a few false alarms, and they are nearly all it finds.
So the odds of a fact are corrected for the share of true findings in this set, as for any classifier that
meets other base rates (Saerens, Latinne and Decaestecker 2002): factor = odds(share here) / odds(share
where scored), at most 1.

The share here: of m different values of a kind (entity type, subject, reason) found in n clips, F are false
alarms. F is a negative binomial count with mean n times the measured rate and shape SHAPE, since sets differ;
how many are true is none with chance 1 - told, else t with chance proportional to t ** -1.5 (most kinds have
one true value, towns and contacts have many). The expectation of (m - F) / m given m follows by summing.
`told`, the chance that a set says anything of a kind, is learnt from all its kinds together (expectation
maximization): a set of timers says nothing of any.

A true value is said in t clips with chance proportional to t ** -1.5, too; a false alarm comes in one clip
but for a tenth (ONCE). So one clip of 1,700 that names a town weighs less than three that do.

Rates are measured by benchmarks/false_alarms.py and stand in data/false_alarms.json; a kind that was not
measured takes those of its entity type and subject.

Knows nothing about what a finding says.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from pii_audio.spelling import name_key
from pii_audio.types import Finding

__all__ = ["UNDOUBTED", "Measured", "Trust", "kind_of", "measured", "trust"]

TOLD, KINDS = 0.4, 10.0  # chance that a set says anything of a kind; how many kinds this belief is worth
SCORED = 0.8  # mean score where utterances are marked: the share of true findings there
SHAPE = 2.0  # of the negative binomial: rates of false alarms differ between sets by a factor of about two
ONCE = 0.9  # of the false alarms of a set are found in one clip only
MOST = 400  # different values looked at: beyond, a share is told by its mean


@dataclass(frozen=True, slots=True)
class Trust:
    """Factor on the odds that a fact is true, by the kind of its findings; 1 for a kind not in it."""

    factors: Mapping[str, float] = field(default_factory=dict)  # however often it is said; may exceed 1
    once: float = ONCE  # chance that a true value is said in one clip only

    def of(self, kinds: Iterable[str], clips: int) -> float:
        """For a value that findings of these kinds show in so many clips; at most 1."""
        often = self.once / ONCE if clips == 1 else (1 - self.once) / (1 - ONCE)
        return min(1.0, often * max(self.factors.get(kind, math.inf) for kind in kinds))


UNDOUBTED = Trust()


def kind_of(finding: Finding) -> str:
    return f"{finding.entity_type}/{finding.subject}/{finding.reason}"


def trust(findings: Iterable[Sequence[Finding]]) -> Trust:
    """The factors for a set; one sequence of findings a clip, empty where nothing was found."""
    values: dict[str, set[str]] = defaultdict(set)
    clips = 0
    for found in findings:
        clips += 1
        for finding in found:
            values[kind_of(finding)].add(name_key(finding.value or finding.text))
    table = measured()
    likelihoods = {kind: _likelihood(len(those), clips, table.rate(kind)) for kind, those in values.items()}
    told = _told([part for part, _ in likelihoods.values()], len(table.kinds))
    once = float(1 / (np.arange(1, max(clips, 1) + 1) ** -1.5).sum())
    return Trust({kind: _factor(*parts, told) for kind, parts in likelihoods.items()}, once)


Likelihood = tuple[float, float]  # of m values: given that no true one is among them, given that some are


def _factor(likelihood: Likelihood, share: float, told: float) -> float:
    """`share`: of the true among the values, given that there are some."""
    none, some = (1 - told) * likelihood[0], told * likelihood[1]
    true = share * some / max(none + some, 1e-300)
    return true / max(1 - true, 1e-9) * (1 - SCORED) / SCORED


def _told(likelihoods: Sequence[Likelihood], kinds: int) -> float:
    kinds = max(kinds, len(likelihoods))
    told = TOLD
    for _ in range(50):
        some = sum(told * b / max(told * b + (1 - told) * a, 1e-300) for a, b in likelihoods)
        told = (TOLD * KINDS + some) / (KINDS + kinds)
    return told


def _likelihood(different: int, clips: int, rate: float) -> tuple[Likelihood, float]:
    """For m different values in n clips: likelihood without and with true ones; the share of these."""
    if different > MOST:
        return (0.0, 1.0), max(1 - clips * rate / different, 1e-3)
    true = np.arange(1, different + 1)
    prior = true**-1.5 / (np.arange(1, max(clips, different) + 1) ** -1.5).sum()
    false = np.exp([_log_negative_binomial(different - int(t), clips * rate) for t in (0, *true)])
    some = float(false[1:] @ prior)
    share = float(false[1:] @ (prior * true)) / max(some, 1e-300) / different
    return (float(false[0]), some), share


def _log_negative_binomial(count: int, mean: float) -> float:
    success = SHAPE / (SHAPE + mean)
    choose = math.lgamma(count + SHAPE) - math.lgamma(SHAPE) - math.lgamma(count + 1)
    return choose + SHAPE * math.log(success) + count * math.log(max(1 - success, 1e-300))


@dataclass(frozen=True, slots=True)
class Measured:
    """False alarms that were counted in so many clips, by kind, and by entity type and subject."""

    clips: int
    kinds: Mapping[str, int]
    subjects: Mapping[str, int]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Measured:
        subjects: dict[str, int] = defaultdict(int)
        for kind, count in table["false_alarms"].items():
            subjects[kind.rpartition("/")[0]] += count
        return cls(int(table["utterances"]), table["false_alarms"], subjects)

    def rate(self, kind: str) -> float:
        """A clip; half a count added to what was measured."""
        return (self.kinds.get(kind, self.subjects.get(kind.rpartition("/")[0], 0)) + 0.5) / self.clips


@lru_cache(maxsize=1)
def measured() -> Measured:
    """The table that is shipped."""
    return Measured.of(
        json.loads(files("pii_audio.risk").joinpath("data", "false_alarms.json").read_text("utf-8"))
    )
