"""Is what was taken out of the sound really gone? Marked utterances are spoken, redacted and heard again.

    python benchmarks/redaction.py --data ../shared/data/spoken-pii/dev.tsv --every 4

Each utterance is spoken by every voice of its language at every speed (SVOX Pico), the set is redacted, and
the redacted sound is transcribed again. A planted value is heard where its letters and digits stand in a
transcript in one piece, or, of a person, any word of four letters or more. Counted are the values heard at
first, those of them that the recognizers missed (still in the redacted text), and those heard again although
they had gone from the text: leaks of the sound. Masked seconds outside personal words are counted beside the
seconds of the words that went, by the word times of the first transcript.

Edges: one value of each utterance is spoken apart and put between what comes before and after, each trimmed
of its silence, so that it is known to the sample when it begins and ends. Counted is by how many seconds
Whisper's word begins too late or ends too early, and how much of the value the mask leaves uncovered.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from py_nanotts import NanoTTS

from pii_audio import Config, Outcome, Transcript, pipeline, run
from pii_audio.bench.data import read
from pii_audio.bench.rows import Row
from pii_audio.formats.release import Masked, load_release
from pii_audio.redact.audio import redact_audio
from pii_audio.redact.text import Redaction
from pii_audio.spelling import name_key

VOICES = {"de": ("de-DE",), "en": ("en-GB", "en-US")}
RATE = 16_000  # Hz
LOUD = 60  # of 32768: what is louder, a hundredth of a second long, is no silence
TITLES = {
    "frau",
    "herr",
    "doktor",
    "familie",
    "professor",
    "mrs",
    "miss",
    "mister",
    "doctor",
    "tante",
    "onkel",
}
RECIPE = {"recognize": {"min_score": 0.3}}  # as pipelines/release.yaml


@dataclass(frozen=True, slots=True)
class Clip:
    path: Path
    row: Row
    begin_s: float = 0.0  # of the value that was spoken apart
    end_s: float = 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="only every nth utterance")
    parser.add_argument("--speeds", default="0.8,1.0,1.25")
    parser.add_argument("--audio", default="beep,silence,noise", help="operators to compare")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "redaction.json")
    options = parser.parse_args()
    rows = [row for row in read(str(options.data)).rows[:: options.every] if row.spans]
    speeds = [float(speed) for speed in options.speeds.split(",")]
    report: dict[str, Any] = {
        "command": " ".join(sys.argv),
        "machine": f"{platform.machine()}, {platform.processor() or platform.system()}",
        "utterances": len(rows),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clips = list(speak(rows, folder / "clips", speeds))
        report["clips"] = len(clips)
        for operator in options.audio.split(","):
            report[operator] = measure(clips, folder, operator)
            print(operator, json.dumps(report[operator]))
        report["edges"] = edges(list(speak_apart(rows, folder / "apart", speeds)), folder)
        print("edges", json.dumps(report["edges"]))
    options.out.write_text(json.dumps(report, indent=1) + "\n")


def speak(rows: Sequence[Row], folder: Path, speeds: Sequence[float]) -> Iterator[Clip]:
    folder.mkdir()
    tts = NanoTTS()
    for row in rows:
        for voice in VOICES[row.language]:
            for speed in speeds:
                sound = np.frombuffer(tts.speak(row.text, voice=voice, speed=speed), np.int16)
                yield Clip(write(folder / f"{row.id}-{voice}-{speed}.wav", sound), row)


def speak_apart(rows: Sequence[Row], folder: Path, speeds: Sequence[float]) -> Iterator[Clip]:
    """The first value of each utterance between what comes before and after it; a quarter second around."""
    folder.mkdir()
    tts = NanoTTS()
    around = np.zeros(RATE // 4, np.int16)
    for number, row in enumerate(rows):
        begin, end, _ = row.spans[0]
        voice, speed = VOICES[row.language][0], speeds[number % len(speeds)]
        parts = [row.text[:begin], row.text[begin:end], row.text[end:]]
        before, value, after = (trimmed(tts, part, voice, speed) for part in parts)
        path = write(folder / f"{row.id}.wav", np.concatenate([around, before, value, after, around]))
        start_s = (len(around) + len(before)) / RATE
        if len(before) and len(after):
            yield Clip(path, row, start_s, start_s + len(value) / RATE)


def trimmed(tts: NanoTTS, text: str, voice: str, speed: float) -> NDArray[np.int16]:
    if not any(map(str.isalnum, text)):
        return np.zeros(0, np.int16)
    sound = np.frombuffer(tts.speak(text, voice=voice, speed=speed), np.int16)
    level = np.convolve(np.abs(sound.astype(float)), np.ones(RATE // 100) / (RATE // 100), "same")
    loud = np.flatnonzero(level > LOUD)
    return sound[loud[0] : loud[-1] + 1]


def write(path: Path, sound: NDArray[np.int16]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.tobytes())
    return path


def measure(clips: Sequence[Clip], folder: Path, operator: str) -> dict[str, Any]:
    config = Config.parse({**RECIPE, "redact": {"audio": operator}})
    first = run([folder / "clips"], folder / "first", config, release=True)
    write = partial(redact_audio, config=config.redact, folder=folder, max_hours=10.0)
    seconds = time.process_time()
    redactions = pipeline.redact(first.transcripts, first.findings, config)
    for recording, transcript, redaction in zip(first.recordings, first.transcripts, redactions, strict=True):
        if isinstance(redaction, Redaction):
            pipeline.redact_sound(recording, transcript, redaction, config, write)
    seconds = time.process_time() - seconds
    again = run([folder / "first" / "redacted"], folder / f"again-{operator}", config)
    release = load_release(json.loads((folder / "first" / "redacted" / "release.json").read_text()))
    masked = sum(m.end_s - m.begin_s for r in release.recordings for m in r.masked)
    personal = sum(map(personal_seconds, first.transcripts, redactions))
    return counted(clips, first, redactions, again) | {
        "failed": len(first.failures),
        "audio_s": round(sum(t.duration_s for t in first.transcripts), 1),
        "personal_s": round(personal, 1),
        "masked_s": round(masked, 1),
        "masked_outside_share": round((masked - personal) / personal, 3),
        "redaction_cpu_s": round(seconds, 1),
    }


def counted(
    clips: Sequence[Clip], first: Outcome, redactions: Sequence[object], again: Outcome
) -> dict[str, int]:
    """How many planted values were heard, missed by the recognizers, and heard again."""
    rows = {clip.path.name: clip.row for clip in clips}
    later = {r.path.stem: t.text for r, t in zip(again.recordings, again.transcripts, strict=True)}
    counts = {"planted": 0, "heard": 0, "missed_by_recognizers": 0, "heard_again": 0}
    for recording, transcript, redaction in zip(first.recordings, first.transcripts, redactions, strict=True):
        row = rows[recording.path.name]
        for begin, end, label in row.spans:
            value = row.text[begin:end]
            counts["planted"] += 1
            if not isinstance(redaction, Redaction) or not stands(value, label, transcript.text):
                continue
            counts["heard"] += 1
            missed = stands(value, label, redaction.transcript.text)
            counts["missed_by_recognizers"] += missed
            counts["heard_again"] += not missed and stands(value, label, later.get(recording.id, ""))
    return counts


def edges(clips: Sequence[Clip], folder: Path) -> dict[str, Any]:
    """Percentiles 50, 75, 90, 95 in seconds, over the clips in which something overlaps the value."""
    config = Config.parse(RECIPE)
    outcome = run([folder / "apart"], folder / "edges", config)
    redactions = pipeline.redact(outcome.transcripts, outcome.findings, config)
    truth = {clip.path.name: clip for clip in clips}
    late, early, left = [], [], []
    for recording, transcript, redaction in zip(
        outcome.recordings, outcome.transcripts, redactions, strict=True
    ):
        clip = truth.get(recording.path.name)
        if clip is None or not isinstance(redaction, Redaction):
            continue
        times = [transcript.seconds(r.start, r.end) for r in redaction.removed]
        over = [(b, e) for b, e in filter(None, times) if b < clip.end_s and clip.begin_s < e]
        if over:
            late.append(min(b for b, _ in over) - clip.begin_s)
            early.append(clip.end_s - max(e for _, e in over))
            left.append(uncovered(clip, pipeline.masked(recording, transcript, redaction, config)))
    points = (50, 75, 90, 95)
    return {
        "clips": len(late),
        "begins_late_s": np.percentile(late, points).round(3).tolist(),
        "ends_early_s": np.percentile(early, points).round(3).tolist(),
        "uncovered_s": np.percentile(left, points).round(3).tolist(),
        "wholly_covered_share": round(float(np.mean(np.array(left) < 0.01)), 3),
    }


def uncovered(clip: Clip, masked: Sequence[Masked]) -> float:
    """Seconds of the value that no mask covers."""
    covered = [min(m.end_s, clip.end_s) - max(m.begin_s, clip.begin_s) for m in masked]
    return clip.end_s - clip.begin_s - sum(seconds for seconds in covered if seconds > 0)


def stands(value: str, label: str, text: str) -> bool:
    if label == "PERSON":
        words = [word for word in name_key(value).split() if len(word) >= 4 and word not in TITLES]
        return any(word in name_key(text).split() for word in words)
    squeezed = name_key(value).replace(" ", "")
    return len(squeezed) >= 4 and squeezed in name_key(text).replace(" ", "")


def personal_seconds(transcript: Transcript, redaction: object) -> float:
    """Seconds of the words that went, each once."""
    if not isinstance(redaction, Redaction):
        return 0.0
    times = [transcript.seconds(r.start, r.end) for r in redaction.removed]
    total, until = 0.0, 0.0
    for begin, end in sorted(t for t in times if t):
        total += max(0.0, end - max(begin, until))
        until = max(until, end)
    return total


if __name__ == "__main__":
    main()
