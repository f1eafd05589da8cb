"""Households that speak: their sound, what Whisper hears, what the recognizers find. Each kept once made.

Sound and transcripts are kept in a folder, since the voices never say a thing twice the same way, transcripts
by what the core multiplies in (delete them where the core has changed otherwise); households and findings
under a hash of what they follow from, so that another tagger or another rule finds anew and a
change of the score does not.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import wave
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import households as simulation
from households import COUNTRY, PEOPLE, Household, households

from pii_audio import pipeline
from pii_audio.config import Config, TranscribeConfig
from pii_audio.files import shipped
from pii_audio.formats.native import dump_transcript, load_transcript
from pii_audio.types import Failure, Finding, Recording, RiskReport, Transcript

CACHE = Path.home() / ".cache" / "pii_audio" / "risk_speech"
PACKAGE = Path(pipeline.__file__).parent
VOICES = {"de": ("de-DE",), "en": ("en-US", "en-GB")}
PITCH = (0.85, 0.92, 1.0, 1.08, 1.18)
SPEED = (0.9, 1.0, 1.08)
Clips = list[list[Transcript]]  # of each household
Found = list[list[list[Finding]]]  # of each household and clip


def simulated(number: int, seed: int, sentences: str, folder: Path) -> list[Household]:
    """Half of them German, half American."""
    files = ("households.py", "register.py", f"data/{sentences}.yaml")
    key = hashed(number, seed, *sources(Path(simulation.__file__).parent, *files))
    return kept(
        folder / f"households-{key}.pickle",
        lambda: [h for code in COUNTRY for h in households(code, number // 2, seed, sentences=sentences)],
    )


def as_written(homes: Sequence[Household]) -> Clips:
    return [
        [Transcript(f"rec-{i:012x}", said.text, (), home.language) for i, said in enumerate(home.said)]
        for home in homes
    ]


def as_heard(homes: Sequence[Household], folder: Path, *, beams: int = 1) -> Clips:
    """Spoken by SVOX Pico and heard by Whisper base as by a user's run: a household is one set."""
    from pii_audio.asr.languages import in_other_languages

    spoken = [
        [Recording(wav.name, wav.name, wav, household=home.id) for wav in _speak(home, number, folder)]
        for number, home in enumerate(homes)
    ]
    clips = [clip for own in spoken for clip in own]
    config = TranscribeConfig(beam_size=beams)
    heard = _hear(clips, config, folder)
    for expected, doubtful in in_other_languages(clips, heard):
        heard |= _hear(doubtful, config.model_copy(update={"expected_languages": expected}), folder)
    return [[heard[clip.id] for clip in own] for own in spoken]


def precision() -> str:
    """What Whisper's linear layers multiply in on this machine: "int8", "bfloat16"."""
    from pii_audio.engine.device import choose

    choice = choose()
    return "int8" if choice.integers else str(choice.dtype).removeprefix("torch.")


def found_in(clips: Clips, folder: Path) -> Found:
    """What the recognizers find; a household's clips are a set of their own."""
    texts = [[(t.recording_id, t.text, t.language) for t in own] for own in clips]
    key = hashed(texts, recognizers())
    return kept(
        folder / f"findings-{key}.pickle", lambda: [pipeline.recognize(own, Config()) for own in clips]
    )


def recognizers() -> str:
    """A hash of all that the findings in a text depend on."""
    weights = shipped("models", "tagger", "weights.safetensors")
    return hashed(weights.read_bytes(), *sources(PACKAGE / "recognizers", "**/*.*"))


def assess(home: Household, clips: Sequence[Transcript], found: Sequence[Sequence[Finding]]) -> RiskReport:
    """The household's clips as one folder without ids, like an export."""
    config = Config.parse({"risk": {"country": COUNTRY[home.language], "population": PEOPLE}})
    recordings = [Recording(t.recording_id, t.recording_id, Path("clip.wav")) for t in clips]
    return pipeline.score(recordings, found, config, clips)


def _speak(home: Household, number: int, folder: Path) -> list[Path]:
    """One wav a clip, made once; each household has a voice of its own."""
    from py_nanotts import NanoTTS

    tts, paths = NanoTTS(), []
    voices = VOICES[home.language]
    voice, pitch, speed = voices[number % len(voices)], PITCH[number % 5], SPEED[number % 3]
    for said in home.said:
        path = folder / f"{hashed(home.id, voice, pitch, speed, said.text)}.wav"
        if not path.exists():
            pcm = tts.speak(said.text, voice=voice, speed=speed, pitch=pitch)
            with wave.open(str(path.with_suffix(".part")), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(16_000)
                file.writeframes(pcm)
            path.with_suffix(".part").rename(path)
        paths.append(path)
    return paths


def _hear(clips: Sequence[Recording], config: TranscribeConfig, folder: Path) -> dict[str, Transcript]:
    """By recording id. Written as they come, so a run that is broken off goes on."""
    from pii_audio.asr.whisper import CoreTranscriber
    from pii_audio.speech import SpeechDetector

    kept = folder / f"heard-{precision()}-{hashed(config.fingerprint())}.jsonl"
    lines = kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []
    known = {t.recording_id: t for t in map(load_transcript, map(json.loads, lines))}
    heard = {clip.id: known[clip.id] for clip in clips if clip.id in known}
    todo = [clip for clip in clips if clip.id not in heard]
    if not todo:
        return heard
    with kept.open("a", encoding="utf-8") as file:
        for result in pipeline.transcribe(todo, CoreTranscriber(config), SpeechDetector(), config):
            if isinstance(result, Failure):
                raise SystemExit(f"{result.recording_id}: {result.message}")
            heard[result.recording_id] = result
            file.write(json.dumps(dump_transcript(result)) + "\n")
            file.flush()
    return heard


def kept(file: Path, make: Callable[[], Any]) -> Any:
    if not file.exists():
        file.with_suffix(".part").write_bytes(pickle.dumps(make()))
        file.with_suffix(".part").rename(file)
    return pickle.loads(file.read_bytes())


def hashed(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def sources(folder: Path, *patterns: str) -> list[bytes]:
    files = sorted(f for p in patterns for f in folder.glob(p) if f.suffix != ".pyc")
    return [f.read_bytes() for f in files if f.is_file()]
