"""What stands in the slots of the templates: names, towns, streets, firms; common ones and rare ones.

Names come from lists (see the card), half of them drawn as often as people bear them and half with equal
chance, so that a rare name is no surprise; compounds, particles and pairs are made here.
"""

from __future__ import annotations

import csv
import io
import lzma
import random
import re
import tarfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from words import PHRASES, WORDS, ordinal, spoken

PACKAGE = Path(__file__).parents[2] / "pii_audio"
PROPER = re.compile(r"[A-ZÀ-ŽŞİĞČŠŽŁ][a-zà-žßşğıčšžłńśćęąő'’]+(?:[ -][A-Za-zà-žÀ-Žß]+){0,2}")
HEADS, TAILS = WORDS["streets"]["german_heads"], WORDS["streets"]["german_tails"]
ROADS, ROAD_TAILS = WORDS["streets"]["english_heads"], WORDS["streets"]["english_tails"]


class Fillers:
    """`fill(slot)` draws one; every draw comes from the one generator handed in."""

    def __init__(self, language: str, shared: Path, rng: random.Random) -> None:
        self.language, self.rng = language, rng
        women, men, last = _names(language, shared)
        self.women, self.men, self.surnames = _Bag(women, rng), _Bag(men, rng), _Bag(last, rng)
        self.world = [name.title() for name in _world()]
        self.towns = _Bag(_towns(language, shared), rng)
        self.postcodes = _postcodes(shared)
        self.streets = _streets(shared)
        self.figures, self.artists = _figures()
        self.make: dict[str, Callable[[], str]] = {
            "first_f": lambda: self.first("f"),
            "first_m": lambda: self.first("m"),
            "first": lambda: self.first(rng.choice("fm")),
            "last": self.last,
            "town": self.town,
            "district": lambda: rng.choice(WORDS[language]["districts"]),
            "country": lambda: rng.choice(WORDS[language]["countries"]),
            "street": self.street,
            "number": self.number,
            "postcode": self.postcode,
            "company_name": self.firm,
            "artist": self.artist,
            "celebrity": lambda: rng.choice(self.figures),
        }

    def fill(self, slot: str) -> str:
        return self.make[slot]()

    def artist(self) -> str:
        """Whoever is played or read is no private person, whatever the name."""
        if self.rng.random() < 0.3:
            return f"{self.first(self.rng.choice('fm'))} {self.last()}"
        return self.rng.choice(self.artists)

    def first(self, gender: str) -> str:
        bag, chance = self.women if gender == "f" else self.men, self.rng.random()
        if chance < 0.08:
            return self.rng.choice(self.world)
        name = bag.draw()
        if chance < 0.16 and len(name) < 8:
            other = bag.draw()
            return f"{name}{self.rng.choice('- ')}{other}" if len(other) < 8 else name
        return name

    def last(self) -> str:
        chance = self.rng.random()
        if chance < 0.08:
            return self.rng.choice(self.world)
        name = self.surnames.draw()
        if chance < 0.16:
            return f"{name}-{self.surnames.draw()}"
        if chance < 0.18:
            return f"{self.rng.choice(['von', 'van', 'de', 'al', 'van der', 'El', 'zu'])} {name}"
        return name

    def town(self) -> str:
        name = self.towns.draw()
        if self.language == "de" and " " not in name and self.rng.random() < 0.03:
            return f"{name}-{self.rng.choice(WORDS['de']['districts'])}"
        return name

    def street(self) -> str:
        return self._german_street() if self.language == "de" else self._english_street()

    def _german_street(self) -> str:
        rng, chance = self.rng, self.rng.random()
        if chance < 0.25:
            return rng.choice(self.streets)
        if chance < 0.55:
            return rng.choice(HEADS) + rng.choice(TAILS)
        if chance < 0.75:
            before, ends = rng.choice(PHRASES)
            return f"{before} {rng.choice(ends)}"
        tail = rng.choice(TAILS).title()
        if chance < 0.85:
            return f"{self.first(rng.choice('fm'))}-{self.surnames.draw()}-{tail}".replace(" ", "-")
        if chance < 0.93:
            return f"{self.surnames.draw()}{tail.lower()}"
        town = self.towns.draw().split()[-1].split("-")[-1]
        return f"{town}er {rng.choice(['Straße', 'Straße', 'Weg', 'Allee', 'Platz', 'Landstraße'])}"

    def _english_street(self) -> str:
        rng, chance = self.rng, self.rng.random()
        tail = rng.choice(ROAD_TAILS if rng.random() < 0.5 else ROAD_TAILS[:6])
        if chance < 0.55:
            return f"{rng.choice(ROADS)} {tail}"
        if chance < 0.7:
            return f"{self.surnames.draw()} {tail}"
        if chance < 0.8:
            return f"{self.towns.draw()} {tail}"
        if chance < 0.88:
            side = rng.choice(["North", "South", "East", "West", "Upper", "Lower"])
            return f"{side} {rng.choice(ROADS[:40])} {tail}"
        if chance < 0.94:
            return f"{ordinal(rng.randint(1, 60))} {rng.choice(['Street', 'Avenue'])}"
        return f"The {rng.choice(ROAD_TAILS)}"

    def number(self) -> str:
        number = self.rng.randint(1, 20 if self.rng.random() < 0.4 else 199)
        said = str(number) if self.rng.random() < 0.45 else spoken(number, self.language)
        return said + (self.rng.choice([" a", "a", " b", "b", " c"]) if self.rng.random() < 0.08 else "")

    def postcode(self) -> str:
        rng = self.rng
        if self.language == "en":
            return self._english_postcode()
        code, chance = rng.choice(self.postcodes), rng.random()
        if chance < 0.45:
            return code
        if chance < 0.75:
            return " ".join(spoken(int(c), "de") for c in code)
        pairs = [code[0], code[1:3], code[3:]] if rng.random() < 0.5 else [code[:2], code[2:]]
        return " ".join(
            spoken(int(p), "de") if p[0] != "0" else " ".join(spoken(int(c), "de") for c in p) for p in pairs
        )

    def _english_postcode(self) -> str:
        rng = self.rng
        if rng.random() < 0.5:
            code = f"{rng.randint(1000, 99999):05d}"
            return code if rng.random() < 0.5 else " ".join(spoken(int(c), "en") for c in code)
        area = rng.choice(
            [
                "B",
                "BS",
                "CB",
                "CF",
                "E",
                "EH",
                "G",
                "GL",
                "LS",
                "M",
                "N",
                "NE",
                "NG",
                "NW",
                "OX",
                "RG",
                "S",
                "SE",
                "SW",
                "W",
                "YO",
            ]
        )
        a, b, c = (
            rng.randint(1, 20),
            rng.randint(1, 9),
            "".join(rng.choice("ABDEFGHJLNPQRSTUWXYZ") for _ in "12"),
        )
        if rng.random() < 0.5:
            return f"{area}{a} {b}{c}"
        return " ".join([*area, spoken(a, "en"), spoken(b, "en"), *c])

    def firm(self) -> str:
        rng, chance = self.rng, self.rng.random()
        if chance < 0.4:
            return self.surnames.draw()
        if chance < 0.6:
            both = rng.choice(["und" if self.language == "de" else "and", "&"])
            return f"{self.surnames.draw()} {both} {self.surnames.draw()}"
        if chance < 0.8:
            return rng.choice(WORDS["firms"]["starts"]) + rng.choice(WORDS["firms"]["ends"])
        return f"{self.surnames.draw()} {rng.choice(WORDS[self.language]['firm_tails'])}"


