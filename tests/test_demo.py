"""The demo tells the story: no clip says who they are, the set does."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from pii_audio.cli import app
from pii_audio.demo import HOUSEHOLD


def test_the_set_says_what_no_clip_says(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["demo", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert str(tmp_path / "result" / "report.html") in result.output.replace("\n", "")
    report = json.loads((tmp_path / "result" / "report.json").read_text())
    assert len(report["recordings"]) == len(HOUSEHOLD)
    assert len(report["persons"]) == 1
    assert max(recording["risk"] for recording in report["recordings"]) < 0.05
    assert report["set"]["aggregation_gain"] > 0.5
    clips = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "clips").iterdir()}
    assert CliRunner().invoke(app, ["demo", "--out", str(tmp_path)]).exit_code == 0
    assert clips == {path.name: path.stat().st_mtime_ns for path in (tmp_path / "clips").iterdir()}
