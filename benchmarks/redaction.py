"""Is what was taken out of the sound really gone? Marked utterances are spoken, redacted and heard again.

    python benchmarks/redaction.py --data ../shared/data/spoken-pii/dev.tsv --every 4

Each utterance is spoken by every voice of its language at every speed (SVOX Pico), the set is redacted, and
the redacted sound is transcribed again. A planted value is heard where its letters and digits stand in a
transcript in one piece, or, of a person, any word of four letters or more. Counted are the values heard at
first, those of them that the recognizers missed (still in the redacted text), and those heard again although
they had gone from the text: leaks of the sound. Masked seconds outside personal words are counted beside the
seconds of the words that went, by the word times of the first transcript.
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
from pathlib import Path
from typing import Any

from py_nanotts import NanoTTS
from recognizers import Row, read_rows

from pii_audio import Config, Outcome, Transcript, pipeline, run
from pii_audio.formats.release import load_release
from pii_audio.redact.text import Redaction
from pii_audio.spelling import name_key

VOICES = {"de": ("de-DE",), "en": ("en-GB", "en-US")}


@dataclass(frozen=True, slots=True)
class Clip:
    path: Path
    row: Row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="only every nth utterance")
    parser.add_argument("--speeds", default="0.8,1.0,1.25")
    parser.add_argument("--audio", default="beep,silence,noise", help="operators to compare")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "redaction.json")
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        rows = [row for row in read_rows(options.data)[:: options.every] if row.spans]
        speeds = [float(speed) for speed in options.speeds.split(",")]
        clips = list(speak(rows, Path(folder) / "clips", speeds))
        for operator in options.audio.split(","):
            results.append({"audio": operator, **measure(clips, Path(folder), operator)})
            print(json.dumps(results[-1]))
    report = {
        "command": " ".join(sys.argv),
        "machine": f"{platform.machine()}, {platform.processor() or platform.system()}",
        "utterances": len(rows),
        "clips": len(clips),
        "results": results,
    }
    options.out.write_text(json.dumps(report, indent=1) + "\n")


def speak(rows: Sequence[Row], folder: Path, speeds: Sequence[float]) -> Iterator[Clip]:
    folder.mkdir()
    tts = NanoTTS()
    for row in rows:
        for voice in VOICES[row.language]:
            for speed in speeds:
                path = folder / f"{row.id}-{voice}-{speed}.wav"
                with wave.open(str(path), "wb") as file:
                    file.setnchannels(1)
                    file.setsampwidth(2)
                    file.setframerate(16_000)
                    file.writeframes(tts.speak(row.text, voice=voice, speed=speed))
                yield Clip(path, row)


def measure(clips: Sequence[Clip], folder: Path, operator: str) -> dict[str, Any]:
    config = Config.parse({"redact": {"audio": operator}, "recognize": {"min_score": 0.3}})
    first = run([folder / "clips"], folder / "first", config, release=True)
    start = time.process_time()
    redactions = pipeline.redact(first.transcripts, first.findings, config)
    again = run([folder / "first" / "redacted"], folder / f"again-{operator}", config)
    heard_again = {recording.path.stem: t.text for recording, t in heard(again)}
    rows = {clip.path.name: clip.row for clip in clips}
    counts = {"planted": 0, "heard": 0, "missed_by_recognizers": 0, "heard_again": 0}
    for (recording, transcript), redaction in zip(heard(first), redactions, strict=True):
        row = rows[recording.path.name]
        for begin, end, label in row.spans:
            value = row.text[begin:end]
            counts["planted"] += 1
            if not stands(value, label, transcript.text):
                continue
            counts["heard"] += 1
            missed = isinstance(redaction, Redaction) and stands(value, label, redaction.transcript.text)
            counts["missed_by_recognizers"] += missed
            counts["heard_again"] += not missed and stands(value, label, heard_again.get(recording.id, ""))
    release = load_release(json.loads((folder / "first" / "redacted" / "release.json").read_text()))
    masked = sum(m.end_s - m.begin_s for r in release.recordings for m in r.masked)
    personal = sum(
        personal_seconds(t, r)
        for t, r in zip(first.transcripts, redactions, strict=True)
        if not isinstance(r, str)
    )
    return counts | {
        "failed": len(first.failures),
        "audio_s": round(sum(t.duration_s for t in first.transcripts), 1),
        "personal_s": round(personal, 1),
        "masked_s": round(masked, 1),
        "outside_share": round((masked - personal) / personal, 3),
        "cpu_s": round(time.process_time() - start, 1),
    }


def heard(outcome: Outcome) -> list[tuple[Any, Transcript]]:
    return list(zip(outcome.recordings, outcome.transcripts, strict=True))


def stands(value: str, label: str, text: str) -> bool:
    if label == "PERSON":
        words = [word for word in name_key(value).split() if len(word) >= 4 and word not in TITLES]
        return any(word in name_key(text).split() for word in words)
    squeezed = name_key(value).replace(" ", "")
    return len(squeezed) >= 4 and squeezed in name_key(text).replace(" ", "")


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
