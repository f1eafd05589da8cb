"""The nouns. One recording flows through them in this order; nothing here knows how they are made.

    Recording -> Audio -> Window... -> Transcript -> Finding... -> Profile -> RiskReport

Character spans are half-open over `Transcript.text`; times are seconds from the start of the recording.
Fields that can hold what was said, or name who said it, are kept out of every `repr`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "Audio",
    "Exposure",
    "Fact",
    "Failure",
    "Finding",
    "HeardIn",
    "PersonRisk",
    "Profile",
    "Recording",
    "RecordingRisk",
    "RiskReport",
    "SetRisk",
    "Spans",
    "Subject",
    "Transcript",
    "Window",
    "Word",
    "finding_id",
]

Subject = Literal["speaker", "partner", "family", "other"]
Spans = tuple[tuple[float, float], ...]  # [begin, end) in seconds of the recording, in order


@dataclass(frozen=True, slots=True)
class Recording:
    """One clip to look at: an audio file (or a stretch of one), or a transcript somebody already made."""

    id: str  # "rec-" and 12 hex digits of the content hash: file names can name people
    content_hash: str  # sha256 of the bytes; a stretch of a file hashes its bounds too
    path: Path = field(repr=False)
    member: str | None = field(default=None, repr=False)  # which line or archive member of `path`
    offset_s: float = 0.0
    duration_s: float | None = None  # None: to the end
    household: str | None = field(default=None, repr=False)  # device, account or speaker_id, where known
    language: str | None = None  # ISO 639-1, where the source says so
    reference: str | None = field(default=None, repr=False)  # what was said, where the source knows
    transcript: Transcript | None = field(default=None, repr=False)  # set: there is nothing to transcribe


@dataclass(frozen=True, slots=True)
class Audio:
    """Decoded sound. `samples` is mono float32 in [-1, 1] at 16 kHz, shape [samples]."""

    recording_id: str
    samples: NDArray[np.float32] = field(repr=False)
    source_rate: int  # Hz, kept for writing back
    source_channels: int

    @property
    def duration_s(self) -> float:
        return len(self.samples) / 16_000


@dataclass(frozen=True, slots=True)
class Window:
    """At most 30 s of one recording, cut at silence: the unit that Whisper transcribes."""

    recording_id: str
    begin_s: float  # where it starts in the recording
    samples: NDArray[np.float32] = field(repr=False)  # [samples], 16 kHz
    speech: Spans = ()  # where somebody surely speaks in it

    @property
    def duration_s(self) -> float:
        return len(self.samples) / 16_000


@dataclass(frozen=True, slots=True)
class Word:
    start: int  # characters
    end: int
    begin_s: float  # seconds
    end_s: float
    confidence: float  # mean token probability, 0 to 1
    language: str  # ISO 639-1


@dataclass(frozen=True, slots=True)
class HeardIn:
    """The language in which a window was transcribed, and how likely each allowed one is by sound alone."""

    language: str  # ISO 639-1
    likely: tuple[tuple[str, float], ...]  # language and probability; without `language` where it is foreign


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said. Every character but white space belongs to a word, and every word has a time.

    A transcript imported without times has `words == ()`.
    """

    recording_id: str
    text: str = field(repr=False)
    words: tuple[Word, ...] = field(repr=False)
    language: str  # of most of the words
    duration_s: float = 0.0  # of the recording
    model: str = ""  # "whisper-base@ab12cd34", or where it was imported from
    speech: Spans | None = None  # where somebody surely speaks, words or not; None: nobody looked
    heard_in: tuple[HeardIn, ...] = ()  # of each window in which somebody may speak, in order

    def over(self, start: int, end: int) -> list[Word]:
        """The words with a time that overlap the characters [start, end)."""
        return [w for w in self.words if w.start < end and start < w.end]

    def seconds(self, start: int, end: int) -> tuple[float, float] | None:
        """Time range in which the characters [start, end) were spoken; the one place where the two meet.

        None where no word with a time overlaps them.
        """
        said = self.over(start, end)
        return (said[0].begin_s, max(w.end_s for w in said)) if said else None


