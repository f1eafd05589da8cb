"""What one clip of a set says about another: names and towns found with confidence are looked for in all.

So are their possessives ("Sandras Auto"), and what they are misheard as: words that sound alike by the Kölner
Phonetik (Postel 1969) and differ by few letters. Ordinary words are never taken for a misheard name, nor are
words that only look like part of one; a town in a question of general knowledge stays nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pii_audio.recognizers.languages import cues
from pii_audio.recognizers.people import unrelated_from
from pii_audio.recognizers.spelled import SPELLED
from pii_audio.recognizers.tokens import Token, Utterance, read
from pii_audio.spelling import cologne, distance
from pii_audio.types import Finding, Subject, Transcript

__all__ = ["recall", "said_twice"]

_SURE = 0.8  # a finding of this score lends its words to the set
_KINDS = {"PERSON": "name", "LOCATION": "place"}
_GLUED = re.compile(r"([^\W\d_]{3,}?(?=[A-ZÄÖÜ]))[^\W\d_]+")  # "RoseDelgado", said fast


@dataclass(frozen=True, slots=True)
class _Known:
    """One word of a name, or a town, that the set is sure of."""

    lower: str
    code: str
    kind: str  # "PERSON" or "LOCATION"
    subject: Subject
    word: float  # Zipf frequency as an ordinary word


def recall(transcripts: Sequence[Transcript], found: Sequence[Sequence[Finding]]) -> list[list[Finding]]:
    """Findings to add to each transcript: the set's names and towns where they were missed."""
    utterances = [read(t) for t in transcripts]
    names = _known(utterances, found)
    if not names:
        return [[] for _ in transcripts]
    by_code: dict[str, list[_Known]] = {}
    for known in names.values():
        by_code.setdefault(known.code, []).append(known)
    return [list(_again(u, own, names, by_code)) for u, own in zip(utterances, found, strict=True)]


def said_twice(found: Sequence[Finding], reviewed: Sequence[Finding]) -> list[Finding]:
    """ "Linde was there, Linde Wagner": a name said twice, once in full, has the score it was found with."""
    names = [(f, _parts(f)) for f in found if f.entity_type == "PERSON"]
    if len(names) < 2:
        return list(reviewed)
    full = [(f, parts) for f, parts in names if any(less < parts and _apart(o, f) for o, less in names)]
    full += [(f, _parts(f)) for f in reviewed if f.entity_type == "PERSON" and f.score >= _SURE]
    said = {
        (f.recognizer, f.id): f
        for f, parts in names
        if any((parts <= more and _apart(f, o)) or f is o for o, more in full)
    }
    return [said.get((f.recognizer, f.id), f) if f.score < _SURE else f for f in reviewed]


def _apart(one: Finding, other: Finding) -> bool:
    return one.end <= other.start or other.end <= one.start


def _parts(finding: Finding) -> set[str]:
    return {part.lower() for part in re.findall(r"[^\W\d_]{3,}", finding.value or finding.text)}


def _known(utterances: Sequence[Utterance], found: Sequence[Sequence[Finding]]) -> dict[str, _Known]:
    """Word -> what it is; a name comes before a town of the same word."""
    known: dict[str, _Known] = {}
    for kind in ("LOCATION", "PERSON"):
        for utterance, own in zip(utterances, found, strict=True):
            for finding in (f for f in own if f.entity_type == kind and f.score >= _SURE):
                for lower in _words(finding, utterance):
                    word = utterance.lexicon.word(lower)
                    if lower in known:
                        word = max(word, known[lower].word)
                    known[lower] = _Known(lower, cologne(lower), kind, finding.subject, word)
    return known


def _words(finding: Finding, utterance: Utterance) -> list[str]:
    """The words of a name that can stand alone; a town only when it is one word."""
    words = [part.lower() for part in re.findall(r"[^\W\d_]{3,}", finding.value or "")]
    if finding.entity_type == "LOCATION":
        return words if len((finding.value or "").split()) == 1 and len(words) == 1 else []
    if finding.reason == SPELLED:
        return []
    return [lower for lower in words if lower not in cues(utterance.language).particles]


def _again(
    utterance: Utterance, own: Sequence[Finding], names: dict[str, _Known], by_code: dict[str, list[_Known]]
) -> Iterator[Finding]:
    general = unrelated_from(utterance)
    taken = {at for finding in own for at in range(finding.start, finding.end)}
    for i, token in enumerate(utterance.tokens):
        if not (taken.isdisjoint(range(token.start, token.end)) and _can_be(utterance, i, token)):
            continue
        match, reason, score = _match(utterance, token, names, by_code)
        if match is None or (match.kind == "LOCATION" and general is not None and token.start >= general):
            continue
        yield utterance.finding(
            match.kind,
            token.start,
            token.end,
            score=score,
            recognizer="context",
            subject=match.subject,
            value=match.lower.title(),
            reason=f"{reason}a {_KINDS[match.kind]} of the set",
        )


def _can_be(utterance: Utterance, i: int, token: Token) -> bool:
    known = cues(utterance.language)
    if not token.alpha or len(token.lower) < 3 or token.lower in known.never or utterance.figure_end(i) > i:
        return False
    return token.capital or not utterance.cased


def _match(
    utterance: Utterance, token: Token, names: dict[str, _Known], by_code: dict[str, list[_Known]]
) -> tuple[_Known | None, str, float]:
    """What the token is a mention of, how it was told, and the score."""
    if known := names.get(token.lower):
        return (known, "", 0.75) if not max(known.word, token.word) else (None, "", 0)
    owner = names.get(re.sub(r"(?:['’]?s|['’])$", "", token.lower))
    if owner and not max(owner.word, token.word) and len(owner.lower) > 3:
        return owner, "", 0.75
    glued = _GLUED.fullmatch(token.text)
    if glued and not token.word and (known := names.get(glued[1].lower())):
        return known, "glued to ", 0.75
    if near := _sounds_like(utterance, token, by_code):
        return near, "sounds like ", 0.55
    return None, "", 0


def _sounds_like(utterance: Utterance, token: Token, by_code: dict[str, list[_Known]]) -> _Known | None:
    listed = utterance.lexicon  # what a token only sounds like is no reason against
    people = max(listed.first.get(token.lower, 0), listed.last.get(token.lower, 0))
    if token.word or token.lower in listed.places or people > 2.5 or len(token.lower) < 4:
        return None
    for near in by_code.get(cologne(token.lower), []):
        if len(near.code) >= 2 and distance(near.lower, token.lower) <= max(1, len(near.lower) // 3):
            return near
    return None
