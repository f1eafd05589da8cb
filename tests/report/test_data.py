"""report.json has its documented shape, finite numbers, and no spoken word unless asked."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pii_audio.report import Report, report_json
from pii_audio.types import Exposure

SPOKEN = ("Friederike", "Ostermann", "Henrike", "Wilhelmshaven", "Gartenstraße", "13907")


def test_the_documented_shape(household: Report) -> None:
    data = report_json(household)
    assert data["schema"] == 1
    assert data["set"]["expected_identified"] == 0.985
    assert data["set"]["highest_risk"] == 0.985
    assert data["set"]["aggregation_gain"] == 0.9848
    assert len(data["recordings"]) == 20
    first = data["recordings"][0]
    assert first["id"] == "rec-000000000001"
    assert first["k"] == pytest.approx(1 / first["risk"]) == 270_000
    assert first["person"] == "person-1"
    assert first["findings"] == {"LOCATION": 1}
    person = data["persons"][0]
    assert (person["risk"], person["k"], person["clips_until_11"]) == (0.985, 1.02, 7)
    assert person["facts"][0]["attribute"] == "first_name"
    assert person["facts"][0]["recordings"] == ["rec-000000000007"]
    assert data["failures"] == [
        {
            "id": "rec-0000000000ff",
            "stage": "decode",
            "message": "no audio stream (container is text/plain); remove the file",
        }
    ]
    assert data["meta"]["model"] == "whisper-base@ab12cd34"
    assert data["findings"]["PERSON"] == 5


def test_values_stand_in_it_only_when_asked(household: Report) -> None:
    written = json.dumps(report_json(household, show_text=True), ensure_ascii=False)
    assert "Friederike" in written
    written = json.dumps(report_json(household, show_text=False), ensure_ascii=False)
    assert not [word for word in SPOKEN if word in written]
    assert "first_name" in written


def test_transcripts_are_never_part_of_it(household: Report) -> None:
    assert "Eiffelturm" not in json.dumps(report_json(household), ensure_ascii=False)


def test_infinity_and_nan_become_null(household: Report) -> None:
    first, *rest = household.risk.recordings
    odd = replace(first, public=Exposure(float("inf"), float("nan"), ()))
    report = replace(household, risk=replace(household.risk, recordings=(odd, *rest)))
    data = json.loads(json.dumps(report_json(report), allow_nan=False))
    assert data["recordings"][0]["k"] is None
    assert data["recordings"][0]["risk"] is None


def test_the_repr_holds_nothing_spoken(household: Report) -> None:
    assert not [word for word in SPOKEN if word in repr(household)]
