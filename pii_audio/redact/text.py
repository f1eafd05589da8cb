"""Personal information out of a transcript: out of its text and out of its words, which must stay one.

Works on findings alone. It does not know how they were recognized, and it hears nothing: the sound is
redacted elsewhere. What stands in for the words is made by presidio-anonymizer.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from operator import attrgetter, itemgetter
from statistics import fmean
from typing import Any

from pii_audio.config import RedactConfig
from pii_audio.plain import INVISIBLE, Plain
from pii_audio.redact.operators import operator
from pii_audio.redact.pseudonyms import IDENTIFIERS, Pseudonyms, name_words
from pii_audio.spelling import fold
from pii_audio.types import Finding, Transcript, Word

__all__ = ["Redaction", "Removed", "after_article", "leaks", "reach", "redact"]

Usual = Callable[[str], bool]

# A run of letters and digits that is never cut: "Anna-Lena", "w.jansen@t-online.de", "0151/2345".
# An English "'s" stays outside, so that the sentence around a placeholder can still be read.
_LETTER = rf"[\w\u0300-\u036f{INVISIBLE}]"
_INNER = r"(?-i:[^\WA-ZÄÖÜ])"  # goes on with a word: a capital begins another
_RUN = re.compile(rf"{_LETTER}+(?:(?:[-.@/+]|['’](?!s\b)){_LETTER}+)*")
_ANY_CASE, _COMPOUND, _GENITIVE = "(?i:", rf"{_LETTER}*", rf"s?(?!{_INNER})"  # around a value
_PUNCTUATION = ' \t\r\n.,;:!?…"»«„“”'

# Names that are everyday words as well are not looked for in clips where nobody found them.
_EVERYDAY = frozenset({
    "art", "bill", "bush", "dick", "drew", "ernst", "faith", "frank", "frost", "fuchs", "grace", "gross",
    "hahn", "hope", "hunt", "jung", "just", "klein", "koch", "kurz", "lang", "long", "mai", "mark", "may",
    "much", "neu", "page", "park", "price", "rich", "rose", "rot", "roth", "sanft", "schwarz", "short",
    "sommer", "sonne", "stark", "stein", "sue", "tage", "vogel", "wade", "weiss", "will", "winter",
    "wolf", "wood", "young",
})  # fmt: skip
_ARTICLES = frozenset({
    "a", "am", "an", "beim", "das", "dem", "den", "der", "des", "die", "ein", "eine", "einem", "einen",
    "einer", "eines", "im", "kein", "keine", "the", "vom", "zum", "zur",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Characters [start, end) that go, and the finding that says what they are."""

    start: int
    end: int
    finding: Finding

    @property
    def weight(self) -> tuple[int, float]:
        return self.end - self.start, self.finding.score


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


@dataclass(frozen=True, slots=True)
class _Search:
    """Many values looked for at once. A group for each would be simpler, and fifty times slower."""

    anyone: re.Pattern[str] | None
    wanted: Mapping[str, Sequence[tuple[int, str, Finding]]]  # (order, pattern, ...) by what it begins with
    own: bool  # whether they were found in the very recording that is searched
    known: dict[str, Finding] = field(default_factory=dict)  # by what matched

    def of(self, said: str) -> Finding:
        """What matched `anyone`: the first value whose pattern it fits."""
        if said not in self.known:
            begins = {_ANY_CASE, *(_stem(said[:cut]) for cut in range(1, len(said) + 1))}
            near = chain.from_iterable(self.wanted.get(begin, ()) for begin in begins)
            fits = (wanted for wanted in near if _compiled(wanted[1]).fullmatch(said))
            self.known[said] = min(fits, key=itemgetter(0))[2]
        return self.known[said]


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
    own = [finding for finding in _removed(findings, config) if finding.recording_id == recording_id]
    lower = _lower(transcript.text, usual)
    searches = _search(own, own=True), _of_set(pseudonyms.mentions, config, lower)
    stretches = [_Stretch(f.start, f.end, f) for f in own]
    removed: list[Removed] = []
    for _ in range(3):  # taking something out can push the halves of another value together
        stretches = _united(transcript.text, [*stretches, *_repeats(transcript.text, searches)])
        if not stretches:
            break
        transcript, edits = _replaced(transcript, stretches, pseudonyms, config)
        removed, stretches = _composed(removed, edits), []
    return Redaction(transcript, tuple(removed))


