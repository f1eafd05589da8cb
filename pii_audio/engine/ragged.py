"""The text encoder in integers: texts of any length laid end to end, so that nothing is computed for padding.

No text depends on its neighbours: products of integers are exact, and everything between two products looks
at one row or at one text. The last block computes the pieces that are asked for and no others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import layer_norm

from pii_audio.engine.compiled import compiled
from pii_audio.engine.int8 import Floats, Int8, from_int8, product, rounded, to_int8
from pii_audio.engine.look import Places, look_within

__all__ = ["RaggedEncoder"]


class RaggedEncoder:
    """What a TextEncoder of these weights computes, nearly. Heads are of HEAD numbers."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        self._pieces = to_int8({"": weights["pieces.weight"]})
        self._positions = weights["positions.weight"]
        self._norm = weights["norm.weight"], weights["norm.bias"]
        layers = {int(name.split(".")[1]) for name in weights if name.startswith("blocks.")}
        self._blocks = [_Block.of(weights, f"blocks.{i}.") for i in sorted(layers)]

    def vectors(self, texts: Sequence[Sequence[int]], wanted: Sequence[Sequence[int]]) -> Tensor:
        """As TextEncoder's; texts may be of any length."""
        lengths = np.array([len(text) for text in texts])
        ends = lengths.cumsum()
        begins = ends - lengths
        rows = np.arange(ends[-1])
        ids = torch.tensor(list(chain.from_iterable(texts)))
        pieces = from_int8({name: table[ids] for name, table in self._pieces.items()})[""]
        placed = pieces + self._positions[rows - begins.repeat(lengths)]
        x = layer_norm(placed, placed.shape[1:], *self._norm, 1e-12).numpy()
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
    def of(cls, weights: Mapping[str, Tensor], name: str) -> _Norm:
        return cls(weights[f"{name}.weight"].numpy(), weights[f"{name}.bias"].numpy())


class _Block(NamedTuple):
    qkv: Int8
    out: Int8
    attend_norm: _Norm
    up: Int8
    down: Int8
    feed_norm: _Norm

    @classmethod
    def of(cls, weights: Mapping[str, Tensor], name: str) -> _Block:
        def linear(part: str) -> Int8:
            return Int8.of(weights[f"{name}{part}.weight"], weights[f"{name}{part}.bias"])

        return cls(
            *(linear("qkv"), linear("out"), _Norm.of(weights, f"{name}attend_norm")),
            *(linear("up"), linear("down"), _Norm.of(weights, f"{name}feed_norm")),
        )

    def run(self, x: Floats, looks: _Looks) -> Floats:
        """[rows, width] -> [queries, width]"""
        read = look_within(product(rounded(x), self.qkv), *looks)
        x = x[looks.queries]
        _add(x, product(rounded(read), self.out), *self.attend_norm)
        hidden = product(rounded(x), self.up, gelu=True)
        _add(x, product(rounded(hidden), self.down), *self.feed_norm)
        return x


@compiled
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
