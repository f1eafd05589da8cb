"""Whisper's forward passes over plain tensors and caches that the caller holds.

Speech attends to silence that nobody computed: a clip is encoded with a short margin, and for the rest of its
30 s window stand the keys and values of a silent window (`Silence`), computed once per model and loudness.
This module knows neither sampling nor samples.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor
from whisper.model import ModelDimensions

from pii_audio.engine.layers import Affine, Linear, attend, heads, linear, mlp, norm, packed

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
    "new_cache",
    "new_cross",
    "silence",
]


class EncoderLayer(NamedTuple):
    attn_norm: Affine
    qkv: Linear  # [3 * d, d]
    out: Linear
    mlp_norm: Affine
    up: Linear
    down: Linear


class DecoderLayer(NamedTuple):
    attn_norm: Affine
    qkv: Linear
    out: Linear
    cross_norm: Affine
    cross_query: Linear
    cross_keys: Linear  # keys and values, [2 * d, d]
    cross_out: Linear
    mlp_norm: Affine
    up: Linear
    down: Linear


@dataclass(frozen=True, slots=True)
class Model:
    dims: ModelDimensions
    device: torch.device
    dtype: torch.dtype  # of attention and its caches; the residual stream and the norms are float32
    conv1: Affine
    conv2: Affine
    audio_positions: Tensor  # [n_audio_ctx, d]
    encoder: tuple[EncoderLayer, ...]
    encoder_norm: Affine
    embedding: Tensor  # [n_vocab, d]
    unembedding: Linear  # the same, for the logits
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
    """What the decoder attends to: groups of silence, then the frames of each clip, then nothing."""

    keys: list[Tensor]  # per layer [batch, heads, groups + frames, 64]
    values: list[Tensor]
    bias: Tensor  # [batch, 1, 1, groups + frames]: minus infinity where there is nothing
    groups: int

    def take(self, rows: Sequence[int], frames: int | None = None) -> Cross:
        """A copy of these rows, as far as so many frames; no copy where they are all there are."""
        end = None if frames is None else self.groups + frames
        if list(rows) == list(range(len(self.bias))):
            keys, values = [k[:, :, :end] for k in self.keys], [v[:, :, :end] for v in self.values]
            return Cross(keys, values, self.bias[..., :end], self.groups)
        index = torch.tensor(rows, device=self.bias.device)
        keys, values = [k[index, :, :end] for k in self.keys], [v[index, :, :end] for v in self.values]
        return Cross(keys, values, self.bias[index][..., :end], self.groups)

    def keep(self, rows: Tensor) -> Cross:
        """These rows in the memory that all of them had, so that there are never two of all."""
        for part in (*self.keys, *self.values, self.bias):
            part[: len(rows)] = part[rows]
        keys, values = [k[: len(rows)] for k in self.keys], [v[: len(rows)] for v in self.values]
        return Cross(keys, values, self.bias[: len(rows)], self.groups)


class Cache(NamedTuple):
    """The decoder's own keys and values, [layers, batch, heads, positions, 64], filled from the left."""

    keys: Tensor
    values: Tensor


