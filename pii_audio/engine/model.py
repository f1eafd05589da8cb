"""Whisper's forward passes over plain tensors and caches that the caller holds.

Speech attends to silence that nobody computed: a clip is encoded with a short margin, and for the rest of its
30 s window stand the keys and values of a silent window (`Silence`), computed once per model and loudness.
This module knows neither sampling nor samples.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor
from whisper.model import ModelDimensions

__all__ = [
    "Cache",
    "Cross",
    "Model",
    "Silence",
    "build",
    "cross_attend",
    "decode",
    "encode",
    "logits",
    "silence",
]


class Affine(NamedTuple):
    weight: Tensor
    bias: Tensor | None


class EncoderLayer(NamedTuple):
    attn_norm: Affine
    qkv: Affine  # [3 * d, d]
    out: Affine
    mlp_norm: Affine
    up: Affine
    down: Affine


class DecoderLayer(NamedTuple):
    attn_norm: Affine
    qkv: Affine
    out: Affine
    cross_norm: Affine
    cross_query: Affine
    cross_keys: Affine  # keys and values, [2 * d, d]
    cross_out: Affine
    mlp_norm: Affine
    up: Affine
    down: Affine


@dataclass(frozen=True, slots=True)
class Model:
    dims: ModelDimensions
    device: torch.device
    dtype: torch.dtype  # of the matrix products; the residual stream and the norms are float32
    conv1: Affine
    conv2: Affine
    audio_positions: Tensor  # [n_audio_ctx, d]
    encoder: tuple[EncoderLayer, ...]
    encoder_norm: Affine
    embedding: Tensor  # [n_vocab, d]
    text_positions: Tensor  # [n_text_ctx, d]
    decoder: tuple[DecoderLayer, ...]
    decoder_norm: Affine
    alignment_heads: tuple[tuple[int, int], ...]


class Silence(NamedTuple):
    """What stands behind a clip: keys and values of a silent window, neighbouring frames averaged to groups.

    `encoder` for self-attention, `decoder` for cross-attention: [layers, 2, batch, heads, groups, 64].
    """

    stride: int  # frames a group
    encoder: Tensor
    decoder: Tensor
    weights: Tensor  # [groups], log of the frames in each: a group counts as so many keys


class Cross(NamedTuple):
    """What the decoder attends to: frames, filled up with zeros, then groups of silence."""

    keys: list[Tensor]  # per layer [batch, heads, frames + groups, 64]
    values: list[Tensor]
    bias: Tensor  # [batch, 1, 1, frames + groups]: minus infinity where there is nothing
    frames: int


class Cache(NamedTuple):
    """The decoder's own keys and values, [layers, batch, heads, n_text_ctx, 64], filled from the left."""

    keys: Tensor
    values: Tensor


def build(
    dims: ModelDimensions,
    state: Mapping[str, Tensor],
    alignment_heads: tuple[tuple[int, int], ...],
    device: torch.device,
    dtype: torch.dtype,
) -> Model:
    """Arrange a state dict with openai-whisper's names; query, key and value become one matrix."""

    def get(name: str, kind: torch.dtype = dtype) -> Tensor:
        return state[name].to(device, kind)

    def affine(name: str, kind: torch.dtype = dtype) -> Affine:
        return Affine(get(f"{name}.weight", kind), get(f"{name}.bias", kind))

    def norm(name: str) -> Affine:
        return affine(name, torch.float32)

    def stacked(name: str, parts: str) -> Affine:
        weights = [get(f"{name}.{part}.weight") for part in parts.split()]
        biases = [
            torch.zeros_like(weights[0][0]) if part == "key" else get(f"{name}.{part}.bias")
            for part in parts.split()
        ]
        return Affine(torch.cat(weights), torch.cat(biases))

    def attention(name: str) -> tuple[Affine, Affine, Affine]:
        return norm(f"{name}.attn_ln"), stacked(f"{name}.attn", "query key value"), affine(f"{name}.attn.out")

    def mlp(name: str) -> tuple[Affine, Affine, Affine]:
        return norm(f"{name}.mlp_ln"), affine(f"{name}.mlp.0"), affine(f"{name}.mlp.2")

    def cross(name: str) -> tuple[Affine, Affine, Affine, Affine]:
        keys = stacked(f"{name}.cross_attn", "key value")
        query, out = affine(f"{name}.cross_attn.query"), affine(f"{name}.cross_attn.out")
        return norm(f"{name}.cross_attn_ln"), query, keys, out

    blocks = [f"encoder.blocks.{i}" for i in range(dims.n_audio_layer)]
    text_blocks = [f"decoder.blocks.{i}" for i in range(dims.n_text_layer)]
    return Model(
        dims=dims,
        device=device,
        dtype=dtype,
        conv1=affine("encoder.conv1"),
        conv2=affine("encoder.conv2"),
        audio_positions=get("encoder.positional_embedding", torch.float32),
        encoder=tuple(EncoderLayer(*attention(b), *mlp(b)) for b in blocks),
        encoder_norm=norm("encoder.ln_post"),
        embedding=get("decoder.token_embedding.weight"),
        text_positions=get("decoder.positional_embedding", torch.float32),
        decoder=tuple(DecoderLayer(*attention(b), *cross(b), *mlp(b)) for b in text_blocks),
        decoder_norm=norm("decoder.ln"),
        alignment_heads=alignment_heads,
    )


