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

# Whose numbers are nobody's: "Kundennummer", "order number".
_THINGS = {
    "de": r"""
        kunden bestell rechnungs? auftrags? artikel serien sendungs paket vertrags vorgangs ticket zaehler
        los modell zimmer raum start haus hausnummer haltestellen linien flug zug gleis order referenz
        buchungs reservierungs mitglieds patienten versions wohnungs kassen aktenzeichen liefer teile
        versicherungs(?:schein)? police kredit such seiten chargen track(?:ing)? abo fall
    """,
    "en": r"""
        order reference ref confirmation tracking invoice serial model case ticket room flight part claim
        customer membership member policy booking reservation item product page house bus route train gate
        platform channel lucky lottery patient account_holder version meter docket loyalty rewards?
        favou?rite pin student employee apartment suite parcel package catalogu?e jersey isbn
    """,
}
# One pattern a kind, its alternatives apart by blanks: "_" is a blank between two words, "~" one that may
# be missing, THINGS any of the above. The first kind that matches a word wins.
_PATTERNS: dict[str, dict[str, str]] = {
    "de": {
        "other": r"""
            THINGS~\w{1,5}m+er\w*
            aktenzeichen kassenzeichen zaehlerstand bestellung rechnung kilometerstand pin pin~code tan
            (?:geheim|lieblings|glueck\w*|lotto)~zahl(?:en)? wecker timer artikel einwohner isbn lottozahlen
        """,
        "social": r"""
            (?:sozial|renten)~versicherung\w*(?:_n\w{1,4}m+er)? versicherten~nummer sv~nummer rv~nummer
        """,
        "ssn": r"social_security ssn",
        "tax": r"steuer\w*(?:_(?:id|i_d|nummer))? identifikations~nummer tax_id tin idnr umsatzsteuer\w*",
        "card": r"""
            (?:kredit|bank|ec|debit|visa|giro)?~karten?~n\w{1,4}m+er\w*
            (?:kredit|ec|debit|giro|bank)~karte\w* master~card visa american_express amex maestro
        """,
        "iban": r"""
            iban\w* e~bahn i~ban eban konto\w* bankverbindung\w* bankdaten abbuch\w* buch(?:en|n|t|e)
            lastschrift\w* ueberweis\w* einzug\w* girokonto\w*
        """,
        "plate": r"""
            \w*kennzeich\w* \w*nummern?~schild\w* \w*nomen~schild\w* \w*auto~nummer zugelassen
            park(?:verbot|ausweis)\w* anwohnerpark\w* geblitzt abgeschleppt falschparker\w* kfz\w*
            fahrzeug~nummer
        """,
        "ip": r"i~p ip~adress\w*",
        "mail": r"""
            \w*mail\w*(?:~adress\w*)? (?:e~)?me(?:i|h)l~adress\w* \w*(?:ai|ei|y|i)l+~adress\w* emeil\w*
            mai(?=_(?:ist|lautet)) [ie]~-?mehl
        """,
        "web": r"\w*homepage web~seite\w* web~site blog internet~seite",
        "birth": r"""
            geburt(?!s?tag(?:s|sch)?(?:feier|party|geschenk|kuchen|torte|lied|kind|karte))\w* gebor\w*
            zur_welt auf_die_welt jahrgang
        """,
        "direct": r"durchwahl\w* vorwahl\w*",
        "phone": r"""
            \w*handy\w* \w*hand(?:ue|i|w)\w*(?:nummer|mmer) mobil(?:telefon\w*|funk~nummer\w*|nummer\w*)?
            \w*telefon\w* \w*festnetz\w* fax\w* \w*rueck~ruf\w* \w*ruf~nummer\w* zurueck~ruf\w* anruf\w*
            anzurufen angerufen ruf\w* whats~app\w* erreich(?:en|bar|barkeit|st|t)? sms signal
            waehl\w* tel zurueckgerufen privatnummer dienstnummer geschaeftsnummer notrufnummer
            kontaktnummer anrufbeantworter ans_telefon durchklingeln klingel\w*
        """,
        "number": r"nummer nummern numer anschluss",
    },
    "en": {
        "other": r"""
            THINGS~numbers?
            pin pin_code passcode order invoice tracking confirmation confirmation_code meter_reading isbn
            timer population alarm zip~code
        """,
        "social": r"sozialversicherung\w*",
        "ssn": r"social_security(?:_number)? ssn social socials social_insurance(?:_number)?",
        "tax": r"tax~payer\w* tax itin ein tin national_insurance(?:_number)? n_i_number ni_number utr",
        "card": r"""
            (?:credit|debit|bank|visa|charge)?~card(?:_number)? master~card visa amex american_express
            discover_card
        """,
        "iban": r"""
            iban\w* i~ban ipon ibahn i_bond eban bank_account account(?:_number)? direct_debit wire
            bank_transfer
        """,
        "plate": r"""
            (?:licen[sc]e|number|registration|car|vanity)?~plates?(?:_number)? registration(?:_number)? reg
            tag_number licen[sc]e_plate\w* registered_as
        """,
        "ip": r"i~p ip_address",
        "mail": r"e?~-?mails?(?:_address)? gmail e~mail\w*",
        "web": r"home~page web~site blog web~page",
        "birth": r"""
            birth~date date_of_birth birth~day(?!_(?:party|cake|present|card|gift|song|dinner)) born\w*
            birth d_o_b dob b~day
        """,
        "direct": r"extension ext",
        "phone": r"""
            (?:tele)?phone\w* cell~phone cell mobile reach call\w* ring landline fax whats~app
            text(?:ed|ing|s)? dial\w* callback voicemail contact phoned answering
        """,
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
    things = f"(?:{'|'.join(_THINGS[language].split())})"
    kinds = (
        f"(?P<{kind}>(?:{'|'.join(alternatives.split())})(?:'s)?(?![^ ]))"
        for kind, alternatives in _PATTERNS[language].items()
    )
    pattern = f"(?<![^ ])(?:{'|'.join(kinds)})"
    return re.compile(pattern.replace("THINGS", things).replace("_", " ").replace("~", " ?"))


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