class _Bag:
    """Half the draws by count, half with equal chance."""

    def __init__(self, counts: dict[str, float], rng: random.Random) -> None:
        self.names, self.rng = sorted(counts), rng
        total = 0.0
        self.sums = [total := total + counts[name] for name in self.names]

    def draw(self) -> str:
        if self.rng.random() < 0.5:
            return self.rng.choice(self.names)
        return self.rng.choices(self.names, cum_weights=self.sums)[0]


def _names(language: str, shared: Path) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    people: dict[str, dict[str, float]] = {"f": defaultdict(float), "m": defaultdict(float)}
    last: dict[str, float] = defaultdict(float)
    if language == "de":
        for gender, name in (("f", "female"), ("m", "male")):
            for row in _table(shared / "names" / "de-name-counts" / f"{name}.csv"):
                people[gender][row["name"]] += float(row["frequency"])
        for row in _newborns(shared):
            people["f" if row["geschlecht"] == "w" else "m"][row["vorname"]] += 30 * float(row["anzahl"])
        for row in _table(shared / "names" / "de-name-counts" / "surnames.csv"):
            last[row["name"]] += float(row["frequency"])
    else:
        for country in ("GB", "US"):
            for gender, name, *counts in _rows("risk", f"first-names-{country}"):
                people[gender][name] += sum(map(float, counts)) / (1 if country == "GB" else 5) + 1
            for name, count, *_ in _rows("risk", f"surnames-{country}"):
                last[name] += float(count)
    fine = [{n: c for n, c in bag.items() if PROPER.fullmatch(n)} for bag in (people["f"], people["m"], last)]
    return fine[0], fine[1], fine[2]


