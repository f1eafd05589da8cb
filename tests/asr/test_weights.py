from __future__ import annotations

import json
import struct
import tomllib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from pii_audio.asr import checkpoints, weights
from pii_audio.asr.reference import ReferenceTranscriber
from pii_audio.config import TranscribeConfig
from pii_audio.errors import ModelError
from pii_audio.files import shipped
from pii_audio.types import Window

BASE_HEADS = {(3, 1), (4, 2), (4, 3), (4, 7), (5, 1), (5, 2), (5, 4), (5, 6)}  # openai-whisper's, for base


@pytest.fixture(scope="module")
def base() -> weights.Weights:
    return weights.resolve("base")


@pytest.fixture(scope="module")
def state(base: weights.Weights) -> dict[str, Tensor]:
    return weights.read(base).state


def write_huggingface(
    folder: Path, state: dict[str, Tensor], dims: dict[str, int], *, sharded: bool = False
) -> None:
    """The names are those of transformers 4.57, WhisperForConditionalGeneration."""
    renamed = {}
    for name, tensor in state.items():
        for old, new in [
            ("decoder.token_embedding.weight", "decoder.embed_tokens.weight"),
            ("positional_embedding", "embed_positions.weight"),
            ("encoder.ln_post", "encoder.layer_norm"),
            ("decoder.ln.", "decoder.layer_norm."),
            (".blocks.", ".layers."),
            (".cross_attn_ln.", ".encoder_attn_layer_norm."),
            (".attn_ln.", ".self_attn_layer_norm."),
            (".mlp_ln.", ".final_layer_norm."),
            (".mlp.0.", ".fc1."),
            (".mlp.2.", ".fc2."),
            (".cross_attn.", ".encoder_attn."),
            (".attn.", ".self_attn."),
            (".query.", ".q_proj."),
            (".key.", ".k_proj."),
            (".value.", ".v_proj."),
            (".out.", ".out_proj."),
        ]:
            name = name.replace(old, new)
        renamed[f"model.{name}"] = tensor.clone()
    folder.mkdir()
    names = sorted(renamed)
    shards = {"model.safetensors": names}
    if sharded:
        shards = {
            "model-00001-of-00002.safetensors": names[:100],
            "model-00002-of-00002.safetensors": names[100:],
        }
        index = {"weight_map": {name: file for file, part in shards.items() for name in part}}
        (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    for file, part in shards.items():
        save_file({name: renamed[name] for name in part}, folder / file)
    config = {
        "num_mel_bins": dims["n_mels"],
        "max_source_positions": dims["n_audio_ctx"],
        "d_model": dims["n_audio_state"],
        "encoder_attention_heads": dims["n_audio_head"],
        "encoder_layers": dims["n_audio_layer"],
        "vocab_size": dims["n_vocab"],
        "max_target_positions": dims["n_text_ctx"],
        "decoder_attention_heads": dims["n_text_head"],
        "decoder_layers": dims["n_text_layer"],
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "generation_config.json").write_text(json.dumps({"alignment_heads": sorted(BASE_HEADS)}))


def write_ctranslate2(path: Path, variables: dict[str, Tensor]) -> None:
    def string(text: str) -> bytes:
        return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"

    kinds = {
        torch.float32: 0,
        torch.int8: 1,
        torch.int16: 2,
        torch.int32: 3,
        torch.float16: 4,
        torch.bfloat16: 5,
    }
    with path.open("wb") as file:
        file.write(struct.pack("<I", 6) + string("WhisperSpec") + struct.pack("<II", 3, len(variables)))
        for name, tensor in variables.items():
            data = tensor.contiguous().view(torch.int8 if tensor.ndim else tensor.dtype).numpy().tobytes()
            shape = struct.pack(f"<B{tensor.ndim}I", tensor.ndim, *tensor.shape)
            file.write(string(name) + shape + struct.pack("<BI", kinds[tensor.dtype], len(data)) + data)
        file.write(struct.pack("<I", 0))


def assert_same(found: weights.Weights, expected: weights.Weights, tolerance: float = 0.0) -> None:
    assert found.dims == expected.dims
    assert set(found.alignment_heads) == BASE_HEADS
    theirs, ours = weights.load(found).state_dict(), weights.load(expected).state_dict()
    assert theirs.keys() == ours.keys()
    for name, tensor in ours.items():
        torch.testing.assert_close(theirs[name], tensor, atol=tolerance, rtol=tolerance, msg=name)


def test_the_embedded_model_is_openai_whispers_base(base: weights.Weights) -> None:
    model = weights.load(base)
    assert model.is_multilingual
    assert model.dims.n_text_layer == 6
    assert {tuple(pair) for pair in model.alignment_heads.indices().T.tolist()} == BASE_HEADS
    assert next(model.parameters()).dtype == torch.float32


def test_the_embedded_model_is_converted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PII_AUDIO_CACHE", str(tmp_path))
    first = weights.resolve("base").path
    written = first.stat().st_mtime_ns
    assert weights.resolve("base").path.stat().st_mtime_ns == written
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".safetensors"]


