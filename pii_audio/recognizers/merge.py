"""One list without overlaps out of what several recognizers found: the longest trustworthy span wins.

What lies inside the winner is kept as its details (the town of an address); each keeps recognizer and reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pii_audio.types import Finding

__all__ = ["merge"]

_TRUSTED = 0.6  # from here on length decides, below the score does
_JOINT = re.compile(r"\s*,?\s*(?:in\s+)?", re.IGNORECASE)


def merge(findings: Iterable[Finding], text: str, *, min_score: float = 0.0) -> list[Finding]:
    """Sorted, non-overlapping findings of one transcript. Parts of one address that touch become one."""
    kept: list[Finding] = []
    candidates = [f for f in findings if f.score >= min_score and f.start < f.end]
    for finding in sorted(candidates, key=_rank):
        rivals = [k for k in kept if k.start < finding.end and finding.start < k.end]
        if not rivals:
            kept.append(finding)
        elif len(rivals) == 1 and rivals[0].start <= finding.start and finding.end <= rivals[0].end:
            kept[kept.index(rivals[0])] = _with_detail(rivals[0], finding)
    return _joined(sorted(kept, key=lambda f: f.start), text)


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
    same = inner.start == winner.start and inner.end == winner.end and inner.entity_type == winner.entity_type
    if same or any(n.id == inner.id for n in winner.nested):
        return replace(winner, value=winner.value or inner.value)
    return replace(winner, nested=(*winner.nested, inner))


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
        id=f"{first.recording_id}-{first.start}-{second.end}-{first.entity_type}",
        end=second.end,
        text=text[first.start : second.end],
        nested=(*first.nested, *second.nested, second),
    )
