"""Fit the score's constants of judgement on simulated households other than those that are reported.

    python benchmarks/risk_fit.py [--households 100] [--cache DIR] [--rounds 2]

Other people, other sentences, other seeds. One constant after the other is tried at a few values beside the
shipped one; the Brier score of S is what counts, as written and through speech together. What can be counted
is counted, with the calibration households besides: how often a name is heard right, by the confidence of its
words (heard.BASE, SLOPE), and what misheard ones come out as (misheard.FAR, mentions.GARBLED). Prints
tables; nothing is written: the constants stand in pii_audio/risk with what they mean.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, MutableMapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from households import CALIBRATION, COUNTRY, DEVELOPMENT, PEOPLE, Household
from risk_speech import SEEDS
from spoken import CACHE, as_heard, as_written, found_in, simulated

from pii_audio.risk import heard, homes, misheard, whose
from pii_audio.risk.exposure import Exposer
from pii_audio.risk.heard import heard_right
from pii_audio.risk.link import profiles
from pii_audio.risk.missed import measured_rates
from pii_audio.risk.population import Population
from pii_audio.spelling import name_key
from pii_audio.types import Finding, Recording, Transcript

Case = tuple[Household, Sequence[Transcript], Sequence[Sequence[Finding]]]
FACTORS = (0.5, 0.7, 1.4, 2.0)
CONSTANTS: tuple[tuple[Any, str], ...] = (
    (whose.OPEN_IS_OWN, "first_name"),
    (whose.OPEN_IS_OWN, "surname"),
    (vars(homes), "ASKED"),
    (vars(homes), "AGAIN"),
    (vars(whose), "CALLED"),
    (vars(misheard), "MISHEARD"),
    (vars(misheard), "LETTER"),
    (vars(misheard), "SOUND"),
)


def brier(cases: Sequence[Case]) -> float:
    return float(np.mean([(_risk(*case) - 1 / case[0].k) ** 2 for case in cases]))


def _risk(home: Household, clips: Sequence[Transcript], found: Sequence[Sequence[Finding]]) -> float:
    population = Population.of(COUNTRY[home.language], PEOPLE)
    recordings = [Recording(t.recording_id, t.recording_id, Path("clip.wav")) for t in clips]
    sure = heard_right(clips, found)
    people = profiles(recordings, found, population=population, sure=sure)
    expose = Exposer(population, rates=measured_rates(heard=bool(sure)))
    return max(expose(person.facts)[0].risk for person in people)


def hearing(cases: Sequence[Case]) -> None:
    """Print how names were heard that a clip is known to say."""
    said = [name for case in cases for name in _names(*case)]
    confidence, right = np.array([(name[0], not name[1]) for name in said], dtype=float).T
    for low, high in pairwise((0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)):
        here = (confidence >= low) & (confidence < high)
        print(f"confidence {low}: {here.sum():3d} names, heard right {right[here].mean():.2f}", end=", ")
        print(f"believed {np.mean([heard.chance(c) for c in confidence[here]]):.2f}")
    base, slope = 0.0, 1.0
    logits = np.log(np.clip(confidence, 0.01, 0.99) / (1 - np.clip(confidence, 0.01, 0.99)))
    columns = np.stack([np.ones_like(logits), logits], axis=1)
    for _ in range(20):  # Newton's method for logistic regression
        chance = 1 / (1 + np.exp(-base - slope * logits))
        step = np.linalg.solve((columns.T * (chance * (1 - chance))) @ columns, columns.T @ (right - chance))
        base, slope = base + step[0], slope + step[1]
    print(f"BASE {base:.2f}, SLOPE {slope:.2f}")
    print("misheard:", dict(Counter(name[1] for name in said if name[1])))


def _names(
    home: Household, clips: Sequence[Transcript], found: Sequence[Sequence[Finding]]
) -> Iterator[tuple[float, str]]:
    """Of each finding in a clip that tells a name: its least confidence; what it was misheard as, or ""."""
    population = Population.of(COUNTRY[home.language], PEOPLE)
    for said, clip, own in zip(home.said, clips, found, strict=True):
        if (
            not (said.attribute == "place" or said.attribute.endswith("name"))
            or said.attribute not in home.facts
        ):
            continue
        true = name_key(home.facts[said.attribute])
        kind = {"place": "town", "surname": "surname"}.get(said.attribute, "first_name")
        for finding in (f for f in own if f.entity_type in ("PERSON", "LOCATION")):
            value = name_key(finding.value or finding.text)
            if words := clip.over(finding.start, finding.end):
                far = "like it" if misheard.likeness(true, value) else "nothing like it"
                listed = "on a list" if population.lists(kind, value)[0] else "on none"
                yield min(w.confidence for w in words), "" if true in value else f"{listed}, {far}"


def _tries(
    table: MutableMapping[str, float], name: str, sets: Sequence[Sequence[Case]]
) -> Iterator[list[float]]:
    """The value and the Brier score of each set, for a few values."""
    shipped = table[name]
    for value in (shipped, *(shipped * factor for factor in FACTORS)):
        if table is not whose.OPEN_IS_OWN or value < 0.95:
            table[name] = value
            misheard.likeness.cache_clear()
            yield [value, *(brier(cases) for cases in sets)]
    table[name] = shipped


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--households", type=int, default=100)
    options.add_argument("--cache", type=Path, default=CACHE)
    options.add_argument("--rounds", type=int, default=2)
    given = options.parse_args()
    homes = simulated(given.households, SEEDS[DEVELOPMENT], DEVELOPMENT, given.cache)
    forms = (as_written(homes), as_heard(homes, given.cache))
    sets = [list(zip(homes, clips, found_in(clips, given.cache), strict=True)) for clips in forms]
    others = simulated(given.households, SEEDS[CALIBRATION], CALIBRATION, given.cache)
    clips = as_heard(others, given.cache)
    hearing([*sets[1], *zip(others, clips, found_in(clips, given.cache), strict=True)])
    print("constant, value: Brier score as written, through speech")
    for _ in range(given.rounds):
        for table, name in CONSTANTS:
            tries = list(_tries(table, name, sets))
            best = min(tries, key=lambda row: sum(row[1:]))
            table[name] = best[0]
            for row in tries:
                mark = " <-" if row is best else ""
                print(f"{name:12s} {row[0]:6.3f}: {row[1]:.4f} {row[2]:.4f}{mark}", flush=True)


if __name__ == "__main__":
    main()
