"""What a comparison of recognizers gives: figures of each, and the rows with errors for reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, fields
from typing import Any

from pii_audio.bench.measure import Estimate, Figures
from pii_audio.bench.rows import Row, Span
from pii_audio.types import Finding

__all__ = ["Comparison", "Miss", "Result"]


@dataclass(frozen=True, slots=True)
class Miss:
    """One row with an error in it, for reading."""

    row: Row = field(repr=False)
    missed: tuple[Span, ...] = field(repr=False)
    wrong: tuple[Finding, ...] = field(repr=False)  # of which no character is personal


@dataclass(frozen=True, slots=True)
class Result:
    """One recognizer on one form of one data set in one language."""

    data: str
    form: str
    language: str
    recognizer: str
    utterances: int
    figures: Figures
    utterances_per_s: float  # of the clock, in one call
    cpu_ms: float  # of the processor, an utterance
    errors: tuple[Miss, ...] = field(repr=False)

    def __getitem__(self, name: str) -> Estimate | None:
        return self.figures.totals.get(name)


@dataclass(frozen=True, slots=True)
class Comparison:
    results: tuple[Result, ...]
    about: Mapping[str, Any]  # machine, versions, hashes, command

    def dump(self) -> dict[str, Any]:
        """As JSON: figures, each as [value, low, high], and no text."""
        return {"about": dict(self.about), "results": [_row(result) for result in self.results]}


def _row(result: Result) -> dict[str, Any]:
    figures = result.figures
    own = {f.name: getattr(result, f.name) for f in fields(result) if f.name not in ("figures", "errors")}
    return {
        **own,
        "totals": {name: list(astuple(figure)) for name, figure in figures.totals.items()},
        "types": {
            label: {name: list(astuple(figure)) for name, figure in typed.items()}
            for label, typed in figures.types.items()
        },
        "counts": {name: round(count, 2) for name, count in figures.counts.items() if count},
    }
