"""Clips of any length through the model: sorted by length, in batches of bounded memory, back in their order.

A clip is encoded with a margin of silence behind it, up to the next multiple of a bucket; the rest of the
30 s is cached silence of the clip's own loudness floor. The exact mode encodes all 30 s. One encoder pass
serves language, text and times. This module knows samples and token ids, neither text nor recordings.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pii_audio.engine.align import align
from pii_audio.engine.decode import Decoded, Vocabulary, greedy
from pii_audio.engine.device import give_back
from pii_audio.engine.mel import log_mel
from pii_audio.engine.model import Cross, Model, Silence, cross_attend, encode, new_cross, silence

__all__ = ["Engine", "Spoken", "transcribe"]

SAMPLE_RATE = 16_000  # Hz
FRAME = 320  # samples of an encoder frame, 20 ms
MEL_FRAME = 160  # samples of a mel frame
MARGIN = 64  # frames of silence that are really encoded behind a clip
BUCKET = 32  # frames: clips are padded to multiples of it
STRIDE = 16  # frames of cached silence that stand together as one
LEVELS = 1  # loudness floors a unit of the normalised log-mel (40 dB) for which silence is computed
EARLY_S = 0.1  # a timestamp this close to a clip's end ends it
ROOM = 128  # frames: caches are multiples of it
MAX_BATCH = 32  # clips
ENCODE_FRAMES = 2048  # encoded, and aligned, at once


@dataclass(slots=True)
class Engine:
    """A model, and what it has learnt about silence so far."""

    model: Model
    vocabulary: Vocabulary
    batch_frames: int
    prompt: tuple[int, ...] = ()
    _levels: dict[int, Silence] = field(default_factory=dict)

    def behind(self, floors: Tensor) -> Silence:
        """What stands behind clips with these floors, [batch]: between two levels, computed once."""
        places = floors * LEVELS
        low = places.floor()
        lower = [self._level(int(level)) for level in low.tolist()]
        upper = [self._level(int(level) + 1) for level in low.tolist()]
        share = (places - low).to(self.model.dtype)[
            :, None, None, None
        ]  # over [layers, 2, batch, heads, ...]
        return Silence(
            STRIDE,
            torch.lerp(
                torch.cat([s.encoder for s in lower], 2), torch.cat([s.encoder for s in upper], 2), share
            ),
            torch.lerp(
                torch.cat([s.decoder for s in lower], 2), torch.cat([s.decoder for s in upper], 2), share
            ),
            lower[0].weights,
        )

    def _level(self, level: int) -> Silence:
        if level not in self._levels:
            shape = (1, self.model.dims.n_mels, 2 * self.model.dims.n_audio_ctx)
            mel = torch.full(shape, level / LEVELS, device=self.model.device)
            self._levels[level] = silence(self.model, mel, STRIDE)
        return self._levels[level]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the model heard in one clip."""

    decoded: Decoded
    text: tuple[int, ...]  # the text tokens alone
    probabilities: tuple[float, ...]  # of each
    begins: NDArray[np.float64]  # seconds at which each begins, and at which the last one ends


