"""Fit the score's constants of judgement on simulated households other than those that are reported.

    python benchmarks/risk_fit.py [--households 100] [--cache DIR] [--rounds 2]

Other people, other sentences, other seeds. One constant after the other is tried at a few values beside the
shipped one; the Brier score of S is what counts, as written and through speech together. Prints a table;
nothing is written: the constants stand in pii_audio/risk with what they mean.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, MutableMapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from households import COUNTRY, DEVELOPMENT, PEOPLE, Household
from risk_speech import SEEDS
from spoken import CACHE, as_heard, as_written, found_in, simulated

from pii_audio.risk import heard, homes, misheard, whose
from pii_audio.risk.exposure import Exposer
from pii_audio.risk.heard import heard_right
from pii_audio.risk.link import profiles
from pii_audio.risk.missed import measured_rates
from pii_audio.risk.population import Population
from pii_audio.types import Finding, Recording, Transcript

Case = tuple[Household, Sequence[Transcript], Sequence[Sequence[Finding]]]
FACTORS = (0.5, 0.7, 1.4, 2.0)
CONSTANTS: tuple[tuple[Any, str], ...] = (
    (whose.OPEN_IS_OWN, "first_name"),
    (whose.OPEN_IS_OWN, "surname"),
    (vars(homes), "ASKED"),
    (vars(homes), "AGAIN"),
    (vars(whose), "CALLED"),
    (vars(heard), "SLOPE"),
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
