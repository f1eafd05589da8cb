"""Marked rows as they come out of a transcription: said by a machine, transcribed, marked again.

    rows -> wav files (py-nanotts, voices, speeds and pitches in turn) -> pipeline.transcribe -> rows

What is said and what is heard stays in the user's cache (private), because speaking never gives the same
sound twice: a second run is quick and on the same data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

from pii_audio import pipeline, plugins
from pii_audio.asr import Transcriber
from pii_audio.bench.align import carried
from pii_audio.bench.rows import Row
from pii_audio.config import TranscribeConfig
from pii_audio.demo import Line, say
from pii_audio.files import cache_folder, hash_file, write_json, write_private
from pii_audio.formats.native import dump_transcript, load_transcript
from pii_audio.runners.watch import Watch
from pii_audio.sources.audio_file import recording_id
from pii_audio.types import Recording, Transcript

__all__ = ["spoken"]

VOICES = {"de": ("de-DE",), "en": ("en-GB", "en-US")}
SPEEDS = (1.0, 0.9, 1.1)
PITCHES = (1.0, 0.9, 1.12)


@dataclass(frozen=True, slots=True)
class _Clip:
    row: Row = field(repr=False)
    line: Line = field(repr=False)
    wav: Path = field(repr=False)
    heard: Path = field(repr=False)  # where its transcript is kept


def spoken(rows: Sequence[Row], config: TranscribeConfig, watch: Watch) -> tuple[Row, ...]:
    """The rows with the words that were heard, each with its times; marks are carried over by alignment.

    A row of which nothing was heard has an empty text. Raises ModelError where the voices are not installed,
    or the Whisper weights are not there; ConfigError where rapidfuzz, which aligns, is missing.
    """
    transcriber: Transcriber = plugins.load("transcribers", config.engine)(config)
    key = f"{config.fingerprint()} {transcriber.fingerprint}"
    clips = [_clip(row, _line(row, number), key) for number, row in enumerate(rows)]
    silent = [clip for clip in clips if not clip.wav.exists()]
    if silent:
        watch.start("speak", len(silent))
    for clip in silent:
        write_private(clip.wav, say(clip.line))
        watch.advance()
    _transcribe([clip for clip in clips if not clip.heard.exists()], transcriber, config, watch)
    return tuple(carried(clip.row, _heard(clip)) for clip in clips)


def _line(row: Row, number: int) -> Line:
    voices = VOICES["de" if row.language == "de" else "en"]
    speed, pitch = SPEEDS[number % len(SPEEDS)], PITCHES[number // len(SPEEDS) % len(PITCHES)]
    return Line(voices[number % len(voices)], pitch, speed, row.text)


def _clip(row: Row, line: Line, key: str) -> _Clip:
    folder = cache_folder() / "bench"
    said = hashlib.sha256(f"{line} {version('py-nanotts')}".encode()).hexdigest()[:24]
    wav = folder / f"{said}.wav"
    heard = hashlib.sha256(f"{said} {key}".encode()).hexdigest()[:24]
    return _Clip(row, line, wav, folder / f"{heard}.json")


def _transcribe(
    clips: Sequence[_Clip], transcriber: Transcriber, config: TranscribeConfig, watch: Watch
) -> None:
    if not clips:
        return
    from pii_audio.speech import SpeechDetector

    watch.start("transcribe", len(clips))
    recordings = [Recording(recording_id(h := hash_file(clip.wav)), h, clip.wav) for clip in clips]
    results = pipeline.transcribe(recordings, transcriber, SpeechDetector(), config)
    for clip, result in zip(clips, results, strict=True):
        if isinstance(result, Transcript):  # a failure is tried again next time, and heard as nothing now
            write_json(clip.heard, dump_transcript(result))
        watch.advance()


def _heard(clip: _Clip) -> Transcript:
    if not clip.heard.exists():
        return Transcript(clip.row.id, "", (), clip.row.language)
    heard = load_transcript(json.loads(clip.heard.read_text(encoding="utf-8")))
    return replace(heard, recording_id=clip.row.id)
