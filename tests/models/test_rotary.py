"""A rotation that writes where its numbers lie turns as transformers' own does."""

from __future__ import annotations

import sys
from typing import Any

import pytest
import torch
from torch import Tensor

from complm_app.engine.rotary import _is_usual, _Rotation, fast_rotary, rotated, tables_of
from tests.tiny_models import ARCHITECTURES, make_model


def module_of(model: Any) -> Any:
    return sys.modules[type(model).__module__]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_known_families_turn_by_it_inside_the_block_only(architecture: str) -> None:
    model = make_model(architecture, 0)
    theirs = module_of(model).apply_rotary_pos_emb
    ids = torch.arange(40)[None]
    with torch.inference_mode():
        plain = model(ids).logits
        with fast_rotary(model):
            assert isinstance(module_of(model).apply_rotary_pos_emb, _Rotation)
            mine = model(ids).logits
    assert module_of(model).apply_rotary_pos_emb is theirs
    torch.testing.assert_close(mine, plain, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_it_is_no_less_exact(dtype: torch.dtype) -> None:
    theirs = module_of(make_model("qwen3", 0)).apply_rotary_pos_emb
    given = [torch.randn(shape) for shape in ((1, 4, 30, 64), (1, 2, 30, 64))]
    angles = torch.rand(1, 30, 32).repeat(1, 1, 2) * 6
    exact = theirs(*given, angles.cos(), angles.sin())
    rounded = [each.to(dtype) for each in (*given, angles.cos(), angles.sin())]
    for right, mine, other in zip(exact, rotated(*rounded), theirs(*rounded), strict=True):
        error = (mine.float() - right).norm()
        assert error <= (other.float() - right).norm() * 1.05 + 1e-4


def test_what_halves_are_multiplied_with_makes_the_same_of_them() -> None:
    q, k, cos, sin = (
        torch.randn(shape) for shape in ((1, 4, 9, 8), (1, 2, 9, 8), (1, 9, 8), (1, 9, 8))
    )
    for mine, theirs in zip((q, k), rotated(q, k, cos, sin), strict=True):
        first, second = (half.repeat(1, 1, 1, 2) for half in mine.chunk(2, dim=-1))
        to_first, to_second = tables_of(cos, sin)
        torch.testing.assert_close(first * to_first + second * to_second, theirs)


def in_pairs(q: Tensor, k: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor]:
    """Turns neighbours, as GPT-J and Cohere do."""

    def turned(states: Tensor) -> Tensor:
        swapped = torch.stack([-states[..., 1::2], states[..., ::2]], -1).flatten(-2)
        return states * cos[:, None] + swapped * sin[:, None]

    return turned(q), turned(k)


def in_part(q: Tensor, k: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor]:
    """Turns a part of each head, as Phi-3 can."""
    part = cos.shape[-1]
    turned = rotated(q[..., :part], k[..., :part], cos, sin)
    return tuple(  # type: ignore[return-value]
        torch.cat([one, whole[..., part:]], -1) for one, whole in zip(turned, (q, k), strict=True)
    )


def by_position(q: Tensor, k: Tensor, cos: Tensor, sin: Tensor, position_ids: Any = None) -> Any:
    return rotated(q, k, cos, sin)


@pytest.mark.parametrize("other", [in_pairs, in_part, by_position])
def test_other_rotations_are_left_alone(other: Any) -> None:
    assert not _is_usual(other)


def test_an_error_inside_the_block_puts_the_models_own_back() -> None:
    model = make_model("llama", 0)
    theirs = module_of(model).apply_rotary_pos_emb
    with pytest.raises(KeyError), fast_rotary(model):
        raise KeyError
    assert module_of(model).apply_rotary_pos_emb is theirs
