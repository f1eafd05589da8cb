"""One offline HTML page out of a report: phones, print, light and dark, keyboard and screen readers.

Turns a `Report` into what the template shows. It decides what is worth showing, never what is true.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pii_audio.report import charts
from pii_audio.report.clip import marked, spoken_at
from pii_audio.report.data import Report, wp216
from pii_audio.report.failures import message, stage
from pii_audio.report.page import template
from pii_audio.report.people import PEOPLE, People
from pii_audio.report.words import Language, Words
from pii_audio.types import Failure, Finding, Transcript

__all__ = ["render"]

CLIPS = 300  # rows of the table of recordings: keeps the file under 2 MB and a phone awake


def render(report: Report, *, show_text: bool, language: Language = "en") -> str:
    """The page. With `show_text` it holds what was said, behind a click: a private file.

    Without, nothing in it was spoken: no transcript and no value of a fact.
    """
    page = _Page(report, Words(language), show_text)
    return template("report.html").render(page=page, t=page.words, show_text=show_text)


@dataclass(frozen=True)
class _Page:
    """What the template asks for, in the order of the page."""

    report: Report
    words: Words
    show_text: bool

    @cached_property
    def who(self) -> People:
        return People(self.report, self.words, self.show_text)

    @property
    def failures(self) -> list[Failure]:
        own = self.words.language
        return [
            replace(f, stage=stage(f.stage, own), message=message(f.message, own))
            for f in self.report.failures
        ]

    @property
    def headline(self) -> str:
        w, total = self.words, self.report.risk.set
        found = [f for f in self.report.findings if f]
        if not self.report.transcripts:
            return w("headline_empty")
        if not found:
            return w("headline_none")
        named = sum(any(f.entity_type == "PERSON" for f in clip) for clip in found)
        persons = len(self.report.risk.persons)
        if total.expected_identified >= 0.05:
            key = "headline_one" if persons == 1 else "headline"
        else:
            key = "headline_register" if total.register_expected_identified >= 0.05 else "headline_calm"
        return w(
            key,
            named=w.number(named),
            name=w("name_one" if named == 1 else "name_many"),
            found=w.number(len(found)),
            clips=w.clips(len(self.report.transcripts)),
            expected=w.number(total.expected_identified, 1),
            register=w.number(total.register_expected_identified, 1),
            persons=w.people(persons),
            risk=w.percent(total.highest_risk),
        )

    @property
    def upper(self) -> str:
        """How far the mean may be off; "" where everybody is expected."""
        total, most = self.report.risk.set, len(self.report.risk.persons) - 0.05
        if total.expected_identified > most:
            return ""
        if total.upper_identified > most:
            return self.words("upper_all")
        return self.words("upper_note", upper=self.words.number(total.upper_identified, 1))

    @property
    def crowds(self) -> list[dict[str, Any]]:
        """The crowd that the most telling clip of the first person leaves, and the one that all leave."""
        if not self.who.known:
            return []
        person, alone = self.who.known[0], self.who.alone
        if len(person.profile.recordings) == 1:
            key = "crowd_only" if len(self.report.transcripts) == 1 else "crowd_one"
            return [self._crowd(key, person.public.k, "hot")]
        best = min((alone[i].k for i in person.profile.recordings if i in alone), default=math.inf)
        return [self._crowd("crowd_one", best, "calm"), self._crowd("crowd_all", person.public.k, "hot")]

    def _crowd(self, key: str, k: float, mood: str) -> dict[str, Any]:
        w = self.words
        each = w("each_is", n=w.crowd(k / charts.FIGURES)) if charts.FIGURES < k < math.inf else ""
        text = w(key, crowd=w.one_of(k))
        return {"picture": charts.crowd(k, w), "text": text, "each": each, "mood": mood}

    @property
    def questions(self) -> list[tuple[str, str]]:
        """The three of WP216, with their answers."""
        w, figures = self.words, wp216(self.report)
        persons, clips = len(self.report.risk.persons), len(self.report.transcripts)
        answers = {
            "singling_out": {
                "expected": w.number(figures.persons_expected, 1),
                "persons": w.number(persons),
                "below": w.number(figures.persons_below_11),
            },
            "linkability": {
                "linked": w.number(figures.linked_recordings),
                "clips": w.number(clips),
                "facts": w.number(figures.facts_in_several_clips),
                "gain": w.points(figures.aggregation_gain),
            },
            "inference": {
                "likely": w.number(figures.facts_likely),
                "inferred": w.number(figures.facts_inferred),
            },
        }
        return [(w(question), w(f"{question}_answer", **values)) for question, values in answers.items()]

    @cached_property
    def recordings(self) -> list[dict[str, Any]]:
        """The rows of the table, in the order of the input; of very many, those with the highest risk."""
        shown = list(enumerate(self.who.known[:PEOPLE], 1))
        owner = {i: n for n, p in reversed(shown) for i in p.profile.recordings}  # the first of a household
        pairs = list(zip(self.report.transcripts, self.report.findings, strict=True))
        risky = sorted(pairs, key=lambda pair: -self._risk(pair[0]))[:CLIPS]
        kept = {transcript.recording_id for transcript, _ in risky}
        return [self._recording(t, f, owner.get(t.recording_id)) for t, f in pairs if t.recording_id in kept]

    def _risk(self, transcript: Transcript) -> float:
        exposure = self.who.alone.get(transcript.recording_id)
        return exposure.risk if exposure else 0.0

    def _recording(
        self, transcript: Transcript, findings: Sequence[Finding], person: int | None
    ) -> dict[str, Any]:
        w, exposure = self.words, self.who.alone.get(transcript.recording_id)
        types = Counter(f.entity_type for f in findings)
        return {
            "number": self.who.number[transcript.recording_id],
            "id": transcript.recording_id,
            "seconds": w("seconds", n=w.number(transcript.duration_s, 1)) if transcript.duration_s else "",
            "types": list(types),
            "found": [
                (
                    t,
                    w.name(t),
                    w.number(n) if n > 1 else "",
                    spoken_at(transcript, [f for f in findings if f.entity_type == t], w),
                )
                for t, n in types.items()
            ],
            "risk": w.percent(exposure.risk) if exposure else "–",
            "crowd": w.crowd(exposure.k) if exposure else "–",
            "person": (self.who.known[person - 1].profile.id, w("person", n=person)) if person else None,
            "text": marked(transcript, findings, w) if self.show_text else "",
        }

    @property
    def recordings_caption(self) -> str:
        total = len(self.report.transcripts)
        if total <= CLIPS:
            return self.words("recordings_caption")
        return self.words("recordings_most", shown=CLIPS, n=self.words.number(total))

    @cached_property
    def listed(self) -> set[int]:
        """Numbers of the clips that have a row to link to."""
        return {row["number"] for row in self.recordings}

    @cached_property
    def types(self) -> list[dict[str, Any]]:
        found: dict[str, list[Finding]] = defaultdict(list)
        for finding in (f for clip in self.report.findings for f in clip):
            found[finding.entity_type].append(finding)
        most = max(map(len, found.values()), default=1)
        return [
            {
                "type": entity_type,
                "name": self.words.name(entity_type),
                "count": self.words.number(len(all_of)),
                "share": round(100 * len(all_of) / most),
                "clips": self.words.number(len({f.recording_id for f in all_of})),
                "certainty": self.words.percent(sum(f.score for f in all_of) / len(all_of)),
            }
            for entity_type, all_of in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
        ]

    @property
    def meta(self) -> list[tuple[str, str]]:
        """How the report was made: version, model and time, as far as they are known."""
        created = self.report.meta.get("created", "")[:16].replace("T", " ")
        values = {**self.report.meta, "created": f"{created} UTC" if created else ""}
        return [(self.words(f"meta_{key}"), value) for key, value in values.items() if value]

    @property
    def country(self) -> str:
        """ "in Germany": where the crowd is counted."""
        return self.words.name(f"in {self.report.risk.country}")

    @property
    def assumed(self) -> str:
        """That nobody said so; "" where the configuration does."""
        given = self.report.config.get("risk", {}).get("country")
        return "" if given else self.words("assumed", country=self.country)

    @property
    def configuration(self) -> str:
        """As JSON. A path keeps its last part only: folders can name people."""
        return json.dumps(_without_folders(self.report.config), ensure_ascii=False, indent=2)


def _without_folders(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    if isinstance(value, dict):
        return {key: _without_folders(inner) for key, inner in value.items()}
    return [_without_folders(inner) for inner in value] if isinstance(value, list | tuple) else value
