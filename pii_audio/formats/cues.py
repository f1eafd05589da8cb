"""Subtitle cues: which words stand on the screen together, and when. What SRT and VTT have in common."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pii_audio.errors import FormatError
from pii_audio.formats.timing import Segment, assemble, language_of
from pii_audio.types import Transcript

__all__ = ["Cue", "cues", "from_cues", "parsed", "timestamp"]

LINES, COLUMNS = 2, 42  # what the BBC's and Netflix's guides allow
PAUSE_S = 0.7  # a silence that ends a cue
LONGEST_S = 7.0
SHORTEST_S = 0.2  # players drop cues without length

_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMES = re.compile(rf"\s*{_TIME}[ \t]*-->[ \t]*{_TIME}")


@dataclass(frozen=True, slots=True)
class Cue:
    start: int  # characters of the transcript
    end: int
    begin_s: float
    end_s: float
    lines: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Token:
    """What stands between blanks: a cue never ends within it."""

    start: int
    end: int
    begin_s: float
    end_s: float


def cues(transcript: Transcript) -> Iterator[Cue]:
    """The transcript's words in cues of at most 2 lines of 42 characters, cut at pauses and sentence ends.

    A single word longer than a line keeps its line to itself. Without word times there are no cues.
    """
    held: list[_Token] = []
    for token in _tokens(transcript):
        if held and _ends_before(transcript.text, held, token):
            yield _cue(transcript.text, held)
            held = []
        held.append(token)
    if held:
        yield _cue(transcript.text, held)


def timestamp(seconds: float, mark: str) -> str:
    """01:02:03,004 with a comma for SRT, a point for VTT."""
    ms = round(max(0.0, seconds) * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{mark}{ms % 1000:03}"


def parsed(text: str) -> Iterator[tuple[float, float, str]]:
    """(begin_s, end_s, text) of the cues of a subtitle file, its lines joined by blanks.

    What stands outside of cues, numbers, notes and styles, is passed over; a missing blank line between two
    cues is forgiven.
    """
    times: tuple[float, float] | None = None
    lines: list[str] = []
    for line in (*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""):
        match = _TIMES.match(line)
        if match and lines and lines[-1].strip().isdigit():
            lines.pop()  # the number of this cue
        if times and (match or not line.strip()):
            yield *times, " ".join(lines)
            times, lines = None, []
        if match:
            times, lines = (_seconds(match.groups()[:4]), _seconds(match.groups()[4:])), []
        elif times:
            lines.append(line.strip())


def from_cues(recording_id: str, found: Sequence[tuple[float, float, str]], model: str) -> Transcript:
    """The transcript that cues add up to. Their words share the time of their cue, by characters."""
    segments = [Segment(text, begin_s, max(begin_s, end_s)) for begin_s, end_s, text in found]
    text = " ".join(segment.text.strip() for segment in segments if segment.text.strip())
    try:
        text.encode()
    except UnicodeEncodeError:
        raise FormatError(recording_id, "the subtitles are no text", "write them again as UTF-8") from None
    return assemble(recording_id, text, segments, language_of(None, text), duration_s=0.0, model=model)


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000


def _tokens(transcript: Transcript) -> Iterator[_Token]:
    words, first = transcript.words, 0
    for match in re.finditer(r"\S+", transcript.text):
        start, end = match.span()
        while first < len(words) and words[first].end <= start:
            first += 1
        last = first
        while last < len(words) and words[last].start < end:
            last += 1
        if said := words[first:last]:
            yield _Token(start, end, said[0].begin_s, max(word.end_s for word in said))


def _ends_before(text: str, held: list[_Token], token: _Token) -> bool:
    said = _joined(text, held)
    full = len(_wrapped(f"{said} {text[token.start : token.end]}")) > LINES
    long = token.end_s - held[0].begin_s > LONGEST_S
    sentence = said.endswith((".", "?", "!", "…")) and len(said) > COLUMNS
    return full or long or sentence or token.begin_s - held[-1].end_s > PAUSE_S


def _cue(text: str, held: list[_Token]) -> Cue:
    begin_s = held[0].begin_s
    end_s = max(begin_s + SHORTEST_S, *(token.end_s for token in held))
    return Cue(held[0].start, held[-1].end, begin_s, end_s, tuple(_wrapped(_joined(text, held))))


def _joined(text: str, held: list[_Token]) -> str:
    return " ".join(text[token.start : token.end] for token in held)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, COLUMNS, break_long_words=False, break_on_hyphens=False)
