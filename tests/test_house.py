"""Rules of the house that no linter knows."""

from __future__ import annotations

import importlib
import os
import pkgutil
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import pii_audio

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(pii_audio.__path__, "pii_audio.")
    if not module.name.endswith("__main__")
)
HEAVY = {
    "av",
    "numba",
    "onnxruntime",
    "presidio_analyzer",
    "pyarrow",
    "pydantic",
    "spacy",
    "torch",
    "whisper",
}


@pytest.mark.parametrize("name", MODULES)
def test_public_names_exist(name: str) -> None:
    module = importlib.import_module(name)
    assert [n for n in getattr(module, "__all__", []) if not hasattr(module, n)] == []


def test_the_facade_gives_every_name() -> None:
    assert [name for name in pii_audio.__all__ if getattr(pii_audio, name) is None] == []
    assert pii_audio.__all__ == sorted(pii_audio.__all__)
    with pytest.raises(AttributeError):
        _ = pii_audio.nothing_of_the_kind


@pytest.mark.parametrize("name", ["pii_audio", "pii_audio.cli"])
def test_importing_it_loads_nothing_heavy(name: str) -> None:
    code = f"import sys, {name}; print(*set({sorted(HEAVY)}) & sys.modules.keys())"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


def test_no_library_collects_for_its_maker(tmp_path: Path) -> None:
    """onnxruntime's telemetry is native code, which blocked sockets do not see: its store is in the home."""
    code = (
        "import numpy as np; from pii_audio.speech import SpeechDetector\n"
        "SpeechDetector().spoken([np.zeros(16_000, np.float32)])"
    )
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=os.environ | home, check=True)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_help_comes_in_a_blink() -> None:
    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "pii_audio", "--help"], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)  # of the processor: others may be at work too
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(5)) < 0.3
