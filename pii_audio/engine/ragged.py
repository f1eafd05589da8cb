"""The text encoder in integers: texts of any length laid end to end, so that nothing is computed for padding.

No text depends on its neighbours: products of integers are exact, and everything between two products looks
at one row or at one text. The last block computes the pieces that are asked for and no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple, cast

import numpy as np
import torch
from torch import Tensor, nn

from pii_audio.engine.encoder import Block, TextEncoder
from pii_audio.engine.int8 import Floats, Int8, compiled, product, rounded
from pii_audio.engine.look import Places, look_within

__all__ = ["RaggedEncoder"]


class RaggedEncoder:
    """What a TextEncoder computes, nearly: twice as fast where a processor multiplies int8."""

    def __init__(self, encoder: TextEncoder) -> None:
        self._embed = encoder.embed
        self._blocks = [_Block.of(cast(Block, block)) for block in encoder.blocks]

    def vectors(self, texts: Sequence[Sequence[int]], wanted: Sequence[Sequence[int]]) -> Tensor:
        """As TextEncoder's; texts may be of any length."""
        lengths = np.array([len(text) for text in texts])
        ends = lengths.cumsum()
        begins = ends - lengths
        rows = np.arange(ends[-1])
        ids = torch.tensor(list(chain.from_iterable(texts)))
        x = self._embed(ids, torch.from_numpy(rows - begins.repeat(lengths))).numpy()
        looks = _Looks(rows, begins.repeat(lengths), ends.repeat(lengths))
        for block in self._blocks[:-1]:
            x = block.run(x, looks)
        counts = [len(own) for own in wanted]
        asked = np.fromiter(chain.from_iterable(wanted), np.int64) + begins.repeat(counts)
        x = self._blocks[-1].run(x, _Looks(asked, begins.repeat(counts), ends.repeat(counts)))
        return torch.from_numpy(x)


class _Looks(NamedTuple):
    """Which rows look at which: each query at its text."""

    queries: Places  # rows
    begins: Places  # of the text of each
    ends: Places


class _Norm(NamedTuple):
    weight: Floats  # [width]
    bias: Floats

    @classmethod
    def of(cls, norm: nn.LayerNorm) -> _Norm:
        return cls(norm.weight.detach().numpy(), norm.bias.detach().numpy())


class _Block(NamedTuple):
    qkv: Int8
    out: Int8
    attend_norm: _Norm
    up: Int8
    down: Int8
    feed_norm: _Norm

    @classmethod
    def of(cls, block: Block) -> _Block:
        qkv, out, up, down = (
            Int8.of(layer.weight.detach(), layer.bias.detach())
            for layer in (block.qkv, block.out, block.up, block.down)
        )
        return cls(qkv, out, _Norm.of(block.attend_norm), up, down, _Norm.of(block.feed_norm))

    def run(self, x: Floats, looks: _Looks) -> Floats:
        """[rows, width] -> [queries, width]"""
        read = look_within(product(rounded(x), self.qkv), *looks)
        x = x[looks.queries]
        _add(x, product(rounded(read), self.out), *self.attend_norm)
        hidden = product(rounded(x), self.up, gelu=True)
        _add(x, product(rounded(hidden), self.down), *self.feed_norm)
        return x


@compiled  # type: ignore[untyped-decorator]
def _add(x: Floats, y: Floats, weight: Floats, bias: Floats) -> None:
    """x plus y, normed, in place: [rows, width]"""
    width = np.float32(x.shape[1])
    for row in range(len(x)):
        own, new = x[row], y[row]
        total, square = np.float32(0), np.float32(0)
        for i in range(len(own)):
            own[i] += new[i]
            total += own[i]
        mean = total / width
        for i in range(len(own)):
            own[i] -= mean
            square += own[i] * own[i]
        many = np.float32(1) / np.sqrt(square / width + np.float32(1e-12))
        for i in range(len(own)):
            own[i] = own[i] * many * weight[i] + bias[i]
