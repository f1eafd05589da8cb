"""The words around a name or a place, per language: what a recognizer looks for besides the lexicon.

`german.CUES` and `english.CUES` fill this in; nothing here finds anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

from pii_audio.types import Subject

__all__ = ["Cues", "Frame", "frames", "words"]

_SUBJECTS: dict[str, Subject] = {
    "speaker": "speaker",
    "partner": "partner",
    "family": "family",
    "other": "other",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """A name stands between `before` and `after`; one of them may be missing.

    `trust` is how much the frame alone says, as `data/frames-de.txt` explains.
    """

    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    trust: float
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
    frames: tuple[Frame, ...]  # the most trusted first
    verbs: frozenset[str]  # finite verbs that follow a subject: a bare "Linde war" is somebody
    entertainment: re.Pattern[str]  # a command that names artists and titles up to its end
    knowledge: re.Pattern[str]  # a question of general knowledge
    quiz: re.Pattern[str]  # what makes such a question one about the world and not about here
    personal: re.Pattern[str]  # what makes such a question or command about somebody one knows
    here: frozenset[str]  # prepositions of place
    place_frames: re.Pattern[str]  # right before a place, even an unlisted one
    place_after: re.Pattern[str]  # right behind a place: "nach Hof gezogen"
    spelled: re.Pattern[str]  # "K wie Kaufmann, O wie Otto ..."


def words(text: str) -> frozenset[str]:
    """A set written as a line of text."""
    return frozenset(text.split())


def frames(language: str) -> tuple[Frame, ...]:
    """Those of `data/frames-<language>.txt`, which says how they are written; the most trusted first."""
    text = files(__package__).joinpath("data", f"frames-{language}.txt").read_text(encoding="utf-8")
    parts: dict[str, str] = {}
    found = []
    for line in text.splitlines():
        if named := re.match(r"([A-Z]+) = (.*)", line):
            parts[named[1]] = named[2]
        elif line and not line.startswith("#"):
            trust, subject, reason, pattern = re.sub(r"\{([A-Z]+)\}", lambda m: parts[m[1]], line).split("\t")
            before, _, after = pattern.partition("=>")
            found.append(
                Frame(
                    _before(before.strip()), _after(after.strip()), float(trust), _SUBJECTS[subject], reason
                )
            )
    return tuple(sorted(found, key=lambda f: -f.trust))


def _before(pattern: str) -> re.Pattern[str] | None:
    space = "" if pattern.endswith("*") else r"\s+"
    return re.compile(f"(?:{pattern}){space}", re.IGNORECASE) if pattern else None


def _after(pattern: str) -> re.Pattern[str] | None:
    return re.compile(pattern, re.IGNORECASE) if pattern else None
