"""What a verification hears goes from the next release."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pii_audio import Config, make_plan, run, verify
from pii_audio.redact.verify import Leak
from pii_audio.runners.proof import _said_there, prove
from pii_audio.types import Finding, Transcript, Word
from tests.runners.conftest import CALL, WEATHER, Speak


@pytest.fixture
def missed(tmp_path: Path, speak: Speak) -> Path:
    """A folder in which a town was not found; OUT lies in it, the clips beside."""
    (tmp_path / "clips").mkdir()
    speak(tmp_path / "clips" / "weather.wav", WEATHER)
    speak(tmp_path / "clips" / "call.wav", CALL)
    out = tmp_path / "out"
    for transcript in run([tmp_path / "clips"], out, Config()).transcripts:
        path = out / "recordings" / transcript.recording_id / "findings.json"
        data = json.loads(path.read_text())
        data["findings"] = [f for f in data["findings"] if f["entity_type"] != "LOCATION"]
        path.write_text(json.dumps(data))
    return tmp_path


def test_a_missed_town_is_heard_taken_out_and_not_heard_again(missed: Path) -> None:
    clips, out = [missed / "clips"], missed / "out"
    run(clips, out, Config(), release=True)
    before = verify(out / "redacted", Config(), against=out, out=missed)
    assert {"recognized"} <= {leak.kind for leak in before.leaks}
    assert any(leak.seconds for leak in before.leaks)
    outcome, certificate = prove(clips, out, Config())
    assert certificate.passed
    assert not outcome.failures
    assert certificate.removed == before.removed + 1
    [taken] = [f for found in outcome.findings for f in found if f.recognizer == "verify"]
    assert (taken.entity_type, "Flensburg" in taken.text) == ("LOCATION", True)
    assert not [p for p in (out / "redacted").glob("*.txt") if "Flensburg" in p.read_text()]


def test_what_no_plan_could_know_goes_and_what_it_leaves_stays(missed: Path) -> None:
    clips, out = [missed / "clips"], missed / "out"
    run(clips, out, Config())
    make_plan(out, Config(), k=2)
    plan = (out / "plan.json").rename(missed / "mine.json")
    before = plan.read_bytes()
    for _ in range(2):  # the plan knows as little the second time
        outcome, certificate = prove(clips, out, Config(), plan=plan)
        assert certificate.passed
        [taken] = [f for found in outcome.findings for f in found if f.recognizer == "verify"]
        assert "Flensburg" in taken.text
        assert certificate.removed == 1
        texts = " ".join(p.read_text() for p in (out / "redacted").glob("*.txt"))
        assert "Sandra" in texts
        assert "Flensburg" not in texts
    assert plan.read_bytes() == before
    run(clips, out, Config(), release=True, plan=plan)  # what was heard is gone for good
    assert "Flensburg" not in " ".join(p.read_text() for p in (out / "redacted").glob("*.txt"))
    assert verify(out / "redacted", Config(), against=out, out=missed, hear_again=False).passed


def test_what_was_found_already_is_not_found_again() -> None:
    words = tuple(Word(5 * n, 5 * n + 4, n / 2, n / 2 + 0.5, 0.9, "de") for n in range(4))
    said = Transcript("rec-1", "Anna Bert Carl Dora", words, "de")
    known = [Finding("f", "rec-1", "PERSON", 5, 9, 0.9, "people", text="Bert")]
    leak = Leak("heard", "heard", "", "rec-1", "PERSON", None, (0.1, 1.9))
    found = [(f.start, f.end, f.text) for f in _said_there(said, leak, known)]
    assert found == [(0, 4, "Anna"), (10, 19, "Carl Dora")]


def test_what_recognizers_find_in_a_text_goes_too(tmp_path: Path) -> None:
    """With one half of a public figure's name gone, the other looks like anybody's."""
    said = ["Something calm by Norah Jones.", "My name is Emily Jones.", "Set a timer for ten minutes."]
    lines, out = tmp_path / "lines.jsonl", tmp_path / "out"
    lines.write_text("".join(json.dumps({"text": text, "language": "en"}) + "\n" for text in said))
    run([lines], out, Config(), release=True)
    assert [leak.detail for leak in verify(out / "redacted", Config(), against=out).leaks] == ["Norah"]
    outcome, certificate = prove([lines], out, Config())
    assert certificate.passed
    assert not outcome.failures
    texts = {path.read_text().strip() for path in (out / "redacted").glob("*.txt")}
    assert "Set a timer for ten minutes." in texts
    assert "Norah" not in " ".join(texts)
