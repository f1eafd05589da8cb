"""The words around a name or a place, per language: what a recognizer looks for besides the lexicon.

`german.CUES` and `english.CUES` fill this in; nothing here finds anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pii_audio.types import Subject

__all__ = ["Cues", "Frame", "cues", "frame"]


@dataclass(frozen=True, slots=True)
class Frame:
    """A name stands between `before` and `after`; one of them may be missing.

    `trust` is how much the frame alone says: 3 takes any word that can be a name ("ich heiße X"),
    2 listed names and unknown words ("ruf X an"), 1 listed first names only.
    """

    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    trust: int
    subject: Subject
    reason: str


@dataclass(frozen=True, slots=True)
class Cues:
    never: frozenset[str]  # no part of a name: function words, weekdays, months, the assistant
    particles: frozenset[str]  # inside names: von, de, al
    titles: frozenset[str]  # a surname follows
    kin_titles: frozenset[str]  # a name follows, or they are one: Oma Hilde, Mama
    own_kin: re.Pattern[str]  # "meine ", before which a kin word is no name
    family: re.Pattern[str]  # "unser Sohn ", right before a name
    frames: tuple[Frame, ...]
    verbs: frozenset[str]  # finite verbs that follow a subject: a bare "Linde war" is somebody
    entertainment: re.Pattern[str]  # a command that names artists and titles up to its end
    knowledge: re.Pattern[str]  # a question of general knowledge
    personal: re.Pattern[str]  # what makes such a question or command about somebody one knows
    here: frozenset[str]  # prepositions of place
    place_frames: re.Pattern[str]  # right before a place, even an unlisted one
    place_after: re.Pattern[str]  # right behind a place: "nach Hof gezogen"
    spelled: re.Pattern[str]  # "K wie Kaufmann, O wie Otto ..."


def frame(before: str, after: str, trust: int, subject: Subject, reason: str) -> Frame:
    return Frame(
        before=re.compile(before if before.endswith("*") else before + r"\s+", re.IGNORECASE)
        if before
        else None,
        after=re.compile(after, re.IGNORECASE) if after else None,
        trust=trust,
        subject=subject,
        reason=reason,
    )


def cues(language: str) -> Cues:
    from pii_audio.recognizers import english, german

    return german.CUES if language == "de" else english.CUES
