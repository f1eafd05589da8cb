"""Carries marks from what was said to what was heard.

Both are put in writing first ("null eins" and "0, 1" are both 01), then their letters and digits are aligned
by Levenshtein distance; a word that was heard belongs to the span that most of its letters come from.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pii_audio.bench.rows import Row, Span
from pii_audio.errors import ConfigError
from pii_audio.recognizers.spoken import write
from pii_audio.types import Transcript

__all__ = ["carried"]


def carried(row: Row, heard: Transcript) -> Row:
    """The row with the text that was heard. A span of which no word was heard is counted as lost."""
    marks = [*row.spans, *((s, e, "") for s, e in row.aside)]
    found = _spans(row, heard, marks)
    spans = tuple(sorted(span for span in found if span and span[2]))
    aside = tuple(sorted((span[0], span[1]) for span in found if span and not span[2]))
    return Row(heard, spans, aside, row.group, row.language, lost=found.count(None))


@dataclass(frozen=True, slots=True)
class _Letters:
    """Letters and digits of the written form, lower case, and the characters of the text behind each."""

    text: str
    said: tuple[tuple[int, int], ...]


def _spans(row: Row, heard: Transcript, marks: Sequence[Span]) -> list[Span | None]:
    said, hearing = _letters(row.text, row.language), _letters(heard.text, heard.language)
    owner = [_owner(start, end, marks) for start, end in said.said]
    votes: dict[tuple[int, int], Counter[int]] = {}
    words = _words(heard.text)
    starts = [start for start, _ in words]
    for at, mark in _aligned(said.text, hearing.text, owner):
        first = bisect_right(starts, hearing.said[at][0]) - 1
        for word in words[max(first, 0) : bisect_right(starts, hearing.said[at][1] - 1)]:
            votes.setdefault(word, Counter())[mark] += 1
    taken: dict[int, list[tuple[int, int]]] = {}
    for word, count in votes.items():
        taken.setdefault(count.most_common(1)[0][0], []).append(word)
    return [_hull(heard.text, taken.get(n, ()), label) for n, (_, _, label) in enumerate(marks)]


def _letters(text: str, language: str) -> _Letters:
    written = write(text, language)
    places = [i for i, c in enumerate(written.text) if c.isalnum()]
    letters = [(c, written.said(i, i + 1)) for i in places for c in written.text[i].lower()]
    return _Letters("".join(c for c, _ in letters), tuple(said for _, said in letters))


def _owner(start: int, end: int, marks: Sequence[Span]) -> int:
    """The mark that holds these characters, or most of them; -1: none."""
    shared = [(min(end, e) - max(start, s), -n) for n, (s, e, _) in enumerate(marks)]
    most, n = max(shared, default=(0, 0))
    return -n if 2 * most > end - start or (most > 0 and end - start > 20) else -1


def _aligned(said: str, heard: str, owner: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(place in `heard`, mark) for every letter heard; within a stretch that differs, in proportion."""
    try:
        from rapidfuzz.distance import Levenshtein
    except ModuleNotFoundError:
        raise ConfigError("--form spoken", "needs rapidfuzz", "pip install 'pii-audio[bench]'") from None
    for (i, i_end), (j, j_end) in _stretches(Levenshtein.opcodes(said, heard)):
        for at in range(j, j_end):
            if i < i_end:
                yield at, owner[i + (at - j) * (i_end - i) // (j_end - j)]
            else:  # heard between two letters that were said
                before, after = owner[i - 1 : i] or [-1], owner[i : i + 1] or [-1]
                yield at, before[0] if before == after else -1


def _stretches(opcodes: Iterable[Any]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Runs of equal letters, and what lies between them as one stretch each."""
    last: list[int] | None = None
    for code in opcodes:
        i, i_end, j, j_end = code.src_start, code.src_end, code.dest_start, code.dest_end
        if code.tag == "equal":
            if last:
                yield (last[0], last[1]), (last[2], last[3])
                last = None
            yield (i, i_end), (j, j_end)
        elif last:
            last[1], last[3] = i_end, j_end
        else:
            last = [i, i_end, j, j_end]
    if last:
        yield (last[0], last[1]), (last[2], last[3])


def _words(text: str) -> list[tuple[int, int]]:
    words, at = [], 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        words.append((start, at))
    return words


def _hull(text: str, words: Sequence[tuple[int, int]], label: str) -> Span | None:
    """From the first word to the last, without the marks at its ends."""
    if not words:
        return None
    start, end = min(s for s, _ in words), max(e for _, e in words)
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return (start, end, label) if start < end else None
