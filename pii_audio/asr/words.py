"""From tokens with times to words with times, so that no character is left without one.

A word is a run of characters without white space, punctuation included. Tokens can end inside a character
(UTF-8) or a word, and punctuation can be aligned anywhere in a pause: its times count only where a word is
nothing but punctuation.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pii_audio.types import Word

__all__ = ["TimedToken", "words_of"]


@dataclass(frozen=True, slots=True)
class TimedToken:
    data: bytes  # its share of the text, UTF-8, perhaps a part of a character
    begin_s: float
    end_s: float
    probability: float


def words_of(tokens: Sequence[TimedToken], language: str) -> tuple[str, tuple[Word, ...]]:
    """The stripped text of the tokens, and its words with times from where the tokens count theirs."""
    text, owners = _characters(tokens)
    shift = len(text) - len(text.lstrip())
    words = []
    for match in re.finditer(r"\S+", text):
        said = sorted(
            {index for first, last in owners[match.start() : match.end()] for index in range(first, last + 1)}
        )
        parts = [tokens[index] for index in said]
        voiced = [
            part for part in parts if any(map(str.isalnum, part.data.decode(errors="replace")))
        ] or parts
        words.append(
            Word(
                start=match.start() - shift,
                end=match.end() - shift,
                begin_s=round(min(part.begin_s for part in voiced), 3),
                end_s=round(max(part.end_s for part in voiced), 3),
                confidence=round(sum(part.probability for part in parts) / len(parts), 4),
                language=language,
            )
        )
    return text.strip(), tuple(words)


def _characters(tokens: Sequence[TimedToken]) -> tuple[str, list[tuple[int, int]]]:
    """The text, and for each of its characters the first and the last token that made it."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    text, owners, first = "", [], 0
    for index, token in enumerate(tokens):
        made = decoder.decode(token.data, final=index == len(tokens) - 1)
        text += made
        owners += [(first, index)] * len(made)
        first = index if decoder.getstate()[0] and made else first if decoder.getstate()[0] else index + 1
    return text, owners
