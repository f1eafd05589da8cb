"""E-mail addresses and personal web pages, written, dictated, or what Whisper leaves of a dictated one.

"anna punkt meier at web punkt de" comes back as "an der Punkt, Meier Advait Punkt D": no grammar holds then,
but the word "Mailadresse" before it and a "Punkt" in it tell what it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pii_audio.recognizers.identifiers.speech import Claim, Speech
from pii_audio.recognizers.spoken.dictation import PROVIDERS, TLDS, is_domain, mark
from pii_audio.recognizers.spoken.tokens import words

__all__ = ["mail_claims"]

_VERBS = {
    "de": words(
        """
        ist lautet waere heisst also die meine unter auf hier folgende von mir und zwar dann kommt jetzt ja
        sind
        """
    ),
    "en": words("is it's its that's would be my the address at um uh so here and i'm use"),
}
_ADDRESS = frozenset(["adresse", "address"])
_ANNOUNCING = words("ist lautet waere is it's its would")
_HEARD_AT = words("at ad art ab aet et att add adt alt kt ott")
_SENDING = words(
    """
    schick schicke schicken schicks send sende senden sendet schreib schreibe schreiben mail mailen forward
    """
)
_OWN = words("mein meine meiner meinem unsere unser unserer my our")
_NO_DOMAIN_BEFORE = words("von bei auf im website webseite seite oeffne open on from visit der die das")
_ALL_LOWER = words(
    """
    alles all klein kleingeschrieben lowercase zusammen zusammengeschrieben bitte danke please thanks
    """
)
_WELL_KNOWN = frozenset(provider for provider in PROVIDERS if len(provider) > 3) | {"tonline"}
# An address that lost its punctuation: "wjansentonlinede".
_GLUED = re.compile(rf"\w{{2,}}(?:tonline|{'|'.join(sorted(PROVIDERS))})(?:de|com|net|at|ch|org|couk|me)")

# A word with dots and an "at" in it, however wrong: "m.schusterartut.log.d".
_CHAIN = re.compile(r"(?i)(?<!\S)(?!www\.)(?=\S*\wa(?:r?t|d)\w)\w+\.[\w-]{4,}\.\w+(?!\S*[/:])")


def mail_claims(speech: Speech) -> Iterator[Claim]:
    for address in speech.addresses:
        if address.kind == "email":
            yield Claim("EMAIL_ADDRESS", address.start, address.end, 0.98, "grammar", address.value)
        elif _is_own_page(speech, address.first):
            yield Claim("URL", address.start, address.end, 0.9, "context", address.value)
    for context in speech.contexts:
        if context.kind == "mail":
            introduced = _introduces(speech, context.last)
            yield from _garbled(speech, context.last + 1, least=1 if introduced else 2)
    for i, token in enumerate(speech.tokens):
        if token.key in ("an", "to") and not _SENDING.isdisjoint(speech.keys(i - 4, i)):
            yield from _garbled(speech, i + 1, least=2)
        yield from _domains(speech, i)
        if _GLUED.fullmatch(token.key) or _CHAIN.match(speech.text, token.start):
            yield Claim("EMAIL_ADDRESS", token.start, token.end, 0.7, "shape")


def _is_own_page(speech: Speech, first: int) -> bool:
    before = speech.keys(first - 8, first)
    named = any(c.kind == "web" and 0 < first - c.last <= 6 for c in speech.contexts)
    return named and not _OWN.isdisjoint(before)


def _garbled(speech: Speech, first: int, *, least: int) -> Iterator[Claim]:
    """From the word "Mail" on, as far as there are marks of an address: "Punkt", "at", "xy.de"."""
    tokens, skipped = speech.tokens, _VERBS[speech.language]
    while first < len(tokens) and speech.key(first) in skipped and not mark(tokens, first, speech.language):
        first += 1
    last, i, marks = -1, first, 0
    while i < len(speech.tokens) and i <= first + 16:
        sign = _heard_mark(speech, i)
        domain = is_domain(speech.tokens, i)
        if sign and i > first:
            last, marks = min(sign[1], len(speech.tokens) - 1), marks + 1
        elif domain:
            last, marks = domain, marks + 2
        elif speech.tokens[i].gap in (".", "@", "_") and i + 1 < len(speech.tokens):
            sure = tokens[i].gap == "@" or (tokens[i].gap == "." and speech.key(i + 1) in TLDS | {"d"})
            last, marks = i + 1, marks + 1 + sure
        if _ends(speech, i):
            break
        i += 1
    last = max(last, first)
    if marks >= least and last < len(speech.tokens):
        last -= speech.key(last) in _ALL_LOWER
        yield Claim(
            "EMAIL_ADDRESS",
            speech.tokens[first].start,
            speech.tokens[last].end,
            0.85 if least == 1 else 0.65,
            "context",
        )


def _cut_domain(speech: Speech, i: int) -> int | None:
    """The last token of a provider's domain that lost its end: "ArtT-Online.d"."""
    last = i
    while last + 1 < len(speech.tokens) and speech.tokens[last].gap in (".", "-"):
        last += 1
    joined = "".join(speech.keys(i, last))
    cut = speech.key(last) == "d" and last > i
    return last if cut and any(provider in joined for provider in _WELL_KNOWN) else None


