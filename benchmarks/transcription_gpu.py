"""How near is the core to what the GPU can do, and to its peers there?

    python benchmarks/transcription_gpu.py --models base,turbo,large-v3 --batches 16,32,64
    python benchmarks/transcription_gpu.py --models turbo --batches 64 --peers "" --profile
    python benchmarks/transcription_gpu.py --device cpu --tiny          # does it run at all?

Turbo and large-v3 have random weights of the real dimensions, made on the device; base has its own. Nothing
ends a text, so each clip costs 100 tokens, for everybody the same. Peers: openai-whisper in float16, and
Hugging Face transformers in bfloat16 with a static cache, a compiled decoding step and SDPA; both pad a clip
to 30 s. A peer that is not installed is left out, and the report says why. 4 s clips stand beside the same
clips padded to 30 s by our own core. No word times, as everywhere in this script.

The limit is what matrix products and the reading of weights and caches take at the card's peak rates:
max(2 * MAC / FLOPS, bytes / bandwidth), for the encoder with the keys and values of the decoder, and for each
step. The share is that limit over the time taken; of padded clips it counts the padding as work.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
import whisper
from torch import Tensor
from whisper.audio import N_SAMPLES, log_mel_spectrogram, pad_or_trim
from whisper.decoding import DecodingOptions
from whisper.model import ModelDimensions, Whisper

from pii_audio.asr.tokens import tokenizer_of
from pii_audio.asr.weights import read, resolve
from pii_audio.asr.whisper import vocabulary_of
from pii_audio.engine import batch, decode
from pii_audio.engine.model import build

TOKENS, RATE = 100, 16_000
SOUNDS = {"30 s": 30, "4 s": 4}  # seconds of a clip
DIMENSIONS = {
    "tiny": ModelDimensions(80, 1500, 384, 6, 4, 51865, 448, 384, 6, 4),
    "base": ModelDimensions(80, 1500, 512, 8, 6, 51865, 448, 512, 8, 6),
    "turbo": ModelDimensions(128, 1500, 1280, 20, 32, 51866, 448, 1280, 20, 4),
    "large-v3": ModelDimensions(128, 1500, 1280, 20, 32, 51866, 448, 1280, 20, 32),
}
# bf16 FLOPS without sparsity, bytes a second, by name of the card (NVIDIA's data sheets)
PEAKS = {"H200": (989e12, 4.8e12), "H100": (989e12, 3.35e12), "A100": (312e12, 2.0e12)}
PEERS = ("openai-whisper", "transformers")
Clips = list[np.ndarray]


def weights_of(name: str, device: torch.device) -> dict[str, Tensor]:
    """openai-whisper's names -> tensors: base's own, or random ones, each time the same."""
    if name == "base":
        return {key: tensor.to(device, torch.float32) for key, tensor in read(resolve(name)).state.items()}
    torch.manual_seed(0)
    with device:
        model = Whisper(DIMENSIONS[name])
    torch.nn.init.normal_(model.decoder.positional_embedding, std=0.02)  # else whatever was in memory
    return dict(model.state_dict())


# Each gives a function that transcribes all clips once.


def core(
    name: str, device: torch.device, clips: Clips, size: int, tokens: int, *, full: bool
) -> Callable[[], object]:
    dims, tokenizer = DIMENSIONS[name], tokenizer_of(DIMENSIONS[name], "en")
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    heads = ((dims.n_text_layer - 1, 0),)
    model = build(dims, weights_of(name, device), heads, device, dtype)
    vocabulary = vocabulary_of(tokenizer, ["en"], device)
    endless = torch.cat((vocabulary.suppressed, torch.tensor([tokenizer.eot], device=device)))
    engine = batch.Engine(model, replace(vocabulary, suppressed=endless), size * dims.n_audio_ctx)
    # nothing stops but at the limit: neither a loop nor the end of the sound
    decode.looping = lambda _, positions, *__: torch.zeros_like(positions, dtype=torch.bool)
    batch._limits = lambda _, jobs: ([tokens] * len(jobs), [float("inf")] * len(jobs))
    return lambda: batch.transcribe(engine, clips, full=full, doubtful=lambda _: True)


def openai(name: str, device: torch.device, clips: Clips, size: int, tokens: int) -> Callable[[], object]:
    dims, half = DIMENSIONS[name], device.type == "cuda"
    model = Whisper(dims)
    model.load_state_dict(weights_of(name, torch.device("cpu") if name == "base" else device))
    model = model.to(device).eval()  # float32, which it rounds at each product
    suppressed = [-1, tokenizer_of(dims, "en").eot]
    options = DecodingOptions(language="en", sample_len=tokens, suppress_tokens=suppressed, fp16=half)

    def run() -> None:
        for at in range(0, len(clips), size):
            whisper.decode(model, mels(clips[at : at + size], dims, device), options)

    return run


def transformers(
    name: str, device: torch.device, clips: Clips, size: int, tokens: int
) -> Callable[[], object]:
    from transformers import CompileConfig, GenerationMixin, WhisperConfig, WhisperForConditionalGeneration

    dims, dtype = DIMENSIONS[name], torch.bfloat16 if device.type == "cuda" else torch.float32
    config = WhisperConfig(
        vocab_size=dims.n_vocab,
        num_mel_bins=dims.n_mels,
        d_model=dims.n_audio_state,
        encoder_layers=dims.n_audio_layer,
        encoder_attention_heads=dims.n_audio_head,
        encoder_ffn_dim=4 * dims.n_audio_state,
        decoder_layers=dims.n_text_layer,
        decoder_attention_heads=dims.n_text_head,
        decoder_ffn_dim=4 * dims.n_text_state,
        attn_implementation="sdpa",
    )
    torch.manual_seed(0)
    with device:
        model = WhisperForConditionalGeneration(config).to(dtype).eval()
    if name == "base":
        model.load_state_dict(for_transformers(weights_of(name, device)), strict=True)
    compiled = (  # transformers compiles the step on a GPU by itself; elsewhere it is only traced
        CompileConfig() if device.type == "cuda" else CompileConfig(backend="eager", mode=None)
    )
    compiled._compile_all_devices = True
    tokenizer = tokenizer_of(dims, "en")
    options = {
        "max_new_tokens": tokens,
        "min_new_tokens": tokens,
        "do_sample": False,
        "cache_implementation": "static",
        "compile_config": compiled,
        "eos_token_id": tokenizer.eot,
        "pad_token_id": tokenizer.eot,
    }

    def run() -> None:
        for at in range(0, len(clips), size):
            features = mels(clips[at : at + size], dims, device).to(dtype)
            start = torch.tensor([tokenizer.sot_sequence], device=device).expand(len(features), -1)
            # the plain loop: Whisper's own `generate` is for long recordings
            found = GenerationMixin.generate(model, features, decoder_input_ids=start, **options)
            assert found.shape[1] == start.shape[1] + tokens

    return run


def for_transformers(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """openai-whisper's names and tensors -> Hugging Face's."""
    names = (
        ("decoder.token_embedding", "decoder.embed_tokens"),
        ("positional_embedding", "embed_positions.weight"),
        ("blocks", "layers"),
        ("mlp.0", "fc1"),
        ("mlp.2", "fc2"),
        ("mlp_ln", "final_layer_norm"),
        (".attn_ln", ".self_attn_layer_norm"),
        ("cross_attn_ln", "encoder_attn_layer_norm"),
        (".attn.", ".self_attn."),
        ("cross_attn.", "encoder_attn."),
        (".query.", ".q_proj."),
        (".key.", ".k_proj."),
        (".value.", ".v_proj."),
        (".out.", ".out_proj."),
        ("encoder.ln_post", "encoder.layer_norm"),
        ("decoder.ln.", "decoder.layer_norm."),
    )
    found = {}
    for key, tensor in state.items():
        for old, new in names:
            key = key.replace(old, new)
        found[f"model.{key}"] = tensor
    return found | {"proj_out.weight": state["decoder.token_embedding.weight"]}


def mels(clips: Clips, dims: ModelDimensions, device: torch.device) -> Tensor:
    """[batch, n_mels, 3000], as openai-whisper makes them, on the device."""
    sounds = (pad_or_trim(torch.from_numpy(clip).to(device), N_SAMPLES) for clip in clips)
    return torch.stack([log_mel_spectrogram(sound, dims.n_mels) for sound in sounds])


def timed(run: Callable[[], object], device: torch.device, rounds: int) -> float:
    """Seconds of the fastest of so many runs after a warm-up."""
    best = float("inf")
    for index in range(rounds + 1):
        begin = time.perf_counter()
        with torch.inference_mode():
            run()
        if device.type == "cuda":
            torch.cuda.synchronize()
        best = min(best, time.perf_counter() - begin) if index else best
    return best


def limit_s(dims: ModelDimensions, clips: int, size: int, card: str, tokens: int) -> float:
    """Seconds that the card cannot go below for so many clips of 30 s, in bfloat16."""
    flops, bandwidth = next((peak for name, peak in PEAKS.items() if name in card), PEAKS["H100"])
    d, context = dims.n_audio_state, dims.n_audio_ctx
    macs = dims.n_audio_layer * (12 * d * d * context + 2 * d * context**2)
    macs += dims.n_text_layer * 2 * d * d * context
    weights = dims.n_text_layer * 14 * d * d + dims.n_vocab * d
    seen = dims.n_text_layer * 2 * d * (context + tokens / 2)  # numbers read, and products made, of a clip
    step = max(2 * size * (weights + seen) / flops, 2 * (weights + size * seen) / bandwidth)
    return float(2 * clips * macs / flops + clips / size * tokens * step)


def measure(
    name: str, sound: str, who: str, size: int, device: torch.device, options: argparse.Namespace
) -> dict[str, Any]:
    """A row of the table. Everything of it is gone from the device afterwards."""
    tokens, count = (5, 2) if options.tiny else (TOKENS, 4 * size)
    noise = np.random.default_rng(0)
    clips = [noise.normal(0, 0.1, RATE * SOUNDS[sound]).astype(np.float32) for _ in range(count)]
    row: dict[str, Any] = {"model": name, "clips": sound, "batch": size, "who": who}
    if who == "transformers" and not find_spec("transformers"):
        return row | {"left_out": "transformers is not installed"}
    if who.startswith("core"):
        run = core(name, device, clips, size, tokens, full=sound == "30 s" or who == "core, padded")
    else:
        run = {"openai-whisper": openai, "transformers": transformers}[who](name, device, clips, size, tokens)
    gc.collect()
    cuda = device.type == "cuda"
    if cuda:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    seconds = timed(run, device, 1 if options.tiny else options.rounds)
    if options.profile and who == "core":
        profiled(run, device)
    card = torch.cuda.get_device_name() if cuda else "cpu"
    row |= {"s": round(seconds, 4), "times_real_time": round(count * SOUNDS[sound] / seconds, 1)}
    if sound == "30 s":
        row["share_of_limit"] = round(limit_s(DIMENSIONS[name], count, size, card, tokens) / seconds, 3)
    if cuda:
        row["peak_gb"] = round(torch.cuda.max_memory_allocated() / 1e9, 2)
    return row


def profiled(run: Callable[[], object], device: torch.device) -> None:
    """Where the time goes: the twenty kernels that take most of it."""
    activities = [torch.profiler.ProfilerActivity.CPU]
    if device.type == "cuda":
        activities.append(torch.profiler.ProfilerActivity.CUDA)
    with torch.inference_mode(), torch.profiler.profile(activities=activities) as profile:
        run()
    order = "self_cuda_time_total" if device.type == "cuda" else "self_cpu_time_total"
    print(profile.key_averages().table(sort_by=order, row_limit=20))


def against(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, each with how many times our time it takes; ours is the core as it is by default."""
    ours = {(r["model"], r["clips"], r["batch"]): r["s"] for r in rows if r["who"] == "core"}
    return [
        row | {"times_ours": round(row["s"] / ours[row["model"], row["clips"], row["batch"]], 2)}
        if "s" in row
        else row
        for row in rows
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--models", default="base,turbo,large-v3", help=", ".join(DIMENSIONS))
    parser.add_argument("--batches", default="16,32,64")
    parser.add_argument("--sounds", default=",".join(SOUNDS))
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true", help="print where the core's time goes")
    parser.add_argument("--tiny", action="store_true", help="two clips and five tokens through a tiny model")
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).parent / "results" / "transcription_gpu.json"
    )
    args = parser.parse_args()
    device = torch.device(args.device)
    models = ["tiny"] if args.tiny else args.models.split(",")
    sizes = [2] if args.tiny else [int(size) for size in args.batches.split(",")]
    peers = [peer for peer in args.peers.split(",") if peer]
    rows: list[dict[str, Any]] = []
    for name in models:
        for size in sizes:
            for sound in args.sounds.split(","):
                own = ["core"] if sound == "30 s" else ["core", "core, padded"]
                for who in (*own, *peers):
                    rows.append(measure(name, sound, who, size, device, args))
                    print(json.dumps(against(rows)[-1]), flush=True)
    if not args.tiny:
        installed = ["torch", "openai-whisper", *(["transformers"] if find_spec("transformers") else [])]
        report = {
            "date": date.today().isoformat(),
            "command": " ".join(["python", "benchmarks/transcription_gpu.py", *sys.argv[1:]]),
            "device": torch.cuda.get_device_name() if device.type == "cuda" else "cpu",
            "versions": {name: version(name) for name in installed},
            "rows": against(rows),
        }
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
        print(f"written: {args.out}")


if __name__ == "__main__":
    main()
