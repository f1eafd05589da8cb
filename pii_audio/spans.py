"""Spans of seconds, [begin_s, end_s)."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["united"]


def united(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """In order, those that overlap or touch made one."""
    together: list[tuple[float, float]] = []
    for begin_s, end_s in sorted(spans):
        if together and begin_s <= together[-1][1]:
            together[-1] = together[-1][0], max(together[-1][1], end_s)
        else:
            together.append((begin_s, end_s))
    return together
