"""The encoder in integers beside the exact one; no text depends on what it is read with."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pii_audio.engine.encoder import EncoderShape, TextEncoder
from pii_audio.engine.look import HEAD, look_within
from pii_audio.engine.ragged import RaggedEncoder

vnni = pytest.mark.skipif(not torch.cpu._is_vnni_supported(), reason="the processor has no int8 products")
SHAPE = EncoderShape(pieces=101, positions=70, width=3 * HEAD, layers=3, heads=3, hidden=160)
LENGTHS = (1, 3, 12, 66, 31, 12)


@pytest.fixture
def encoder() -> TextEncoder:
    torch.manual_seed(3)
    made = TextEncoder(SHAPE).eval().requires_grad_(requires_grad=False)
    for name, parameter in made.named_parameters():
        nn.init.normal_(parameter, mean=1.0 if "norm.weight" in name else 0.0, std=0.15)
    return made


def texts() -> list[list[int]]:
    torch.manual_seed(5)
    return [torch.randint(0, SHAPE.pieces, (length,)).tolist() for length in LENGTHS]


@vnni
def test_nearly_as_in_float32(encoder: TextEncoder) -> None:
    wanted = [range(length) for length in LENGTHS]
    error = RaggedEncoder(encoder.state_dict()).vectors(texts(), wanted) - encoder.vectors(texts(), wanted)
    assert error.abs().amax() < 0.25
    assert error.abs().mean() < 0.02


@vnni
def test_a_text_is_read_alike_alone_and_in_company(encoder: TextEncoder) -> None:
    ragged = RaggedEncoder(encoder.state_dict())
    wanted = [range(length) for length in LENGTHS]
    together = ragged.vectors(texts(), wanted)
    alone = [ragged.vectors([text], [own]) for text, own in zip(texts(), wanted, strict=True)]
    assert torch.equal(together, torch.cat(alone))


@vnni
def test_only_what_is_asked_for_comes_back(encoder: TextEncoder) -> None:
    ragged = RaggedEncoder(encoder.state_dict())
    wanted = [[0], [], [11, 3], [5, 6, 65], [30], [0]]
    whole = ragged.vectors(texts(), [range(length) for length in LENGTHS]).split(LENGTHS)
    asked = torch.cat([rows[own] for rows, own in zip(whole, wanted, strict=True)])
    assert torch.equal(ragged.vectors(texts(), wanted), asked)


def test_each_query_looks_at_its_own_text() -> None:
    torch.manual_seed(2)
    lengths, width = (1, 5, 40), 2 * HEAD
    qkv = torch.randn(sum(lengths), 3 * width) * 3
    ends = torch.tensor(lengths).cumsum(0)
    begins = ends - torch.tensor(lengths)
    asked, of = [0, 1, 3, 44, 45, 6], [0, 1, 1, 2, 2, 2]
    y = look_within(qkv.numpy(), torch.tensor(asked).numpy(), begins[of].numpy(), ends[of].numpy())
    for found, row, text in zip(y, asked, of, strict=True):
        q, k, v = qkv.view(-1, 3, 2, HEAD).permute(1, 2, 0, 3)  # each [heads, rows, HEAD]
        keys = slice(int(begins[text]), int(ends[text]))
        expected = nn.functional.scaled_dot_product_attention(q[:, row : row + 1], k[:, keys], v[:, keys])
        torch.testing.assert_close(torch.from_numpy(found), expected.flatten(), atol=2e-5, rtol=2e-5)
