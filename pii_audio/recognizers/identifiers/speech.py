"""One utterance, read once: its words, numbers, spellings, dates and context words, and claims about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pii_audio.recognizers.identifiers.context import Context, contexts
from pii_audio.recognizers.spoken.dates import SpokenDate, dates
from pii_audio.recognizers.spoken.dictation import Dictated, dictated
from pii_audio.recognizers.spoken.digits import Atom, DigitRun, atoms, join_atoms
from pii_audio.recognizers.spoken.spelling import Spelling, spellings
from pii_audio.recognizers.spoken.tokens import Token, tokenize, words

__all__ = ["Claim", "Speech", "read"]

# Words that may stand between two groups of one dictated identifier.
_LINKS = {
    "de": words(
        """
        und dann danach plus minus strich bindestrich schraegstrich leerzeichen komma punkt nochmal wieder
        durchwahl e m n mal million millionen
        """
    ),
    "en": words(
        """
        and then for to too ate plus minus dash hyphen space dot extension slash so okay again comma point
        million thousand
        """
    ),
}
# What a number counts, when it stands right behind it: such a number is no part of an identifier.
_UNITS = {
    "de": words(
        """
        euro cent eur prozent uhr grad minute minuten stunde stunden sekunde sekunden tag tage tagen woche
        wochen monat monate monaten jahr jahre jahren kilo kilogramm gramm liter meter kilometer zentimeter
        mal stueck leute personen quadratmeter watt volt kalorien franken dollar pfund million millionen
        milliarden einwohner punkte tore seiten zeilen flaschen stufen stock etage haltestellen stationen
        gramm km kg euros
        """
    ),
    "en": words(
        """
        dollars dollar cents cent euros euro pounds pound pence percent degrees minutes minute hours hour
        seconds second days day weeks week months month years year miles mile feet foot inches inch kilos
        grams liters litres ounces cups people times billion bucks points pages am pm o'clock a.m p.m meters
        kilometers yards calories watts stops floors
        """
    ),
}
_MILLIONS = frozenset(["million", "millionen", "thousand"])
_MONEY = frozenset("€$£%")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a stretch of the utterance is said to be."""

    entity_type: str
    start: int  # characters
    end: int
    score: float
    reason: str
    value: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Speech:
    text: str = field(repr=False)
    language: str  # "de" or "en"
    tokens: Sequence[Token] = field(repr=False)
    numbers: Sequence[Atom] = field(repr=False)  # all of them
    runs: Sequence[DigitRun] = field(repr=False)  # without what counts something
    spelled: Sequence[Spelling] = field(repr=False)
    dates: Sequence[SpokenDate] = field(repr=False)
    addresses: Sequence[Dictated] = field(repr=False)
    contexts: Sequence[Context] = field(repr=False)

    def key(self, i: int) -> str:
        return self.tokens[i].key if 0 <= i < len(self.tokens) else ""

    def keys(self, first: int, end: int) -> list[str]:
        return [token.key for token in self.tokens[max(0, first) : max(0, end)]]


def read(text: str, language: str) -> Speech:
    language = "de" if language == "de" else "en"
    tokens = tokenize(text)
    numbers = atoms(text, tokens, language)
    spelled = spellings(tokens, language)
    uncounted = [atom for atom in numbers if not _counts(text, tokens, atom, language)]
    return Speech(
        text,
        language,
        tokens,
        numbers,
        join_atoms(text, tokens, uncounted, language, links=_LINKS[language]),
        spelled,
        dates(tokens, language),
        dictated(tokens, numbers, spelled, language),
        contexts(tokens, language),
    )


def _counts(text: str, tokens: Sequence[Token], atom: Atom, language: str) -> bool:
    """Whether the number says how much or when: "zwölf Euro", "$5", "40 %"."""
    following = tokens[atom.last + 1].key if atom.last + 1 < len(tokens) else ""
    if following in _MILLIONS:  # "47 Millionen 36.892.816" is how a long number of some kind may be heard
        return not (atom.last + 2 < len(tokens) and tokens[atom.last + 2].key.isdecimal())
    if following in _UNITS[language] and tokens[atom.last].gap.strip() in ("", "-"):
        return True
    before = text[max(0, atom.start - 2) : atom.start].strip()
    return bool(_MONEY & set(before[-1:])) or bool(_MONEY & set(tokens[atom.last].gap.strip()[:1]))
