"""A finding is believed by how many false alarms a set of that size would give."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from pii_audio.config import Config
from pii_audio.pipeline import recognize, score
from pii_audio.risk.trust import kind_of, measured, trust
from pii_audio.types import Finding, Recording, Subject, Transcript
from tests.conftest import shared


def said(number: int, value: str, reason: str = "listed name", subject: Subject = "other") -> Finding:
    clip = f"rec-{number:012x}"
    return Finding(f"{clip}-0-1-PERSON", clip, "PERSON", 0, 1, 0.85, "people", subject, value, value, reason)


def clips(findings: list[Finding], number: int) -> list[list[Finding]]:
    return [[f] for f in findings] + [[] for _ in range(number - len(findings))]


def test_the_same_findings_weigh_less_in_many_clips() -> None:
    names = [said(i, name) for i, name in enumerate(["Malte", "Anna", "Jonas", "Petra"])]
    kind = kind_of(names[0])
    factors = [trust(clips(names, number)).of({kind}, 1) for number in (4, 20, 200, 1_700)]
    assert factors[:2] == [1.0, 1.0]
    assert factors == sorted(factors, reverse=True)
    assert factors[-1] < 0.01


def test_what_is_hardly_ever_a_false_alarm_is_doubted_least() -> None:
    own, listed = said(0, "Tobias", "self-naming", "speaker"), said(1, "Malte")
    believed = trust(clips([own, listed], 1_700))
    assert believed.of({kind_of(own)}, 1) > 10 * believed.of({kind_of(listed)}, 1)
    assert trust([[own]]).of({kind_of(own)}, 1) == 1.0


def test_what_is_said_again_weighs_more_than_what_is_said_once() -> None:
    names = [said(i, name) for i, name in enumerate(["Malte", "Anna", "Jonas", "Petra"])]
    believed, kinds = trust(clips(names, 1_700)), {kind_of(names[0])}
    assert believed.of(kinds, 3) > 5 * believed.of(kinds, 1)
    assert trust(clips(names, 4)).of(kinds, 1) == 1.0  # not where there are few clips to say it in


def test_more_than_false_alarms_would_give_is_believed() -> None:
    contacts = [said(i, f"name {i}") for i in range(150)]
    assert trust(clips(contacts, 1_700)).of({kind_of(contacts[0])}, 1) == 1.0


def test_a_kind_that_nobody_measured_takes_its_type_and_subject() -> None:
    table = measured()
    assert table.rate("PERSON/other/of tomorrow") > table.rate("PERSON/other/listed name")
    assert table.rate("AGE/partner/of tomorrow") == pytest.approx(0.5 / table.clips)


def test_the_table_is_of_the_recognizers_in_use() -> None:
    """After a change of the recognizers: python benchmarks/false_alarms.py"""
    table = json.loads(files("pii_audio.risk").joinpath("data", "false_alarms.json").read_text("utf-8"))
    assert table["recognizers"] == list(Config().recognize.recognizers)


def test_timers_and_quiz_questions_by_the_hundred_are_harmless() -> None:
    import lzma

    packed = (shared("ner", "massive-de") / "dev.txt.xz").read_bytes()
    about = {"person", "relation", "place_name", "email_address", "business_name", "date"}
    texts = []
    for block in lzma.decompress(packed).decode().split("\n\n"):
        pairs = [line.split("\t") for line in block.splitlines() if "\t" in line]
        if pairs and not about & {slot for _, slot in pairs}:
            texts.append(" ".join(token for token, _ in pairs))
    transcripts = [Transcript(f"rec-{i:012x}", text, (), "de") for i, text in enumerate(texts)]
    findings = recognize(transcripts, Config())
    recordings = [Recording(t.recording_id, t.recording_id, Path("x"), household="home") for t in transcripts]
    assert sum(map(len, findings)) > 5  # false alarms there are
    assert score(recordings, findings, Config()).set.expected_identified < 0.01
