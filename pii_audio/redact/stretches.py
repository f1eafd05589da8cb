"""The stretches of a text that go: what was found, and the same values where nobody found them.

Also what `redact` would take out, and what it has left. Works on findings alone, and writes nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from pii_audio.config import RedactConfig
from pii_audio.plain import INVISIBLE, Plain
from pii_audio.redact.pseudonyms import IDENTIFIERS, name_words
from pii_audio.spelling import fold
from pii_audio.types import Finding, Transcript

__all__ = ["Search", "Stretch", "Usual", "after_article", "going", "leaks", "reach", "searches", "taken"]

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
class Stretch:
    """Characters [start, end) that go, and the finding that says what they are."""

    start: int
    end: int
    finding: Finding

    @property
    def weight(self) -> tuple[int, float]:
        return self.end - self.start, self.finding.score


@dataclass(frozen=True, slots=True)
class Search:
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


def going(findings: Sequence[Finding], config: RedactConfig) -> list[Finding]:
    """The findings that must go; of one that may stay, the details inside it that must go."""
    gone: list[Finding] = []
    for finding in findings:
        gone += going(finding.nested, config) if config.keeps(finding.entity_type) else [finding]
    return gone


def searches(
    text: str, own: Sequence[Finding], mentions: Sequence[Finding], config: RedactConfig, usual: Usual | None
) -> tuple[Search, Search]:
    """What to look for in a text: values of its `own` findings, and of the `mentions` of the whole set."""
    return _search(own, own=True), _of_set(mentions, config, _lower(text, usual))


def taken(text: str, own: Sequence[Finding], wanted: Sequence[Search]) -> list[Stretch]:
    """The stretches of a text that go, in order: its `own` findings and what is `wanted`.

    They are widened to whole words; those that overlap are one, named after the widest.
    """
    found = [Stretch(f.start, f.end, f) for f in own]
    return _united(text, [*found, *_repeats(text, wanted)])


def reach(
    transcript: Transcript,
    findings: Sequence[Finding],
    config: RedactConfig | None = None,
    usual: Usual | None = None,
) -> list[tuple[int, int]]:
    """Characters [start, end) that `redact` takes out where only these findings of the set are to go."""
    config = config or RedactConfig()
    gone = going(findings, config)
    own = [finding for finding in gone if finding.recording_id == transcript.recording_id]
    mentions = [detail for finding in gone for detail in (finding, *finding.nested)]
    lower = _lower(transcript.text, usual)
    wanted = _search(own, own=True), _search(mentions, own=False, lower=lower)
    return [(stretch.start, stretch.end) for stretch in taken(transcript.text, own, wanted)]


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

    def stands(gone: Sequence[Finding], *more: Search) -> bool:
        own = [finding for finding in gone if finding.recording_id == redacted.recording_id]
        wanted = _search(own, own=True), _search(gone, own=False), *more
        return any(_repeats(redacted.text, wanted, *span) for span in spans)

    gone = going(findings, config)
    if not stands(gone, _of_set(mentions, config, None)):
        return []
    return [finding for finding in (*gone, *going(mentions, config)) if stands([finding])]


def _lower(text: str, usual: Usual | None) -> Usual | None:
    """Where a text has no capitals, names have none."""
    return usual if not any(map(str.isupper, text)) else None


class _OfSet:
    """What is looked for in every text of a set, made once and not for each of them."""

    def __init__(self) -> None:
        self._made: list[tuple[tuple[Any, ...], Search]] = []  # with capitals, and without

    def __call__(self, mentions: Sequence[Finding], config: RedactConfig, lower: Usual | None) -> Search:
        for (mentions_, config_, lower_), search in self._made:
            if mentions_ is mentions and config_ is config and lower_ is lower:
                return search
        search = _search(going(mentions, config), own=False, lower=lower)
        self._made = [*self._made[-1:], ((mentions, config, lower), search)]
        return search


_of_set = _OfSet()


def _search(findings: Sequence[Finding], *, own: bool, lower: Usual | None = None) -> Search:
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
    return Search(_any_of(frozenset(wanted)), by_begin, own)


@lru_cache(maxsize=256)  # what is looked for is the same in nearly all clips of a set
def _any_of(patterns: frozenset[str]) -> re.Pattern[str] | None:
    longest_first = sorted(patterns, key=lambda pattern: (-len(pattern), pattern))
    return re.compile(r"(?<!\w)(?:" + "|".join(longest_first) + ")") if patterns else None


def _repeats(text: str, wanted: Sequence[Search], start: int = 0, end: int | None = None) -> list[Stretch]:
    """Where the values of findings stand in text[start:end], found or not.

    A capitalised word behind an article is a noun, unless it is a name elsewhere in the same text: "Linde
    war da, die Linde".
    """
    stretches, names = list[tuple[str, Stretch]](), set[str]()
    plain = Plain.of(text[start:end])
    for search in wanted:
        for match in search.anyone.finditer(plain.text) if search.anyone else ():
            said = match.group()
            finding = search.of(said)
            first, last = plain.original(*match.span())
            stretches.append((said, Stretch(start + first, start + last, finding)))
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


def _united(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """Stretches in order, widened to whole words and without overlap."""
    runs = [match.span() for match in _RUN.finditer(text)]
    united: list[Stretch] = []
    for stretch in sorted((_whole(text, runs, s) for s in stretches), key=lambda s: (s.start, -s.end)):
        if stretch.start >= stretch.end:
            continue
        if united and stretch.start < united[-1].end:
            last = united.pop()
            widest = max(last, stretch, key=lambda s: s.weight)
            stretch = Stretch(last.start, max(last.end, stretch.end), widest.finding)
        united.append(stretch)
    return united


def _whole(text: str, runs: Sequence[tuple[int, int]], stretch: Stretch) -> Stretch:
    """A stretch without the punctuation around it, widened to the ends of the runs that it touches."""
    start, end = max(0, stretch.start), min(len(text), stretch.end)
    around = _PUNCTUATION if text[start:end].strip(_PUNCTUATION) else None  # None is white space
    said = text[start:end]
    start, end = start + len(said) - len(said.lstrip(around)), start + len(said.rstrip(around))
    touched = runs[bisect_right(runs, start, key=itemgetter(1)) : bisect_left(runs, end, key=itemgetter(0))]
    if start < end and touched:
        start, end = min(start, touched[0][0]), max(end, touched[-1][1])
    return Stretch(start, end, stretch.finding)
