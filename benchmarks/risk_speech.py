"""Is the score true through speech? Simulated households speak, and an attacker counts the register.

    python benchmarks/risk_speech.py [--households 100] [--cache DIR] [--out FILE]

Twice 100 of them, half German, half American, who say the sentences of two sets: `sayings`, which has been
measured on for long, and `sayings-fresh`, whose households also speak of other towns and of acquaintances
with a surname. Each says some facts, calls others and talks about nothing (households.py); SVOX Pico
speaks, Whisper base hears, the recognizers find, and the score says how many people of a register of a
million would fit. The attacker searches that register with what was really said, so true k is counted. All
through speech, and with the sentences as they were written, which shows what the hearing costs. Against two
plain baselines: number of findings, mean severity per type.

Households, sound, transcripts and findings are kept in DIR (spoken.py), so scoring again takes seconds.
`--development` takes other people and other sentences: those on which constants are fitted. With another
`--beam-size` nothing is written.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from causes import by_kind, causes
from households import CALIBRATION, DEVELOPMENT, FRESH, REPORTED, Household
from risk import measures_of, spearman
from spoken import CACHE, Clips, Found, as_heard, as_written, assess, found_in, precision, simulated

from pii_audio.risk.missed import measured_rates
from pii_audio.types import PersonRisk, RiskReport

SEEDS = {REPORTED: 7, DEVELOPMENT: 11, CALIBRATION: 13, FRESH: 17}
SEVERITY = {  # per type, from 1 (low) to 3 (high), in the manner of severity tables for PII detectors
    "LOCATION": 1, "AGE": 1, "PARTNER": 1, "OCCUPATION": 1, "ORGANIZATION": 2, "PERSON": 2, "ADDRESS": 3,
    "DATE_OF_BIRTH": 3,
}  # fmt: skip


def worst(report: RiskReport) -> PersonRisk:
    return max(report.persons, key=lambda p: (p.public.risk, len(p.profile.recordings)))


def figures(homes: Sequence[Household], clips: Clips, found: Found) -> dict[str, object]:
    reports = [assess(*one) for one in zip(homes, clips, found, strict=True)]
    rates = measured_rates(heard=any(transcript.words for own in clips for transcript in own))
    k = np.array([worst(report).public.k for report in reports])
    risk = np.array([worst(report).public.risk for report in reports])
    upper = np.array([worst(report).upper for report in reports])
    true = np.array([home.k for home in homes])
    counts = np.array([sum(map(len, own)) for own in found], dtype=float)
    mean = np.array(
        [
            float(np.mean([SEVERITY.get(f.entity_type, 3) for clip in own for f in clip] or [0]))
            for own in found
        ]
    )
    facts, right = 0, 0
    for home, report in zip(homes, reports, strict=True):
        known = {
            (f.attribute, f.value.casefold()) for f in worst(report).profile.facts if f.probability > 0.5
        }
        facts += len(home.facts)
        right += sum((a, v.casefold()) in known for a, v in home.facts.items() if a != "birth_date")
    return {
        **measures_of(true, k, risk),
        "upper_line": {
            "holds": round(float(np.mean(1 / true <= upper)), 3),
            "households_below_1": int((upper < 1).sum()),
            "holds_there": round(float(np.mean((1 / true <= upper)[upper < 1])), 3),
        },
        "baselines_rank_correlation": {
            "number of clips": round(spearman(np.array([float(len(own)) for own in clips]), 1 / true), 4),
            "number of findings": round(spearman(counts, 1 / true), 4),
            "mean severity per type": round(spearman(mean, 1 / true), 4),
        },
        "households_in_one_profile": sum(len(report.persons) == 1 for report in reports),
        "facts_said": facts,
        "facts_found_as_said": right,
        "by_cause": causes(homes, clips, found),
        "by_kind": by_kind(homes, [worst(report).register.facts for report in reports], rates),
        "by_household": [
            [home.id, "+".join(home.facts), home.k, round(float(a), 1), round(float(b), 4)]
            for home, a, b in zip(homes, k, risk, strict=True)
        ],
    }


def spoken_and_written(sentences: str, given: argparse.Namespace) -> dict[str, object]:
    homes = simulated(given.households, SEEDS[sentences], sentences, given.cache)
    forms = {
        "through_speech": as_heard(homes, given.cache, beams=given.beam_size),
        "as_written": as_written(homes),
    }
    written = "\n".join(t.text for own in forms["as_written"] for t in own)
    return {
        "sentences_sha256": hashlib.sha256(written.encode()).hexdigest(),
        "households": len(homes),
        "clips": sum(len(home.said) for home in homes),
        **{name: figures(homes, clips, found_in(clips, given.cache)) for name, clips in forms.items()},
    }


def show(name: str, result: Any) -> None:
    long = {"by_household", "reliability_tenths", "by_kind", "by_cause"}
    for form in ("through_speech", "as_written"):
        print(name, form, json.dumps({key: v for key, v in result[form].items() if key not in long}))
        for part in ("by_cause", "by_kind"):
            print("\n".join(f"  {kind:26} {value}" for kind, value in result[form][part].items()))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--households", type=int, default=100)
    options.add_argument("--cache", type=Path, default=CACHE)
    options.add_argument("--development", action="store_true", help="households to fit constants on")
    options.add_argument("--beam-size", type=int, default=1, help="hear with so many hypotheses")
    options.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "risk_speech.json")
    given = options.parse_args()
    given.cache.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    sets = (DEVELOPMENT,) if given.development else (REPORTED, FRESH)
    measured = {sentences: spoken_and_written(sentences, given) for sentences in sets}
    result = {
        "question": "is the predicted chance of being singled out true when households speak?",
        "command": f"python benchmarks/risk_speech.py --households {given.households}",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "versions": {"python": platform.python_version(), "py-nanotts": version("py-nanotts")},
        "core": precision(),
        **measured,
        "seconds": round(time.perf_counter() - began, 1),
    }
    for sentences, one in measured.items():
        show(sentences, one)
    if not given.development and given.beam_size == 1:
        given.out.parent.mkdir(exist_ok=True)
        given.out.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
