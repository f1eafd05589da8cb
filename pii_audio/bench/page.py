"""The comparison as one offline HTML page: figures with whiskers side by side, and the errors for reading.

With errors it holds what was said and is private. It decides what is worth showing, never what is true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pii_audio.bench.measure import Estimate
from pii_audio.bench.results import Comparison, Result
from pii_audio.bench.rows import Row
from pii_audio.report.page import template

__all__ = ["render"]

LISTED = 400  # utterances with errors shown for one form of a data set; the rest is counted
LABELS = {
    "entity_recall": "Spans found",
    "precision": "Precision by character",
    "span_f1": "Typed spans with the same bounds, F1",
    "leak_rate": "Personal characters left",
    "false_alarms": "False alarms on harmless utterances",
    "seconds_covered": "Personal seconds found",
    "all_mentions": "People with every mention found",
}
_SECONDS = {"missed_s": "Seconds missed", "over_s": "Seconds taken too much"}
_WIDTH, _LEFT, _ROW, _TOP = 400, 128, 24, 4


def render(comparison: Comparison) -> str:
    """The page; it holds text exactly where a result has errors."""
    return template("bench.html", Path(__file__).parent / "templates").render(page=_Page(comparison))


@dataclass(frozen=True)
class _Page:
    """What the template asks for, in the order of the page."""

    comparison: Comparison

    @cached_property
    def headline(self) -> str:
        names = {r.recognizer for r in self.comparison.results}
        sets = set(self.comparison.about["data"])
        return f"{len(names)} recognizer{'s' * (len(names) > 1)} on {', '.join(sorted(sets))}"

    @property
    def about(self) -> list[tuple[str, str]]:
        return [(name.replace("_", " "), _flat(value)) for name, value in self.comparison.about.items()]

    @cached_property
    def parts(self) -> list[dict[str, Any]]:
        """One for each language of each form of each data set."""
        parts = []
        for where, results in groupby(self.comparison.results, key=lambda r: (r.data, r.form, r.language)):
            own = list(results)
            parts.append(
                {
                    "title": ", ".join(where),
                    "id": "-".join(where).replace(".", "-"),
                    "utterances": own[0].utterances,
                    "charts": [
                        (name, whiskers(name, [(r.recognizer, r[key]) for r in own]))
                        for key, name in LABELS.items()
                        if key != "leak_rate" and any(r[key] for r in own)
                    ],
                    "table": _table(own),
                    "types": _types(own),
                    "errors": _errors(own),
                }
            )
        return parts

    @property
    def private(self) -> bool:
        return any(result.errors for result in self.comparison.results)


def whiskers(name: str, rows: Sequence[tuple[str, Estimate | None]]) -> Markup:
    """A dot for each recognizer from 0 to 100 %, with its 95 % interval as a line."""
    height = _TOP + _ROW * len(rows) + 24
    scale = (_WIDTH - _LEFT - 12) / 1.0
    parts = [
        Markup(
            '<line class="grid" x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}"/>'
            '<text x="{0:.1f}" y="{3}" text-anchor="middle">{4}</text>'
        ).format(_LEFT + scale * n / 4, _TOP, height - 24, height - 8, f"{25 * n} %")
        for n in range(5)
    ]
    for n, (recognizer, figure) in enumerate(rows):
        y = _TOP + _ROW * n + _ROW / 2
        parts.append(
            Markup('<text x="{}" y="{:.1f}" text-anchor="end">{}</text>').format(
                _LEFT - 10, y + 4, _short(recognizer)
            )
        )
        if figure:
            low, at, high = (_LEFT + scale * value for value in (figure.low, figure.value, figure.high))
            parts.append(
                Markup(
                    '<line class="span" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/>'
                    '<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="4.5"/>'
                ).format(low, high, y, y, at, y)
            )
    spoken = "; ".join(f"{recognizer} {_percent(figure)}" for recognizer, figure in rows if figure)
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>{}</svg>'
    ).format(_WIDTH, height, name, spoken, Markup("").join(parts))


def _table(results: Sequence[Result]) -> dict[str, Any]:
    shown = [key for key in LABELS if any(r[key] for r in results)]
    sums = [key for key in _SECONDS if any(r[key] for r in results)]
    rows = [
        [
            r.recognizer,
            *(_percent(r[key]) for key in shown),
            *(f"{figure.value:.1f}" if (figure := r[key]) else "" for key in sums),
            f"{r.utterances_per_s:,.0f}",
        ]
        for r in results
    ]
    names = [*(LABELS[key] for key in shown), *(_SECONDS[key] for key in sums)]
    return {"header": ["Recognizer", *names, "Utterances a second"], "rows": rows}


def _types(results: Sequence[Result]) -> dict[str, Any]:
    """F1 of each type that is marked here: any overlap, and in brackets the same bounds."""
    marked = sorted({t for r in results for t in r.figures.types if r.figures.counts.get(f"gold:{t}")})
    rows = []
    for label in marked:
        cells = []
        for r in results:
            figures = r.figures.types.get(label, {})
            pair = [f"{figures[key].value:.2f}" for key in ("f1_overlap", "f1_strict") if key in figures]
            cells.append(f"{pair[0]} ({pair[1]})" if pair else "")
        count = max(r.figures.counts.get(f"gold:{label}", 0) for r in results)
        rows.append([label, f"{count:.0f}", *cells])
    return {"header": ["Type", "Marked", *(r.recognizer for r in results)], "rows": rows}


def _errors(results: Sequence[Result]) -> dict[str, Any]:
    """Utterances in which anybody erred: what is marked there, and who missed or invented what."""
    rows: dict[str, Row] = {}
    wrong: dict[str, list[tuple[str, str, str]]] = {}
    for result in results:
        for miss in result.errors:
            rows[miss.row.id] = miss.row
            text = miss.row.text
            missed = ", ".join(f"{text[s:e]} {label}" for s, e, label in miss.missed)
            taken = ", ".join(f"{f.text} {f.entity_type} ({f.reason})" for f in miss.wrong)
            wrong.setdefault(miss.row.id, []).append((result.recognizer, missed, taken))
    listed = [{"id": id_, "text": _marked(rows[id_]), "wrong": wrong[id_]} for id_ in list(rows)[:LISTED]]
    return {"listed": listed, "more": len(rows) - len(listed)}


def _marked(row: Row) -> Markup:
    parts, at = [], 0
    for start, end, label in row.spans:
        if start >= at:
            parts.append(
                Markup("{}<mark>{}<span> {}</span></mark>").format(
                    row.text[at:start], row.text[start:end], label
                )
            )
            at = end
    return Markup("").join(parts) + Markup.escape(row.text[at:])


def _percent(figure: Estimate | None) -> str:
    if figure is None:
        return ""
    return f"{100 * figure.value:.1f} % ({100 * figure.low:.0f}–{100 * figure.high:.0f})"


def _short(name: str) -> str:
    return name if len(name) <= 20 else name[:19] + "…"


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name} {_flat(inner)}" for name, inner in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
