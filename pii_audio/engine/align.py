"""Word times: the path through the cross-attention of the heads that follow the speech.

Source: whisper.timing.find_alignment, here for a batch, from the encoder pass that decoding used. The dynamic
time warping is compiled once and kept on disk. This module gives each token its frames; it knows no words.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pii_audio.engine.compiled import exactly
from pii_audio.engine.model import Cross, Model, decode, new_cache

__all__ = ["align", "path"]

MEDIAN_WIDTH = 7
# pairs to put in order until the middle one of seven is the median (Devillard, Fast median search, 1998)
MEDIAN = (
    (0, 5), (0, 3), (1, 6), (2, 4), (0, 1), (3, 5), (2, 6), (2, 3), (3, 6), (4, 5), (1, 4), (1, 3), (3, 4),
)  # fmt: skip
GRAIN = 16  # tokens: sequences are filled up to multiples of it, for few shapes


def align(
    model: Model,
    cross: Cross,
    prefixes: Sequence[Sequence[int]],
    texts: Sequence[Sequence[int]],
    end: int,
    frames: Sequence[int],
) -> list[NDArray[np.int64]]:
    """The first frame of each text token, and of the end: one array [len(text) + 1] a sequence.

    prefixes: the start tokens of each sequence, all of one length. frames: how many of the clip's are speech.
    """
    width = len(prefixes[0])
    length = -(-(width + max(map(len, texts)) + 1) // GRAIN) * GRAIN
    rows = [
        [*prefix, *text] + [end] * (length - width - len(text))
        for prefix, text in zip(prefixes, texts, strict=True)
    ]
    wanted = {layer: torch.empty(0) for layer, _ in model.alignment_heads}
    tokens, cache = torch.tensor(rows, device=model.device), new_cache(model, len(rows), length)
    positions = torch.arange(length, device=model.device).expand(len(rows), -1)
    decode(model, tokens, positions, cache, cross, length, wanted)
    scores = torch.stack([wanted[layer][:, head] for layer, head in model.alignment_heads], 1)
    found = []
    for row, text, count in zip(scores, texts, frames, strict=True):
        weights = _standardized(row[:, : width + len(text) + 1, :count])  # [heads, tokens, frames]
        matrix = _smoothed(weights.cpu().numpy())[width - 1 : -1]  # a token attends to what the next one says
        found.append(path(-matrix))
    return found


def _standardized(scores: Tensor) -> Tensor:
    """Attention over the frames, each frame's mean over the tokens taken out."""
    weights = scores.softmax(-1)
    deviation, mean = torch.std_mean(weights, dim=-2, keepdim=True, unbiased=False)
    return (weights - mean) / deviation.clamp(min=1e-10)


@exactly
def _smoothed(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Median over 7 frames, mirrored at the edges, then the mean over heads: [tokens, frames]."""
    heads, tokens, frames = weights.shape
    matrix = np.zeros((tokens, frames), np.float32)
    half = MEDIAN_WIDTH // 2
    if frames <= half:
        matrix += weights.sum(0) / np.float32(heads)
        return matrix
    wide = np.empty((MEDIAN_WIDTH, frames), np.float32)
    for head in range(heads):
        for token in range(tokens):
            row = weights[head, token]
            for shift in range(-half, half + 1):
                for frame in range(frames):
                    at = abs(frame + shift)
                    wide[shift + half, frame] = row[at if at < frames else 2 * (frames - 1) - at]
            for low, high in MEDIAN:
                for frame in range(frames):  # a loop of minima and maxima becomes vector instructions
                    a, b = wide[low, frame], wide[high, frame]
                    wide[low, frame], wide[high, frame] = min(a, b), max(a, b)
            matrix[token] += wide[half] / np.float32(heads)
    return matrix


@exactly
def path(costs: NDArray[np.float32]) -> NDArray[np.int64]:
    """Dynamic time warping: the first frame of each token on the cheapest path. costs: [tokens, frames]."""
    tokens, frames = costs.shape
    total = np.full((tokens + 1, frames + 1), np.inf)
    came = np.zeros((tokens + 1, frames + 1), np.int8)
    total[0, 0] = 0.0
    for i in range(1, tokens + 1):
        for j in range(1, frames + 1):
            both, token, frame = total[i - 1, j - 1], total[i - 1, j], total[i, j - 1]
            if both < token and both < frame:
                total[i, j], came[i, j] = costs[i - 1, j - 1] + both, 0
            elif token < both and token < frame:
                total[i, j], came[i, j] = costs[i - 1, j - 1] + token, 1
            else:
                total[i, j], came[i, j] = costs[i - 1, j - 1] + frame, 2
    first = np.zeros(tokens, np.int64)
    i, j = tokens, frames
    while i > 0 and j > 0:
        first[i - 1] = j - 1
        step = came[i, j]
        if step != 2:
            i -= 1
        if step != 1:
            j -= 1
    return first
