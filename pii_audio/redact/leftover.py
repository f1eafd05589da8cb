"""Whether sound of the original is left in a redacted recording, and what else its file carries.

Compares samples, so it hears what no transcriber would: 50 ms of a name at the edge of a beep. Without the
original it still knows what a beep and silence sound like. It does not know what was said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pii_audio.audio.read import opened
from pii_audio.redact.masks import BEEP_HZ, BEEP_LEVEL
from pii_audio.spans import united
from pii_audio.types import Recording

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["leftovers", "strange", "tags"]

SAMPLE_RATE = 16_000  # Hz
WINDOW, HOP, LAG = 800, 160, 160  # samples: 50 ms are compared, every 10 ms, shifted by up to 10 ms
ALIKE = 0.8  # normalised correlation: a copy has 1, after a lossy codec over 0.9; a beep stays below 0.5
AUDIBLE = 0.05  # of the recording's loudness (root mean square of what sounds): quieter is a pause
EDGE = 320  # samples at either end of a masked stretch: there codecs smear what is beside it
REST, QUIET = 0.02, 0.003  # root mean square beside a beep, and of silence: codecs leave a third of that
# What containers say of themselves. All else is a tag that the release should not have.
_OWN = frozenset({
    "encoder", "major_brand", "minor_version", "compatible_brands", "handler_name", "vendor_id", "language",
    "duration", "creation_time", "bps", "number_of_frames", "number_of_bytes",
})  # fmt: skip


def leftovers(
    original: NDArray[np.float32], redacted: NDArray[np.float32], stretches: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Where within the stretches (seconds) the original sounds on: [begin_s, end_s) of 50 ms and more.

    original, redacted: float32 [samples], mono, 16 kHz, of the same recording. What sounds beyond a stretch
    may be the original, and a voice repeats itself within 10 ms: nothing there is compared.
    """
    floor = AUDIBLE * _loudness(original)
    found: list[tuple[float, float]] = []
    for begin_s, end_s in united(stretches):
        first, last = max(0, round(begin_s * SAMPLE_RATE)), round(end_s * SAMPLE_RATE)
        within = redacted[first:last]
        for at in range(first, max(first + 1, last - WINDOW + 1), HOP):
            heard = original[at : at + WINDOW]
            if len(heard) == WINDOW and _rms(heard) > floor and _alike(heard, within, at - first) >= ALIKE:
                begin, end = at / SAMPLE_RATE, (at + WINDOW) / SAMPLE_RATE
                if found and begin <= found[-1][1]:
                    found[-1] = found[-1][0], end
                else:
                    found.append((begin, end))
    return found


def strange(
    redacted: NDArray[np.float32], stretches: Sequence[tuple[float, float]], *, beep: bool
) -> list[tuple[float, float]]:
    """Where within masked stretches (seconds) something else than a beep, or silence, sounds: 50 ms each.

    redacted: float32 [samples], mono, 16 kHz.
    """
    turns = 2 * np.pi * BEEP_HZ / SAMPLE_RATE * np.arange(WINDOW)
    waves = np.stack((np.sin(turns), np.cos(turns)))  # [2, WINDOW]: whole periods, so orthogonal
    found: list[tuple[float, float]] = []
    for begin_s, end_s in stretches:
        first, last = round(begin_s * SAMPLE_RATE) + EDGE, round(end_s * SAMPLE_RATE) - EDGE
        for at in range(first, last - WINDOW + 1, WINDOW // 2):
            window = redacted[at : at + WINDOW].astype(np.float64)
            if len(window) < WINDOW:
                break
            parts = waves @ window * 2 / WINDOW if beep else np.zeros(2)  # amplitudes of sine and cosine
            loud = abs(np.hypot(*parts) - BEEP_LEVEL) < BEEP_LEVEL / 3 if beep else True
            if not loud or _rms(window - parts @ waves) > (REST if beep else QUIET):
                found.append((at / SAMPLE_RATE, (at + WINDOW) / SAMPLE_RATE))
    return united(found)


def tags(sound: Recording, data: bytes) -> Iterator[tuple[str, str]]:
    """(what it is, its text) of everything in a sound file that is no sound: tags, pictures, chapters."""
    with opened(sound) as (container, _, _):
        for holder in (container, *container.streams):
            for key, value in dict(holder.metadata).items():
                if key.lower() not in _OWN and not key.lower().startswith("_statistics"):
                    yield "tag", f"{key}={value}"
        yield from (("picture", "") for _ in container.streams.video)
        yield from (("track", "") for _ in container.streams.subtitles)
        yield from (("track", "") for _ in container.streams.audio[1:])
        for chapter in _chapters(container):
            yield "chapter", str(dict(chapter.get("metadata", {})))
    yield from _around(data)


def _chapters(container: Any) -> Sequence[Any]:
    listed = getattr(container, "chapters", None)
    return listed() if callable(listed) else ()


def _around(data: bytes) -> Iterator[tuple[str, str]]:
    """Tags that libav passes over: ID3 before and behind, RIFF chunks, bytes behind the end of a wav."""
    if data[:3] == b"ID3":
        yield "tag", "ID3v2"
    if data[-128:-125] == b"TAG":
        yield "tag", "ID3v1 " + data[-125:].decode("latin-1")
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name not in (b"fmt ", b"data", b"fact", b"JUNK"):
            body = data[at + 8 : at + 8 + min(size, 1000)]
            if not (name == b"LIST" and b"ISFT" in body and b"Lavf" in body and size < 40):
                yield "tag", "RIFF " + name.decode("latin-1") + body.decode("latin-1")
        at += 8 + size + size % 2


def _alike(heard: NDArray[np.float32], redacted: NDArray[np.float32], at: int) -> float:
    """Highest normalised correlation of a window with the redacted sound around the same place."""
    first, last = max(0, at - LAG), min(len(redacted), at + WINDOW + LAG)
    around = redacted[first:last].astype(np.float64)
    if len(around) < WINDOW:
        return 0.0
    window = heard.astype(np.float64)
    window = window - window.mean()
    product = np.correlate(around, window, "valid")  # [lags]
    energy = np.maximum(_running(around**2) - _running(around) ** 2 / WINDOW, 0.0)
    scale = np.sqrt(energy * np.sum(window**2))
    loud = energy > WINDOW * 1e-9  # -90 dB of full scale: below is rounding
    return float(np.max(np.where(loud, product / np.maximum(scale, 1e-12), 0.0)))


def _running(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums of WINDOW values in a row: [lags]."""
    sums = np.concatenate((np.zeros(1), np.cumsum(values)))
    total: NDArray[np.float64] = sums[WINDOW:] - sums[:-WINDOW]
    return total


def _loudness(samples: NDArray[np.float32]) -> float:
    frames = samples[: len(samples) // HOP * HOP].reshape(-1, HOP)
    levels = np.sqrt(np.mean(frames.astype(np.float64) ** 2, axis=1)) if len(frames) else np.zeros(1)
    sounding = levels[levels > 1e-3]
    return float(np.sqrt(np.mean(sounding**2))) if len(sounding) else 0.0


def _rms(samples: NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)))
