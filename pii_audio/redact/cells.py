"""Texts of tables and pages: a cell has little around it that says what it is, but its column has a name.

A cell becomes a transcript without sound, so that everything that knows transcripts takes care of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from pii_audio.formats.timing import language_of
from pii_audio.types import Finding, Transcript

__all__ = ["Cell", "by_column", "cell", "readable"]

_URL = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://[^\s/?#\"'<>]*)[^\s\"'<>]*")

# Headings of Google's own, which look like names to those who know German.
_LAYOUT = frozenset({"my activity", "my activity history", "meine aktivitäten", "myactivity"})

# Column or key, without signs and in lower case -> what its cells are, whatever they say.
_COLUMNS = (
    (re.compile(r"e?mail(?:address)?|emailadresse"), "EMAIL_ADDRESS"),
    (re.compile(r".*(?:phone|mobile|telefon|handy|msisdn).*"), "PHONE_NUMBER"),
    (re.compile(r".*(?:birth|geburt).*|dob"), "DATE_OF_BIRTH"),
    (re.compile(r"ip(?:address|adresse|v4|v6)?|.*macaddress|.*ssid"), "IP_ADDRESS"),
    (re.compile(r".*(?:latitude|longitude|breitengrad|längengrad|coordinates).*"), "LOCATION"),
    (re.compile(r"(?:lat|lng|lon)(?:e7)?"), "LOCATION"),
    (re.compile(r".*(?:city|stadt|wohnort|location|locationname|timezone)"), "LOCATION"),
    (re.compile(r".*(?:zip|zipcode|postalcode|postcode|plz)"), "LOCATION"),
    (re.compile(r".*(?:address\d?|addressline\d?|street|adresse|straße|strasse)"), "ADDRESS"),
    (
        re.compile(r".*(?:customer|kunden|account|user|profile|person|household|device|directed|session)(?:id|number|nummer)"),
        "ACCOUNT_ID",
    ),
    (re.compile(r".*(?:serial|serialnumber|seriennummer|dsn|imei|udid|gaia)"), "ACCOUNT_ID"),
    (
        re.compile(
            r".*(?:first|last|full|given|family|middle|sur|nick|user|account|customer|contact|profile|person|device"
            r"|speaker|room|group|vor|nach|geräte|kunden)name|speaker|contact|contacts|sender|recipient|kontakt|author"
        ),
        "PERSON",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A text with what its column says it is; the same in every place where it stands."""

    transcript: Transcript
    entity_type: str | None
    text: str = field(repr=False)  # as it stands in the document


def cell(column: str, text: str) -> Cell | None:
    """None where nothing in it can be personal: no letter or digit, a short number, a heading of Google's."""
    kind = _kind(column)
    if kind is None and text.casefold() in _LAYOUT:
        return None
    if not re.search(r"\w", text) or (kind is None and _is_short_number(text)):
        return None
    name = "cell-" + sha256(f"{kind}\0{text}".encode("utf-8", "replace")).hexdigest()[:12]
    said = readable(text)
    return Cell(Transcript(name, said, (), language_of(None, said)), kind, text)


def readable(text: str) -> str:
    """Without what addresses of the web say beyond the host: searches, places and accounts stand there."""
    return _URL.sub(r"\1/", text.encode("utf-8", "replace").decode())


def by_column(cells: Iterable[Cell]) -> list[list[Finding]]:
    """For each cell the finding that its column makes it, if it does."""
    found = []
    for item in cells:
        said = item.transcript.text
        span = (0, len(said))
        name = f"{item.transcript.recording_id}-0-{len(said)}-{item.entity_type}"
        found.append(
            [Finding(name, item.transcript.recording_id, item.entity_type, *span, 1.0, "column", text=said)]
            if item.entity_type and said.strip()
            else []
        )
    return found


def _is_short_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(?:\.\d+)?", text) is not None and len(text) <= 6


def _kind(column: str) -> str | None:
    name = re.sub(r"[\W_]", "", column).lower()
    return next((kind for pattern, kind in _COLUMNS if name and pattern.fullmatch(name)), None)
