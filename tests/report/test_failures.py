"""Whatever can stand in the report's table of failures has a German sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import pii_audio
from pii_audio.report import Report
from pii_audio.report.failures import GERMAN, STAGES, message, stage
from pii_audio.report.html import render
from pii_audio.types import Failure

ROOT = Path(pii_audio.__file__).parent
FILES = [
    "archive.py",
    "decoder.py",
    "pipeline.py",
    "types.py",
    "runners/transcripts.py",
    "runners/exports.py",
]
FILES += [f"formats/{name}.py" for name in ("ctm", "cues", "documents", "srt", "timing", "tsv")]
SAYING = {"AudioError", "FormatError", "InputError", "failure"}  # who, what, what to do
NAMES = {"what", "todo", "wrong", "_CONVERT", "_SHAPES"}


def sentences() -> Iterator[tuple[str, str]]:
    """(file, sentence) of each error and failure in rooms whose errors become failures of recordings."""
    for path in [*(ROOT / name for name in FILES), *ROOT.glob("audio/*.py"), *ROOT.glob("sources/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            said: list[ast.expr] = []
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING:
                said = node.args[1:3]
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                said = [node.value] if node.targets[0].id in NAMES else []
            elif isinstance(node, ast.FunctionDef) and node.name == "_wrong":
                said = [n.value for n in ast.walk(node) if isinstance(n, ast.Return) and n.value]
            for part in [text for one in said for text in written(one)]:
                yield path.name, part


def written(node: ast.expr) -> Iterator[str]:
    """Its sentences, with {} for what varies."""
    if isinstance(node, ast.BoolOp | ast.IfExp):
        parts = node.values if isinstance(node, ast.BoolOp) else [node.body, node.orelse]
        yield from (text for part in parts for text in written(part))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from filter(None, node.value.split("; "))
    elif isinstance(node, ast.JoinedStr):
        whole = "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values)
        yield from (text for text in whole.split("; ") if text.strip("{}"))


def test_every_sentence_has_a_german_one() -> None:
    said = list(sentences())
    assert len(said) > 80
    english = {(name, s) for name, s in said if message(s.replace("{}", "7"), "de") == s.replace("{}", "7")}
    assert not english


def test_the_same_gaps_in_both_languages() -> None:
    assert [e for e, g in GERMAN.items() if e.count("{}") != g.count("{}")] == []


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("cut off or damaged: 1.5 of 9.0 s decode; copy it again, or convert what is there",
         "abgeschnitten oder beschädigt: 1,5 von 9,0 s dekodieren; "
         "kopieren Sie sie noch einmal, oder wandeln Sie um, was da ist"),
        ("'fr': in a language without recognizers", "'fr': in einer Sprache ohne Erkenner"),
        ("line 3: not valid JSON; write it again", "Zeile 3: kein gültiges JSON; schreiben Sie sie neu"),
        ("what nobody has put into German", "what nobody has put into German"),
    ],
)  # fmt: skip
def test_place_cause_and_advice(english: str, german: str) -> None:
    assert message(english, "de") == german
    assert message(english, "en") == english


def test_every_stage_has_a_name() -> None:
    files = "".join(path.read_text() for path in ROOT.rglob("*.py"))
    used = set(re.findall(r'Failure\([^()]*?, "(\w+)", ', files))
    assert {"decode", "redact", "find"} <= used <= STAGES.keys()
    assert stage("decode", "en") == "decode"


def test_the_german_page_says_it_in_german(household: Report) -> None:
    failed = Failure("rec-1", "decode", "the file is empty; copy it again or remove it")
    page = render(replace(household, failures=(failed,)), show_text=False, language="de")
    assert "die Datei ist leer; kopieren Sie sie noch einmal oder entfernen Sie sie" in page
    assert "<td>Dekodieren</td>" in page
    assert "the file is empty" in render(replace(household, failures=(failed,)), show_text=False)