def reach(
    transcript: Transcript,
    findings: Sequence[Finding],
    config: RedactConfig | None = None,
    usual: Usual | None = None,
) -> list[tuple[int, int]]:
    """Characters [start, end) that `redact` takes out where only these findings of the set are to go."""
    config = config or RedactConfig()
    gone = _removed(findings, config)
    own = [finding for finding in gone if finding.recording_id == transcript.recording_id]
    mentions = [detail for finding in gone for detail in (finding, *finding.nested)]
    lower = _lower(transcript.text, usual)
    searches = _search(own, own=True), _search(mentions, own=False, lower=lower)
    stretches = [*(_Stretch(f.start, f.end, f) for f in own), *_repeats(transcript.text, searches)]
    return [(stretch.start, stretch.end) for stretch in _united(transcript.text, stretches)]


def leaks(
    redacted: Transcript,
    findings: Sequence[Finding],
    config: RedactConfig | None = None,
    mentions: Sequence[Finding] = (),
) -> list[Finding]:
    """The findings whose value still stands in a redacted transcript: none, or it must not leave.

    Findings of this recording are searched for whatever their type, those of others only where they
    are names or direct identifiers, as `redact` does. `mentions` are those of the whole set.
    """
    config = config or RedactConfig()
    spans = [(0, len(redacted.text)), *((w.start, w.end) for w in redacted.words)]

    def stands(gone: Sequence[Finding], *more: _Search) -> bool:
        own = [finding for finding in gone if finding.recording_id == redacted.recording_id]
        searches = _search(own, own=True), _search(gone, own=False), *more
        return any(_repeats(redacted.text, searches, *span) for span in spans)

    gone = _removed(findings, config)
    if not stands(gone, _of_set(mentions, config, None)):
        return []
    return [finding for finding in (*gone, *_removed(mentions, config)) if stands([finding])]


def _removed(findings: Sequence[Finding], config: RedactConfig) -> list[Finding]:
    """The findings that must go; of one that may stay, the details inside it that must go."""
    gone: list[Finding] = []
    for finding in findings:
        keep = config.per_entity.get(finding.entity_type) == "keep"
        gone += _removed(finding.nested, config) if keep else [finding]
    return gone


def _lower(text: str, usual: Usual | None) -> Usual | None:
    """Where a text has no capitals, names have none."""
    return usual if not any(map(str.isupper, text)) else None


class _OfSet:
    """What is looked for in every text of a set, made once and not for each of them."""

    def __init__(self) -> None:
        self._made: list[tuple[tuple[Any, ...], _Search]] = []  # with capitals, and without

    def __call__(self, mentions: Sequence[Finding], config: RedactConfig, lower: Usual | None) -> _Search:
        for (mentions_, config_, lower_), search in self._made:
            if mentions_ is mentions and config_ is config and lower_ is lower:
                return search
        search = _search(_removed(mentions, config), own=False, lower=lower)
        self._made = [*self._made[-1:], ((mentions, config, lower), search)]
        return search


_of_set = _OfSet()


def _search(findings: Sequence[Finding], *, own: bool, lower: Usual | None = None) -> _Search:
    wanted: dict[str, Finding] = {}
    for finding in findings:
        for pattern in _patterns(finding, own=own):
            wanted.setdefault(pattern, finding)
        if lower and finding.entity_type == "PERSON":
            for word in _values(finding, own=own):
                if word.isalpha() and not lower(fold(word)):
                    wanted.setdefault(f"{_ANY_CASE}{_pattern(word, finding.entity_type)})", finding)
    by_begin = defaultdict[str, list[tuple[int, str, Finding]]](list)
    for order, (pattern, finding) in enumerate(wanted.items()):
        stem = pattern.removesuffix(_COMPOUND).removesuffix(_GENITIVE)
        by_begin[_ANY_CASE if pattern.startswith(_ANY_CASE) else stem].append((order, pattern, finding))
    return _Search(_any_of(frozenset(wanted)), by_begin, own)


@lru_cache(maxsize=256)  # what is looked for is the same in nearly all clips of a set
def _any_of(patterns: frozenset[str]) -> re.Pattern[str] | None:
    longest_first = sorted(patterns, key=lambda pattern: (-len(pattern), pattern))
    return re.compile(r"(?<!\w)(?:" + "|".join(longest_first) + ")") if patterns else None