def _newborns(shared: Path) -> Iterable[dict[str, str]]:
    with tarfile.open(shared / "names" / "vornamen-berlin.tar.xz") as tar:
        for member in tar:
            if member.name.endswith(".csv") and (file := tar.extractfile(member)):
                yield from csv.DictReader(io.TextIOWrapper(file, "utf-8"))


def _world() -> list[str]:
    return [row[0] for row in _rows("recognizers", "world-names") if row[0].isalpha() and len(row[0]) > 2]


def _towns(language: str, shared: Path) -> dict[str, float]:
    """Every place with a postal code once, the large ones by their people."""
    if language == "en":
        rows = [*_rows("risk", "places-GB"), *_rows("risk", "places-US")]
        return {name.title(): float(here) + 500 for name, _, here, *_ in rows if len(name) > 2 and int(here)}
    with lzma.open(shared / "names" / "de-postal-codes.csv.xz", "rt", encoding="utf-8") as file:
        places = {
            row["place"] for row in csv.DictReader(file) if not re.search(r"GmbH|AG\b|Bank|\d", row["place"])
        }
    towns = {p: 2000.0 for p in places if PROPER.fullmatch(p) and len(p) < 22}
    for row in _table(shared / "names" / "de-name-counts" / "cities.csv"):
        towns[row["name"]] = float(row["frequency"])
    return towns


def _postcodes(shared: Path) -> list[str]:
    return [row[0] for row in _rows("risk", "postal-codes-DE")]


def _streets(shared: Path) -> list[str]:
    return [row["name"] for row in _table(shared / "names" / "de-name-counts" / "streets.csv")]


def _figures() -> tuple[list[str], list[str]]:
    """(public figures, those of them who are heard or read)."""
    groups: dict[str, list[str]] = defaultdict(list)
    head = ""
    for line in (PACKAGE / "recognizers" / "data" / "figures.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            head = line.lower()
        elif line.strip():
            groups[head].append(line.strip().title())
    everybody = [n for names in groups.values() for n in names if " " in n or len(n) > 4]
    heard = [
        n for head, names in groups.items() if re.search("music|band|sing|artist|rap", head) for n in names
    ]
    return everybody, heard or everybody


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _rows(room: str, table: str) -> list[list[str]]:
    packed = (PACKAGE / room / "data" / f"{table}.tsv.xz").read_bytes()
    rows = [line.split("\t") for line in lzma.decompress(packed).decode().splitlines() if line[:1] != "#"]
    return [row for row in rows if len(row) > 1]
