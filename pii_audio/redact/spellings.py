"""The spellings in which a removed value can still stand in a text: written, dictated, misheard, in parts.

Names, places and streets are looked for in every text of a release, word by word; numbers by their digits,
however they are grouped or spoken; mail addresses by their letters; ages, jobs and the like only where they
were said. A word that is usual in the language is no trace of anybody, nor is one that merely sounds like a
name. What is usual, and how speech is put in writing, the caller knows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Literal

from pii_audio.plain import Plain
from pii_audio.redact.misheard import sounds_like
from pii_audio.redact.pseudonyms import IDENTIFIERS, name_words
from pii_audio.redact.stretches import after_article
from pii_audio.spelling import cologne, distance, fold
from pii_audio.types import Finding, Transcript

__all__ = ["Hit", "Spellings", "squeezed", "telling", "without_machine"]

How = Literal["written", "sounds alike", "digits", "letters"]
NAMES = frozenset({"PERSON", "LOCATION", "ADDRESS", "ORGANIZATION"})  # looked for in the whole set
WORD, COMPOUND, DIGITS, LETTERS = 4, 6, 6, 6  # least length of what is looked for, or compared
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+")
_NUMBER = re.compile(r"\d(?:[ .,/()+-]{0,3}\d)*")
_BEGINS = r"(?:(?<![^\W_])(?<!\d[.,])|(?<=[a-zäöüß])(?=[A-ZÄÖÜ]))"  # "RoseDelgado" too; no decimals
_ENDS = r"(?![^\W_A-ZÄÖÜ])"
_MACHINE = re.compile(r"\b(?:rec-[0-9a-f]{12}|[0-9a-f]{64})\b")  # ids and hashes


@dataclass(frozen=True, slots=True)
class Hit:
    """Characters [start, end) of a text are, or sound like, what was removed as `finding`."""

    start: int
    end: int
    how: How
    finding: Finding = field(repr=False)


def without_machine(text: str) -> str:
    """Blanks in place of ids and hashes: their digits mean nothing."""
    return _MACHINE.sub(lambda m: " " * len(m.group()), text)


def squeezed(text: str) -> str:
    """Folded letters and digits alone: "Anna-Lena, 7." -> "annalena7"."""
    return re.sub(r"[\W_]+", "", fold(text))


def telling(text: str, usual: Callable[[str], bool]) -> set[str]:
    """The folded words of a text that are no everyday words."""
    found = (fold(word) for word in re.findall(r"[^\W_]+", text))
    return {word for word in found if len(word) >= 3 and not usual(word)}


class Spellings:
    """All values of a set at once.

    `usual`: whether a folded word is an everyday word; `left`: findings that stay on purpose, whose words
    tell nothing new.
    """

    def __init__(
        self, removed: Iterable[Finding], usual: Callable[[str], bool], left: Iterable[Finding] = ()
    ) -> None:
        stays = frozenset(word for finding in left for word in telling(finding.text, usual))
        self._usual: Callable[[str], bool] = lambda word: usual(word) or word in stays
        self._words: dict[str, Finding] = {}
        self._sounds: dict[str, list[str]] = defaultdict(list)
        self._numbers: dict[str, Finding] = {}
        self._letters: dict[str, Finding] = {}
        self._own: dict[str, dict[tuple[str, ...], Finding]] = defaultdict(dict)
        self._alike: dict[str, str | None] = {}
        self._raw: dict[str, Finding] = {}
        self._said_in: dict[str, set[str]] = defaultdict(set)  # raw value -> recordings
        self._verbatim: re.Pattern[str] | None = None
        for finding in removed:
            for one in (finding, *finding.nested):
                self._add(one)
        for word in self._words:
            self._sounds[cologne(word)].append(word)

    @property
    def raw(self) -> Mapping[str, Finding]:
        """Values as they may stand in the bytes of a file."""
        return self._raw

    def verbatim(self, text: str, recording_id: str = "") -> Iterator[str]:
        """Raw values that stand in a text as words of their own.

        In a text of another recording than theirs a noun is no name, and an age, a job or the like nobody's.
        """
        if self._verbatim is None:
            values = sorted(self._raw, key=len, reverse=True)
            self._verbatim = re.compile(rf"{_BEGINS}(?:{'|'.join(map(re.escape, values)) or '(?!)'}){_ENDS}")
        plain = Plain.of(without_machine(text)).text
        for match in self._verbatim.finditer(plain):
            value, kind = match.group(), self._raw[match.group()].entity_type
            own = not recording_id or recording_id in self._said_in[value] or kind in IDENTIFIERS
            if own or (kind in NAMES and not after_article(plain, match.start())):
                yield value

    def find(self, text: str, recording_id: str | None = None, written: str = "") -> Iterator[Hit]:
        """Where removed values stand. `written`: the plain text with what was dictated put in writing."""
        plain = Plain.of(without_machine(text))
        for hit in self._find(plain.text, recording_id):
            start, end = plain.original(hit.start, hit.end)
            yield replace(hit, start=start, end=end)
        if written and written != plain.text:
            for hit in (*self._by_digits(written, exact=False), *self._by_letters(written)):
                yield Hit(0, len(text), hit.how, hit.finding)  # somewhere in it

    def _find(self, text: str, recording_id: str | None) -> Iterator[Hit]:
        tokens = _tokens(text)
        yield from (h for h in self._by_word(tokens) if not self._noun(h, text, recording_id))
        yield from self._phrases(tokens, self._own.get(recording_id or "", {}))
        yield from self._by_digits(text, exact=True)
        yield from self._by_letters(text)

    def beside(self, transcript: Transcript, found: Sequence[Finding]) -> list[Finding]:
        """What was found, and where else a transcript has names, places and streets of the set.

        As `find` has it, misheard ones too: what would fail a release is not in it.
        """
        plain, recording_id = Plain.of(transcript.text), transcript.recording_id
        own = (range(f.start, f.end) for f in found if f.recording_id == recording_id)
        taken = set(chain.from_iterable(own))
        again = (h for h in self._by_word(_tokens(plain.text)) if not self._noun(h, plain.text, recording_id))
        spans = ((*plain.original(hit.start, hit.end), hit.finding) for hit in again)
        return [
            *found,
            *(
                replace(finding, recording_id=recording_id, start=start, end=end, nested=())
                for start, end, finding in spans
                if taken.isdisjoint(range(start, end))
            ),
        ]

    @staticmethod
    def _noun(hit: Hit, text: str, recording_id: str | None) -> bool:
        """As redaction has it: behind an article a name found elsewhere is a noun, "beim Bäcker"."""
        return hit.finding.recording_id != recording_id and after_article(text, hit.start)

    def _add(self, finding: Finding) -> None:
        said = {Plain.of(v).text for v in (finding.text, finding.value) if v}
        kind = finding.entity_type
        for value in said:
            digits = re.sub(r"\D", "", value)
            if len(digits) >= (DIGITS if kind in IDENTIFIERS else 5):
                self._numbers.setdefault(digits, finding)
                self._add_raw(digits, finding)
            if kind == "EMAIL_ADDRESS" and len(local := squeezed(value.split("@")[0])) >= LETTERS:
                self._letters.setdefault(local, finding)
            elif kind in IDENTIFIERS and len(squeezed(value)) >= LETTERS:
                self._letters.setdefault(squeezed(value), finding)
            if kind in NAMES:
                self._add_name(value, finding)
            if len(value) >= 5 and not self._usual(fold(value)):
                self._add_raw(value, finding)
        phrase = tuple(fold(word) for word in _WORD.findall(Plain.of(finding.text).text))
        if len("".join(phrase)) >= WORD:
            self._own[finding.recording_id].setdefault(phrase, finding)

    def _add_name(self, value: str, finding: Finding) -> None:
        words = name_words(value) if finding.entity_type == "PERSON" else _WORD.findall(value)
        for word in {part for w in words for part in (w, *w.split("-"))}:
            key = fold(word)
            capital = word[0].isupper() or finding.entity_type == "PERSON"
            if capital and len(key) >= WORD and key.isalpha() and not self._usual(key):
                self._words.setdefault(key, finding)
                if len(word) >= 5:
                    self._add_raw(word, finding)

    def _add_raw(self, value: str, finding: Finding) -> None:
        self._raw.setdefault(value, finding)
        self._said_in[value].add(finding.recording_id)

    def _by_word(self, tokens: Sequence[tuple[int, int, str]]) -> Iterator[Hit]:
        for start, end, token in tokens:
            for word in (token, *token.split("-")) if "-" in token else (token,):
                if found := self._same(word):
                    yield Hit(start, end, "written", self._words[found])
                    break
                if found := self._sounding(word):
                    yield Hit(start, end, "sounds alike", self._words[found])
                    break

    def _same(self, word: str) -> str | None:
        """The value that a word is, has as its genitive or begins with: "Sandras", "Flensburger"."""
        bare = re.sub(r"['’]s?$", "", word)
        for form in (bare, bare.removesuffix("s")):
            if form in self._words:
                return form
        cuts = range(len(bare) - 1, COMPOUND - 1, -1)
        return next((bare[:cut] for cut in cuts if bare[:cut] in self._words), None)

    def _sounding(self, word: str) -> str | None:
        if word not in self._alike:
            self._alike[word] = self._heard_as(word) or self._heard_as(re.sub(r"['’]?s$", "", word))
        return self._alike[word]

    def _heard_as(self, word: str) -> str | None:
        if len(word) < WORD or not word.isalpha() or self._usual(word):
            return None
        for value in self._sounds.get(cologne(word), ()):
            if sounds_like(word, value):
                return value
        near = (v for v in self._words if v[0] == word[0] and abs(len(v) - len(word)) <= 2)
        return next((v for v in near if distance(word, v) <= _slips(min(len(v), len(word)))), None)

    @staticmethod
    def _phrases(
        tokens: Sequence[tuple[int, int, str]], phrases: Mapping[tuple[str, ...], Finding]
    ) -> Iterator[Hit]:
        words = tuple(token for _, _, token in tokens)
        for phrase, finding in phrases.items():
            for at in range(len(words) - len(phrase) + 1):
                if words[at : at + len(phrase)] == phrase:
                    yield Hit(tokens[at][0], tokens[at + len(phrase) - 1][1], "written", finding)

    def _by_digits(self, text: str, *, exact: bool) -> Iterator[Hit]:
        for match in _NUMBER.finditer(text):
            digits = re.sub(r"\D", "", match.group())
            if finding := self._number(digits):
                yield Hit(match.start(), match.end() if exact else len(text), "digits", finding)

    def _number(self, digits: str) -> Finding | None:
        """The value that has six digits in a row in common, or is the same five."""
        if digits in self._numbers:
            return self._numbers[digits]
        pieces = {digits[i : i + DIGITS] for i in range(len(digits) - DIGITS + 1)}
        return next((f for value, f in self._numbers.items() if any(p in value for p in pieces)), None)

    def _by_letters(self, text: str) -> Iterator[Hit]:
        whole = squeezed(text)
        for letters, finding in self._letters.items():
            if letters in whole:
                yield Hit(0, len(text), "letters", finding)


def _tokens(text: str) -> list[tuple[int, int, str]]:
    """(start, end, folded) of every word and number."""
    return [(m.start(), m.end(), fold(m.group())) for m in _WORD.finditer(text)]


def _slips(letters: int) -> int:
    """How many letters a misheard name of this length may differ in."""
    return 2 if letters >= 9 else 1 if letters > COMPOUND else 0
