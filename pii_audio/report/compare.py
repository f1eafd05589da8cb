"""Two scored sets side by side: before and after redaction, two exports, two models.

Works on two report.json and knows no more than stands in them. People are matched by the recordings they
share; where the sets share none (redacted files are other files), by their rank. Values of facts are not
looked at beyond whether they are the same, and never shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pii_audio.report.page import template
from pii_audio.report.words import Language, Words

__all__ = ["Comparison", "Person", "Row", "compare", "figure", "render_comparison"]

FIGURES = (
    "recordings", "persons", "expected_identified", "highest_risk", "aggregation_gain", "share_k_below_11",
    "register_expected_identified", "register_highest_risk", "upper_identified",
)  # fmt: skip
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure in both sets; None where a set does not have it."""

    name: str
    before: float | None
    after: float | None

    @property
    def change(self) -> float | None:
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Person:
    """A person of one or both sets. Facts are named by their attribute."""

    before: str | None  # id in the first set
    after: str | None
    risk: Row
    k: Row
    gone: tuple[str, ...]  # facts likelier than not in the first set only
    new: tuple[str, ...]  # in the second only


@dataclass(frozen=True, slots=True)
class Comparison:
    figures: tuple[Row, ...]
    findings: tuple[Row, ...]  # by entity type
    persons: tuple[Person, ...]  # the one whose risk was or is highest first
    recordings_shared: int

    def as_json(self) -> dict[str, Any]:
        """With the change beside each pair of figures; no value of a fact is in it."""
        persons = [{**asdict(p), "risk": _shown(p.risk), "k": _shown(p.k)} for p in self.persons]
        return {
            "figures": [_shown(row) for row in self.figures],
            "findings": [_shown(row) for row in self.findings],
            "persons": persons,
            "recordings_shared": self.recordings_shared,
        }


def compare(before: Json, after: Json) -> Comparison:
    """`before` and `after`: what `report_json` gives."""
    kinds = {**before["findings"], **after["findings"]}
    shared = {r["id"] for r in before["recordings"]} & {r["id"] for r in after["recordings"]}
    persons = [_person(a, b) for a, b in _matched(before["persons"], after["persons"])]
    told = [p for p in persons if p.gone or p.new or max(p.risk.before or 0, p.risk.after or 0) >= 1e-4]
    return Comparison(
        figures=tuple(Row(name, before["set"].get(name), after["set"].get(name)) for name in FIGURES),
        findings=tuple(
            Row(kind, before["findings"].get(kind, 0), after["findings"].get(kind, 0)) for kind in kinds
        ),
        persons=tuple(sorted(told, key=lambda p: -max(p.risk.before or 0, p.risk.after or 0))),
        recordings_shared=len(shared),
    )


def render_comparison(
    comparison: Comparison, names: tuple[str, str] = ("A", "B"), *, language: Language = "en"
) -> str:
    """One offline HTML page without a spoken word. `names`: what the two sets are called."""
    words = Words(language)
    return template("compare.html").render(c=comparison, t=words, names=names, figure=figure)


def figure(row: Row, value: float | None, words: Words) -> str:
    """As readers see it: a chance as a percentage, a crowd to two figures, a count as it is."""
    if value is None:
        return "–"
    if row.name == "k":
        return words.crowd(value)
    if "gain" in row.name:
        return f"+{words.points(value)}"
    if "risk" in row.name or "share" in row.name:
        return words.percent(value)
    return words.number(value, 2 if "identified" in row.name else 0)


def _shown(row: Row) -> dict[str, Any]:
    return {**asdict(row), "change": row.change}


def _matched(before: Sequence[Json], after: Sequence[Json]) -> list[tuple[Json | None, Json | None]]:
    """Pairs that share most recordings, the same speaker's first; by rank where the sets share none."""
    ranked = sorted(before, key=_rank), sorted(after, key=_rank)
    if not {i for p in before for i in p["recordings"]} & {i for p in after for i in p["recordings"]}:
        pairs: list[tuple[Json | None, Json | None]] = list(zip(*ranked, strict=False))
        known = [(a, b) for a, b in pairs if a and b and (a["facts"] or b["facts"])]
        rest = (ranked[0][len(pairs) :], ranked[1][len(pairs) :])
        return [*known, *((a, None) for a in rest[0]), *((None, b) for b in rest[1])]
    left = list(ranked[1])
    found: list[tuple[Json | None, Json | None]] = []
    for person in ranked[0]:
        best = max(left, key=lambda other: _closeness(person, other), default=None)
        if best is not None and _closeness(person, best)[0] > 0:
            left.remove(best)
            found.append((person, best))
        else:
            found.append((person, None))
    return [*found, *((None, other) for other in left)]


def _rank(person: Json) -> tuple[float, str]:
    return -(person["risk"] or 0.0), person["id"]


def _closeness(a: Json, b: Json) -> tuple[int, int]:
    """Recordings in common, then facts: the speakers of a household share their recordings."""
    return len({*a["recordings"]} & {*b["recordings"]}), sum((_facts(a) & _facts(b)).values())


def _facts(person: Json | None) -> Counter[tuple[str, str]]:
    """Attribute and value of what is likelier than not."""
    known = person["facts"] if person else []
    return Counter((f["attribute"], f.get("value", "")) for f in known if (f["probability"] or 0) > 0.5)


def _person(a: Json | None, b: Json | None) -> Person:
    gone, new = _facts(a) - _facts(b), _facts(b) - _facts(a)
    return Person(
        a["id"] if a else None,
        b["id"] if b else None,
        Row("risk", a["risk"] if a else None, b["risk"] if b else None),
        Row("k", a["k"] if a else None, b["k"] if b else None),
        tuple(sorted(attribute for attribute, _ in gone.elements())),
        tuple(sorted(attribute for attribute, _ in new.elements())),
    )
