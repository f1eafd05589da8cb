"""Recordings that alone sound like English, among German ones: real commands of one second."""

from __future__ import annotations

from pathlib import Path

import pytest

from pii_audio import Config, Outcome, run
from pii_audio.config import TranscribeConfig
from pii_audio.runners.watch import Silent

DOUBTFUL = tuple(f"speech-to-phrase-de-00{n}.wav" for n in (2, 7, 9))


class Stages(Silent):
    def __init__(self) -> None:
        self.begun: dict[str, int | None] = {}

    def start(self, stage: str, total: int | None) -> None:
        self.begun[stage] = total


@pytest.fixture(scope="module")
def clips(speech_folder: Path) -> list[Path]:
    german = sorted(p for p in speech_folder.iterdir() if "-de-" in p.name and "fleurs" not in p.name)
    assert {path.name for path in german} > {*DOUBTFUL}
    return german


def languages(outcome: Outcome) -> dict[str, str]:
    pairs = zip(outcome.recordings, outcome.transcripts, strict=True)
    return {recording.path.name: transcript.language for recording, transcript in pairs}


def test_in_doubt_a_set_is_in_one_language(clips: list[Path], tmp_path: Path) -> None:
    alone = Config(transcribe=TranscribeConfig(set_language=False))
    before = languages(run(clips, tmp_path / "alone", alone))
    assert [before[name] for name in DOUBTFUL] == ["en"] * 3
    first, second = Stages(), Stages()
    after = run(clips, tmp_path / "out", Config(), watch=first)
    assert [languages(after)[name] for name in DOUBTFUL] == ["de"] * 3
    assert {code for name, code in languages(after).items() if before[name] == "de"} == {"de"}
    assert 2 <= (first.begun["hear in the language of the set"] or 0) < len(clips) / 3

    again = run(clips, tmp_path / "out", Config(), watch=second)
    assert "hear in the language of the set" not in second.begun
    assert again.resumed == len(clips)
    assert again.transcripts == after.transcripts


def test_few_recordings_are_heard_each_on_its_own(clips: list[Path], tmp_path: Path) -> None:
    few = [path for path in clips if path.name in DOUBTFUL]
    assert set(languages(run(few, tmp_path, Config())).values()) == {"en"}
