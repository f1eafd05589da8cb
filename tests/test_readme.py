"""The README is true: its Python runs, its commands and options exist, its files are there."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from pii_audio.cli import app
from pii_audio.config import Config

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, re.DOTALL)
COMMANDS = [
    shlex.split(line, comments=True)
    for _, block in BLOCKS
    for line in block.replace("\\\n", " ").splitlines()
    if line.startswith("pii-audio ")
]


def test_python_runs(
    tmp_path: Path,
    speak: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recordings").mkdir()
    speak(tmp_path / "recordings" / "clip.wav", "Ruf meine Freundin Sandra an.")
    snippets = [block for kind, block in BLOCKS if kind == "python"]
    assert snippets
    for snippet in snippets:
        exec(compile(snippet, "README.md", "exec"), {})
    assert "'PERSON': 1" in capsys.readouterr().out
    assert (tmp_path / "out" / "redacted").is_dir()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_commands_and_options_exist(command: list[str]) -> None:
    words = [word for word in command[1:3] if not word.startswith("-") and word.isalpha()]
    path = words if words[0] in ("models", "bench") else words[:1]
    help_text = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "200"})
    assert help_text.exit_code == 0
    assert [word for word in command if word.startswith("--") and word not in help_text.output] == []


def test_make_targets_and_linked_files_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^make (\w+)", README, re.MULTILINE))
    assert {"setup", "demo", "test", "check", "bench"} <= targets
    assert [t for t in targets if not re.search(rf"^{t}:", makefile, re.MULTILINE)] == []
    assert [f for f in re.findall(r"\]\((?!http)([^)]+)\)", README) if not (ROOT / f).exists()] == []


@pytest.mark.parametrize("name", ["score", "release"])
def test_recipes_show_every_option(name: str) -> None:
    shown = yaml.safe_load((ROOT / "pipelines" / f"{name}.yaml").read_text(encoding="utf-8"))
    options = [(part, option) for part, known in Config().model_dump().items() for option in known]
    assert [(p, o) for p, o in options if o not in shown[p] and o not in UNSHOWN] == []
    Config.parse(shown)


UNSHOWN = {"recognizers"}  # entry points, for those who write plug-ins


RESULTS = ROOT / "benchmarks" / "results"
WHO = {
    "the same without the neural tagger": "ours-without-tagger",
    "Presidio as it comes": "presidio",
    "Rampart": "rampart",
}


def _percents(data: str, language: str, recognizer: str, results: list[dict[str, Any]]) -> list[str]:
    """Found / precision / false alarms in the three forms, as the README writes them."""
    own = {r["form"]: r["totals"] for r in results if (r["data"], r["language"], r["recognizer"]) == (
        data, language, recognizer)}  # fmt: skip
    figures = ("entity_recall", "precision", "false_alarms")
    return [
        " / ".join(f"{100 * own[form][name][0]:.0f}" for name in figures)
        for form in ("gold", "lower", "spoken")
    ]


def test_the_table_of_recognizers_is_that_of_the_results() -> None:
    results = json.loads((RESULTS / "recognizers-unread.json").read_text())["results"]
    table = README.partition("| found / precision")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in table.splitlines()[2:]]
    assert len(rows) == 8
    language = ""
    for name, *cells in rows:
        language = {"German": "de", "English": "en"}.get(name, language)
        assert cells == _percents("all", language, WHO.get(name, "ours"), results), name


def test_the_figures_of_spoken_pii_are_those_of_the_results() -> None:
    results = json.loads((RESULTS / "recognizers.json").read_text())["results"]
    said = re.sub(r"\s+", " ", README)
    for language in ("de", "en"):
        gold, lower, spoken = _percents("spoken-pii", language, "ours", results)
        assert f"{gold}, {lower} and {spoken}" in said
