"""Dates as they are said and written: "dritter elfter fünfundachtzig", "the second of June 1986", "3.11.85".

Does not know whether a date is a birthday or an appointment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pii_audio.recognizers.spoken import numbers_de, numbers_en
from pii_audio.recognizers.spoken.digits import DigitRun
from pii_audio.recognizers.spoken.tokens import Token

__all__ = ["SpokenDate", "dates", "loose_date", "year_at"]

_PIVOT = 30  # "29" is 2029, "30" is 1930
_POINT = re.compile(r"\. ?")
_SLASH = re.compile(r" ?[/-] ?")
_PAUSE = re.compile(r"[ ,.\-]{1,3}")
_SUFFIXES = frozenset(["st", "nd", "rd", "th"])
_ALSO_WORDS = frozenset(["may", "march"])
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class SpokenDate:
    year: int | None
    month: int
    day: int | None
    first: int  # tokens [first, last]
    last: int
    start: int  # characters
    end: int
    spoken: bool  # some of it is said in words, month names apart

    @property
    def iso(self) -> str:
        """ "1985-11-03", "1985-11" without a day, "--11-03" without a year (ISO 8601)."""
        year = f"{self.year:04}" if self.year else "-"
        return f"{year}-{self.month:02}" + (f"-{self.day:02}" if self.day else "")

    def written(self, language: str) -> str:
        year = f"{self.year:04}" if self.year else ""
        if language == "de":
            return f"{self.day or ''}.{self.month}.{year}".lstrip(".")
        return "/".join(str(part) for part in (self.month, self.day, year) if part)


def dates(tokens: Sequence[Token], language: str) -> list[SpokenDate]:
    """Every date with a month, and a day or a year, in order and without overlap."""
    found: list[SpokenDate] = []
    i = 0
    while i < len(tokens):
        date = _german(tokens, i) if language == "de" else _english(tokens, i)
        date = date or _iso(tokens, i)
        if date:
            found.append(date)
            i = date.last + 1
        else:
            i += 1
    return found


def loose_date(run: DigitRun, language: str) -> tuple[int, int, int] | None:
    """(year, month, day) of dictated digits that are known to be a date: "null drei elf fünfundachtzig"."""
    parts = [atom.digits for atom in run.atoms]
    if len(parts) != 3 or any(len(part) > 4 for part in parts):
        digits = run.digits
        if len(digits) not in (6, 8):
            return None
        parts = [digits[:2], digits[2:4], digits[4:]]
    day, month, year = (int(part) for part in parts)
    if (language != "de" and month > 12 >= day) or (language != "de" and month <= 31 and day <= 12):
        day, month = month, day
    return (_full_year(year), month, day) if _possible(month, day) and len(parts[2]) in (2, 4) else None


def year_at(tokens: Sequence[Token], i: int, language: str) -> tuple[int, int, bool] | None:
    """The year at token i, "neunzehn 85", "'86", "two thousand and four": (year, next token, in words)."""
    key = tokens[i].key if i < len(tokens) else ""
    if key.isdecimal():
        return (_full_year(int(key)), i + 1, False) if len(key) in (2, 4) else None
    number = numbers_de.number if language == "de" else numbers_en.number
    step = number(tokens, i) if key else None
    if not step:
        return None
    value, end = step
    if 1800 <= value < 2100:
        return value, end, True
    if value in (19, 20) or value == 0:
        more = year_at(tokens, end, language) if _short_gap(tokens, end) else None
        if more and value and more[0] % 100 >= 0 and len(tokens[end].key) != 4:
            return value * 100 + more[0] % 100, more[1], True
        units = number(tokens, end) if value == 0 and end < len(tokens) and _short_gap(tokens, end) else None
        if units and units[0] < 10:
            return 2000 + units[0], units[1], True
    return (_full_year(value), end, True) if 0 < value < 100 else None


def _short_gap(tokens: Sequence[Token], i: int) -> bool:
    return i <= len(tokens) and tokens[i - 1].gap in (" ", "-", ", ", " '")


def _full_year(year: int) -> int:
    return year if year >= 100 else year + (2000 if year < _PIVOT else 1900)


def _possible(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]


def _date(
    tokens: Sequence[Token], first: int, end: int, year: int | None, month: int, day: int | None, spoken: bool
) -> SpokenDate | None:
    if not (1 <= month <= 12) or (day is not None and not _possible(month, day)):
        return None
    return SpokenDate(year, month, day, first, end - 1, tokens[first].start, tokens[end - 1].end, spoken)


def _german(tokens: Sequence[Token], i: int) -> SpokenDate | None:
    day = _german_ordinal(tokens, i)
    if day is None:
        month = numbers_de.MONTHS.get(tokens[i].key)
        year = year_at(tokens, i + 1, "de") if month and _short_gap(tokens, i + 1) else None
        if month and year and len(tokens[i].key) > 3 and year[0] >= 1900 and _says_year(tokens, i + 1, year):
            return _date(tokens, i, year[1], year[0], month, None, year[2])
        return None
    value, end, spoken = day
    if end >= len(tokens) or not _PAUSE.fullmatch(tokens[end - 1].gap):
        return None
    named = numbers_de.MONTHS.get(tokens[end].key)
    if named:
        year = year_at(tokens, end + 1, "de") if _short_gap(tokens, end + 1) else None
        after = year[1] if year else end + 1
        return _date(
            tokens, i, after, year[0] if year else None, named, value, spoken or bool(year and year[2])
        )
    numbered = _german_ordinal(tokens, end)
    if numbered is None:
        return None
    month, after, month_spoken = numbered
    joined = _PAUSE.fullmatch(tokens[after - 1].gap)
    year = year_at(tokens, after, "de") if joined else None
    if year is None and (not month_spoken and "." not in tokens[after - 1].gap):
        return None
    spoken = spoken or month_spoken or bool(year and year[2])
    return _date(tokens, i, year[1] if year else after, year[0] if year else None, month, value, spoken)


def _says_year(tokens: Sequence[Token], i: int, year: tuple[int, int, bool]) -> bool:
    """Whether a number after a bare month is a year and not a count: "März 1985", not "Mai 20"."""
    return year[2] or len(tokens[i].key) == 4


def _german_ordinal(tokens: Sequence[Token], i: int) -> tuple[int, int, bool] | None:
    """A day or a month: "dritter", "3." or "3/": (value, next token, said in words)."""
    key = tokens[i].key
    if key.isdecimal():
        gap = tokens[i].gap
        named = gap == " " and i + 1 < len(tokens) and tokens[i + 1].key in numbers_de.MONTHS
        if len(key) <= 2 and (named or _POINT.match(gap) or _SLASH.fullmatch(gap)):
            return int(key), i + 1, False
        return None
    value = numbers_de.ordinal(key)
    return None if value is None or value > 31 else (value, i + 1, True)


def _english(tokens: Sequence[Token], i: int) -> SpokenDate | None:
    key = tokens[i].key
    month = numbers_en.MONTHS.get(key)
    if month:
        return _month_first(tokens, i, month)
    first = i
    if key == "the" and i + 1 < len(tokens):
        i += 1
    day = _english_day(tokens, i)
    if day:
        value, end, spoken = day
        of = end < len(tokens) and tokens[end].key == "of"
        end += of
        month_key = tokens[end].key if end < len(tokens) else ""
        if of and month_key == "the" and (numbered := _numbered_month(tokens, first, end + 1, value)):
            return numbered
        month = numbers_en.MONTHS.get(month_key)
        if month and (of or month_key not in _ALSO_WORDS or not spoken):
            year = year_at(tokens, end + 1, "en") if _short_gap(tokens, end + 1) else None
            after = year[1] if year else end + 1
            spoken = spoken or bool(year and year[2])
            return _date(tokens, first, after, year[0] if year else None, month, value, spoken)
    return _numeric(tokens, i) if first == i else None


def _numbered_month(tokens: Sequence[Token], first: int, i: int, day: int) -> SpokenDate | None:
    """ "eleventh of the fourth, sixty-eight": the month at token i is a number, and a year follows."""
    month = _english_day(tokens, i) if i < len(tokens) else None
    year = year_at(tokens, month[1], "en") if month and _short_gap(tokens, month[1]) else None
    return _date(tokens, first, year[1], year[0], month[0], day, True) if month and year else None


def _month_first(tokens: Sequence[Token], i: int, month: int) -> SpokenDate | None:
    at = i + 2 if i + 1 < len(tokens) and tokens[i + 1].key == "the" else i + 1
    day = _english_day(tokens, at) if at < len(tokens) and tokens[at - 1].gap in (" ", ". ") else None
    if day:
        value, end, spoken = day
        year = year_at(tokens, end, "en") if _short_gap(tokens, end) else None
        after = year[1] if year else end
        spoken = spoken or bool(year and year[2])
        return _date(tokens, i, after, year[0] if year else None, month, value, spoken)
    year = year_at(tokens, i + 1, "en") if _short_gap(tokens, i + 1) else None
    if year and (
        len(tokens[i + 1].key) == 4 or (year[2] and tokens[i + 1].key in ("nineteen", "twenty", "two"))
    ):
        return _date(tokens, i, year[1], year[0], month, None, year[2])
    return None


def _english_day(tokens: Sequence[Token], i: int) -> tuple[int, int, bool] | None:
    key = tokens[i].key
    if key.isdecimal() and len(key) <= 2:
        suffixed = tokens[i].gap == "" and i + 1 < len(tokens) and tokens[i + 1].key in _SUFFIXES
        return int(key), i + 1 + suffixed, False
    step = numbers_en.ordinal(tokens, i)
    return (step[0], step[1], True) if step and step[0] <= 31 else None


def _numeric(tokens: Sequence[Token], i: int) -> SpokenDate | None:
    """ "11/3/1985", "3.11.85": the month first unless it cannot be one."""
    parts = tokens[i : i + 3]
    if len(parts) < 3 or not all(t.key.isdecimal() for t in parts) or len(parts[2].key) not in (2, 4):
        return None
    if len(parts[0].key) > 2 or len(parts[1].key) > 2:
        return None
    if not (_SLASH.fullmatch(parts[0].gap) or parts[0].gap == ".") or parts[1].gap != parts[0].gap:
        return None
    month, day = int(parts[0].key), int(parts[1].key)
    if month > 12:
        month, day = day, month
    return _date(tokens, i, i + 3, _full_year(int(parts[2].key)), month, day, False)


def _iso(tokens: Sequence[Token], i: int) -> SpokenDate | None:
    parts = tokens[i : i + 3]
    if [len(t.key) for t in parts] != [4, 2, 2] or not all(t.key.isdecimal() for t in parts):
        return None
    if parts[0].gap != "-" or parts[1].gap != "-":
        return None
    return _date(tokens, i, i + 3, int(parts[0].key), int(parts[1].key), int(parts[2].key), False)
