"""Each guard with a sound that trips it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from pii_audio.asr import whisper
from pii_audio.asr.whisper import CoreTranscriber
from pii_audio.config import TranscribeConfig
from pii_audio.engine import batch
from pii_audio.engine.rules import Decoded
from pii_audio.types import Window

Samples = NDArray[np.float32]
Clip = Callable[[str], Window]


def seconds(length: float) -> NDArray[np.float64]:
    return np.arange(int(16_000 * length)) / 16_000


def noise(length: float) -> Samples:
    return np.random.default_rng(1).normal(0, 0.01, int(16_000 * length)).astype(np.float32)


def phone(length: float) -> Samples:
    """A second of ringing, two of silence."""
    t = seconds(length)
    tone = np.sin(2 * np.pi * 440 * t) + np.sin(2 * np.pi * 480 * t)
    return (0.2 * tone * ((t % 3) < 1)).astype(np.float32)


def music(length: float) -> Samples:
    """Notes with overtones that die away, two a second."""
    t = seconds(length)
    pitch = np.array([261.6, 329.6, 392.0, 523.3, 440.0, 349.2])[(t * 2).astype(int) % 6]
    tone = sum(np.sin(2 * np.pi * pitch * k * t) / k for k in (1, 2, 3))
    return (0.2 * tone * np.exp(-3 * (t % 0.5))).astype(np.float32)


def silence(length: float) -> Samples:
    return np.zeros(int(16_000 * length), np.float32)


@pytest.mark.parametrize("length", [3.0, pytest.param(30.0, marks=pytest.mark.slow)])
@pytest.mark.parametrize("sound", [silence, noise, phone, music])
def test_what_is_no_speech_says_nothing(
    sound: Callable[[float], Samples], length: float, core: CoreTranscriber
) -> None:
    (found,) = core.transcribe([Window("rec-1", 0.0, sound(length))])
    assert (found.text, found.words) == ("", ())


def test_an_unsure_short_context_is_heard_again_in_full(
    clip: Clip, core: CoreTranscriber, exact: CoreTranscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, contexts, original = clip("rhasspy-test-de-000.wav"), [], batch._log_mel

    def watched(engine: batch.Engine, clips: list[Samples], frames: int) -> object:
        contexts.append(frames)
        return original(engine, clips, frames)

    monkeypatch.setattr(batch, "_log_mel", watched)
    monkeypatch.setattr(whisper, "MIN_LOG_PROBABILITY", 0.0)  # nothing is sure enough
    again = core.transcribe([window])[0]
    assert contexts == [batch.padded(len(window.samples), 1500), 1500]
    assert again.text == exact.transcribe([window])[0].text


@pytest.mark.parametrize(
    ("tokens", "mean", "ended"),
    [
        ((50364, 639, 50400), -1.1, True),  # unsure
        ((50364, 639), -0.2, False),  # no end
        ((50364, *[639, 11] * 40, 50400), -0.2, True),  # says the same over and over
    ],
)
def test_doubts(tokens: tuple[int, ...], mean: float, ended: bool, core: CoreTranscriber) -> None:
    doubtful = Decoded(50261, tokens, (mean,) * len(tokens), mean, 0.0, ended)
    assert core._doubtful(doubtful)
    assert not core._doubtful(Decoded(50261, (50364, 639, 50400), (-0.2,) * 3, -0.2, 0.0, True))


def test_a_loop_is_heard_again_in_halves(
    clip: Clip, core: CoreTranscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = clip("fleurs-de-002.ogg")
    whole = core.transcribe([long])[0]
    lengths: list[float] = []

    def loops(text: str) -> bool:
        return text.strip() == whole.text

    monkeypatch.setattr(whisper, "repeats", loops)
    original = whisper.quietest
    monkeypatch.setattr(
        whisper, "quietest", lambda samples: lengths.append(len(samples)) or original(samples)
    )
    found = core.transcribe([long])[0]
    assert lengths == [len(long.samples)]
    assert len(set(found.text.split()) & set(whole.text.split())) > 0.6 * len(whole.text.split())
    assert [word.begin_s for word in found.words] == sorted(word.begin_s for word in found.words)
    assert found.words[-1].end_s > 0.7 * long.duration_s


def test_one_language_is_not_questioned(clip: Clip) -> None:
    german = CoreTranscriber(TranscribeConfig(device="cpu", languages=("de",)))
    assert german.transcribe([clip("fleurs-en-003.ogg")])[0].language == "de"
