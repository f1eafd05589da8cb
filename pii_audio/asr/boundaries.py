"""Word times that fit the sound: Whisper's attention says about when a word ends, its energy says where.

The path through the cross-attention leaves a word LEAD_S before its sound ends and goes to the next at
once, so that a pause lies in the word behind it. Here the lead is taken out and each word keeps what
sounds: of all ways to put a pause, or none, between every two words, the one that covers the most silence
and the least speech with ends near those of the attention. What is speech is told from the noise and the
loudness of the seconds around; where the two are no different, only the lead goes. The constants were
chosen on the sentences of `benchmarks/word_times.py --split chosen`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pii_audio.loudness import FRAMES_S, HOP, speech_levels
from pii_audio.types import Window, Word

__all__ = ["LEAD_S", "MOVE_S", "PAUSE_S", "fitted"]

LEAD_S = 0.1  # by which the attention leaves a word early; 0.14 s where words are said apart
MOVE_S = 0.2  # most that an end goes away from where the attention has it once the lead is out
PAUSE_S = 1.0  # most that a begin goes forward beyond the lead
SPREAD_S = 0.1  # standard deviation of ends around where the attention has them
SHORTEST_S = 0.03  # of a word, for each of its characters, unless the attention gives it less

WEIGHT = 0.5  # of a frame that is surely one or the other, in log likelihood
RISE_S, FALL_S = 0.001, 0.0015  # of a word's begin and end, for each dB of it that the noise hides
FORBIDDEN = 1e6  # cost of what happens only where words have no room otherwise


def fitted(words: Sequence[Word], window: Window) -> tuple[Word, ...]:
    """The words of a window, in order and apart, each longer than nothing and within the window.

    An end is within MOVE_S of where it was plus LEAD_S, a begin from MOVE_S before to LEAD_S + PAUSE_S behind
    where it was; where more words stand in one place than fit in it, they take the room they need.
    """
    if not words:
        return ()
    count = -(-len(window.samples) // HOP)
    if count < len(words):  # nobody speaks so fast: equal shares
        edges = np.linspace(0.0, window.duration_s, len(words) + 1)
        return _timed(words, window, edges[:-1], edges[1:])
    speech, hidden = speech_levels(window.samples)
    begins, ends = _pauses(words, window.begin_s, speech)
    begins, ends = _widened(begins / FRAMES_S, ends / FRAMES_S, hidden)
    return _timed(words, window, begins.round(3), np.minimum(ends.round(3), window.duration_s))


def _timed(
    words: Sequence[Word], window: Window, begins: NDArray[np.float64], ends: NDArray[np.float64]
) -> tuple[Word, ...]:
    """begins, ends: seconds from the window's begin, [words]."""
    begins, ends = window.begin_s + begins, window.begin_s + ends
    return tuple(
        replace(word, begin_s=begin, end_s=end)
        for word, begin, end in zip(words, begins.tolist(), ends.tolist(), strict=True)
    )


def _pauses(
    words: Sequence[Word], from_s: float, speech: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """First frame of each word and the one behind its last, [words] each: Viterbi over frames and words."""
    count = len(speech)
    paused = np.concatenate(([0.0], np.cumsum(-WEIGHT * speech, dtype=np.float64)))  # gain up to each frame
    at = np.arange(count + 1) / FRAMES_S
    begun, ended, shortest = [], [], []
    gain = paused
    for word in words:
        begin, end = word.begin_s - from_s, word.end_s - from_s
        outside = (at < begin - MOVE_S) | (at > begin + LEAD_S + PAUSE_S)
        begun.append(gain - FORBIDDEN * outside)
        shortest.append(_shortest(word, count // len(words)))
        away = at - min(end + LEAD_S, at[-1])
        gain = np.full(count + 1, -np.inf)
        gain[shortest[-1] :] = np.maximum.accumulate(begun[-1])[: -shortest[-1]]
        gain -= (away / SPREAD_S) ** 2 / 2 + FORBIDDEN * (np.abs(away) > MOVE_S)
        ended.append(gain)
        gain = np.maximum.accumulate(gain - paused) + paused
    begins, ends = np.empty(len(words)), np.empty(len(words))
    behind = int(np.argmax(gain))
    for n in reversed(range(len(words))):
        ends[n] = end = int(np.argmax((ended[n] - paused)[: behind + 1]))
        begins[n] = behind = int(np.argmax(begun[n][: end - shortest[n] + 1]))
    return begins, ends


def _shortest(word: Word, most: int) -> int:
    """Frames that a word keeps, at least one and at most so many."""
    least_s = min(word.end_s - word.begin_s, SHORTEST_S * (word.end - word.start))
    return max(1, min(most, int(least_s * FRAMES_S)))


def _widened(
    begins: NDArray[np.float64], ends: NDArray[np.float64], hidden: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seconds of begins and ends with the weak edges that noise hides, as far as the pauses have room."""
    since, until = np.append(0.0, ends), np.append(begins, len(hidden) / FRAMES_S)  # the pauses, [words + 1]
    lost = hidden[((since + until) / 2 * FRAMES_S).astype(int).clip(0, len(hidden) - 1)].clip(0.0)
    share = np.minimum(1.0, (until - since) / np.maximum(lost * (RISE_S + FALL_S), 1e-9))
    return begins - (share * lost * RISE_S)[:-1], ends + (share * lost * FALL_S)[1:]
