"""Reading Whisper checkpoints of every kind into openai-whisper's own names.

This module knows file layouts; where files are found, checked and cached is `weights`.
"""

from __future__ import annotations

import base64
import gzip
import json
import pickle
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import whisper
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from whisper.model import ModelDimensions, sinusoids

from pii_audio.errors import ModelError

__all__ = [
    "Checkpoint",
    "heads_of",
    "parse_ctranslate2",
    "read_ctranslate2",
    "read_huggingface",
    "read_openai",
]

Heads = tuple[tuple[int, int], ...]  # (decoder layer, head) whose cross-attention follows the speech


@dataclass(frozen=True, slots=True)
class Checkpoint:
    dims: ModelDimensions
    alignment_heads: Heads
    state: dict[str, Tensor]


def read_openai(path: Path) -> Checkpoint:
    """A `.pt` file, with the right alignment heads (whisper.load_model takes the upper half for them)."""
    try:
        data = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        dims, state = ModelDimensions(**data["dims"]), data["model_state_dict"]
    except (RuntimeError, KeyError, TypeError, ValueError, EOFError, pickle.UnpicklingError):
        raise ModelError(
            path.name, "not an openai-whisper checkpoint", "download the .pt file again"
        ) from None
    return Checkpoint(dims, known_heads(dims), state)


def read_huggingface(folder: Path) -> Checkpoint:
    """A Hugging Face folder: config.json, safetensors and, where there is one, generation_config.json."""
    config, files = _json(folder / "config.json"), _safetensors(folder)
    try:
        dims = ModelDimensions(
            n_mels=config["num_mel_bins"],
            n_audio_ctx=config["max_source_positions"],
            n_audio_state=config["d_model"],
            n_audio_head=config["encoder_attention_heads"],
            n_audio_layer=config["encoder_layers"],
            n_vocab=config["vocab_size"],
            n_text_ctx=config["max_target_positions"],
            n_text_state=config["d_model"],
            n_text_head=config["decoder_attention_heads"],
            n_text_layer=config["decoder_layers"],
        )
        tensors = {name: tensor for file in files for name, tensor in load_file(file).items()}
    except (KeyError, SafetensorError) as error:
        raise ModelError(
            folder.name, f"not a Whisper model ({type(error).__name__})", "name its folder"
        ) from None
    generation = folder / "generation_config.json"
    heads = _json(generation).get("alignment_heads") if generation.exists() else None
    state = {new: tensor for old, tensor in tensors.items() if (new := _from_huggingface(old))}
    return Checkpoint(dims, _heads(heads) or known_heads(dims), _with_positions(state, dims))


def read_ctranslate2(folder: Path) -> Checkpoint:
    """A CTranslate2 folder: model.bin (format version 6) and config.json."""
    config, file = folder / "config.json", folder / "model.bin"
    try:
        data = np.memmap(file, dtype=np.uint8, mode="r")
    except (OSError, ValueError):
        raise ModelError(folder.name, "model.bin cannot be read", "copy the model folder again") from None
    return parse_ctranslate2(folder.name, data, _json(config) if config.exists() else {})


def parse_ctranslate2(name: str, data: NDArray[np.uint8], config: dict[str, Any]) -> Checkpoint:
    """The bytes of a model.bin; raises ModelError naming the model."""
    try:
        variables = dict(_variables(_Cursor(data)))
    except (ValueError, KeyError, struct.error, UnicodeDecodeError):
        todo = "copy it again, or convert it with ctranslate2 4"
        raise ModelError(name, "model.bin is damaged or not of format 6", todo) from None
    try:
        heads = int(variables["encoder/num_heads"]), int(variables["decoder/num_heads"])
        state = _from_ctranslate2(variables)
        dims = ModelDimensions(
            n_mels=state["encoder.conv1.weight"].shape[1],
            n_audio_ctx=len(variables["encoder/position_encodings/encodings"]),
            n_audio_state=state["encoder.conv1.weight"].shape[0],
            n_audio_head=heads[0],
            n_audio_layer=_layers(state, "encoder"),
            n_vocab=state["decoder.token_embedding.weight"].shape[0],
            n_text_ctx=state["decoder.positional_embedding"].shape[0],
            n_text_state=state["decoder.positional_embedding"].shape[1],
            n_text_head=heads[1],
            n_text_layer=_layers(state, "decoder"),
        )
    except KeyError:
        raise ModelError(name, "a CTranslate2 model, but not Whisper's", "name another folder") from None
    return Checkpoint(
        dims, _heads(config.get("alignment_heads")) or known_heads(dims), _with_positions(state, dims)
    )


