"""Who is told how far the work is. It learns stages and counts, never a text or a file name."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Silent", "Watch"]


class Watch(Protocol):
    """One stage after another; `total` is None where nobody knows it yet."""

    def start(self, stage: str, total: int | None) -> None: ...

    def advance(self, count: int = 1) -> None: ...


class Silent:
    """A watch that keeps it to itself."""

    def start(self, stage: str, total: int | None) -> None:
        pass

    def advance(self, count: int = 1) -> None:
        pass
