"""Words with times for transcripts that others made: what their formats have in common.

Every character but white space ends up in exactly one word. Times that a format does not give (WhisperX
leaves digits without) are interpolated between their neighbours, in proportion to the characters, and such
words have half the confidence.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any

from pii_audio.errors import FormatError
from pii_audio.types import Transcript, Word

__all__ = [
    "Said",
    "Segment",
    "assemble",
    "cleaned",
    "language_code",
    "language_of",
    "languages_of",
    "number",
    "pieces",
]

UNKNOWN_CONFIDENCE = 0.5  # of a word whose source says nothing about it
LANGUAGES = ("de", "en")  # told apart by their words where a source does not say
CLEAR = 0.3  # so much more of the words one language must know than the other to be the only one
NAMES = {"german": "de", "deutsch": "de", "english": "en", "englisch": "en"}  # as in OpenAI's verbose_json
REACH = 40  # characters ahead that a word is looked for in: one that was left out must not skip a sentence


@dataclass(frozen=True, slots=True)
class Said:
    """One word as a format gives it; None where it has no time or confidence."""

    text: str = field(repr=False)
    begin_s: float | None
    end_s: float | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech with its own times; `said` may be empty, or leave out punctuation."""

    text: str = field(repr=False)
    begin_s: float
    end_s: float
    said: Sequence[Said] = field(default=(), repr=False)
    confidence: float = UNKNOWN_CONFIDENCE


@dataclass(frozen=True, slots=True)
class _Span:
    """Characters [start, end) of a segment; `said` is None where only neighbours have a time."""

    start: int
    end: int
    said: Said | None


def assemble(
    recording_id: str, text: str, segments: Sequence[Segment], language: str, *, duration_s: float, model: str
) -> Transcript:
    """Join segments into one transcript, a blank between any two.

    `text` is what the format says was said; where the segments do not add up to it, it wins and keeps what
    times can be found for it. Without segments there are no words.
    """
    segments = [s for s in segments if s.text.strip()]
    end_s = max((s.end_s for s in segments), default=0.0)
    if "".join(text.split()) != "".join("".join(s.text.split()) for s in segments):
        said = [word for s in segments for word in s.said]
        segments = [Segment(text, 0.0, max(duration_s, end_s), said)] if segments and text.strip() else []
        joined = text.strip()
    else:
        joined = " ".join(segment.text.strip() for segment in segments)
    words: list[Word] = []
    at = 0
    for segment in segments:
        words += _words(segment, at, language)
        at += len(segment.text.strip()) + 1
    end_s = max(end_s, max((word.end_s for word in words), default=0.0))
    return Transcript(recording_id, joined, tuple(words), language, max(duration_s, end_s), model)


def pieces(transcript: Transcript) -> Iterator[tuple[int, int, Word]]:
    """(start, end, word) of what is written as one word: a word, cut at the blanks that redaction put in."""
    for word in transcript.words:
        for match in re.finditer(r"\S+", transcript.text[word.start : word.end]):
            yield word.start + match.start(), word.start + match.end(), word


def cleaned(recording_id: str, value: Any) -> str:
    """A text that can be written as UTF-8, of the same length. Raises FormatError where it is no text."""
    if not isinstance(value, str):
        raise FormatError(recording_id, "the transcript has no text", 'write a string under "text"')
    return value.encode("utf-8", "replace").decode()


def number(value: Any) -> float | None:
    """A finite number that is not negative, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        return None
    return float(min(value, 1e12))


def language_code(value: Any) -> str | None:
    """ISO 639-1 of "de", "de-DE", "DE" or "german"; None of anything else."""
    name = re.split(r"[-_]", value.strip().lower())[0] if isinstance(value, str) else ""
    return NAMES.get(name, name if len(name) == 2 and name.isalpha() else None)


def language_of(value: Any, text: str) -> str:
    """The language a source gives, else German or English, whichever dictionary knows more of the words."""
    if code := language_code(value):
        return code
    from simplemma import in_target_language

    return max(LANGUAGES, key=lambda language: in_target_language(text, lang=language))


def languages_of(text: str) -> tuple[str, ...]:
    """The languages that a text may be in: one where its words leave no doubt, else German and English."""
    from simplemma import in_target_language

    known = {language: in_target_language(text, lang=language) for language in LANGUAGES}
    sure = max(known, key=lambda language: known[language])
    others = max(share for language, share in known.items() if language != sure)
    words = re.findall(r"[^\W\d_]{2,}", text)  # an address has few, and many names
    return (sure,) if len(words) >= 5 and known[sure] - others >= CLEAR else LANGUAGES


def _words(segment: Segment, at: int, language: str) -> Iterator[Word]:
    """The words of one segment; `at` is where its text begins in the transcript."""
    text = segment.text.strip()
    spans = list(_spans(text, _located(text, segment.said)))
    before = segment.begin_s
    groups = [(timed, list(group)) for timed, group in groupby(spans, lambda span: span.said is not None)]
    for place, (timed, group) in enumerate(groups):
        if timed:
            ranges = [_range(span.said) for span in group if span.said]
        else:
            after = groups[place + 1][1][0].said if place + 1 < len(groups) else None
            limit = _range(after)[0] if after else segment.end_s
            ranges = _spread(group, before, max(before, limit))
        for span, (begin_s, end_s) in zip(group, ranges, strict=True):
            confidence = _confidence(span.said, segment.confidence)
            yield Word(at + span.start, at + span.end, begin_s, end_s, confidence, language)
        before = ranges[-1][1]


def _located(text: str, said: Sequence[Said]) -> list[_Span]:
    """Timed words at their places in the text, in order; what does not stand there is left out."""
    found, cursor = [], 0
    for word in said:
        bare = word.text.strip()
        end = cursor + len(bare) + REACH
        start = text.find(bare, cursor, end) if bare and not re.search(r"\s", bare) else -1
        if start < 0 or word.begin_s is None or word.end_s is None:
            # without a time it still moves the cursor: the next "3" is not this one
            cursor = start + len(bare) if start >= 0 else cursor
            continue
        cursor = start + len(bare)
        found.append(_Span(start, cursor, word))
    return found


def _spans(text: str, located: Sequence[_Span]) -> Iterator[_Span]:
    """Cover the text: what stands between blanks belongs to the timed words in it, else is a word untimed."""
    starts = [span.start for span in located]
    for match in re.finditer(r"\S+", text):
        inside = located[bisect_left(starts, match.start()) : bisect_left(starts, match.end())]
        if not inside:
            yield _Span(match.start(), match.end(), None)
            continue
        bounds = [match.start(), *(span.start for span in inside[1:]), match.end()]
        for (start, end), span in zip(pairwise(bounds), inside, strict=True):
            yield _Span(start, end, span.said)


def _spread(spans: Sequence[_Span], begin_s: float, end_s: float) -> list[tuple[float, float]]:
    """Share out [begin_s, end_s) in proportion to the characters."""
    total = sum(span.end - span.start for span in spans)
    edges, done = [begin_s], 0
    for span in spans:
        done += span.end - span.start
        edges.append(begin_s + (end_s - begin_s) * done / total)
    return list(pairwise(edges))


def _range(said: Said) -> tuple[float, float]:
    begin_s = said.begin_s or 0.0
    return begin_s, max(begin_s, said.end_s or 0.0)


def _confidence(said: Said | None, of_segment: float) -> float:
    if said is None:
        return min(1.0, of_segment) / 2
    return min(1.0, of_segment if said.confidence is None else said.confidence)
