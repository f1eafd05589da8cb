"""Which language is spoken: in one window by its sound, and in doubt as in the rest of its set.

The inference core decides by the same rule over its own logits (`engine.rules.languages_of`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pii_audio.config import TranscribeConfig
from pii_audio.engine.rules import FOREIGN, UNLIKELY
from pii_audio.types import HeardIn, Recording, Transcript

__all__ = [
    "expected_languages",
    "heard_in",
    "in_its_set",
    "in_other_languages",
    "language_of",
    "spoken_language",
]

ROUNDS = 30  # of expectation and maximisation
GRAIN = 0.05  # shares are multiples of it, and none is less: a guest may speak another language


def spoken_language(
    probabilities: Mapping[str, float], allowed: Sequence[str], expected: Mapping[str, float]
) -> HeardIn:
    """The likeliest of those allowed (none: of all), or the one that it certainly is instead.

    Languages are ISO 639-1. expected: how often each is spoken, others as seldom as the rarest; nothing:
    equally often.
    """
    known = {code: probabilities.get(code, 0.0) for code in allowed or probabilities}
    total = sum(known.values()) or 1.0
    likely = {code: value / total for code, value in known.items()}
    rarest = min(expected.values(), default=1.0)
    language = max(likely, key=lambda code: likely[code] * expected.get(code, rarest))
    certain = max(probabilities, key=probabilities.__getitem__)
    foreign = probabilities[certain] >= FOREIGN and total < UNLIKELY
    return heard_in(certain if foreign else language, likely)


def language_of(
    multilingual: bool, config: TranscribeConfig, probabilities: Callable[[], Mapping[str, float]]
) -> HeardIn:
    """The language of a window; `probabilities` are asked for where there is more than one to choose from."""
    if not multilingual:
        return HeardIn("en", ())
    if len(config.languages) == 1:
        return HeardIn(config.languages[0], ())
    return spoken_language(probabilities(), config.languages, config.expected_languages)


def heard_in(language: str, likely: Mapping[str, float]) -> HeardIn:
    """With the languages that may matter, as they will be read again."""
    return HeardIn(language, tuple((code, round(p, 3)) for code, p in likely.items() if p >= 0.001))


def expected_languages(heard: Sequence[HeardIn]) -> dict[str, float]:
    """How often each language is spoken in a set, 0.05 to 0.95, by what its windows sound like.

    The shares under which these sounds are the likeliest: expectation maximisation, with one window of each
    language imagined beforehand, so that a few windows say little. A window that is certainly in none of the
    allowed languages says nothing.
    """
    rows = [dict(own.likely) for own in heard if own.language in dict(own.likely)]
    codes = sorted({code for row in rows for code in row})
    shares = dict.fromkeys(codes, 1.0)
    for _ in range(ROUNDS):
        counts = dict.fromkeys(codes, 1.0)
        for row in rows:
            total = sum(p * shares[code] for code, p in row.items())
            for code, p in row.items():
                counts[code] += p * shares[code] / total
        shares = {code: count / sum(counts.values()) for code, count in counts.items()}
    steps = {code: round(share / GRAIN) for code, share in shares.items()}
    return {code: round(GRAIN * min(max(count, 1), round(1 / GRAIN) - 1), 2) for code, count in steps.items()}


def in_its_set(heard: HeardIn, expected: Mapping[str, float]) -> str:
    """The language of a window, given how often each is spoken in its set."""
    likely = dict(heard.likely)
    if heard.language not in likely:
        return heard.language
    return spoken_language(likely, (), expected).language


def in_other_languages(
    recordings: Sequence[Recording], transcripts: Mapping[str, Transcript]
) -> list[tuple[dict[str, float], list[Recording]]]:
    """Recordings to transcribe again, and how often each language is expected in them.

    In doubt they were heard in another language than their household mostly speaks.
    """
    households: dict[str | None, list[Recording]] = {}
    for recording in recordings:
        if recording.id in transcripts:
            households.setdefault(recording.household, []).append(recording)
    found = []
    for members in households.values():
        expected = expected_languages([own for r in members for own in transcripts[r.id].heard_in])
        again = [
            recording
            for recording in members
            if any(in_its_set(own, expected) != own.language for own in transcripts[recording.id].heard_in)
        ]
        if again:
            found.append((expected, again))
    return found
