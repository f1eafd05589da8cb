"""Two output folders side by side, made by real runs over transcripts: no audio is needed for that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from pii_audio import Config, Outcome, compare_outputs, run
from pii_audio.cli import app
from pii_audio.errors import InputError
from pii_audio.report.compare import Comparison, Person, Row, figure, render_comparison
from pii_audio.report.words import Words

SAID = (
    "Wie wird das Wetter morgen in Flensburg?",
    "Ruf meine Freundin Sandra an.",
    "Ich heiße Tobias.",
    "Mein Nachname ist Hartmann.",
    "Regnet es heute in Flensburg?",
    "Stell den Timer auf zwölf Minuten.",
)
WORDS = ("Flensburg", "Sandra", "Tobias", "Hartmann")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("home")
    lines = [json.dumps({"id": str(i), "language": "de", "text": text}) for i, text in enumerate(SAID)]
    (folder / "said.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return run([folder / "said.jsonl"], folder / "out", Config(), release=True)


@pytest.fixture(scope="module")
def redacted(whole: Outcome, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return run([whole.out / "redacted"], tmp_path_factory.mktemp("again"), Config())


def test_redaction_is_seen_in_the_comparison(whole: Outcome, redacted: Outcome, tmp_path: Path) -> None:
    page = tmp_path / "compare.html"
    comparison = compare_outputs(whole.out, redacted.out, page=page, language="de")
    figures = {row.name: row for row in comparison.figures}
    assert figures["recordings"].before == figures["recordings"].after == len(SAID)
    assert figures["highest_risk"].before is not None
    assert figures["highest_risk"].before > 0.2
    assert figures["highest_risk"].after is not None
    assert figures["highest_risk"].after < 1e-4
    assert set(comparison.persons[0].gone) >= {"first_name", "surname", "partner_first_name"}
    assert comparison.persons[0].new == ()
    written = page.read_text(encoding="utf-8")
    assert not [word for word in WORDS if word in written + json.dumps(comparison.as_json())]
    assert "<script" not in written
    assert "http:" not in written
    assert "https:" not in written


def test_people_identified_at_most_are_not_rounded_to_none() -> None:
    row = Row("upper_identified", 0.42, 1.0)
    assert figure(row, row.before, Words("de")) == "0,42"


def test_a_gain_is_in_points_and_facts_of_a_kind_are_counted() -> None:
    gain = Row("aggregation_gain", 0.493, None)
    assert figure(gain, gain.before, Words("en")) == "+49"
    kinds = ("household_first_name", "household_first_name", "surname")
    person = Person("person-1", None, Row("risk", 0.9, None), Row("k", 1.1, None), kinds, ())
    page = render_comparison(Comparison((gain,), (), (person,), 0))
    assert page.count("relative's first name") + page.count("relative&#39;s first name") == 1
    assert "first name ×2</span>" in page
    assert "Highest expected risk" not in page


def test_a_set_beside_itself_has_no_change(whole: Outcome) -> None:
    comparison = compare_outputs(whole.out, whole.out)
    assert comparison.recordings_shared == len(SAID)
    assert {row.change for row in (*comparison.figures, *comparison.findings)} <= {0, None}
    assert [(p.before == p.after, p.gone, p.new) for p in comparison.persons] == [(True, (), ())]


def test_the_command_prints_a_table_or_json(whole: Outcome, redacted: Outcome) -> None:
    outs = [str(whole.out), str(redacted.out)]
    table = CliRunner().invoke(app, ["compare", *outs])
    assert table.exit_code == 0, table.output
    assert "highest expected risk" in table.output
    told = json.loads(CliRunner().invoke(app, ["compare", *outs, "--json"]).output)
    assert told["persons"][0]["gone"]
    assert not [word for word in WORDS if word in table.output]


def test_a_folder_without_a_report_is_a_usage_error(whole: Outcome, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="OUT2"):
        compare_outputs(whole.out, tmp_path)
    (tmp_path / "report.json").write_text('{"schema": 1}')
    with pytest.raises(InputError, match="another version"):
        compare_outputs(tmp_path, whole.out)
    assert CliRunner().invoke(app, ["compare", str(whole.out), str(tmp_path)]).exit_code == 2


def test_what_a_run_writes_keeps_to_the_schema(whole: Outcome, redacted: Outcome) -> None:
    schema = Path(__file__).parents[2] / "docs" / "report.schema.json"
    validator = Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
    for outcome in (whole, redacted):
        report = json.loads((outcome.out / "report.json").read_text(encoding="utf-8"))
        assert [error.message for error in validator.iter_errors(report)] == []


def test_what_is_left_after_redaction_stands_in_the_report(whole: Outcome, redacted: Outcome) -> None:
    report = json.loads((whole.out / "report.json").read_text(encoding="utf-8"))
    left, before = report["set"]["residual"]["highest_risk"], report["set"]["highest_risk"]
    assert 0 < left < before / 2
    assert 0 <= report["set"]["upper_identified"] <= report["set"]["persons"]
    assert report["persons"][0]["residual"]["risk"] == pytest.approx(left)
    assert "After redaction" in (whole.out / "report-without-text.html").read_text(encoding="utf-8")
    again = json.loads((redacted.out / "report.json").read_text(encoding="utf-8"))
    assert again["set"]["residual"] is None
