"""How fast and how right is the transcription, beside its peers on the same weights?

    python benchmarks/transcription.py --input ../shared/data/speech
    python benchmarks/transcription.py --input FOLDER --peers openai-whisper,faster-whisper-int8 --threads 1

Input: a NeMo manifest, or a folder with a manifest.jsonl: `file` or `audio_filepath`, `text` and `lang`.
Each backend runs in a process of its own, in turns, and medians are printed. CPU seconds count more than
the clock where a machine has other things to do. Word error rate: whisper's normalizers and jiwer.
Short clips are the files as they are; long form is the same clips joined to ten minutes with pauses.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("torch", "openai-whisper", "faster-whisper", "ctranslate2", "numpy")
PAUSE_S, LONG_S = 0.6, 600.0
Samples = NDArray[np.float32]


def read_manifest(path: Path) -> list[dict[str, Any]]:
    """Rows with `path`, `text` and `lang` ("" where the manifest does not say)."""
    manifest = path / "manifest.jsonl" if path.is_dir() else path
    rows = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        {
            "path": manifest.parent / (row.get("audio_filepath") or row["file"]),
            "text": row.get("text", ""),
            "lang": row.get("lang") or row.get("language") or "",
        }
        for row in rows
    ]


def decode(rows: list[dict[str, Any]]) -> list[Samples]:
    from pii_audio.audio import decode as decode_recording
    from pii_audio.types import Recording

    return [decode_recording(Recording(f"clip-{i}", "", row["path"])).samples for i, row in enumerate(rows)]


def joined(clips: list[Samples]) -> list[list[int]]:
    """Which clips make up each recording of about ten minutes."""
    groups: list[list[int]] = [[]]
    seconds = 0.0
    for index, clip in enumerate(clips):
        if seconds > LONG_S:
            groups.append([])
            seconds = 0.0
        groups[-1].append(index)
        seconds += len(clip) / 16_000 + PAUSE_S
    return groups


# Backends: each gives a function from samples and languages to texts.

Backend = Callable[[list[Samples], list[str]], list[str]]


def core(model: str, *, long: bool, **options: Any) -> Backend:
    from pii_audio.asr.join import join
    from pii_audio.config import TranscribeConfig
    from pii_audio.plugins import load
    from pii_audio.speech import SpeechDetector
    from pii_audio.types import Window

    engine = options.pop("engine", "core")
    transcriber = load("transcribers", engine)(
        TranscribeConfig(model=model, device="cpu", engine=engine, **options)
    )
    detector = SpeechDetector()

    def run(clips: list[Samples], languages: list[str]) -> list[str]:
        if not long:
            windows = [Window(f"clip-{i}", 0.0, clip) for i, clip in enumerate(clips)]
            return [transcript.text for transcript in transcriber.transcribe(windows)]
        texts = []
        for i, clip in enumerate(clips):
            parts = transcriber.transcribe(list(detector.windows(f"clip-{i}", [clip])))
            texts.append(join(f"clip-{i}", len(clip) / 16_000, parts).text)
        return texts

    return run


def openai_whisper(model: str, *, words: bool, **_: Any) -> Backend:
    from pii_audio.asr.tokens import tokenizer_of
    from pii_audio.asr.weights import load, resolve

    whisper = load(resolve(model))
    tokenizer_of(whisper.dims)

    def run(clips: list[Samples], languages: list[str]) -> list[str]:
        options: dict[str, Any] = {"temperature": 0.0, "condition_on_previous_text": False, "fp16": False}
        return [
            whisper.transcribe(
                clip, language=None if words else language or None, word_timestamps=words, **options
            )["text"]
            for clip, language in zip(clips, languages, strict=True)
        ]

    return run


def faster_whisper(
    model: str, *, compute: str, batched: bool, threads: int, words: bool = False, **_: Any
) -> Backend:
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    from pii_audio.asr.weights import ctranslate2_folder, resolve

    folder = str(ctranslate2_folder(resolve(model)))
    whisper = WhisperModel(
        folder, device="cpu", compute_type=compute, cpu_threads=threads, local_files_only=True
    )
    pipeline = BatchedInferencePipeline(whisper) if batched else None

    def run(clips: list[Samples], languages: list[str]) -> list[str]:
        texts = []
        for clip, language in zip(clips, languages, strict=True):
            options: dict[str, Any] = {
                "language": None if words else language or None,
                "beam_size": 1,
                "temperature": 0.0,
            }
            options["word_timestamps"] = words
            if pipeline:
                segments, _ = pipeline.transcribe(clip, batch_size=8, **options)
            else:
                segments, _ = whisper.transcribe(clip, condition_on_previous_text=False, **options)
            texts.append("".join(segment.text for segment in segments))
        return texts

    return run


BACKENDS: dict[str, tuple[Callable[..., Backend], dict[str, Any]]] = {
    "core": (core, {}),
    "core-float32": (core, {"precision": "float32"}),
    "core-bfloat16": (core, {"precision": "bfloat16"}),
    "core-exact": (core, {"exact": True}),
    "core-exact-float32": (core, {"exact": True, "precision": "float32"}),
    "reference": (core, {"engine": "reference"}),
    "openai-whisper": (openai_whisper, {"words": False}),
    "openai-whisper-words": (openai_whisper, {"words": True}),
    "faster-whisper-float32": (faster_whisper, {"compute": "float32", "batched": False}),
    "faster-whisper-int8": (faster_whisper, {"compute": "int8", "batched": False}),
    "faster-whisper-int8-words": (faster_whisper, {"compute": "int8", "batched": False, "words": True}),
    "faster-whisper-int8-batched": (faster_whisper, {"compute": "int8", "batched": True}),
}


def work(name: str, model: str, threads: int, data: Path, *, long: bool) -> dict[str, Any]:
    """Run one backend in this process: texts, CPU and wall seconds after a warm-up, peak memory."""
    import torch

    torch.set_num_threads(threads)
    with np.load(data) as arrays:
        clips = [arrays[f"clip-{i}"] for i in range(len(arrays) - 1)]
        languages = arrays["languages"].tolist()
    make, options = BACKENDS[name]
    extra = {"long": long} if make is core else {"threads": threads} if make is faster_whisper else {}
    run = make(model, **options, **extra)
    run([clips[0][: 16_000 * 10]], languages[:1])
    cpu, wall = time.process_time(), time.perf_counter()
    texts = run(clips, languages)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"texts": texts, "cpu_s": cpu, "wall_s": wall, "peak_mb": peak}


def word_errors(rows: list[dict[str, Any]], texts: list[str]) -> dict[str, float]:
    """Word error rate in per cent by language."""
    import jiwer
    from whisper.normalizers import BasicTextNormalizer, EnglishTextNormalizer

    rates = {}
    for language in sorted({row["lang"] for row in rows}):
        normalize = EnglishTextNormalizer() if language == "en" else BasicTextNormalizer()
        pairs = [
            (normalize(row["text"]), normalize(text))
            for row, text in zip(rows, texts, strict=True)
            if row["lang"] == language and row["text"]
        ]
        pairs = [(said, heard) for said, heard in pairs if said.strip()]
        if pairs:
            said, heard = map(list, zip(*pairs, strict=True))
            rates[language or "?"] = round(100 * jiwer.wer(said, heard), 2)
    return rates


def measure(
    args: argparse.Namespace, rows: list[dict[str, Any]], clips: list[Samples], *, long: bool
) -> dict[str, Any]:
    """Every backend in turns, one process each; medians over the rounds."""
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in args.backends}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "clips.npz"
        arrays = {f"clip-{i}": clip for i, clip in enumerate(clips)}
        np.savez(data, languages=np.array([row["lang"] for row in rows]), **arrays)
        for _ in range(args.rounds):
            for name in args.backends:
                command = [
                    sys.executable,
                    __file__,
                    "--worker",
                    name,
                    "--data",
                    str(data),
                    "--model",
                    args.model,
                ]
                command += ["--threads", str(args.threads)] + (["--long"] if long else [])
                environment = os.environ | {"OMP_NUM_THREADS": str(args.threads)}
                done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
                if done.returncode:
                    sys.exit(f"{name} failed:\n{done.stderr[-2000:]}")
                runs[name].append(json.loads(done.stdout.splitlines()[-1]))
    seconds = sum(len(clip) for clip in clips) / 16_000
    ours = runs[args.backends[0]]
    return {
        "clips": len(clips),
        "audio_s": round(seconds, 1),
        "backends": {
            name: {
                "audio_s_per_cpu_s": round(seconds / statistics.median(run["cpu_s"] for run in found), 2),
                "audio_s_per_s": round(seconds / statistics.median(run["wall_s"] for run in found), 2),
                "cpu_s": round(statistics.median(run["cpu_s"] for run in found), 2),
                "peak_mb": round(max(run["peak_mb"] for run in found)),
                "wer": word_errors(rows, found[-1]["texts"]),
                "times_our_cpu": round(
                    statistics.median(a["cpu_s"] / b["cpu_s"] for a, b in zip(found, ours, strict=True)), 2
                ),
            }
            for name, found in runs.items()
        },
    }


def table(title: str, result: dict[str, Any]) -> None:
    print(f"\n{title}: {result['clips']} recordings, {result['audio_s']} s of sound")
    print(f"{'':28}{'audio s/CPU s':>14}{'audio s/s':>11}{'CPU s':>9}{'peak MB':>9}{'x our CPU':>11}  WER %")
    for name, row in result["backends"].items():
        errors = "  ".join(f"{language} {rate:.1f}" for language, rate in row["wer"].items())
        print(
            f"{name:28}{row['audio_s_per_cpu_s']:>14.1f}{row['audio_s_per_s']:>11.1f}{row['cpu_s']:>9.1f}"
            f"{row['peak_mb']:>9}{row['times_our_cpu']:>11.2f}  {errors}"
        )


def long_form(rows: list[dict[str, Any]], clips: list[Samples]) -> tuple[list[dict[str, Any]], list[Samples]]:
    """Clips of one language joined with pauses."""
    texts, sounds = [], []
    pause = np.zeros(int(PAUSE_S * 16_000), np.float32)
    for language in sorted({row["lang"] for row in rows}):
        chosen = [i for i, row in enumerate(rows) if row["lang"] == language]
        for group in joined([clips[i] for i in chosen]):
            members = [chosen[i] for i in group]
            texts.append({"lang": language, "text": " ".join(rows[i]["text"] for i in members)})
            sounds.append(np.concatenate([part for i in members for part in (clips[i], pause)]))
    return texts, sounds


def machine() -> dict[str, Any]:
    info = Path("/proc/cpuinfo")
    names = (
        [line.split(":")[1].strip() for line in info.read_text().splitlines() if "model name" in line]
        if info.exists()
        else []
    )
    versions = {package: version(package) for package in PACKAGES}
    return {
        "cpu": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **versions,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--input", type=Path)
    parser.add_argument(
        "--engine", default="core", choices=[name for name in BACKENDS if "whisper" not in name]
    )
    parser.add_argument("--peers", default="", help=f"comma-separated: {', '.join(BACKENDS)}")
    parser.add_argument("--model", default="base")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rounds", type=int, default=0, help="default: 3 with peers, otherwise 1")
    parser.add_argument("--every", type=int, default=1, help="take every n-th clip")
    parser.add_argument("--only", choices=["short", "long"], default="")
    parser.add_argument("--out", type=Path, default=RESULTS / "transcription.json")
    for hidden in ("--worker", "--data"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    parser.add_argument("--long", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        print(json.dumps(work(args.worker, args.model, args.threads, Path(args.data), long=args.long)))
        return
    if args.input is None:
        parser.error("--input is needed")
    args.backends = [args.engine, *[name for name in args.peers.split(",") if name]]
    if unknown := set(args.backends) - BACKENDS.keys():
        parser.error(f"unknown peers {', '.join(sorted(unknown))}; choose from {', '.join(BACKENDS)}")
    args.rounds = args.rounds or (3 if args.peers else 1)
    rows = read_manifest(args.input)[:: args.every]
    clips = decode(rows)
    short = [i for i, clip in enumerate(clips) if len(clip) <= 30 * 16_000]
    report: dict[str, Any] = {
        "date": date.today().isoformat(),
        "command": " ".join(["python", "benchmarks/transcription.py", *sys.argv[1:]]),
        "machine": machine(),
        "threads": args.threads,
        "data_sha256": hashlib.sha256(b"".join(clip.tobytes() for clip in clips)).hexdigest(),
    }
    if args.only != "long":
        report["short"] = measure(args, [rows[i] for i in short], [clips[i] for i in short], long=False)
        table("Short clips", report["short"])
    if args.only != "short":
        report["long"] = measure(args, *long_form(rows, clips), long=True)
        table("Long form", report["long"])
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"\nwritten: {args.out}")


if __name__ == "__main__":
    main()
