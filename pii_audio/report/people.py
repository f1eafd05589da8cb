"""The people of a set, as the page shows them: one card each, and what to take out first.

Knows what is worth showing of a person, never what is true, and nothing of the rest of the page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pii_audio.report import charts
from pii_audio.report.data import Report
from pii_audio.report.words import Words
from pii_audio.risk.exposure import REGISTERED
from pii_audio.risk.mentions import DIRECT
from pii_audio.types import Exposure, Fact, PersonRisk

__all__ = ["PEOPLE", "People"]

PEOPLE = 12  # shown in full; the rest is counted
LINKS = 8  # clips named beside a fact
FIRST = 5  # kinds and clips named as what to take out first
MATTERS = 0.5  # bits from which on a fact, a kind or a clip alone makes a difference
WORTH = 0.01  # risk from which on there is something to take out


@dataclass(frozen=True)
class People:
    """Those of a report; without `show_text` no value of a fact is in it."""

    report: Report
    words: Words
    show_text: bool

    @cached_property
    def number(self) -> dict[str, int]:
        """Recording id -> the number readers know it by, in the order of the input."""
        return {t.recording_id: n for n, t in enumerate(self.report.transcripts, 1)}

    @cached_property
    def alone(self) -> dict[str, Exposure]:
        return {r.recording_id: r.public for r in self.report.risk.recordings}

    @cached_property
    def known(self) -> list[PersonRisk]:
        """The ones about whom something is known, the one who stands out most first."""
        known = [p for p in self.report.risk.persons if p.profile.facts]
        return sorted(known, key=lambda p: (-p.public.risk, -p.register.risk, p.profile.id))

    @cached_property
    def cards(self) -> list[dict[str, Any]]:
        return [self._card(n, person) for n, person in enumerate(self.known[:PEOPLE], 1)]

    @property
    def more(self) -> str:
        rest = self.known[PEOPLE:]
        if not rest:
            return ""
        return self.words(
            "more_people", persons=self.words.people(len(rest)), risk=self.words.percent(rest[0].public.risk)
        )

    def _card(self, n: int, person: PersonRisk) -> dict[str, Any]:
        w, name = self.words, self.words("person", n=n)
        ks = [self.alone[i].k for i in self._ordered(person.profile.recordings) if i in self.alone]
        return {
            "id": person.profile.id,
            "name": name,
            "line": w(
                "person_line",
                clips=w.clips(len(person.profile.recordings)),
                risk=w.percent(person.public.risk),
                crowd=w.one_of(person.public.k),
            ),
            "register": w("person_register", risk=w.percent(person.register.risk)),
            "residual": w("person_residual", risk=w.percent(person.residual.risk)) if person.residual else "",
            "crowd": charts.crowd(person.public.k, w),
            "facts": [self._fact(fact) for fact in person.profile.facts],
            "bits": self._bits(person),
            "bits_none": len(person.profile.facts) > 1 and not self._bits(person),
            "growth": charts.growth(person.curve, name, person.clips_until_11, w)
            if len(person.curve) > 1
            else "",
            "until_11": w("until_11", clips=w.clips(person.clips_until_11)) if person.clips_until_11 else "",
            "alone": charts.alone(ks, person.public.k, name, w) if len(ks) > 1 else "",
        }

    @property
    def first(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """What to take out first for the most exposed person: kinds of information, then clips."""
        person = next(iter(self.known), None)
        if not person or max(person.public.risk, person.register.risk) < WORTH:
            return []
        kinds: list[tuple[str, int | None, float, bool]] = [
            (self.words.name(name), None, bits, name in DIRECT)
            for name, bits in person.entity_bits
            if bits >= MATTERS
        ]
        clips: list[tuple[str, int | None, float, bool]] = [
            (f"{self.words('recording')} {self.number[i]}", self.number[i], bits, True)
            for i, bits in person.clip_bits
            if i in self.number and bits >= MATTERS
        ]
        columns = (("first_types", kinds), ("first_clips", clips))
        return [
            (self.words(key), [self._without(person, *row) for row in rows[:FIRST]]) for key, rows in columns
        ]

    def _without(
        self, person: PersonRisk, name: str, clip: int | None, bits: float, numbers: bool
    ) -> dict[str, Any]:
        return {
            "name": name,
            "clip": clip,
            "bits": self.words.number(bits, 1),
            "crowd": self.words.crowd(_crowd_without(person, bits, numbers=numbers)),
        }

    def _fact(self, fact: Fact) -> dict[str, Any]:
        w = self.words
        clips = [self.number[i] for i in self._ordered(fact.recordings)]
        about = "subject_partner" if fact.subject == "partner" else fact.subject
        name = w.name(fact.attribute)
        scored = fact.attribute != "taste" or self.report.config.get("risk", {}).get("tastes", False)
        return {
            "name": name if scored else w("not_scored", name=name),
            "value": fact.value if self.show_text else "",
            "subject": w.name(about),
            "probability": w.percent(fact.probability),
            "clips": clips[:LINKS],
            "more": len(clips) - LINKS,
            "strip": charts.strip(clips, len(self.number), w),
        }

    def _bits(self, person: PersonRisk) -> list[dict[str, Any]]:
        w = self.words
        largest = max((bits for _, bits in person.bits if math.isfinite(bits)), default=0.0)
        return [
            {
                "name": w.name(attribute),
                "bits": w.number(bits, 1),
                "share": round(100 * max(bits, 0) / largest) if largest > 0 and math.isfinite(bits) else 0,
                "without": w.crowd(_crowd_without(person, bits, numbers=attribute in REGISTERED)),
            }
            for attribute, bits in sorted(person.bits, key=lambda item: -item[1])
            if bits >= MATTERS
        ]

    def _ordered(self, recordings: Sequence[str]) -> list[str]:
        return sorted((i for i in recordings if i in self.number), key=lambda i: self.number[i])


def _crowd_without(person: PersonRisk, bits: float, *, numbers: bool) -> float:
    """k without what adds these bits. `numbers`: they may be the register's, who sees a smaller crowd."""
    k = min(person.public.k, person.register.k) if numbers else person.public.k
    return max(k * 2 ** min(bits, 60), person.public.k)