def _repeats(
    text: str, searches: Sequence[_Search], start: int = 0, end: int | None = None
) -> list[_Stretch]:
    """Where the values of findings stand in text[start:end], found or not.

    A capitalised word behind an article is a noun, unless it is a name elsewhere in the same text: "Linde
    war da, die Linde".
    """
    stretches, names = list[tuple[str, _Stretch]](), set[str]()
    plain = Plain.of(text[start:end])
    for search in searches:
        for match in search.anyone.finditer(plain.text) if search.anyone else ():
            said = match.group()
            finding = search.of(said)
            first, last = plain.original(*match.span())
            stretches.append((said, _Stretch(start + first, start + last, finding)))
            if search.own or finding.entity_type in IDENTIFIERS or not after_article(text, start + first):
                names.add(said)
    return [stretch for said, stretch in stretches if said in names]


_compiled = lru_cache(maxsize=1 << 16)(re.compile)  # the standard library's own cache is too small


@lru_cache(maxsize=1 << 16)
def _patterns(finding: Finding, *, own: bool) -> tuple[str, ...]:
    values = _values(finding, own=own)
    return tuple(filter(None, (_pattern(value, finding.entity_type) for value in values)))


def _values(finding: Finding, *, own: bool) -> list[str]:
    """What to look for: as it was said; for a name its parts too, if they can mean nothing else."""
    said = Plain.of(finding.text or finding.value or "").text
    if finding.entity_type in IDENTIFIERS:
        return [value for value in (said, finding.value) if value and len(value) >= 4]
    parts = []
    if finding.entity_type == "PERSON":
        words = name_words(said)
        parts = [w for w in words if len(w) >= 4 and w[0].isupper() and fold(w) not in _EVERYDAY]
        if not own:
            return [*parts, said] if len(words) > 1 else parts
    return [*parts, said] if own and len(said) >= 3 else []


def _pattern(value: str, entity_type: str) -> str:
    """A regular expression for a value to the end of a word, however it is spaced, with a genitive s.

    A capital begins a word, as Whisper writes "RoseDelgado". The digits of a number may be grouped anew. Long
    names are found in compounds and derived words too: "Wilhelmshavener". Empty where there is nothing to
    look for.
    """
    if entity_type in IDENTIFIERS:
        signs = [re.escape(sign) for sign in re.findall(r"\w", value)]
        return _ANY_CASE + r"[\W_]*".join(signs) + r")(?!\w)" if len(signs) >= 4 else ""
    stem = _stem(value)
    return stem and stem + (_COMPOUND if len(value) >= 6 and value.isalpha() else _GENITIVE)


def _stem(value: str) -> str:
    return r"\s+".join(map(re.escape, value.strip(_PUNCTUATION).split()))


def after_article(text: str, start: int) -> bool:
    """Whether a capitalised word is a noun here and no name: "im Sommer", "the Baker"."""
    before = re.findall(r"\w+", text[max(0, start - 20) : start])
    return bool(before) and before[-1].casefold() in _ARTICLES


def _united(text: str, stretches: Sequence[_Stretch]) -> list[_Stretch]:
    """Stretches in order, widened to whole words and without overlap."""
    runs = [match.span() for match in _RUN.finditer(text)]
    united: list[_Stretch] = []
    for stretch in sorted((_whole(text, runs, s) for s in stretches), key=lambda s: (s.start, -s.end)):
        if stretch.start >= stretch.end:
            continue
        if united and stretch.start < united[-1].end:
            last = united.pop()
            widest = max(last, stretch, key=lambda s: s.weight)
            stretch = _Stretch(last.start, max(last.end, stretch.end), widest.finding)
        united.append(stretch)
    return united


def _whole(text: str, runs: Sequence[tuple[int, int]], stretch: _Stretch) -> _Stretch:
    """A stretch without the punctuation around it, widened to the ends of the runs that it touches."""
    start, end = max(0, stretch.start), min(len(text), stretch.end)
    around = _PUNCTUATION if text[start:end].strip(_PUNCTUATION) else None  # None is white space
    said = text[start:end]
    start, end = start + len(said) - len(said.lstrip(around)), start + len(said.rstrip(around))
    touched = runs[bisect_right(runs, start, key=itemgetter(1)) : bisect_left(runs, end, key=itemgetter(0))]
    if start < end and touched:
        start, end = min(start, touched[0][0]), max(end, touched[-1][1])
    return _Stretch(start, end, stretch.finding)


def _replaced(
    transcript: Transcript, stretches: Sequence[_Stretch], pseudonyms: Pseudonyms, config: RedactConfig
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
