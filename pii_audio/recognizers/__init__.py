"""Recognizers: each finds one kind of personal information in transcripts.

    transcripts -> identifiers, addresses, people, places, partner, work, presidio, tagger -> merge

They are entry points in the group `pii_audio.recognizers`; `ensemble.Ensemble` runs those that the
configuration names. This module stays light: only `presidio` and `spacy_ner` import spaCy or Presidio.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from pii_audio.types import Finding, Transcript

__all__ = ["LANGUAGES", "Recognizer", "Reviewer"]

LANGUAGES = ("de", "en")  # what is said in another is not understood here, so it must not pass as harmless


class Recognizer(Protocol):
    """Anything with a name that finds personal information; the contract test runs over every entry point."""

    name: str

    def find(self, transcripts: Sequence[Transcript]) -> list[list[Finding]]:
        """One list of findings per transcript, in order; they may overlap."""
        ...


@runtime_checkable
class Reviewer(Protocol):
    """A recognizer that also has an opinion on what the others found."""

    def review(
        self, transcripts: Sequence[Transcript], found: Sequence[Sequence[Finding]]
    ) -> list[list[Finding]]:
        """The same findings with the scores that they deserve now; its own may give way to better ones."""
        ...
