"""What earlier verifications found out about sounds: the same bytes, looked at alike, say the same."""

from __future__ import annotations

from dataclasses import dataclass, field

from pii_audio.runners.covers import Covered
from pii_audio.types import Transcript

__all__ = ["Key", "Memory"]

Key = tuple[object, ...]  # all that decides what comes out: bytes by their sha256, places, options


@dataclass(frozen=True, slots=True)
class Memory:
    """Grows as releases of one OUT are verified. Holds what was said: never written down."""

    heard: dict[Key, Transcript] = field(default_factory=dict, repr=False)
    compared: dict[Key, Covered] = field(default_factory=dict, repr=False)
