"""Attention on the CPU where two products would do much that is not needed.

`look` is that of one query to what each sequence has, as a decoding step does it twice a layer: keys and
values are read once and as they are stored, only as far as they go in each sequence; two products would read
what is masked too, at a third of the speed. `look_within` is that of short texts laid end to end, at two
thirds of the time of PyTorch's kernel or less. This module knows neither layers nor tokens.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import torch
from llvmlite import ir
from numba.extending import intrinsic
from numpy.typing import NDArray
from torch import Tensor

from pii_audio.engine.compiled import compiled
from pii_audio.engine.int8 import Floats

__all__ = ["HEAD", "look", "look_within"]

NOTHING = np.float32(-1e30)  # stands for minus infinity, of which `fastmath` knows nothing
HEAD = 32  # the width of a head of short texts
Bits = NDArray[np.uint16] | Floats  # bfloat16 or float32
Places = NDArray[np.int64]


def look(q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None) -> Tensor:
    """[batch, heads, 1, 64] -> the same, float32. q is scaled; k, v: [clips, heads, keys, 64], of a cache.

    Neighbouring rows of q may share a clip. bias: [clips or batch or 1, 1, 1, keys]: minus infinity where
    there is nothing.
    """
    batch, heads, _, size = q.shape
    if not k.stride() == v.stride() == (*k.stride()[:2], size, 1):
        k, v = k.contiguous(), v.contiguous()
    biases = torch.zeros(1, k.shape[2]) if bias is None else bias.flatten(1).float().clamp(min=float(NOTHING))
    y = torch.empty(batch, heads, 1, size)
    _look(
        _memory(q.contiguous()), _memory(k), _memory(v), tuple(k.shape), k.stride(), biases.numpy(), y.numpy()
    )
    return y


def look_within(qkv: Floats, queries: Places, begins: Places, ends: Places) -> Floats:
    """qkv: [rows, 3 * width] -> what each query reads, [queries, width].

    queries: rows; begins, ends: rows, of the text of each. Heads are of 32 numbers.
    """
    y = np.zeros((len(queries), qkv.shape[1] // 3), np.float32)
    _look_within(qkv.reshape(-1), queries, begins, ends, y)
    return y


def _memory(x: Tensor) -> Bits:
    """As far as a tensor reaches in it, whatever it leaves out."""
    reach = sum(step * (count - 1) for step, count in zip(x.stride(), x.shape, strict=True)) + 1
    flat = x.as_strided((reach,), (1,))
    bits: Bits = (flat.view(torch.uint16) if x.dtype == torch.bfloat16 else flat).numpy()
    return bits


@compiled
def _look(
    q: Bits,
    k: Bits,
    v: Bits,
    shape: tuple[int, int, int, int],
    strides: tuple[int, int, int, int],
    bias: Floats,
    y: Floats,
) -> None:
    batch, heads, _, size = y.shape
    weights = np.empty(shape[2], np.float32)
    query, sums = np.empty(size, np.float32), np.empty(size, np.float32)
    for row in range(batch):
        clip, biases = row * shape[0] // batch, bias[row * bias.shape[0] // batch]
        begin, end = 0, shape[2]
        while begin < end - 1 and biases[begin] <= NOTHING:
            begin += 1
        while begin < end - 1 and biases[end - 1] <= NOTHING:
            end -= 1
        for head in range(heads):
            first = clip * strides[0] + head * strides[1]
            for i in range(size):
                query[i], sums[i] = _wide(q[(row * heads + head) * size + i]), 0
            most = NOTHING
            for key in range(begin, end):
                score, own = np.float32(0), k[first + key * size :][:size]
                for i in range(size):
                    score += query[i] * _wide(own[i])
                weights[key] = score + biases[key]
                most = max(most, weights[key])
            total = np.float32(0)
            for key in range(begin, end):
                weights[key] = _exp(weights[key] - most)
                total += weights[key]
            for key in range(begin, end):
                weight, own = weights[key], v[first + key * size :][:size]
                for i in range(size):
                    sums[i] += weight * _wide(own[i])
            for i in range(size):
                y[row, head, 0, i] = sums[i] / total


@compiled
def _look_within(qkv: Floats, queries: Places, begins: Places, ends: Places, y: Floats) -> None:
    """y: zeros."""
    width = y.shape[1]
    weights, sums = np.empty(np.max(ends - begins), np.float32), y.reshape(-1)
    for i in range(len(queries)):
        count = ends[i] - begins[i]
        for head in range(0, width, HEAD):
            query = queries[i] * 3 * width + head
            key = (begins[i] * 3 + 1) * width + head
            most = NOTHING
            for j in range(count):
                weights[j] = _dot(qkv, query, key + j * 3 * width) * np.float32(HEAD**-0.5)
                most = max(most, weights[j])
            total = np.float32(0)
            for j in range(count):
                weights[j] = _exp(weights[j] - most)
                total += weights[j]
            for j in range(count):
                _add(sums, i * width + head, weights[j] / total, qkv, key + (3 * j + 1) * width)


@compiled
def _exp(x: np.float32) -> np.float32:
    """e to the power of x <= 0, within 1e-6 of it: two to a whole power, times a polynomial on the rest."""
    t = max(x * np.float32(1.44269504), np.float32(-126))
    whole = np.floor(t)
    f = t - whole
    p = np.float32(0.00961813) + f * (np.float32(0.00133336) + f * np.float32(0.00015469))
    p = np.float32(1) + f * (
        np.float32(0.69314718) + f * (np.float32(0.24022651) + f * (np.float32(0.05550411) + f * p))
    )
    found: np.float32 = p * _float((np.int32(whole) + np.int32(127)) << np.int32(23))
    return found


@intrinsic  # type: ignore[untyped-decorator]
def _float(_: Any, bits: Any) -> Any:
    """The float32 with these bits."""

    def generate(_: Any, builder: Any, __: Any, args: Any) -> Any:
        return builder.bitcast(builder.trunc(args[0], ir.IntType(32)), ir.FloatType())

    return numba.float32(numba.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def _wide(_: Any, x: Any) -> Any:
    """bfloat16 as float32: the same bits, and zeros behind them; float32 as it is."""

    def generate(_: Any, builder: Any, __: Any, args: Any) -> Any:
        if x == numba.float32:
            return args[0]
        word = ir.IntType(32)
        return builder.bitcast(builder.shl(builder.zext(args[0], word), word(16)), ir.FloatType())

    return numba.float32(x), generate


def _vector(context: Any, builder: Any, array: Any, kind: Any, at: Any) -> Any:
    """Where HEAD floats of a flat array stand."""
    data = context.make_array(kind)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [at]), ir.VectorType(ir.FloatType(), HEAD).as_pointer())


@intrinsic  # type: ignore[untyped-decorator]
def _dot(_: Any, x: Any, i: Any, j: Any) -> Any:
    """The product of the heads at x[i:] and x[j:]; as a loop it takes twice the time."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        x, i, j = args
        a, b = (builder.load(_vector(context, builder, x, signature.args[0], at), align=4) for at in (i, j))
        kind = ir.FunctionType(ir.FloatType(), [ir.FloatType(), a.type])
        add = builder.module.declare_intrinsic(f"llvm.vector.reduce.fadd.v{HEAD}f32", (), kind)
        terms = builder.fmul(a, b, flags=("fast",))
        return builder.call(add, [ir.Constant(ir.FloatType(), 0), terms], fastmath=("fast",))

    return numba.float32(x, numba.int64, numba.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def _add(_: Any, y: Any, i: Any, weight: Any, x: Any, j: Any) -> Any:
    """To the head at y[i:] that at x[j:], so many times."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        y, i, weight, x, j = args
        into = _vector(context, builder, y, signature.args[0], i)
        head = builder.load(_vector(context, builder, x, signature.args[3], j), align=4)
        none, first = ir.Constant(head.type, ir.Undefined), ir.Constant(ir.IntType(32), 0)
        lanes = ir.Constant(ir.VectorType(ir.IntType(32), HEAD), [0] * HEAD)
        many = builder.shuffle_vector(builder.insert_element(none, weight, first), none, lanes)
        sums = builder.fadd(
            builder.load(into, align=4), builder.fmul(head, many, flags=("fast",)), flags=("fast",)
        )
        builder.store(sums, into, align=4)
        return weight

    return numba.float32(y, numba.int64, numba.float32, x, numba.int64), generate
