"""The words around a number that say what it is: "Handynummer", "Kundennummer", "born", "plate".

Words are matched on keys (lower case, umlauts spelled out), so compounds and what Whisper makes of them are
found by their stems. Knows words, not numbers.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pii_audio.recognizers.spoken.tokens import Token

__all__ = ["Context", "contexts", "nearest"]

# One pattern a kind, over words with one blank between; the first that matches a word wins.
_PATTERNS: dict[str, dict[str, str]] = {
    "de": {
        "other": (
            r"(?:kunden|bestell|rechnungs?|auftrags?|artikel|serien|sendungs|paket|vertrags|vorgangs|ticket"
            r"|zaehler|los|modell|zimmer|raum|start|haus|hausnummer|haltestellen|linien|flug|zug|gleis"
            r"|order|referenz"
            r"|buchungs|reservierungs|mitglieds|patienten|versions|wohnungs|kassen|aktenzeichen|liefer|teile"
            r"|versicherungs(?:schein)?|police|kredit|such|seiten|chargen|track(?:ing)?|abo"
            r"|fall) ?\w{1,5}m+er\w*"
            r"|aktenzeichen|kassenzeichen|zaehlerstand|bestellung|rechnung|kilometerstand|pin|pin ?code|tan"
            r"|(?:geheim|lieblings|glueck\w*|lotto) ?zahl(?:en)?|wecker|timer|artikel|einwohner|isbn"
            r"|lottozahlen"
        ),
        "social": (
            r"(?:sozial|renten) ?versicherung\w*(?: n\w{1,4}m+er)?|versicherten ?nummer|sv ?nummer|rv ?nummer"
        ),
        "ssn": r"social security|ssn",
        "tax": r"steuer\w*(?: (?:id|i d|nummer))?|identifikations ?nummer|tax id|tin|idnr|umsatzsteuer\w*",
        "card": (
            r"(?:kredit|bank|ec|debit|visa|giro)? ?karten? ?n\w{1,4}m+er\w*|(?:kredit|ec|debit|giro"
            r"|bank) ?karte\w*"
            r"|master ?card|visa|american express|amex|maestro"
        ),
        "iban": (
            r"iban\w*|e ?bahn|i ?ban|eban|konto\w*|bankverbindung\w*|bankdaten|abbuch\w*|buch(?:en|t|e)"
            r"|lastschrift\w*"
            r"|ueberweis\w*|einzug\w*|girokonto\w*"
        ),
        "plate": (
            r"\w*kennzeich\w*|\w*nummern? ?schild\w*|\w*nomen ?schild\w*|\w*auto ?nummer|zugelassen"
            r"|park(?:verbot|ausweis)\w*|anwohnerpark\w*|geblitzt|abgeschleppt|falschparker\w*|kfz\w*"
            r"|fahrzeug ?nummer"
        ),
        "ip": r"i ?p|ip ?adress\w*",
        "mail": (
            r"\w*mail\w*(?: ?adress\w*)?|(?:e ?)?me(?:i|h)l ?adress\w*|\w*(?:ai|ei|y)l ?adress\w*|emeil\w*"
            r"|mai(?= (?:ist|lautet))|[ie] ?-?mehl"
        ),
        "web": r"\w*homepage|web ?seite\w*|web ?site|blog|internet ?seite",
        "birth": (
            r"geburt(?!s?tag(?:s|sch)?(?:feier|party|geschenk|kuchen|torte|lied|kind|karte))\w*|gebor\w*"
            r"|zur welt|auf die welt|jahrgang"
        ),
        "direct": r"durchwahl\w*|vorwahl\w*",
        "phone": (
            r"\w*handy\w*|\w*hand(?:ue|i|w)\w*(?:nummer|mmer)|\w*mobil(?!itaet)\w*|\w*telefon\w*"
            r"|\w*festnetz\w*|fax\w*"
            r"|\w*rueck ?ruf\w*|\w*ruf ?nummer\w*|zurueck ?ruf\w*|anruf\w*|anzurufen|angerufen|ruf\w*"
            r"|beruf mich"
            r"|whats ?app\w*|erreich\w*|sms|signal|waehl\w*|tel|zurueckgerufen|simse\w*|privatnummer"
            r"|dienstnummer"
            r"|geschaeftsnummer|notrufnummer|kontaktnummer|anrufbeantworter|ans telefon|durchklingeln"
            r"|klingel\w*"
        ),
        "number": r"nummer|nummern|numer|nummer ist|anschluss",
    },
    "en": {
        "other": (
            r"(?:order|reference|ref|confirmation|tracking|invoice|serial|model|case|ticket|room|flight"
            r"|part|claim"
            r"|customer|membership|member|policy|booking|reservation|item|product|page|house|bus|route"
            r"|train|gate"
            r"|platform|channel|lucky|lottery|patient|account holder|version|meter|docket|loyalty|rewards?"
            r"|favou?rite|pin|student|employee|apartment|suite|parcel|package|catalogu?e|jersey"
            r"|isbn) ?numbers?"
            r"|pin|pin code|passcode|order|invoice|tracking|confirmation|confirmation code|meter reading"
            r"|isbn|timer"
            r"|population|alarm|zip ?code"
        ),
        "social": r"sozialversicherung\w*",
        "ssn": r"social security(?: number)?|ssn|social|socials|social insurance(?: number)?",
        "tax": r"tax ?payer\w*|tax|itin|ein|tin|national insurance(?: number)?|n i number|ni number|utr",
        "card": (
            r"(?:credit|debit|bank|visa|charge)? ?card(?: number)?|master ?card|visa|amex|american express"
            r"|discover card"
        ),
        "iban": (
            r"iban\w*|i ?ban|ipon|ibahn|i bond|eban|bank account|account(?: number)?|direct debit|wire"
            r"|bank transfer"
        ),
        "plate": (
            r"(?:licen[sc]e|number|registration|car|vanity)? ?plates?(?: number)?|registration(?: number)?"
            r"|reg"
            r"|tag number|licen[sc]e plate\w*|registered as"
        ),
        "ip": r"i ?p|ip address",
        "mail": r"e? ?-?mails?(?: address)?|gmail|e ?mail\w*",
        "web": r"home ?page|web ?site|blog|web ?page",
        "birth": (
            r"birth ?date|date of birth|birth ?day(?! (?:party|cake|present|card|gift|song|dinner))|born\w*"
            r"|birth"
            r"|d o b|dob|b ?day"
        ),
        "direct": r"extension|ext",
        "phone": (
            r"(?:tele)?phone\w*|cell ?phone|cell|mobile|reach|call\w*|ring|landline|fax|whats ?app"
            r"|text(?:ed|ing|s)?"
            r"|dial\w*|callback|voicemail|contact|phoned"
        ),
        "number": r"numbers?",
    },
}


@dataclass(frozen=True, slots=True)
class Context:
    kind: str  # a key of the patterns above
    first: int  # tokens [first, last]
    last: int


@cache
def _pattern(language: str) -> re.Pattern[str]:
    kinds = (f"(?P<{kind}>(?:{pattern})(?:'s)?(?![^ ]))" for kind, pattern in _PATTERNS[language].items())
    return re.compile(f"(?<![^ ])(?:{'|'.join(kinds)})")


def contexts(tokens: Sequence[Token], language: str) -> list[Context]:
    """Every context word in order."""
    starts: list[int] = []
    length = 0
    for token in tokens:
        starts.append(length)
        length += len(token.key) + 1
    line = " ".join(token.key for token in tokens)
    return [
        Context(m.lastgroup or "", bisect_left(starts, m.start()), bisect_left(starts, m.end()) - 1)
        for m in _pattern("de" if language == "de" else "en").finditer(line)
    ]


# Kinds that say nothing about a run of digits.
_NO_NUMBERS = frozenset(["mail", "web", "birth"])


def nearest(
    found: Sequence[Context], first: int, last: int, *, before: int = 10, after: int = 7
) -> Context | None:
    """The context of tokens [first, last]: the closest one before, or else the closest one after."""
    found = [c for c in found if c.kind not in _NO_NUMBERS]
    ahead = [c for c in found if c.last < first and first - c.last <= before]
    if ahead:
        named = ahead[-1]
        # "Kundennummer ist die Nummer ...": the bare word says nothing new
        if named.kind == "number" and len(ahead) > 1 and named.first - ahead[-2].last <= 4:
            return ahead[-2]
        return named
    behind = [c for c in found if c.first > last and c.first - last <= after]
    return behind[0] if behind else None
