"""Releases of text alone, in every form and with every operator: what the release wrote itself is no leak."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pii_audio import Config, make_plan, run, verify
from pii_audio.redact.vault import Lock

SAID = [
    "Hallo, mein Name ist Wiebke Ostermann und ich möchte einen Termin.",
    "Meine Telefonnummer ist 0176 48213907, bitte rufen Sie zurück.",
    "Ruf meine Frau Henrike auf dem Handy an.",
    "Ich wohne in der Gutenbergstraße 112 in Flensburg.",
    "Stell den Timer auf zehn Minuten.",
    "Beim Bäcker war im Sommer viel los, sagt Herr Bäcker.",
]
FORMS = [
    *("txt", "json", "srt", "vtt", "tsv", "ctm", "rttm", "whisper", "verbose_json", "whisperx", "presidio"),
    *("jsonl", "parquet", "label-studio"),
]


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    file = tmp_path / "lines.jsonl"
    rows = [{"id": n, "language": "de", "text": text} for n, text in enumerate(SAID)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def released(lines: Path, out: Path, operator: str, **redact: object) -> Path:
    config = Config.parse({"redact": {"operator": operator, "formats": FORMS, **redact}})
    assert run([lines], out, config, release=True).failures == ()
    return out / "redacted"


@pytest.mark.parametrize("operator", ["placeholder", "pseudonym", "surrogate", "mask", "hash", "remove"])
def test_a_clean_release_passes_whatever_stands_for_the_words(
    lines: Path, tmp_path: Path, operator: str
) -> None:
    out = tmp_path / "out"
    release = released(lines, out, operator)
    assert verify(release, Config(), against=out, out=tmp_path).leaks == ()
    alone = verify(release, Config(), out=tmp_path)
    assert alone.leaks == ()
    assert not [what for what in alone.checks if "heard" in what], "there is no sound to hear"
    assert bool(alone.doubts) == (operator == "surrogate"), "a name may be a surrogate: nobody can tell"


def test_what_is_encrypted_is_no_leak_and_a_name_beside_it_is(lines: Path, tmp_path: Path) -> None:
    out, config = tmp_path / "out", Config.parse({"redact": {"operator": "encrypt"}})
    run([lines], out, config, release=True, vault=Lock(tmp_path / "vault.pii", "correct horse"))
    assert verify(out / "redacted", Config(), against=out, out=tmp_path).leaks == ()
    assert verify(out / "redacted", Config(), out=tmp_path).leaks == ()
    file = next(f for f in (out / "redacted").glob("*.txt") if "Timer" in f.read_text())
    file.write_text(file.read_text().replace("Timer", "Timer für Ostermann"))
    kinds = {leak.kind for leak in verify(out / "redacted", Config(), against=out, out=tmp_path).leaks}
    assert {"changed", "text", "disagreement"} <= kinds


@pytest.mark.parametrize("name", ["label-studio.json", "transcripts.jsonl"])
def test_a_name_among_surrogates_is_found(lines: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    file = released(lines, out, "surrogate") / name
    file.write_text(file.read_text().replace("Timer", "Timer für Ostermann"))
    kinds = {leak.kind for leak in verify(out / "redacted", Config(), against=out, out=tmp_path).leaks}
    assert {"changed", "text"} <= kinds


def test_what_was_kept_on_purpose_is_no_leak(lines: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    release = released(lines, out, "placeholder", per_entity={"LOCATION": "keep", "ADDRESS": "keep"})
    assert verify(release, Config(), against=out, out=tmp_path).leaks == ()


def test_what_a_plan_leaves_is_no_leak(lines: Path, tmp_path: Path) -> None:
    """The town of a street that goes may stay where it is asked for alone."""
    lines.write_text(
        lines.read_text() + '{"id": 9, "language": "de", "text": "Wie ist das Wetter in Flensburg?"}\n'
    )
    out = tmp_path / "out"
    run([lines], out, Config())
    plan = make_plan(out, Config(), k=11)
    run([lines], out, Config(), release=True, plan=out / "plan.json")
    assert 0 < len(plan.findings) < plan.of_findings
    assert verify(out / "redacted", Config(), against=out, out=tmp_path).leaks == ()


@pytest.mark.parametrize("content", [None, "", "[]", '{"written": []}', '{"findings": [{}]'])
def test_a_damaged_list_of_what_went_from_tables_is_said_and_fails(
    lines: Path, tmp_path: Path, content: str | None
) -> None:
    out = tmp_path / "out"
    release = released(lines, out, "placeholder")
    (out / "documents.json").unlink() if content is None else (out / "documents.json").write_text(content)
    certificate = verify(release, Config(), against=out, out=tmp_path, language="de")
    [leak] = certificate.leaks
    assert (leak.kind, leak.file) == ("unreadable", "documents.json")
    assert "redact again" in leak.what
    assert "fehlt in OUT oder ist beschädigt" in (tmp_path / "certificate.html").read_text()


def test_nouns_and_numbers_of_others_are_no_leaks(tmp_path: Path) -> None:
    """As redaction has it: what was a name, or an age, in one clip is none in every other."""
    said = [
        "Meine Frau Linde kommt um acht.",
        "Die Linde vorm Haus muss geschnitten werden.",
        "Meine Tochter ist neunzehn Jahre alt.",
        "Stell die Heizung auf neunzehn Grad.",
    ]
    file, out = tmp_path / "lines.jsonl", tmp_path / "out"
    rows = [{"id": n, "language": "de", "text": text} for n, text in enumerate(said)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    run([file], out, Config(), release=True)
    texts = {path: path.read_text() for path in (out / "redacted").glob("*.txt")}
    assert {"Die Linde vorm Haus muss geschnitten werden.", "Stell die Heizung auf neunzehn Grad."} <= {
        text.strip() for text in texts.values()
    }
    assert verify(out / "redacted", Config(), against=out, out=tmp_path).leaks == ()
    own = next(path for path, text in texts.items() if "kommt um" in text)
    own.write_text(own.read_text().replace("acht", "acht, die Linde"))
    assert "text" in {
        leak.kind for leak in verify(out / "redacted", Config(), against=out, out=tmp_path).leaks
    }