def encode(model: Model, mel: Tensor, frames: int, behind: Silence | None = None) -> Tensor:
    """Encode clips as if each stood in its full 30 s window.

    mel: [batch, n_mels, 2 * frames or a little more], log-mel with openai-whisper's normalisation.
    behind: the silence after each clip; without it the clip is all there is: exact for frames == n_audio_ctx.
    Returns [batch, frames, d], float32.
    """
    x, _ = _encode(model, mel, frames, behind, keep=False)
    return x


def silence(model: Model, mel: Tensor, stride: int) -> Silence:
    """What a clip attends to behind its end. mel: [levels, n_mels, 2 * n_audio_ctx] of silent windows."""
    frames = model.dims.n_audio_ctx
    x, kept = _encode(model, mel, frames, None, keep=True)
    cross = new_cross(model, len(mel), frames, 0)
    cross_attend(model, x, cross, torch.arange(len(mel), device=model.device), None)
    groups = -(-frames // stride)
    sizes = torch.full((groups,), float(stride), device=model.device)
    sizes[-1] = frames - stride * (groups - 1)
    return Silence(
        stride,
        torch.stack([_grouped(torch.stack(pair), stride) for pair in kept]),
        torch.stack(
            [_grouped(torch.stack(pair), stride) for pair in zip(cross.keys, cross.values, strict=True)]
        ),
        sizes.log(),
    )


def new_cross(model: Model, batch: int, frames: int, groups: int) -> Cross:
    """Room for clips of at most so many frames, with nothing in it."""
    dims, length = model.dims, frames + groups
    shape = (batch, dims.n_text_head, length, dims.n_text_state // dims.n_text_head)
    keys, values = (
        [torch.zeros(shape, device=model.device, dtype=model.dtype) for _ in model.decoder] for _ in range(2)
    )
    return Cross(keys, values, torch.full((batch, 1, 1, length), -math.inf, device=model.device), frames)


def cross_attend(model: Model, x: Tensor, cross: Cross, rows: Tensor, behind: Silence | None) -> None:
    """Put keys and values of encoded clips, x [clips, frames, d] and the silence behind into these rows."""
    frames = x.shape[1]
    x = x.to(model.dtype)
    cross.bias[rows, :, :, :frames] = 0.0
    if behind is not None:
        start = frames // behind.stride
        cross.bias[rows, :, :, cross.frames + start :] = behind.weights[start:]
    for index, layer in enumerate(model.decoder):
        k, v = _heads(F.linear(x, *layer.cross_keys), model.dims.n_text_head, 2)
        cross.keys[index][rows, :, :frames] = k
        cross.values[index][rows, :, :frames] = v
        if behind is not None:
            cross.keys[index][rows, :, cross.frames :] = behind.decoder[index, 0]
            cross.values[index][rows, :, cross.frames :] = behind.decoder[index, 1]


def decode(
    model: Model,
    tokens: Tensor,
    position: int,
    cache: Cache,
    cross: Cross,
    scores: dict[int, Tensor] | None = None,
) -> Tensor:
    """Run tokens [batch, length] at `position` through the decoder, filling the cache.

    scores: where given, takes the cross-attention logits of each layer in it [batch, heads, length, frames].
    Returns [batch, length, d], float32.
    """
    length = tokens.shape[1]
    x = F.embedding(tokens, model.embedding).float() + model.text_positions[position : position + length]
    end, causal = position + length, length > 1
    mask = _causal(length, position, model.device) if causal else None
    for index, layer in enumerate(model.decoder):
        y = _norm(x, layer.attn_norm, model.dtype)
        q, k, v = _heads(F.linear(y, *layer.qkv), model.dims.n_text_head, 3)
        cache.keys[index, :, :, position:end] = k
        cache.values[index, :, :, position:end] = v
        q = q.to(cache.keys.dtype)
        y = _attend(q, cache.keys[index, :, :, :end], cache.values[index, :, :, :end], mask)
        x = x + F.linear(y.to(model.dtype), *layer.out)
        y = _norm(x, layer.cross_norm, model.dtype)
        (q,) = _heads(F.linear(y, *layer.cross_query), model.dims.n_text_head, 1)
        if scores is not None and index in scores:
            own = cross.keys[index][:, :, : cross.frames].float()
            scores[index] = q.float() @ own.transpose(-1, -2) / math.sqrt(q.shape[-1])
        y = _attend(q, cross.keys[index], cross.values[index], cross.bias)
        x = x + F.linear(y, *layer.cross_out)
        x = x + _mlp(model, x, layer.mlp_norm, layer.up, layer.down)
    return _norm(x, model.decoder_norm, torch.float32)


def logits(model: Model, x: Tensor) -> Tensor:
    """[..., d] -> [..., n_vocab], float32."""
    return F.linear(x.to(model.dtype), model.embedding).float()


def _encode(
    model: Model, mel: Tensor, frames: int, behind: Silence | None, *, keep: bool
) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
    x = F.gelu(F.conv1d(mel.to(model.dtype), *model.conv1, padding=1))
    x = F.gelu(F.conv1d(x, *model.conv2, stride=2, padding=1))
    x = x.transpose(1, 2)[:, :frames].float() + model.audio_positions[:frames]  # [batch, frames, d]
    bias, kept = None, []
    if behind is not None:
        start = frames // behind.stride
        bias = torch.cat((torch.zeros(frames, device=model.device), behind.weights[start:])).expand(
            1, 1, 1, -1
        )
    for index, layer in enumerate(model.encoder):
        y = _norm(x, layer.attn_norm, model.dtype)
        q, k, v = _heads(F.linear(y, *layer.qkv), model.dims.n_audio_head, 3)
        if keep:
            kept.append((k, v))
        if behind is not None:
            k = torch.cat((k, behind.encoder[index, 0, :, :, start:]), 2)
            v = torch.cat((v, behind.encoder[index, 1, :, :, start:]), 2)
        x = x + F.linear(_attend(q, k, v, bias), *layer.out)
        x = x + _mlp(model, x, layer.mlp_norm, layer.up, layer.down)
    return _norm(x, model.encoder_norm, torch.float32), kept


def _mlp(model: Model, x: Tensor, norm: Affine, up: Affine, down: Affine) -> Tensor:
    return F.linear(F.gelu(F.linear(_norm(x, norm, model.dtype), *up)), *down)


def _norm(x: Tensor, norm: Affine, dtype: torch.dtype) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], norm.weight, norm.bias).to(dtype)


