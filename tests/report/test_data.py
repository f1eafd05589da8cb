"""report.json has its documented shape, finite numbers, and no spoken word unless asked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pii_audio.report import Report, report_json
from pii_audio.types import Exposure

SPOKEN = ("Friederike", "Ostermann", "Henrike", "Wilhelmshaven", "Gartenstraße", "13907")


def test_the_documented_shape(household: Report) -> None:
    data = report_json(household)
    assert data["schema"] == 3
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


SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"


@pytest.mark.parametrize("show_text", [True, False])
def test_it_keeps_to_its_schema(household: Report, *, show_text: bool) -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    person, *rest = household.risk.persons
    left = Exposure(40_000, 0.0001, ())
    redacted = replace(
        household,
        risk=replace(
            household.risk,
            persons=(replace(person, residual=left, residual_register=left, upper=0.99), *rest),
            set=replace(
                household.risk.set,
                residual_expected_identified=0.1,
                residual_highest_risk=0.1,
                residual_register_highest_risk=0.2,
            ),
        ),
    )
    validator = Draft202012Validator(schema)
    for report in (household, redacted):
        data = json.loads(json.dumps(report_json(report, show_text=show_text)))
        assert [error.message for error in validator.iter_errors(data)] == []
    assert [*validator.iter_errors({**data, "more": 1})]  # nothing is in it that is not described


def test_three_questions_have_figures(household: Report) -> None:
    answers = report_json(household)["wp216"]
    assert answers["persons_below_11"] == 1
    assert answers["facts_in_several_clips"] == 2  # the home and the partner's name
    assert answers["linked_recordings"] == 6
    assert answers["facts_likely"] == 6
    assert answers["facts_inferred"] == 1


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
