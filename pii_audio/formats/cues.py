"""Subtitle cues: which words stand on the screen together, and when. What SRT and VTT have in common."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field

from pii_audio.types import Transcript

__all__ = ["Cue", "cues", "timestamp"]

LINES, COLUMNS = 2, 42  # what the BBC's and Netflix's guides allow
PAUSE_S = 0.7  # a silence that ends a cue
LONGEST_S = 7.0
SHORTEST_S = 0.2  # players drop cues without length


@dataclass(frozen=True, slots=True)
class Cue:
    begin_s: float
    end_s: float
    lines: tuple[str, ...] = field(repr=False)


def cues(transcript: Transcript) -> Iterator[Cue]:
    """The transcript's words in cues of at most 2 lines of 42 characters, cut at pauses and sentence ends.

    A single word longer than a line keeps its line to itself. Without word times there are no cues.
    """
    held: list[tuple[str, float, float]] = []
    for token in _tokens(transcript):
        if held and _ends_before(held, token):
            yield _cue(held)
            held = []
        held.append(token)
    if held:
        yield _cue(held)


def timestamp(seconds: float, mark: str) -> str:
    """01:02:03,004 with a comma for SRT, a point for VTT."""
    ms = round(max(0.0, seconds) * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{mark}{ms % 1000:03}"


def _tokens(transcript: Transcript) -> Iterator[tuple[str, float, float]]:
    """(text, begin_s, end_s) of what stands between blanks: a cue never ends within it."""
    for match in re.finditer(r"\S+", transcript.text):
        if times := transcript.seconds(match.start(), match.end()):
            yield match.group(), *times


def _ends_before(held: list[tuple[str, float, float]], token: tuple[str, float, float]) -> bool:
    _, begin_s, end_s = token
    text = " ".join(word for word, _, _ in held)
    full = len(_wrapped(f"{text} {token[0]}")) > LINES or end_s - held[0][1] > LONGEST_S
    sentence = text.endswith((".", "?", "!", "…")) and len(text) > COLUMNS
    return full or sentence or begin_s - held[-1][2] > PAUSE_S


def _cue(held: list[tuple[str, float, float]]) -> Cue:
    begin_s = held[0][1]
    end_s = max(begin_s + SHORTEST_S, *(end for _, _, end in held))
    return Cue(begin_s, end_s, tuple(_wrapped(" ".join(word for word, _, _ in held))))


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, COLUMNS, break_long_words=False, break_on_hyphens=False)
