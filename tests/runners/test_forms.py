"""A transcript leaves in the form it came in, redacted throughout; findings go to other tools, in private."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pii_audio import Config, run
from pii_audio.cli import app
from pii_audio.formats import srt, whisper_json

WHISPER = {
    "text": " Ruf meine Freundin Sandra in Flensburg an.",
    "segments": [
        {
            "id": 0,
            "start": 0.0,
            "end": 3.0,
            "text": " Ruf meine Freundin Sandra in Flensburg an.",
            "tokens": [50364, 9083, 7153],
            "prompt": "Sandra",
        }
    ],
    "initial_prompt": "Gespräch mit Sandra aus Flensburg",
    "summary": "Sandra soll angerufen werden",
    "language": "de",
}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("transcripts")
    (folder / "a.json").write_text(json.dumps(WHISPER))
    (folder / "b.srt").write_text("1\n00:00:00,500 --> 00:00:02,500\nIch heiße Tobias Hartmann.\n")
    config = Config.parse({"redact": {"formats": ["txt", "ctm", "parquet", "jsonl"]}})
    outcome = run([folder], folder / "out", config, release=True)
    assert outcome.failures == ()
    return folder / "out"


def test_the_release_has_the_forms_asked_for_and_the_source_s_own(out: Path) -> None:
    files = {path.name for path in (out / "redacted").iterdir()}
    endings = sorted(name.split(".", 1)[1] for name in files if name.startswith("rec-"))
    assert endings == ["ctm", "ctm", "srt", "txt", "txt", "whisper.json"]
    assert {"transcripts.parquet", "transcripts.jsonl"} <= files
    listed = json.loads((out / "redacted" / "release.json").read_text())
    assert set(listed["files"]) == {"transcripts.parquet", "transcripts.jsonl"}
    assert files == {"release.json", *listed["files"], *(n for r in listed["recordings"] for n in r["files"])}


def test_no_field_of_it_says_the_words_again(out: Path) -> None:
    for path in (out / "redacted").iterdir():
        held = path.read_bytes().decode("utf-8", "replace")
        assert not [name for name in ("Sandra", "Flensburg", "Hartmann", "Tobias") if name in held], path.name
    data = json.loads(next((out / "redacted").glob("*.whisper.json")).read_text())
    assert set(data) == {"text", "segments", "language"}
    assert "tokens" not in data["segments"][0]
    assert "<PERSON_" in whisper_json.read(data, "rec-1").text
    subtitles = next((out / "redacted").glob("*.srt")).read_text()
    assert "Ich heiße <PERSON_1>" in srt.read(subtitles, "rec-1").text


def test_findings_are_exported_for_review(out: Path) -> None:
    done = CliRunner().invoke(app, ["export", str(out), "--format", "label-studio,presidio,rttm"])
    assert done.exit_code == 0, done.output
    assert "Sandra" not in done.output
    tasks = json.loads((out / "export" / "label-studio.json").read_text())
    texts = {r["value"]["text"] for task in tasks for p in task["predictions"] for r in p["result"]}
    assert {"Sandra", "Flensburg"} <= texts
    names = {path.name.split(".", 1)[1] for path in (out / "export").iterdir()}
    assert names == {"json", "xml", "presidio.json", "rttm"}
    assert {path.stat().st_mode & 0o777 for path in (out / "export").iterdir()} == {0o600}
    for wrong in (["export", str(out), "--format", "word"], ["export", str(out / "x"), "--format", "srt"]):
        assert CliRunner().invoke(app, wrong).exit_code == 2
