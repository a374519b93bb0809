"""Attention in blocks is attention to everything at once, whatever the lengths."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from complm_app.engine.block_attention import (
    SQUARE,
    Weighed,
    attend_in_blocks,
    by_cudnn,
    by_flash,
    can_read_blocks,
    together,
)

CARD = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")


class Spelled:
    """A kernel for any lengths, in float32 step by step. `shapes` are those that it was given."""

    def __init__(self) -> None:
        self.shapes: set[tuple[int, int, bool]] = set()

    def __call__(
        self, query: Tensor, key: Tensor, value: Tensor, causal: bool, scale: float | None
    ) -> Weighed:
        new, length = query.shape[-2], key.shape[-2]
        self.shapes.add((new, length, causal))
        groups = query.shape[1] // key.shape[1]
        key, value = (each.repeat_interleave(groups, dim=1) for each in (key, value))
        scores = query @ key.transpose(-1, -2) * (scale or query.shape[-1] ** -0.5)
        if causal:
            seen = torch.ones(new, length, dtype=torch.bool).tril(length - new)
            scores = scores.masked_fill(~seen, float("-inf"))
        return scores.softmax(-1) @ value, scores.logsumexp(-1)


def made_up(new: int, length: int, heads: int = 4, device: str = "cpu") -> list[Tensor]:
    generator = torch.Generator(device).manual_seed(new + length)
    return [
        torch.randn(1, n, h, 16 if device == "cpu" else 128, generator=generator, device=device)
        .mul(2)
        .transpose(1, 2)
        for n, h in ((new, heads), (length, 2), (length, 2))
    ]


def at_once(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    new, length = query.shape[-2], key.shape[-2]
    seen = torch.ones(new, length, dtype=torch.bool, device=query.device).tril(length - new)
    groups = query.shape[1] // key.shape[1]
    key, value = (each.repeat_interleave(groups, dim=1) for each in (key, value))
    return scaled_dot_product_attention(query, key, value, attn_mask=seen)


@pytest.mark.parametrize("new", [1, 3, 8])
@pytest.mark.parametrize("before", [0, 1, 7, 8, 9, 16, 31, 32, 33, 64, 133, 256 + 64 + 24 + 5])
def test_blocks_put_together_are_the_whole(new: int, before: int) -> None:
    query, key, value = made_up(new, before + new)
    square, other = Spelled(), Spelled()
    mine = attend_in_blocks(query, key, value, None, square, other, sizes=(128, 32, 8))
    torch.testing.assert_close(mine, at_once(query, key, value), rtol=1e-5, atol=1e-5)
    assert square.shapes <= {(8, 128, False), (8, 32, False), (8, 8, False), (8, 8, True)}


def test_parts_in_16_bits_are_summed_up_in_32_and_lie_position_by_position() -> None:
    generator = torch.Generator().manual_seed(0)
    exact = [torch.randn(1, 9, 4, 16, generator=generator).transpose(1, 2) for _ in range(5)]
    weights = [torch.randn(1, 4, 9, generator=generator) for _ in exact]
    shares = torch.softmax(torch.stack(weights), 0)[..., None]
    short = [part.bfloat16() for part in exact]
    mine = together(list(zip(short, weights, strict=True)))
    summed = sum(part.float() * share for part, share in zip(short, shares, strict=True))
    assert isinstance(summed, Tensor)
    assert torch.equal(mine, summed.bfloat16())
    assert mine.transpose(1, 2).is_contiguous()


@CARD
@pytest.mark.parametrize("new", [SQUARE, SQUARE - 1, 3000])
@pytest.mark.parametrize("before", [SQUARE, 5 * SQUARE + 48, 22 * SQUARE + 777])
def test_the_kernels_of_a_card_agree_with_float32(new: int, before: int) -> None:
    exact = made_up(new, before + new, device="cuda")
    query, key, value = (each.bfloat16() for each in exact)
    if not can_read_blocks(query, key):
        pytest.skip("this card reads chunks as fast by one kernel")
    mine = attend_in_blocks(query, key, value, None, by_cudnn, by_flash).float()
    reference = at_once(*(each.bfloat16().float() for each in exact))
    one_kernel = by_flash(query, key, value, True, None)[0].float()
    error, usual = (mine - reference).norm(), (one_kernel - reference).norm()
    assert error <= 1.5 * usual


@CARD
def test_weights_of_both_kernels_are_in_the_same_unit() -> None:
    query, key, value = (each.bfloat16() for each in made_up(SQUARE, SQUARE, device="cuda"))
    weights = [kernel(query, key, value, False, None)[1] for kernel in (by_cudnn, by_flash)]
    torch.testing.assert_close(*weights, rtol=1e-3, atol=1e-3)
