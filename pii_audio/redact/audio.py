"""Personal information out of the sound: masked seconds become a beep, silence or noise, all else stays.

Nothing of the original is left within a masked stretch, on any channel; the fades into it lie outside. The
noise has the long-term spectrum and loudness of the recording's other seconds, in third octaves: it sounds
like its surroundings and cannot carry a word.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING

import numpy as np

from pii_audio.audio import SAMPLE_RATE, Edit, rewrite, stream
from pii_audio.redact.masks import BEEP_HZ, BEEP_LEVEL, FADE_S
from pii_audio.redact.voice import Changed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pii_audio.config import AudioOperator, RedactConfig
    from pii_audio.formats.release import Masked
    from pii_audio.types import Recording

__all__ = ["Cover", "redact_audio"]

BLOCK = 4096  # samples of noise that are made at a time
TAPS = 1023  # of the filter that shapes it
FRAME = 512  # samples at 16 kHz, of which one spectrum is taken
SOUNDS = 1e-3  # root mean square: quieter frames, -60 dB of full scale, are pauses
CENTRES = 1000.0 * 2.0 ** (np.arange(-10, 10) / 3)  # Hz, third octaves 99 Hz to 8 kHz
# Long-term average speech spectrum of many languages, dB (Byrne et al. 1994, table II, rounded): the shape
# of the noise where too little is left of a recording to take it from.
AVERAGE_DB = (54, 58, 60, 60, 60, 60, 62, 62, 60, 58, 57, 55, 53, 51, 49, 48, 47, 46, 46, 44)
AVERAGE_LEVEL = 0.03  # root mean square


def redact_audio(
    recording: Recording, masked: Sequence[Masked], config: RedactConfig, folder: Path, *, max_hours: float
) -> Path:
    """Write the recording without its masked seconds to `<folder>/<id>.<suffix>`, in the form of its source.

    Where the voice is to be changed, that is done to what masking has left, so nothing masked is smeared out.

    Raises AudioError as `audio.rewrite` does; then no file is left.
    """
    noise = config.audio == "noise" and masked
    powers = _spectrum(recording, masked, max_hours) if noise else None
    edit: Edit = Cover(tuple(masked), config.audio, powers, int(recording.id.encode().hex(), 16))
    if config.voice == "changed":
        edit = Changed.drawn(edit, SystemRandom())
    return rewrite(recording, folder, edit)


@dataclass(frozen=True, slots=True)
class Cover:
    """An `audio.Edit` that puts something else in the place of the masked seconds.

    powers: mean power of the noise in each third octave of CENTRES, [20]; None where there is no noise.
    """

    masked: tuple[Masked, ...]
    operator: AudioOperator
    powers: tuple[float, ...] | None = field(default=None, repr=False)
    seed: int = 0

    def touches(self, begin_s: float, end_s: float) -> bool:
        return next(self._near(begin_s, end_s), None) is not None

    def delay(self, rate: int) -> int:
        return 0

    def _near(self, begin_s: float, end_s: float) -> Iterator[Masked]:
        """The stretches that reach into [begin_s, end_s) with their fades."""
        for mask in self.masked[bisect_right(self.masked, begin_s - FADE_S, key=attrgetter("end_s")) :]:
            if mask.begin_s - FADE_S >= end_s:
                return
            yield mask

    def __call__(self, samples: NDArray[np.float64], first: int, rate: int) -> NDArray[np.float64]:
        seconds = (first + np.arange(len(samples))) / rate
        kept = np.ones(len(samples))  # share of the original
        for mask in self._near(first / rate, (first + len(samples)) / rate):
            away = np.maximum(mask.begin_s - seconds, seconds - mask.end_s) - 0.5 / rate
            ramp = np.clip(away / FADE_S, 0.0, 1.0)  # 0 within the stretch, 1 a fade away from it
            kept = np.minimum(kept, 0.5 - 0.5 * np.cos(np.pi * ramp))
        cover = self._cover(first, len(samples), rate)
        original = np.where(kept[:, None] > 0, samples, 0.0)  # infinity times nothing would be no number
        edited: NDArray[np.float64] = original * kept[:, None] + (cover * (1 - kept))[:, None]
        return edited

    def _cover(self, first: int, count: int, rate: int) -> NDArray[np.float64]:
        """What is put in the place of samples [first, first + count): [count], the same on all channels."""
        if self.operator == "beep":
            beep: NDArray[np.float64] = np.sin(2 * np.pi * BEEP_HZ / rate * (first + np.arange(count)))
            return BEEP_LEVEL * beep
        if self.powers is None:
            return np.zeros(count)
        blocks = range(first // BLOCK, (first + count - 1) // BLOCK + 1)
        parts = [_noise(self.seed, block, rate, self.powers) for block in blocks]
        noise: NDArray[np.float64] = np.concatenate(parts)
        return noise[first - blocks[0] * BLOCK :][:count]


@lru_cache(maxsize=4)
def _noise(seed: int, block: int, rate: int, powers: tuple[float, ...]) -> NDArray[np.float64]:
    """Samples [block * BLOCK, (block + 1) * BLOCK) of an endless shaped noise; the same whenever asked."""
    white = np.concatenate([_white(seed, block), _white(seed, block + 1)])[: BLOCK + TAPS - 1]
    return np.convolve(white, _filter(rate, powers), "valid")


def _white(seed: int, block: int) -> NDArray[np.float64]:
    return np.random.default_rng([seed, block]).standard_normal(BLOCK)


@lru_cache(maxsize=4)
def _filter(rate: int, powers: tuple[float, ...]) -> NDArray[np.float64]:
    """A linear-phase filter that gives white noise of variance 1 these powers in third octaves: [TAPS]."""
    hertz = np.fft.rfftfreq(TAPS + 1, 1 / rate)
    widths = CENTRES * (2 ** (1 / 6) - 2 ** (-1 / 6))
    density = np.interp(hertz, CENTRES, np.asarray(powers) / widths, left=0.0, right=0.0)  # a hertz
    response = np.fft.irfft(np.sqrt(density * rate / 2))
    taps: NDArray[np.float64] = np.roll(response, TAPS // 2)[:TAPS] * np.hanning(TAPS)
    return taps


def _spectrum(recording: Recording, masked: Sequence[Masked], max_hours: float) -> tuple[float, ...]:
    """Mean power in each third octave of what sounds and is not masked: [20]. Decodes the recording once."""
    cover = Cover(tuple(masked), "silence")
    total, count = np.zeros(len(CENTRES)), 0
    left = np.empty(0, np.float32)
    at = 0  # samples
    for chunk in stream(recording, max_hours=max_hours):
        left = np.concatenate([left, chunk])
        while len(left) >= FRAME:
            frame, left = left[:FRAME], left[FRAME:]
            clear = not cover.touches(at / SAMPLE_RATE, (at + FRAME) / SAMPLE_RATE)
            at += FRAME
            if clear and np.mean(frame**2) > SOUNDS**2:
                total, count = total + _band_powers(frame), count + 1
    if count * FRAME < SAMPLE_RATE / 2:
        shape = 10 ** (np.array(AVERAGE_DB) / 10)
        return tuple(AVERAGE_LEVEL**2 * shape / shape.sum())
    return tuple(total / count)


def _band_powers(frame: NDArray[np.float32]) -> NDArray[np.float64]:
    """Power in each third octave, [20]; frame: [FRAME] at 16 kHz."""
    window = np.hanning(FRAME)
    bins = np.abs(np.fft.rfft(frame * window)) ** 2 * 2 / (FRAME * np.sum(window**2))
    hertz = np.fft.rfftfreq(FRAME, 1 / SAMPLE_RATE)
    edges = np.append(CENTRES * 2 ** (-1 / 6), CENTRES[-1] * 2 ** (1 / 6))
    spread = np.interp(edges, hertz, np.cumsum(bins))  # narrow octaves lie between two bins
    powers: NDArray[np.float64] = np.diff(spread)
    return powers
