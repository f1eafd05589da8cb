"""Where somebody speaks: windows of at most 30 s for Whisper, cut at silence.

A word lost here is a leak that nobody sees, so every choice leans towards recall: a low threshold, a second
look at thirtyfold loudness for the far end of the room, and generous margins. What is no sound at all never
becomes a window, so Whisper has nothing to invent words from.
This module knows samples; it does not know files, languages or words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pii_audio.errors import ModelError
from pii_audio.types import Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SAMPLE_RATE", "SpeechDetector", "rechunked"]

SAMPLE_RATE = 16_000  # Hz
FRAME = 512  # samples, 32 ms: what Silero judges at a time
CONTEXT = 64  # samples of the frame before, which it wants to see too
BLOCK = 512  # frames a call, about 16 s
# Of 152 household clips made 40 dB quieter, 20 stay below THRESHOLD at gain 1 and none at gain 30;
# white and pink noise, hum, clicks, dither and tones stay below 0.15 at both.
THRESHOLD = 0.2
SURE = 0.5  # from here on it is speech and not only sound that might be
GAINS = (1.0, 30.0)
MARGIN = 10  # frames kept on both sides of speech, 320 ms
LONGEST = 30 * SAMPLE_RATE // FRAME  # frames of a window
EARLIEST_CUT = LONGEST // 2  # frames: speech that goes on is cut in the second half of a window


class SpeechDetector:
    """Silero's voice activity model through ONNX Runtime, on one thread. Holds weights, no state of a stream.

    Raises ModelError where the wheel `silero-vad`, which carries the model file, is not installed.
    """

    def __init__(self) -> None:
        self._session = _session()

    def spans(self, samples: NDArray[np.float32]) -> list[tuple[float, float]]:
        """Speech with its margins: [begin, end) in seconds, in order, not overlapping. samples: [samples]."""
        loud = (
            np.concatenate([p for _, p in self._blocks([samples])] or [np.empty(0, np.float32)]) >= THRESHOLD
        )
        spread = np.convolve(loud, np.ones(2 * MARGIN + 1), "same") > 0 if loud.any() else loud
        length = len(samples) / SAMPLE_RATE
        return [(_seconds(b), min(_seconds(e), length)) for b, e in _runs(spread)]

    def spoken(self, chunks: Iterable[NDArray[np.float32]]) -> list[tuple[float, float]]:
        """Where somebody surely speaks: [begin, end) in seconds, in order, without margins. Streams."""
        sure = np.concatenate([p >= SURE for _, p in self._blocks(chunks)] or [np.empty(0, np.bool_)])
        return [(_seconds(begin), _seconds(end)) for begin, end in _runs(sure)]

    def windows(self, recording_id: str, chunks: Iterable[NDArray[np.float32]]) -> Iterator[Window]:
        """Cut a recording into windows of at most 30 s that hold everything spoken, while it streams in.

        chunks: float32 [samples] each, 16 kHz, of any length; `[audio.samples]` will do. Speech that fits
        into 30 s with its margins is one window. Where it goes on, the cut is at the longest pause that
        reaches into the window's second half, or, where there is none, at the frame least like speech.
        Windows never overlap. Memory: about a minute of sound, however long the recording is.
        """
        empty = np.empty(0, np.float32)
        samples, speech = empty, empty  # not yet given out, and the probabilities of their frames
        passed = 0  # frames given out or dropped
        for block, probabilities in chain(self._blocks(chunks), [(empty, empty)]):
            samples, speech = np.concatenate((samples, block)), np.concatenate((speech, probabilities))
            while (cut := _cut(speech, last=not len(block))) is not None:
                begin, end, done = cut
                if begin < end:  # a copy: a view would keep the whole buffer
                    held = samples[begin * FRAME : end * FRAME].copy()
                    sure = _runs(speech[begin:end] >= SURE)
                    first = passed + begin
                    spoken = tuple((_seconds(first + b), _seconds(first + e)) for b, e in sure)
                    yield Window(recording_id, _seconds(first), held, spoken)
                samples, speech, passed = samples[done * FRAME :], speech[done:], passed + done

    def _blocks(
        self, chunks: Iterable[NDArray[np.float32]]
    ) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """(samples [samples], speech probability [frames]) of 16 s each; the last may be shorter."""
        state = np.zeros((2, len(GAINS), 1, 1, 128), np.float32)  # [hidden or cell, gain, ...] of the LSTM
        before = np.zeros(CONTEXT, np.float32)
        for block in rechunked(chunks, BLOCK * FRAME):
            frames = np.pad(block, (0, -len(block) % FRAME)).reshape(-1, FRAME)  # [frames, FRAME]
            context = np.vstack((before, frames[:-1, -CONTEXT:]))
            looks = np.hstack((context, frames))  # [frames, CONTEXT + FRAME]
            best = np.zeros(len(frames), np.float32)
            for gain, (hidden, cell) in enumerate(state.swapaxes(0, 1)):
                loud = (looks * GAINS[gain]).clip(-1, 1)
                inputs = {"input": loud, "h": hidden, "c": cell}
                probabilities, *after = self._session.run(["speech_probs", "hn", "cn"], inputs)
                state[:, gain] = after
                best = np.maximum(best, probabilities)
            before = frames[-1, -CONTEXT:]
            yield block, best


@cache
def _session() -> Any:
    import onnxruntime

    package = find_spec("silero_vad")  # found, not imported: the package wants torch
    if package is None or package.origin is None:
        raise ModelError("silero-vad", "the package is not installed", "pip install silero-vad")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    path = Path(package.origin).parent / "data" / "silero_vad_16k_sequence.onnx"
    if not path.exists():
        raise ModelError("silero-vad", "its model file is missing", "pip install 'silero-vad>=6.2'")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _cut(speech: NDArray[np.float32], *, last: bool) -> tuple[int, int, int] | None:
    """The next window among the frames at hand: (begin, end, frames done with), or None: wait for more.

    begin == end: no speech there, only frames to drop.
    """
    loud = np.flatnonzero(speech >= THRESHOLD)
    if not len(loud):
        done = len(speech) if last else max(0, len(speech) - MARGIN)
        return (0, 0, done) if done else None
    begin = max(0, int(loud[0]) - MARGIN)
    limit = begin + LONGEST
    if loud[-1] < limit and last:
        return begin, min(int(loud[-1]) + 1 + MARGIN, limit, len(speech)), len(speech)
    if not last and len(speech) < limit + 2 * MARGIN:
        return None
    # only pauses that reach the second half; of one that runs out of the window, two margins count
    pauses = _runs(speech[begin : limit + 2 * MARGIN] < THRESHOLD)
    pauses = [(begin + b, begin + e) for b, e in pauses if b <= LONGEST and e > EARLIEST_CUT]
    if not pauses:
        end = begin + EARLIEST_CUT + int(np.argmin(speech[begin + EARLIEST_CUT : limit]))
        return begin, end, end
    first, after = max(pauses, key=lambda pause: pause[1] - pause[0])
    end = min(first + MARGIN, (first + after + 1) // 2, limit)
    return begin, end, end


def rechunked(chunks: Iterable[NDArray[np.float32]], size: int) -> Iterator[NDArray[np.float32]]:
    """The same samples in pieces of `size`; the last one may be shorter, none is empty."""
    held: list[NDArray[np.float32]] = []
    missing = size
    for chunk in chunks:
        while len(chunk) >= missing:
            yield np.concatenate([*held, chunk[:missing]])
            chunk, held, missing = chunk[missing:], [], size
        if len(chunk):
            held.append(chunk)
            missing -= len(chunk)
    if held:
        yield np.concatenate(held)


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """[begin, end) of each stretch of true flags."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return [(int(b), int(e)) for b, e in edges.reshape(-1, 2)]


def _seconds(frames: int) -> float:
    return frames * FRAME / SAMPLE_RATE
