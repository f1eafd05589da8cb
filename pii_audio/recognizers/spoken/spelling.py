"""Words spelled letter by letter: "K wie Kaufmann, O wie Otto", "N as in Nancy, O, W, A, K", "Kilo Oscar".

Also as Whisper hears it: "KW Kaufmann, O.W. Otto". Knows letters only, not whether they make a name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pii_audio.recognizers.spoken.tokens import FILLERS, Token, words

__all__ = ["Spelling", "letter", "spellings"]

# DIN 5009 until 2022 with its Austrian and Swiss variants, and the NATO alphabet. Each word stands for its
# first letter. The towns of DIN 5009 since 2022 count only after "wie": a list of towns is no spelling.
_ALPHABETS = words(
    """
    anton aerger berta bertha caesar cesar charlotte dora emil friedrich gustav heinrich ida julius kaufmann
    konrad ludwig martha nordpol otto oekonom paula quelle samuel schule siegfried theodor ulrich uebermut
    viktor wilhelm xanthippe xaver ypsilon zacharias zeppelin zuerich anna daniel jakob leopold marie
    niklaus peter rosa sophie teddy yverdon alpha alfa bravo charlie delta echo foxtrot golf hotel india
    juliet juliett kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey
    whisky xray yankee zulu
    """
)
_LETTER_NAMES = {"ypsilon": "y", "zett": "z", "zet": "z", "jott": "j", "eszett": "ss", "zed": "z", "zee": "z"}
_AS_IN = {"de": (("wie",),), "en": (("as", "in"), ("is", "in"), ("for",), ("like",), ("as",))}
_REPEATS = frozenset(["doppel", "doppelt", "double"])
_CASES = frozenset(["gross", "grosses", "klein", "kleines", "capital", "uppercase", "lowercase"])
_HEARD_WIE = frozenset(["w", "v"])
_GAP = re.compile(r"[\s,;:\-–…/]*(?:\.\s*)?")
_BARE_GAP = re.compile(r" |, | ?[-–] ?|\.{3} ?|, ?…? ?")


@dataclass(frozen=True, slots=True)
class Spelling:
    letters: str  # "Kowalski": as a name is written
    first: int  # tokens [first, last]
    last: int
    start: int  # characters
    end: int


@dataclass(frozen=True, slots=True)
class _Item:
    letters: str
    last: int
    form: Literal["word", "heard", "alphabet", "bare"]  # "K wie Kaufmann", "KW Kaufmann", "Kaufmann", "K"


def spellings(tokens: Sequence[Token], language: str) -> list[Spelling]:
    """Every spelled stretch: at least one letter with its word, or three bare letters in a row."""
    found: list[Spelling] = []
    i = 0
    while i < len(tokens):
        items = _items(tokens, i, "de" if language == "de" else "en")
        if items and _is_spelling(items):
            last = items[-1].last
            letters = "".join(item.letters for item in items).capitalize()
            found.append(Spelling(letters, i, last, tokens[i].start, tokens[last].end))
            i = last + 1
        else:
            i += 1
    return found


def letter(tokens: Sequence[Token], i: int, language: str) -> tuple[str, int] | None:
    """The letter that is spelled at token i, with its word or bare, and the last token of it."""
    item = _item(tokens, i, "de" if language == "de" else "en")
    return (item.letters, item.last) if item else None


def _is_spelling(items: Sequence[_Item]) -> bool:
    forms = [item.form for item in items]
    return len(items) >= 3 or "word" in forms or forms.count("heard") >= 2


def _items(tokens: Sequence[Token], i: int, language: str) -> list[_Item]:
    items: list[_Item] = []
    while i < len(tokens):
        item = _item(tokens, i, language)
        if item and items and item.form == "alphabet" != items[0].form:
            break  # "M wie Martha, Anton kommt": a name of its own
        if item is None:
            if items and tokens[i].key in FILLERS[language] | _CASES:
                i += 1
                continue
            break
        if item.form == "bare" and _abbreviates(tokens, i):
            break
        items.append(item)
        i = item.last + 1
        gap = _BARE_GAP if item.form == "bare" else _GAP
        if not gap.fullmatch(tokens[item.last].gap):
            break
    return items


def _abbreviates(tokens: Sequence[Token], i: int) -> bool:
    """ "z. B.", "U.S.A."."""
    return tokens[i].gap.startswith(".") and len(_key(tokens, i + 1)) == 1


def _item(tokens: Sequence[Token], i: int, language: str) -> _Item | None:
    key = tokens[i].key
    if key in _REPEATS and i + 1 < len(tokens):
        doubled = _item(tokens, i + 1, language)
        return _Item(doubled.letters * 2, doubled.last, doubled.form) if doubled else None
    if language == "en" and key == "double" and _key(tokens, i + 1) in ("u", "you"):
        return _Item("w", i + 1, "bare")
    letters = _LETTER_NAMES.get(key) or (key if (len(key) == 1 and key.isalpha()) or key == "sch" else "")
    if letters:
        return _with_word(tokens, i, letters, language) or _Item(letters, i, "bare")
    if (
        len(key) == 2
        and key[1] in _HEARD_WIE
        and _key(tokens, i + 1).startswith(key[0])
        and _names(tokens, i + 1)
    ):
        return _Item(key[0], i + 1, "heard")  # "KW Kaufmann"
    if key in _ALPHABETS:
        return _Item(key[0], i, "alphabet")
    return None


def _with_word(tokens: Sequence[Token], i: int, letters: str, language: str) -> _Item | None:
    """The letter followed by "wie Kaufmann", "as in King", or by "W. Kaufmann" as Whisper hears it."""
    for phrase in _AS_IN[language]:
        word = i + 1 + len(phrase)
        if tuple(t.key for t in tokens[i + 1 : word]) != phrase or word >= len(tokens):
            continue
        if len(phrase) > 1 or phrase[0] == "wie" or tokens[word].key.startswith(letters[0]):
            return _Item(letters, word, "word")
    if (
        _key(tokens, i + 1) in _HEARD_WIE
        and _key(tokens, i + 2).startswith(letters)
        and _names(tokens, i + 2)
    ):
        return _Item(letters, i + 2, "heard")
    return None


def _key(tokens: Sequence[Token], i: int) -> str:
    return tokens[i].key if i < len(tokens) else ""


def _names(tokens: Sequence[Token], i: int) -> bool:
    return len(tokens[i].key) > 2