def _heard_mark(speech: Speech, i: int) -> tuple[str, int] | None:
    """A mark of an address at token i, also one that has grown into its neighbour: "posteopunkt net"."""
    if speech.key(i) == "unter" and speech.key(i + 1).startswith("strich"):
        return "_", i + 2
    if speech.key(i).endswith("punkt") and speech.key(i + 1) in TLDS | {"d"}:
        return ".", i + 1
    return mark(speech.tokens, i, speech.language)


def _introduces(speech: Speech, last: int) -> bool:
    """Whether an address is announced: "meine Mail ist", "E-Mail: "."""
    return speech.tokens[last].gap.strip() == ":" or speech.key(last + 1) in _ANNOUNCING


def _ends(speech: Speech, i: int) -> bool:
    """Whether the utterance ends behind token i; a full stop before a domain is only a pause."""
    if any(is_domain(speech.tokens, j) for j in range(i + 1, min(i + 3, len(speech.tokens)))):
        return False
    gap = speech.tokens[i].gap.strip()
    if gap[:1] in ("?", "!"):
        return True
    following = speech.tokens[i + 1] if i + 1 < len(speech.tokens) else None
    return gap == "." and bool(following) and speech.tokens[i].gap != "." and len(speech.key(i)) > 2


def _domains(speech: Speech, i: int) -> Iterator[Claim]:
    """ "Jason Dashlee 42 art Outlook.com", "send it to tbaker.co.uk": a domain where an address is due."""
    tokens, last = speech.tokens, is_domain(speech.tokens, i) or _cut_domain(speech, i)
    if last is None or (i > 0 and tokens[i - 1].gap in ("", ".", "-", "@")) or speech.key(i) == "www":
        return
    first = None if speech.text.endswith("://", 0, tokens[i].start) else _address_start(speech, i, last)
    if first is not None:
        yield Claim("EMAIL_ADDRESS", tokens[first].start, tokens[last].end, 0.7, "shape")


def _address_start(speech: Speech, i: int, last: int) -> int | None:
    """Where the address begins whose domain is tokens [i, last]; None if it is only a web page."""
    before, skipped = speech.keys(i - 4, i), _VERBS[speech.language]
    provided = any(provider in "".join(speech.keys(i, last)) for provider in _WELL_KNOWN)
    at = next((j for j in range(i - 1, max(0, i - 3), -1) if speech.key(j) in _HEARD_AT), None)
    if at and (provided or speech.key(i) in PROVIDERS or speech.key(at) != "at"):
        return at - 1 - (at > 2 and speech.key(at - 1) in skipped | {"for"})
    marked = next((j for j in range(i - 1, max(0, i - 5), -1) if _heard_mark(speech, j)), None)
    if marked:
        return marked - (speech.key(marked - 1) not in skipped)
    if any(atom.last == i - 1 for atom in speech.numbers):
        return max(0, i - 2)
    if provided and before and before[-1] not in _NO_DOMAIN_BEFORE:
        return i - 1
    named = next((j for j in range(i - 1, max(-1, i - 5), -1) if speech.key(j) in _ADDRESS), None)
    if named is not None:
        return named + 1 + (speech.key(named + 1) in _ANNOUNCING)
    return None if _SENDING.isdisjoint(before) else i
