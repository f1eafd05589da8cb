"""Findings to facts: what a person's clips say about that person, and how likely each is to be true.

    Finding -> Mention (attribute, value, probability)... -> Fact, mentions of one value brought together

Evidence adds up in `evidence`, names find their people in `whose`, towns and addresses a home in `homes`.
Judgement here: what is asked to be played again and again is a favourite with odds PLAYED, and AGAIN times
that for every further clip: once 0.2, twice 0.5, three times 0.8. Favourites share by their odds.

Knows nothing of clips beyond their ids, nor of how rare a value is, except to tell first names from
surnames.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pii_audio.risk.evidence import (
    EXCLUSIVE,
    alike,
    chance_right,
    compete,
    fact_of,
    same_key,
    values_of,
)
from pii_audio.risk.homes import homes_of, towns_of
from pii_audio.risk.mentions import CERTAIN, Mention, mentions
from pii_audio.risk.misheard import sounds_alike
from pii_audio.risk.population import Population
from pii_audio.risk.trust import UNDOUBTED, Trust
from pii_audio.risk.whose import of_speaker, settle_names, surnames_alone
from pii_audio.spelling import name_key
from pii_audio.types import Fact, Finding

__all__ = ["facts", "weigh"]

PLAYED, AGAIN = 0.25, 4.0
SLIGHT = 0.005  # of values that exclude each other, less likely ones are left out


def facts(findings: Iterable[Finding], population: Population, trust: Trust = UNDOUBTED) -> tuple[Fact, ...]:
    """What these findings, all of one person's clips, say about that person; likeliest first.

    `trust`: of the set they come from.
    """
    return weigh((mention for finding in findings for mention in mentions(finding, population)), trust)


def weigh(said: Iterable[Mention], trust: Trust = UNDOUBTED, speaker: str = "") -> tuple[Fact, ...]:
    """`facts` for findings whose mentions are known; about the speaker of that name, of several."""
    by: dict[str, list[Mention]] = defaultdict(list)
    heard = surnames_alone(list(said))
    for mention in of_speaker(heard, speaker) if speaker else heard:
        by[mention.attribute].append(mention)
    homes = homes_of(by.pop("address", []), trust)
    towns = towns_of(by.pop("town", []), homes, trust)
    tastes = _tastes(by.pop("taste", []))
    settle_names(by, trust, speaker)
    found = [fact for attribute, said in sorted(by.items()) for fact in _facts(attribute, said, trust)]
    return tuple(
        sorted(
            [*found, *homes, *towns, *tastes], key=lambda f: (-f.probability, f.attribute, name_key(f.value))
        )
    )


def _facts(attribute: str, said: Sequence[Mention], trust: Trust) -> list[Fact]:
    groups = alike(said, sounds_alike if attribute.endswith("name") else same_key)
    chances = [chance_right(g, trust) for g in groups]
    if attribute in EXCLUSIVE:
        chances = compete(chances)
    found = [
        fact_of(attribute, group, chance * share, value)
        for group, chance in zip(groups, chances, strict=True)
        for value, share in values_of(attribute, group)
    ]
    return [f for f in found if f.probability >= SLIGHT or attribute not in EXCLUSIVE]


def _tastes(said: Sequence[Mention]) -> list[Fact]:
    """Favourites, by frequency. They stand in no finding: what shows them are recordings."""
    groups = alike(said, sounds_alike)
    odds = [PLAYED * AGAIN ** min(len({m.recording for m in g}) - 1, 20) for g in groups]
    chances = [min(own / (1 + sum(odds)), CERTAIN) for own in odds]
    return [replace(fact_of("taste", g, c), findings=()) for g, c in zip(groups, chances, strict=True)]
