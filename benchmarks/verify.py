"""What a proven release costs: redacting and verifying, in times of transcribing the same sound twice.

    python benchmarks/verify.py --minutes 60 --keep /tmp/hour
    python benchmarks/verify.py --clips ../shared/data/speech

Simulated households (households.py), German and English in turn, are spoken by SVOX Pico until there is sound
of so many minutes. Then processor time is taken of three processes, each from its start, so that imports and
models are in all of them: one transcribes, one redacts from nothing and verifies the release, one transcribes
again. One thread each, one after the other. Where something is heard in the release it is taken out too, as
`pii-audio redact --verify` does: then there are two rounds, and the time is that of both.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported, here and in the processes that are started

from pii_audio import Config, Recording, discover, pipeline, plugins
from pii_audio.demo import Line, say
from pii_audio.files import shipped
from pii_audio.speech import SpeechDetector

VOICES = {"de": ("de-DE",), "en": ("en-US", "en-GB")}
PITCH, SPEED = (0.85, 0.92, 1.0, 1.08, 1.18), (0.9, 1.0, 1.08)
BYTES_S = 32_000  # of a second of 16 kHz mono, 16 bit


class Clock:
    """A watch that keeps the processor time of each stage."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self.rounds = 0  # of verifying
        self._stage, self._begin = "start", 0.0

    def start(self, stage: str, total: int | None) -> None:
        now = time.process_time()
        self.stages[self._stage] = round(self.stages.get(self._stage, 0.0) + now - self._begin, 1)
        self._stage, self._begin = stage, now
        self.rounds += stage == "files"

    def advance(self, count: int = 1) -> None:
        pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=4.0, help="of sound that is spoken")
    parser.add_argument("--clips", type=Path, help="a folder of recordings instead")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "verify.json")
    parser.add_argument("--keep", type=Path, help="a new folder for the clips and OUT, which stays")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        clips = options.clips or speak(options.minutes, folder / "clips")
        first = alone(transcribe, clips)
        release = alone(redact_and_verify, clips, folder / "out")
        second = alone(transcribe, clips)
    twice = first["cpu_s"] + second["cpu_s"]
    result = {
        "question": "how much longer do redacting and verifying take than transcribing twice?",
        "command": " ".join(["python", "benchmarks/verify.py", *sys.argv[1:]]),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, one thread, {first['model']}",
        "versions": {"python": platform.python_version(), "torch": version("torch")},
        "recordings": first["recordings"],
        "minutes": first["minutes"],
        "transcribing_cpu_s": [first["cpu_s"], second["cpu_s"]],
        **release,
        "of_transcribing_twice": round(release["cpu_s"] / twice, 2),
    }
    options.out.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


def speak(minutes: float, folder: Path) -> Path:
    """Wav files of so many minutes in all."""
    folder.mkdir()
    seconds = 0.0
    for number, line in enumerate(lines(2 + int(2 * minutes))):
        if seconds >= 60 * minutes:
            break
        sound = say(line)
        (folder / f"{number:05}.wav").write_bytes(sound)
        seconds += len(sound) / BYTES_S
    return folder


def lines(count: int) -> Iterator[Line]:
    """What so many households of each language say, in turn, each in a voice of its own."""
    from households import households

    homes = zip(households("de", count), households("en", count), strict=True)
    for number, home in enumerate(home for pair in homes for home in pair):
        voices = VOICES[home.language]
        voice, pitch, speed = voices[number % len(voices)], PITCH[number % 5], SPEED[number % 3]
        yield from (Line(voice, pitch, speed, said.text) for said in home.said)


def alone(task: Any, *folders: Path) -> dict[str, Any]:
    """Run a task in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(task, *folders).result()


def transcribe(clips: Path) -> dict[str, Any]:
    config = Config.read(shipped("pipelines", "release.yaml")).transcribe
    recordings = [r for r in discover([clips]) if isinstance(r, Recording)]
    transcriber = plugins.load("transcribers", config.engine)(config)
    heard = list(pipeline.transcribe(recordings, transcriber, SpeechDetector(), config))
    return {
        "recordings": len(heard),
        "minutes": round(sum(getattr(t, "duration_s", 0.0) for t in heard) / 60, 2),
        "model": transcriber.fingerprint,
        "cpu_s": round(time.process_time(), 1),
    }


def redact_and_verify(clips: Path, out: Path) -> dict[str, Any]:
    """From nothing, as `pii-audio redact --verify` does."""
    from pii_audio.runners.proof import prove

    config, clock = Config.read(shipped("pipelines", "release.yaml")), Clock()
    _, certificate = prove([clips], out, config, watch=clock)
    clock.start("", None)
    return {
        "by_stage": clock.stages,
        "cpu_s": round(time.process_time(), 1),
        "rounds": clock.rounds,
        "removed_findings": certificate.removed,
        "leaks": len(certificate.leaks),
        "doubts": len(certificate.doubts),
    }


if __name__ == "__main__":
    main()