@pytest.mark.parametrize("harm", ["flip", "cut", "sidecar"])
def test_a_damaged_cache_is_rebuilt(harm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PII_AUDIO_CACHE", str(tmp_path))
    path = weights.resolve("base").path
    good = path.read_bytes()
    if harm == "flip":
        path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    elif harm == "cut":
        path.write_bytes(good[: len(good) // 2])
    else:
        path.with_suffix(".json").write_text("{}")
    weights.resolve("base")
    assert path.read_bytes() == good


@pytest.mark.parametrize("sharded", [False, True])
def test_a_hugging_face_folder(
    sharded: bool, tmp_path: Path, base: weights.Weights, state: dict[str, Tensor]
) -> None:
    write_huggingface(tmp_path / "whisper", state, asdict(base.dims), sharded=sharded)
    found = weights.resolve(str(tmp_path / "whisper"))
    assert (found.kind, found.name) == ("huggingface", "whisper")
    assert_same(found, base)


def test_a_pt_file_gets_the_right_alignment_heads(
    tmp_path: Path, base: weights.Weights, state: dict[str, Tensor]
) -> None:
    path = tmp_path / "mine.pt"
    torch.save({"dims": asdict(base.dims), "model_state_dict": state}, path)
    found = weights.resolve(str(path))
    assert (found.kind, found.name) == ("openai", "mine")
    assert_same(found, base)


def test_a_ctranslate2_folder(base: weights.Weights) -> None:
    found = weights.resolve(str(weights.ctranslate2_folder(base)))
    assert found.kind == "ctranslate2"
    assert_same(found, base)


def test_int8_weights_of_ctranslate2_are_scaled_back(tmp_path: Path, base: weights.Weights) -> None:
    folder = weights.ctranslate2_folder(base)
    data = np.fromfile(folder / "model.bin", dtype=np.uint8)
    variables: dict[str, Tensor] = {}
    for name, tensor in checkpoints._variables(checkpoints._Cursor(data)):
        if name.endswith("linear_0/weight"):
            scale = 127 / tensor.float().abs().amax(1)
            variables[f"{name}_scale"] = scale
            tensor = (tensor.float() * scale[:, None]).round().to(torch.int8)
        elif tensor.ndim and tensor.dtype == torch.float16:
            tensor = tensor.to(torch.bfloat16)
        variables[name] = tensor
    write_ctranslate2(tmp_path / "model.bin", variables)
    (tmp_path / "config.json").write_text((folder / "config.json").read_text())
    assert_same(weights.resolve(str(tmp_path)), base, tolerance=0.05)


def test_dimensions_decide_the_alignment_heads(base: weights.Weights) -> None:
    dims = type(base.dims)(128, 1500, 1280, 20, 32, 51866, 448, 1280, 20, 4)  # turbo
    assert len(checkpoints.known_heads(dims)) == 6
    dims.n_text_layer = 2  # a distilled model that does not say
    assert checkpoints.known_heads(dims) == tuple((1, head) for head in range(20))


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(ModelError, match=r"no such model; name one of base, .*turbo"):
        weights.resolve("wisper")


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_a_model_that_is_not_here_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(ModelError, match=r"tiny: not on this machine, and the download failed; .*tiny.pt"):
        weights.resolve("tiny")


@pytest.mark.parametrize("content", [b"", b"x" * 100, struct.pack("<I", 6) + b"\x0c\0WhisperSpec\0\x03"])
def test_damaged_files_are_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.bin"):
        weights.resolve(str(tmp_path))
    (tmp_path / "model.pt").write_bytes(content)
    with pytest.raises(ModelError, match=r"not an openai-whisper checkpoint"):
        weights.resolve(str(tmp_path / "model.pt"))


def test_the_registry_lists_and_checks_every_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "whisper").mkdir()
    (tmp_path / "whisper" / "tiny.pt").write_bytes(b"half a download")
    entries = tomllib.loads(shipped("models", "registry.toml").read_text())["model"]
    assert [model.name for model in weights.listing()] == [entry["name"] for entry in entries]
    checked = weights.verify()
    assert (checked["base"], checked["tiny"], checked["turbo"]) == ("ok", "damaged", "absent")


CLIPS = ("fleurs-de-000.ogg", "fleurs-de-001.ogg", "fleurs-en-000.ogg")


@pytest.mark.parametrize("name", CLIPS)
def test_the_same_text_as_faster_whisper(
    name: str, clip: Callable[[str], Window], reference: ReferenceTranscriber
) -> None:
    faster = pytest.importorskip("pii_audio.asr.faster_whisper")
    transcriber = faster.FasterWhisperTranscriber(TranscribeConfig(device="cpu"))
    (theirs,) = transcriber.transcribe([clip(name)])
    ours, *_ = reference.decode(reference.log_mel(clip(name).samples))
    assert len(ours.text) > 20
    assert ours.text == theirs.text
    assert ours.language == theirs.language
