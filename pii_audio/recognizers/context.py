"""What one clip of a set says about another: a name found with confidence is looked for in all, misheard too.

Names sound alike by the Kölner Phonetik (Postel 1969) and differ by few letters. Ordinary words are never
taken for a misheard name, nor are words that only look like part of one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pii_audio.recognizers.languages import cues
from pii_audio.recognizers.tokens import Token, Utterance, read
from pii_audio.spelling import cologne, distance
from pii_audio.types import Finding, Subject, Transcript

__all__ = ["recall"]

_SURE = 0.8  # a finding of this score lends its name to the set


@dataclass(frozen=True, slots=True)
class _Known:
    """One word of a name that the set is sure of."""

    lower: str
    code: str
    subject: Subject
    word: float  # Zipf frequency as an ordinary word


def recall(transcripts: Sequence[Transcript], found: Sequence[Sequence[Finding]]) -> list[list[Finding]]:
    """Findings to add to each transcript: the set's names where they were missed."""
    utterances = [read(t) for t in transcripts]
    names = _names(utterances, found)
    if not names:
        return [[] for _ in transcripts]
    by_code: dict[str, list[_Known]] = {}
    for known in names.values():
        by_code.setdefault(known.code, []).append(known)
    return [_again(u, own, names, by_code) for u, own in zip(utterances, found, strict=True)]


def _names(utterances: Sequence[Utterance], found: Sequence[Sequence[Finding]]) -> dict[str, _Known]:
    names: dict[str, _Known] = {}
    for utterance, own in zip(utterances, found, strict=True):
        for finding in own:
            if finding.entity_type != "PERSON" or finding.score < _SURE or finding.reason == "spelled out":
                continue
            for part in re.findall(r"[^\W\d_]{3,}", finding.value or ""):
                lower = part.lower()
                if lower not in cues(utterance.language).particles:
                    word = max(utterance.lexicon.word(lower), names[lower].word if lower in names else 0)
                    names[lower] = _Known(lower, cologne(lower), finding.subject, word)
    return names


def _again(
    utterance: Utterance, own: Sequence[Finding], names: dict[str, _Known], by_code: dict[str, list[_Known]]
) -> list[Finding]:
    extra = []
    for i, token in enumerate(utterance.tokens):
        if any(f.start < token.end and token.start < f.end for f in own) or not _can_be(utterance, i, token):
            continue
        if known := _match(utterance, token, names, by_code):
            exact = known.lower == token.lower
            extra.append(
                utterance.finding(
                    "PERSON",
                    token.start,
                    token.end,
                    score=0.75 if exact else 0.55,
                    recognizer="context",
                    subject=known.subject,
                    value=known.lower.title(),
                    reason="a name of the set" if exact else "sounds like a name of the set",
                )
            )
    return extra


def _can_be(utterance: Utterance, i: int, token: Token) -> bool:
    known = cues(utterance.language)
    if not token.alpha or len(token.lower) < 3 or token.lower in known.never or utterance.figure_end(i) > i:
        return False
    return token.capital or not utterance.cased


def _match(
    utterance: Utterance, token: Token, names: dict[str, _Known], by_code: dict[str, list[_Known]]
) -> _Known | None:
    known = names.get(token.lower)
    if known is not None:
        plain = max(known.word, token.word)
        return known if not plain else None
    listed = utterance.lexicon  # what a token only sounds like is no reason against
    people = max(listed.first.get(token.lower, 0), listed.last.get(token.lower, 0))
    if token.word or token.lower in listed.places or people > 2.5 or len(token.lower) < 4:
        return None
    for near in by_code.get(cologne(token.lower), []):
        if len(near.code) >= 2 and distance(near.lower, token.lower) <= max(1, len(near.lower) // 3):
            return near
    return None
