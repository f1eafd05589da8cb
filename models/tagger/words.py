"""The words of words.toml, and numbers in words."""

from __future__ import annotations

import tomllib
from pathlib import Path

_TABLES = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
WORDS = {
    part: {key: [word.replace("_", " ") for word in text.split()] for key, text in table.items()}
    for part, table in _TABLES.items()
}
# ("Am", ["Markt", "Bahnhof", ...]): what a street is called behind these words
PHRASES = [
    (before, [word.replace("_", " ") for word in ends.split()])
    for before, _, ends in (line.partition("|") for line in _TABLES["streets"]["german_phrases"].splitlines())
]


def spoken(number: int, language: str) -> str:
    """0 to 999 in words."""
    units, tens = WORDS[language]["units"], WORDS[language]["tens"]
    if number == 1 and language == "de":
        return "eins"
    if number < 20:
        return units[number]
    if number < 100:
        ten, one = divmod(number, 10)
        if language == "de":
            return f"{units[one]}und{tens[ten]}" if one else tens[ten]
        return f"{tens[ten]}-{units[one]}" if one else tens[ten]
    hundred, rest = divmod(number, 100)
    if language == "de":
        return f"{units[hundred]}hundert{spoken(rest, 'de') if rest else ''}"
    return f"{units[hundred]} hundred{' ' + spoken(rest, 'en') if rest else ''}"


def ordinal(number: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if 10 < number < 20 else ends.get(number % 10, 'th')}"
