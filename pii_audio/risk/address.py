"""Parts of an address, as written or as said: street, house number, postal code, town.

Knows how German and English addresses are put together, not which streets and towns there are.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pii_audio.spelling import name_key

__all__ = ["Address", "parse_address", "street_key"]


class Address(NamedTuple):
    """Each part as it was said, "" where it was not."""

    street: str = ""
    house_number: str = ""
    postal_code: str = ""
    place: str = ""


_KIND = (
    r"straße|strasse|str\.?|weg|allee|gasse|platz|ring|damm|ufer|chaussee|stieg|pfad|steig|hof|graben|markt|"
    r"street|st\.?|road|rd\.?|avenue|ave\.?|lane|drive|crescent|court|close|terrace|boulevard|blvd\.?|way|place|square"
)
_ENDS_A_STREET = re.compile(rf"(?:{_KIND})(?=[\s,]|$)", re.I)
_TENS = "zwanzig|dreißig|dreissig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig|zehn|elf|zwölf"
_ONES = "ein|eins|zwei|zwo|drei|vier|fünf|sechs|sech|sieben|sieb|acht|neun"
_WORDS = (  # numbers up to three figures, as said
    rf"(?:(?:{_ONES})?hundert)?(?:und)?(?:(?:{_ONES})?(?:und)?(?:{_TENS})|(?:{_ONES})|(?<=hundert))|"
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|oh)[\s-]?)+"
)
_NUMBER = rf"\d{{1,5}}\s?[a-z]?(?![\w])|(?:{_WORDS})(?![\w])"
_LEADING = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<street>\S.*)", re.I | re.S)
_TRAILING = re.compile(rf"(?P<street>.*?\S)\s+(?P<number>{_NUMBER})(?P<rest>.*)", re.I | re.S)
_CODE = re.compile(
    r"\b(?P<code>\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2})\b|(?:^|,\s*)(?P<short>\d{4})(?=\s+[^\W\d])"
)
_ASIDE = re.compile(r"^(?:apartment|apt|unit|flat|floor|suite|stock|etage)\b|^$|^\W*\d", re.I)
_BEFORE = re.compile(r"^(?:in der|in die|in den|auf der|zur|at|in|on)\s+(?=\S+\s*\S)", re.I)


def street_key(street: str) -> str:
    """One key for "Hauptstr.", "Hauptstraße", "hauptstrasse" and "Haupt Straße"."""
    key = re.sub(r"\bstr\b", "strasse", re.sub(r"str\.? *$", "strasse", name_key(street)))
    return re.sub(r"[ -]", "", key)


def parse_address(said: str) -> Address:
    """ "Rosenweg acht", "An der Alster 45, 20099 Hamburg", "58 Beechwood Crescent, Swindon SN2 1HQ"."""
    front, code, town = said.strip(), "", ""
    found = _CODE.search(front)
    if found and not _ENDS_A_STREET.search(front, found.end()):
        code = (found["code"] or found["short"]).upper()
        front, town = front[: found.start()].strip(" ,"), front[found.end() :].strip(" ,.")
        front = re.sub(r"\s+in$", "", front)
    head, *others = (part.strip(" .") for part in front.split(","))
    street, number, rest = _street(head)
    rests = [p for p in (rest, *others) if not _ASIDE.search(p)]
    town = town or (rests[0] if rests else "")
    return Address(_BEFORE.sub("", street), number, code, re.sub(r"^in\s+", "", town.split(",")[0].strip()))


def _street(head: str) -> tuple[str, str, str]:
    """Street, number and what follows them; the number stands before (English) or behind (German)."""
    leading = _LEADING.fullmatch(head)
    if leading and _ENDS_A_STREET.search(leading["street"]):
        return leading["street"].strip(), _plain(leading["number"]), ""
    trailing = _TRAILING.fullmatch(head)
    if trailing:
        return trailing["street"], _plain(trailing["number"]), trailing["rest"].strip()
    town = re.fullmatch(r"(?P<street>.+?)\s+in\s+(?P<rest>[^\W\d].*)", head)
    if town and _ENDS_A_STREET.search(town["street"]):
        return town["street"], "", town["rest"]
    return head, "", ""


def _plain(number: str) -> str:
    return re.sub(r"(?<=\d)\s+", "", number).strip().lower()
