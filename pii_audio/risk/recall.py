"""How much of what is said is found, by entity type: measured by benchmarks/recall.py, on text.

A type of which few were said is pulled towards the recall of all: PULL of them are added to its own. What
speech recognition mishears is missed beyond that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from pii_audio.risk.mentions import DIRECT

__all__ = ["measured_recall"]

PULL = 5.0


@lru_cache(maxsize=1)
def measured_recall() -> Mapping[str, float]:
    """Entity type -> share of its mentions that are found, 0 to 1, as shipped with the package."""
    table = json.loads(files("pii_audio.risk").joinpath("data", "recall.json").read_text("utf-8"))
    said: Mapping[str, int] = table["said"]
    found: Mapping[str, int] = table["found"]
    overall = sum(found.values()) / sum(said.values())
    return {
        entity: (found.get(entity, 0) + PULL * overall) / (said.get(entity, 0) + PULL)
        for entity in sorted({*said, *DIRECT})
    }
