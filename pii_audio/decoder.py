"""Recordings decoded and cut into windows by a thread that runs a little ahead of whoever hears them.

What goes wrong with one recording comes with its end, as a Failure, and the next ones go on.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pii_audio.errors import PiiAudioError
from pii_audio.types import Failure, Recording, Window

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pii_audio.config import TranscribeConfig
    from pii_audio.speech import SpeechDetector

__all__ = ["Decoder", "End"]

AHEAD_S = 600.0  # seconds of speech decoded ahead: bounds the memory of any number of recordings


@dataclass(frozen=True, slots=True)
class End:
    """Stands behind the last window of a recording."""

    recording: Recording
    duration_s: float = 0.0
    failure: Failure | None = None


class Decoder:
    """A thread that decodes recordings and cuts them into windows, at most AHEAD_S of speech ahead."""

    def __init__(
        self,
        recordings: Iterable[Recording],
        detector: SpeechDetector,
        config: TranscribeConfig,
        muted: Mapping[str, Sequence[tuple[float, float]]],
    ) -> None:
        self._recordings, self._detector, self._config = recordings, detector, config
        self._muted = muted
        self._pieces: queue.Queue[Window | End | BaseException | None] = queue.Queue()
        self._room = threading.Condition()
        self._ahead_s = 0.0
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="decoder", daemon=True)

    def __enter__(self) -> Iterator[Window | End]:
        self._thread.start()
        return self._take()

    def __exit__(self, *_: object) -> None:
        with self._room:
            self._stopped = True
            self._room.notify()
        self._thread.join()

    def _take(self) -> Iterator[Window | End]:
        while (piece := self._pieces.get()) is not None:
            if isinstance(piece, BaseException):
                raise piece
            if isinstance(piece, Window):
                with self._room:
                    self._ahead_s -= piece.duration_s
                    self._room.notify()
            yield piece

    def _run(self) -> None:
        try:
            for recording in self._recordings:
                for piece in self._decode(recording):
                    if not self._put(piece):
                        return
            self._pieces.put(None)
        except BaseException as error:  # noqa: BLE001 - handed to the consumer, which raises it
            self._pieces.put(error)

    def _put(self, piece: Window | End) -> bool:
        with self._room:
            self._room.wait_for(lambda: self._ahead_s < AHEAD_S or self._stopped)
            if isinstance(piece, Window):
                self._ahead_s += piece.duration_s
            self._pieces.put(piece)
            return not self._stopped

    def _decode(self, recording: Recording) -> Iterator[Window | End]:
        from pii_audio.audio import SAMPLE_RATE, stream

        samples = 0

        def counted() -> Iterator[NDArray[np.float32]]:
            nonlocal samples
            chunks = stream(recording, max_hours=self._config.max_hours)
            for chunk in _silenced(chunks, recording.offset_s, self._muted.get(recording.id, ())):
                samples += len(chunk)
                yield chunk

        try:
            yield from self._detector.windows(recording.id, counted())
            yield End(recording, samples / SAMPLE_RATE)
        except PiiAudioError as error:
            yield End(recording, failure=Failure(recording.id, "decode", error.advice, recording.path))
        except Exception as error:  # noqa: BLE001 - one recording must not stop the others
            yield End(recording, failure=Failure.unexpected(recording.id, "decode", error))


def _silenced(
    chunks: Iterable[NDArray[np.float32]], begin_s: float, spans: Sequence[tuple[float, float]]
) -> Iterator[NDArray[np.float32]]:
    """The same samples, zero within the spans; the first one is that of begin_s."""
    from pii_audio.audio import SAMPLE_RATE

    at = round(begin_s * SAMPLE_RATE)
    places = [(round(begin * SAMPLE_RATE), round(end * SAMPLE_RATE)) for begin, end in spans]
    for chunk in chunks:
        inside = [(max(0, b - at), e - at) for b, e in places if b < at + len(chunk) and at < e]
        quiet = chunk.copy() if inside else chunk
        for first, last in inside:
            quiet[first:last] = 0.0
        yield quiet
        at += len(chunk)
