"""Beam search: one beam is greedy, five are openai-whisper's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pii_audio.asr.reference import ReferenceTranscriber
from pii_audio.asr.whisper import CoreTranscriber
from pii_audio.config import TranscribeConfig
from pii_audio.engine import batch
from pii_audio.engine.batch import Spoken, transcribe
from pii_audio.types import Window

Clip = Callable[[str], Window]
CLIPS = ("fleurs-de-002.ogg", "rhasspy-test-de-000.wav", "nemo-an4-en-000.wav")


def hear(core: CoreTranscriber, windows: list[Window], beams: int, *, full: bool) -> list[Spoken]:
    engine = replace(core._engine, beams=beams)
    found = transcribe(engine, [w.samples for w in windows], full=full, doubtful=lambda _: False)
    return [spoken for spoken in found if spoken is not None]


def test_one_beam_is_greedy(clip: Clip, core: CoreTranscriber, monkeypatch: pytest.MonkeyPatch) -> None:
    windows = [clip(name) for name in CLIPS]
    greedy = hear(core, windows, 1, full=False)
    monkeypatch.setattr(batch, "_together", batch._searched)
    searched = hear(core, windows, 1, full=False)
    for a, b in zip(greedy, searched, strict=True):
        assert a.decoded.tokens == b.decoded.tokens
        assert a.decoded.mean_log_probability == pytest.approx(b.decoded.mean_log_probability, abs=1e-3)
        assert a.begins.tolist() == b.begins.tolist()


def test_five_beams_are_openai_whispers_and_no_less_likely_than_greedy(
    clip: Clip, exact: CoreTranscriber
) -> None:
    windows = [clip(name) for name in CLIPS]
    reference = ReferenceTranscriber(TranscribeConfig(device="cpu", beam_size=5))
    likeliest = hear(exact, windows, 1, full=True)
    for window, greedy, beam in zip(windows, likeliest, hear(exact, windows, 5, full=True), strict=True):
        expected, *_ = reference.decode(reference.log_mel(window.samples))
        assert list(beam.decoded.tokens) == expected.tokens
        assert beam.decoded.mean_log_probability == pytest.approx(expected.avg_logprob, abs=1e-3)
        assert beam.decoded.mean_log_probability >= greedy.decoded.mean_log_probability - 1e-4


def test_the_configuration_says_how_many(clip: Clip) -> None:
    five = CoreTranscriber(TranscribeConfig(device="cpu", beam_size=5))
    assert five._engine.beams == 5
    assert five.transcribe([clip(CLIPS[1])])[0].words
