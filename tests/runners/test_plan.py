"""A plan from text to text: proposed, carried out, and the result scored again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pii_audio import Config, make_plan, run
from pii_audio.cli import app
from pii_audio.errors import PiiAudioError

SAID = [
    "Wie wird das Wetter morgen in Flensburg?",
    "Ruf meine Frau Henrike auf dem Handy an.",
    "Hallo, mein Name ist Wiebke Ostermann und ich möchte einen Termin.",
    "Meine Telefonnummer ist 0176 48213907, bitte rufen Sie zurück.",
    "Ich wohne in der Gutenbergstraße 112 in Flensburg.",
    "Ich arbeite als Lehrerin am Gymnasium und bin 43 Jahre alt.",
    "Stell den Timer auf zehn Minuten.",
    "Wie ist das Wetter in Flensburg am Wochenende?",
    "Schreib Wiebke, dass das Essen fertig ist.",
]


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    rows = [{"id": n, "language": "de", "text": text} for n, text in enumerate(SAID)]
    file = tmp_path / "lines.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def released(out: Path) -> str:
    return "\n".join(path.read_text() for path in sorted((out / "redacted").glob("*.txt")))


@pytest.mark.parametrize("target", [{"k": 11.0}, {"max_risk": 0.05}, {"k": 11.0, "by": "clips"}])
def test_what_is_released_by_a_plan_meets_its_target(
    lines: Path, tmp_path: Path, target: dict[str, float]
) -> None:
    out = tmp_path / "out"
    before = run([lines], out, Config())
    plan = make_plan(out, Config(), **target)  # type: ignore[arg-type]
    assert plan.reached
    assert (out / "plan.json").stat().st_mode & 0o777 == 0o600

    run([lines], out, Config(), release=True, plan=out / "plan.json")

    again = run([out / "redacted"], tmp_path / "again", Config())
    limit = target.get("max_risk", 0.1)
    assert before.risk.set.highest_risk > limit
    assert max(p.public.risk for p in again.risk.persons) <= limit
    assert min(p.public.k for p in again.risk.persons) >= target.get("k", 1)
    text = released(out)
    assert "48213907" not in text, "a number leads to one person: it always goes"
    assert "Lehrerin" in text or "43 Jahre" in text or target.get("by"), "what needs not go stays"
    assert 0 < plan.words < 0.65 * plan.of_words
    assert json.loads((out / "redacted" / "release.json").read_text())["redact"]["plan"]


def test_the_repeats_of_a_name_go_with_it(lines: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run([lines], out, Config())
    plan = make_plan(out, Config(), k=11)
    named = next(unit for unit in plan.units if "surname" in unit.name)
    assert len({finding.split("-")[1] for finding in named.findings}) == 2, "the bare first name goes too"
    run([lines], out, Config(), release=True, plan=out / "plan.json")
    assert "Wiebke" not in released(out)


def test_a_plan_for_other_recordings_is_refused(lines: Path, tmp_path: Path) -> None:
    run([lines], tmp_path / "out", Config())
    make_plan(tmp_path / "out", Config(), k=11)
    other = tmp_path / "other.jsonl"
    other.write_text('{"id": 1, "text": "Ruf Malte in Soest an."}\n')
    with pytest.raises(PiiAudioError, match="other findings"):
        run([other], tmp_path / "else", Config(), release=True, plan=tmp_path / "out" / "plan.json")
    assert not (tmp_path / "else" / "redacted").exists()


def test_the_command(lines: Path, tmp_path: Path) -> None:
    cli, out = CliRunner(), str(tmp_path / "out")
    assert cli.invoke(app, ["score", str(lines), "--out", out]).exit_code == 0
    result = cli.invoke(app, ["plan", out, "--k", "11"])
    assert result.exit_code == 0, result.output
    assert "million" in cli.invoke(app, ["plan", out, "--k", "1e6"]).output, (
        "a crowd is written as in the report"
    )
    assert "always go; of the rest" in " ".join(result.output.split())
    assert "surname" in result.stdout
    assert "Ostermann" not in result.output
    assert cli.invoke(app, ["plan", out]).exit_code == 2
    assert cli.invoke(app, ["plan", str(tmp_path), "--k", "11"]).exit_code == 2
    assert cli.invoke(app, ["plan", out, "--k", "1e12"]).exit_code == 1
