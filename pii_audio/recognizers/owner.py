"""Whose name it is where the sentence says "me": "address me as X", "Herr X kommt später, also ich".

A name of which this module knows nothing is left to the recognizer that found it. Names at the door and on
parcels may be those of the people who live there or of a neighbour: they keep their subject, and the reason
says so (`HOUSE`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pii_audio.recognizers.tokens import Utterance

__all__ = ["HOUSE", "is_own", "of_house"]

HOUSE = "name at the door or on a parcel"
_I = re.IGNORECASE


class _Words(NamedTuple):
    before: re.Pattern[str]  # right before one's own name
    after: re.Pattern[str]  # right behind it
    closing: re.Pattern[str]  # at the end of a sentence with one name
    house_before: re.Pattern[str]
    house: re.Pattern[str]  # anywhere in the sentence


_ADVERBS = (
    r"(?:\s+(?:in zukunft|ab jetzt|ab sofort|künftig|bitte|mal|doch|einfach|nur|immer|alle|lieber|hier))*"
)
_TITLE = r"(?:herrn?|frau|familie|mister|mr\.?|mrs\.?|ms\.?|miss|the)"
_GERMAN = _Words(
    before=re.compile(
        r"(?:\bich bin(?:['’]?s| es)(?: wieder| noch ?mal| nur)?,?(?: der| die)?|"
        r"\b(?:ich heiß|heiße? ich)(?: jetzt| übrigens| auch| eigentlich)?|"
        r"\bdas (?:war|bin)(?: doch| nur| wieder)? ich,?|"
        rf"\b(?:nenn\w*|ruf(?:en|t)|kenn\w*|heiß\w*|tauft\w*)\b[^.?!]*\b(?:mich|uns){_ADVERBS}|"
        rf"\b(?:sprich|sprecht|sprechen|red\w*)\b[^.?!]*\b(?:mich|uns){_ADVERBS}\s+(?:mit|als)|"
        rf"\b(?:mich|uns){_ADVERBS}\s+(?:als|unter)(?: dem namen)?|"
        r"\bich bin\b[^.?!]*\b(?:namens|mit namen)|"
        r"\bwir (?:sind|heißen)(?: die)?|"
        r"\b(?:mein|unser)e?[rmns]? (?:\w*name)\b[^.?!,]*?(?:geschrieben|buchstabiert|schreibt sich|so)[,:]?|"
        r"\b(?:mein|unser)\w* (?:stimme|profil|konto|account)\b[^.?!]*\b(?:unter|als|auf)(?: dem namen)?|"
        r"\b(?:profil|konto|account|zugang|mitgliedschaft)\b[^.?!]*\bfür (?:mich|uns)(?:,| an,?| ein,?)|"
        r"\b(?:meld|trag|registrier|schreib)\w* (?:mich|uns)\b[^.?!]*(?:\ban|\bein),?(?: familie)?|"
        r"\b(?:bestell\w*|reservier\w*|tisch|(?:ge)?buch\w*|abhol\w*|termin|rezept|abo|vertrag|konto)\b"
        r"[^.?!]*\b(?:auf|unter)(?: den namen| dem namen)?(?: herrn?| frau| familie)?|"
        r"\b(?:klingel\w*|\w*schild|\w*briefkasten|haustür)\b[^.?!]*\b(?:steht|lautet)(?: auch| nur| noch)?|"
        r"\b(?:unterschreib\w*(?: bitte)?(?: mit| als)?|gezeichnet,?|\w+e grüße,?(?: deine?| eure?)?))\s*$",
        _I,
    ),
    after=re.compile(
        r"\s*+,?\s*+(?:das (?:bin|war)(?: doch| ja)? ich\b|also (?:für |zu |bei |an )?(?:ich|mich|mir|uns)\b|"
        r"(?:ist|lautet) (?:mein|der|unser) \w*name\b|so heiße? ich\b|noch ?mal, (?:ich|wir)\b)",
        _I,
    ),
    closing=re.compile(
        r"[,;.]\s*(?:(?:also|das bin|das ist|nämlich|sprich)\s+(?:für )?(?:ich|mich)|"
        r"(?:ich mein\w*|damit (?:bin|mein\w*) ich)(?: damit)? (?:mich|gemeint))\W*$",
        _I,
    ),
    house_before=re.compile(rf"\b(?:für|bei|an)(?: {_TITLE})?\s*$", _I),
    house=re.compile(
        r"\b(?:paket\w*|päckchen|sendung\w*|lieferung\w*|einschreiben|bestellung\w*|kurier|bote|"
        r"pizza\w*|klingel\w*|klingelt|läute[nt]|haustür|an der tür|briefkasten)\b",
        _I,
    ),
)
_ENGLISH = _Words(
    before=re.compile(
        r"(?:\b(?:it['’]s|it is|that['’]s|that is|this is|that was|it was)(?: only| just)? me,?(?: again,?)?|"
        r"\b(?:me|us|myself)(?: down| in| up)? as|"
        r"\b(?:put|add|list|enter|register|enrol\w*) (?:me|us|myself)\b[^.?!]*\b(?:as|under)|"
        r"\bmy (?:voice|profile|account|login)\b[^.?!]*\b(?:as|under)(?: the name)?|"
        r"\b(?:profile|account|login|membership)\b[^.?!]*\bfor (?:me|us),?|"
        r"\bsign (?:me|us) up,?(?: the)?|"
        r"\b(?:my|our) (?:\w+ )?name\b[^.?!,]*?\b(?:spelled|spelt|written|spells)\b"
        r"(?: like this| as follows| out)?[,:]?|"
        r"\b(?:call|name) me(?: simply| just)?|"
        r"\bwe(?:['’]re| are)(?: the)?|\b(?:i['’]?m|i am)|(?<!his )(?<!her )\bname['’]s|"
        r"\b(?:i am|i['’]m)\b[^.?!]*\b(?:named|called|by the name of)|"
        r"\b(?:order\w*|pizza|table|book\w*|reserv\w*|pick-? ?up|collect\w*|prescription|appointment)\b"
        rf"[^.?!]*\b(?:under|name of)(?: {_TITLE})?|"
        r"\b(?:\w*bell|buzzer|mail ?box|letter ?box|intercom)\b[^.?!]*\b(?:says?|reads?)(?: just)?|"
        r"\b(?:sign (?:it |that |this |off )?(?:as|with)|signed|(?:kind |best )?regards|sincerely|"
        r"(?:best|warm|kindest) wishes|(?:lots of|with|much) love(?: from)?),?)\s*$",
        _I,
    ),
    after=re.compile(
        r"\s*+,?\s*+(?:that['’]s me\b|that is me\b|that was me\b|meaning me\b|i mean me\b|"
        r"(?:is|['’]s) (?:the|my) (?:\w+ )?name\b|is what (?:they|people|everyone|friends) call me\b)",
        _I,
    ),
    closing=re.compile(
        r",\s*(?:meaning me|that['’]s me|that is me|that would be me|i mean me|which is me)\W*$", _I
    ),
    house_before=re.compile(rf"\b(?:for|at|to)(?: {_TITLE})?\s*$", _I),
    house=re.compile(
        r"\b(?:packages?|parcels?|deliver\w*|courier|shipment|groceries|pick-? ?up|collection|takeaway|"
        r"prescription|pizza|rings?|\w*bell|at the door|mail ?box|letter ?box)\b",
        _I,
    ),
)
_WORDS = {"de": _GERMAN, "en": _ENGLISH}


def is_own(utterance: Utterance, start: int, end: int) -> bool:
    """Whether the sentence says that the name at [start, end) is the speaker's."""
    known, before, after = _WORDS[utterance.language], utterance.text[:start], utterance.text[end:]
    if re.search(r"['’]s$", utterance.text[start:end]) or re.match("['’]s", after):
        return False  # "I'm Anna's sister"
    if known.before.search(before) or known.after.match(after):
        return True
    return known.closing.search(after) is not None and not _another(utterance, start, end)


def of_house(utterance: Utterance, start: int) -> bool:
    """Whether the name that starts there is somebody's at a door or on a parcel."""
    known = _WORDS[utterance.language]
    at = known.house_before.search(utterance.text[:start])
    return at is not None and known.house.search(utterance.text) is not None


def _another(utterance: Utterance, start: int, end: int) -> bool:
    outside = (t for t in utterance.tokens if t.end <= start or end <= t.start)
    return any(t.name and not t.word for t in outside)
