"""The text encoder against torch's own transformer layers; padding, batches and int8 change nothing."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from pii_audio.engine.encoder import EncoderShape, Int8Linear, TextEncoder, from_int8, in_int8, to_int8

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


def test_int8_is_within_half_a_step_of_each_row(encoder: TextEncoder) -> None:
    state = encoder.state_dict()
    packed = to_int8(state)
    back = from_int8(packed)
    assert back.keys() == state.keys()
    assert packed["pieces.weight"].dtype == torch.int8
    for name, tensor in state.items():
        if tensor.ndim == 2:
            step = tensor.abs().amax(1, keepdim=True) / 127
            assert ((back[name] - tensor).abs() <= 0.51 * step + 1e-6).all(), name
        else:
            torch.testing.assert_close(back[name], tensor, atol=1e-3, rtol=1e-3)


def test_products_in_int8_are_near_those_in_float32() -> None:
    torch.manual_seed(7)
    linear, x = nn.Linear(48, 96), torch.randn(5, 11, 48)
    x[0, 0, 0] = 90.0  # one large value costs its own row precision, and no other
    exact, rounded = linear(x), Int8Linear(linear)(x)
    error = (exact - rounded).abs().amax(-1)
    assert error[0, 0] < 0.5
    error[0, 0] = 0
    assert error.max() < 0.03
    assert Int8Linear(linear).weight.dtype == torch.int8


def test_a_row_in_int8_does_not_depend_on_its_neighbours(encoder: TextEncoder) -> None:
    linear, x = Int8Linear(nn.Linear(48, 96)), torch.randn(64, 48)
    assert torch.equal(torch.cat([linear(row[None]) for row in x]), linear(x))
    in_int8(encoder)
    assert not any(isinstance(m, nn.Linear) for m in encoder.modules())
    ids, lengths = texts(3, 12, 31)
    with torch.no_grad():
        together = encoder(ids, lengths)
        for row, length in enumerate(lengths):
            alone = encoder(ids[row : row + 1, :length])[0]
            torch.testing.assert_close(together[row, :length], alone, atol=2e-2, rtol=0)


def test_int8_keeps_a_row_of_zeros_and_tiny_numbers() -> None:
    tiny = {"w": torch.tensor([[0.0, 0.0], [1e-9, -1e-9], [3.0, -1.5]])}
    back = from_int8(to_int8(tiny))["w"]
    assert torch.isfinite(back).all()
    assert back[0].tolist() == [0.0, 0.0]
    torch.testing.assert_close(back[2], tiny["w"][2], atol=0.02, rtol=0)
