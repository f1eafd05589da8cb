"""What every test may use: the shared data, where it is there, and a cache of converted weights."""

from __future__ import annotations

import os
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("PII_AUDIO_SHARED", Path(__file__).parents[2] / "shared"))


def shared(*parts: str) -> Path:
    """A file or folder of the shared development data; skips the test where it is absent."""
    path = SHARED.joinpath("data", *parts)
    if not path.exists():
        pytest.skip(f"the shared data folder is not here: {'/'.join(parts)}")
    return path


@pytest.fixture(scope="session")
def speech_folder() -> Path:
    return shared("speech")


@pytest.fixture(scope="session")
def data_root() -> Path:
    """Where the corpora lie, as `--data-root` wants it."""
    return shared("ner").parent


@pytest.fixture(scope="session")
def speak() -> Callable[..., Path]:
    """Say a text into a wav file, 16 kHz mono: `speak(path, text, voice="de-DE", speed=1.0, pitch=1.0)`."""
    from py_nanotts import NanoTTS

    tts = NanoTTS()

    def say(path: Path, text: str, *, voice: str = "de-DE", speed: float = 1.0, pitch: float = 1.0) -> Path:
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(16_000)
            file.writeframes(tts.speak(text, voice=voice, speed=speed, pitch=pitch))
        return path

    return say


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not any(item.get_closest_marker("cuda") for item in items):
        return
    import torch

    if not torch.cuda.is_available():
        for item in items:
            if item.get_closest_marker("cuda"):
                item.add_marker(pytest.mark.skip(reason="no CUDA device"))
