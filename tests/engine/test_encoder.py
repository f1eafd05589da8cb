"""The text encoder against torch's own transformer layers; padding and batches change nothing."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from pii_audio.engine.encoder import EncoderShape, TextEncoder

SHAPE = EncoderShape(pieces=101, positions=40, width=48, layers=3, heads=4, hidden=96)


@pytest.fixture
def encoder() -> TextEncoder:
    torch.manual_seed(3)
    made = TextEncoder(SHAPE, dropout=0.1).eval()
    for name, parameter in made.named_parameters():
        nn.init.normal_(parameter, mean=1.0 if "norm.weight" in name else 0.0, std=0.3)
    return made


def texts(*lengths: int) -> tuple[Tensor, Tensor]:
    """Random ids, padded with a piece that means something elsewhere."""
    torch.manual_seed(5)
    ids = torch.randint(0, SHAPE.pieces, (len(lengths), max(lengths)))
    return ids, torch.tensor(lengths)


def slow(encoder: TextEncoder, ids: Tensor) -> Tensor:
    """[pieces] of one text -> [pieces, width], by torch.nn.TransformerEncoderLayer with the same weights."""
    state = encoder.state_dict()
    x = state["pieces.weight"][ids] + state["positions.weight"][: len(ids)]
    x = nn.functional.layer_norm(x, (SHAPE.width,), state["norm.weight"], state["norm.bias"], 1e-12)
    for i in range(SHAPE.layers):
        layer = nn.TransformerEncoderLayer(
            SHAPE.width, SHAPE.heads, SHAPE.hidden, 0.0, "gelu", layer_norm_eps=1e-12, batch_first=True
        ).eval()
        own = {key.removeprefix(f"blocks.{i}."): tensor for key, tensor in state.items()}
        names = {
            "self_attn.in_proj_": "qkv.",
            "self_attn.out_proj.": "out.",
            "linear1.": "up.",
            "linear2.": "down.",
            "norm1.": "attend_norm.",
            "norm2.": "feed_norm.",
        }
        layer.load_state_dict({a + e: own[b + e] for a, b in names.items() for e in ("weight", "bias")})
        with torch.no_grad():
            x = layer(x[None])[0]
    return x


def test_the_same_as_torch_layers(encoder: TextEncoder) -> None:
    ids, lengths = texts(1, 9, 17, 40)
    with torch.no_grad():
        fast = encoder(ids, lengths)
    for row, length in enumerate(lengths):
        torch.testing.assert_close(fast[row, :length], slow(encoder, ids[row, :length]), atol=2e-5, rtol=1e-5)


def test_a_text_is_read_alike_alone_and_beside_longer_ones(encoder: TextEncoder) -> None:
    ids, lengths = texts(3, 12, 31)
    with torch.no_grad():
        together = encoder(ids, lengths)
        for row, length in enumerate(lengths):
            alone = encoder(ids[row : row + 1, :length])[0]
            torch.testing.assert_close(together[row, :length], alone, atol=1e-5, rtol=1e-5)


def test_what_stands_behind_the_length_is_not_read(encoder: TextEncoder) -> None:
    ids, lengths = texts(7, 20)
    other = ids.clone()
    other[0, 7:] = 0
    with torch.no_grad():
        assert torch.equal(encoder(ids, lengths)[0, :7], encoder(other, lengths)[0, :7])
        assert not torch.equal(encoder(ids)[0, :7], encoder(other)[0, :7])


def test_vectors_are_those_of_the_pieces_that_are_asked_for(encoder: TextEncoder) -> None:
    ids, lengths = texts(3, 12, 12, 31)
    read = [row[:length].tolist() for row, length in zip(ids, lengths, strict=True)]
    wanted = [[1], [0, 5, 11], [], [30, 2]]
    with torch.no_grad():
        found = encoder.vectors(read, wanted)
        rows = [slow(encoder, torch.tensor(text))[own] for text, own in zip(read, wanted, strict=True)]
    torch.testing.assert_close(found, torch.cat(rows), atol=2e-5, rtol=1e-5)
