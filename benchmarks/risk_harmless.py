"""Do harmless sets score next to nothing, and real ones all the same as before?

    python benchmarks/risk_harmless.py [--data ../shared/data/ner] [--cache DIR] [--out FILE]

Harmless: 1,700 commands without people or places (MASSIVE, HWU64, Home Assistant) as one household. The rates
of false alarms that the score corrects for are counted on one half of the utterances and the other half is
scored, both ways. Real: the demo's household and 20 simulated ones (households.py), as text, alone and
hidden among 1,680 harmless clips of a half that was not counted. Everything without speech: what the
recognizers do with the words is the question here. What they find is kept in DIR until a recognizer changes:
a few minutes the first time, seconds to score again.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from false_alarms import DATA, SET, find, half, measure, texts
from households import COUNTRY, households
from spoken import CACHE, hashed, kept, recognizers, sources

from pii_audio import pipeline
from pii_audio.config import Config
from pii_audio.demo import HOUSEHOLD
from pii_audio.risk import trust
from pii_audio.types import Finding, Recording, SetRisk, finding_id

Found = list[list[Finding]]


@contextmanager
def table(measured: Mapping[str, Any]) -> Iterator[None]:
    """The score with these rates in place of the shipped ones."""
    shipped = trust.measured
    trust.measured = lambda: trust.Measured.of(measured)  # type: ignore[assignment]
    try:
        yield
    finally:
        trust.measured = shipped


def assess(found: Found, language: str = "de") -> SetRisk:
    """All clips of one device."""
    recordings = [Recording(f"rec-{i:012x}", str(i), Path("x"), household="home") for i in range(len(found))]
    named = [
        [replace(f, id=finding_id(r.id, f.start, f.end, f.entity_type), recording_id=r.id) for f in own]
        for r, own in zip(recordings, found, strict=True)
    ]
    config = Config.parse({"risk": {"country": COUNTRY[language]}})
    return pipeline.score(recordings, named, config).set


def found(data: Path) -> tuple[list[dict[str, Any]], list[dict[str, Found]], dict[str, Found]]:
    """Rates of false alarms of the other half, findings of each half's sets, and of real households."""
    return (
        [measure(data, halves=(1 - which,)) for which in (0, 1)],
        [harmless(data, which) for which in (0, 1)],
        real(),
    )


def harmless(data: Path, which: int) -> dict[str, Found]:
    """The findings of sets of 1,700 clips; a source's last, smaller set is left out."""
    sets = {}
    for name, those in texts(data).items():
        mine = half(those, which)
        for at in range(0, max(len(mine) - SET + 1, 1), SET):
            sets[f"{name} half {which} from {at}"] = find(mine[at : at + SET], name[-2:])
    return sets


def real() -> dict[str, Found]:
    sets = {"demo": find([line.text for line in HOUSEHOLD if line.voice == "de-DE"], "de")}
    for home in households("de", 20):
        sets[f"{home.id} {'+'.join(home.facts)}"] = find([said.text for said in home.said], "de")
    return sets


def row(name: str, found: Found) -> dict[str, Any]:
    began = time.process_time()
    risk = assess(found, name.split()[0][-2:])
    return {
        "set": name,
        "clips": len(found),
        "findings": sum(map(len, found)),
        "expected_identified": round(risk.expected_identified, 4),
        "register": round(risk.register_highest_risk, 4),
        "cpu_s": round(time.process_time() - began, 2),
    }


def hidden(household: Found, among: Sequence[Sequence[Finding]]) -> float:
    return round(assess([*household, *map(list, among[: SET - len(household)])]).highest_risk, 3)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", type=Path, default=DATA)
    options.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "risk_harmless.json")
    options.add_argument("--cache", type=Path, default=CACHE)
    given = options.parse_args()
    given.cache.mkdir(parents=True, exist_ok=True)
    here = Path(__file__).parent
    key = hashed(recognizers(), *sources(here, "false_alarms.py", "households.py", "data/sayings.yaml"))
    rates, halves, homes_found = kept(given.cache / f"harmless-{key}.pickle", lambda: found(given.data))
    rows: list[dict[str, Any]] = []
    homes = []
    for which, sets in enumerate(halves):
        with table(rates[which]):
            rows += [row(name, own) for name, own in sets.items()]
            if which == 0:
                among = next(iter(sets.values()))
                silence: Found = [[] for _ in range(SET)]
                for name, own in homes_found.items():
                    alone = round(assess(own).highest_risk, 3)
                    homes.append([name, alone, hidden(own, silence), hidden(own, among)])
    expected = np.array([r["expected_identified"] for r in rows])
    result = {
        "question": "do harmless sets score next to nothing, and real ones as before?",
        "command": "python benchmarks/risk_harmless.py",
        "harmless_sets": len(rows),
        "below_0.01": int((expected < 0.01).sum()),
        "median": float(np.median(expected)),
        "mean": round(float(expected.mean()), 4),
        "highest": float(expected.max()),
        "sets": rows,
        "real": {"columns": ["household", "alone", "among silence", "among harmless"], "rows": homes},
    }
    given.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    for r in (*rows, *homes):
        print(r)
    print({k: v for k, v in result.items() if k not in ("sets", "real")})


if __name__ == "__main__":
    main()
