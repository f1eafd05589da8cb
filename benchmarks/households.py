"""Simulated households and what they say to their voice assistant, German and English.

Each is somebody of a simulated register with some of their facts, so that it can be counted how many people
what was really said fits. Two sets of sentences stand in data/: `sayings` is reported, and nobody tunes a
recognizer or a constant on it; on `sayings-development` constants are fitted. Only values that are on the
tables and can be spoken are used; streets in German only, since there is no table of American ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import yaml
from register import Counted, People, counted, simulate

from pii_audio.risk.countries import SEXES
from pii_audio.risk.population import Population
from pii_audio.risk.tables import read
from pii_audio.spelling import name_key

__all__ = ["CALIBRATION", "COUNTRY", "DEVELOPMENT", "FRESH", "REPORTED", "Household", "Say", "households"]

REPORTED, FRESH = "sayings", "sayings-fresh"
DEVELOPMENT, CALIBRATION = "sayings-development", "sayings-calibration"
Sayings = Mapping[str, Sequence[str]]  # kind -> sentences

COUNTRY = {"de": "DE", "en": "US"}
PEOPLE = 1_000_000
VISITS, AGAIN = 0.6, 0.25  # other towns asked about in a set of a dozen clips, and chance to ask twice

RECIPES = (  # what a household gives away; the first ones nothing that leads to a person
    (), ("place",), ("first_name",), ("partner_first_name",), ("first_name", "place"),
    ("first_name", "partner_first_name"), ("place", "partner_first_name"), ("surname",), ("surname", "place"),
    ("first_name", "surname"), ("first_name", "surname", "place"),
    ("first_name", "partner_first_name", "place"),
    ("first_name", "age", "place"), ("first_name", "birth_date"), ("birth_date", "place"),
    ("surname", "partner_first_name", "place"), ("first_name", "household_first_name", "place"),
    ("first_name", "surname", "partner_first_name"),
)  # fmt: skip
STREETS = (("place", "street"), ("first_name", "place", "street"))  # German households only

MONTHS = {
    "de": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
TOWNS = {
    "de": """Berlin; Hamburg; Köln; Stuttgart; Düsseldorf; Dortmund; Essen; Leipzig; Bremen; Dresden;
        Hannover; Duisburg; Bochum; Wuppertal; Bielefeld; Bonn; Münster; Mannheim; Karlsruhe; Augsburg;
        Wiesbaden; Gelsenkirchen; Aachen; Braunschweig; Kiel; Chemnitz; Magdeburg; Oberhausen; Lübeck;
        Erfurt; Mainz; Rostock; Kassel; Hagen; Potsdam; Saarbrücken; Oldenburg; Osnabrück; Leverkusen;
        Heidelberg; Darmstadt; Solingen; Regensburg; Paderborn; Ingolstadt; Würzburg; Wolfsburg; Ulm;
        Heilbronn; Pforzheim; Göttingen; Bottrop; Trier; Recklinghausen; Reutlingen; Bremerhaven;
        Koblenz; Jena; Remscheid; Erlangen; Moers; Siegen; Hildesheim; Salzgitter; Cottbus; Gütersloh;
        Kaiserslautern; Schwerin; Witten; Gera; Iserlohn; Ludwigsburg; Hanau; Esslingen; Zwickau; Düren;
        Ratingen; Flensburg; Tübingen; Villingen-Schwenningen; Lünen; Worms; Konstanz; Marl; Velbert;
        Minden; Norderstedt; Dessau; Bamberg; Neumünster; Dorsten; Bayreuth; Plauen; Wilhelmshaven;
        Celle; Landshut; Rosenheim; Aschaffenburg; Stralsund; Hameln; Görlitz; Greifswald; Passau;
        Bautzen; Weimar; Goslar; Emden; Coburg; Straubing; Ravensburg; Zittau; Soest; Memmingen;
        Kaufbeuren; Ansbach; Wismar; Husum; Freital; Eisenach; Pirna; Meppen; Lippstadt; Detmold""",
    "en": """Chicago; Houston; Phoenix; Philadelphia; San Antonio; San Diego; Dallas; Columbus; Jacksonville;
        Austin; Charlotte; Indianapolis; San Francisco; Seattle; Portland; Denver; Nashville; Oklahoma
        City; Louisville; Boston; Las Vegas; Detroit; Memphis; Baltimore; Albuquerque; Milwaukee;
        Fresno; Tucson; Sacramento; Kansas City; Atlanta; Omaha; Colorado Springs; Raleigh; Miami;
        Minneapolis; Tulsa; Tampa; New Orleans; Wichita; Cleveland; Honolulu; Lexington; Cincinnati;
        Pittsburgh; Anchorage; Greensboro; Newark; Toledo; Buffalo; Lubbock; Boise; Richmond; Spokane;
        Des Moines; Tacoma; Fayetteville; Salt Lake City; Huntsville; Knoxville; Chattanooga; Eugene;
        Springfield; Savannah; Topeka; Provo; Syracuse; Dayton; Cedar Rapids; Peoria; Ann Arbor;
        Boulder; Duluth; Green Bay; Billings; Asheville; Missoula; Flagstaff; Bozeman; Ithaca""",
}


@dataclass(frozen=True, slots=True)
class Say:
    """One clip; `attribute` is what it gives away, "" for a filler."""

    text: str
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class Household:
    id: str  # "de-07"
    language: str
    facts: Mapping[str, str]  # attribute -> value as it is said
    k: float  # how many people of the register these fit, counted
    said: tuple[Say, ...]


def households(language: str, number: int, seed: int = 7, *, sentences: str = REPORTED) -> list[Household]:
    """Each recipe in turn, with people drawn from those whose values can be spoken."""
    sayings = _sayings(sentences)[language]
    population = Population.of(COUNTRY[language], PEOPLE)
    people = simulate(population, PEOPLE, seed)
    rng = np.random.default_rng([seed, len(language), ord(language[0])])
    recipes = RECIPES + (STREETS if language == "de" else ())
    counts = {recipe: counted(people, recipe) for recipe in recipes[: max(number, 1)]}
    found = []
    for i in range(number):
        recipe = recipes[i % len(recipes)]
        row, facts = _somebody(counts[recipe], recipe, people, language, rng)
        said = _said(facts, sayings, population, language, people, rng)
        k = float(counts[recipe].k[row])
        found.append(Household(f"{language}-{i:02}", language, facts, k, tuple(said)))
    return found


def _somebody(
    rows: Counted, recipe: tuple[str, ...], people: People, language: str, rng: np.random.Generator
) -> tuple[int, dict[str, str]]:
    while True:
        row = int(rng.integers(0, len(rows.k)))
        facts = {}
        for attribute in recipe:
            kin = attribute == "household_first_name"
            code = int(rows.relative[row] if kin else people.codes[attribute][rows.person[row]])
            facts[attribute] = _spoken(attribute, code, people.words[attribute](code), language)
        if all(facts.values()) and not ("age" in facts and int(facts["age"]) < 14):
            return row, facts


def _spoken(attribute: str, code: int, value: str, language: str) -> str:
    """The value as people say and write it, "" where it cannot be spoken."""
    match attribute:
        case "place":
            return _towns(language).get(value, "")
        case "street":
            streets = [s for (s, *_) in read("streets-DE.tsv.xz") if s.endswith("straße")]
            return streets[code % len(streets)]
        case "age":
            return value
        case "birth_date":
            year, month, day = value.split("-")
            name = MONTHS[language][int(month) - 1]
            return f"{int(day)}. {name} {year}" if language == "de" else f"{name} {int(day)}, {year}"
        case "surname":
            return _written(f"surnames-{COUNTRY[language]}.tsv.xz", 0).get(value, "")
        case _:
            return _written(f"first-names-{COUNTRY[language]}.tsv.xz", 1).get(value, "")


@lru_cache(maxsize=2)
def _sayings(name: str) -> Mapping[str, Sayings]:
    file = Path(__file__).parent / "data" / f"{name}.yaml"
    sets: Mapping[str, Sayings] = yaml.safe_load(file.read_text("utf-8"))
    return sets


@lru_cache(maxsize=4)
def _written(table: str, column: int) -> dict[str, str]:
    return {name_key(row[column]): row[column] for row in read(table) if " " not in row[column]}


@lru_cache(maxsize=2)
def _towns(language: str) -> dict[str, str]:
    return {name_key(town): " ".join(town.split()) for town in TOWNS[language].split(";")}


def _said(
    facts: Mapping[str, str],
    sayings: Sayings,
    population: Population,
    language: str,
    people: People,
    rng: np.random.Generator,
) -> Iterator[Say]:
    """Facts once or twice, a home town two or three times, others who are called, and talk about nothing."""
    lines: list[Say] = []
    for attribute, value in facts.items():
        templates = sayings[_kind(attribute, value, population)]
        times = int(rng.integers(2, 4)) if attribute == "place" else int(rng.integers(1, 3))
        for i in rng.permutation(len(templates))[:times]:
            lines.append(Say(templates[i].format(value), attribute))
    lines += [
        Say(sayings["contact"][i].format(_contact(people, "first_name", language, rng)))
        for i in rng.permutation(len(sayings["contact"]))[: rng.integers(0, 3)]
    ]
    lines += _elsewhere(sayings, people, language, rng)
    lines += [
        Say(sayings["filler"][i]) for i in rng.permutation(len(sayings["filler"]))[: rng.integers(4, 7)]
    ]
    return (lines[i] for i in rng.permutation(len(lines)))


def _elsewhere(sayings: Sayings, people: People, language: str, rng: np.random.Generator) -> Iterator[Say]:
    """Towns that are not home, each asked about once or twice, and acquaintances with a surname."""
    visits = int(rng.poisson(VISITS)) if "visit" in sayings else 0
    for _ in range(visits):
        town = str(rng.choice(list(_towns(language).values())))
        for i in rng.permutation(len(sayings["visit"]))[: 1 + int(rng.random() < AGAIN)]:
            yield Say(sayings["visit"][i].format(town), "visit")
    for _ in range(int(rng.integers(0, 2)) if "called_surname" in sayings else 0):
        name = _contact(people, "surname", language, rng)
        yield Say(str(rng.choice(sayings["called_surname"])).format(name), "contact")


def _kind(attribute: str, value: str, population: Population) -> str:
    """The templates that fit, by the sex that most bearers of a partner's or relative's name have."""
    role = {"partner_first_name": "partner", "household_first_name": "kin"}.get(attribute)
    if role is None:
        return attribute
    by_sex = (population.cells * population.first_name(name_key(value))).sum(axis=1)
    return f"{role}_{SEXES[int(by_sex.argmax())]}"


def _contact(people: People, attribute: str, language: str, rng: np.random.Generator) -> str:
    while True:
        code = int(people.codes[attribute][rng.integers(0, len(people))])
        if name := _spoken(attribute, code, people.words[attribute](code), language):
            return name
