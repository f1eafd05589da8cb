"""The smallest redaction of a set that reaches a target, from what a run left in OUT; and carrying it out.

    plan = make_plan(Path("out"), Config(), k=11)

Direct identifiers (numbers, mail addresses, plates ...) always go: each leads to one person. Of the rest the
cheapest facts go, person by person, and the set is scored again without them, linking included; as long as
somebody falls short, more goes. What the recognizers missed is in no plan.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pii_audio import pipeline
from pii_audio.config import Config
from pii_audio.errors import ConfigError
from pii_audio.files import write_json, writing
from pii_audio.layout import PLAN
from pii_audio.redact.pseudonyms import IDENTIFIERS
from pii_audio.redact.stretches import reach
from pii_audio.risk.exposure import Exposer
from pii_audio.risk.facts import weigh
from pii_audio.risk.heard import heard_right
from pii_audio.risk.mentions import DIRECT, told
from pii_audio.risk.missed import measured_rates
from pii_audio.risk.plan import Target, Token, Unit, findings_of, smallest, tokens_of
from pii_audio.risk.population import Population
from pii_audio.risk.tastes import asked
from pii_audio.risk.trust import trust
from pii_audio.runners.carried import FORMAT, VERSION, By
from pii_audio.runners.private import Private, read_private
from pii_audio.types import Exposure, Fact, Finding, PersonRisk, RiskReport, Transcript

__all__ = ["Plan", "make_plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to take out of a set. `findings` go from its texts and sounds, `recordings` are not released."""

    target: Target
    by: By
    units: tuple[Unit, ...]
    findings: frozenset[str]
    recordings: frozenset[str]
    words: int  # that go, of `of_words`
    of_words: int
    seconds: float  # of speech that goes, of `of_seconds`; 0.0 where the words have no times
    of_seconds: float
    of_findings: int
    before: tuple[float, float]  # smallest k and highest risk of a person
    after: tuple[float, float]
    proven: bool  # no cheaper choice exists, person by person
    cost: dict[int, tuple[int, float]] = field(default_factory=dict)  # by unit: words and seconds

    @property
    def reached(self) -> bool:
        """Whether the target is reached; else not even taking everything out is enough."""
        return not self.target.short(Exposure(*self.after, facts=()))


def make_plan(
    out: Path, config: Config, *, k: float | None = None, max_risk: float | None = None, by: By = "facts"
) -> Plan:
    """Read OUT, plan, write OUT/plan.json (private). Raises ConfigError, InputError or OutputError.

    A crowd of `k` is reached where the expected risk is that of such a crowd, too.
    """
    if (k is None) == (max_risk is None):
        raise ConfigError("plan", "give a crowd or a risk to reach", "--k 11, or --max-risk 0.05")
    if not (k is None or k > 1) or not (max_risk is None or 0 < max_risk < 1):
        raise ConfigError("plan", "no such target", "--k above 1, --max-risk between 0 and 1")
    risk = max_risk if k is None else -math.expm1(1 - k) / (k - 1)  # S of a crowd of exactly k
    plan = _Planner(read_private(out), config, Target(k, risk), by).plan()
    with writing("OUT"):
        write_json(out / PLAN, _dump(plan))
    return plan


