"""Another voice: pitch and formants moved, length kept. It hides a voice from a listener's passing ear alone.

This is no anonymity: who knows the voice may still know it, and software that compares voices is hardly
hindered by it; accent, tempo and choice of words stay as they are. What the release says of it is `WARNING`.

A phase vocoder (Flanagan & Golden 1966; Laroche & Dolson 1999) that takes the spectral envelope off by its
cepstrum, moves the harmonics by one factor, and puts the envelope back moved by another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log2
from random import Random
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pii_audio.audio import Edit

__all__ = ["WARNING", "Changed"]

WARNING = "the voice was changed in pitch and formants; this does not make the speaker anonymous"
OVERLAP = 4  # frames over each sample
FRAME_S = 0.064  # of a frame, rounded to a power of two
QUEFRENCY_S = 0.0015  # below it the cepstrum is the envelope, above it the pitch


@dataclass(slots=True)
class Changed:
    """An `audio.Edit`: what another edit makes of the samples, in another voice.

    pitch, formants: factors. Comes a frame late, see `delay`; one object for one recording.
    """

    edit: Edit
    pitch: float
    formants: float
    _vocoders: list[_Vocoder] = field(default_factory=list, init=False)  # one a channel

    @classmethod
    def drawn(cls, edit: Edit, random: Random) -> Changed:
        """A fifth to a third of an octave or so up or down, formants half as far, the same way."""
        steps = random.uniform(2.5, 4.0) * random.choice((-1, 1))  # semitones
        return cls(edit, 2 ** (steps / 12), 2 ** (steps / 24))

    def touches(self, begin_s: float, end_s: float) -> bool:
        return True

    def delay(self, rate: int) -> int:
        return _frame(rate)

    def __call__(self, samples: NDArray[np.float64], first: int, rate: int) -> NDArray[np.float64]:
        end = first + len(samples)
        edited = self.edit(samples, first, rate) if self.edit.touches(first / rate, end / rate) else samples
        if not self._vocoders:
            self._vocoders = [_Vocoder(_frame(rate), rate, self) for _ in range(samples.shape[1])]
        parts = [v.process(channel) for v, channel in zip(self._vocoders, edited.T, strict=True)]
        return np.stack(parts, axis=1)


class _Vocoder:
    """One channel, streaming: gives as many samples as it gets, a frame late."""

    def __init__(self, size: int, rate: int, voice: Changed) -> None:
        self.size, self.hop, self.voice = size, size // OVERLAP, voice
        self.window = np.hanning(size + 1)[:-1]
        self.cut = max(2, round(QUEFRENCY_S * rate))
        self.bins = np.arange(size // 2 + 1)
        self.waiting = np.zeros(size - self.hop)  # of the input, what the next frame begins with
        self.sum = np.zeros(size)  # of the output, what later frames add to
        self.ready = np.zeros(self.hop)  # makes up the delay of one frame
        self.phases = np.zeros(size // 2 + 1)
        self.last = np.zeros(size // 2 + 1)

    def process(self, samples: NDArray[np.float64]) -> NDArray[np.float64]:
        held = np.concatenate([self.waiting, np.nan_to_num(samples)])
        out = [self.ready]
        while len(held) >= self.size:
            self.sum += self._turned(held[: self.size] * self.window) * self.window / (OVERLAP * 0.375)
            out.append(self.sum[: self.hop].copy())
            self.sum = np.concatenate([self.sum[self.hop :], np.zeros(self.hop)])
            held = held[self.hop :]
        self.waiting = held
        made = np.concatenate(out)
        self.ready = made[len(samples) :]
        return made[: len(samples)]

    def _turned(self, frame: NDArray[np.float64]) -> NDArray[np.float64]:
        """One windowed frame with its harmonics and its envelope moved."""
        spectrum = np.fft.rfft(frame)
        envelope = self._envelope(np.abs(spectrum))
        advance = 2 * np.pi * self.bins / OVERLAP  # of a bin's own frequency in one hop
        phase = np.angle(spectrum)
        off = (phase - self.last - advance + np.pi) % (2 * np.pi) - np.pi
        self.last = phase
        frequency = self.bins + off * OVERLAP / (2 * np.pi)  # in bins
        flat = np.abs(spectrum) / envelope
        source = np.rint(self.bins / self.voice.pitch).astype(int)
        known = source < len(self.bins)
        source = np.where(known, source, 0)
        self.phases += 2 * np.pi * frequency[source] * self.voice.pitch / OVERLAP
        moved = np.interp(self.bins / self.voice.formants, self.bins, envelope)
        magnitude = np.where(known, flat[source], 0.0) * moved
        turned: NDArray[np.float64] = np.fft.irfft(magnitude * np.exp(1j * self.phases))
        return turned

    def _envelope(self, magnitude: NDArray[np.float64]) -> NDArray[np.float64]:
        cepstrum = np.fft.irfft(np.log(magnitude + 1e-6))
        cepstrum[self.cut : -self.cut] = 0.0
        smooth: NDArray[np.float64] = np.exp(np.fft.rfft(cepstrum).real)
        return smooth


def _frame(rate: int) -> int:
    """Samples of a frame."""
    return 1 << round(log2(FRAME_S * rate))