def known_heads(dims: ModelDimensions) -> Heads:
    """The alignment heads of the openai-whisper model of these dimensions; else the whole upper half."""
    size = {
        (384, 4): "tiny",
        (512, 6): "base",
        (768, 12): "small",
        (1024, 24): "medium",
        (1280, 32): "large-v3" if dims.n_mels == 128 else "large-v2",
        (1280, 4): "turbo",
    }.get((dims.n_text_state, dims.n_text_layer))
    if size is None:
        layers = range(dims.n_text_layer // 2, dims.n_text_layer)
        return tuple((layer, head) for layer in layers for head in range(dims.n_text_head))
    return heads_of(size if dims.n_vocab >= 51865 else f"{size}.en", dims)


def heads_of(name: str, dims: ModelDimensions) -> Heads:
    """The alignment heads of an openai-whisper model."""
    flags = np.frombuffer(gzip.decompress(base64.b85decode(whisper._ALIGNMENT_HEADS[name])), dtype=bool)
    return _heads(np.argwhere(flags.reshape(dims.n_text_layer, dims.n_text_head)).tolist())


def _heads(pairs: Any) -> Heads:
    return tuple((int(layer), int(head)) for layer, head in pairs or ())


def _json(path: Path) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ModelError(
            path.parent.name, f"{path.name} cannot be read", "copy the model folder again"
        ) from None
    return data


def _safetensors(folder: Path) -> list[Path]:
    index = folder / "model.safetensors.index.json"
    names = set(_json(index)["weight_map"].values()) if index.exists() else {"model.safetensors"}
    files = [folder / name for name in sorted(names)]
    if missing := [file.name for file in files if not file.exists()]:
        raise ModelError(folder.name, f"{missing[0]} is missing", "copy the model folder again")
    return files


def _layers(state: dict[str, Tensor], side: str) -> int:
    return len({name.split(".")[2] for name in state if name.startswith(f"{side}.blocks.")})


def _with_positions(state: dict[str, Tensor], dims: ModelDimensions) -> dict[str, Tensor]:
    """The encoder's positions are exact sinusoids; files keep them rounded to their own precision."""
    return state | {"encoder.positional_embedding": sinusoids(dims.n_audio_ctx, dims.n_audio_state)}


HUGGINGFACE = (
    (r"^model\.", ""),
    (r"^(encoder|decoder)\.layers\.", r"\1.blocks."),
    (r"self_attn_layer_norm", "attn_ln"),
    (r"encoder_attn_layer_norm", "cross_attn_ln"),
    (r"final_layer_norm", "mlp_ln"),
    (r"\.self_attn\.", ".attn."),
    (r"\.encoder_attn\.", ".cross_attn."),
    (r"\.q_proj\.", ".query."),
    (r"\.k_proj\.", ".key."),
    (r"\.v_proj\.", ".value."),
    (r"\.out_proj\.", ".out."),
    (r"\.fc1\.", ".mlp.0."),
    (r"\.fc2\.", ".mlp.2."),
    (r"^encoder\.layer_norm\.", "encoder.ln_post."),
    (r"^decoder\.layer_norm\.", "decoder.ln."),
    (r"^decoder\.embed_tokens\.", "decoder.token_embedding."),
    (r"^decoder\.embed_positions\.weight$", "decoder.positional_embedding"),
)


def _from_huggingface(name: str) -> str | None:
    if name in ("proj_out.weight", "model.encoder.embed_positions.weight"):
        return None  # tied to the embedding; sinusoids
    for pattern, replacement in HUGGINGFACE:
        name = re.sub(pattern, replacement, name)
    return name


DTYPES = {0: "<f4", 1: "i1", 2: "<i2", 3: "<i4", 4: "<f2", 5: "<i2"}
BFLOAT16 = 5


def _variables(cursor: _Cursor) -> Iterator[tuple[str, Tensor]]:
    """Name and tensor of each variable of a CTranslate2 model.bin, little-endian and without padding:

    u32 version, string spec, u32 revision, u32 count, then per variable: string name, u8 rank, u32 dims,
    u8 dtype, u32 bytes, data. A string is u16 length (with its NUL) and bytes. Aliases follow, not needed.
    """
    version, spec, _, count = cursor.number("I"), cursor.string(), cursor.number("I"), cursor.number("I")
    if version != 6 or spec != "WhisperSpec":
        raise ValueError("another format")
    for _ in range(count):
        yield cursor.variable()


class _Cursor:
    def __init__(self, data: NDArray[np.uint8]) -> None:
        self.data, self.at = data, 0

    def number(self, kind: str) -> int:
        size = struct.calcsize(f"<{kind}")
        (value,) = struct.unpack(f"<{kind}", self.take(size).tobytes())
        return int(value)

    def string(self) -> str:
        return self.take(self.number("H")).tobytes().rstrip(b"\0").decode()

    def take(self, size: int) -> NDArray[np.uint8]:
        if self.at + size > len(self.data):
            raise ValueError("the file ends early")
        self.at += size
        return self.data[self.at - size : self.at]

    def variable(self) -> tuple[str, Tensor]:
        name = self.string()
        shape = [self.number("I") for _ in range(self.number("B"))]
        dtype, raw = self.number("B"), self.take(self.number("I"))
        tensor = torch.from_numpy(raw.copy().view(DTYPES[dtype]))  # the copy is aligned, the file is not
        if dtype == BFLOAT16:
            tensor = tensor.view(torch.bfloat16)
        return name, tensor.reshape(shape)


CTRANSLATE2 = (
    (r"^(encoder|decoder)/layer_(\d+)/", r"\1.blocks.\2."),
    (r"\.self_attention/layer_norm/", ".attn_ln."),
    (r"\.attention/layer_norm/", ".cross_attn_ln."),
    (r"\.ffn/layer_norm/", ".mlp_ln."),
    (r"\.ffn/linear_0/", ".mlp.0."),
    (r"\.ffn/linear_1/", ".mlp.2."),
    (r"\.self_attention/linear_1/", ".attn.out."),
    (r"\.attention/linear_0/", ".cross_attn.query."),
    (r"\.attention/linear_2/", ".cross_attn.out."),
    (r"^encoder/layer_norm/", "encoder.ln_post."),
    (r"^decoder/layer_norm/", "decoder.ln."),
    (r"^encoder/(conv\d)/", r"encoder.\1."),
    (r"^decoder/embeddings/", "decoder.token_embedding."),
    (r"^decoder/position_encodings/encodings$", "decoder.positional_embedding"),
    (r"\bgamma$", "weight"),
    (r"\bbeta$", "bias"),
)
STACKED = {
    ".self_attention/linear_0/": ("attn", "query key value"),
    ".attention/linear_1/": ("cross_attn", "key value"),
}


def _from_ctranslate2(variables: dict[str, Tensor]) -> dict[str, Tensor]:
    """Rename, cut the stacked projections apart, undo int8. Key biases are zero, openai-whisper has none."""
    state: dict[str, Tensor] = {}
    for old, tensor in variables.items():
        if tensor.ndim == 0 or old.endswith("_scale") or old == "encoder/position_encodings/encodings":
            continue
        if (scale := variables.get(f"{old}_scale")) is not None:
            tensor = tensor.float() / scale.float().reshape(-1, *[1] * (tensor.ndim - 1))
        new = re.sub(CTRANSLATE2[0][0], CTRANSLATE2[0][1], old)
        stacked = next((part for part in STACKED if part in new), None)
        if stacked is not None:
            prefix, kind = new.split(stacked)
            module, parts = STACKED[stacked]
            for part, piece in zip(parts.split(), tensor.chunk(len(parts.split())), strict=True):
                if (part, kind) != ("key", "bias"):
                    state[f"{prefix}.{module}.{part}.{kind}"] = piece
            continue
        for pattern, replacement in CTRANSLATE2:
            new = re.sub(pattern, replacement, new)
        state[new] = tensor
    return state
