"""How often facts are missed, on households that say unseen sentences.

    python benchmarks/calibration.py [--households 100] [--cache DIR] [--out FILE]

Other people and other sentences than those that are reported and those that rules are written on
(data/sayings-calibration.yaml: whoever writes rules does not read it, else what recognizers miss there says
nothing about what they miss elsewhere). As written and through speech. Writes risk/data/missed.json: the
chance that an attribute was said and is in no finding, for each fact that is found, with PULL facts added at
the rate of all.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from households import CALIBRATION, Household
from risk_speech import SEEDS, worst
from spoken import CACHE, Clips, Found, as_heard, as_written, assess, found_in, precision, simulated

from pii_audio.risk.missed import MISSABLE, chance_known
from pii_audio.types import Fact

TABLE = Path(__file__).parents[1] / "pii_audio" / "risk" / "data" / "missed.json"
PULL = 20.0  # facts found: a rate counted on few is pulled towards that of all

Known = Sequence[Sequence[Fact]]  # of each household


def known_of(homes: Sequence[Household], clips: Clips, found: Found) -> Known:
    return [worst(assess(*one)).register.facts for one in zip(homes, clips, found, strict=True)]


def measure(homes: Sequence[Household], known: Known) -> dict[str, Any]:
    """Counts and rates. `found`: facts that are known where the attribute is not."""
    lost: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for home, own in zip(homes, known, strict=True):
        sure, shown = chance_known(own), {f.attribute for f in own}
        for attribute in MISSABLE:
            found[attribute] += sum(sure.values()) * (1 - sure.get(attribute, 0.0))  # type: ignore[assignment]
            lost[attribute] += attribute in home.facts and attribute not in shown
    overall = lost.total() / found.total()
    rates = {a: round((lost[a] + PULL * overall) / (found[a] + PULL), 4) for a in MISSABLE}
    return {
        "missed": dict(lost),
        "facts_found": {a: round(found[a], 1) for a in MISSABLE},
        "rates": rates,
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--households", type=int, default=100)
    options.add_argument("--cache", type=Path, default=CACHE)
    options.add_argument("--out", type=Path, default=TABLE)
    given = options.parse_args()
    given.cache.mkdir(parents=True, exist_ok=True)
    homes = simulated(given.households, SEEDS[CALIBRATION], CALIBRATION, given.cache)
    forms = {"written": as_written(homes), "heard": as_heard(homes, given.cache)}
    result: dict[str, Any] = {
        "command": f"python benchmarks/calibration.py --households {given.households}",
        "core": precision(),
    }
    for name, clips in forms.items():
        found = found_in(clips, given.cache)
        result[name] = measure(homes, known_of(homes, clips, found))
        print(name, result[name])
    given.out.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
