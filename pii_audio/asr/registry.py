"""models/registry.toml: which models are known by name.

Loads no library of models, so that a wrong name is refused before anything is read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pii_audio.errors import ModelError
from pii_audio.files import shipped

__all__ = ["check", "entries", "no_such"]


def entries() -> list[Mapping[str, Any]]:
    """As they stand there: name, kind, source, sha256, licence, languages."""
    text = shipped("models", "registry.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["model"])


def check(model: str) -> None:
    """Raises ModelError for what is neither the name of weights nor a path where something is."""
    if model not in _names() and not Path(model).expanduser().exists():
        raise no_such(model)


def no_such(model: str) -> ModelError:
    todo = (
        f"name one of {', '.join(_names())}, or the path of a .pt file, a Hugging Face folder or a "
        "CTranslate2 folder"
    )
    return ModelError(Path(model).name or model, "no such model", todo)


def _names() -> list[str]:
    return [entry["name"] for entry in entries() if entry["kind"] != "tagger"]
