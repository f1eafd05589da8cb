"""Recall first: no clip that holds speech may lose it; what is no sound gives no window."""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pii_audio.audio import SAMPLE_RATE, decode
from pii_audio.speech import SpeechDetector
from pii_audio.types import Recording, Window

Samples = NDArray[np.float32]


@pytest.fixture(scope="module")
def detector() -> SpeechDetector:
    return SpeechDetector()


@pytest.fixture(scope="module")
def clips(speech_folder: Path) -> dict[str, Samples]:
    lines = (speech_folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    names = [json.loads(line)["file"] for line in lines]
    return {n: decode(Recording(id=n, content_hash="", path=speech_folder / n)).samples for n in names}


def windows(detector: SpeechDetector, *chunks: Samples) -> list[Window]:
    return list(detector.windows("rec-0", chunks))


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def test_every_clip_with_speech_gives_a_window(detector: SpeechDetector, clips: dict[str, Samples]) -> None:
    """One window, where the clip fits into one."""
    counts = {name: len(windows(detector, samples)) for name, samples in clips.items()}
    assert len(counts) > 100
    assert [name for name, count in counts.items() if count == 0] == []
    short = [name for name, samples in clips.items() if len(samples) <= 30 * SAMPLE_RATE]
    assert [name for name in short if counts[name] != 1] == []


@pytest.mark.parametrize("quieter_db", [20, 40])
def test_the_far_end_of_the_room(
    detector: SpeechDetector, clips: dict[str, Samples], quieter_db: int
) -> None:
    """Clips made quieter and rounded to 16 bit, as by a device far away; every fifth, for time."""
    gain = 10 ** (-quieter_db / 20)
    far = [np.round(samples * gain * 32768).astype(np.float32) / 32768 for samples in [*clips.values()][::5]]
    assert sum(not windows(detector, samples) for samples in far) == 0


def test_speech_in_noise(detector: SpeechDetector, clips: dict[str, Samples]) -> None:
    """White noise as loud as the speaker."""
    rng = np.random.default_rng(1)
    for samples in [*clips.values()][::10]:
        noise = rng.normal(0, np.sqrt(np.mean(samples**2)), len(samples)).astype(np.float32)
        assert windows(detector, (samples + noise).clip(-1, 1))


def no_speech() -> dict[str, Samples]:
    rng, time = np.random.default_rng(0), np.arange(12 * SAMPLE_RATE) / SAMPLE_RATE
    made = {
        "digital silence": 0 * time,
        "dither": rng.integers(-1, 2, len(time)) / 32768,
        "constant offset": 0 * time + 0.2,
        "white noise, loud": rng.normal(0, 0.1, len(time)),
        "white noise, faint": rng.normal(0, 0.001, len(time)),
        "mains hum": 0.1 * np.sin(2 * np.pi * 50 * time),
        "tone": 0.3 * np.sin(2 * np.pi * 440 * time),
        "sweep": 0.3 * np.sin(2 * np.pi * (200 * time + 100 * time**2)),
        "clicks": (rng.random(len(time)) < 1e-4) * 0.8,
    }
    return {name: sound.astype(np.float32) for name, sound in made.items()}


@pytest.mark.parametrize("name", no_speech())
def test_no_speech_gives_no_window(detector: SpeechDetector, name: str) -> None:
    sound = no_speech()[name]
    assert windows(detector, sound) == []
    assert detector.spans(sound) == []


@pytest.mark.parametrize("samples", [0, 1, 511, 512, 513, 3200])
def test_tiny_silence(detector: SpeechDetector, samples: int) -> None:
    assert windows(detector, np.zeros(samples, np.float32)) == []
    assert detector.spans(np.zeros(samples, np.float32)) == []


def test_no_chunks_at_all(detector: SpeechDetector) -> None:
    assert windows(detector) == []


def test_a_fifth_of_a_second_of_speech(detector: SpeechDetector, clips: dict[str, Samples]) -> None:
    samples = clips["fleurs-de-000.ogg"]
    begin, end = detector.spans(samples)[0]
    middle = round((begin + end) / 2 * SAMPLE_RATE)
    (window,) = windows(detector, samples[middle : middle + 3200])
    assert window.begin_s == 0.0
    assert len(window.samples) == 3200


def test_margins_keep_the_edges(detector: SpeechDetector, clips: dict[str, Samples]) -> None:
    """A clip in silence: the window holds the clip's speech and what surrounds it, at its place in time."""
    samples = clips["fleurs-de-000.ogg"]
    (alone,) = windows(detector, samples)
    (inside,) = windows(detector, silence(8.192), samples, silence(7))
    assert 8.192 - 0.33 < inside.begin_s < 8.192 + alone.begin_s + 0.1
    assert inside.begin_s + inside.duration_s > 8.192 + alone.begin_s + alone.duration_s - 0.1
    assert inside.duration_s < len(samples) / SAMPLE_RATE + 1.5, "the silence is left out"
    at = round(inside.begin_s * SAMPLE_RATE)
    whole = np.concatenate((silence(8.192), samples, silence(7)))
    assert np.array_equal(inside.samples, whole[at : at + len(inside.samples)])


@pytest.fixture(scope="module")
def household(clips: dict[str, Samples]) -> Samples:
    """Two and a half minutes: clips with pauses of half a second to half a minute."""
    rng, parts = np.random.default_rng(2), []
    for name in sorted(clips)[::3]:
        parts += [clips[name], silence(rng.choice([0.5, 1.0, 2.0, 30.0], p=[0.4, 0.3, 0.2, 0.1]))]
    return np.concatenate(parts)[: 150 * SAMPLE_RATE]


def test_a_long_recording_loses_nothing(detector: SpeechDetector, household: Samples) -> None:
    found = windows(detector, household)
    assert len(found) > 4
    assert max(w.duration_s for w in found) <= 30.0
    assert all(a.begin_s + a.duration_s <= b.begin_s for a, b in pairwise(found)), "no overlap"
    for window in found:
        at = round(window.begin_s * SAMPLE_RATE)
        assert np.array_equal(window.samples, household[at : at + len(window.samples)])
    heard = np.zeros(len(household), bool)
    for window in found:
        at = round(window.begin_s * SAMPLE_RATE)
        heard[at : at + len(window.samples)] = True
    for begin, end in detector.spans(household):
        inner = slice(round((begin + 0.33) * SAMPLE_RATE), round((end - 0.33) * SAMPLE_RATE))
        assert heard[inner].mean() == 1.0 or _only_pauses(detector, household[inner], heard[inner])


def _only_pauses(detector: SpeechDetector, samples: Samples, heard: NDArray[np.bool_]) -> bool:
    """What no window holds of a span is a pause between two cuts."""
    left_out = np.where(heard, 0, samples)
    return bool(np.abs(left_out).max() < 0.05)


def test_windows_are_cut_in_pauses(detector: SpeechDetector, household: Samples) -> None:
    """Around each cut of ongoing speech it is quieter than in the window."""
    for window in windows(detector, household):
        edge = np.sqrt(np.mean(window.samples[-800:] ** 2))
        assert edge < np.sqrt(np.mean(window.samples**2))


def test_a_long_silence_stays_outside(detector: SpeechDetector, clips: dict[str, Samples]) -> None:
    """Speech of four seconds, silence of a minute, speech again: two short windows."""
    clip = clips["fleurs-en-002.ogg"]
    found = windows(detector, clip, silence(60), clip, silence(60))
    assert len(found) == 2
    assert all(window.duration_s < len(clip) / SAMPLE_RATE + 1 for window in found)


def test_how_it_streams_in_makes_no_difference(detector: SpeechDetector, household: Samples) -> None:
    whole = windows(detector, household)
    for size in [777, 1_000_000]:
        pieces = [household[at : at + size] for at in range(0, len(household), size)]
        streamed = windows(detector, *pieces)
        assert [w.begin_s for w in streamed] == [w.begin_s for w in whole]
        assert all(np.array_equal(a.samples, b.samples) for a, b in zip(streamed, whole, strict=True))


def test_unbroken_speech_is_cut_at_its_least_likely_frame(
    detector: SpeechDetector, clips: dict[str, Samples]
) -> None:
    """Two minutes without a pause: speech of one speaker with everything between the spans taken out."""
    voiced = []
    for name in ["azure-speech-de-000.wav", "azure-speech-de-001.wav", "azure-speech-de-002.wav"]:
        samples = clips[name]
        for begin, end in detector.spans(samples):
            voiced.append(samples[round((begin + 0.35) * SAMPLE_RATE) : round((end - 0.35) * SAMPLE_RATE)])
    unbroken = np.tile(np.concatenate(voiced), 3)[: 120 * SAMPLE_RATE]
    found = windows(detector, unbroken)
    assert max(w.duration_s for w in found) <= 30.0
    assert sum(w.duration_s for w in found) > 0.97 * 120


def test_memory_does_not_grow_with_the_recording(detector: SpeechDetector, clips: dict[str, Samples]) -> None:
    """At no time is more than about a minute of sound alive."""
    import tracemalloc

    clip = clips["nemo-an4-en-001.flac"]
    minute = np.concatenate((clip, silence(60)))[: 60 * SAMPLE_RATE]
    tracemalloc.start()
    try:
        found = sum(1 for _ in detector.windows("rec-0", (minute for _ in range(8))))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == 8
    assert peak < 20e6  # eight minutes are 31 MB


def test_the_silero_package_is_not_imported() -> None:
    import subprocess

    code = """
import sys
from pii_audio.speech import SpeechDetector
SpeechDetector()
sys.exit(bool({"silero_vad", "torch"} & set(sys.modules)))
"""
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
