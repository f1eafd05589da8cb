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
    """Spoken by SVOX Pico and heard by Whisper base."""
    wavs = [_speak(home, number, folder) for number, home in enumerate(homes)]
    name = f"heard-{precision()}" + (f"-{beams}-beams" if beams > 1 else "")
    heard = _hear([wav for own in wavs for wav in own], folder / f"{name}.jsonl", beams)
    return [[heard[wav.name] for wav in own] for own in wavs]


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


def _hear(clips: Sequence[Path], kept: Path, beams: int) -> dict[str, Transcript]:
    """By file name. Written as they come, so a run that is broken off goes on."""
    from pii_audio.asr.whisper import CoreTranscriber
    from pii_audio.speech import SpeechDetector

    heard: dict[str, Transcript] = {}
    if kept.exists():
        for line in kept.read_text(encoding="utf-8").splitlines():
            transcript = load_transcript(json.loads(line))
            heard[transcript.recording_id] = transcript
    todo = [Recording(clip.name, clip.name, clip) for clip in clips if clip.name not in heard]
    if not todo:
        return heard
    config = TranscribeConfig(beam_size=beams)
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
