"""Products of integers beside the exact ones, and weights that are kept in integers."""

from __future__ import annotations

import pytest
import torch
from numba.core import caching
from torch import nn

from pii_audio.engine.compiled import compiled
from pii_audio.engine.int8 import Int8, from_int8, linear, to_int8

vnni = pytest.mark.skipif(not torch.cpu._is_vnni_supported(), reason="the processor has no int8 products")


def layers(inputs: int, outputs: int) -> tuple[nn.Linear, Int8]:
    torch.manual_seed(7)
    exact = nn.Linear(inputs, outputs).requires_grad_(False)
    return exact, Int8.of(exact.weight, exact.bias)


@vnni
@pytest.mark.parametrize("rows", [1, 7, 55])
def test_products_are_near_those_in_float32(rows: int) -> None:
    exact, whole = layers(48, 96)
    x = torch.randn(rows, 48) + 3.0  # far from zero: a row's middle is taken out
    x[0, 0] = 90.0  # one large value costs its own row precision, and no other
    error = (exact(x) - linear(x, whole)).abs().amax(-1)
    assert error[0] < 0.5
    assert (error[1:] < 0.05).all()


@vnni
def test_a_row_does_not_depend_on_its_neighbours() -> None:
    _, whole = layers(48, 96)
    x = torch.randn(64, 48)
    assert torch.equal(torch.cat([linear(row[None], whole) for row in x]), linear(x, whole))


@vnni
def test_gelu_is_pytorchs() -> None:
    _, whole = layers(48, 96)
    for size in (0.1, 5.0, 500.0):
        x = size * torch.randn(64, 48)
        expected = nn.functional.gelu(linear(x, whole))
        torch.testing.assert_close(linear(x, whole, gelu=True), expected, atol=4e-6, rtol=1e-6)


@vnni
def test_gelu_of_what_the_tagger_has_in_it() -> None:
    """Beyond 14 the power overflowed to no number: one word in a hundred was tagged wrong."""
    _, whole = layers(48, 96)
    x = 60 * torch.randn(64, 48)
    expected = nn.functional.gelu(linear(x, whole))
    assert expected.amax() > 40
    torch.testing.assert_close(linear(x, whole, gelu=True), expected, atol=4e-6, rtol=1e-6)


@vnni
def test_rows_without_any_difference_are_exact() -> None:
    exact, whole = layers(48, 96)
    x = torch.stack([torch.full((48,), value) for value in (0.0, 2.5, -1e-12)])
    torch.testing.assert_close(linear(x, whole), exact(x), atol=0.02, rtol=0)


def test_weights_are_within_half_a_step_of_each_row() -> None:
    torch.manual_seed(3)
    state = {"matrix": torch.randn(20, 48), "bias": torch.randn(48)}
    packed = to_int8(state)
    back = from_int8(packed)
    assert back.keys() == state.keys()
    assert packed["matrix"].dtype == torch.int8
    step = state["matrix"].abs().amax(1, keepdim=True) / 127
    assert ((back["matrix"] - state["matrix"]).abs() <= 0.51 * step + 1e-6).all()
    torch.testing.assert_close(back["bias"], state["bias"], atol=1e-3, rtol=1e-3)


def test_a_row_of_zeros_and_tiny_numbers_are_kept() -> None:
    tiny = {"w": torch.tensor([[0.0, 0.0], [1e-9, -1e-9], [3.0, -1.5]])}
    back = from_int8(to_int8(tiny))["w"]
    assert torch.isfinite(back).all()
    assert back[0].tolist() == [0.0, 0.0]
    torch.testing.assert_close(back[2], tiny["w"][2], atol=0.02, rtol=0)


def test_what_is_compiled_runs_where_nothing_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation and a home that cannot be written to, as in a container."""
    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])

    @compiled
    def half(x: float) -> float:
        return x / 2

    assert half(3.0) == 1.5
