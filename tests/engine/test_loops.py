"""The guards of decoding with what trips them: loops, doubts, the limit of tokens, memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from pii_audio.asr.guards import repeats
from pii_audio.asr.whisper import MIN_LOG_PROBABILITY, CoreTranscriber
from pii_audio.engine.batch import transcribe
from pii_audio.engine.decode import LOOP, UNSEEN, looping
from pii_audio.engine.rules import Decoded
from pii_audio.types import Window

Clip = Callable[[str], Window]
BEGIN, TIMESTAMPS = 3, 50_364
GIGABYTES = 1.2  # on the CPU with the base weights, whatever the number of clips


def ends_in_loop(said: list[int], position: int | None = None) -> bool:
    """`said` behind three tokens of the prompt, in a row with room left."""
    row = [50_258, 50_261, 50_359, *said]
    tokens = torch.tensor([[*row, *[0] * 20]])
    at = torch.tensor([len(row) - 1 if position is None else position])
    return bool(looping(tokens, at, BEGIN, TIMESTAMPS).item())


@pytest.mark.parametrize("period", range(1, LOOP // 3 + 1))
def test_what_is_said_three_times_over_is_a_loop(period: int) -> None:
    phrase = list(range(100, 100 + period))
    said = [7, 8, 9, *(phrase * LOOP)[:LOOP]]
    assert ends_in_loop(said)
    assert not ends_in_loop([*said[:-1], 99])
    assert not ends_in_loop(said[4:])  # one token short
    assert not ends_in_loop(said, position=len(said) + BEGIN)  # the row's padding is the last token


def test_what_is_said_twice_and_a_half_is_none() -> None:
    phrase = list(range(100, 100 + LOOP // 3 + 1))
    assert not ends_in_loop((phrase * LOOP)[:LOOP])


def test_a_loop_that_tells_the_time_is_one() -> None:
    said = [token for n in range(LOOP) for token in (500, 501, TIMESTAMPS + 2 * n, TIMESTAMPS + 2 * n)]
    assert ends_in_loop(said)


def test_rows_are_told_apart() -> None:
    loop, text = [5, 6] * LOOP, list(range(2 * LOOP))
    tokens = torch.tensor([loop, text, loop])
    positions = torch.tensor([2 * LOOP - 1, 2 * LOOP - 1, LOOP])  # the third began too lately
    assert looping(tokens, positions, BEGIN, TIMESTAMPS).tolist() == [True, False, False]


def test_what_people_say_is_no_loop(speech_folder: Path, core: CoreTranscriber) -> None:
    tokenizer = core._tokenizer
    rows = (speech_folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    said = tokenizer.encode(" ".join(json.loads(row)["text"] for row in rows))
    assert len(said) > 20 * LOOP
    assert not any(ends_in_loop(said[:end]) for end in range(LOOP, len(said)))
    counted = tokenizer.encode(" null eins zwei drei vier fünf sechs sieben acht neun" * 2)
    assert not ends_in_loop(counted)


def as_it_is(samples: np.ndarray) -> np.ndarray:
    return samples


def twice_as_fast(samples: np.ndarray) -> np.ndarray:
    return samples[::2].copy()


def nine_times(samples: np.ndarray) -> np.ndarray:
    return np.tile(samples, 9)


def stuttered(samples: np.ndarray) -> np.ndarray:
    return np.tile(samples[:19_200], 10)  # 1.2 s, 12 s long


@pytest.mark.parametrize(
    ("name", "change", "unsure", "ended", "loops"),
    [
        ("speech-to-phrase-de-007.wav", as_it_is, True, True, False),
        ("nemo-an4-en-051.flac", twice_as_fast, True, False, False),  # says more than fits: the limit
        ("nemo-an4-en-012.wav", nine_times, False, True, True),
        ("rhasspy-test-de-000.wav", stuttered, False, False, True),  # stopped as a loop
    ],
)
def test_each_doubt_with_a_clip(
    name: str,
    change: Callable[[np.ndarray], np.ndarray],
    unsure: bool,
    ended: bool,
    loops: bool,
    clip: Clip,
    core: CoreTranscriber,
) -> None:
    samples, seen = change(clip(name).samples), list[Decoded]()

    def doubtful(decoded: Decoded) -> bool:
        seen.append(decoded)
        return core._doubtful(decoded)

    assert transcribe(core._engine, [samples], full=False, doubtful=doubtful) == [None]
    (decoded,) = seen
    text, limit = core._text(decoded.tokens), 10 + int(8 * len(samples) / 16_000)
    assert (decoded.mean_log_probability < MIN_LOG_PROBABILITY, decoded.ended) == (unsure, ended)
    assert repeats(text) == loops
    late = 0 if core._engine.model.device.type == "cpu" else UNSEEN
    if not ended:  # at its limit, or long before it
        assert len(decoded.tokens) <= LOOP + 2 + late < 0.6 * limit if loops else len(decoded.tokens) == limit


CHILD = """
import sys
from pathlib import Path
from pii_audio.asr.whisper import CoreTranscriber
from pii_audio.audio import decode
from pii_audio.config import TranscribeConfig
from pii_audio.types import Recording, Window

paths = sorted(p for p in Path(sys.argv[1]).iterdir() if p.suffix != ".jsonl")
core = CoreTranscriber(TranscribeConfig(device="cpu"))
windows = [Window(p.name, 0.0, decode(Recording(p.name, "", p)).samples) for p in paths]
windows = [window for window in windows if window.duration_s <= 30]
assert any(transcript.text for transcript in core.transcribe(windows))
print(len(windows), Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
def test_many_clips_stay_in_bounds(speech_folder: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", CHILD, str(speech_folder)], capture_output=True, text=True, check=True
    )
    clips, peak = map(int, ran.stdout.split())  # KiB
    assert clips == 151  # of all lengths: what is kept for a shape shows only where there are many
    assert peak * 1024 < GIGABYTES * 1e9
