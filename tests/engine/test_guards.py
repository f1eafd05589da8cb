"""Each guard with a sound that trips it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from pii_audio.asr import whisper
from pii_audio.asr.whisper import CoreTranscriber
from pii_audio.config import TranscribeConfig
from pii_audio.engine import batch
from pii_audio.engine.rules import Decoded
from pii_audio.speech import SpeechDetector
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


def as_loud(sound: NDArray[np.float64], level: float) -> Samples:
    """The sound with this effective value, clipped as a microphone does."""
    return (sound * level / np.sqrt(np.square(sound).mean())).clip(-1, 1).astype(np.float32)


def hum(length: float, level: float, mains: int) -> Samples:
    """The mains and its harmonics."""
    t = seconds(length)
    return as_loud(sum(np.sin(2 * np.pi * mains * k * t + k) / k for k in (1, 2, 3, 4, 5, 6, 8, 10)), level)


def coloured(
    length: float, shape: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Noise whose amplitude is a function of the frequency in Hz."""
    size = int(16_000 * length)
    white = np.fft.rfft(np.random.default_rng(5).normal(size=size))
    noise = np.fft.irfft(white * shape(np.fft.rfftfreq(size, 1 / 16_000)), size)
    return noise / np.sqrt(np.square(noise).mean())


def fan(length: float, level: float) -> Samples:
    """Rushing air, the tone of the blades, and their beat."""
    t = seconds(length)
    air = coloured(length, lambda frequency: 1 / np.maximum(frequency, 20) ** 0.8)
    blades = 0.3 * np.sin(2 * np.pi * 120 * t) + 0.15 * np.sin(2 * np.pi * 240 * t)
    return as_loud((air + blades) * (1 + 0.1 * np.sin(2 * np.pi * 7 * t)), level)


def breathing(length: float, level: float) -> Samples:
    """In, and louder out, seventeen times a minute."""
    t = seconds(length)
    air = coloured(length, lambda frequency: np.exp(-(((frequency - 900) / 900) ** 2)))
    loudness = np.sin(2 * np.pi * t / 3.6).clip(0, 1) ** 1.5 + 0.6 * np.sin(2 * np.pi * t / 3.6 + np.pi).clip(
        0, 1
    )
    return as_loud(air * loudness, level)


LEVELS = (0.001, 0.01, 0.1, 0.3)  # effective value; 1 is full scale


@pytest.mark.parametrize("sound", [partial(hum, mains=50), partial(hum, mains=60), fan])
def test_hum_and_fans_say_nothing(sound: Callable[[float, float], Samples], core: CoreTranscriber) -> None:
    windows = [Window(f"rec-{level}", 0.0, sound(3.0, level)) for level in LEVELS]
    assert [found.text for found in core.transcribe(windows)] == [""] * len(windows)


@pytest.mark.parametrize("length", [3.0, 30.0])
@pytest.mark.parametrize("sound", [partial(hum, mains=50), partial(hum, mains=60), fan, breathing])
def test_what_a_room_sounds_like_says_nothing_behind_voice_activity(
    sound: Callable[[float, float], Samples], length: float, core: CoreTranscriber
) -> None:
    detector = SpeechDetector()
    windows = [w for level in LEVELS for w in detector.windows(f"rec-{level}", [sound(length, level)])]
    assert [found.text for found in core.transcribe(windows)] == [""] * len(windows)


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
    doubtful = Decoded(50261, (1.0, 0.0), tokens, (mean,) * len(tokens), mean, 0.0, ended)
    assert core._doubtful(doubtful)
    assert not core._doubtful(Decoded(50261, (1.0, 0.0), (50364, 639, 50400), (-0.2,) * 3, -0.2, 0.0, True))


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
