"""Hearing the sound of a release again: all of it, what is around masked seconds, single stretches.

Each time otherwise: around masked seconds the windows are cut elsewhere and Whisper is told the removed
names, because what it does not catch in passing it may catch when it expects it, and nothing is heard in the
full 30 s of context, as the first hearing does in doubt; single stretches get those at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pii_audio import pipeline, plugins
from pii_audio.config import Config
from pii_audio.formats.release import Masked, Release, ReleasedRecording
from pii_audio.runners.memory import Key
from pii_audio.runners.release import sound_of, sounding
from pii_audio.types import Failure, Recording, Transcript

if TYPE_CHECKING:
    from pii_audio.runners.watch import Watch

__all__ = ["Hearing"]

CLOSE_S = 3.0  # seconds on either side of a stretch that is heard closely
AROUND_S = 2.0  # seconds on either side of what is masked that are heard a second time
DOUBTFUL = 0.3  # confidence of a word below which it may have been another
LEAST_S = 0.3  # of sound that is not masked: less holds no word


@dataclass
class Hearing:
    """One release, heard as often as is asked. Transcripts have the times of the whole recordings."""

    folder: Path
    release: Release
    config: Config
    watch: Watch
    memory: dict[Key, Transcript] = field(default_factory=dict, repr=False)
    model: str = ""
    failures: list[Failure] = field(default_factory=list)

    def whole(self) -> list[Transcript]:
        """Everything that is not masked from beginning to end.

        Where the second hearing would cover all of a recording, doubt calls for that one, not for the full
        30 s of context.
        """
        sounding = [r for r in self._sounding() if _open_s(r) > LEAST_S]
        parts = {near: [self._recording(r) for r in sounding if _near(r) == near] for near in (False, True)}
        return self._hear("hear", parts[False]) + self._hear("hear beside masks", parts[True], fallback=False)

    def around(self, names: Sequence[str], heard: Sequence[Transcript] | None = None) -> list[Transcript]:
        """What is around masked seconds, by a Whisper that expects these names.

        Where it was `heard` without doubt, it is not heard again.
        """
        parts = [part for r in self._sounding() for part in _around(r, self._recording(r))]
        if heard is not None:
            said, masked = {t.recording_id: t for t in heard}, {r.id: r.masked for r in self._sounding()}
            parts = [p for p in parts if _unsure(p, said.get(p.id), masked[p.id])]
        return self._hear("hear again", parts, hotwords=tuple(names), fallback=False)

    def closely(self, stretches: Sequence[tuple[str, float, float]]) -> list[Transcript]:
        """Single stretches (recording id, begin_s, end_s), in Whisper's full 30 s of context."""
        sounds = {r.id: self._recording(r) for r in self._sounding()}
        return self._hear("hear closely", self._close(stretches, sounds), exact=True)

    def source(
        self, stretches: Sequence[tuple[str, float, float]], sources: Mapping[str, Recording]
    ) -> list[Transcript]:
        """The same of what the release was made from, where it is still there: nothing is masked."""
        known = [stretch for stretch in stretches if stretch[0] in sources]
        failures = len(self.failures)
        heard = self._hear("hear the source", self._close(known, sources), masks=False, exact=True)
        del self.failures[failures:]  # a source that is gone is no fault of the release
        return heard

    def _close(
        self, stretches: Sequence[tuple[str, float, float]], sounds: Mapping[str, Recording]
    ) -> list[Recording]:
        parts, lasting = [], {r.id: r.duration_s for r in self.release.recordings}
        for recording_id, begin_s, end_s in dict.fromkeys(stretches):
            begin, end = max(0.0, begin_s - CLOSE_S), min(end_s + CLOSE_S, lasting[recording_id])
            parts.append(replace(sounds[recording_id], offset_s=begin, duration_s=end - begin))
        return parts

    def _sounding(self) -> list[ReleasedRecording]:
        return sounding(self.folder, self.release)

    def _recording(self, released: ReleasedRecording) -> Recording:
        return sound_of(self.folder, released)

    def _hear(
        self, stage: str, parts: Sequence[Recording], *, masks: bool = True, **changes: object
    ) -> list[Transcript]:
        from pii_audio.speech import SpeechDetector

        config = self.config.transcribe.model_copy(update=changes)
        released = {r.id: r for r in self.release.recordings if masks}
        muted = {name: [(m.begin_s, m.end_s) for m in r.masked] for name, r in released.items()}
        keys = [(config.fingerprint(), *_identity(part, released.get(part.id))) for part in parts]
        todo = {key: part for key, part in zip(keys, parts, strict=True) if key not in self.memory}
        if todo:
            self.watch.start(stage, len(todo))
            transcriber = plugins.load("transcribers", config.engine)(config)
            results = pipeline.transcribe(todo.values(), transcriber, SpeechDetector(), config, muted=muted)
            for (key, part), result in zip(todo.items(), results, strict=True):
                if isinstance(result, Failure):
                    self.failures.append(result)
                else:
                    self.memory[key] = _placed(result, part)
                self.watch.advance()
        heard = [self.memory[key] for key in keys if key in self.memory]
        self.model = self.model or next((t.model for t in heard if t.model), "")
        return heard


def _identity(part: Recording, released: ReleasedRecording | None) -> Key:
    """What decides how a stretch sounds: its bytes, what of them is muted, and where it lies."""
    bytes_, muted = (released.files.get(str(released.audio)), released.masked) if released else ("", ())
    return part.id, bytes_ or part.content_hash, muted, part.offset_s, part.duration_s


def _open_s(recording: ReleasedRecording) -> float:
    return recording.duration_s - sum(m.end_s - m.begin_s for m in recording.masked)


def _near(released: ReleasedRecording) -> bool:
    """Whether all of a recording is around its masked seconds."""
    return _stretches(released) == [[0.0, released.duration_s]]


def _around(released: ReleasedRecording, whole: Recording) -> Iterator[Recording]:
    """The stretches around masked seconds, as recordings of their own."""
    for begin, end in _stretches(released):
        inside = sum(max(0.0, min(m.end_s, end) - max(m.begin_s, begin)) for m in released.masked)
        if end - begin - inside > LEAST_S:
            yield replace(whole, offset_s=begin, duration_s=end - begin)


def _stretches(released: ReleasedRecording) -> list[list[float]]:
    """[begin_s, end_s] around masked seconds, in order, those that touch as one."""
    stretches: list[list[float]] = []
    for mask in released.masked:
        begin, end = max(0.0, mask.begin_s - AROUND_S), min(mask.end_s + AROUND_S, released.duration_s)
        if stretches and begin <= stretches[-1][1]:
            stretches[-1][1] = end
        else:
            stretches.append([begin, end])
    return stretches


def _unsure(part: Recording, heard: Transcript | None, masked: Sequence[Masked]) -> bool:
    """Whether a word of a stretch, outside what is masked, was heard with doubt; or nothing was heard."""
    if heard is None or not heard.words:
        return True
    end_s = part.offset_s + (part.duration_s or 0.0)
    near = (w for w in heard.words if w.begin_s < end_s and part.offset_s < w.end_s)
    open_ = (w for w in near if not any(m.begin_s < w.end_s and w.begin_s < m.end_s for m in masked))
    return any(word.confidence < DOUBTFUL for word in open_)


def _placed(result: Transcript, part: Recording) -> Transcript:
    """Times from the beginning of the recording, not of the stretch."""
    moved = (
        replace(w, begin_s=w.begin_s + part.offset_s, end_s=w.end_s + part.offset_s) for w in result.words
    )
    return replace(result, words=tuple(moved))
