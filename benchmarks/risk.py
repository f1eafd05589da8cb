"""Is the score true? Predicted against counted, on populations where everybody can be counted.

    python benchmarks/risk.py [--people 1000000] [--targets 9000] [--out benchmarks/results/risk.json]

One million people are drawn from the German tables, each with names, home, birth date, partner and a
child's name. A target is one of them with some of their facts, as a set of clips could give them. True k is
counted: everybody whom these facts fit. Predicted are k and S, by the score's own public functions, which
see only the facts. Then again with wrong tables, to see how far off it goes; and against two plain
baselines, the number of findings and the mean severity per type. Needs no audio; the proof through speech
is another.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import platform
import sys
import time
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from register import Counted, Floats, People, counted, simulate

from pii_audio.risk.exposure import expose
from pii_audio.risk.population import Population
from pii_audio.types import Fact

RECIPES = (  # what a set of clips may give away, from timers and a weather question to a service call
    (),
    ("age",),
    ("partner_first_name",),
    ("household_first_name",),
    ("household_first_name", "partner_first_name"),
    ("age", "place"),
    ("place", "partner_first_name"),
    ("place", "household_first_name"),
    ("first_name", "household_first_name"),
    ("place",),
    ("first_name",),
    ("surname",),
    ("first_name", "place"),
    ("first_name", "partner_first_name"),
    ("first_name", "place", "partner_first_name"),
    ("first_name", "surname"),
    ("surname", "place"),
    ("first_name", "surname", "place"),
    ("first_name", "age", "place"),
    ("birth_date",),
    ("birth_date", "place"),
    ("first_name", "birth_date"),
    ("place", "street"),
    ("first_name", "place", "street"),
    ("surname", "place", "street"),
    ("first_name", "partner_first_name", "place", "street"),
    ("surname", "age"),
    ("first_name", "household_first_name", "place"),
    ("place", "age", "partner_first_name"),
)
SEVERITY = {  # per type, from 1 (low) to 3 (high), in the manner of severity tables for PII detectors
    "place": 1, "age": 1, "first_name": 2, "partner_first_name": 2, "household_first_name": 2, "surname": 2,
    "street": 3, "birth_date": 3, "contact_first_name": 2,
}  # fmt: skip
CONTACTS, AGAIN = 4.0, 2.0  # means: others named in a set, and how often a fact is said again


@dataclass(frozen=True, slots=True)
class Targets:
    facts: list[tuple[Fact, ...]]
    k: Floats  # counted
    findings: list[tuple[str, ...]]  # the attribute of every mention: facts are said again, others are named


def draw_targets(people: People, count: int, seed: int) -> Targets:
    rng = np.random.default_rng(seed)
    facts: list[tuple[Fact, ...]] = []
    findings: list[tuple[str, ...]] = []
    ks: list[float] = []
    for recipe in RECIPES:
        rows = counted(people, recipe)
        for row in rng.choice(len(rows.k), size=count // len(RECIPES), replace=False):
            ks.append(float(rows.k[row]))
            own = tuple(_fact(people, attribute, rows, row) for attribute in recipe)
            others = _contacts(people, int(rng.poisson(CONTACTS)), rng)
            facts.append((*own, *others))
            said = [f.attribute for f in own for _ in range(1 + int(rng.poisson(AGAIN)))]
            findings.append((*said, *(f.attribute for f in others)))
    return Targets(facts, np.array(ks), findings)


def _contacts(people: People, number: int, rng: np.random.Generator) -> list[Fact]:
    """Others who are called or written to: findings as well, of whom the register says nothing."""
    names = {
        people.words["first_name"](int(people.codes["first_name"][i]))
        for i in rng.integers(0, len(people), number)
    }
    return [Fact("contact_first_name", name, "other", 1.0, (), ()) for name in sorted(names)]


def _fact(people: People, attribute: str, rows: Counted, row: int) -> Fact:
    kin = attribute == "household_first_name"
    value = people.words[attribute](
        int(rows.relative[row] if kin else people.codes[attribute][rows.person[row]])
    )
    return Fact(attribute, value, "speaker", 1.0, (), ())


def predict(targets: Targets, population: Population) -> tuple[Floats, Floats]:
    found = [expose(facts, population)[0] for facts in targets.facts]
    return np.array([e.k for e in found]), np.array([e.risk for e in found])


def measures(targets: Targets, k: Floats, risk: Floats) -> dict[str, object]:
    return measures_of(targets.k, k, risk)


def measures_of(counted_k: Floats, k: Floats, risk: Floats) -> dict[str, object]:
    """How far predicted k and S are from the counted crowd."""
    truth = 1 / counted_k
    off = np.abs(np.log2(k / counted_k))
    tenths = []
    for low in range(10):
        here = (risk >= low / 10) & ((risk < (low + 1) / 10) | (low == 9))
        if here.any():
            tenths.append(
                [
                    low / 10,
                    int(here.sum()),
                    round(float(risk[here].mean()), 4),
                    round(float(truth[here].mean()), 4),
                ]
            )
    return {
        "brier": round(float(np.mean((risk - truth) ** 2)), 5),
        "median_abs_log2_k": round(float(np.median(off)), 4),
        "within_factor_3": round(float(np.mean(off <= math.log2(3))), 4),
        "auc_unique": round(auc(risk, counted_k == 1), 4),
        "rank_correlation": round(spearman(risk, truth), 4),
        "reliability_tenths": tenths,  # from, how many, mean predicted, mean true
    }


def auc(score: Floats, positive: NDArray[np.bool_]) -> float:
    ranks = midranks(score)
    n = int(positive.sum())
    return float((ranks[positive].sum() - n * (n - 1) / 2) / (n * (len(score) - n)))


def midranks(values: Floats) -> Floats:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - counts + ends - 1) / 2)[inverse]


def spearman(a: Floats, b: Floats) -> float:
    return float(np.corrcoef(midranks(a), midranks(b))[0, 1])


def wrong_tables(population: Population) -> dict[str, Population]:
    later = {n: np.roll(c, 2, axis=1) for n, c in population.first_names.items()}
    flat = {
        n: np.broadcast_to(c.mean(axis=1, keepdims=True), c.shape) for n, c in population.first_names.items()
    }
    rarer, commoner = (tuple(s * by for s in population.unlisted_surnames) for by in (0.1, 10))
    return {
        "cohorts shifted by 20 years": replace(population, first_names=later),
        "cohorts ignored": replace(population, first_names=flat),
        "surname tail ten times rarer": replace(population, unlisted_surnames=rarer),
        "surname tail ten times commoner": replace(population, unlisted_surnames=commoner),
        "towns half as large": replace(
            population, places={n: max(p // 2, 1) for n, p in population.places.items()}
        ),
        "population twice as large": replace(population, size=population.size * 2),
    }


def baselines(targets: Targets) -> dict[str, float]:
    truth = 1 / targets.k
    number = np.array([len(f) for f in targets.findings], dtype=float)
    severity = np.array([np.mean([SEVERITY[a] for a in said]) if said else 0.0 for said in targets.findings])
    return {
        "number of findings": round(spearman(number, truth), 4),
        "mean severity per type": round(spearman(severity, truth), 4),
    }


def data_hash() -> str:
    """sha256 over the tables, in name order."""
    whole = hashlib.sha256()
    for file in sorted((Path(__file__).parents[1] / "pii_audio" / "risk" / "data").glob("*.xz")):
        whole.update(file.read_bytes())
    return whole.hexdigest()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--people", type=int, default=1_000_000)
    options.add_argument("--targets", type=int, default=9_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "risk.json")
    given = options.parse_args()
    began = time.perf_counter()
    population = Population.of("DE", given.people)
    people = simulate(population, given.people, given.seed)
    targets = draw_targets(people, given.targets, given.seed)
    k, risk = predict(targets, population)
    result = {
        "question": "does the predicted chance of being singled out equal the counted one?",
        "command": "python " + " ".join(["benchmarks/risk.py", *sys.argv[1:]]),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "versions": {"python": platform.python_version(), "numpy": version("numpy")},
        "data_sha256": data_hash(),
        "people": given.people,
        "targets": len(targets.facts),
        "right_tables": measures(targets, k, risk),
        "wrong_tables": {
            n: measures(targets, *predict(targets, p)) for n, p in wrong_tables(population).items()
        },
        "baselines_rank_correlation": baselines(targets),
        "by_recipe": by_recipe(targets, k, risk),
        "seconds": 0.0,
    }
    result["seconds"] = round(time.perf_counter() - began, 1)
    given.out.parent.mkdir(exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps({k: v for k, v in result.items() if k not in ("versions",)}, indent=1))


def by_recipe(targets: Targets, k: Floats, risk: Floats) -> dict[str, dict[str, float]]:
    names = np.array(
        ["+".join(f.attribute for f in known if f.subject == "speaker") for known in targets.facts]
    )
    out = {}
    for name in dict.fromkeys(names.tolist()):
        here = names == name
        out[name] = {
            "median_true_k": float(np.median(targets.k[here])),
            "median_log2_ratio": round(float(np.median(np.log2(k[here] / targets.k[here]))), 3),
            "brier": round(float(np.mean((risk[here] - 1 / targets.k[here]) ** 2)), 4),
        }
    return out


if __name__ == "__main__":
    main()
