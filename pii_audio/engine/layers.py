"""What a transformer is made of, each in the form that is fastest where it runs.

On the CPU in bfloat16 the weights are packed once for oneDNN, which saves a quarter of the time at 32 rows
and half of it at 8, and attention is two plain products: the fused kernel runs at a fifth of their speed. On
other devices PyTorch's own layers are taken. This module knows shapes, not Whisper.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["Affine", "attend", "heads", "linear", "norm", "packed"]

SCORES = 1 << 21  # attention weights held at once on the CPU: more do not fit its caches


class Affine(NamedTuple):
    weight: Tensor  # [out, in]; on the CPU in bfloat16 packed by oneDNN
    bias: Tensor | None


def packed(affine: Affine) -> Affine:
    """The same for `linear`, laid out for the CPU's bfloat16 units."""
    weight = affine.weight
    if weight.device.type != "cpu" or weight.dtype != torch.bfloat16:
        return affine
    return Affine(torch.ops.mkldnn._reorder_linear_weight(weight, None), affine.bias)


def linear(x: Tensor, affine: Affine, *, gelu: bool = False) -> Tensor:
    """[..., in] -> [..., out]."""
    if affine.weight.is_mkldnn:
        y: Tensor = torch.ops.mkldnn._linear_pointwise(x, *affine, "gelu" if gelu else "none", [], "none")
        return y
    y = F.linear(x, *affine)
    return F.gelu(y) if gelu else y


def norm(x: Tensor, affine: Affine, dtype: torch.dtype) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], *affine).to(dtype)


def heads(x: Tensor, count: int, parts: int) -> tuple[Tensor, ...]:
    """[batch, length, parts * d] -> parts times [batch, heads, length, d / heads]."""
    batch, length, _ = x.shape
    return x.view(batch, length, parts, count, -1).permute(2, 0, 3, 1, 4).unbind(0)


def attend(q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None) -> Tensor:
    """Attention, [batch, heads, queries, 64] -> [batch, queries, d]; the queries are scaled already.

    bias: [batch or 1, 1, queries or 1, keys], added to the logits of the keys.
    """
    one = q.shape[2] == 1  # for one query the fused kernel is slow in float32 too
    if q.device.type == "cpu" and (one or q.dtype == torch.bfloat16):
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
