"""What the source of a release says where something was heard in the release.

Beside a mask Whisper lacks the context that it had in the source: "Emil, merk dir das" without the name may
be heard as "Marc, dir das". Knows words and times, not what is a leak.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pii_audio.recognizers.lexicon import lexicon
from pii_audio.types import Transcript, Word

__all__ = ["plain", "words_within"]

MOST = 0.3  # share of a word's time that lies within, from which on it was said there


def words_within(said: Transcript, seconds: tuple[float, float]) -> list[Word]:
    """The words that were said in these seconds, or cut by their edges."""
    begin, end = seconds
    return [
        word
        for word in said.words
        if min(word.end_s, end) - max(word.begin_s, begin) > MOST * (word.end_s - word.begin_s)
    ]


def plain(hearings: Iterable[Transcript | None], seconds: tuple[float, float]) -> bool:
    """Whether each hearing has words in these seconds, and none that is in no dictionary."""
    return all(said is not None and _listed(said, seconds) for said in hearings)


def _listed(said: Transcript, seconds: tuple[float, float]) -> bool:
    words = [said.text[word.start : word.end] for word in words_within(said, seconds)]
    known = lexicon(said.language)
    return bool(words) and all(known.word(re.sub(r"[^\w'’-]", "", word).lower()) for word in words)
