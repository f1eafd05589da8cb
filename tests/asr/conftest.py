"""Real clips as windows, and the reference, loaded once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from pii_audio.asr.reference import ReferenceTranscriber
from pii_audio.config import TranscribeConfig
from pii_audio.types import Window


def read(path: Path) -> np.ndarray:
    """Samples at 16 kHz, [samples]."""
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=16_000)
    with av.open(str(path)) as container:
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32)


@pytest.fixture(scope="session")
def clip(speech_folder: Path) -> Callable[[str], Window]:
    return lambda name: Window(name, 0.0, read(speech_folder / name))


@pytest.fixture(scope="session")
def spoken(speech_folder: Path) -> dict[str, str]:
    """What is said in each clip, by file name."""
    lines = (speech_folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["file"]: row["text"] for row in map(json.loads, lines)}


@pytest.fixture(scope="session")
def reference() -> ReferenceTranscriber:
    return ReferenceTranscriber(TranscribeConfig(device="cpu"))
