"""How identifiable is a set of recordings? Transcribe, recognize, redact, score.

    from pathlib import Path
    from pii_audio import Config, run

    outcome = run([Path("recordings")], Path("out"), Config(), release=True)
    print(outcome.summary())

Everything is imported when it is first used: `import pii_audio` loads neither torch nor spaCy.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pii_audio.audio import decode
    from pii_audio.config import Config
    from pii_audio.errors import PiiAudioError
    from pii_audio.recognizers.ensemble import Ensemble
    from pii_audio.runners.compare import compare_outputs
    from pii_audio.runners.local import Outcome, run
    from pii_audio.runners.plan import make_plan
    from pii_audio.runners.verify import verify
    from pii_audio.sources import discover
    from pii_audio.types import Failure, Finding, Recording, RiskReport, Transcript, Word

__version__ = "0.1.0"
__all__ = [
    "Config",
    "Ensemble",
    "Failure",
    "Finding",
    "Outcome",
    "PiiAudioError",
    "Recording",
    "RiskReport",
    "Transcript",
    "Word",
    "compare_outputs",
    "decode",
    "discover",
    "make_plan",
    "run",
    "verify",
]

# onnxruntime (1.32) tells its maker what it is used for, from native code, unless it is told not to before it
# is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# OpenMP threads that wait must sleep: by default they spin, and take the core from the decoder beside them.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# oneDNN keeps a compiled kernel for each of the last 1,024 shapes it met, half a megabyte each, and the layer
# between it and PyTorch as many again: a step needs a few dozen of them.
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "64")
os.environ.setdefault("LRU_CACHE_CAPACITY", "64")

_HOMES = {
    "Config": "config",
    "Ensemble": "recognizers.ensemble",
    "Outcome": "runners.local",
    "PiiAudioError": "errors",
    "compare_outputs": "runners.compare",
    "decode": "audio",
    "discover": "sources",
    "make_plan": "runners.plan",
    "run": "runners.local",
    "verify": "runners.verify",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'pii_audio' has no attribute {name!r}")
    return getattr(import_module(f"pii_audio.{_HOMES.get(name, 'types')}"), name)


def __dir__() -> list[str]:
    return __all__
