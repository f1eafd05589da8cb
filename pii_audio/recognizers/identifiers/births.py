"""Birth dates: a date with "geboren", "Geburtstag", "born", "birthday" near it. Other dates are none."""

from __future__ import annotations

from collections.abc import Iterator

from pii_audio.recognizers.identifiers.context import Context
from pii_audio.recognizers.identifiers.speech import Claim, Speech
from pii_audio.recognizers.spoken.dates import loose_date, year_at

__all__ = ["birth_claims"]

_LIVING = range(1900, 2031)  # years somebody who is talked about at home can be born in
_BEFORE, _AFTER = 12, 7  # tokens between the word and the date
_YEAR_LEADS = frozenset(["in", "im", "jahr", "jahrgang", "geboren", "born", "year", "geburtsjahr", "since"])

_YEAR_BESIDE = frozenset(
    ["in", "on", "the", "year", "and", "of", "is", "was", "um", "uh", "er", "im", "jahr", "am"]
)


def birth_claims(speech: Speech) -> Iterator[Claim]:
    births = [context for context in speech.contexts if context.kind == "birth"]
    if not births:
        return
    spans: list[tuple[int, int]] = []
    for date in speech.dates:
        if _near(births, date.first, date.last) and (date.year is None or date.year in _LIVING):
            first, end = (
                (date.first, date.last + 1) if date.year else _with_year(speech, date.first, date.last)
            )
            spans.append((first, end - 1))
            score = 0.95 if date.year and date.day else 0.6
            start, stop = speech.tokens[first].start, speech.tokens[end - 1].end
            yield Claim("DATE_OF_BIRTH", start, stop, score, "context", date.iso)
    taken = {i for first, last in spans for i in range(first, last + 1)}
    yield from _loose(speech, births, taken)
    yield from _years(speech, births, taken)


def _with_year(speech: Speech, first: int, last: int) -> tuple[int, int]:
    """Tokens [first, end) with a year said apart: "1968, the fourth of April", "4 April, in 68"."""
    for atom in speech.numbers:
        step = year_at(speech.tokens, atom.first, speech.language)
        if step is None or step[0] not in _LIVING or (step[2] is False and len(atom.digits) < 2):
            continue
        between = speech.keys(step[1], first) if atom.first < first else speech.keys(last + 1, atom.first)
        if len(between) <= 4 and set(between) <= _YEAR_BESIDE:
            if atom.first < first and len(between) <= 2:
                return atom.first, last + 1
            if atom.first > last and between:
                return first, step[1]
    return first, last + 1


def _near(births: list[Context], first: int, last: int) -> bool:
    return any(0 < first - b.last <= _BEFORE or 0 < b.first - last <= _AFTER for b in births)


def _loose(speech: Speech, births: list[Context], taken: set[int]) -> Iterator[Claim]:
    """Digits said as a date: "null drei elf fünfundachtzig"."""
    for run in speech.runs:
        first, last = run.atoms[0].first, run.atoms[-1].last
        if not taken.isdisjoint(range(first, last + 1)) or not _near(births, first, last):
            continue
        date = loose_date(run, speech.language)
        if date and date[0] in _LIVING:
            taken.update(range(first, last + 1))
            iso = f"{date[0]:04}-{date[1]:02}-{date[2]:02}"
            yield Claim("DATE_OF_BIRTH", run.start, run.end, 0.85, "context", iso)
        elif (
            4 <= len(run.digits) <= 8 and _is_named(speech, births, first) and int(run.digits) not in _LIVING
        ):
            yield Claim("DATE_OF_BIRTH", run.start, run.end, 0.7, "context")


def _is_named(speech: Speech, births: list[Context], first: int) -> bool:
    """Whether "Geburtsdatum" or the like stands right before: then digits are a date, however garbled."""
    stems = ("geburt", "birth", "dob", "date")
    return any(0 < first - b.last <= 3 and speech.key(b.first).startswith(stems) for b in births)


def _years(speech: Speech, births: list[Context], taken: set[int]) -> Iterator[Claim]:
    """A year alone: "Jahrgang 62", "1931 geboren", "born in nineteen seventy six"."""
    for atom in speech.numbers:
        if atom.first in taken:
            continue
        step = year_at(speech.tokens, atom.first, speech.language)
        if step is None or step[0] not in _LIVING:
            continue
        year, end, _ = step
        after = any(0 <= b.first - end <= 5 for b in births)
        before = any(0 < atom.first - b.last <= 3 for b in births)
        short = int(atom.digits) < 100 and end == atom.last + 1
        lead = speech.key(atom.first - 1)
        if (short and lead != "jahrgang") or not (after or (before and lead in _YEAR_LEADS)):
            continue
        taken.update(range(atom.first, end))
        start = speech.tokens[atom.first].start
        yield Claim("DATE_OF_BIRTH", start, speech.tokens[end - 1].end, 0.8, "context", f"{year:04}")
