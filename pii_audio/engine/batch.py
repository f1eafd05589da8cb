"""Clips of any length through the model: sorted by length, in batches of bounded memory, back in their order.

A clip is encoded with a margin of silence behind it, up to the next multiple of a bucket; the rest of the
30 s is cached silence of the clip's own loudness floor. The exact mode encodes all 30 s. One encoder pass
serves language, text and times. This module knows samples and token ids, neither text nor recordings.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pii_audio.engine.align import align
from pii_audio.engine.beam import beam_search
from pii_audio.engine.decode import Slots
from pii_audio.engine.device import give_back
from pii_audio.engine.mel import log_mel
from pii_audio.engine.model import Cross, Model, Silence, cross_attend, encode, new_cross, silence
from pii_audio.engine.rules import Decoded, Vocabulary

__all__ = ["Engine", "Spoken", "transcribe"]

SAMPLE_RATE = 16_000  # Hz
FRAME = 320  # samples of an encoder frame, 20 ms
MEL_FRAME = 160  # samples of a mel frame
MARGIN = 64  # frames of silence that are really encoded behind a clip
BUCKET = 32  # frames: clips are padded to multiples of it
STRIDE = 16  # frames of cached silence that stand together as one
LEVELS = 1  # loudness floors a unit of the normalised log-mel (40 dB) for which silence is computed
STEPS = 8  # floors a unit that are told apart; between two levels stands a mixture
EARLY_S = 0.1  # a timestamp this close to a clip's end ends it
MAX_BATCH = {"cpu": 32, "cuda": 256}  # clips
ROOMS = (192, 384, 768)  # frames: clips of one class are decoded together, whatever is longer apart
ENCODE_FRAMES = {"cpu": 2048, "cuda": 48_000}  # encoded, and aligned, at once
REFILL = 4  # as soon as this share of the slots is free, those that wait take their place: a quarter
EIGHT = 8  # slots: batches are multiples of it, or its halves


@dataclass(slots=True)
class Engine:
    """A model, and what it has learnt about silence so far."""

    model: Model
    vocabulary: Vocabulary
    batch_frames: int
    prompt: tuple[int, ...] = ()
    beams: int = 1
    _levels: dict[int, Silence] = field(default_factory=dict)
    _between: dict[int, Silence] = field(default_factory=dict)

    def behind(self, floors: Tensor) -> Silence:
        """What stands behind clips with these floors, [batch]."""
        found = [self._mixture(round(floor * STEPS)) for floor in floors.tolist()]
        encoder, decoder = (torch.cat(parts, 2) for parts in zip(*(f[1:3] for f in found), strict=True))
        return Silence(STRIDE, encoder, decoder, found[0].weights)

    def _mixture(self, step: int) -> Silence:
        """Silence between two levels, computed once."""
        if step not in self._between:
            level, share = divmod(step, STEPS // LEVELS)
            low, high = self._level(level), self._level(level + 1)
            encoder, decoder = (
                torch.lerp(a, b, share * LEVELS / STEPS) for a, b in zip(low[1:3], high[1:3], strict=True)
            )
            self._between[step] = Silence(STRIDE, encoder, decoder, low.weights)
        return self._between[step]

    def _level(self, level: int) -> Silence:
        if level not in self._levels:
            shape = (1, self.model.dims.n_mels, 2 * self.model.dims.n_audio_ctx)
            mel = torch.full(shape, level / LEVELS, device=self.model.device)
            self._levels[level] = silence(self.model, mel, STRIDE)
        return self._levels[level]


@dataclass(frozen=True, slots=True)
class Job:
    """A clip that waits for its turn."""

    row: int  # its place in the order of the caller
    samples: NDArray[np.float32]
    frames: int  # that it is encoded with


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
    jobs = [Job(row, clip, context if full else padded(len(clip), context)) for row, clip in enumerate(clips)]
    for room, members in rooms(jobs, context):
        decode = _together if engine.beams == 1 else _searched
        for job, decoded, begins in decode(engine, members, room, doubtful):
            found[job.row] = _spoken(engine.vocabulary, decoded, begins)
    give_back(engine.model.device)
    return found


def padded(samples: int, context: int) -> int:
    """Frames that a clip is encoded with: its own, the margin, up to a multiple of the bucket."""
    frames = -(-samples // FRAME) + MARGIN
    return min(-(-frames // BUCKET) * BUCKET, context)


def rooms(jobs: Sequence[Job], context: int) -> Iterator[tuple[int, list[Job]]]:
    """Clips of one class of length each, the longest first (a lack of memory shows early), and its room."""
    ordered = sorted(jobs, key=lambda job: -job.frames)
    for least, room in reversed(tuple(zip((0, *ROOMS), (*ROOMS, context), strict=True))):
        if members := [job for job in ordered if least < job.frames <= room]:
            yield members[0].frames, members


def _together(
    engine: Engine, jobs: Sequence[Job], room: int, doubtful: Callable[[Decoded], bool]
) -> Iterator[tuple[Job, Decoded, NDArray[np.float64]]]:
    """Decode and align clips of like length: as sequences finish, others take their slots."""
    waiting, held = deque(jobs), dict[int, Job]()
    give_back(engine.model.device)
    slots = _slots(engine, jobs, room)
    slots.record()
    while waiting or held:
        free = [slot for slot in range(slots.size) if slot not in held]
        if new := {slot: waiting.popleft() for slot in free if waiting}:
            give_back(engine.model.device)
            _listen(engine, slots.cross, new)
            held |= new
            widest = max(job.frames for job in held.values())
            slots.start(list(new), *_limits(engine, new.values()), widest)
        enough = -(-len(held) // REFILL) if waiting else -(-len(held) // 2)
        done = _run(slots, held, enough)
        results = dict(zip(done, slots.results(done), strict=True))
        fine = {slot: result for slot, result in results.items() if not doubtful(result)}
        begins = _begins(engine, slots.cross, {slot: held[slot] for slot in fine}, fine)
        yield from ((held[slot], fine[slot], begins[slot]) for slot in fine)
        held = {slot: job for slot, job in held.items() if slot not in results}
        fixed = engine.model.device.type == "cuda"  # a graph is bound to its memory
        if not (waiting or fixed) and held and (size := _few_sizes(len(held))) < slots.size:
            rest = [*held, *(slot for slot in range(slots.size) if slot not in held)]
            slots.shrink(rest[:size])
            held = dict(enumerate(held.values()))


def _searched(
    engine: Engine, jobs: Sequence[Job], room: int, doubtful: Callable[[Decoded], bool]
) -> Iterator[tuple[Job, Decoded, NDArray[np.float64]]]:
    """The same by beam search, one group of clips after the other."""
    size = max(1, min(MAX_BATCH[engine.model.device.type], engine.batch_frames // room) // engine.beams)
    for at in range(0, len(jobs), size):
        held = dict(enumerate(jobs[at : at + size]))
        give_back(engine.model.device)
        cross = new_cross(engine.model, len(held), room, _groups(engine, jobs))
        _listen(engine, cross, held)
        limits, stops = _limits(engine, held.values())
        found = beam_search(
            engine.model, cross, engine.vocabulary, limits, stops, engine.prompt, engine.beams
        )
        fine = {slot: result for slot, result in enumerate(found) if not doubtful(result)}
        begins = _begins(engine, cross, {slot: held[slot] for slot in fine}, fine)
        yield from ((held[slot], fine[slot], begins[slot]) for slot in fine)


def _groups(engine: Engine, jobs: Sequence[Job]) -> int:
    """Groups of silence that these clips need room for."""
    context = engine.model.dims.n_audio_ctx
    return 0 if all(job.frames == context for job in jobs) else -(-context // STRIDE)


def _slots(engine: Engine, jobs: Sequence[Job], room: int) -> Slots:
    most = max(1, min(MAX_BATCH[engine.model.device.type], engine.batch_frames // room))
    return Slots(
        engine.model,
        engine.vocabulary,
        engine.prompt,
        size=min(_few_sizes(len(jobs)), most // EIGHT * EIGHT or 1 << (most.bit_length() - 1)),
        frames=room,
        groups=_groups(engine, jobs),
        most=max(_limits(engine, jobs)[0]),
    )


def _limits(engine: Engine, jobs: Iterable[Job]) -> tuple[list[int], list[float]]:
    """The most tokens of each clip, and the time at which it ends."""
    context, seconds = engine.model.dims.n_audio_ctx, [len(job.samples) / SAMPLE_RATE for job in jobs]
    most = [min(10 + int(8 * s), engine.model.dims.n_text_ctx // 2) for s in seconds]
    stops = [math.inf if job.frames == context else s - EARLY_S for job, s in zip(jobs, seconds, strict=True)]
    return most, stops


def _few_sizes(count: int) -> int:
    """The next batch size that is used at all: libraries keep a kernel for every shape they meet."""
    return -(-count // EIGHT) * EIGHT if count > EIGHT else 1 << (count - 1).bit_length()


def _run(slots: Slots, held: Mapping[int, Job], enough: int) -> list[int]:
    """Step until so many of the sequences are finished; which."""
    while True:
        alive = slots.look()
        done = [slot for slot in held if not alive[slot]]
        if len(done) >= enough:
            return done
        slots.advance()


def _listen(engine: Engine, cross: Cross, jobs: Mapping[int, Job]) -> None:
    """Encode clips into their slots of what the decoder attends to, those of equal length together."""
    model, context = engine.model, engine.model.dims.n_audio_ctx
    for length in sorted({job.frames for job in jobs.values()}):
        members = [slot for slot, job in jobs.items() if job.frames == length]
        while members:
            size = 1 << (
                min(len(members), max(1, ENCODE_FRAMES[engine.model.device.type] // length)).bit_length() - 1
            )  # few shapes
            rows, members = members[:size], members[size:]
            mel, floors = _log_mel(engine, [jobs[slot].samples for slot in rows], length)
            behind = engine.behind(floors) if length < context else None
            x = encode(model, mel, length, behind)
            cross_attend(model, x, cross, torch.tensor(rows, device=model.device), behind)


def _log_mel(engine: Engine, batch: Sequence[NDArray[np.float32]], frames: int) -> tuple[Tensor, Tensor]:
    dims = engine.model.dims
    mel_frames = min(2 * frames + 2, 2 * dims.n_audio_ctx)  # two more: the convolutions look ahead
    device = engine.model.device
    pinned = device.type == "cuda"  # copied while the host goes on
    samples = torch.zeros(len(batch), mel_frames * MEL_FRAME, pin_memory=pinned)
    for row, clip in zip(samples, batch, strict=True):
        row[: len(clip)] = torch.tensor(clip[: len(row)])
    return log_mel(samples.to(device, non_blocking=pinned), dims.n_mels)


def _begins(
    engine: Engine, cross: Cross, jobs: Mapping[int, Job], decoded: Mapping[int, Decoded]
) -> dict[int, NDArray[np.float64]]:
    """Seconds at which each text token begins, and at which the last one ends, by slot."""
    vocabulary = engine.vocabulary
    texts = {
        slot: [token for token in result.tokens if token < vocabulary.end] for slot, result in decoded.items()
    }
    worded = [slot for slot, text in texts.items() if text]
    begins: dict[int, NDArray[np.float64]] = {slot: np.zeros(1) for slot in decoded}
    size = max(
        1, ENCODE_FRAMES[engine.model.device.type] // max((job.frames for job in jobs.values()), default=1)
    )
    for chunk in (worded[at : at + size] for at in range(0, len(worded), size)):
        widest = max(jobs[slot].frames for slot in chunk)
        prefixes = [_prefix(vocabulary, decoded[slot]) for slot in chunk]
        frames = [max(1, -(-len(jobs[slot].samples) // FRAME)) for slot in chunk]
        said = [texts[slot] for slot in chunk]
        times = align(engine.model, cross.take(chunk, widest), prefixes, said, vocabulary.end, frames)
        for slot, first in zip(chunk, times, strict=True):
            begins[slot] = np.asarray(first * vocabulary.step_s, dtype=np.float64)
    return begins


def _spoken(vocabulary: Vocabulary, decoded: Decoded, begins: NDArray[np.float64]) -> Spoken:
    pairs = zip(decoded.tokens, decoded.log_probabilities, strict=True)
    said = [(token, math.exp(value)) for token, value in pairs if token < vocabulary.end]
    return Spoken(decoded, tuple(token for token, _ in said), tuple(value for _, value in said), begins)


def _prefix(vocabulary: Vocabulary, decoded: Decoded) -> tuple[int, ...]:
    language = (decoded.language,) if decoded.language else ()
    return vocabulary.start, *language, *vocabulary.task, vocabulary.no_timestamps