def build(
    dims: ModelDimensions,
    state: Mapping[str, Tensor],
    alignment_heads: tuple[tuple[int, int], ...],
    device: torch.device,
    dtype: torch.dtype,
    *,
    integers: bool = False,
) -> Model:
    """Arrange a state dict with openai-whisper's names: query, key and value become one matrix.

    integers: linear layers are int8 (on the CPU alone), whatever the precision of the rest.
    """
    of = _Parts(state, device, dtype, dims.n_audio_head, integers)
    embedding = of.tensor("decoder.token_embedding.weight", dtype)
    blocks = [f"encoder.blocks.{i}" for i in range(dims.n_audio_layer)]
    text_blocks = [f"decoder.blocks.{i}" for i in range(dims.n_text_layer)]
    return Model(
        dims=dims,
        device=device,
        dtype=dtype,
        conv1=of.plain("encoder.conv1", dtype),
        conv2=of.plain("encoder.conv2", dtype),
        audio_positions=of.tensor("encoder.positional_embedding", torch.float32),
        encoder=tuple(EncoderLayer(*(of.attention(b) + of.mlp(b))) for b in blocks),
        encoder_norm=of.norm("encoder.ln_post"),
        embedding=embedding,
        unembedding=packed(Affine(embedding, None), integers=integers),
        text_positions=of.tensor("decoder.positional_embedding", torch.float32),
        decoder=tuple(DecoderLayer(*(of.attention(b) + of.cross(b) + of.mlp(b))) for b in text_blocks),
        decoder_norm=of.norm("decoder.ln"),
        alignment_heads=alignment_heads,
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of layers out of a state dict, by openai-whisper's names."""

    state: Mapping[str, Tensor]
    device: torch.device
    dtype: torch.dtype
    heads: int
    integers: bool

    def tensor(self, name: str, kind: torch.dtype) -> Tensor:
        return self.state[name].to(self.device, kind, copy=True)  # no part of a file mapped into memory

    def plain(self, name: str, kind: torch.dtype) -> Affine:
        return Affine(self.tensor(f"{name}.weight", kind), self.tensor(f"{name}.bias", kind))

    @property
    def kind(self) -> torch.dtype:
        """What linear layers are read as: integers are rounded once."""
        return torch.float32 if self.integers else self.dtype

    def linear(self, name: str) -> Linear:
        return packed(self.plain(name, self.kind), integers=self.integers)

    def norm(self, name: str) -> Affine:
        return self.plain(name, torch.float32)

    def stacked(self, name: str, parts: str) -> Linear:
        order = parts.split()
        weights = {part: self.tensor(f"{name}.{part}.weight", self.kind) for part in order}
        biases = {part: self.tensor(f"{name}.{part}.bias", self.kind) for part in order if part != "key"}
        if "key" in weights:  # it has no bias
            biases["key"] = torch.zeros_like(weights["key"][0])
        if "query" in weights:  # the scale of attention: with heads of 64 nothing is lost
            scale = (len(weights["query"]) // self.heads) ** -0.5
            weights["query"], biases["query"] = weights["query"] * scale, biases["query"] * scale
        return packed(
            Affine(torch.cat([weights[part] for part in order]), torch.cat([biases[part] for part in order])),
            integers=self.integers,
        )

    def attention(self, name: str) -> tuple[Affine, Linear, Linear]:
        qkv = self.stacked(f"{name}.attn", "query key value")
        return self.norm(f"{name}.attn_ln"), qkv, self.linear(f"{name}.attn.out")

    def mlp(self, name: str) -> tuple[Affine, Linear, Linear]:
        return self.norm(f"{name}.mlp_ln"), self.linear(f"{name}.mlp.0"), self.linear(f"{name}.mlp.2")

    def cross(self, name: str) -> tuple[Affine, Linear, Linear, Linear]:
        keys = self.stacked(f"{name}.cross_attn", "key value")
        query, out = self.stacked(f"{name}.cross_attn", "query"), self.linear(f"{name}.cross_attn.out")
        return self.norm(f"{name}.cross_attn_ln"), query, keys, out


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
    cross = [
        heads(linear(x, layer.cross_keys, model.dtype), model.dims.n_text_head, 2) for layer in model.decoder
    ]
    groups = -(-frames // stride)
    sizes = torch.full((groups,), float(stride), device=model.device)
    sizes[-1] = frames - stride * (groups - 1)
    encoder, decoder = (
        torch.stack([_grouped(torch.stack(pair), stride) for pair in pairs]) for pairs in (kept, cross)
    )
    return Silence(stride, encoder, decoder, sizes.log().to(model.dtype))


def new_cross(model: Model, batch: int, frames: int, groups: int) -> Cross:
    """Room for clips of at most so many frames, with nothing in it."""
    dims, length = model.dims, groups + frames
    shape = (batch, dims.n_text_head, length, dims.n_text_state // dims.n_text_head)
    keys, values = (
        [torch.zeros(shape, device=model.device, dtype=model.dtype) for _ in model.decoder] for _ in range(2)
    )
    return Cross(
        keys, values, torch.zeros((batch, 1, 1, length), device=model.device, dtype=model.dtype), groups
    )


def new_cache(model: Model, batch: int, length: int) -> Cache:
    dims = model.dims
    shape = (dims.n_text_layer, batch, dims.n_text_head, length, dims.n_text_state // dims.n_text_head)
    return Cache(*(torch.zeros(shape, device=model.device, dtype=model.dtype) for _ in range(2)))


def cross_attend(model: Model, x: Tensor, cross: Cross, rows: Tensor, behind: Silence | None) -> None:
    """Put keys and values of encoded clips, x [clips, frames, d], and the silence behind into these rows."""
    begin, end = cross.groups, cross.groups + x.shape[1]
    cross.bias[rows] = -math.inf
    cross.bias[rows, :, :, begin:end] = 0.0
    if behind is not None:
        start = x.shape[1] // behind.stride
        cross.bias[rows, :, :, start:begin] = behind.weights[start:]
    for index, layer in enumerate(model.decoder):
        k, v = heads(linear(x, layer.cross_keys, model.dtype), model.dims.n_text_head, 2)
        cross.keys[index][rows, :, begin:end] = k
        cross.values[index][rows, :, begin:end] = v
        if behind is not None:
            cross.keys[index][rows, :, :begin] = behind.decoder[index, 0]
            cross.values[index][rows, :, :begin] = behind.decoder[index, 1]


def decode(
    model: Model,
    tokens: Tensor,
    positions: Tensor,
    cache: Cache,
    cross: Cross,
    end: int,
    scores: dict[int, Tensor] | None = None,
) -> Tensor:
    """Run tokens [batch, length] at their positions [batch, length] through the decoder, filling the cache.

    Rows are at positions of their own; a token sees the cache up to itself. end: positions looked at.
    cross: its rows may each serve several, neighbouring rows of tokens (beams).
    scores: where given, takes the cross-attention logits of each layer in it [batch, heads, length, frames].
    Returns [batch, length, d], float32.
    """
    count, rows = model.dims.n_text_head, torch.arange(len(tokens), device=model.device)[:, None]
    x = F.embedding(tokens, model.embedding).float() + model.text_positions[positions]
    later = torch.arange(end, device=model.device) > positions[:, None, :, None]  # [batch, 1, length, end]
    mask = torch.zeros(later.shape, device=model.device, dtype=model.dtype).masked_fill_(later, -math.inf)
    for index, layer in enumerate(model.decoder):
        q, k, v = heads(linear(norm(x, layer.attn_norm), layer.qkv, model.dtype), count, 3)
        cache.keys[index][rows, :, positions] = k.transpose(1, 2)
        cache.values[index][rows, :, positions] = v.transpose(1, 2)
        y = attend(q, cache.keys[index, :, :, :end], cache.values[index, :, :, :end], mask)
        x += linear(y, layer.out, model.dtype)
        (q,) = heads(linear(norm(x, layer.cross_norm), layer.cross_query, model.dtype), count, 1)
        if scores is not None and index in scores:
            own = cross.keys[index][:, :, cross.groups :].float()
            scores[index] = q.float() @ own.transpose(-1, -2)
        x += linear(_look(q, cross, index), layer.cross_out, model.dtype)
        x += mlp(norm(x, layer.mlp_norm), layer.up, layer.down, model.dtype)
    return norm(x, model.decoder_norm)


def logits(model: Model, x: Tensor) -> Tensor:
    """[..., d] -> [..., n_vocab], float32."""
    return linear(x, model.unembedding, model.dtype).float()


def _encode(
    model: Model, mel: Tensor, frames: int, behind: Silence | None, *, keep: bool
) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
    x = F.gelu(F.conv1d(mel.to(model.dtype), *model.conv1, padding=1))
    x = F.gelu(F.conv1d(x, *model.conv2, stride=2, padding=1))
    x = x.transpose(1, 2)[:, :frames].float() + model.audio_positions[:frames]  # [batch, frames, d]
    bias, kept = None, []
    if behind is not None:
        start = frames // behind.stride
        bias = torch.cat((behind.weights.new_zeros(frames), behind.weights[start:]))[None, None, None]
    for index, layer in enumerate(model.encoder):
        q, k, v = heads(linear(norm(x, layer.attn_norm), layer.qkv, model.dtype), model.dims.n_audio_head, 3)
        if keep:
            kept.append((k, v))
        if behind is not None:
            k = torch.cat((k, behind.encoder[index, 0, :, :, start:]), 2)
            v = torch.cat((v, behind.encoder[index, 1, :, :, start:]), 2)
        x += linear(attend(q, k, v, bias), layer.out, model.dtype)
        x += mlp(norm(x, layer.mlp_norm), layer.up, layer.down, model.dtype)
    return norm(x, model.encoder_norm), kept


def _look(q: Tensor, cross: Cross, index: int) -> Tensor:
    """Cross-attention of a layer, [batch, heads, length, 64] -> [batch, length, d]; beams look together."""
    keys, values = cross.keys[index], cross.values[index]
    batch, count, length, size = q.shape
    clips = len(keys)
    if clips < batch:  # [clips, heads, beams * length, 64]
        q = q.reshape(clips, -1, count, length, size).transpose(1, 2).flatten(2, 3)
    bias = cross.bias if cross.groups else None  # without silence every clip is the full 30 s
    return attend(q, keys, values, bias).view(batch, length, -1)


def _grouped(x: Tensor, stride: int) -> Tensor:
    """Mean over groups of frames: [..., frames, 64] -> [..., groups, 64]; the last group may be smaller."""
    groups = [part.float().mean(-2) for part in torch.split(x, stride, -2)]
    return torch.stack(groups, -2).to(x.dtype)
