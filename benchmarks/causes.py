"""Where the score's error comes from: the Brier score when one cause after the other is taken away.

Facts as they were said, each certain, are the floor. Then only those that the transcript still holds; of
these those that a finding covers; of these those that a finding calls what they are, and the speaker's. Each
with how well it ranks the households. `by_kind` goes the other way, from what the score rests on: what became
of each fact that was said, and what the score would be were one kind of error mended, or all but that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import numpy as np
from households import COUNTRY, MONTHS, PEOPLE, Household
from risk import spearman

from pii_audio.risk.address import street_key
from pii_audio.risk.exposure import Exposer
from pii_audio.risk.mentions import mentions
from pii_audio.risk.misheard import sounds_alike
from pii_audio.risk.population import Population
from pii_audio.spelling import name_key
from pii_audio.types import Fact, Finding, Transcript

CERTAIN, BELIEVED = 0.99, 0.9
NOT_SAID = "found and not said"
KINDS = (
    *("not found", "another value", "value that sounds alike", "as another's", "whose it is in doubt"),
    *("doubted", "believed", NOT_SAID),
)
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


def by_kind(
    homes: Sequence[Household], known: Sequence[Sequence[Fact]], rates: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    """Kind of error -> how many facts are of it, the Brier score were it mended, and were all others.

    `known`: what the score rests on, of each household. `rates`: how often facts are missed.
    """
    own = [_kinds(home, facts) for home, facts in zip(homes, known, strict=True)]
    true = np.array([1 / home.k for home in homes])

    def brier(mended: Collection[str]) -> float:
        facts = [_mended(*one, mended) for one in zip(homes, known, own, strict=True)]
        risks = [_risk(home, those, rates) for home, those in zip(homes, facts, strict=True)]
        return round(float(np.mean((np.array(risks) - true) ** 2)), 4)

    out = {"none": {"brier": brier(())}, "all": {"brier": brier(KINDS)}}
    facts = Counter(kind for those in own for kind in those.values())
    facts[NOT_SAID] = sum(len(_not_said(*one)) for one in zip(homes, known, strict=True))
    for kind in KINDS:
        out[kind] = {
            "facts": facts[kind],
            "brier, mended": brier({kind}),
            "brier, all others mended": brier(set(KINDS) - {kind}),
        }
    return out


def _kinds(home: Household, facts: Sequence[Fact]) -> dict[str, str]:
    """Attribute of the household -> what became of it."""
    return {a: _kind(a, _plain(a, v, home.language), facts) for a, v in home.facts.items()}


def _kind(attribute: str, value: str, facts: Sequence[Fact]) -> str:
    values = [f for f in facts if f.attribute == attribute]
    right = [f for f in values if _same(attribute, f.value, value)]
    others = any(_same(attribute, f.value, value) for f in facts if f.attribute != attribute)
    if sum(f.probability for f in right) >= BELIEVED:
        return "believed"
    if right:
        return "whose it is in doubt" if others else "doubted"
    if others:
        return "as another's"
    if any(sounds_alike(f.value, value) for f in values):
        return "value that sounds alike"
    return "another value" if values else "not found"


def _mended(
    home: Household, facts: Sequence[Fact], kinds: Mapping[str, str], mended: Collection[str]
) -> list[Fact]:
    """The facts with the household's own of these kinds as they were said, each certain."""
    those = [a for a, kind in kinds.items() if kind in mended]
    gone = [f for f in facts if f.attribute in those]
    for attribute in those:
        if kinds[attribute] in ("as another's", "whose it is in doubt"):
            value = _plain(attribute, home.facts[attribute], home.language)
            gone += [f for f in facts if _same(attribute, f.value, value)]
    if NOT_SAID in mended:
        gone += _not_said(home, facts)
    return [*_certain(home, those), *(f for f in facts if f not in gone)]


def _not_said(home: Household, facts: Sequence[Fact]) -> list[Fact]:
    return [f for f in facts if f.attribute not in home.facts and not f.attribute.startswith("contact")]


def _same(attribute: str, a: str, b: str) -> bool:
    return street_key(a) == street_key(b) if attribute == "street" else name_key(a) == name_key(b)


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


def _risk(home: Household, facts: Sequence[Fact], rates: Mapping[str, float] | None = None) -> float:
    return Exposer(Population.of(COUNTRY[home.language], PEOPLE), rates=rates)(facts)[0].risk


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