@torch.inference_mode()
def transcribe(
    engine: Engine,
    clips: Sequence[NDArray[np.float32]],
    *,
    full: bool,
    doubtful: Callable[[Decoded], bool],
) -> list[Spoken | None]:
    """Transcribe clips of at most 30 s each, in order. Samples at 16 kHz, [samples].

    full: encode all 30 s. doubtful: says which results nobody should read; they are None and have no times.
    """
    found: list[Spoken | None] = [None] * len(clips)
    model, context = engine.model, engine.model.dims.n_audio_ctx
    lengths = [context if full else padded(len(clip), context) for clip in clips]
    for rows in groups(lengths, engine.batch_frames):
        batch, frames = [clips[row] for row in rows], [lengths[row] for row in rows]
        cross = _listen(engine, batch, frames)
        seconds = [len(clip) / SAMPLE_RATE for clip in batch]
        limits = [min(10 + int(8 * s), model.dims.n_text_ctx // 2) for s in seconds]
        stops = [math.inf if n == context else s - EARLY_S for n, s in zip(frames, seconds, strict=True)]
        decoded = greedy(model, cross, engine.vocabulary, limits, stops, engine.prompt)
        fine = [i for i, result in enumerate(decoded) if not doubtful(result)]
        for i, spoken in zip(fine, _timed(engine, cross, decoded, batch, fine), strict=True):
            found[rows[i]] = spoken
        del cross
        give_back()
    return found


def padded(samples: int, context: int) -> int:
    """Frames that a clip is encoded with: its own, the margin, up to a multiple of the bucket."""
    frames = -(-samples // FRAME) + MARGIN
    return min(-(-frames // BUCKET) * BUCKET, context)


def groups(lengths: Sequence[int], batch_frames: int) -> Iterator[list[int]]:
    """Rows to decode together, of like length, the longest first (a lack of memory shows early)."""
    rows = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    while rows:
        size = max(1, min(MAX_BATCH, batch_frames // lengths[rows[0]]))
        yield rows[:size]
        rows = rows[size:]


def _listen(engine: Engine, batch: Sequence[NDArray[np.float32]], frames: Sequence[int]) -> Cross:
    """Encode clips, those of equal length together, into what the decoder attends to."""
    model, context = engine.model, engine.model.dims.n_audio_ctx
    silent = -(-context // STRIDE) if min(frames) < context else 0
    room = min(-(-max(frames) // ROOM) * ROOM, context)  # few shapes
    cross = new_cross(model, len(batch), room, silent)
    for length in sorted(set(frames)):
        members = [i for i, count in enumerate(frames) if count == length]
        while members:
            size = 1 << (min(len(members), max(1, ENCODE_FRAMES // length)).bit_length() - 1)  # few shapes
            rows, members = members[:size], members[size:]
            mel, floors = _log_mel(engine, [batch[i] for i in rows], length)
            behind = engine.behind(floors) if length < context else None
            x = encode(model, mel, length, behind)
            cross_attend(model, x, cross, torch.tensor(rows, device=model.device), behind)
    return cross


def _log_mel(engine: Engine, batch: Sequence[NDArray[np.float32]], frames: int) -> tuple[Tensor, Tensor]:
    dims = engine.model.dims
    mel_frames = min(2 * frames + 2, 2 * dims.n_audio_ctx)  # two more: the convolutions look ahead
    samples = torch.zeros(len(batch), mel_frames * MEL_FRAME)
    for row, clip in zip(samples, batch, strict=True):
        row[: len(clip)] = torch.tensor(clip[: len(row)])
    return log_mel(samples.to(engine.model.device), dims.n_mels)


def _timed(
    engine: Engine,
    cross: Cross,
    decoded: Sequence[Decoded],
    batch: Sequence[NDArray[np.float32]],
    fine: Sequence[int],
) -> list[Spoken]:
    """Align those results that are fine, all at once."""
    vocabulary, texts, probabilities = engine.vocabulary, [], []
    for i in fine:
        pairs = zip(decoded[i].tokens, decoded[i].log_probabilities, strict=True)
        said = [(token, math.exp(value)) for token, value in pairs if token < vocabulary.end]
        texts.append(tuple(token for token, _ in said))
        probabilities.append(tuple(value for _, value in said))
    worded = [i for i, text in enumerate(texts) if text]
    begins: list[NDArray[np.float64]] = [np.zeros(1)] * len(fine)
    size = max(1, ENCODE_FRAMES // cross.frames)
    for chunk in (worded[at : at + size] for at in range(0, len(worded), size)):
        rows = torch.tensor([fine[i] for i in chunk], device=engine.model.device)
        keys, values = [k[rows] for k in cross.keys], [v[rows] for v in cross.values]
        part = Cross(keys, values, cross.bias[rows], cross.frames)
        prefixes = [_prefix(vocabulary, decoded[fine[i]]) for i in chunk]
        frames = [max(1, -(-len(batch[fine[i]]) // FRAME)) for i in chunk]
        times = align(engine.model, part, prefixes, [texts[i] for i in chunk], vocabulary.end, frames)
        for i, first in zip(chunk, times, strict=True):
            begins[i] = np.asarray(first * vocabulary.step_s, dtype=np.float64)
    return [
        Spoken(decoded[i], *rest)
        for i, rest in zip(fine, zip(texts, probabilities, begins, strict=True), strict=True)
    ]


def _prefix(vocabulary: Vocabulary, decoded: Decoded) -> tuple[int, ...]:
    language = (decoded.language,) if decoded.language else ()
    return vocabulary.start, *language, *vocabulary.task, vocabulary.no_timestamps
