"""Number plates: "B MW 2314", "M wie Martha, A B eins zwei drei vier", "AB12 CDE", "8 A B C 123"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pii_audio.recognizers.identifiers.codes import codes
from pii_audio.recognizers.identifiers.context import Context
from pii_audio.recognizers.identifiers.speech import Claim, Speech

__all__ = ["plate_claims"]

_SHAPES = {
    "de": re.compile(r"\b[A-ZÄÖÜ]{1,3}[-–] ?[A-Z]{1,2}[ -]?[1-9]\d{0,3}[EH]?\b"),
    "en": re.compile(r"\b[A-Z]{2}\d{2} ?[A-Z]{3}\b"),
}
_GERMAN = re.compile(r"[A-ZÄÖÜ]{2,5}[1-9]\d{0,3}[EH]?")
_CAR = frozenset(
    ["auto", "wagen", "pkw", "motorrad", "roller", "anhaenger", "transporter", "fahrzeug", "golf", "bulli"]
)
_AHEAD = 9  # tokens between the word and the plate


def plate_claims(speech: Speech) -> Iterator[Claim]:
    named = [context for context in speech.contexts if context.kind == "plate"]
    for context in named:
        claim = _after(speech, context) or _before(speech, context)
        if claim:
            yield claim
    if speech.language == "de":
        yield from _of_a_car(speech)
    for match in _SHAPES[speech.language].finditer(speech.text):
        yield Claim("LICENSE_PLATE", match.start(), match.end(), 0.7, "shape", _value(match.group()))


def _of_a_car(speech: Speech) -> Iterator[Claim]:
    """ "Das Auto ist M wie Martha, strich, Q P, sieben sieben eins": letters, then digits, behind a car."""
    for code in codes(speech):
        car = _CAR.intersection(speech.keys(code.first - 4, code.first))
        if car and _GERMAN.fullmatch(code.value):
            yield Claim("LICENSE_PLATE", code.start, code.end, 0.8, "context", code.value)


def _after(speech: Speech, context: Context) -> Claim | None:
    for code in codes(speech):
        if 0 < code.first - context.last <= _AHEAD and _is_plate(code.value):
            return Claim("LICENSE_PLATE", code.start, code.end, 0.95, "context", code.value)
    return None


def _before(speech: Speech, context: Context) -> Claim | None:
    for code in codes(speech):
        if 0 < context.first - code.last <= 4 and _is_plate(code.value):
            return Claim("LICENSE_PLATE", code.start, code.end, 0.95, "context", code.value)
    return None


def _is_plate(value: str) -> bool:
    letters = sum(character.isalpha() for character in value)
    return 3 <= len(value) <= 10 and 1 <= letters <= 6


def _value(text: str) -> str:
    return "".join(character for character in text.upper() if character.isalnum())
