"""Personal information out of a transcript: out of its text and out of its words, which must stay one.

Works on findings alone. It does not know how they were recognized, and it hears nothing: the sound is
redacted elsewhere. What goes beside the findings is searched by `stretches`; what stands in for the words is
made by presidio-anonymizer.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter, itemgetter
from statistics import fmean

from pii_audio.config import RedactConfig
from pii_audio.redact.operators import operator
from pii_audio.redact.pseudonyms import Pseudonyms
from pii_audio.redact.stretches import Stretch, Usual, going, searches, taken
from pii_audio.types import Finding, Transcript, Word

__all__ = ["Redaction", "Removed", "redact"]


@dataclass(frozen=True, slots=True)
class Removed:
    """Characters [start, end) of the original went; [new_start, new_end) of the new text stand for them."""

    start: int
    end: int
    new_start: int
    new_end: int
    finding: Finding = field(repr=False)  # what it was found as, here or elsewhere in the set


@dataclass(frozen=True, slots=True)
class Redaction:
    """A transcript without its personal information, and where it was. `removed` is in order."""

    transcript: Transcript
    removed: tuple[Removed, ...] = ()


def redact(
    transcript: Transcript,
    findings: Sequence[Finding],
    pseudonyms: Pseudonyms,
    config: RedactConfig,
    usual: Usual | None = None,
) -> Redaction:
    """The transcript without what was found, and without the same values where nobody found them.

    A finding is widened to whole words ("Müllers," becomes "<PERSON_1>,"); overlapping findings go as one,
    named after the widest. Repeats go too: any value within its own transcript, and across the set the
    names and direct identifiers that are no everyday words. Names inside longer words ("Tim" in "Timer")
    are no repeats. Words that lose their text become one word over the placeholder, with the time from
    the first to the last of them and their mean confidence. All else stays byte for byte.

    In a text without capitals, where `usual` says which folded words are everyday words, the names of others
    are looked for in lower case. `config.per_entity` set to "keep" leaves a type, but not details inside it
    of a type that must go.
    """
    recording_id = transcript.recording_id
    own = [finding for finding in going(findings, config) if finding.recording_id == recording_id]
    wanted = searches(transcript.text, own, pseudonyms.mentions, config, usual)
    removed: list[Removed] = []
    for _ in range(3):  # taking something out can push the halves of another value together
        stretches = taken(transcript.text, own, wanted)
        if not stretches:
            break
        transcript, edits = _replaced(transcript, stretches, pseudonyms, config)
        removed, own = _composed(removed, edits), []
    return Redaction(transcript, tuple(removed))


def _replaced(
    transcript: Transcript, stretches: Sequence[Stretch], pseudonyms: Pseudonyms, config: RedactConfig
) -> tuple[Transcript, list[Removed]]:
    from presidio_anonymizer import AnonymizerEngine, ConflictResolutionStrategy
    from presidio_anonymizer.entities import RecognizerResult

    text = transcript.text
    # Presidio picks operators by type, and merges what stands side by side in one type: a type for each.
    result = AnonymizerEngine().anonymize(
        text,
        [RecognizerResult(str(n), s.start, s.end, s.finding.score) for n, s in enumerate(stretches)],
        {
            str(n): operator(s.finding, text[s.start : s.end], pseudonyms, config)
            for n, s in enumerate(stretches)
        },
        conflict_resolution=ConflictResolutionStrategy.MERGE_SIMILAR_OR_CONTAINED,
        merge_entities_with_spaces=False,
    )
    spans = {int(item.entity_type): (item.start, item.end) for item in result.items}
    edits = [Removed(s.start, s.end, *spans[n], s.finding) for n, s in enumerate(stretches)]
    words = tuple(_words(transcript.words, edits, result.text))
    return replace(transcript, text=result.text, words=words), edits


def _composed(first: Sequence[Removed], second: Sequence[Removed]) -> list[Removed]:
    """Two rounds of edits as one: what the second took of the new text is what the first had put there."""
    if not first:
        return list(second)
    back = [Removed(r.new_start, r.new_end, r.start, r.end, r.finding) for r in first]
    touched = [(r.start, r.end, r.finding) for r in (*back, *second)]  # in the text between the two
    composed: list[tuple[int, int, Finding]] = []
    for start, end, finding in sorted(touched, key=itemgetter(0, 1)):
        low, high, kept = composed[-1] if composed else (-1, -1, finding)
        if start < high or (start == high and (start == end or low == high)):
            start, end, finding = low, max(high, end), kept if high - low >= end - start else finding
            composed.pop()
        composed.append((start, end, finding))
    return [
        Removed(_before(s, back), _moved(e, back), _before(s, second), _moved(e, second), finding)
        for s, e, finding in composed
    ]


def _before(position: int, edits: Sequence[Removed]) -> int:
    """As `_moved`; where something was put in, or taken out, at this very position, the near side of it."""
    passed = bisect_left(edits, position, key=attrgetter("start"))
    return _moved(position, edits[:passed])


def _words(words: Sequence[Word], edits: Sequence[Removed], text: str) -> Iterator[Word]:
    """The words over the new text. Words that share an edit, whole or in part, become one."""
    for group, (first, last) in _groups(words, edits):
        start, end = group[0].start, max(word.end for word in group)
        if first < last:
            start, end = min(start, edits[first].start), max(end, edits[last - 1].end)
        start, end = _moved(start, edits), _moved(end, edits)
        said = text[start:end]
        start, end = start + len(said) - len(said.lstrip()), end - len(said) + len(said.rstrip())
        if start < end:  # else all of it was removed
            yield replace(
                group[0],
                start=start,
                end=end,
                end_s=max(word.end_s for word in group),
                confidence=fmean(word.confidence for word in group),
            )


def _groups(words: Sequence[Word], edits: Sequence[Removed]) -> Iterator[tuple[list[Word], tuple[int, int]]]:
    """Words that belong together, with the range of edits that touch them."""
    group: list[Word] = []
    first = last = 0
    for word in words:
        low = bisect_right(edits, word.start, key=attrgetter("end"))
        high = bisect_left(edits, word.end, key=attrgetter("start"))
        if group and low < last and low < high:
            last = max(last, high)
        else:
            if group:
                yield group, (first, last)
            group, first, last = [], low, high
        group.append(word)
    if group:
        yield group, (first, last)


def _moved(position: int, edits: Sequence[Removed]) -> int:
    """Where a character outside all edits, or at the edge of one, stands in the new text."""
    before = bisect_right(edits, position, key=attrgetter("end"))
    if not before:
        return position
    return position - edits[before - 1].end + edits[before - 1].new_end
