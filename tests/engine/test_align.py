from __future__ import annotations

import numpy as np
import pytest
import torch
from whisper.timing import median_filter

from pii_audio.engine.align import _smoothed, path


def test_the_path_follows_a_constructed_answer() -> None:
    costs = np.ones((4, 12), np.float32)
    for token, (begin, end) in enumerate([(0, 3), (3, 4), (4, 9), (9, 12)]):
        costs[token, begin:end] = -1.0
    assert path(costs).tolist() == [0, 3, 4, 9]


def test_one_token_begins_at_the_first_frame() -> None:
    assert path(np.zeros((1, 5), np.float32)).tolist() == [0]


def test_more_tokens_than_frames_share_frames() -> None:
    begins = path(np.zeros((6, 2), np.float32))
    assert begins.tolist() == sorted(begins.tolist())
    assert begins.max() <= 1


@pytest.mark.parametrize("frames", [4, 7, 40, 203])
def test_smoothing_is_openai_whispers_median_and_the_mean_over_heads(frames: int) -> None:
    weights = torch.rand(3, 5, frames)
    expected = median_filter(weights, 7).mean(0)
    np.testing.assert_allclose(_smoothed(weights.numpy()), expected.numpy(), atol=1e-6)
