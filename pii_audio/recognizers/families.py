"""Families by their surname in the plural: "dinner with the Okafors", "die Jansens", "bei Schröders"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pii_audio.recognizers.cues import words
from pii_audio.recognizers.tokens import Utterance
from pii_audio.types import Subject

__all__ = ["families"]

_ARTICLES = frozenset({"the", "die", "den"})
_BEFORE = {"en": frozenset({"the"}), "de": frozenset({"die", "den", "bei", "zu"})}
_WITH = {
    "en": words(
        "with call ring phone text message email give tell ask invite visit see meet to from for at are have "
        "than of by join and remind thank like"
    ),
    "de": words(
        "ruf rufe bei mit von an für zu lad lade besuch besuche frag frage sag sage grüß grüße sind haben"
    ),
}


def families(
    utterance: Utterance, blocked: Sequence[float]
) -> Iterator[tuple[int, int, float, Subject, str]]:
    """ "dinner with the Okafors", "bei Schröders": a surname in the plural."""
    tokens = utterance.tokens
    for i in range(1, len(tokens)):
        token = tokens[i]
        if blocked[i] > 2 or token.word or not (token.capital or not utterance.cased):
            continue
        before = [t.lower for t in tokens[max(0, i - 2) : i]]
        if not token.lower.endswith("s") or before[-1] not in _BEFORE[utterance.language]:
            continue
        surname = utterance.lexicon.last.get(token.lower[:-1], 0) >= 2.7
        there = before[-1] not in _ARTICLES or before[0] in _WITH[utterance.language]
        if surname and there and utterance.figure_end(i - 1) <= i:
            yield i, i + 1, 2, "other", "family name"
