"""Linear layers in integers, for processors that have products of int8.

Weights have one scale an output, each row of the input 255 steps from its least to its most value, as in
CTranslate2. Products of integers are exact, so no row depends on its neighbours. What PyTorch would need six
passes for is compiled into two, which read and write caches only. This module knows matrices alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numba
import numpy as np
import torch
from llvmlite import ir
from numba.extending import intrinsic
from numpy.typing import NDArray
from torch import Tensor

from pii_audio.engine.compiled import compiled

__all__ = ["Int8", "Rounded", "from_int8", "linear", "product", "rounded", "to_int8"]

MIDDLE = 128  # the unsigned number that stands for the middle of a row
Floats = NDArray[np.float32]


class Int8(NamedTuple):
    """A linear layer."""

    weight: Tensor  # [out, in], int8, laid out by oneDNN
    scale: Tensor  # [out], float32
    zero: Tensor  # [out], zeros
    summed: Floats  # [out], of the scaled weights over the inputs
    bias: Floats  # [out]

    @classmethod
    def of(cls, weight: Tensor, bias: Tensor | None) -> Int8:
        """weight: [out, in], bias: [out], of any precision."""
        packed = to_int8({"weight": weight})
        whole, scale = packed["weight"], packed["weight.scale"].float().flatten()
        return cls(
            torch.ops.onednn.qlinear_prepack(whole, None),
            scale,
            torch.zeros(len(scale), dtype=torch.int64),
            (whole.sum(1, dtype=torch.int32) * scale).numpy(),
            np.zeros(len(scale), np.float32) if bias is None else bias.float().numpy(),
        )


class Rounded(NamedTuple):
    """Rows of numbers: middles + steps * (whole - MIDDLE)."""

    whole: NDArray[np.uint8]  # [rows, in]
    steps: Floats  # [rows]
    middles: Floats  # [rows]


def linear(x: Tensor, layer: Int8, *, gelu: bool = False) -> Tensor:
    """[rows, in] -> [rows, out], float32."""
    return torch.from_numpy(product(rounded(x.float().contiguous().numpy()), layer, gelu=gelu))


def rounded(x: Floats) -> Rounded:
    """[rows, in], each to whole numbers of its own."""
    rows = Rounded(np.empty(x.shape, np.uint8), *np.empty((2, len(x)), np.float32))
    _round(x, *rows)
    return rows


def product(rows: Rounded, layer: Int8, *, gelu: bool = False) -> Floats:
    """[rows, in] -> [rows, out]"""
    whole: Tensor = torch.ops.onednn.qlinear_pointwise(
        *(torch.from_numpy(rows.whole), 1.0, MIDDLE, layer.weight, layer.scale, layer.zero),
        *(None, 1.0, 0, torch.float32, "none", [], ""),
    )
    y: Floats = whole.numpy()
    _scale(y, rows.steps, rows.middles, layer.summed, layer.bias, gelu)
    return y


def to_int8(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Matrices as int8 with one float16 scale a row ("NAME.scale"), everything else as float16."""
    packed = {}
    for name, tensor in weights.items():
        if tensor.ndim == 2:
            scale = tensor.float().abs().amax(1, keepdim=True).clamp(min=1e-8) / 127  # [rows, 1]
            scale = scale.half().clamp(min=6e-8)  # rounded as it will be read
            packed[name] = (tensor.float() / scale.float()).round().clamp(-127, 127).to(torch.int8)
            packed[f"{name}.scale"] = scale
        else:
            packed[name] = tensor.half()
    return packed


def from_int8(packed: dict[str, Tensor]) -> dict[str, Tensor]:
    """The float32 tensors that `to_int8` packed, each within half a step of its row."""
    scales = {name for name in packed if name.endswith(".scale")}
    return {
        name: tensor.float() * packed[f"{name}.scale"].float()
        if f"{name}.scale" in scales
        else tensor.float()
        for name, tensor in packed.items()
        if name not in scales
    }


# compiled passes -------------------------------------------------------------------------------------------


def _extreme(name: str) -> Callable[[Any, Any], Any]:
    """The lesser or greater of two floats as one instruction, which loops over vectors; `min` is not."""

    @intrinsic  # type: ignore[untyped-decorator]
    def chosen(_: Any, a: Any, b: Any) -> Any:
        def generate(_: Any, builder: Any, __: Any, pair: Any) -> Any:
            kind = ir.FloatType()
            function = builder.module.declare_intrinsic(name, [kind], ir.FunctionType(kind, [kind, kind]))
            return builder.call(function, pair, fastmath=("fast",))

        return numba.float32(numba.float32, numba.float32), generate

    found: Callable[[Any, Any], Any] = chosen
    return found


_least, _most = _extreme("llvm.minnum"), _extreme("llvm.maxnum")


@compiled
def _round(x: Floats, whole: NDArray[np.uint8], steps: Floats, middles: Floats) -> None:
    """x: [rows, in] ~ middles + steps * (whole - MIDDLE)."""
    for row in range(x.shape[0]):
        low, high = x[row, 0], x[row, 0]
        for i in range(x.shape[1]):
            low, high = _least(low, x[row, i]), _most(high, x[row, i])
        step = _most((high - low) / np.float32(254), np.float32(1e-10))
        middle, many = (high + low) / np.float32(2), np.float32(1) / step
        for i in range(x.shape[1]):
            whole[row, i] = np.int32((x[row, i] - middle) * many + np.float32(MIDDLE + 0.5))
        steps[row], middles[row] = step, middle


@compiled
def _scale(y: Floats, steps: Floats, middles: Floats, summed: Floats, bias: Floats, gelu: bool) -> None:
    """Products of whole numbers [rows, out] become what they stand for, in place."""
    for row in range(y.shape[0]):
        step, middle = steps[row], middles[row]
        for i in range(y.shape[1]):
            y[row, i] = y[row, i] * step + (bias[i] + middle * summed[i])
        if gelu:
            for i in range(y.shape[1]):
                y[row, i] = _gelu(y[row, i])


@compiled
def _gelu(x: np.float32) -> np.float32:
    """x * (1 + erf(x / sqrt 2)) / 2 within 2e-6. Source: Abramowitz and Stegun, 7.1.28."""
    z: np.float32 = _least(
        abs(x) * np.float32(0.5**0.5), np.float32(4)
    )  # erf(4) is 1; the power of more overflows
    p = np.float32(0.0002765672) + z * np.float32(0.0000430638)
    p = np.float32(0.0092705272) + z * (np.float32(0.0001520143) + z * p)
    p = np.float32(1) + z * (np.float32(0.0705230784) + z * (np.float32(0.0422820123) + z * p))
    p = p * p * p * p
    p = p * p
    p = p * p
    return np.float32(0.5) * (x + abs(x) * (np.float32(1) - np.float32(1) / p))
