"""How loud a recording is over time, and what in it is pause by its energy alone.

What is speech is told from the noise and the loudness of the seconds around. Knows samples; where words begin
and end is up to others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from pii_audio.speech import SAMPLE_RATE, rechunked

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FRAMES_S", "HOP", "silences", "speech_levels"]

HOP = 160  # samples of a frame, 10 ms
FRAMES_S = 100  # frames a second
AROUND = 100  # frames of a block; noise and loudness are those of it and its two neighbours
NOISE, LOUD = 5, 80  # percentiles of the frames' levels
ABOVE_DB = 5.0  # above the noise begins speech
BELOW_DB = 45.0  # below the loudness it ends, even without noise
LOWEST_DB = 25.0  # below the loudest block no loudness is taken for one
CONTRAST_DB = 6.0  # a loudness less than this above the threshold is no contrast: all counts as speech
SURE_DB = 5.0  # above or below the threshold a frame is surely speech or pause
PIECE = 30 * SAMPLE_RATE  # samples of a recording that are looked at at once
EDGE_S, EDGE_DB_S = 0.06, 0.004  # kept beside what sounds, and more for each dB of it that noise hides


def speech_levels(samples: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How surely each frame is speech, -1 (pause) to 1, and the dB of speech that noise hides: [frames].

    samples: [samples] at 16 kHz, not empty. Where noise and loudness are no different, all is speech.
    """
    levels = _levels(samples)
    count = len(levels)
    blocks = -(-count // AROUND)
    padded = np.full((blocks + 2) * AROUND, np.nan, np.float32)
    padded[AROUND : AROUND + count] = levels
    around = np.lib.stride_tricks.sliding_window_view(padded, 3 * AROUND)[::AROUND]
    noise, loud = np.nanpercentile(around, (NOISE, LOUD), axis=1)
    loud = np.maximum(loud, loud.max() - LOWEST_DB)  # of a block without speech, too
    at, middles = np.arange(count), (np.arange(blocks) + 0.5) * AROUND
    noise, loud = np.interp(at, middles, noise), np.interp(at, middles, loud)
    quietest = loud - BELOW_DB
    threshold = np.minimum(np.maximum(noise + ABOVE_DB, quietest), loud - CONTRAST_DB)
    speech = ((levels - threshold) / SURE_DB).clip(-1.0, 1.0)
    return speech.astype(np.float32), (threshold - quietest).astype(np.float32)


def silences(chunks: Iterable[NDArray[np.float32]]) -> list[tuple[float, float]]:
    """Where nothing sounds, not even weakly: [begin, end) in seconds, in order, apart. Streams.

    chunks: float32 [samples] each, 16 kHz, of any length. The edges of what sounds are no silence, by
    EDGE_S and more in noise.
    """
    quiet = np.concatenate([_quiet(piece) for piece in rechunked(chunks, PIECE)] or [np.empty(0, np.bool_)])
    turns = np.flatnonzero(np.diff(np.concatenate(([0], quiet.astype(np.int8), [0])))) / FRAMES_S
    return [(float(begin), float(end)) for begin, end in turns.reshape(-1, 2)]


def _quiet(samples: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Whether a frame and all those around it, as far as an edge may reach, are pause: [frames]."""
    speech, hidden = speech_levels(samples)
    sounds = np.flatnonzero(speech > 0)
    if not len(sounds):
        return np.zeros(len(speech), np.bool_)  # nothing to tell silence from
    reach = np.ceil((EDGE_S + EDGE_DB_S * hidden[sounds].clip(0.0)) * FRAMES_S).astype(int)
    edges = np.zeros(len(speech) + 1, int)
    np.add.at(edges, (sounds - reach).clip(0), 1)
    np.add.at(edges, (sounds + reach + 1).clip(None, len(speech)), -1)
    quiet: NDArray[np.bool_] = np.cumsum(edges)[:-1] == 0
    return quiet


def _levels(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Level of each frame in dB, its low frequencies turned down: [frames]."""
    sharp = np.zeros(-(-len(samples) // HOP) * HOP, np.float32)
    sharp[: len(samples)] = samples
    sharp[1:] -= 0.5 * sharp[:-1]
    energy = np.square(sharp).reshape(-1, HOP).mean(1)
    levels: NDArray[np.float32] = 10 * np.log10(energy + np.float32(1e-10))
    return levels
