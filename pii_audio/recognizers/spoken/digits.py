"""Runs of figures as they are dictated: digit by digit, in pairs, in groups, with corrections in between.

"null eins sieben sechs, doppel drei", "0, 1, 7, 6, 33" and "0176-33" are the same run of digits "017633".
Does not know what a run stands for; a telephone number and a house number look alike here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pii_audio.recognizers.spoken import numbers_de, numbers_en
from pii_audio.recognizers.spoken.tokens import FILLERS, Token, tokenize

__all__ = ["Atom", "DigitRun", "atoms", "correction", "digit_runs", "join_atoms"]

Form = Literal["figures", "word", "repeat", "zero"]

# What may stand between two groups of one number: anything but the end of a question or an exclamation.
_GAP = re.compile(r"[\s,.;:\-–/()'\"…+·|_]*")

_CORRECTIONS: dict[str, tuple[tuple[str, ...], ...]] = {
    "de": tuple(
        tuple(phrase.split())
        for phrase in (
            "ich meine natuerlich", "ich meine", "nein halt", "ach nein", "ach nee", "nein", "nee", "ne",
            "naeh", "nae", "noe", "quatsch", "moment", "entschuldigung", "verzeihung", "pardon", "sorry",
            "korrektur", "falsch", "stopp", "halt", "vielmehr", "besser gesagt", "beziehungsweise", "doch",
            "stimmt nicht", "meine ich", "ich korrigiere", "warten sie", "warte", "nicht", "sondern", "oder",
        )
    ),
    "en": tuple(
        tuple(phrase.split())
        for phrase in (
            "no wait", "oh no", "i mean", "i meant", "no", "nope", "sorry", "wait", "scratch that", "pardon",
            "actually", "correction", "excuse me", "rather", "make that", "strike that", "hold on", "my bad",
            "my mistake", "not", "or",
        )
    ),
}  # fmt: skip
_FIRST_OF_CORRECTION = {
    language: frozenset(phrase[0] for phrase in phrases) for language, phrases in _CORRECTIONS.items()
}


@dataclass(frozen=True, slots=True)
class Atom:
    """One number as said: a word, a few words that make one number, or figures."""

    digits: str  # "7", "23", "0176", "33" for "doppel drei"
    form: Form
    first: int  # tokens [first, last]
    last: int
    start: int  # characters
    end: int


@dataclass(frozen=True, slots=True)
class DigitRun:
    """Numbers said in one go. `digits` is what is meant, the span also covers what was taken back."""

    digits: str
    start: int
    end: int
    atoms: tuple[Atom, ...] = ()
    corrected: bool = False

    @property
    def spoken(self) -> bool:
        """Whether any of it was written as a word."""
        return any(atom.form != "figures" for atom in self.atoms)


def digit_runs(text: str, language: str) -> list[DigitRun]:
    """Every run of digits, in order, with the characters it was said in; "" of other languages is English."""
    tokens = tokenize(text)
    return join_atoms(text, tokens, atoms(text, tokens, language), language)


def atoms(text: str, tokens: Sequence[Token], language: str) -> list[Atom]:
    """Every number in the text, word by word; articles ("ein", "a") are none."""
    found: list[Atom] = []
    i = 0
    while i < len(tokens):
        step = _atom(tokens, i, language)
        if step:
            digits, form, i_next = step
            found.append(Atom(digits, form, i, i_next - 1, tokens[i].start, tokens[i_next - 1].end))
            i = i_next
        else:
            i += 1
    return found


def _atom(tokens: Sequence[Token], i: int, language: str) -> tuple[str, Form, int] | None:
    key = tokens[i].key
    if key.isdecimal():
        return key, "figures", i + 1
    german = language == "de"
    repeats = numbers_de.REPEATS if german else numbers_en.REPEATS
    if key in repeats and i + 1 < len(tokens):
        step = _atom(tokens, i + 1, language)
        return (step[0] * repeats[key], "repeat", step[2]) if step and len(step[0]) <= 2 else None
    if german and key.startswith("doppel"):
        value = numbers_de.cardinal(key[6:])
        return (str(value) * 2, "repeat", i + 1) if value is not None and value < 10 else None
    number = numbers_de.number(tokens, i) if german else numbers_en.number(tokens, i)
    if not number or (not german and numbers_en.ordinal(tokens, i)):  # "twenty third" is no twenty
        return None
    value, end = number
    return str(value), "word" if value else "zero", end


def join_atoms(
    text: str,
    tokens: Sequence[Token],
    numbers: Sequence[Atom],
    language: str,
    *,
    links: frozenset[str] = frozenset(),
) -> list[DigitRun]:
    """Runs of numbers with only pauses, fillers, corrections and the words in `links` between them."""
    return [
        run
        for group in _groups(tokens, numbers, language, links)
        if (run := _run(text, group, language)) is not None
    ]


def _groups(
    tokens: Sequence[Token], numbers: Sequence[Atom], language: str, links: frozenset[str]
) -> Iterator[list[tuple[Atom, bool]]]:
    """Numbers that belong together, each with whether a correction stands before it."""
    group: list[tuple[Atom, bool]] = []
    for atom in numbers:
        if group:
            joint = _joint(tokens, group[-1][0].last, atom.first, language, links)
            if joint is not None:
                group.append((atom, joint))
                continue
            yield group
        group = [(atom, False)]
    if group:
        yield group


def _joint(
    tokens: Sequence[Token], last: int, first: int, language: str, links: frozenset[str]
) -> bool | None:
    """None where two numbers do not belong together, else whether the second corrects the first."""
    if first - last > 6 or not all(_GAP.fullmatch(token.gap) for token in tokens[last:first]):
        return None
    corrects, i = False, last + 1
    fillers = FILLERS["de" if language == "de" else "en"]
    while i < first:
        key = tokens[i].key
        length = correction(tokens, i, language)
        if length:
            corrects, i = True, i + length
        elif key in fillers or key in links:
            i += 1
        else:
            return None
    return corrects


def correction(tokens: Sequence[Token], i: int, language: str) -> int:
    """How many tokens from i on take back what was said ("nee", "ich meine", "no wait"); 0 is none."""
    language = "de" if language == "de" else "en"
    if tokens[i].key not in _FIRST_OF_CORRECTION[language]:
        return 0
    for phrase in _CORRECTIONS[language]:
        if tuple(token.key for token in tokens[i : i + len(phrase)]) == phrase:
            return len(phrase)
    return 0


def _run(text: str, group: list[tuple[Atom, bool]], language: str) -> DigitRun | None:
    numbers = [atom for atom, _ in group]
    while numbers and numbers[0].form == "zero" and _interjection(text, numbers[0], len(numbers)):
        numbers = numbers[1:]
    if not numbers:
        return None
    corrected = any(corrects for _, corrects in group)
    digits = _meant(group) if corrected else "".join(atom.digits for atom in numbers)
    return DigitRun(digits, numbers[0].start, numbers[-1].end, tuple(numbers), corrected)


def _interjection(text: str, atom: Atom, count: int) -> bool:
    """Whether "oh" or "o" at the head of a run is only an interjection: "Oh, five minutes"."""
    return count < 4 and text[atom.start : atom.end].lower() in ("oh", "o")


def _meant(group: list[tuple[Atom, bool]]) -> str:
    """The digits after a correction replace as many numbers before it as are said again.

    "drei zwei vier, nein, drei zwei fünf, sechs" is 3256: what is said again ends at the first pause.
    """
    before: list[str] = []
    for place, (atom, corrects) in enumerate(group):
        if corrects:
            rest = "".join(following.digits for following, _ in group[place:])
            anew = len(rest) >= 7 and rest[0] == before[0][0]  # the whole number again
            before = [] if anew else before[: -_said_again(group[place:])]
        before.append(atom.digits)
    return "".join(before)


def _said_again(group: list[tuple[Atom, bool]]) -> int:
    """How many numbers come before the first pause."""
    for count, ((atom, _), (following, _)) in enumerate(pairwise(group), start=1):
        if following.first - atom.last > 1 or following.start - atom.end > 1:
            return count
    return len(group)
