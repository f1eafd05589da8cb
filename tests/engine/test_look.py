"""Attention of one query beside its definition: parts of caches, rows that share a clip, gaps at ends."""

from __future__ import annotations

import pytest
import torch

from pii_audio.engine.look import look


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("keys", [1, 33, 120])
def test_it_is_softmax_of_the_products(dtype: torch.dtype, keys: int) -> None:
    torch.manual_seed(2)
    q = torch.randn(6, 4, 1, 64).to(dtype)
    k, v = (torch.randn(3, 4, 150, 64).to(dtype)[:, :, :keys] for _ in range(2))
    bias = torch.randn(3, 1, 1, keys).to(dtype)
    bias[1, ..., : keys // 3] = bias[2, ..., keys // 2 + 1 :] = -torch.inf
    each = [part.repeat_interleave(2, 0).float() for part in (k, v, bias)]
    scores = q.float() @ each[0].transpose(2, 3) + each[2]
    torch.testing.assert_close(look(q, k, v, bias), scores.softmax(-1) @ each[1], atol=1e-5, rtol=1e-5)


def test_without_a_bias_and_with_large_logits() -> None:
    torch.manual_seed(2)
    q, k, v = 30 * torch.randn(2, 4, 1, 64), torch.randn(2, 4, 50, 64), torch.randn(2, 4, 50, 64)
    expected = (q @ k.transpose(2, 3)).softmax(-1) @ v
    torch.testing.assert_close(look(q, k, v, None), expected, atol=1e-4, rtol=1e-4)


def test_a_row_does_not_depend_on_its_neighbours() -> None:
    q, k, v = torch.randn(5, 4, 1, 64), torch.randn(5, 4, 50, 64), torch.randn(5, 4, 50, 64)
    alone = [look(q[i : i + 1], k[i : i + 1], v[i : i + 1], None) for i in range(5)]
    assert torch.equal(torch.cat(alone), look(q, k, v, None))


def test_where_there_is_nothing_no_memory_is_read_beyond() -> None:
    q, k, v = torch.randn(1, 2, 1, 64), torch.randn(1, 2, 8, 64), torch.randn(1, 2, 8, 64)
    assert torch.isfinite(look(q, k, v, torch.full((1, 1, 1, 8), -torch.inf))).all()
