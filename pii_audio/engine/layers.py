"""What a transformer is made of, each in the form that is fastest where it runs.

On the CPU products are of integers (`int8.py`) or, in bfloat16, of weights that are packed once for oneDNN,
which saves a quarter of the time at 32 rows and half of it at 8. Attention in bfloat16 is two plain products:
the fused kernel runs at a fifth of their speed. On other devices PyTorch's own layers are taken. This module
knows shapes, not Whisper.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from pii_audio.engine import int8
from pii_audio.engine.int8 import Int8
from pii_audio.engine.look import look

__all__ = ["Affine", "Linear", "attend", "heads", "linear", "mlp", "norm", "packed"]

ROWS = 256  # multiplied at once in integers: what lies between two products stays in the caches
SCORES = 1 << 21  # attention weights held at once on the CPU: more do not fit its caches


class Affine(NamedTuple):
    weight: Tensor  # [out, in]; on the CPU in bfloat16 packed by oneDNN
    bias: Tensor | None


Linear = Affine | Int8


def packed(affine: Affine, *, integers: bool) -> Linear:
    """The same for `linear`, laid out for the CPU's units for int8 or bfloat16."""
    weight = affine.weight
    if integers:
        return Int8.of(*affine)
    if weight.device.type != "cpu" or weight.dtype != torch.bfloat16:
        return affine
    return Affine(torch.ops.mkldnn._reorder_linear_weight(weight, None), affine.bias)


def linear(x: Tensor, layer: Linear, dtype: torch.dtype) -> Tensor:
    """[..., in] -> [..., out] in `dtype`, which is that of weights that are no integers."""
    if isinstance(layer, Int8):
        return _in_parts(x, lambda rows: int8.linear(rows, layer).to(dtype))
    x = x.to(dtype)
    if layer.weight.is_mkldnn:
        y: Tensor = torch.ops.mkldnn._linear_pointwise(x, *layer, "none", [], "none")
        return y
    return F.linear(x, *layer)


def mlp(x: Tensor, up: Linear, down: Linear, dtype: torch.dtype) -> Tensor:
    """Two layers with GELU between them: [..., d] -> [..., d]."""
    if isinstance(up, Int8) and isinstance(down, Int8):
        return _in_parts(x, lambda rows: int8.linear(int8.linear(rows, up, gelu=True), down))
    if isinstance(up, Affine) and up.weight.is_mkldnn:
        hidden = torch.ops.mkldnn._linear_pointwise(x.to(dtype), *up, "gelu", [], "none")
    else:
        hidden = F.gelu(linear(x, up, dtype))
    return linear(hidden, down, dtype)


def _in_parts(x: Tensor, run: Callable[[Tensor], Tensor]) -> Tensor:
    """Some rows after the other: [..., in] -> [..., out]."""
    found = [run(rows) for rows in torch.split(x.flatten(0, -2), ROWS)]
    y = found[0] if len(found) == 1 else torch.cat(found)
    return y.view(*x.shape[:-1], -1)


def norm(x: Tensor, affine: Affine) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], *affine)


def heads(x: Tensor, count: int, parts: int) -> tuple[Tensor, ...]:
    """[batch, length, parts * d] -> parts times [batch, heads, length, d / heads]."""
    batch, length, _ = x.shape
    return x.view(batch, length, parts, count, -1).permute(2, 0, 3, 1, 4).unbind(0)


def attend(q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None) -> Tensor:
    """Attention, [batch, heads, queries, 64] -> [batch, queries, d]; the queries are scaled already.

    bias: [batch or 1, 1, queries or 1, keys], added to the logits of the keys.
    """
    cpu = q.device.type == "cpu" and q.dtype != torch.float16
    if cpu and q.shape[2] == 1:
        y = look(q, k, v, bias)
    elif cpu and q.dtype == torch.bfloat16:
        y = _products(q, k, v, bias)
    else:
        mask = None if bias is None else bias.expand(-1, -1, q.shape[2], -1)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=1.0)
    return y.transpose(1, 2).flatten(2)


def _products(q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None) -> Tensor:
    """Attention in pieces whose weights stay in the caches: [batch, heads, queries, 64], as `q`."""
    shape, (batch, count, queries, _) = q.shape, q.shape
    if queries > 1:
        k = k.contiguous()  # of another layout every product makes a copy
    if bias is not None:
        bias = bias.expand(batch, count, -1, -1).flatten(0, 1)
    q, k, v = q.flatten(0, 1), k.flatten(0, 1).transpose(1, 2), v.flatten(0, 1)
    rows, step = max(1, SCORES // (queries * k.shape[2])), max(1, SCORES // k.shape[2])
    y = torch.empty(q.shape, dtype=q.dtype)
    for row in (slice(at, at + rows) for at in range(0, len(q), rows)):
        for part in (slice(at, at + step) for at in range(0, queries, step)):
            scores = torch.bmm(q[row, part], k[row])
            if bias is not None:
                scores += bias[row] if bias.shape[1] == 1 else bias[row, part]
            torch.bmm(scores.softmax(-1), v[row], out=y[row, part])
    return y.view(shape)
