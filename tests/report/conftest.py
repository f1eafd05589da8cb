"""A believable household, invented: no clip says who Friederike is, the set does."""

from __future__ import annotations

import re

import pytest

from pii_audio.config import Config
from pii_audio.report import Report
from pii_audio.types import (
    Exposure,
    Fact,
    Failure,
    Finding,
    PersonRisk,
    Profile,
    RecordingRisk,
    RiskReport,
    SetRisk,
    Transcript,
)

SAID = """Wie wird das Wetter morgen in {LOCATION:Wilhelmshaven}?
Stell den Timer auf zwölf Minuten.
Spiel etwas von Herbert Grönemeyer.
Ruf {PARTNER:meine Frau} {PERSON:Henrike} an.
Regnet es heute in {LOCATION:Wilhelmshaven}?
Mach das Licht im Wohnzimmer aus.
Nenn mich {PERSON:Friederike}.
Setz Kaffee und Brot auf die Einkaufsliste.
Sag {PERSON:Henrike}, dass ich später komme.
Wie weit ist es bis nach {LOCATION:Hamburg}?

Wie hoch ist der Eiffelturm?
Bestell eine Pizza in die {ADDRESS:Gartenstraße siebzehn}.
Meine Nummer ist {PHONE_NUMBER:0176 482 13907}.
Wann fährt der nächste Bus?
Wie wird das Wetter am Wochenende in {LOCATION:Wilhelmshaven}?
Schreib {PERSON:Henrike}, dass das Essen fertig ist.
Mein Nachname ist {PERSON:Ostermann}.
Wecke mich um halb sieben.
Wie spät ist es in New York?"""
KS = (270e3, 0, 0, 35e3, 270e3, 0, 28e3, 0, 62e3, 0, 0, 0, 95e3, 0, 0, 270e3, 62e3, 4100, 0, 0)
POPULATION = 83_500_000


def heard(n: int, line: str) -> tuple[Transcript, tuple[Finding, ...]]:
    recording, text, findings = f"rec-{n:012x}", "", []
    for plain, entity_type, words in re.findall(r"([^{]*)(?:\{(\w+):([^}]*)\})?", line):
        text += plain
        if words:
            start, end = len(text), len(text) + len(words)
            name = f"{recording}-{start}-{end}-{entity_type}"
            findings.append(Finding(name, recording, entity_type, start, end, 0.85, "german", text=words))
            text += words
    return Transcript(recording, text, (), "de", 2.1 + len(text) / 20, "whisper-base@ab12cd34"), tuple(
        findings
    )


def fact(attribute: str, value: str, probability: float, *clips: int, subject: str = "speaker") -> Fact:
    recordings = tuple(f"rec-{n:012x}" for n in clips)
    return Fact(attribute, value, subject, probability, tuple(f"{r}-0-1-X" for r in recordings), recordings)  # type: ignore[arg-type]


def build(*, times: int = 1) -> Report:
    """`times` repeats the household's clips, for a large set."""
    clips = [heard(n, line) for n, line in enumerate(SAID.splitlines() * times, 1)]
    facts = (
        fact("first_name", "Friederike", 0.99, 7),
        fact("surname", "Ostermann", 0.9, 18),
        fact("place", "Wilhelmshaven", 0.72, 1, 5, 16),
        fact("partner_first_name", "Henrike", 0.97, 4, 9, 17, subject="partner"),
        fact("partner_sex", "f", 0.95, 4, subject="partner"),
        fact("street", "Gartenstraße", 0.68, 13),
        fact("phone", "017648213907", 0.5, 14),
        fact("other_place", "Hamburg", 0.2, 10),
    )
    exposures = [Exposure(k, 1 / k, ()) for k in (k or POPULATION for k in KS * times)]
    recordings = tuple(
        RecordingRisk(t.recording_id, e, e) for (t, _), e in zip(clips, exposures, strict=True)
    )
    profile = Profile("person-1", tuple(r.recording_id for r in recordings), facts)
    curve = tuple((n, 0.985 * (1 - (1 - n / 20) ** 2.6)) for n in range(1, 21))
    person = PersonRisk(
        profile,
        Exposure(1.02, 0.985, facts),
        Exposure(1.0, 0.995, facts),
        (("surname", 6.1), ("partner_first_name", 4.0), ("place", 2.3), ("first_name", 1.1), ("street", 0.4)),
        7,
        curve,
    )
    quiet = Profile("person-2", (), ())
    nobody = Exposure(POPULATION, 1 / POPULATION, ())
    risk = RiskReport(
        recordings,
        (person, PersonRisk(quiet, nobody, nobody, (), None)),
        SetRisk(0.985, 0.985, 0.9848, 0.5, 0.995, 0.995),
    )
    failures = (
        Failure("rec-0000000000ff", "decode", "no audio stream (container is text/plain); remove the file"),
    )
    return Report(
        risk,
        tuple(t for t, _ in clips),
        tuple(f for _, f in clips),
        failures,
        duplicates=1,
        config=Config().model_dump(),
        meta={"version": "0.1.0", "model": "whisper-base@ab12cd34", "created": "2026-11-23 05:30 UTC"},
    )


@pytest.fixture
def household() -> Report:
    return build()


@pytest.fixture
def large() -> Report:
    """As many clips as c't was sent."""
    return build(times=85)
