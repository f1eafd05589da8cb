"""What only a GPU can show, and that the script which measures it runs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from pii_audio.asr.whisper import CoreTranscriber
from pii_audio.config import TranscribeConfig
from pii_audio.engine.decode import Slots
from pii_audio.types import Window

CLIPS = ("fleurs-de-002.ogg", "rhasspy-test-de-000.wav", "nemo-an4-en-000.wav")


@pytest.mark.cuda
def test_a_graph_says_what_the_steps_say(
    clip: Callable[[str], Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = [clip(name) for name in CLIPS]
    config = TranscribeConfig(device="cuda", precision="float32")
    recorded = [transcript.text for transcript in CoreTranscriber(config).transcribe(windows)]
    monkeypatch.setattr(Slots, "record", lambda _: None)
    assert recorded == [transcript.text for transcript in CoreTranscriber(config).transcribe(windows)]


@pytest.mark.cuda
def test_a_gpu_says_what_the_cpu_says(clip: Callable[[str], Window]) -> None:
    windows = [clip(name) for name in CLIPS]
    cpu, gpu = (
        [t.text for t in CoreTranscriber(TranscribeConfig(device=d, precision="float32")).transcribe(windows)]
        for d in ("cpu", "cuda")
    )
    assert cpu == gpu


@pytest.mark.slow
def test_the_benchmark_runs_without_a_gpu() -> None:
    script = Path(__file__).parents[2] / "benchmarks" / "transcription_gpu.py"
    command = [sys.executable, str(script), "--device", "cpu", "--tiny"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    peers = ["openai-whisper", "transformers"]
    assert [row["who"] for row in rows] == ["core", *peers, "core", "core, padded", *peers]
    for row in rows:
        absent = row["who"] == "transformers" and not find_spec("transformers")
        assert row["left_out"] == "transformers is not installed" if absent else row["times_real_time"] > 0
        assert ("share_of_limit" in row) == (row["clips"] == "30 s" and not absent)
    assert rows[4]["times_ours"] > 1  # the padding is encoded
