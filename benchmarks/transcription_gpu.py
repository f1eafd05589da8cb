"""How near is the core to what the GPU can do, and to its peers there?

    python benchmarks/transcription_gpu.py --models turbo,large-v3 --batches 16,32,64
    python benchmarks/transcription_gpu.py --device cpu --tiny          # does it run at all?

Random weights of the real dimensions, made on the device: no token ends a text, so each 30 s window costs 100
tokens, for everybody the same. Short clips (4 s) stand beside the same clips padded to 30 s by our own core.
The limit is what matrix products and the reading of weights and caches take at the card's peak rates:
max(2 * MAC / FLOPS, bytes / bandwidth), for the encoder and for each step. openai-whisper decodes in batches
of windows. No word times, as everywhere in this script.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import whisper
from whisper.decoding import DecodingOptions
from whisper.model import ModelDimensions, Whisper

from pii_audio.asr.tokens import tokenizer_of
from pii_audio.asr.whisper import vocabulary_of
from pii_audio.engine import batch, decode
from pii_audio.engine.model import build

TOKENS, WINDOW_S, SHORT_S = 100, 30, 4
DIMENSIONS = {
    "tiny": ModelDimensions(80, 1500, 384, 6, 4, 51865, 448, 384, 6, 4),
    "base": ModelDimensions(80, 1500, 512, 8, 6, 51865, 448, 512, 8, 6),
    "turbo": ModelDimensions(128, 1500, 1280, 20, 32, 51866, 448, 1280, 20, 4),
    "large-v3": ModelDimensions(128, 1500, 1280, 20, 32, 51866, 448, 1280, 20, 32),
}
PEAKS = {
    "H200": (989e12, 4.8e12),
    "H100": (989e12, 3.35e12),
}  # bf16 FLOPS, bytes a second, by name of the card


def engine_of(dims: ModelDimensions, device: torch.device, dtype: torch.dtype, size: int) -> batch.Engine:
    torch.manual_seed(0)
    with device:
        state = Whisper(dims).state_dict()
    model = build(dims, state, ((dims.n_text_layer - 1, 0),), device, dtype)
    tokenizer = tokenizer_of(dims, "en")
    vocabulary = vocabulary_of(tokenizer, ["en"], device)
    endless = torch.cat((vocabulary.suppressed, torch.tensor([tokenizer.eot], device=device)))
    return batch.Engine(model, replace(vocabulary, suppressed=endless), size * 1500)


def timed(run: Callable[[], object], device: torch.device, rounds: int) -> float:
    """Seconds of the fastest of so many runs after a warm-up."""
    best = float("inf")
    for index in range(rounds + 1):
        begin = time.perf_counter()
        run()
        if device.type == "cuda":
            torch.cuda.synchronize()
        best = min(best, time.perf_counter() - begin) if index else best
    return best


def limit_s(dims: ModelDimensions, windows: int, size: int, name: str, tokens: int) -> float:
    """Seconds that the card cannot go below, in bfloat16."""
    flops, bandwidth = next((peak for card, peak in PEAKS.items() if card in name), PEAKS["H100"])
    d, layers, context = dims.n_audio_state, dims.n_audio_layer, dims.n_audio_ctx
    encoder = windows * 2 * layers * (12 * d * d * context + 2 * d * context**2) / flops
    weights = dims.n_text_layer * 14 * d * d + dims.n_vocab * d
    caches = size * dims.n_text_layer * 2 * d * (context + tokens / 2)
    step = max(2 * size * weights / flops, 2 * (weights + caches) / bandwidth)
    return float(encoder + windows / size * tokens * step)


def core(engine: batch.Engine, clips: list[np.ndarray], *, full: bool) -> Callable[[], object]:
    return lambda: batch.transcribe(engine, clips, full=full, doubtful=lambda _: True)


def openai(
    dims: ModelDimensions, device: torch.device, clips: list[np.ndarray], size: int, tokens: int
) -> Callable[[], object]:
    with device:
        model = Whisper(dims).eval()
    half = device.type == "cuda"
    model = model.half() if half else model
    tokenizer = tokenizer_of(dims, "en")
    options = DecodingOptions(
        language="en", sample_len=tokens, suppress_tokens=[-1, tokenizer.eot], fp16=half
    )

    def run() -> None:
        for at in range(0, len(clips), size):
            mels = [
                whisper.log_mel_spectrogram(torch.from_numpy(clip).to(device), dims.n_mels)
                for clip in clips[at : at + size]
            ]
            whisper.decode(model, torch.stack(mels), options)

    return run


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--models", default="base,turbo,large-v3")
    parser.add_argument("--batches", default="16,32,64")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tiny", action="store_true", help="two windows through a tiny model")
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).parent / "results" / "transcription_gpu.json"
    )
    args = parser.parse_args()
    device, tokens = torch.device(args.device), 5 if args.tiny else TOKENS
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    card = torch.cuda.get_device_name() if device.type == "cuda" else "cpu"
    models, batches = (
        (["tiny"], [2]) if args.tiny else (args.models.split(","), map(int, args.batches.split(",")))
    )
    decode.looping = lambda tokens, positions, *_: torch.zeros_like(positions, dtype=torch.bool)
    batch._limits = lambda _, jobs: ([tokens] * len(list(jobs)), [float("inf")] * len(list(jobs)))
    noise, rows = np.random.default_rng(0), []
    sizes = list(batches)
    for name in models:
        dims = DIMENSIONS[name]
        for size in sizes:
            windows = 2 if args.tiny else 4 * size
            full = [noise.normal(0, 0.1, 16_000 * WINDOW_S).astype(np.float32) for _ in range(windows)]
            short = [clip[: 16_000 * SHORT_S] for clip in full]
            if device.type == "cuda":
                torch.cuda.reset_peak_memory_stats()
            engine = engine_of(dims, device, dtype, size)
            rounds = 1 if args.tiny else args.rounds
            seconds = {
                "core": timed(core(engine, full, full=True), device, rounds),
                "core, 4 s": timed(core(engine, short, full=False), device, rounds),
                "core, 4 s padded": timed(core(engine, short, full=True), device, rounds),
            }
            peak = torch.cuda.max_memory_allocated() / 2**30 if device.type == "cuda" else 0.0
            del engine
            seconds["openai-whisper"] = timed(openai(dims, device, full, size, tokens), device, rounds)
            row = {
                "model": name,
                "batch": size,
                "times_real_time": round(windows * WINDOW_S / seconds["core"], 1),
                "share_of_limit": round(limit_s(dims, windows, size, card, tokens) / seconds["core"], 3),
                "short_against_padded": round(seconds["core, 4 s padded"] / seconds["core, 4 s"], 2),
                "openai_whisper_times_ours": round(seconds["openai-whisper"] / seconds["core"], 2),
                "peak_gb": round(peak, 2),
            }
            rows.append(row)
            print(json.dumps(row))
    if not args.tiny:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(
            json.dumps({"device": card, "torch": torch.__version__, "rows": rows}, indent=2) + "\n"
        )


if __name__ == "__main__":
    main()
