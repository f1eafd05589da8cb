"""Names to expect: heard by every engine, never invented, never shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pii_audio import plugins
from pii_audio.asr.reference import ReferenceTranscriber
from pii_audio.asr.whisper import CoreTranscriber
from pii_audio.config import Config, TranscribeConfig
from pii_audio.engine.batch import transcribe
from pii_audio.errors import ConfigError
from pii_audio.types import Window
from tests.asr.conftest import read

NAMES = ("Hannelore Wiechert", "Schwaneberg")
SAID = "Ruf bitte Frau Wiechert an und sag ihr, dass Schwaneberg heute zu ist."


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory, speak: Callable[..., Path]) -> Window:
    return Window("rec-1", 0.0, read(speak(tmp_path_factory.mktemp("names") / "clip.wav", SAID)))


@pytest.mark.parametrize("engine", ["core", "reference", "faster-whisper"])
def test_a_name_that_is_expected_is_heard(engine: str, window: Window) -> None:
    if engine == "faster-whisper":
        pytest.importorskip("faster_whisper")
    make = plugins.load("transcribers", engine)
    (plain,) = make(TranscribeConfig(engine=engine, device="cpu")).transcribe([window])
    (told,) = make(TranscribeConfig(engine=engine, device="cpu", hotwords=NAMES)).transcribe([window])
    assert "Wiechert" not in plain.text
    assert "Wiechert" in told.text
    assert "Schwaneberg" in told.text
    assert told.language == "de"


def test_a_prompt_is_token_for_token_the_reference(window: Window) -> None:
    config = TranscribeConfig(device="cpu", precision="float32", exact=True, hotwords=NAMES)
    core, reference = CoreTranscriber(config), ReferenceTranscriber(config)
    (spoken,) = transcribe(core._engine, [window.samples], full=True, doubtful=lambda _: False)
    expected, *_ = reference.decode(reference.log_mel(window.samples))
    assert spoken is not None
    assert list(spoken.decoded.tokens) == expected.tokens
    assert spoken.decoded.no_speech == pytest.approx(expected.no_speech_prob, abs=1e-3)


def test_a_name_that_is_expected_is_not_put_into_silence() -> None:
    core = CoreTranscriber(TranscribeConfig(device="cpu", hotwords=NAMES))
    noise = np.random.default_rng(1).normal(0, 0.01, 16_000 * 5).astype(np.float32)
    sounds = [np.zeros(16_000 * 5, np.float32), noise]
    assert [t.text for t in core.transcribe([Window("rec-1", 0.0, sound) for sound in sounds])] == ["", ""]


def test_too_many_names_are_refused() -> None:
    names = TranscribeConfig(hotwords=("Hannelore Wiechert",) * 60)
    with pytest.raises(ConfigError, match="Whisper takes 223; name fewer") as refused:
        CoreTranscriber(names)
    assert "Wiechert" not in str(refused.value)


def test_a_report_shows_how_many_names_are_expected_and_not_which() -> None:
    shown = Config(transcribe=TranscribeConfig(hotwords=NAMES)).shown()
    assert shown["transcribe"]["hotwords"] == 2
    assert shown["transcribe"]["model"] == "base"
