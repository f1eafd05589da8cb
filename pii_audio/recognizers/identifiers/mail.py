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
        sign = mark(speech.tokens, i, speech.language)
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
    tokens, last = speech.tokens, is_domain(speech.tokens, i)
    if last is None or (i > 0 and tokens[i - 1].gap in (".", "-", "@")) or speech.key(i) == "www":
        return
    if speech.text.endswith("://", 0, tokens[i].start):
        return
    before = speech.keys(i - 4, i)
    first, score = i, 0.65
    at = next((place for place in range(i - 1, max(-1, i - 3), -1) if speech.key(place) in _HEARD_AT), None)
    provided = any(provider in "".join(speech.keys(i, last)) for provider in PROVIDERS if len(provider) > 3)
    marked = next(
        (j for j in range(i - 1, max(0, i - 5), -1) if mark(speech.tokens, j, speech.language)), None
    )
    if at and (provided or speech.key(i) in PROVIDERS or speech.key(at) != "at"):
        first, score = at - 1, 0.75
    elif marked is not None:
        first = marked - (speech.key(marked - 1) not in _VERBS[speech.language])
    elif any(atom.last == i - 1 for atom in speech.numbers):
        first = max(0, i - 2)
    elif provided and before and before[-1] not in _NO_DOMAIN_BEFORE:
        first = i - 1
    elif not {"adresse", "address"}.isdisjoint(before):
        first = next(j for j in range(i - 1, -1, -1) if speech.key(j) in ("adresse", "address")) + 1
        first += speech.key(first) in _ANNOUNCING
    elif _SENDING.isdisjoint(before):
        return
    yield Claim("EMAIL_ADDRESS", tokens[first].start, tokens[last].end, score, "shape")
