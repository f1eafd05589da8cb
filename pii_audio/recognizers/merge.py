"""One list without overlaps out of what several recognizers found: the longest trustworthy span wins.

What lies inside the winner is kept as its details (the town of an address); each keeps recognizer and reason.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import attrgetter

from pii_audio.types import Finding, finding_id

__all__ = ["merge"]

_TRUSTED = 0.6  # from here on length decides, below the score does
_JOINT = re.compile(r"\s*+,?\s*+(?:in\s+)?", re.IGNORECASE)


def merge(findings: Iterable[Finding], text: str, *, min_score: float = 0.0) -> list[Finding]:
    """Sorted, non-overlapping findings of one transcript. Parts of one address that touch become one."""
    kept: list[Finding] = []  # by start
    candidates = [f for f in findings if f.score >= min_score and f.start < f.end]
    for finding in sorted(candidates, key=_rank):
        first = bisect_right(kept, finding.start, key=attrgetter("end"))
        last = bisect_left(kept, finding.end, key=attrgetter("start"))
        rivals = kept[first:last]
        if not rivals:
            kept.insert(first, finding)
        elif len(rivals) == 1 and rivals[0].start <= finding.start and finding.end <= rivals[0].end:
            kept[first] = _with_detail(rivals[0], finding)
        elif finding.score >= _TRUSTED and (rest := _rest(finding, rivals, text)) is not None:
            _add(rest, kept, text)
    return _joined(kept, text)


def _rank(finding: Finding) -> tuple[bool, int, float, int, str]:
    trusted = finding.score >= _TRUSTED
    return (
        not trusted,
        -(finding.end - finding.start) if trusted else 0,
        -finding.score,
        finding.start,
        finding.id,
    )


def _with_detail(winner: Finding, inner: Finding) -> Finding:
    """Who is meant by a name is known by the recognizer that says somebody in particular."""
    if inner.entity_type == winner.entity_type and winner.subject == "other":
        winner = replace(winner, subject=inner.subject)
    same = inner.start == winner.start and inner.end == winner.end and inner.entity_type == winner.entity_type
    if same or any(n.id == inner.id for n in winner.nested):
        return replace(winner, value=winner.value or inner.value)
    return replace(winner, nested=(*winner.nested, inner))


def _rest(finding: Finding, rivals: Sequence[Finding], text: str) -> Finding | None:
    """What of a trusted finding the winners do not cover, where that is one stretch."""
    left = [i for i in range(finding.start, finding.end) if text[i].isalnum()]
    left = [i for i in left if not any(r.start <= i < r.end for r in rivals)]
    if not left or any(r.start < left[-1] and left[0] < r.end for r in rivals):
        return None
    start, end = left[0], left[-1] + 1
    name = finding_id(finding.recording_id, start, end, finding.entity_type)
    return replace(finding, id=name, start=start, end=end, text=text[start:end], value=None, nested=())


def _add(rest: Finding, kept: list[Finding], text: str) -> None:
    """To the winner it touches where both are of one type, else beside it."""
    at = bisect_left(kept, rest.start, key=attrgetter("start"))
    for i in range(max(0, at - 1), min(at + 1, len(kept))):
        winner = kept[i]
        first, last = sorted((winner, rest), key=lambda f: f.start)
        if winner.entity_type == rest.entity_type and not text[first.end : last.start].strip():
            name = finding_id(first.recording_id, first.start, last.end, first.entity_type)
            whole = text[first.start : last.end]
            kept[i] = replace(winner, id=name, start=first.start, end=last.end, text=whole, value=None)
            return
    kept.insert(at, rest)


def _joined(findings: Sequence[Finding], text: str) -> list[Finding]:
    """Street and "postal code town" that stand side by side are one address."""
    joined: list[Finding] = []
    for finding in findings:
        last = joined[-1] if joined else None
        touch = last is not None and _JOINT.fullmatch(text[last.end : finding.start]) is not None
        if last is not None and touch and last.entity_type == "ADDRESS" and _goes_on(finding, text, last):
            joined[-1] = _one(last, finding, text)
        else:
            joined.append(finding)
    return joined


def _goes_on(finding: Finding, text: str, last: Finding) -> bool:
    between = text[last.end : finding.start]
    if finding.entity_type == "ADDRESS":
        return finding.reason == "postal code and town"
    return finding.entity_type == "LOCATION" and "," in between and text[last.start : last.end][-1].isalnum()


def _one(first: Finding, second: Finding, text: str) -> Finding:
    return replace(
        first,
        id=finding_id(first.recording_id, first.start, second.end, first.entity_type),
        end=second.end,
        text=text[first.start : second.end],
        nested=(*first.nested, *second.nested, second),
    )
