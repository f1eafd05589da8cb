"""Figures of one recognizer on marked rows, each with its 95 % interval.

Characters are letters and digits; a mark or a space is neither missed nor wrongly taken.

    entity_recall    marked spans of which at least 90 % of the characters are covered, by whatever finding
    leak_rate        personal characters that nothing covers
    precision        covered characters that are personal
    span_f1          of typed spans with the same bounds, all types together
    false_alarms     utterances without personal information in which something is found
    all_mentions     people (told by the last word of a name) of whom every mention is covered
    seconds_covered  of the time in which something personal is said, the part that is found
    missed_s, over_s seconds of it that are not; seconds taken out that are not personal

Typed spans: `strict` has the same bounds, `overlap` any character in common, `partial` counts an overlap with
other bounds as half, as nervaluate does (Segura-Bedmar et al. 2013, SemEval task 9.1). F2 weighs recall four
times as heavily. Intervals: percentile bootstrap (Efron 1979) over utterances, for all_mentions over people.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pii_audio.bench.rows import Row, Span
from pii_audio.types import Finding

__all__ = ["Estimate", "Figures", "counted", "measure", "spans_missed"]

SAMPLES = 1000  # of the bootstrap
COVERED = 0.9  # of a span's letters and digits
_RATIOS = {
    "entity_recall": ("recalled", "spans"),
    "leak_rate": ("leaked", "personal"),
    "precision": ("right", "said"),
    "false_alarms": ("alarmed", "clean"),
    "seconds_covered": ("covered_s", "personal_s"),
}
_SUMS = ("missed_s", "over_s")
_MATCHES = ("strict", "partial", "overlap")

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figures:
    """`totals` by name; `types`: label -> {"f1_strict", "f2_strict", "f1_partial" ...}; `counts` behind them.

    A figure without anything to count (false alarms where nothing is clean) is absent.
    """

    totals: Mapping[str, Estimate]
    types: Mapping[str, Mapping[str, Estimate]]
    counts: Mapping[str, float]


def measure(
    rows: Sequence[Row], found: Sequence[Sequence[Finding]], labels: Collection[str] | None = None
) -> Figures:
    """What `found` (one list a row) is worth. `labels`: the types that count as right or wrong; None: all."""
    counts = [_count(row, own, labels) for row, own in zip(rows, found, strict=True)]
    people = _people(rows, found)
    total = sum(counts, Counter[str]())
    columns = _resampled(counts)
    totals = {
        name: _estimate(_ratio(columns[part], columns[whole]))
        for name, (part, whole) in _RATIOS.items()
        if total[whole]
    }
    if total["spans"]:
        totals["span_f1"] = _together(columns)
    if people:
        drawn = _resampled(people)
        totals["all_mentions"] = _estimate(_ratio(drawn["all"], drawn["people"]))
    if total["personal_s"] or total["over_s"]:
        totals |= {name: _estimate(columns[name]) for name in _SUMS}
    types = sorted({name.partition(":")[2] for name in total if ":" in name and total[name]})
    return Figures(totals, {label: _typed(columns, label) for label in types}, dict(total))


def spans_missed(row: Row, found: Iterable[Finding]) -> list[Span]:
    said = _letters(row.text, [(f.start, f.end) for f in found])
    return [span for span in row.spans if not _is_covered(row.text, span, said)]


def counted(row: Row, found: Iterable[Finding], labels: Collection[str] | None) -> list[Finding]:
    """The findings that are right or wrong: of a type that is marked, and not only of what is set aside."""
    aside = _letters(row.text, row.aside)
    wanted = [f for f in found if labels is None or f.entity_type in labels]
    return [f for f in wanted if _letters(row.text, [(f.start, f.end)]) - aside]


def _count(row: Row, found: Sequence[Finding], labels: Collection[str] | None) -> Counter[str]:
    kept = counted(row, found, labels)
    gold = _letters(row.text, [(s, e) for s, e, _ in row.spans])
    every = _letters(row.text, [(f.start, f.end) for f in found])
    said = _letters(row.text, [(f.start, f.end) for f in kept]) - (_letters(row.text, row.aside) - gold)
    count = Counter[str](
        personal=len(gold),
        leaked=len(gold - every),
        said=len(said),
        right=len(said & gold),
        spans=len(row.spans),
        lost=row.lost,
        recalled=len(row.spans) - len(spans_missed(row, found)),
        clean=row.clean,
        alarmed=row.clean and bool(kept),
    )
    _count_types(count, row.spans, [(f.start, f.end, f.entity_type) for f in kept])
    _count_seconds(count, row, gold, every, said)
    return count


def _count_types(count: Counter[str], gold: Sequence[Span], said: Sequence[Span]) -> None:
    for label in {s[2] for s in (*gold, *said)}:
        wanted, got = [s for s in gold if s[2] == label], sorted({s for s in said if s[2] == label})
        exact = set(wanted) & set(got)
        left = [s for s in wanted if s not in exact]
        touched = 0
        for start, end, _ in (s for s in got if s not in exact):
            if touching := next((s for s in left if s[0] < end and start < s[1]), None):
                left.remove(touching)
                touched += 1
        count[f"gold:{label}"] += len(wanted)
        count[f"said:{label}"] += len(got)
        count[f"strict:{label}"] += len(exact)
        count[f"touched:{label}"] += touched


def _count_seconds(count: Counter[str], row: Row, gold: set[int], every: set[int], said: set[int]) -> None:
    """Whole words: whatever is found of a word takes all of it out of the sound."""
    for word in row.transcript.words:
        own = _letters(row.text, [(word.start, word.end)])
        seconds: Any = word.end_s - word.begin_s  # a Counter adds numbers of any kind
        if own & gold:
            count["personal_s"] += seconds
            count["covered_s" if own & every else "missed_s"] += seconds
        elif own & said:
            count["over_s"] += seconds


def _people(rows: Sequence[Row], found: Sequence[Sequence[Finding]]) -> list[Counter[str]]:
    """A row of ones for each person: are all mentions covered?"""
    covered = defaultdict[tuple[str, str], list[bool]](list)
    for row, own in zip(rows, found, strict=True):
        missed = spans_missed(row, own)
        for span in (s for s in row.spans if s[2] == "PERSON"):
            if words := row.text[span[0] : span[1]].casefold().replace("'s", "").split():
                covered[row.group, words[-1].strip(".,’'")].append(span not in missed)
    return [Counter(people=1, all=all(mentions)) for mentions in covered.values()]


def _letters(text: str, spans: Iterable[tuple[int, int]]) -> set[int]:
    return {i for start, end in spans for i in range(start, min(end, len(text))) if text[i].isalnum()}


def _is_covered(text: str, span: Span, said: set[int]) -> bool:
    own = _letters(text, [span[:2]])
    return len(own & said) >= COVERED * len(own)


# sums and their intervals -----------------------------------------------------------------------------------


def _resampled(counts: Sequence[Mapping[str, float]]) -> dict[str, Table]:
    """Of each column its sum, and behind it the sums of SAMPLES draws with replacement: [1 + SAMPLES]."""
    names = sorted({name for count in counts for name in count})
    table = np.array([[float(count.get(name, 0)) for name in names] for count in counts])  # [rows, names]
    random = np.random.default_rng(1)
    weights = np.full(len(counts), 1 / max(len(counts), 1))
    sums = [table.sum(axis=0)] if len(counts) else []
    sums += [random.multinomial(len(counts), weights) @ table for _ in range(SAMPLES) if len(counts)]
    drawn = np.array(sums).reshape(-1, len(names))  # [1 + SAMPLES, names]
    zero = np.zeros(1 + SAMPLES)
    return defaultdict(lambda: zero, {name: drawn[:, at] for at, name in enumerate(names)})


def _ratio(part: Table, whole: Table) -> Table:
    ratio = np.full(len(part), np.nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio


def _estimate(values: Table) -> Estimate:
    drawn = values[1:][~np.isnan(values[1:])]
    low, high = np.percentile(drawn, (2.5, 97.5)) if len(drawn) else (values[0], values[0])
    return Estimate(*(round(float(v), 4) for v in (values[0], low, high)))


def _together(columns: Mapping[str, Table]) -> Estimate:
    gold, said, exact = (
        sum(
            (column for name, column in columns.items() if name.startswith(f"{kind}:")), np.zeros(1 + SAMPLES)
        )
        for kind in ("gold", "said", "strict")
    )
    return _estimate(_ratio(2 * exact, gold + said))


def _typed(columns: Mapping[str, Table], label: str) -> dict[str, Estimate]:
    gold, said = columns[f"gold:{label}"], columns[f"said:{label}"]
    exact, touched = columns[f"strict:{label}"], columns[f"touched:{label}"]
    figures = {}
    for match, share in zip(_MATCHES, (0.0, 0.5, 1.0), strict=True):
        right = exact + share * touched
        for beta in (1, 2):  # F = (1 + b²) right / (b² gold + said)
            ratio = _ratio((1 + beta**2) * right, beta**2 * gold + said)
            figures[f"f{beta}_{match}"] = _estimate(ratio)
    return figures
