"""Where the score's error comes from: the Brier score when one cause after the other is taken away.

Facts as they were said, each certain, are the floor. Then only those that the transcript still holds; of
these those that a finding covers; of these those that a finding calls what they are, and the speaker's. What
the score itself is worse by is probabilities, false findings and wrong values beside the true ones: `mends`
takes these away from the score, one after the other. Each with how well it ranks the households.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
from households import COUNTRY, MONTHS, PEOPLE, Household
from risk import spearman

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
        risks = []
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
            risks.append(_risk(home, _certain(home, facts)))
        out[name] = {"facts": sum(map(len, left)), **_figures(homes, risks)}
    return out


def mends(homes: Sequence[Household], known: Sequence[Sequence[Fact]]) -> dict[str, dict[str, float]]:
    """Mend -> what the score would be with it and those before. `known`: what was found of each household."""
    now = [list(facts) for facts in known]
    out = {}
    for name, mend in (
        ("as it is", lambda _, facts: facts),
        ("found facts with the values that were said", _as_said),
        ("and nothing that was not said", _only_said),
        ("and each of them certain", lambda home, facts: _certain(home, {f.attribute for f in facts})),
    ):
        now = [mend(home, facts) for home, facts in zip(homes, now, strict=True)]
        out[name] = _figures(homes, [_risk(home, facts) for home, facts in zip(homes, now, strict=True)])
    return out


def _as_said(home: Household, facts: Sequence[Fact]) -> list[Fact]:
    """One value for each attribute that the household told something of, believed as much as all together."""
    told = {f.attribute for f in facts} & set(home.facts)
    sums = {a: min(sum(f.probability for f in facts if f.attribute == a), CERTAIN) for a in told}
    right = [replace(f, probability=sums[f.attribute]) for f in _certain(home, told)]
    return [*right, *(f for f in facts if f.attribute not in told)]


def _only_said(home: Household, facts: Sequence[Fact]) -> list[Fact]:
    return [f for f in facts if f.attribute in home.facts]


def _figures(homes: Sequence[Household], risks: Sequence[float]) -> dict[str, float]:
    true = np.array([1 / home.k for home in homes])
    off = np.array(risks) - true
    return {
        "brier": round(float(np.mean(off**2)), 4),
        "of it too low": round(float(np.mean(np.minimum(off, 0) ** 2)), 4),
        "rank_correlation": round(spearman(np.array(risks), true), 4),
    }


def _certain(home: Household, attributes: Iterable[str]) -> list[Fact]:
    """These of the household's facts as they were said."""
    said = {a: _plain(a, home.facts[a], home.language) for a in attributes}
    return [Fact(a, value, "speaker", CERTAIN, (), ()) for a, value in said.items()]


def _risk(home: Household, facts: Sequence[Fact]) -> float:
    return expose(facts, Population.of(COUNTRY[home.language], PEOPLE))[0].risk


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
