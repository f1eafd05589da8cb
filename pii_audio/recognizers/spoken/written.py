"""The written form of what was said: numbers, dates, addresses and spellings as one would write them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pii_audio.recognizers.spoken import numbers_de, numbers_en
from pii_audio.recognizers.spoken.dates import dates
from pii_audio.recognizers.spoken.dictation import dictated
from pii_audio.recognizers.spoken.digits import Atom, DigitRun, atoms, join_atoms
from pii_audio.recognizers.spoken.spelling import Spelling, spellings
from pii_audio.recognizers.spoken.tokens import Token, tokenize, whole_words

__all__ = ["Piece", "Written", "write"]

Kind = Literal["cardinal", "ordinal", "digits", "date", "email", "url", "spelling", "iban"]

# Words that are no number where they stand alone, or alone behind one of these words: "gib acht".
_ALONE: dict[str, dict[str, frozenset[str]]] = {
    "de": {
        "eins": frozenset(),
        "acht": frozenset(
            ["gib", "gebt", "geben", "gibt", "gab", "hab", "habt", "nimm", "nehmt", "in", "ausser"]
        ),
        "sieben": frozenset(["zu", "mehl"]),
    },
    "en": {"one": frozenset(), "oh": frozenset(), "o": frozenset(), "nought": frozenset()},
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One stretch that was rewritten."""

    kind: Kind
    written: str = field(repr=False)
    said_start: int  # characters of the original text
    said_end: int
    start: int  # characters of the written text

    @property
    def end(self) -> int:
        return self.start + len(self.written)


@dataclass(frozen=True, slots=True)
class Written:
    text: str = field(repr=False)
    original: str = field(repr=False)
    pieces: tuple[Piece, ...] = ()

    def said(self, start: int, end: int) -> tuple[int, int]:
        """The whole words of the original text behind [start, end) of the written text.

        A piece that is touched counts in full; punctuation at the ends stays outside.
        """
        first, last = self._original(start, of_end=False), self._original(end, of_end=True)
        return whole_words(self.original, first, max(first, last))

    def _original(self, place: int, *, of_end: bool) -> int:
        before = bisect_right([piece.start for piece in self.pieces], place - of_end) - 1
        if before < 0:
            return place
        piece = self.pieces[before]
        if place - of_end < piece.end:
            return piece.said_end if of_end else piece.said_start
        return place - piece.end + piece.said_end


def write(text: str, language: str) -> Written:
    """Put the spoken forms of `text` in writing. Text without any comes back as it is."""
    language = "de" if language == "de" else "en"
    tokens = tokenize(text)
    numbers = atoms(text, tokens, language)
    spelled = spellings(tokens, language)
    taken: set[int] = set()
    changes: list[tuple[Kind, str, int, int]] = []
    for kind, written, first, last in _changes(text, tokens, numbers, spelled, language):
        if taken.isdisjoint(range(first, last + 1)):
            taken.update(range(first, last + 1))
            changes.append((kind, written, *whole_words(text, tokens[first].start, tokens[last].end)))
    return _replace(text, sorted(changes, key=lambda change: change[2]))


def _replace(text: str, changes: Sequence[tuple[Kind, str, int, int]]) -> Written:
    parts: list[str] = []
    pieces: list[Piece] = []
    done = length = 0
    for kind, written, said_start, said_end in changes:
        if said_start < done or text[said_start:said_end] == written:
            continue
        length += said_start - done
        parts += [text[done:said_start], written]
        pieces.append(Piece(kind, written, said_start, said_end, length))
        done, length = said_end, length + len(written)
    return Written("".join([*parts, text[done:]]), text, tuple(pieces))


def _changes(
    text: str, tokens: Sequence[Token], numbers: Sequence[Atom], spelled: Sequence[Spelling], language: str
) -> Iterator[tuple[Kind, str, int, int]]:
    """What to write for which tokens, the surest first: (kind, written, first, last)."""
    for address in dictated(tokens, numbers, spelled, language):
        yield address.kind, address.value, address.first, address.last
    runs = join_atoms(text, tokens, numbers, language)
    for run in runs:
        yield from _iban(tokens, run)
    for word in spelled:
        yield "spelling", word.letters, word.first, word.last
    for date in dates(tokens, language):
        if date.spoken:
            yield "date", date.written(language), date.first, date.last
    for run in runs:
        yield from _digits(text, tokens, run, language)
    for i in range(len(tokens)):
        yield from _ordinal(tokens, i, language)


def _iban(tokens: Sequence[Token], run: DigitRun) -> Iterator[tuple[Kind, str, int, int]]:
    """A country code before twelve and more digits: "DE zwölf fünftausendeins ...", "D E, 89.744.532"."""
    first = run.atoms[0].first
    code = "".join(t.key for t in tokens[max(0, first - 2) : first]).upper()[-2:]
    letters = 1 if first and len(tokens[first - 1].key) == 2 else 2
    whole = all(len(t.key) == 1 for t in tokens[first - letters : first]) or letters == 1
    if code in ("DE", "AT", "CH", "LI", "GB") and first >= letters and whole and len(run.digits) >= 12:
        yield "iban", code + run.digits, first - letters, run.atoms[-1].last


def _digits(
    text: str, tokens: Sequence[Token], run: DigitRun, language: str
) -> Iterator[tuple[Kind, str, int, int]]:
    """A dictated run as one number; numbers that only stand side by side each for itself."""
    first, last = run.atoms[0].first, run.atoms[-1].last
    if (run.corrected and run.spoken) or _is_dictated(text, run):
        yield "digits", run.digits, first, last
    elif run.spoken:
        for atom in run.atoms:
            alone = len(run.atoms) == 1 and _is_no_number(tokens, atom, language)
            if atom.form != "figures" and not alone:
                yield "cardinal", atom.digits, atom.first, atom.last


def _is_no_number(tokens: Sequence[Token], atom: Atom, language: str) -> bool:
    behind = _ALONE[language].get(tokens[atom.first].key) if atom.first == atom.last else None
    return behind is not None and (not behind or (atom.first > 0 and tokens[atom.first - 1].key in behind))


def _is_dictated(text: str, run: DigitRun) -> bool:
    count = len(run.atoms)
    if run.spoken:
        repeated = any(atom.form == "repeat" for atom in run.atoms)
        zero = any(atom.form == "zero" for atom in run.atoms)
        small = all(len(atom.digits) <= 4 for atom in run.atoms)
        return small and (count >= 3 or (count >= 2 and (repeated or zero)))
    singles = sum(len(atom.digits) == 1 for atom in run.atoms)
    return count >= 4 and singles >= count - 1 and "-" not in text[run.start : run.end]


def _ordinal(tokens: Sequence[Token], i: int, language: str) -> Iterator[tuple[Kind, str, int, int]]:
    """ "dritter" is "3.", "twenty-third" "23rd"; first and second are left, they seldom count anything."""
    if language == "de":
        value = numbers_de.ordinal(tokens[i].key)
        if value and value > 2:
            yield "ordinal", f"{value}.", i, i
    else:
        step = numbers_en.ordinal(tokens, i)
        if step and step[0] > 2:
            suffix = (
                {1: "st", 2: "nd", 3: "rd"}.get(step[0] % 10, "th") if step[0] > 20 or step[0] == 3 else "th"
            )
            yield "ordinal", f"{step[0]}{suffix}", i, step[1] - 1