def finding_id(recording_id: str, start: int, end: int, entity_type: str) -> str:
    """What a finding of these characters is called: the same in every run."""
    return f"{recording_id}-{start}-{end}-{entity_type}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One stretch of a transcript that says something about a person."""

    id: str  # finding_id
    recording_id: str
    entity_type: str  # Presidio's names, plus ADDRESS, PARTNER, DATE_OF_BIRTH, LICENSE_PLATE, OCCUPATION
    start: int
    end: int
    score: float  # probability that it is what it says, 0 to 1
    recognizer: str
    subject: Subject = "other"  # whose fact it is
    value: str | None = field(default=None, repr=False)  # normalized: "+4917648213907", "1985-11-03"
    text: str = field(default="", repr=False)
    reason: str = ""  # why, for audit; never the words themselves
    nested: tuple[Finding, ...] = field(default=(), repr=False)  # details inside: the town of an address


@dataclass(frozen=True, slots=True)
class Fact:
    """(attribute, value, subject) with the probability that it is true and about that subject."""

    attribute: str  # "first_name", "surname", "place", "street", "birth_date", "phone" ...
    value: str = field(repr=False)
    subject: Subject
    probability: float
    findings: tuple[str, ...]  # ids of the findings that show it
    recordings: tuple[str, ...]  # ids of the recordings they stand in


@dataclass(frozen=True, slots=True)
class Profile:
    """One person, as the recordings draw them: a speaker of a household with the facts about them."""

    id: str  # "person-1"
    recordings: tuple[str, ...]  # of the household; its speakers share them
    facts: tuple[Fact, ...] = field(repr=False)
    speaker: str = field(default="", repr=False)  # own first name, where a household has several speakers


@dataclass(frozen=True, slots=True)
class Exposure:
    """How far one person stands out. DESIGN.md, "The score".

    `k` is the expected number of people who match the facts, that person included;
    `risk` is S = E[1/k], the expected chance of being singled out, 0 to 1.
    """

    k: float
    risk: float
    facts: tuple[Fact, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecordingRisk:
    recording_id: str
    public: Exposure  # an attacker with public sources only
    register: Exposure  # an attacker who can also look up phone numbers, IBANs, plates ...


@dataclass(frozen=True, slots=True)
class PersonRisk:
    profile: Profile
    public: Exposure
    register: Exposure
    bits: tuple[tuple[str, float], ...]  # per attribute: log2(k without it / k with it)
    clips_until_11: int | None  # clips needed until k < 11; None: never
    curve: tuple[tuple[int, float], ...] = ()  # (clips, mean risk of that many of them), one clip to all
    clip_bits: tuple[
        tuple[str, float], ...
    ] = ()  # per recording id, the same; only those that show a rare fact
    entity_bits: tuple[tuple[str, float], ...] = ()  # per entity type, the same
    upper: float = 1.0  # the chance of picking this person is at most that, in 95 of 100 cases
    missed: tuple[tuple[str, float], ...] = ()  # per attribute, chance that it was said and is in no finding
    residual: Exposure | None = (
        None  # public, after redaction by recognizers of that recall; None: not redacted
    )
    residual_register: Exposure | None = None


@dataclass(frozen=True, slots=True)
class SetRisk:
    expected_identified: float  # people, sum of the persons' risks
    highest_risk: float
    aggregation_gain: float  # highest of S(all clips of a person) - max S(one clip of that person)
    share_k_below_11: float  # of persons, 0 to 1
    register_expected_identified: float
    register_highest_risk: float
    upper_identified: float = 0.0  # people, at most so many in 95 of 100 cases
    residual_expected_identified: float | None = None  # after redaction; None: not redacted
    residual_highest_risk: float | None = None
    residual_register_highest_risk: float | None = None


@dataclass(frozen=True, slots=True)
class RiskReport:
    recordings: tuple[RecordingRisk, ...]
    persons: tuple[PersonRisk, ...]
    set: SetRisk
    country: str = "DE"  # among whose people the crowds are counted


@dataclass(frozen=True, slots=True)
class Failure:
    """One input that could not be processed; the rest of the set goes on."""

    recording_id: str  # or "input-3" where nothing could be read to hash
    stage: str  # "find", "decode", "transcribe", "recognize" ...
    message: str  # what is wrong and what to do; never the text spoken, never a file name
    path: Path | None = field(default=None, repr=False)  # goes to the private sources file only

    @classmethod
    def unexpected(cls, recording_id: str, stage: str, error: Exception) -> Failure:
        """A library's own message may hold what was said, so only the kind of the error goes out."""
        what = f"unexpected {type(error).__name__}; please report it with this file's format"
        return cls(recording_id, stage, what)
