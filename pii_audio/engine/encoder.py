"""The small text encoder behind the PII tagger: token ids in, one vector a token out.

BERT (Devlin et al. 2018) with the norm behind each residual, as multilingual-e5-small has it. It knows
tensors and token ids only: no files, no tokenizer, no labels.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["EncoderShape", "Int8Linear", "TextEncoder", "from_int8", "in_int8", "to_int8"]


@dataclass(frozen=True, slots=True)
class EncoderShape:
    pieces: int  # size of the vocabulary
    positions: int  # the longest input, in pieces
    width: int
    layers: int
    heads: int
    hidden: int  # of the feed-forward layer


class TextEncoder(nn.Module):
    """`dropout` acts in training only, on what goes in and what comes out."""

    def __init__(self, shape: EncoderShape, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape = shape
        self.pieces = nn.Embedding(shape.pieces, shape.width)
        self.positions = nn.Embedding(shape.positions, shape.width)
        self.norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.blocks = nn.ModuleList(_Block(shape) for _ in range(shape.layers))
        self.dropout = dropout

    def forward(self, ids: Tensor, lengths: Tensor | None = None) -> Tensor:
        """ids: [batch, pieces], lengths: [batch], how many of them are real; None is all of them.

        Returns [batch, pieces, width]; what stands behind a length is undefined.
        """
        steps = torch.arange(ids.shape[1], device=ids.device)
        mask = (
            None if lengths is None else (steps < lengths[:, None])[:, None, None, :]
        )  # [batch, 1, 1, pieces]
        x = self.norm(self.pieces(ids) + self.positions(steps))
        x = F.dropout(x, self.dropout, self.training)
        for block in self.blocks:
            x = block(x, mask)
        return F.dropout(x, self.dropout, self.training)


class _Block(nn.Module):
    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.qkv = nn.Linear(shape.width, 3 * shape.width)
        self.out = nn.Linear(shape.width, shape.width)
        self.attend_norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.up = nn.Linear(shape.width, shape.hidden)
        self.down = nn.Linear(shape.hidden, shape.width)
        self.feed_norm = nn.LayerNorm(shape.width, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        x = self.attend_norm(x + self.attend(x, mask))
        fed: Tensor = self.feed_norm(x + self.down(F.gelu(self.up(x))))
        return fed

    def attend(self, x: Tensor, mask: Tensor | None) -> Tensor:
        batch, pieces, width = x.shape
        q, k, v = (
            self.qkv(x).view(batch, pieces, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        )  # each [batch, heads, pieces, width of a head]
        if self.training:  # twice as fast there as the fused kernel
            logits = q @ k.transpose(2, 3) * (width // self.heads) ** -0.5  # [batch, heads, pieces, pieces]
            if mask is not None:
                logits = logits.masked_fill(~mask, -torch.inf)
            read = logits.softmax(-1) @ v
        else:  # to the bit the same for a text alone
            read = F.scaled_dot_product_attention(q, k, v, mask)
        out: Tensor = self.out(read.transpose(1, 2).reshape(batch, pieces, width))
        return out


class Int8Linear(nn.Module):
    """nn.Linear in integers: weights of int8, each input row in 255 steps from its least to its most.

    Products of integers are exact, so no row depends on its neighbours. Input and output are float32.
    """

    weight: Tensor  # [out, in], int8
    scale: Tensor  # [out]
    summed: Tensor  # [out], over the inputs
    bias: Tensor  # [out]

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        packed = to_int8({"weight": linear.weight.detach()})
        self.register_buffer("weight", packed["weight"])
        self.register_buffer("scale", packed["weight.scale"].float().flatten())
        self.register_buffer("summed", (packed["weight"].float() * self.scale[:, None]).sum(1))
        self.register_buffer("bias", linear.bias.detach().float())

    def forward(self, x: Tensor) -> Tensor:
        rows = x.flatten(0, -2)
        low, high = rows.amin(-1, keepdim=True), rows.amax(-1, keepdim=True)
        step, middle = (high - low).clamp(min=1e-8) / 254, (high + low) / 2  # [rows, 1]
        whole = ((rows - middle) / step).round_().to(torch.int8)
        product = torch._int_mm(whole, self.weight.t()).float().mul_(self.scale)  # [rows, out]
        return torch.addcmul(self.bias, product, step).addcmul_(middle, self.summed).view(*x.shape[:-1], -1)


def in_int8(module: nn.Module) -> None:
    """Its linear layers become Int8Linear, in place: twice as fast where a processor has int8 products."""
    for name, child in module.named_children():
        if isinstance(child, nn.Linear):
            setattr(module, name, Int8Linear(child))
        else:
            in_int8(child)


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
