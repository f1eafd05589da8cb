"""The small text encoder behind the PII tagger: token ids in, one vector a token out.

BERT (Devlin et al. 2018) with the norm behind each residual, as multilingual-e5-small has it. It knows
tensors and token ids only: no files, no tokenizer, no labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["EncoderShape", "TextEncoder"]


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

    def vectors(self, texts: Sequence[Sequence[int]], wanted: Sequence[Sequence[int]]) -> Tensor:
        """texts: ids of each, best sorted by length; wanted: the places of the pieces that are asked for.

        Returns [wanted of all texts, width]. Texts of one length are read together, without padding.
        """
        found = list[Tensor]()
        for _, same in groupby(zip(texts, wanted, strict=True), key=lambda pair: len(pair[0])):
            ids, places = zip(*same, strict=True)
            x = self(torch.tensor(ids, device=self.pieces.weight.device))
            found += (row[list(own)] for row, own in zip(x, places, strict=True))
        return torch.cat(found)


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
