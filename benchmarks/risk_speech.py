"""Is the score true through speech? 100 simulated households speak, and an attacker counts the register.

    python benchmarks/risk_speech.py [--households 100] [--cache DIR] [--out FILE]

Half of them German, half American. Each says some facts, calls others and talks about nothing
(households.py); SVOX Pico speaks, Whisper base hears, the recognizers find, and the score says how many
people of a register of a million would fit. The attacker searches that register with what was really said,
so true k is counted. Twice: through speech, and with the sentences as they were written, which shows what
the hearing costs. Against two plain baselines: number of findings, mean severity per type.

Audio and transcripts are kept in DIR: the voices never say a thing twice the same way.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import time
import wave
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
from households import COUNTRY, PEOPLE, Household, households
from risk import measures_of, spearman

from pii_audio import pipeline
from pii_audio.config import Config
from pii_audio.types import Failure, Finding, PersonRisk, Recording, RiskReport, Transcript

VOICES = {"de": ("de-DE",), "en": ("en-US", "en-GB")}
PITCH = (0.85, 0.92, 1.0, 1.08, 1.18)
SPEED = (0.9, 1.0, 1.08)
SEVERITY = {  # per type, from 1 (low) to 3 (high), in the manner of severity tables for PII detectors
    "LOCATION": 1, "AGE": 1, "PARTNER": 1, "OCCUPATION": 1, "ORGANIZATION": 2, "PERSON": 2, "ADDRESS": 3,
    "DATE_OF_BIRTH": 3,
}  # fmt: skip


def speak(home: Household, number: int, folder: Path) -> list[Path]:
    """One wav a clip, made once; each household has a voice of its own."""
    from py_nanotts import NanoTTS

    tts, paths = NanoTTS(), []
    voices = VOICES[home.language]
    voice, pitch, speed = voices[number % len(voices)], PITCH[number % 5], SPEED[number % 3]
    for said in home.said:
        key = hashlib.sha256(f"{home.id} {voice} {pitch} {speed} {said.text}".encode()).hexdigest()[:16]
        path = folder / f"{key}.wav"
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


def hear(clips: Sequence[Path], config: Config, kept: Path) -> dict[str, tuple[str, str]]:
    """File name -> text and language. Kept as they come, so a run that is broken off goes on."""
    from pii_audio.asr.whisper import CoreTranscriber
    from pii_audio.speech import SpeechDetector

    heard: dict[str, tuple[str, str]] = {}
    if kept.exists():
        for line in kept.read_text(encoding="utf-8").splitlines():
            name, language, text = json.loads(line)
            heard[name] = (text, language)
    todo = [clip for clip in clips if clip.name not in heard]
    if not todo:
        return heard
    recordings = [Recording(clip.name, clip.name, clip) for clip in todo]
    transcriber = CoreTranscriber(config.transcribe)
    with kept.open("a", encoding="utf-8") as file:
        for result in pipeline.transcribe(recordings, transcriber, SpeechDetector(), config.transcribe):
            if isinstance(result, Failure):
                raise SystemExit(f"{result.recording_id}: {result.message}")
            heard[result.recording_id] = (result.text, result.language)
            file.write(json.dumps([result.recording_id, result.language, result.text]) + "\n")
            file.flush()
    return heard


def assess(home: Household, texts: Sequence[tuple[str, str]]) -> tuple[RiskReport, list[list[Finding]]]:
    """The household's clips as one folder without ids, like an export."""
    country = COUNTRY[home.language]
    config = Config.parse({"risk": {"country": country, "population": PEOPLE}})
    ids = [f"rec-{i:012x}" for i in range(len(texts))]
    transcripts = [Transcript(i, text, (), language) for i, (text, language) in zip(ids, texts, strict=True)]
    findings = pipeline.recognize(transcripts, config)
    recordings = [Recording(i, i, Path("clip.wav")) for i in ids]
    return pipeline.score(recordings, findings, config), findings


def worst(report: RiskReport) -> PersonRisk:
    return max(report.persons, key=lambda p: (p.public.risk, len(p.profile.recordings)))


def figures(homes: Sequence[Household], texts: Sequence[Sequence[tuple[str, str]]]) -> dict[str, object]:
    results = [assess(home, said) for home, said in zip(homes, texts, strict=True)]
    k = np.array([worst(report).public.k for report, _ in results])
    risk = np.array([worst(report).public.risk for report, _ in results])
    upper = np.array([worst(report).upper for report, _ in results])
    true = np.array([home.k for home in homes])
    counts = np.array([sum(map(len, found)) for _, found in results], dtype=float)
    mean = np.array(
        [
            float(np.mean([SEVERITY.get(f.entity_type, 3) for clip in found for f in clip] or [0]))
            for _, found in results
        ]
    )
    facts, right = 0, 0
    for home, (report, _) in zip(homes, results, strict=True):
        known = {
            (f.attribute, f.value.casefold()) for f in worst(report).profile.facts if f.probability > 0.5
        }
        facts += len(home.facts)
        right += sum((a, v.casefold()) in known for a, v in home.facts.items() if a != "birth_date")
    return {
        **measures_of(true, k, risk),
        "brier_of_the_upper_line": round(float(np.mean((upper - 1 / true) ** 2)), 5),
        "baselines_rank_correlation": {
            "number of findings": round(spearman(counts, 1 / true), 4),
            "mean severity per type": round(spearman(mean, 1 / true), 4),
        },
        "households_in_one_profile": sum(len(report.persons) == 1 for report, _ in results),
        "facts_said": facts,
        "facts_found_as_said": right,
        "by_household": [
            [home.id, "+".join(home.facts), home.k, round(float(a), 1), round(float(b), 4)]
            for home, a, b in zip(homes, k, risk, strict=True)
        ],
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--households", type=int, default=100)
    options.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "pii_audio" / "risk_speech")
    options.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "risk_speech.json")
    given = options.parse_args()
    given.cache.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    homes = [h for language in ("de", "en") for h in households(language, given.households // 2)]
    clips = [speak(home, number, given.cache) for number, home in enumerate(homes)]
    heard = hear([c for own in clips for c in own], Config(), given.cache / "heard.jsonl")
    spoken = [[heard[clip.name] for clip in own] for own in clips]
    written = [[(said.text, home.language) for said in home.said] for home in homes]
    result = {
        "question": "is the predicted chance of being singled out true when households speak?",
        "command": f"python benchmarks/risk_speech.py --households {given.households}",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "versions": {"python": platform.python_version(), "py-nanotts": version("py-nanotts")},
        "sentences_sha256": hashlib.sha256(
            "\n".join(t for own in written for t, _ in own).encode()
        ).hexdigest(),
        "households": len(homes),
        "clips": sum(map(len, clips)),
        "through_speech": figures(homes, spoken),
        "as_written": figures(homes, written),
        "seconds": round(time.perf_counter() - began, 1),
    }
    given.out.parent.mkdir(exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1) + "\n")
    short = {"by_household", "reliability_tenths"}
    for name in ("through_speech", "as_written"):
        print(name, json.dumps({key: v for key, v in result[name].items() if key not in short}))


if __name__ == "__main__":
    main()
