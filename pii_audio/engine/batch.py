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
from pii_audio.engine.mel import log_mel
from pii_audio.engine.model import Cross, Model, Silence, cross_attend, encode, silence

__all__ = ["Engine", "Spoken", "transcribe"]

FRAME = 320  # samples of an encoder frame, 20 ms
MEL_FRAME = 160  # samples of a mel frame
MARGIN = 64  # frames of silence that are really encoded behind a clip
BUCKET = 32  # frames: clips are padded to multiples of it
STRIDE = 4  # frames of cached silence that stand together as one
LEVELS = 10  # loudness floors a unit of the normalised log-mel: every 4 dB
EARLY_S = 0.1  # a timestamp this close to a clip's end ends it
MAX_BATCH = 64  # clips


@dataclass(slots=True)
class Engine:
    """A model and what it has learnt about silence so far."""

    model: Model
    vocabulary: Vocabulary
    batch_frames: int
    prompt: tuple[int, ...] = ()
    _levels: dict[int, int] = field(default_factory=dict)  # loudness level -> row of the silence
    _silence: Silence | None = None

    def silence(self, floors: Tensor) -> tuple[Silence, Tensor]:
        """The cached silence, and its row for each floor, [batch]. Levels are computed when first met."""
        levels = (floors * LEVELS).round().long().tolist()
        for level in sorted(set(levels) - self._levels.keys()):
            shape = (1, self.model.dims.n_mels, 2 * self.model.dims.n_audio_ctx)
            mel = torch.full(shape, level / LEVELS, device=self.model.device)
            self._add(silence(self.model, mel, STRIDE))
            self._levels[level] = len(self._levels)
        assert self._silence is not None
        rows = [self._levels[level] for level in levels]
        return self._silence, torch.tensor(rows, device=self.model.device)

    def _add(self, new: Silence) -> None:
        old = self._silence
        if old is None:
            self._silence = new
            return

        def joined(first: list[Tensor], second: list[Tensor]) -> list[Tensor]:
            return [torch.cat(pair) for pair in zip(first, second, strict=True)]

        self._silence = Silence(
            STRIDE,
            joined(old.keys, new.keys),
            joined(old.values, new.values),
            joined(old.cross_keys, new.cross_keys),
            joined(old.cross_values, new.cross_values),
            old.bias,
        )


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
    context = engine.model.dims.n_audio_ctx
    lengths = [context if full else padded(len(clip), context) for clip in clips]
    for frames, rows in batches(lengths, engine.batch_frames):
        batch = [clips[row] for row in rows]
        cross = _listen(engine, batch, frames)
        seconds = [len(clip) / (FRAME / engine.vocabulary.step_s) for clip in batch]
        exact = frames == context
        limits = [context // 2 if exact else 10 + int(8 * s) for s in seconds]
        limits = [min(limit, engine.model.dims.n_text_ctx // 2) for limit in limits]
        stops = [math.inf if exact else s - EARLY_S for s in seconds]
        decoded = greedy(engine.model, cross, engine.vocabulary, limits, stops, engine.prompt)
        fine = [i for i, result in enumerate(decoded) if not doubtful(result)]
        for i, spoken in zip(fine, _timed(engine, cross, decoded, batch, fine), strict=True):
            found[rows[i]] = spoken
    return found


def padded(samples: int, context: int) -> int:
    """Frames that a clip is encoded with: its own, the margin, up to a multiple of the bucket."""
    frames = -(-samples // FRAME) + MARGIN
    return min(-(-frames // BUCKET) * BUCKET, context)


def batches(lengths: Sequence[int], batch_frames: int) -> Iterator[tuple[int, list[int]]]:
    """Rows of equal length, as many at once as memory allows, the longest first (a crash comes early)."""
    rows = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    while rows:
        frames = lengths[rows[0]]
        size = max(1, min(MAX_BATCH, batch_frames // frames))
        batch = [row for row in rows[:size] if lengths[row] == frames]
        yield frames, batch
        rows = rows[len(batch) :]


def _listen(engine: Engine, batch: Sequence[NDArray[np.float32]], frames: int) -> Cross:
    """From samples to what the decoder attends to."""
    model, context = engine.model, engine.model.dims.n_audio_ctx
    mel_frames = min(2 * frames + 2, 2 * context)  # two more: the convolutions look ahead
    samples = torch.zeros(len(batch), mel_frames * MEL_FRAME)
    for row, clip in zip(samples, batch, strict=True):
        row[: len(clip)] = torch.tensor(clip[: len(row)])
    mel, floors = log_mel(samples.to(model.device), model.dims.n_mels)
    behind, rows = engine.silence(floors) if frames < context else (None, None)
    return cross_attend(model, encode(model, mel, frames, behind, rows), behind, rows)


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
    if worded:
        rows = torch.tensor([fine[i] for i in worded], device=engine.model.device)
        chosen = Cross(
            [k[rows] for k in cross.keys], [v[rows] for v in cross.values], cross.bias, cross.frames
        )
        prefixes = [_prefix(vocabulary, decoded[fine[i]]) for i in worded]
        frames = [max(1, -(-len(batch[fine[i]]) // FRAME)) for i in worded]
        times = align(engine.model, chosen, prefixes, [texts[i] for i in worded], vocabulary.end, frames)
        for i, first in zip(worded, times, strict=True):
            begins[i] = np.asarray(first * vocabulary.step_s, dtype=np.float64)
    return [
        Spoken(decoded[i], *rest)
        for i, rest in zip(fine, zip(texts, probabilities, begins, strict=True), strict=True)
    ]


def _prefix(vocabulary: Vocabulary, decoded: Decoded) -> tuple[int, ...]:
    language = (decoded.language,) if decoded.language else ()
    return vocabulary.start, *language, *vocabulary.task, vocabulary.no_timestamps
