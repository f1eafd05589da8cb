"""Word times fit the sound: pauses lie between words, in silence and in noise, and no word is lost for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pii_audio import plugins
from pii_audio.asr.boundaries import LEAD_S, MOVE_S, PAUSE_S, fitted
from pii_audio.config import TranscribeConfig
from pii_audio.types import Window, Word

RATE = 16_000
SAID = ((0.3, 0.7), (0.78, 1.0), (1.3, 1.9), (2.6, 2.9))  # begin and end of four words, in seconds


def words(times: Sequence[tuple[float, float]], letters: int = 4) -> tuple[Word, ...]:
    step = letters + 1
    return tuple(Word(step * n, step * n + letters, *time, 0.9, "de") for n, time in enumerate(times))


def attended(said: Sequence[tuple[float, float]]) -> tuple[Word, ...]:
    """As the attention has them: it goes to the next word LEAD_S before one ends."""
    edges = [0.0, *(end - LEAD_S for _, end in said)]
    return words(list(pairwise(edges)))


def sound(said: Sequence[tuple[float, float]], noise_db: float, seed: int = 0) -> NDArray[np.float32]:
    """Half a second more than what is said: noise bands as words, and noise so far below them."""
    rng = np.random.default_rng(seed)
    samples = 10 ** (-noise_db / 20) * rng.standard_normal(int(RATE * (said[-1][1] + 0.5)))
    for begin, end in said:
        samples[int(begin * RATE) : int(end * RATE)] += rng.standard_normal(
            int(end * RATE) - int(begin * RATE)
        )
    return (0.1 * samples).astype(np.float32)


@pytest.mark.parametrize("noise_db", [80.0, 30.0, 15.0])
@pytest.mark.parametrize("begin_s", [0.0, 100.0])
def test_pauses_lie_between_words(noise_db: float, begin_s: float) -> None:
    heard = words([(w.begin_s + begin_s, w.end_s + begin_s) for w in attended(SAID)])
    found = fitted(heard, Window("r", begin_s, sound(SAID, noise_db)))
    times = [(w.begin_s - begin_s, w.end_s - begin_s) for w in found]
    weak_edges_s = 0.06 if noise_db < 80 else 0.011  # that noise would hide, if these words had them
    np.testing.assert_allclose(times, SAID, atol=weak_edges_s)


def test_ends_are_found_where_the_attention_misses_them() -> None:
    off = np.random.default_rng(3).uniform(-0.12, 0.12, (20, len(SAID)))
    for shift in off:
        missed = [(begin, end + move) for (begin, end), move in zip(SAID, shift, strict=True)]
        found = fitted(attended(missed), Window("r", 0.0, sound(SAID, 40.0)))
        np.testing.assert_allclose([(w.begin_s, w.end_s) for w in found], SAID, atol=0.05)


def test_the_threshold_follows_the_loudness() -> None:
    """The same words once more, 30 dB lower: no speech by the first ones' measure, all of it by its own."""
    loud, low = sound(SAID, 60.0), sound(SAID, 60.0, seed=1) * 10 ** (-30 / 20)
    pause = np.full(RATE * 2, 1e-5, np.float32)
    later_s = (len(loud) + len(pause)) / RATE
    both = [*SAID, *((begin + later_s, end + later_s) for begin, end in SAID)]
    found = fitted(attended(both), Window("r", 0.0, np.concatenate([loud, pause, low])))
    errors = np.array([(w.begin_s, w.end_s) for w in found]) - both
    errors[len(SAID), 0] = 0.0  # its pause is longer than a begin moves
    assert np.abs(errors).max() < 0.05


@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_without_contrast_only_the_lead_goes(noise: float) -> None:
    samples = noise * np.random.default_rng(0).standard_normal(3 * RATE).astype(np.float32)
    found = fitted(attended(SAID), Window("r", 0.0, samples))
    np.testing.assert_allclose([w.end_s for w in found], [end for _, end in SAID], atol=0.1)
    assert found[0].begin_s < 0.2
    assert all(0 <= b.begin_s - a.end_s < 0.1 for a, b in pairwise(found))


def test_a_closure_within_a_word_is_no_pause_where_one_is_near() -> None:
    samples = sound(SAID, 60.0)
    samples[int(1.5 * RATE) : int(1.55 * RATE)] = 1e-5  # the t of "Wetter"
    found = fitted(attended(SAID), Window("r", 0.0, samples))
    np.testing.assert_allclose([(w.begin_s, w.end_s) for w in found], SAID, atol=0.03)


def test_a_begin_moves_no_further_than_it_may() -> None:
    said = ((4.0, 4.5), (9.0, 9.5))
    first, second = fitted(attended(said), Window("r", 0.0, sound(said, 60.0)))
    assert first.begin_s == pytest.approx(LEAD_S + PAUSE_S, abs=0.02)
    assert first.end_s == pytest.approx(4.5, abs=0.05)
    assert second.begin_s == pytest.approx(4.5 + PAUSE_S, abs=0.05)


