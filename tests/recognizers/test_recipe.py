"""The tagger's recipe reads its data with the rules as they are, and replaces only the weights it trained."""

from __future__ import annotations

import importlib
import lzma
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from pii_audio.files import hash_file

RECIPE = Path(__file__).parents[2] / "models" / "tagger"


def test_a_command_is_read_by_the_guidelines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(RECIPE))
    corpora = importlib.import_module("corpora")
    rows = [
        [("ruf", "-"), ("swantje", "person"), ("an", "-")],
        [("wie", "-"), ("wird", "-"), ("das", "-"), ("wetter", "-"), ("in", "-"), ("kiel", "place_name")],
        [("spiel", "-"), ("nena", "artist_name")],
    ]
    path = tmp_path / "massive.txt.xz"
    path.write_bytes(
        lzma.compress("\n\n".join("\n".join("\t".join(pair) for pair in row) for row in rows).encode())
    )
    marked = list(corpora.massive(path))
    assert [[(m.text[a:b], label) for a, b, label in m.spans] for m in marked] == [
        [("swantje", "PERSON")],
        [("kiel", "LOCATION")],
        [],
    ]


def test_only_what_is_named_is_replaced_and_the_registry_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(RECIPE))
    weights = importlib.import_module("weights")
    path, registry, other = tmp_path / "weights.safetensors", tmp_path / "registry.toml", tmp_path / "other"
    save_file({"head.bias": torch.zeros(3), "commands.bias": torch.ones(3)}, path, {"outside": "1"})
    save_file({"head.bias": torch.full((3,), 7.0)}, other, {"outside": "2", "commands_outside": "3"})
    registry.write_text(
        f'[[model]]\nname = "base"\nsha256 = "{"a" * 64}"\n\n'
        f'[[model]]\nname = "pii-tagger"\nkind = "tagger"\nsha256 = "{"b" * 64}"\n'
    )
    monkeypatch.setattr(weights, "SHIPPED", path)
    monkeypatch.setattr(weights, "REGISTRY", registry)
    digest = weights.replace(load_file(other), {"outside": "2"}, path)
    written = load_file(path)
    assert written["head.bias"].tolist() == [7, 7, 7]
    assert written["commands.bias"].tolist() == [1, 1, 1]
    assert weights.about(path) == {"outside": "2"}
    assert digest == hash_file(path)
    assert f'"{"a" * 64}"' in registry.read_text()
    assert registry.read_text().endswith(f'sha256 = "{digest}"\n')
