"""Dictated e-mail addresses and URLs: "w punkt jansen at t minus online punkt de", "www dot miller dot org".

Knows the grammar of addresses, not whose they are. What Whisper makes of them without any "at" left is
beyond a grammar and told from the words around it: see `identifiers.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pii_audio.recognizers.spoken.digits import Atom
from pii_audio.recognizers.spoken.spelling import Spelling
from pii_audio.recognizers.spoken.tokens import FILLERS, Token, words

__all__ = ["PROVIDERS", "TLDS", "Dictated", "dictated", "is_domain", "mark"]

AT = {
    "de": frozenset(
        ["at", "aet", "aett", "att", "et", "ett", "klammeraffe", "klammeraffen", "affenschwanz", "bei"]
    ),
    "en": frozenset(["at"]),
}
_MARKS = {
    "de": {
        ("punkt",): ".", ("dot",): ".", ("unterstrich",): "_", ("unter", "strich"): "_", ("underscore",): "_",
        ("minus",): "-", ("bindestrich",): "-", ("binde", "strich"): "-", ("strich",): "-", ("dash",): "-",
        ("mittelstrich",): "-", ("plus",): "+", ("schraegstrich",): "/", ("slash",): "/",
    },
    "en": {
        ("dot",): ".", ("period",): ".", ("point",): ".", ("underscore",): "_", ("under", "score"): "_",
        ("dash",): "-", ("hyphen",): "-", ("minus",): "-", ("plus",): "+", ("slash",): "/",
        ("forward", "slash"): "/",
    },
}  # fmt: skip
TLDS = words(
    """
    de com net org info eu at ch uk io edu gov biz me tv co us ca fr it nl pl tr ru be es dk se name berlin
    hamburg koeln bayern wien online
    """
)
PROVIDERS = words(
    """
    gmx web gmail googlemail outlook hotmail yahoo icloud freenet posteo aol mailbox live msn arcor vodafone
    proton protonmail bluewin hispeed aon telekom btinternet comcast verizon
    """
)
_NO_LOCAL_PART = {
    "de": words(
        """
        ist lautet waere heisst an unter auf die der das dem den adresse mailadresse emailadresse mail email
        und oder meine mein unsere seine ihre ihrer von zu fuer mit mir mich sie es ihn ihr bitte schick
        schicken schicke schreib schreiben schreibe sende senden mailen genau also dann so nach suche fuege
        alexa siri computer hey google neue neuen kontakt kontakten freund freundin hinzu speichere hier war
        wie ja nein einfach folgende jetzt alles per in
        """
    ),
    "en": words(
        """
        is it's its it to at the my our his her their your address email mail and or a an that's that send
        write me us him them under i'm on of for from with please so then add alexa siri computer hey google
        new contact contacts friend save here yes no just was be via drop shoot reach contact use find
        """
    ),
}
_ANNOUNCING = words("ist lautet waere is it's its would mail email")
_JOINED = re.compile(r"[.\-_+]+")
_SPACE = re.compile(r"\.?[ ,]{1,2}")
_INITIALS_GAP = re.compile(r"\.? ?")


@dataclass(frozen=True, slots=True)
class Dictated:
    kind: Literal["email", "url"]
    value: str  # "w.jansen@t-online.de"
    first: int  # tokens [first, last]
    last: int
    start: int  # characters
    end: int


@dataclass(frozen=True, slots=True)
class _Speech:
    """The tokens with everything that may be one part of an address."""

    tokens: Sequence[Token]
    language: str
    written: dict[int, tuple[str, int, int]]  # token -> (characters, first, last) of the part it belongs to

    def numbered(self, i: int) -> bool:
        return self.written[i][0].isdecimal()


def dictated(
    tokens: Sequence[Token], numbers: Sequence[Atom], spelled: Sequence[Spelling], language: str
) -> list[Dictated]:
    """Addresses in order: those with "at" and a domain, and those that begin with "www"."""
    language = "de" if language == "de" else "en"
    parts = {i: (t.key, i, i) for i, t in enumerate(tokens)}
    for atom in numbers:
        parts |= dict.fromkeys(range(atom.first, atom.last + 1), (atom.digits, atom.first, atom.last))
    parts |= _initials(tokens)
    for word in spelled:
        parts |= {i: (word.letters.lower(), word.first, word.last) for i in range(word.first, word.last + 1)}
    speech = _Speech(tokens, language, parts)
    found: list[Dictated] = []
    for i, token in enumerate(tokens):
        if found and i <= found[-1].last:
            continue
        address = _email(speech, i, found[-1].last + 1 if found else 0)
        if address is None and token.key == "www":
            address = _url(speech, i)
        if address:
            found.append(address)
    return found


def _initials(tokens: Sequence[Token]) -> dict[int, tuple[str, int, int]]:
    """Bare letters side by side are one part: "g. m. x.", "a b c"."""
    parts: dict[int, tuple[str, int, int]] = {}
    first = 0
    for i, token in enumerate(tokens):
        if len(token.key) != 1 or not token.key.isalpha():
            first = i + 1
        elif not _INITIALS_GAP.fullmatch(token.gap) or i + 1 == len(tokens) or len(tokens[i + 1].key) != 1:
            letters = "".join(t.key for t in tokens[first : i + 1])
            parts |= {j: (letters, first, i) for j in range(first, i + 1) if len(letters) > 1}
            first = i + 1
    return parts


def is_domain(tokens: Sequence[Token], i: int) -> int | None:
    """The last token of a domain written at token i without a blank ("gmail.com"), or None."""
    last = i
    while last + 1 < len(tokens) and tokens[last].gap in (".", "-"):
        last += 1
    return last if last > i and tokens[last].key in TLDS and tokens[last - 1].gap == "." else None


def mark(tokens: Sequence[Token], i: int, language: str) -> tuple[str, int] | None:
    """A spoken "." "_" "-" "+" "/" at token i and the token behind it."""
    marks = _MARKS["de" if language == "de" else "en"]
    for length in (2, 1):
        sign = marks.get(tuple(t.key for t in tokens[i : i + length]))
        if sign:
            return sign, i + length
    return None


def _at(speech: _Speech, i: int) -> tuple[int, int] | None:
    """Where the "@" at token i ends the local part and where the domain begins: (last, first)."""
    token = speech.tokens[i]
    if "@" in token.gap:
        return i, i + 1
    following = i + 1
    if following < len(speech.tokens) and speech.tokens[following].key in AT[speech.language]:
        after = following + 1
        if speech.tokens[following].key == "at" and speech.tokens[after : after + 1] != []:
            after += speech.tokens[after].key == "sign"
        return i, after
    return None


def _email(speech: _Speech, i: int, earliest: int) -> Dictated | None:
    at = _at(speech, i)
    if at is None:
        return None
    domain = _domain(speech, at[1])
    if domain and speech.tokens[at[1] - 1].key == "bei" and domain[0].split(".")[0] not in PROVIDERS:
        return None  # "bei spiegel punkt de"
    local = _local_part(speech, at[0], earliest) if domain else None
    if domain is None or local is None or _is_place(speech, at, local[1], domain):
        return None
    tokens, value = speech.tokens, f"{local[0]}@{domain[0]}"
    return Dictated("email", value, local[1], domain[1], tokens[local[1]].start, tokens[domain[1]].end)


def _is_place(speech: _Speech, at: tuple[int, int], first: int, domain: tuple[str, int]) -> bool:
    """ "you can view it at shop.com": an English "at" before a written web page, and nothing dictated."""
    tokens, provider = speech.tokens, domain[0].split(".")[0]
    dictated_words = first != at[0] or domain[1] - at[1] != domain[0].count(".") + domain[0].count("-")
    announced = first > 0 and tokens[first - 1].key in _ANNOUNCING
    spoken = tokens[at[1] - 1].key == "at" and speech.language == "en"
    return spoken and not (dictated_words or announced or provider in PROVIDERS)


def _url(speech: _Speech, i: int) -> Dictated | None:
    step = mark(speech.tokens, i + 1, speech.language)
    begin = step[1] if step and step[0] == "." else i + 1
    domain = _domain(speech, begin)
    if domain is None or (begin == i + 1 and speech.tokens[i].gap != "."):
        return None
    tokens = speech.tokens
    return Dictated("url", f"www.{domain[0]}", i, domain[1], tokens[i].start, tokens[domain[1]].end)


def _domain(speech: _Speech, i: int) -> tuple[str, int] | None:
    """Labels with dots between them, a known ending last: ("t-online.de", last token)."""
    tokens, written, dotted = speech.tokens, "", False
    best: tuple[str, int] | None = None
    plain = 0  # words in a row without any mark between them
    if i < len(tokens) and tokens[i].key in _NO_LOCAL_PART[speech.language] - TLDS - PROVIDERS:
        return None  # "look at the dot com boom"
    while i < len(tokens) and plain <= 4:
        step = mark(tokens, i, speech.language) if written else None
        if step and i > 0 and step[0] in ".-":
            written, i, dotted, plain = written + step[0], step[1], step[0] == ".", 0
            continue
        if tokens[i].key in FILLERS[speech.language]:
            i += 1
            continue
        part, _, last = speech.written[i]
        if part in TLDS and (dotted or (best is None and written in PROVIDERS)):
            written = written if dotted else written + "."
            best = (written + part, last)
        elif best is None and part in PROVIDERS and not written:
            best = (part, last)
        elif best and not dotted:
            break
        written, dotted, plain = written + part, False, plain + 1
        gap = tokens[last].gap
        i = last + 1
        if _JOINED.fullmatch(gap):
            written, dotted, plain = written + gap[0], gap == ".", 0
        elif not _SPACE.fullmatch(gap) and (
            mark(tokens, i, speech.language) is None or gap.strip()[:1] in "?!"
        ):
            break
    return best


def _local_part(speech: _Speech, i: int, earliest: int) -> tuple[str, int] | None:
    """What stands before the "@" at token i: (characters, first token)."""
    tokens, stop = speech.tokens, _NO_LOCAL_PART[speech.language]
    if i < earliest or tokens[i].key in stop:
        return None
    written, first, _ = speech.written[i]
    number = speech.numbered(first)
    while first > earliest:
        sign, before = _mark_before(speech, first), first - 1
        if _JOINED.fullmatch(tokens[before].gap):
            link = tokens[before].gap[0]
        elif not _SPACE.fullmatch(tokens[before].gap):
            break
        elif sign and sign[1] > earliest:
            link, before = sign[0], sign[1] - 1
        elif tokens[before].key not in stop and (number or _is_bare(speech, before, first)):
            link = ""
        else:
            break
        part, first, _ = speech.written[before]
        written, number = part + link + written, speech.numbered(first)
    return (written, first) if tokens[i].gap == "@" else _introduced(speech, written, first, earliest)


def _is_bare(speech: _Speech, i: int, first: int) -> bool:
    """Whether token i is a letter or a number, which belong without any mark; "I" and "a" may be words."""
    key = speech.tokens[i].key
    word = key in ("i", "a") and len(speech.tokens[first].key) > 1
    return speech.numbered(i) or (len(speech.written[i][0]) == 1 and not word) or speech.written[i][1] != i


def _introduced(speech: _Speech, written: str, first: int, earliest: int) -> tuple[str, int]:
    """Up to two more words where the address is announced: "die Mail ist anna meier at gmx punkt de"."""
    begin, tokens = first, speech.tokens
    while begin > earliest and first - begin < 3 and tokens[begin - 1].gap == " ":
        if tokens[begin - 1].key in _NO_LOCAL_PART[speech.language]:
            break
        begin -= 1
    announced = (begin == 0 and first == 1) or tokens[begin - 1].key in _ANNOUNCING
    if first - begin in (1, 2) and announced:
        written = "".join(tokens[i].key for i in range(begin, first)) + written
        first = begin
    return written, first


def _mark_before(speech: _Speech, i: int) -> tuple[str, int] | None:
    """A spoken mark that ends just before token i, and its first token."""
    for begin in (i - 2, i - 1):
        step = mark(speech.tokens, begin, speech.language) if begin > 0 else None
        if step and step[1] == i:
            return step[0], begin
    return None
