"""British and American streets with number, flat, town, state and postcode.

It knows the kinds of streets, not which streets exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pii_audio.recognizers.cues import words
from pii_audio.recognizers.stretches import Stretch, corrections, listed_town_end
from pii_audio.recognizers.tokens import Utterance

__all__ = ["english_addresses"]

_I = re.IGNORECASE
_L = r"[^\W\d_]"

_EN_NUMBER = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|"
    r"nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|oh|zero)"
)
_EN_HOUSE = (
    rf"(?:(?:\d{{2,5}},?\s)?\d{{1,5}}[a-z]?(?:\s?[-–]\s?\d{{1,5}})?|"
    rf"{_EN_NUMBER}(?:[\s-](?:and\s)?{_EN_NUMBER}){{0,4}})"
)
_EN_KIND = (
    r"(?:road|street|lane|drive|crescent|avenue|close|court|way|boulevard|terrace|place|square|gardens?|"
    r"grove|hill|park|row|mews|"
    r"circle|parkway|highway|trail|walk|rise|view|green|loop|pike|turnpike|alley|rd|ave|blvd|st|ln|dr|ct)"
)
_EN_UNIT = (
    rf"(?:apartment|apt|unit|suite|flat|room|number|floor|#)\.?\s?(?:#\s?)?(?:\d+\s?[a-z]?|[a-z]\b|"
    rf"{_EN_NUMBER}(?:\s{_EN_NUMBER})?(?:\s[a-z]\b)?)"
)
_EN_CODE = (
    r"(?:\b[A-Z]{1,2}\d{1,2}[A-Z]?\s?\d?\s?[A-Z]{2}\b|\b\d{5}(?:-\d{4})?\b|\b\d{2},\d{3}\b|\b"
    + r"(?:(?:oh|zero|one|two|three|four|five|six|seven|eight|nine)[\s,]+){4}(?:oh|zero|one|two|three|"
    r"four|five|six|seven|eight|nine)\b)"
)
_ENGLISH = re.compile(
    rf"(?:\b(?P<flat>{_EN_UNIT}),?\s+)?\b(?P<number>{_EN_HOUSE}),?\s+(?P<street>(?:(?:north|south|east|"
    r"west|n|s|e|w|old|new|upper|lower|saint|st)\.?\s)?"
    r"(?!(?:of|to|in|the|and|on|at|for|my|a|is|o'clock|minutes?|hours?|more|times?|percent|degrees?|"
    rf"dollars?)\b)(?:{_L}[\w'’-]*\s){{1,3}}?{_EN_KIND})\b",
    _I,
)
_EN_STREET = re.compile(
    rf"\b(?P<street>(?:{_L}[\w'’-]+\s){{1,2}}(?:road|street|avenue|boulevard|lane|crescent|terrace|drive))\b",
    _I,
)
_ENGLISH_CORRECTION = re.compile(
    r"[\s,.]+(?:(?:uh|um|er|no|sorry|wait|actually|i mean|make that|rather|correction|oops|i'm sorry|"
    rf"scratch that)[\s,.]+){{1,4}}"
    rf"(?:number\s+)?(?P<number>{_EN_HOUSE})(?=\W*$|[,.;])",
    _I,
)
_EN_TAIL = re.compile(rf"\s*,?\s+(?:{_EN_UNIT})(?![\w])", _I)
_STATES = (
    "alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|"
    "idaho|illinois|indiana|iowa|"
    "kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|"
    "montana|nebraska|nevada|"
    "new hampshire|new jersey|new mexico|new york|north carolina|north dakota|ohio|oklahoma|oregon|"
    "pennsylvania|rhode island|"
    "south carolina|south dakota|tennessee|texas|utah|vermont|virginia|washington|west virginia|"
    "wisconsin|wyoming"
)
_EN_STATE = re.compile(rf"\s*,?\s+(?:(?:{_STATES})\b|(?-i:[A-Z]{{2}})\b(?!\d))", _I)
_EN_POSTCODE = re.compile(rf"\s*,?\s+(?:(?:zip(?: code)?|postcode|post code)\s+(?:is\s+)?)?{_EN_CODE}", _I)
_EN_CERTAIN = words("road street lane avenue crescent boulevard terrace drive court close")
_EN_DOUBTFUL = words("way park view place st green hill row rise ct dr square walk")
_PLAIN = words(
    """
    the a an this that my your our his her main-level down up across same next other whole one two no
    every any each off on in of to at for from and or is was by along which what side high-speed dead
    back busy quiet little long right wrong left
    """
)


def english_addresses(utterance: Utterance) -> Iterator[Stretch]:
    text, until = utterance.text, 0
    for match in _ENGLISH.finditer(text):
        if not _plausible(utterance, match):
            continue
        start = match.start("flat") if match["flat"] else match.start("number")
        yield from corrections(utterance, match.end(), _ENGLISH_CORRECTION)
        until = _english_tail(utterance, match.end())
        yield start, until, 0.95, "number and street"
    for match in _EN_STREET.finditer(text, until):
        words = match["street"].split()
        while len(words) > 1 and (
            words[0].lower() in _PLAIN or (utterance.cased and not words[0][0].isupper())
        ):
            words.pop(0)
        plain = utterance.lexicon.word(words[0].lower()) > 4 or words[-1].lower() in {"drive", "lane"}
        if (
            len(words) < 2
            or (utterance.cased and not words[-1][0].isupper())
            or (plain and not utterance.cased)
        ):
            continue
        start = match.end() - len(" ".join(words))
        if text[start : start + 11].lower() != "wall street":
            yield start, _english_tail(utterance, match.end()), 0.8, "street"


def _plausible(utterance: Utterance, match: re.Match[str]) -> bool:
    """Capitals, or a kind of street that is little else, or digits before one that can be something else."""
    words = match["street"].lower().split()
    if utterance.cased and match["street"].split()[0][0].isupper():
        return True
    if any(word in _PLAIN for word in words[:-1]):
        return False
    if words[-1] in _EN_CERTAIN:
        return True
    if utterance.cased or not match["number"][0].isdigit():
        return False
    return words[-1] not in _EN_DOUBTFUL or _english_tail(utterance, match.end()) > match.end()


def _english_tail(utterance: Utterance, end: int) -> int:
    """Extend by flat, town, state and postcode."""
    text = utterance.text
    if tail := _EN_TAIL.match(text, end):
        end = tail.end()
    link = re.compile(r"\s*,?\s+(?:in\s+)?").match(text, end)
    if link and (town := listed_town_end(utterance, link.end())):
        end = town
    elif link and (near := re.compile(rf",?\s+(?:in\s+)?[A-Z]{_L}+(?=,?\s+(?:{_EN_CODE}))").match(text, end)):
        end = near.end()
    if state := _EN_STATE.match(text, end):
        end = state.end()
    if code := _EN_POSTCODE.match(text, end):
        end = code.end()
    return end
