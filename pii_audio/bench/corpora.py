"""Public corpora, one small reader each: where it lies, and what its labels are in ours.

A label that maps to None is set aside: the guidelines say personal for some of what it marks and not for the
rest (shops and employers, friends and partners), so finding it is neither right nor wrong. What is not named
in a map is not personal: finding it is wrong. Corpora of commands, news and tweets mark only some of our
types; what is found of another type does not count there (`labels`).
"""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from pii_audio.bench import commands
from pii_audio.bench.columns import Map, conll, mapped, unpacked
from pii_audio.bench.rows import Row

__all__ = ["CORPORA", "Corpus"]

_MOBIE: Map = {
    "person": "PERSON",
    "location-street": "ADDRESS",
    **dict.fromkeys(("location", "location-city", "location-stop"), "LOCATION"),
    **dict.fromkeys(("location-route", "organization", "organization-company", "org-position")),
}
_NEWS: Map = {
    "PER": "PERSON",
    "LOC": "LOCATION",
    **dict.fromkeys(("ORG", "OTH", "LOCderiv", "LOCpart", "PERderiv", "PERpart", "ORGpart", "ORGderiv")),
}
_LETTERS: Map = {
    **dict.fromkeys(("NAME_PATIENT", "NAME_DOCTOR", "NAME_RELATIVE", "NAME_EXT"), "PERSON"),
    **dict.fromkeys(("LOCATION_STREET", "LOCATION_ZIP"), "ADDRESS"),
    **dict.fromkeys(("LOCATION_CITY", "LOCATION_COUNTRY"), "LOCATION"),
    **dict.fromkeys(("LOCATION_HOSPITAL", "LOCATION_ORGANIZATION"), "ORGANIZATION"),
    **dict.fromkeys(("CONTACT_PHONE", "CONTACT_FAX"), "PHONE_NUMBER"),
    "CONTACT_EMAIL": "EMAIL_ADDRESS",
    "AGE": "AGE",
    "PROFESSION": "OCCUPATION",
    **dict.fromkeys(("DATE", "NAME_TITLE", "NAME_USERNAME", "ID")),
}
_SYNTHETIC: Map = {
    "GPE": "LOCATION",
    "STREET_ADDRESS": "ADDRESS",
    "ZIP_CODE": "ADDRESS",
    **{
        name: name
        for name in (
            *("PERSON", "CREDIT_CARD", "PHONE_NUMBER", "AGE", "EMAIL_ADDRESS", "IBAN_CODE", "US_SSN"),
            *("IP_ADDRESS", "US_DRIVER_LICENSE"),
        )
    },
    **dict.fromkeys(("ORGANIZATION", "TITLE", "NRP", "DATE_TIME", "DOMAIN_NAME")),
}


def _mobie(path: Path) -> Iterator[Row]:
    yield from conll(path, "mobie", "de", columns=4, token=0, tag=3, labels=_MOBIE)


def _germeval(path: Path) -> Iterator[Row]:
    yield from _held_out(conll(path, "germeval", "de", columns=4, token=1, tag=2, labels=_NEWS, most=60))


def _uner(path: Path) -> Iterator[Row]:
    yield from _held_out(conll(path, "uner", "en", columns=5, token=1, tag=2, labels=_NEWS, most=60))


def _held_out(rows: Iterable[Row]) -> Iterator[Row]:
    """Every fifth sentence: the tagger has learnt from the others (`news` in models/tagger/train.py)."""
    return (row for n, row in enumerate(rows) if n % 5 == 0)


def _grascco(path: Path) -> Iterator[Row]:
    """Clinical letters, a line a row; the names of a letter belong together."""
    with tarfile.open(path) as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            if (file := tar.extractfile(member)) is None:
                continue
            parts = json.loads(file.read())["%FEATURE_STRUCTURES"]
            text = next(p["sofaString"] for p in parts if p["%TYPE"] == "uima.cas.Sofa")
            marked = [
                (p["begin"], p["end"], p.get("kind") or "ID") for p in parts if p["%TYPE"].endswith("PHI")
            ]
            name = Path(member.name).name.split(".")[0]
            for line in re.finditer(r"[^\n]*\w[^\n]*", text):
                found = [
                    (s - line.start(), e - line.start(), label)
                    for s, e, label in marked
                    if line.start() <= s and e <= line.end()
                ]
                yield Row.of(f"{name}-{line.start()}", "de", line[0], *mapped(found, _LETTERS), group=name)


def _presidio(path: Path) -> Iterator[Row]:
    for n, row in enumerate(json.loads(unpacked(path))):
        found = [(s["start_position"], s["end_position"], s["entity_type"]) for s in row["spans"]]
        yield Row.of(f"synthetic-{n}", "en", row["full_text"], *mapped(found, _SYNTHETIC))


def _home_assistant(path: Path) -> Iterator[Row]:
    """Commands to a house; files about people, and weather, which name towns, are left out."""
    texts: set[str] = set()
    with tarfile.open(path) as tar:
        for member in tar:
            wanted = "/tests/" in member.name and member.name.endswith(".yaml")
            if wanted and "person" not in member.name and (file := tar.extractfile(member)):
                tests = (yaml.safe_load(file.read()) or {}).get("tests") or []
                texts |= {sentence for test in tests for sentence in test.get("sentences", [])}
    for n, text in enumerate(sorted(t for t in texts if "wetter" not in t.lower())):
        yield Row.of(f"ha-{n}", "de", text, ())


@dataclass(frozen=True, slots=True)
class Corpus:
    path: str  # below the data root
    rows: Callable[[Path], Iterable[Row]]
    labels: frozenset[str] | None = None


_COMMANDS = frozenset({"PERSON", "LOCATION", "EMAIL_ADDRESS"})
_PLACES = frozenset({"PERSON", "LOCATION", "ADDRESS"})
CORPORA = {
    "massive": Corpus("ner/massive-de/dev.txt.xz", commands.massive, _COMMANDS),
    "slurp": Corpus("ner/slurp-en/test.jsonl.xz", commands.slurp, _COMMANDS),
    "hwu64": Corpus("ner/hwu64-en/hwu64.json.xz", commands.hwu64, _COMMANDS),
    "mobie": Corpus("ner/mobie-de/dev.conll2003.xz", _mobie, _PLACES),
    "germeval": Corpus("ner/germeval2014-de/dev.tsv.xz", _germeval, _PLACES),
    "grascco": Corpus("ner/grascco-de/grascco_phi_annotation_json.tar.xz", _grascco),
    "presidio-synthetic": Corpus("ner/presidio-synthetic-en/synth_dataset_v2.json.xz", _presidio),
    "uner": Corpus("ner/uner-en/dev.iob2.xz", _uner, _PLACES),
    "ha-intents": Corpus("ner/ha-intents-de/ha-intents-de.tar.xz", _home_assistant),
}
