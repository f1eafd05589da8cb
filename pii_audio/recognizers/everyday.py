"""Everyday words: nobody's name even where somebody is called so. Knows the lexicon, not people."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from pii_audio.recognizers.lexicon import lexicon
from pii_audio.spelling import fold

__all__ = ["everyday"]

USUAL, NAMED = 3.0, 4.5  # Zipf frequency from which on a word is an everyday word; one that is a name, too


@cache
def everyday() -> Callable[[str], bool]:
    """Whether a folded word is an everyday word in German or English; a rare word that is a name is not."""
    words: set[str] = set()
    for language in ("de", "en"):
        known = lexicon(language)
        for word, often in known.words.items():
            name = word in known.first or word in known.last or word in known.places
            if often >= (NAMED if name else USUAL):
                words.add(fold(word))
    return words.__contains__