class _Planner:
    """Holds one set with what is known of it while it is planned."""

    def __init__(self, private: Private, config: Config, target: Target, by: By) -> None:
        self.private, self.target, self.by = private, target, by
        self.config = pipeline.settled(config, private.transcripts, private.findings)
        self.population = Population.of(self.config.risk.country or "", config.risk.population)
        self.weigh = partial(weigh, trust=trust(private.findings))
        self.by_id = {f.id: f for found in private.findings for f in found}
        sure = heard_right(private.transcripts, private.findings)
        rates = measured_rates(heard=bool(sure))
        self.expose = Exposer(self.population, tastes=config.risk.tastes, rates=rates)
        tastes = {t.recording_id: asked(t) for t in private.transcripts}  # no plan takes them out
        self.told = told(private.recordings, private.findings, self.population, sure=sure, tastes=tastes)
        self.texts = {t.recording_id: t for t in private.transcripts}
        self.tokens = {t.recording_id: _tokens(t.text) for t in private.transcripts}
        self.known: dict[frozenset[str], Unit] = {}

    def plan(self) -> Plan:
        chosen = self._direct()
        report = before = self._score([])
        if chosen:
            report = self._score(chosen)
        proven = True
        while short := [p for p in report.persons if self.target.short(p.public)]:
            more: list[Unit] = []
            for person in short:
                units, cheapest = smallest(
                    self._units(person, chosen), self._after(person, chosen), self.target
                )
                more += [unit for unit in units if unit not in more]
                proven &= cheapest
            if not more:
                break
            chosen += more
            report = self._score(chosen)
        return self._finish(chosen, before, report, proven)

    def _direct(self) -> list[Unit]:
        always = [f for f in self.by_id.values() if f.entity_type in IDENTIFIERS | DIRECT.keys()]
        if self.by == "clips":
            return [self._clip(i) for i in dict.fromkeys(f.recording_id for f in always)]
        values: dict[tuple[str, str], list[Finding]] = {}
        for finding in always:
            values.setdefault((finding.entity_type, finding.value or finding.text), []).append(finding)
        return [
            self._unit(kind.lower(), value, frozenset(f.id for f in those))
            for (kind, value), those in values.items()
        ]

    def _units(self, person: PersonRisk, chosen: Sequence[Unit]) -> list[Unit]:
        gone = findings_of(chosen)
        facts = [f for f in person.profile.facts if not gone.issuperset(f.findings)]
        if self.by == "clips":
            return [self._clip(i) for i in sorted({i for f in facts for i in f.recordings})]
        named: dict[frozenset[str], list[Fact]] = {}
        for fact in facts:
            named.setdefault(frozenset(fact.findings), []).append(fact)
        return [
            self._unit(" + ".join(dict.fromkeys(f.attribute for f in those)), those[0].value, findings)
            for findings, those in named.items()
        ]

    def _unit(self, name: str, value: str, findings: frozenset[str]) -> Unit:
        """With all that goes when these findings go: the words they are in, and repeats."""
        if findings not in self.known:
            gone = [self.by_id[i] for i in sorted(findings)]
            tokens = frozenset(token for t in self.texts.values() for token in self._reached(t, gone))
            every = {f.id for f in self.by_id.values() if tokens.issuperset(self._of(f))}
            self.known[findings] = Unit(name, value, findings | every, tokens)
        return self.known[findings]

    def _reached(self, transcript: Transcript, gone: Sequence[Finding]) -> Iterator[Token]:
        for begin, end in reach(transcript, gone, self.config.redact):
            yield from self._between(transcript.recording_id, begin, end)

    def _between(self, recording_id: str, begin: int, end: int) -> Iterator[Token]:
        tokens = self.tokens[recording_id]
        return ((recording_id, first) for first, last in tokens if first < end and begin < last)

    def _of(self, finding: Finding) -> set[Token]:
        return set(self._between(finding.recording_id, finding.start, finding.end)) or {("", 0)}

    def _clip(self, recording_id: str) -> Unit:
        findings = frozenset(f.id for f in self.by_id.values() if f.recording_id == recording_id)
        tokens = frozenset((recording_id, first) for first, _ in self.tokens[recording_id])
        return Unit(recording_id, "", findings, tokens)

    def _after(self, person: PersonRisk, chosen: Sequence[Unit]) -> Callable[[frozenset[str]], Exposure]:
        gone = findings_of(chosen)
        said = [m for i in person.profile.recordings for m in self.told[i] if m.finding not in gone]
        weigh = partial(self.weigh, speaker=person.profile.speaker)

        def after(without: frozenset[str]) -> Exposure:
            return self.expose(weigh(m for m in said if m.finding not in without))[0]

        return after

    def _score(self, chosen: Sequence[Unit]) -> RiskReport:
        """The whole pipeline's score, as if the findings had not been there."""
        gone, private = findings_of(chosen), self.private
        dropped = _clips(chosen) if self.by == "clips" else frozenset()
        kept = [
            (recording, [f for f in found if f.id not in gone])
            for recording, found in zip(private.recordings, private.findings, strict=True)
            if recording.id not in dropped
        ]
        return pipeline.score(
            [r for r, _ in kept],
            [found for _, found in kept],
            self.config,
            [self.texts[r.id] for r, _ in kept],
        )

    def _finish(self, chosen: Sequence[Unit], before: RiskReport, after: RiskReport, proven: bool) -> Plan:
        clips = self.by == "clips"
        return Plan(
            self.target,
            self.by,
            tuple(chosen),
            frozenset() if clips else findings_of(chosen),
            _clips(chosen) if clips else frozenset(),
            len(tokens_of(chosen)),
            sum(map(len, self.tokens.values())),
            self._seconds(tokens_of(chosen)),
            self._seconds((i, first) for i, tokens in self.tokens.items() for first, _ in tokens),
            len(self.by_id),
            _worst(before, self.population),
            _worst(after, self.population),
            proven,
            {n: (len(u.tokens), self._seconds(u.tokens)) for n, u in enumerate(chosen)},
        )

    def _seconds(self, tokens: Iterable[Token]) -> float:
        times = (self.texts[i].seconds(first, first + 1) for i, first in tokens)
        return sum(t[1] - t[0] for t in times if t)


def _tokens(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"\S+", text)]


def _clips(units: Iterable[Unit]) -> frozenset[str]:
    return frozenset(unit.name for unit in units)


def _worst(report: RiskReport, population: Population) -> tuple[float, float]:
    exposures = [person.public for person in report.persons]
    k = min((e.k for e in exposures), default=float(population.size))
    return k, max((e.risk for e in exposures), default=0.0)


def _dump(plan: Plan) -> dict[str, Any]:
    """plan.json: values of facts stand in it, so it is private."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "target": {"k": plan.target.k, "risk": plan.target.risk},
        "by": plan.by,
        "reached": plan.reached,
        "proven": plan.proven,
        "before": {"k": plan.before[0], "risk": plan.before[1]},
        "after": {"k": plan.after[0], "risk": plan.after[1]},
        "lost": {"words": plan.words, "of_words": plan.of_words, "seconds": round(plan.seconds, 3)},
        "findings": sorted(plan.findings),
        "recordings": sorted(plan.recordings),
        "units": [
            {
                "name": unit.name,
                "value": unit.value,
                "findings": sorted(unit.findings),
                "words": plan.cost[n][0],
                "seconds": round(plan.cost[n][1], 3),
            }
            for n, unit in enumerate(plan.units)
        ],
    }
