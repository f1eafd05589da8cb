"""What is silent by its energy: never what somebody says, in silence and in noise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pii_audio.audio import decode
from pii_audio.loudness import silences
from pii_audio.types import Recording

RATE = 16_000
SAID = ("Frau Hoffmann wartet.", "Das Haus am Fluss.", "Klaus Petersen, Husum.", "Ja.")
LOUD = 1e-3  # of full scale: in a hundredth of a second that is quieter this voice says nothing
PAUSE_S = 1.0


@pytest.fixture(scope="module")
def spoken(
    tmp_path_factory: pytest.TempPathFactory, speak: Callable[..., Path]
) -> tuple[NDArray[np.float32], list[tuple[float, float]]]:
    """Sentences with a second of nothing around each, and where each sounds: [begin, end) in seconds."""
    folder = tmp_path_factory.mktemp("loudness")
    parts, places, at = [np.zeros(RATE, np.float32)], list[tuple[float, float]](), 1.0
    for n, text in enumerate(SAID):
        said = decode(Recording(f"rec-{n}", "", speak(folder / f"{n}.wav", text))).samples
        sounds = np.flatnonzero(np.convolve(np.abs(said), np.full(160, 1 / 160), "same") > LOUD)
        said = said[sounds[0] : sounds[-1] + 1]
        places.append((at, at + len(said) / RATE))
        at += len(said) / RATE + PAUSE_S
        parts += [said, np.zeros(int(PAUSE_S * RATE), np.float32)]
    return np.concatenate(parts), places


@pytest.mark.parametrize("noise_db", [None, 40, 30, 20, 10])
def test_nothing_that_is_said_is_silent(
    spoken: tuple[NDArray[np.float32], list[tuple[float, float]]], noise_db: int | None
) -> None:
    samples, places = spoken
    if noise_db is not None:
        level = np.sqrt(np.mean(samples**2)) * 10 ** (-noise_db / 20)
        noise = np.random.default_rng(noise_db).standard_normal(len(samples))
        samples = samples + (level * noise).astype(np.float32)
    found = silences([samples])
    edges = [edge for begin, end in places for edge in ((begin, begin + 0.1), (end - 0.1, end))]
    assert not any(b < until and since < e for since, until in edges for b, e in found)
    pauses = [(0.0, places[0][0]), *((end, end + PAUSE_S) for _, end in places)]
    quiet = sum(max(0.0, min(e, until) - max(b, since)) for since, until in pauses for b, e in found)
    assert quiet > (0.8 if noise_db is None else 0.5 if noise_db >= 20 else 0.1) * len(pauses)


def test_pieces_are_put_together(spoken: tuple[NDArray[np.float32], list[tuple[float, float]]]) -> None:
    samples = np.tile(spoken[0], 5)
    whole = silences([samples])
    assert whole[-1][1] == pytest.approx(len(samples) / RATE, abs=0.01)
    assert silences(np.array_split(samples, 97)) == whole
    assert all(begin < end for begin, end in whole)


@pytest.mark.parametrize("level", [0.0, 0.1])
def test_where_nothing_stands_out_nothing_is_silent(level: float) -> None:
    samples = level * np.random.default_rng(0).standard_normal(5 * RATE).astype(np.float32)
    assert silences([samples]) == []
    assert silences([]) == []
