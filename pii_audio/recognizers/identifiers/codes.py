"""Stretches of letters and digits said one after the other: "B M W zwölf vierzehn", "GB29 NWBK 60"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pii_audio.recognizers.identifiers.speech import Speech
from pii_audio.recognizers.spoken.spelling import letter
from pii_audio.recognizers.spoken.tokens import FILLERS, words

__all__ = ["Code", "codes"]

_GAP = re.compile(r"[\s,.;:\-–/…]*")
# Short words that are no letters of a code, also where nothing has capitals.
_WORDS = {
    "de": words(
        """
        ist die der das den dem des im am in an auf aus bei bis da du ein er es fuer hab hat ich ihr ja man
        mit mir nee ob of ok sie so um und uns von vor war was wer wie wir zu zum zur gut nur nun mal ab als
        bin dir nach noch hier sind also oder dann mein hof weg tag uhr am per via tel eur alt jahr cm km kg
        """
    ),
    "en": words(
        """
        is it a i an and are as at be but by do for go had has he her him his in it's me my no not of off oh
        ok on or our out so the to too up us was we who yes you um uh it's i'm then that this am pm st nd rd
        th old one with from have just can may see her now new how did got get all any its im ive hes are
        was were lane road
        """
    ),
}


_VOWELS = frozenset("aeiouy")
# Said between two parts of a code; "for" is how Whisper writes a four.
_LINKS = frozenset(["und", "and", "for", "minus", "strich", "bindestrich", "dash", "hyphen", "dann", "then"])


@dataclass(frozen=True, slots=True)
class Code:
    value: str = field(repr=False)  # "MAB1234"
    first: int  # tokens [first, last]
    last: int
    start: int  # characters
    end: int


def codes(speech: Speech) -> list[Code]:
    """Every stretch with both letters and digits, in order."""
    parts: dict[int, tuple[str, int]] = {}
    for atom in speech.numbers:
        parts[atom.first] = (atom.digits, atom.last)
    for spelled in speech.spelled:
        parts[spelled.first] = (spelled.letters.upper(), spelled.last)
    found = [_code(speech, group) for group in _groups(speech, parts)]
    return [code for code in found if not code.value.isalpha() and not code.value.isdecimal()]


def _groups(speech: Speech, parts: dict[int, tuple[str, int]]) -> Iterator[list[tuple[str, int, int]]]:
    """Parts (characters, first, last) with nothing but pauses and fillers between them."""
    group: list[tuple[str, int, int]] = []
    i, skipped = 0, FILLERS[speech.language] | _LINKS
    while i < len(speech.tokens):
        part = parts.get(i) or _letters(speech, i)
        if part:
            group.append((part[0], i, part[1]))
            i = part[1] + 1
        elif group and speech.key(i) in skipped:
            i += 1
        else:
            if group:
                yield group
            group, i = [], i + 1
            continue
        if not _GAP.fullmatch(speech.tokens[i - 1].gap):
            yield group
            group = []
    if group:
        yield group


def _letters(speech: Speech, i: int) -> tuple[str, int] | None:
    """A token that can only be letters of a code: one letter, or a few that make no word."""
    token = speech.tokens[i]
    key, said = token.key, speech.text[token.start : token.end]
    if speech.language == "en" and _in_alphabet(speech, i):
        return key[0].upper(), i
    if not key.isalpha() or any(c.first <= i <= c.last for c in speech.contexts):
        return None
    if key in _WORDS[speech.language] and not ((said.isupper() and len(said) > 1) or _in_between(speech, i)):
        return None
    if len(key) <= 4 and _VOWELS.isdisjoint(key):
        return said.upper(), i
    if len(key) == 1 or (len(said) <= 4 and said.isupper()) or (len(key) <= 3 and speech.text.islower()):
        return said.upper(), i
    touches = token.gap == "" or (i > 0 and speech.tokens[i - 1].gap == "")
    return (said.upper(), i) if touches and len(said) <= 3 else None


def _in_alphabet(speech: Speech, i: int) -> bool:
    """ "Lima Kilo one nine": a word of the alphabet beside another or a figure."""
    if len(speech.key(i)) < 2 or not letter(speech.tokens, i, "en"):
        return False
    beside = [k for k in (i - 1, i + 1) if 0 <= k < len(speech.tokens)]
    figures = {k for atom in speech.numbers for k in (atom.first, atom.last)}
    return any(k in figures or (len(speech.key(k)) > 1 and letter(speech.tokens, k, "en")) for k in beside)


def _in_between(speech: Speech, i: int) -> bool:
    """Whether one letter stands before token i and figures behind: "k ab 1234" where nothing has capitals."""
    return len(speech.key(i - 1)) == 1 and speech.key(i + 1).isdecimal() and len(speech.key(i)) <= 2


def _code(speech: Speech, group: list[tuple[str, int, int]]) -> Code:
    value = "".join(part for part, _, _ in group)
    first, last = group[0][1], group[-1][2]
    return Code(value, first, last, speech.tokens[first].start, speech.tokens[last].end)