@given(
    st.lists(st.tuples(st.floats(-1, 4), st.floats(-1, 4)), max_size=40),
    st.integers(1, 3 * RATE),
    st.sampled_from(["silence", "noise", "bursts"]),
    st.sampled_from([0.0, 12.345]),
)
def test_no_word_is_lost_whatever_its_times(
    times: list[tuple[float, float]], length: int, kind: str, begin_s: float
) -> None:
    rng = np.random.default_rng(length)
    samples = np.zeros(length, np.float32) if kind == "silence" else rng.standard_normal(length)
    if kind == "bursts":
        samples *= np.sin(np.arange(length) / 800) > 0
    window = Window("r", begin_s, samples.astype(np.float32))
    given_words = words([(begin_s + a, begin_s + b) for a, b in times])
    found = fitted(given_words, window)
    assert [(w.start, w.end, w.confidence) for w in found] == [
        (w.start, w.end, w.confidence) for w in given_words
    ]
    assert all(begin_s <= w.begin_s < w.end_s <= begin_s + window.duration_s + 1e-9 for w in found)
    assert all(a.end_s <= b.begin_s for a, b in pairwise(found))
    assert found == fitted(given_words, window)


@given(st.lists(st.floats(0.05, 0.6), min_size=1, max_size=8), st.integers(0, 99))
def test_nothing_moves_beyond_its_limit(lengths: list[float], seed: int) -> None:
    edges = np.concatenate([[0.0], np.cumsum(lengths)])
    heard = words(list(pairwise(edges.tolist())), letters=1)
    rng = np.random.default_rng(seed)
    samples = (
        rng.standard_normal(int(RATE * (edges[-1] + 0.5)))
        * rng.integers(0, 2, 1000).repeat(200)[: int(RATE * (edges[-1] + 0.5))]
    )
    room = 0.08  # rounding to frames, and the edges that noise hides
    for was, now in zip(heard, fitted(heard, Window("r", 0.0, samples.astype(np.float32))), strict=True):
        assert abs(now.end_s - was.end_s - LEAD_S) <= MOVE_S + room
        assert -MOVE_S - room <= now.begin_s - was.begin_s <= LEAD_S + PAUSE_S + room


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["core", "reference", "faster-whisper"])
@pytest.mark.parametrize("noise_db", [None, 20.0])
def test_words_said_apart_are_found_where_they_are(
    engine: str, noise_db: float | None, joined: Callable[..., tuple[NDArray[np.float32], list[str], list]]
) -> None:
    texts = (
        "Please set the alarm for seven tomorrow morning",
        "The train to Manchester leaves in ten minutes",
    )
    transcriber = plugins.load("transcribers", engine)(TranscribeConfig(device="cpu", languages=("en",)))
    begins, ends = [], []
    for text in texts:
        samples, said, times = joined(text, noise_db=noise_db)
        (heard,) = transcriber.transcribe([Window("r", 0.0, samples)])
        spelled = [re.sub(r"\W", "", heard.text[w.start : w.end]).lower() for w in heard.words]
        for word, (begin, end) in zip(said, times, strict=True):
            if spelled.count(word) == 1:
                found = heard.words[spelled.index(word)]
                begins.append(abs(found.begin_s - begin))
                ends.append(abs(found.end_s - end))
    assert len(begins) >= 10
    assert np.median(begins) <= 0.06
    assert np.median(ends) <= 0.06


@pytest.fixture
def joined() -> Callable[..., tuple[NDArray[np.float32], list[str], list[tuple[float, float]]]]:
    """Words said apart with 0.2 s between them: samples, words, their times."""
    from py_nanotts import NanoTTS

    def join(
        text: str, noise_db: float | None
    ) -> tuple[NDArray[np.float32], list[str], list[tuple[float, float]]]:
        tts, parts, times, at = NanoTTS(), [np.zeros(RATE // 4)], [], RATE // 4
        for word in text.split():
            part = np.frombuffer(tts.speak(word, voice="en-GB"), np.int16) / 2**15
            loud = np.flatnonzero(np.abs(part) > np.abs(part).max() / 300)
            part = part[loud[0] : loud[-1] + 1]
            times.append((at / RATE, (at + len(part)) / RATE))
            parts += [part, np.zeros(RATE // 5)]
            at += len(part) + RATE // 5
        samples = np.concatenate([*parts, np.zeros(RATE // 4)])
        if noise_db is not None:
            noise = np.random.default_rng(0).standard_normal(len(samples))
            samples += noise * np.std(samples) * 10 ** (-noise_db / 20)
        return samples.astype(np.float32), [word.lower() for word in text.split()], times

    return join
