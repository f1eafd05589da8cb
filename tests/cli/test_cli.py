"""The command line as a user meets it: exit codes, errors that say what to do, and nothing said aloud."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pii_audio import Recording, decode, plugins
from pii_audio.asr.whisper import CoreTranscriber
from pii_audio.cli import app
from pii_audio.cli.options import configured
from pii_audio.config import TranscribeConfig
from pii_audio.errors import ConfigError
from pii_audio.types import Window

cli = CliRunner()


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    rows = [
        {"id": "one", "language": "de", "text": "Ruf meine Freundin Sandra in Flensburg an."},
        {"id": 2, "text": "My husband Peter lives in Leeds."},
        {"id": "clean", "language": "en", "text": "Set a timer for ten minutes."},
    ]
    file = tmp_path / "lines.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def test_find_writes_a_line_for_a_line(lines: Path, tmp_path: Path) -> None:
    out = tmp_path / "found.jsonl"
    result = cli.invoke(app, ["find", str(lines), "--out", str(out)])
    assert result.exit_code == 0, result.output
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["id"] for row in rows] == ["one", 2, "clean"]
    texts = [json.loads(line)["text"] for line in lines.read_text().splitlines()]
    found = [
        {(f["entity_type"], text[f["start"] : f["end"]]) for f in row["findings"]}
        for row, text in zip(rows, texts, strict=True)
    ]
    assert {("PARTNER", "meine Freundin"), ("PERSON", "Sandra"), ("LOCATION", "Flensburg")} == found[0]
    assert {("PARTNER", "My husband"), ("PERSON", "Peter"), ("LOCATION", "Leeds")} == found[1]
    assert found[2] == set()
    assert rows[0]["findings"][0].keys() == {"start", "end", "entity_type", "score"}
    assert out.stat().st_mode & 0o777 == 0o600


def test_find_reads_stdin_and_reports_bad_lines(lines: Path) -> None:
    text = lines.read_text() + 'nonsense\n{"id": 5}\n{"id": 6, "language": "fr", "text": "Bonjour"}\n[]\n'
    result = cli.invoke(app, ["find", "-", "--out", "-"], input=text)
    assert result.exit_code == 1
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert ["error" in row for row in rows] == [False, False, False, True, True, True, True]
    assert "'fr'" in rows[5]["error"]
    assert "Bonjour" not in result.output


def test_find_never_writes_over_what_it_reads(lines: Path) -> None:
    before = lines.read_bytes()
    result = cli.invoke(app, ["find", str(lines), "--out", str(lines)])
    assert result.exit_code == 2, result.output
    assert "--out: is the file that is read; choose another file" in result.stderr
    assert lines.read_bytes() == before


def test_half_a_character_in_an_id_comes_back(tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": "\\ud800", "language": "en", "text": "Set a timer."}\n')
    result = cli.invoke(app, ["find", str(source), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert json.loads(out.read_text())["id"] == "\ud800"


def test_find_survives_half_a_character() -> None:
    text = '{"id": "s", "language": "en", "text": "hi \\ud800 Peter"}\n'
    result = cli.invoke(app, ["find", "-", "--out", "-"], input=text)
    assert result.exit_code == 0, result.output
    (found,) = json.loads(result.stdout)["findings"]
    assert (found["entity_type"], found["start"], found["end"]) == ("PERSON", 5, 10)


def test_blanks_between_languages_are_no_part_of_them() -> None:
    settings = configured(None, "score.yaml", language="de, en")
    assert settings.transcribe.languages == ("de", "en")


def test_score_of_transcripts_needs_no_audio(lines: Path, tmp_path: Path) -> None:
    result = cli.invoke(app, ["score", str(lines), "--out", str(tmp_path / "out"), "--json"])
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert summary["recordings"] == 3
    assert 0 < summary["highest_risk"] <= 1
    assert (tmp_path / "out" / "report.html").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["score"], "Missing argument"),
        (["score", "x", "--out", "OUT", "--no-such-option"], "No such option"),
        (["score", "x", "--out", "OUT", "--config", "missing.yaml"], "cannot be read (No such file"),
        (["score", "x", "--out", "OUT", "--config", "MISSPELT"], "no such option, is it model?"),
        (
            ["score", "AUDIO", "--out", "OUT", "--engine", "warp"],
            "choose one of core, faster",
        ),
        (["score", "AUDIO", "--out", "OUT", "--model", "enormous"], "no such model"),
        (["score", "x", "--out", "OUT", "--model", "enormous"], "no such model"),
        (["redact", "x", "--out", "OUT", "--engine", "warp"], "choose one of core, faster"),
        (["score", "AUDIO", "--out", "OUT", "--language", "de,yue"], "this model has no 'yue'; it has af am"),
        (
            ["score", "AUDIO", "--out", "OUT", "--beam-size", "0"],
            "transcribe.beam_size: Input should be greater",
        ),
        (
            ["redact", "AUDIO", "--out", "OUT", "--beam-size", "99"],
            "transcribe.beam_size: Input should be less",
        ),
        (["score", "AUDIO", "--out", "AUDIO"], "cannot be written"),
        (["redact", "x", "--out", "OUT", "--audio", "music"], "redact.audio: Input should be 'beep'"),
        (["redact", "x", "--out", "OUT", "--operator", "blur"], "redact.operator: Input should be"),
        (["find", "missing.jsonl", "--out", "OUT"], "cannot be read"),
        (["models", "path", "enormous"], "no such model"),
        (["score", "x", "--out", ""], "an empty name; write . for the folder"),
        (["score", "", "--out", "OUT"], "an empty name"),
        (["redact", "x", "--out", "OUT", "--plan", ""], "an empty name"),
        (["verify", "", "--against", "OUT"], "an empty name"),
        (["compare", "x", ""], "an empty name"),
    ],
)
def test_usage_errors_exit_2_and_say_what_to_do(
    arguments: list[str], says: str, tmp_path: Path, speak: Callable[..., Path]
) -> None:
    misspelt = tmp_path / "recipe.yaml"
    misspelt.write_text("transcribe:\n  modell: base\n")
    audio = speak(tmp_path / "clip.wav", "Guten Morgen.")
    names = {"OUT": tmp_path / "out", "MISSPELT": misspelt, "AUDIO": audio}
    result = cli.invoke(app, [str(names.get(argument, argument)) for argument in arguments])
    assert result.exit_code == 2, result.output
    assert says in re.sub(r"\s+", " ", result.output)
    assert "Traceback" not in result.output


@pytest.mark.parametrize("engine", ["core", "reference", "faster-whisper"])
def test_a_language_that_the_model_lacks_is_a_wrong_option(engine: str) -> None:
    if engine == "faster-whisper":
        pytest.importorskip("faster_whisper")
    make = plugins.load("transcribers", engine)
    with pytest.raises(ConfigError, match=r"no 'yue'; it has af am .* zh; name one"):
        make(TranscribeConfig(engine=engine, device="cpu", languages=("yue",)))


def test_beams_from_the_command_line_to_the_transcript(tmp_path: Path, speak: Callable[..., Path]) -> None:
    clip = speak(tmp_path / "clip.wav", "Ruf meine Freundin Sandra in Flensburg an.")
    command = ["score", str(clip), "--out", str(tmp_path / "out"), "--beam-size", "3", "--json"]
    result = cli.invoke(app, command)
    assert result.exit_code == 0, result.output
    assert "beam_size&#34;: 3" in (tmp_path / "out" / "report.html").read_text()
    window = Window("rec-1", 0.0, decode(Recording("rec-1", "", clip)).samples)
    (expected,) = CoreTranscriber(TranscribeConfig(beam_size=3)).transcribe([window])
    (found,) = (tmp_path / "out" / "recordings").glob("*/transcript.json")
    assert json.loads(found.read_text())["text"] == expected.text
    assert "Sandra" in expected.text


def test_a_missing_recording_is_listed_and_exit_code_1(lines: Path, tmp_path: Path) -> None:
    missing = tmp_path / "Sandra Hartmann.wav"
    result = cli.invoke(app, ["score", str(lines), str(missing), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "input-" in result.stderr
    assert "no such file" in result.stderr.lower()
    assert "Hartmann" not in result.output


def test_models_are_listed_verified_and_found(capfd: pytest.CaptureFixture[str]) -> None:
    listed = cli.invoke(app, ["models", "list"])
    assert listed.exit_code == 0
    assert {"base", "large-v3", "turbo"} <= set(listed.stdout.split())
    verified = cli.invoke(app, ["models", "verify"])
    assert verified.exit_code == 0
    assert "ok" in verified.stdout.split()
    for name in ("base", "pii-tagger"):
        path = cli.invoke(app, ["models", "path", name])
        assert Path(path.stdout.strip()).is_file()


def test_nothing_that_was_said_or_named_gets_out(
    tmp_path: Path, speak: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    """The canary: a name spoken in a clip, and one in its file name, stand in no output, log or file name."""
    folder = tmp_path / "in"
    folder.mkdir()
    speak(folder / "Hildegunde.wav", "Ruf meine Freundin Sandra in Flensburg an.")
    (folder / "Hildegunde-broken.wav").write_text("Sandra Flensburg")
    out = tmp_path / "out"
    with caplog.at_level(logging.DEBUG):
        result = cli.invoke(app, ["redact", str(folder), "--out", str(out)])
    assert result.exit_code == 1, result.output
    heard = json.loads(next(out.glob("recordings/*/transcript.json")).read_text())["text"]
    assert "Sandra" in heard
    canaries = {"Hildegunde", *re.findall(r"\w{5,}", heard)}
    names = " ".join(str(path.relative_to(tmp_path)) for path in out.rglob("*"))
    for place in (result.output, caplog.text, names):
        assert not [canary for canary in canaries if canary.lower() in place.lower()]


def test_a_crash_is_one_line_without_what_was_said(tmp_path: Path) -> None:
    code = (
        "import pii_audio.pipeline as p, pii_audio.cli as c, sys\n"
        "def broken(transcripts, config): name = transcripts[0].text; raise RuntimeError(name)\n"
        "p.recognize = broken\n"
        f"sys.argv = ['pii-audio', 'find', {str(tmp_path / 'x.jsonl')!r}, '--out', '-']\n"
        "c.main()\n"
    )
    (tmp_path / "x.jsonl").write_text('{"id": 1, "language": "de", "text": "Sandra"}\n')
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 3
    assert re.fullmatch(
        r"pii-audio: unexpected RuntimeError in .*cli/sets.py:\d+, .*; please report it\n", result.stderr
    )
    assert "Sandra" not in result.stderr + result.stdout


@pytest.mark.parametrize("command", [["models"], ["--version"], ["find", "LINES", "--out", "-"]])
def test_what_cannot_be_printed_is_said(command: list[str], lines: Path) -> None:
    program = [sys.executable, "-m", "pii_audio", *(str(lines) if a == "LINES" else a for a in command)]
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(program, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert result.returncode == 2
    said = "pii-audio: cannot print: No space left on device; send the output elsewhere\n"
    assert result.stderr.endswith(said)
    assert "Traceback" not in result.stderr


def test_a_key_pressed_while_the_program_is_read_is_no_error(tmp_path: Path) -> None:
    code = (
        "import sys, signal, builtins\n"
        "from pii_audio.__main__ import main\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a job in the background ignores it
        "class Press:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'pii_audio.cli': signal.raise_signal(signal.SIGINT)\n"
        "sys.meta_path.insert(0, Press())\n"
        "main()\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (130, "pii-audio: stopped\n")


def test_a_summary_is_read_by_people(lines: Path, tmp_path: Path) -> None:
    result = cli.invoke(app, ["score", str(lines), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert re.search(r"highest expected risk +[\d.]+ %", result.stdout)
    assert "highest_risk" not in result.stdout
    assert "?" not in result.stderr, "a stage that has ended knows how long it was"


def test_what_a_killed_run_left_half_written_is_gone_after_the_next(lines: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    left = [out / ".writing-a", out / "recordings" / "rec-1" / ".writing-b"]
    left[1].parent.mkdir(parents=True)
    for path in left:
        path.write_text("what was said")
    assert cli.invoke(app, ["score", str(lines), "--out", str(out)]).exit_code == 0
    assert not any(path.exists() for path in left)


def test_what_nobody_could_read_leaves_an_earlier_result_alone(lines: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert cli.invoke(app, ["redact", str(lines), "--out", str(out)]).exit_code == 0
    before = {path: path.read_bytes() for path in out.rglob("*.*") if "ledger" not in path.name}
    result = cli.invoke(app, ["score", str(tmp_path / "typo.jsonl"), "--out", str(out)])
    assert result.exit_code == 2
    assert "input-1: there is no such file or folder; check the path" in result.stderr
    assert all(path.read_bytes() == data for path, data in before.items())
    assert cli.invoke(app, ["score", "typo.jsonl", "--out", str(tmp_path / "new")]).exit_code == 2
    assert not (tmp_path / "new").exists()


def test_a_folder_redacted_that_is_no_release_is_left_alone(lines: Path, tmp_path: Path) -> None:
    mine = tmp_path / "redacted" / "mine.wav"
    mine.parent.mkdir()
    mine.write_text("made by hand")
    for command in ("score", "redact"):
        result = cli.invoke(app, [command, str(lines), "--out", str(tmp_path)])
        assert result.exit_code == 2, result.output
        assert "--out: holds a folder `redacted` without release.json" in result.stderr
    assert mine.read_text() == "made by hand"
    assert not (tmp_path / "ledger.sqlite").exists()


def test_help_says_each_command_in_a_whole_sentence() -> None:
    for group in ([], ["models"], ["bench"]):
        shown = cli.invoke(app, [*group, "--help"], env={"COLUMNS": "80"}).stdout
        commands = shown.partition("Commands:")[2].splitlines()
        assert len(commands) > 1
        assert not [line for line in commands if line.endswith("...")]


def _redacted(out: Path) -> str:
    return " ".join(path.read_text() for path in sorted((out / "redacted").glob("*.txt")))


def test_the_vault_from_release_to_restore(
    lines: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PII_AUDIO_PASSPHRASE", "correct horse")
    out, vault = tmp_path / "out", tmp_path / "vault.pii"
    command = ["redact", str(lines), "--out", str(out), "--vault", str(vault), "--operator", "surrogate"]
    assert cli.invoke(app, command).exit_code == 0
    once = _redacted(out)
    assert "Sandra" not in once
    assert "Flensburg" not in once
    assert vault.stat().st_mode & 0o777 == 0o600
    assert cli.invoke(app, command).exit_code == 0
    assert _redacted(out) == once, "the same names again"

    back = tmp_path / "back"
    restore = ["restore", str(out / "redacted"), "--vault", str(vault), "--out", str(back)]
    assert cli.invoke(app, restore).exit_code == 0
    texts = {path.read_text().strip() for path in back.glob("*.txt")}
    assert texts == {json.loads(line)["text"] for line in lines.read_text().splitlines()}
    assert {path.stat().st_mode & 0o777 for path in back.iterdir()} == {0o600}

    assert cli.invoke(app, ["forget", "--vault", str(vault), "--person", "PERSON_1"]).exit_code == 0
    assert cli.invoke(app, restore).exit_code == 0
    said = " ".join(path.read_text() for path in back.glob("*.txt"))
    assert sum(name in said for name in ("Sandra", "Peter")) == 1

    monkeypatch.setenv("PII_AUDIO_PASSPHRASE", "wrong")
    for wrong in (restore, command, ["forget", "--vault", str(vault), "--person", "PERSON_2"]):
        result = cli.invoke(app, wrong)
        assert result.exit_code == 2, wrong
        assert "passphrase is wrong" in result.stderr


def test_what_is_encrypted_needs_only_the_passphrase(
    lines: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PII_AUDIO_PASSPHRASE", raising=False)
    out = tmp_path / "out"
    command = ["redact", str(lines), "--out", str(out), "--operator", "encrypt"]
    result = cli.invoke(app, command)
    assert result.exit_code == 2
    assert "needs a passphrase" in result.stderr
    monkeypatch.setenv("PII_AUDIO_PASSPHRASE", "correct horse")
    assert cli.invoke(app, command).exit_code == 0
    assert (out / "vault.pii").exists(), "a passphrase is enough for a vault"
    assert "Sandra" not in _redacted(out)
    back = ["restore", str(out / "redacted"), "--out", str(tmp_path / "back")]
    assert cli.invoke(app, back).exit_code == 0
    assert "Sandra in Flensburg" in " ".join(path.read_text() for path in (tmp_path / "back").glob("*.txt"))


def test_without_a_passphrase_there_is_no_vault(
    lines: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PII_AUDIO_PASSPHRASE", raising=False)
    out = tmp_path / "out"
    assert cli.invoke(app, ["redact", str(lines), "--out", str(out)]).exit_code == 0
    assert not (out / "vault.pii").exists()
    result = cli.invoke(app, ["redact", str(lines), "--out", str(out), "--vault", str(tmp_path / "v")])
    assert result.exit_code == 2
    assert "PII_AUDIO_PASSPHRASE" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["redact", "LINES", "--out", "OUT", "--vault", "OUT/redacted/vault.pii"], "handed on"),
        (["restore", "OUT", "--vault", "LINES", "--out", "BACK"], "no release.json"),
        (["restore", "RELEASE", "--vault", "missing", "--out", "BACK"], "no such file"),
        (["restore", "RELEASE", "--out", "BACK"], "no words of this release are encrypted"),
        (["restore", "RELEASE", "--vault", "LINES", "--out", "BACK"], "not a vault"),
        (["restore", "RELEASE", "--vault", "LINES", "--out", "RELEASE/back"], "handed on"),
        (["forget", "--vault", "missing", "--person", "PERSON_1"], "no such file"),
        (["forget", "--vault", "LINES"], "nothing to forget"),
    ],
)
def test_what_a_vault_cannot_do_is_said(
    arguments: list[str], says: str, lines: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PII_AUDIO_PASSPHRASE", raising=False)
    out = tmp_path / "out"
    assert cli.invoke(app, ["redact", str(lines), "--out", str(out)]).exit_code == 0
    monkeypatch.setenv("PII_AUDIO_PASSPHRASE", "correct horse")
    names = {"LINES": lines, "OUT": out, "RELEASE": out / "redacted", "BACK": tmp_path / "back"}
    for name, path in names.items():
        arguments = [re.sub(rf"^{name}(?=/|$)", str(path), argument) for argument in arguments]
    result = cli.invoke(app, arguments)
    assert result.exit_code == 2, result.output
    assert says in re.sub(r"\s+", " ", result.output)
    assert not (tmp_path / "back").exists()
    if arguments[0] != "redact" and says != "not a vault":
        monkeypatch.delenv("PII_AUDIO_PASSPHRASE")
        assert says in re.sub(r"\s+", " ", cli.invoke(app, arguments).output), (
            "before a passphrase is asked for"
        )


NESTED = '{"a":' * 5000 + "1" + "}" * 5000


def test_json_nested_without_end_is_a_bad_line_or_a_damaged_file(lines: Path, tmp_path: Path) -> None:
    with lines.open("a") as file:
        file.write(NESTED + "\n")
    found = cli.invoke(app, ["find", str(lines), "--out", str(tmp_path / "found.jsonl")])
    assert found.exit_code == 1
    assert "line-4" in found.output
    out = tmp_path / "out"
    assert cli.invoke(app, ["redact", str(lines), "--out", str(out)]).exit_code == 1
    commands = [
        (out / "documents.json", ["verify", str(out / "redacted"), "--against", str(out)], 1),
        (out / "plan.json", ["redact", str(lines), "--out", str(out), "--plan", str(out / "plan.json")], 2),
        (out / "redacted" / "release.json", ["verify", str(out / "redacted")], 2),
        (out / "report.json", ["compare", str(out), str(out)], 2),
        (out / "report.json", ["plan", str(out), "--k", "3"], 2),
    ]
    for path, command, code in commands:
        path.write_text(NESTED)
        result = cli.invoke(app, command)
        assert result.exit_code == code, (command, result.output)
        assert result.exception is None or isinstance(result.exception, SystemExit)
