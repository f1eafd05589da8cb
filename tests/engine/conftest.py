"""Real clips, and the model in float32 on the CPU or, under the marker `cuda`, on the GPU."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pii_audio.asr.reference import ReferenceTranscriber
from pii_audio.asr.whisper import CoreTranscriber
from pii_audio.audio import decode
from pii_audio.config import TranscribeConfig
from pii_audio.types import Recording, Window

Clip = Callable[[str], Window]


@pytest.fixture(scope="session")
def clip(speech_folder: Path) -> Clip:
    def read(name: str) -> Window:
        samples = decode(Recording(name, "", speech_folder / name)).samples
        return Window(name, 0.0, np.array(samples))

    return read


@pytest.fixture(scope="session", params=["cpu", pytest.param("cuda", marks=pytest.mark.cuda)])
def device(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def reference() -> ReferenceTranscriber:
    return ReferenceTranscriber(TranscribeConfig(device="cpu"))


@pytest.fixture(scope="session")
def exact(device: str) -> CoreTranscriber:
    return CoreTranscriber(TranscribeConfig(device=device, precision="float32", exact=True))


@pytest.fixture(scope="session")
def core(device: str) -> CoreTranscriber:
    return CoreTranscriber(TranscribeConfig(device=device, precision="float32"))
