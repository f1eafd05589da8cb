"""Reading and writing for the build of the population tables, and the law of the tail."""

from __future__ import annotations

import ast
import csv
import lzma
import math
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).parents[2] / "pii_audio" / "risk" / "data"
SHARES = 1e8  # shares are stored as whole numbers of this unit
QUANTILES = np.array((0.1, 0.3, 0.5, 0.7, 0.9))

WIKTIONARY = "Wiktionary frequency lists of German names (phone-book counts), CC-BY-SA 4.0"
FAKER = "names known to be usual: lists of the faker package (MIT)"
APPROXIMATE = "first approximation"


def package(name: str) -> Path:
    """Folder of an installed package."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"pip install {name}")
    return Path(spec.origin).parent


def faker_list(locale: str, name: str) -> Any:
    """A list in the `faker` package, read without importing it."""
    path = package("faker") / "providers" / "person" / locale / "__init__.py"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            value = node.value.args[0] if isinstance(node.value, ast.Call) else node.value
            return ast.literal_eval(value)
    raise SystemExit(f"faker has no {name} for {locale} any more")


def counts(file: Path) -> dict[str, float]:
    """name,frequency"""
    with file.open(encoding="utf-8") as lines:
        return {row["name"]: float(row["frequency"]) for row in csv.DictReader(lines)}


def write(name: str, comments: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    text = "".join(f"# {line}\n" for line in comments)
    text += "".join("\t".join(str(cell) for cell in row) + "\n" for row in rows)
    packed = lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)
    (DATA / name).write_bytes(packed)
    print(f"{name:28} {len(packed):9,} bytes")


def zipf_mandelbrot(listed: list[float]) -> tuple[float, float]:
    """(b, a) of count(rank) ~ 1 / (rank + b) ** a, least squares in logarithms over ranks even in log."""
    ranks = np.unique(np.geomspace(max(5, len(listed) // 50), len(listed), 200).astype(int))
    y = np.log(np.sort(listed)[::-1][ranks - 1])
    best = (math.inf, 0.0, 0.0)
    for b in np.geomspace(1, len(listed), 80):
        slope, level = np.polyfit(np.log(ranks + b), y, 1)
        error = float(np.sum((level + slope * np.log(ranks + b) - y) ** 2))
        best = min(best, (error, float(b), float(-slope)))
    return best[1:]


def tail(listed: list[float], types: int, mass: float | None = None) -> tuple[float, list[float]]:
    """What lies beyond a list, in its unit: all the people there, and how common the names of the 10th, 30th
    ... 90th of a hundred of them are.

    The fitted law goes on from the last count. Where the mass beyond is known, its exponent is the one that
    gives that mass with `types` names; else it is the fitted one.
    """
    b, a = zipf_mandelbrot(listed)
    steps = np.log((np.arange(len(listed) + 1, types + 1) + b) / (len(listed) + b))
    last = min(listed)
    low, high = (0.01, 20.0) if mass is not None else (a, a)
    for _ in range(60):
        a = (low + high) / 2
        low, high = (a, high) if mass is not None and last * np.exp(-a * steps).sum() > mass else (low, a)
    beyond = last * np.exp(-a * steps)
    people = np.cumsum(beyond)
    return float(people[-1]), [float(beyond[i]) for i in np.searchsorted(people, QUANTILES * people[-1])]


def write_surnames(country: str, comments: list[str], shares: Mapping[str, float], types: int) -> list[float]:
    """Returns the shares of five typical names that are not listed."""
    listed = {n: s for n, s in shares.items() if round(s * SHARES)}
    rows = sorted(listed.items(), key=lambda r: (-r[1], r[0]))
    write(f"surnames-{country}.tsv.xz", comments, ((n, round(s * SHARES)) for n, s in rows))
    return tail(list(listed.values()), types, 1 - sum(listed.values()))[1]
