from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import numpy as np
import pytest
import torch
from whisper.audio import log_mel_spectrogram
from whisper.timing import find_alignment

from pii_audio.asr.reference import ReferenceTranscriber
from pii_audio.asr.whisper import CoreTranscriber
from pii_audio.config import TranscribeConfig
from pii_audio.engine.batch import padded, transcribe
from pii_audio.engine.mel import log_mel
from pii_audio.types import Window

Clip = Callable[[str], Window]
CLIPS = ("fleurs-de-002.ogg", "rhasspy-test-de-000.wav", "nemo-an4-en-000.wav", "fleurs-en-003.ogg")


def test_log_mel_is_openai_whispers(clip: Clip) -> None:
    samples = torch.zeros(2, 160 * 2000)
    for row, name in zip(samples, CLIPS, strict=False):
        sound = clip(name).samples
        row[: len(sound)] = torch.from_numpy(sound)
    mel, floors = log_mel(samples, 80)
    for row, floor, sound in zip(mel, floors, samples, strict=True):
        expected = log_mel_spectrogram(sound)
        torch.testing.assert_close(row, expected, atol=1e-4, rtol=0)
        assert floor.item() == pytest.approx(expected.min().item(), abs=1e-4)


@pytest.mark.parametrize("name", CLIPS)
def test_exact_mode_is_token_for_token_the_reference(
    name: str, clip: Clip, exact: CoreTranscriber, reference: ReferenceTranscriber
) -> None:
    window = clip(name)
    expected, tokenizer, _ = reference.decode(reference.log_mel(window.samples))
    (spoken,) = transcribe(exact._engine, [window.samples], full=True, doubtful=lambda _: False)
    assert spoken is not None
    assert list(spoken.decoded.tokens) == expected.tokens
    assert spoken.decoded.language == tokenizer.to_language_token(expected.language)
    assert spoken.decoded.mean_log_probability == pytest.approx(expected.avg_logprob, abs=1e-3)
    assert spoken.decoded.no_speech == pytest.approx(expected.no_speech_prob, abs=1e-3)


@pytest.mark.slow
def test_word_times_are_those_of_openai_whisper(
    clip: Clip, exact: CoreTranscriber, reference: ReferenceTranscriber
) -> None:
    window = clip("fleurs-de-002.ogg")
    mel = reference.log_mel(window.samples)
    result, tokenizer, _ = reference.decode(mel)
    spoken = [token for token in result.tokens if token < tokenizer.eot]
    frames = -(-len(window.samples) // 160)
    expected = find_alignment(reference._model, tokenizer, spoken, mel, frames)
    (found,) = transcribe(exact._engine, [window.samples], full=True, doubtful=lambda _: False)
    assert found is not None
    starts = np.cumsum([0, *[len(word.tokens) for word in expected]])[: len(expected)]
    np.testing.assert_allclose(found.begins[starts], [word.start for word in expected], atol=0.021)


def test_a_clip_says_the_same_alone_in_a_crowd_and_in_any_order(clip: Clip, core: CoreTranscriber) -> None:
    windows = [clip(f"rhasspy-test-de-{i:03}.wav") for i in range(8)]
    crowd = windows * 8
    together = [transcript.text for transcript in core.transcribe(crowd)]
    backwards = [transcript.text for transcript in core.transcribe(crowd[::-1])][::-1]
    assert together == backwards == together[:8] * 8
    assert together[:8] == [core.transcribe([window])[0].text for window in windows]


def test_a_short_context_hears_what_a_full_one_hears(
    clip: Clip, core: CoreTranscriber, exact: CoreTranscriber
) -> None:
    windows = [clip(name) for name in CLIPS]
    short, full = core.transcribe(windows), exact.transcribe(windows)
    assert sum(a.text == b.text for a, b in zip(short, full, strict=True)) >= len(windows) - 1
    for transcript, window in zip(short, windows, strict=True):
        spans = [match.span() for match in re.finditer(r"\S+", transcript.text)]
        assert [(word.start, word.end) for word in transcript.words] == spans
        assert all(0 <= w.begin_s <= w.end_s <= window.duration_s for w in transcript.words)


def test_clips_are_encoded_with_a_margin_up_to_a_bucket() -> None:
    assert padded(16_000, 1500) % 32 == 0
    assert padded(16_000, 1500) >= 50 + 32
    assert padded(29 * 16_000, 1500) == 1500


@pytest.mark.parametrize("precision", ["auto", "bfloat16"])  # auto: int8 where the processor has it
def test_the_fast_precisions_hear_about_the_same(
    precision: Literal["auto", "bfloat16"], clip: Clip, exact: CoreTranscriber
) -> None:
    fast = CoreTranscriber(TranscribeConfig(device="cpu", precision=precision))
    (found,), (expected,) = fast.transcribe([clip(CLIPS[0])]), exact.transcribe([clip(CLIPS[0])])
    assert len(set(found.text.split()) & set(expected.text.split())) >= 0.8 * len(set(expected.text.split()))
