"""How a recognizer that knows better lowers the score of what others found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pii_audio.types import Finding, Transcript

__all__ = ["lowered"]


def lowered(
    transcripts: Sequence[Transcript],
    found: Sequence[Sequence[Finding]],
    doubted: Callable[[Transcript, Finding], bool],
    most: float,
) -> list[list[Finding]]:
    """The same findings; those that are doubted have a score of at most `most`."""
    return [
        [replace(f, score=min(f.score, most)) if doubted(t, f) else f for f in own]
        for t, own in zip(transcripts, found, strict=True)
    ]
