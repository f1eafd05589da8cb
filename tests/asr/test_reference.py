from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from pii_audio.asr.reference import ReferenceTranscriber
from pii_audio.config import TranscribeConfig
from pii_audio.types import Window


def test_speech_gets_text_and_times(reference: ReferenceTranscriber, clip: Callable[[str], Window]) -> None:
    window = clip("fleurs-de-000.ogg")
    late = Window("rec-1", 100.0, window.samples)
    here, there = reference.transcribe([window, late])
    assert "dass man erkennen kann, ob jemand lügt" in here.text
    assert here.language == "de"
    assert [(w.start, w.end) for w in here.words] == [
        match.span() for match in re.finditer(r"\S+", here.text)
    ]
    assert all(0 <= w.begin_s <= w.end_s <= window.duration_s for w in here.words)
    assert there.text == here.text
    np.testing.assert_allclose(
        [w.begin_s for w in there.words], [w.begin_s + 100 for w in here.words], atol=1e-3
    )


def test_the_language_is_chosen_among_those_allowed(clip: Callable[[str], Window]) -> None:
    english = ReferenceTranscriber(TranscribeConfig(device="cpu", languages=("en",)))
    result, *_ = english.decode(english.log_mel(clip("fleurs-de-000.ogg").samples))
    assert result.language == "en"


def test_silence_and_noise_say_nothing(reference: ReferenceTranscriber) -> None:
    noise = np.random.default_rng(1).normal(0, 0.01, 16_000 * 5).astype(np.float32)
    silent = [Window("rec-1", 0.0, np.zeros(16_000 * 30, np.float32)), Window("rec-2", 0.0, noise)]
    assert [transcript.text for transcript in reference.transcribe(silent)] == ["", ""]