def _heads(x: Tensor, heads: int, parts: int) -> tuple[Tensor, ...]:
    """[batch, length, parts * d] -> parts times [batch, heads, length, d / heads]."""
    batch, length, _ = x.shape
    return x.view(batch, length, parts, heads, -1).permute(2, 0, 3, 1, 4).unbind(0)


def _attend(q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None) -> Tensor:
    """Attention, [batch, heads, queries, 64] -> [batch, queries, d]; bias adds to the logits of the keys."""
    if bias is not None:
        bias = bias.to(q.dtype)
    if q.shape[2] == 1 and q.device.type == "cpu":  # the fused kernel is slow for one query
        weights = (q @ k.transpose(-1, -2)).float() / math.sqrt(q.shape[-1])
        weights = weights if bias is None else weights + bias
        y = weights.softmax(-1).to(v.dtype) @ v
    else:
        y = F.scaled_dot_product_attention(
            q, k, v, attn_mask=bias if bias is None else bias.expand(-1, -1, q.shape[2], -1)
        )
    return y.transpose(1, 2).flatten(2)


def _causal(length: int, position: int, device: torch.device) -> Tensor:
    mask = torch.full((length, position + length), -math.inf, device=device)
    return mask.triu(position + 1)[None, None]


def _grouped(x: Tensor, stride: int) -> Tensor:
    """Mean over groups of frames: [..., frames, 64] -> [..., groups, 64]; the last group may be smaller."""
    groups = [part.float().mean(-2) for part in torch.split(x, stride, -2)]
    return torch.stack(groups, -2).to(x.dtype)
