"""Hearing the sound of a release again: all of it, and what is around masked seconds once more, otherwise.

The second time the windows are cut elsewhere and Whisper is told the removed names; what it did not catch in
passing it may catch when it expects it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pii_audio import pipeline, plugins
from pii_audio.config import Config
from pii_audio.formats.release import Release, ReleasedRecording
from pii_audio.types import Failure, Recording, Transcript

if TYPE_CHECKING:
    from pii_audio.runners.local import Watch

__all__ = ["Heard", "hear"]

AROUND_S = 2.0  # seconds on either side of what is masked that are heard a second time
LEAST_S = 0.3  # of sound that is not masked: less holds no word


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard. A recording's second hearing stands behind its first."""

    transcripts: tuple[Transcript, ...] = field(repr=False)
    failures: tuple[Failure, ...]
    model: str
    summary: str


def hear(folder: Path, release: Release, names: Sequence[str], config: Config, watch: Watch) -> Heard:
    """Transcribe the sound of a release twice. Times are those of the whole recordings."""
    sounding = [r for r in release.recordings if r.audio and (folder / r.audio).is_file()]
    whole = [Recording(r.id, "", folder / str(r.audio)) for r in sounding if _open_s(r) > LEAST_S]
    around = [part for r in sounding for part in _around(r, folder)]
    watch.start("hear", len(whole))
    first, model = _transcribed(whole, config, watch)
    watch.start("hear again", len(around))
    expecting = config.model_copy(
        update={"transcribe": config.transcribe.model_copy(update={"hotwords": tuple(names)})}
    )
    second, _ = _transcribed(around, expecting, watch) if around else ([], "")
    results = [*first, *(_placed(t, part) for t, part in zip(second, around, strict=True))]
    heard = tuple(t for t in results if isinstance(t, Transcript))
    seconds = sum(part.duration_s or 0.0 for part in around)
    summary = f"{len(whole)} recordings, and {seconds:.0f} s around masked seconds a second time"
    return Heard(heard, tuple(t for t in results if isinstance(t, Failure)), model, summary)


def _transcribed(
    recordings: Sequence[Recording], config: Config, watch: Watch
) -> tuple[list[Transcript | Failure], str]:
    from pii_audio.speech import SpeechDetector

    transcriber = plugins.load("transcribers", config.transcribe.engine)(config.transcribe)
    results = []
    for result in pipeline.transcribe(recordings, transcriber, SpeechDetector(), config.transcribe):
        results.append(result)
        watch.advance()
    return results, transcriber.fingerprint


def _open_s(recording: ReleasedRecording) -> float:
    return recording.duration_s - sum(m.end_s - m.begin_s for m in recording.masked)


def _around(recording: ReleasedRecording, folder: Path) -> Iterator[Recording]:
    """The stretches around masked seconds, as recordings of their own."""
    begin = end = -1.0
    for mask in (*recording.masked, None):
        if mask is not None and begin >= 0 and mask.begin_s - AROUND_S <= end:
            end = mask.end_s + AROUND_S
            continue
        if begin >= 0:
            end = min(end, recording.duration_s)
            inside = sum(max(0.0, min(m.end_s, end) - max(m.begin_s, begin)) for m in recording.masked)
            if end - begin - inside > LEAST_S:
                path = folder / str(recording.audio)
                yield Recording(recording.id, "", path, offset_s=begin, duration_s=end - begin)
        if mask is not None:
            begin, end = max(0.0, mask.begin_s - AROUND_S), mask.end_s + AROUND_S


def _placed(result: Transcript | Failure, part: Recording) -> Transcript | Failure:
    """Times from the beginning of the recording, not of the stretch."""
    if isinstance(result, Failure):
        return result
    moved = (
        replace(w, begin_s=w.begin_s + part.offset_s, end_s=w.end_s + part.offset_s) for w in result.words
    )
    return replace(result, words=tuple(moved))
