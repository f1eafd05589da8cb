"""One transcript as its recognizers read it: tokens with what the lexicon knows of each.

It knows words and case, not what a name or an address is made of.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from pii_audio.recognizers.heard import glued_place, sounds_like, squeezed_places
from pii_audio.recognizers.lexicon import Lexicon, lexicon
from pii_audio.types import Finding, Subject, Transcript, finding_id

__all__ = ["CACHED", "TOKEN", "Token", "Utterance", "read"]

CACHED = 256  # transcripts kept as read, because every recognizer reads the same one in turn

TOKEN = re.compile(
    r"(?:[OoDd]['’](?=[^\W\d_]{3}))?[^\W\d_]+(?:-[^\W\d_]+)*|['’][a-z]+\b|\d+(?:[.:]\d+)*[a-z]?\b|\d+|[^\w\s]"
)
_ABBREVIATIONS = {"dr", "mr", "mrs", "ms", "st", "str", "prof", "hr", "fr", "nr", "no", "apt", "jr", "sr"}


class Token(NamedTuple):
    text: str
    lower: str
    start: int  # characters
    end: int
    capital: bool
    opening: bool  # the first word of a sentence: its capital says nothing
    first: float  # log10 of the people with that first name; 0: none
    last: float
    place: float  # log10 of the people who live there; 0: none
    word: float  # Zipf frequency as an ordinary word; 0: none
    heard: bool = False  # listed nowhere: `first` and `place` are those of what it sounds like

    @property
    def alpha(self) -> bool:
        return self.lower[0].isalpha()

    @property
    def town(self) -> float:
        """As `place`, for towns that are listed: one that it sounds like is no reason against a name."""
        return 0.0 if self.heard else self.place

    @property
    def name(self) -> float:
        return max(self.first, self.last)


@dataclass(frozen=True)
class Utterance:
    """`cased` is False where capitals say nothing because there are none."""

    recording_id: str
    text: str = field(repr=False)
    language: str  # "de" or "en"
    tokens: tuple[Token, ...] = field(repr=False)
    cased: bool
    lexicon: Lexicon = field(repr=False)

    @cached_property
    def starts(self) -> list[int]:
        return [t.start for t in self.tokens]

    def index(self, position: int) -> int:
        """The first token that starts at or after a character."""
        return bisect_left(self.starts, position)

    def place_end(self, i: int) -> int:
        """Token index behind the longest listed place that starts at token i; i where there is none."""
        for j in range(min(i + 4, len(self.tokens)), i, -1):
            span = self.tokens[i:j]
            if j - i == 1:
                return j if span[0].place else i
            if span[-1].alpha and (self._phrase(i, j) in self.lexicon.places or self.split_place(i, j)):
                return j
        return i

    def split_place(self, i: int, j: int) -> bool:
        """ "Bad Kreuz nach", "Bakers Field": a town that was heard in pieces."""
        said = self.text[self.tokens[i].start : self.tokens[j - 1].end]
        squeezed = re.sub(r"[\s’'-]", "", said).lower()
        if j == i + 1 or not said[0].isupper():
            return False
        if squeezed in squeezed_places(self.language):
            return True
        odd = j == i + 2 and any(not t.word and not t.name for t in self.tokens[i:j])  # "Oberrammer Gau"
        capitals = all(t.capital and t.alpha for t in self.tokens[i:j])
        return (
            odd and capitals and len(squeezed) >= 8 and sounds_like(squeezed, self.language, "places", 2) > 0
        )

    def figure_end(self, i: int) -> int:
        """As `place_end`, for public figures."""
        return self._figures.get(i, i)

    @cached_property
    def _figures(self) -> dict[int, int]:
        """First token of each -> the one behind it."""
        figures, begin = self.lexicon.figures, _first_tokens(self.language)
        return {
            i: j
            for i, token in enumerate(self.tokens)
            if token.lower in begin
            for j in range(i + 1, min(i + 5, len(self.tokens)) + 1)  # the longest is the last
            if self._phrase(i, j).replace(". ", " ") in figures
        }

    def _phrase(self, i: int, j: int) -> str:
        return " ".join(self.text[self.tokens[i].start : self.tokens[j - 1].end].lower().split())

    def finding(
        self,
        entity_type: str,
        start: int,
        end: int,
        *,
        score: float,
        recognizer: str,
        reason: str,
        subject: Subject = "other",
        value: str | None = None,
    ) -> Finding:
        return Finding(
            id=finding_id(self.recording_id, start, end, entity_type),
            recording_id=self.recording_id,
            entity_type=entity_type,
            start=start,
            end=end,
            score=score,
            recognizer=recognizer,
            subject=subject,
            value=value,
            text=self.text[start:end],
            reason=reason,
        )


@lru_cache(maxsize=2)
def _first_tokens(language: str) -> frozenset[str]:
    """What the names of public figures begin with."""
    return frozenset(match.group() for match in map(TOKEN.match, lexicon(language).figures) if match)


def _may_be_misheard(said: str) -> bool:
    """A word of speech with a capital, as names and towns are written: not "GmbH", not "NDR"."""
    parts = said.split("-")
    return len(said) >= 3 and all(part.isalpha() and part.istitle() for part in parts)


def read(transcript: Transcript) -> Utterance:
    """Tokens of a transcript; German where it is German, else English."""
    return _read(transcript.recording_id, transcript.text, "de" if transcript.language == "de" else "en")


@lru_cache(maxsize=CACHED)
def _read(recording_id: str, text: str, language: str) -> Utterance:
    known = lexicon(language)
    tokens: list[Token] = []
    opening = True
    for match in TOKEN.finditer(text):
        said = match.group()
        lower = said.lower()
        word = known.word(lower) if said[0].isalpha() else 0.0
        first, place = known.first_name(lower, word), known.places.get(lower, 0.0)
        last = known.last.get(lower, 0.0)
        heard = not (word or first > 0 or last or place) and _may_be_misheard(said)
        if heard:
            most = 1 if opening else 9
            first = sounds_like(lower, language, "first", most)
            place = sounds_like(lower, language, "places", most) or glued_place(lower, language)
        tokens.append(
            Token(
                *(said, lower, match.start(), match.end(), said[0].isupper(), opening),
                *(first, last, place, word, heard),
            )
        )
        if said in ".?!" and len(tokens) > 1 and tokens[-2].lower not in _ABBREVIATIONS:
            opening = True
        elif said[0].isalnum():
            opening = False
    cased = any(t.capital and t.lower != "i" for t in tokens)  # "I" is always written so
    return Utterance(recording_id, text, language, tuple(tokens), cased, known)
