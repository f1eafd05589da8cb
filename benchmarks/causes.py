"""Where the score's error comes from: the Brier score when one cause after the other is taken away.

Facts as they were said, each certain, are the floor. Then only those that the transcript still holds; of
these those that a finding covers; of these those that a finding calls what they are, and the speaker's. What
the score itself is worse by is probabilities, false findings and wrong values beside the true ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from households import COUNTRY, MONTHS, PEOPLE, Household

from pii_audio.risk.exposure import expose
from pii_audio.risk.mentions import mentions
from pii_audio.risk.population import Population
from pii_audio.spelling import name_key
from pii_audio.types import Fact, Finding, Transcript

CERTAIN = 0.99
SAME = {"place": ("town",), "street": ("address",)}  # attribute -> of its mentions, where another
Clip = tuple[Transcript, Sequence[Finding]]


def causes(
    homes: Sequence[Household],
    clips: Sequence[Sequence[Transcript]],
    found: Sequence[Sequence[Sequence[Finding]]],
) -> dict[str, dict[str, float]]:
    """Step -> how many facts are left and the Brier score with them."""
    steps: dict[str, Callable[[Household, str, str, list[Clip]], bool]] = {
        "as said": lambda *_: True,
        "in the transcript": _held,
        "covered by a finding": _covered,
        "found as what it is": _named,
    }
    out: dict[str, dict[str, float]] = {}
    left = [dict(home.facts) for home in homes]
    for name, holds in steps.items():
        errors = []
        for home, facts, texts, own in zip(homes, left, clips, found, strict=True):
            telling = {
                a: [
                    c
                    for c, said in zip(zip(texts, own, strict=True), home.said, strict=True)
                    if said.attribute == a
                ]
                for a in facts
            }
            for attribute in list(facts):
                if not holds(home, attribute, facts[attribute], telling[attribute]):
                    del facts[attribute]
            errors.append((_risk(home, facts) - 1 / home.k) ** 2)
        out[name] = {"facts": sum(map(len, left)), "brier": round(float(np.mean(errors)), 4)}
    return out


def _risk(home: Household, facts: dict[str, str]) -> float:
    known = [Fact(a, _plain(a, v, home.language), "speaker", CERTAIN, (), ()) for a, v in facts.items()]
    return expose(known, Population.of(COUNTRY[home.language], PEOPLE))[0].risk


def _held(home: Household, attribute: str, value: str, clips: list[Clip]) -> bool:
    return any(_within(attribute, value, home.language, transcript.text) for transcript, _ in clips)


def _covered(home: Household, attribute: str, value: str, clips: list[Clip]) -> bool:
    return any(_within(attribute, value, home.language, f.text) for _, own in clips for f in own)


def _named(home: Household, attribute: str, value: str, clips: list[Clip]) -> bool:
    population = Population.of(COUNTRY[home.language], PEOPLE)
    wanted = (attribute, *SAME.get(attribute, ()))
    plain = name_key(_plain(attribute, value, home.language))
    return any(
        mention.attribute in wanted and plain in name_key(mention.value)
        for _, own in clips
        for finding in own
        for mention in mentions(finding, population)
    )


def _within(attribute: str, value: str, language: str, text: str) -> bool:
    """The value stands there; of a date its day and its year."""
    words = name_key(text).split()
    if attribute == "birth_date":
        year, _, day = _plain(attribute, value, language).split("-")
        return year in words and str(int(day)) in {w.removesuffix("th") for w in words}
    parts = name_key(value).split()
    return any(
        words[i : i + len(parts)] in (parts, [*parts[:-1], f"{parts[-1]}s"]) for i in range(len(words))
    )


def _plain(attribute: str, value: str, language: str) -> str:
    """As findings have it: dates as year, month and day."""
    if attribute != "birth_date":
        return value
    months = {name: number for number, name in enumerate(MONTHS[language], 1)}
    words = value.replace(",", "").replace(".", "").split()
    day, month = words[:2] if language == "de" else (words[1], words[0])
    return f"{words[2]}-{months[month]:02}-{int(day):02}"
