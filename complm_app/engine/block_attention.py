"""Attention of a chunk to all that was read before it, by cuDNN's kernels.

On graphics cards from Hopper on they are twice as fast as the ones that know of chunks. But cuDNN
takes a twentieth of a second to prepare for every new shape, and knows causality only of a square.
So what comes before the chunk is read in blocks of a few sizes, the chunk itself as a square, and
what is left by another kernel; each tells how much it weighs (FlashAttention, arXiv 2205.14135,
algorithm 1).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn.functional import pad

from complm_app.engine.fused import weighed_sum

log = logging.getLogger(__name__)

SQUARE = 4096
"""Positions of a chunk."""
_SIZES = (16 * SQUARE, 8 * SQUARE, 4 * SQUARE, 2 * SQUARE, SQUARE)
"""Each half of the one before it: so the fewest blocks make up a length, and what up to MOST_PARTS
of them find is summed up in one kernel."""
_WORTH_PADDING = SQUARE // 2
"""A shorter chunk is read by the kernel that takes any length."""
_WIDEST_HEAD = 128
_DTYPES = (torch.bfloat16, torch.float16)

Weighed: TypeAlias = tuple[Tensor, Tensor]
"""(1, heads, new, d), and (1, heads, new) float32: the logarithm of what it was divided by."""
Kernel: TypeAlias = Callable[[Tensor, Tensor, Tensor, bool, float | None], Weighed]
"""Takes queries, keys, values, whether their ends are aligned causally, and the scale."""


def can_read_blocks(query: Tensor, key: Tensor) -> bool:
    """Whether that is faster than one kernel for all. For 16 bits on a graphics card."""
    new, before = query.shape[-2], key.shape[-2] - query.shape[-2]
    if not (_WORTH_PADDING <= new <= SQUARE and before >= SQUARE):
        return False
    heads, groups, width = query.shape[1], key.shape[1], query.shape[-1]
    return width <= _WIDEST_HEAD and _works(query.device, query.dtype, heads, groups, width)


def prepare_blocks(
    heads: int, key_value_heads: int, width: int, device: torch.device, dtype: torch.dtype
) -> Iterator[None]:
    """What cuDNN prepares for shapes, of a chunk and of blocks, where blocks are read; in steps."""
    chunk = torch.zeros(1, SQUARE, heads, width, device=device, dtype=dtype).transpose(1, 2)
    before = chunk.new_empty(1, key_value_heads, 2 * SQUARE, width)
    if dtype not in _DTYPES or not can_read_blocks(chunk, before):
        return
    for size, causal in ((SQUARE, True), *((size, False) for size in _SIZES)):
        keys = torch.zeros(1, size, key_value_heads, width, device=device, dtype=dtype)
        with torch.inference_mode():
            by_cudnn(chunk, keys.transpose(1, 2), keys.transpose(1, 2), causal, width**-0.5)
        yield


@lru_cache
def _works(
    device: torch.device, dtype: torch.dtype, heads: int, key_value_heads: int, width: int
) -> bool:
    """Whether this card is one that gains by it, and cuDNN's kernel gives what the other gives:
    it is called by a name that PyTorch does not promise to keep."""
    if torch.cuda.get_device_capability(device) < (9, 0):
        return False
    generator = torch.Generator(device).manual_seed(0)
    query, key, value = (
        torch.randn(1, 256, each, width, generator=generator, device=device, dtype=dtype)
        for each in (heads, key_value_heads, key_value_heads)
    )
    given = query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2)
    try:
        pairs = [
            pair
            for causal in (False, True)
            for pair in zip(
                by_cudnn(*given, causal, None), by_flash(*given, causal, None), strict=True
            )
        ]
    except (RuntimeError, TypeError, AttributeError) as e:
        log.info("cuDNN's attention is not used: %s", e)
        return False
    same = all(torch.allclose(a.float(), b.float(), rtol=0.02, atol=0.02) for a, b in pairs)
    if not same:
        log.warning("cuDNN's attention differs from the other and is not used")
    return same


def attend_in_blocks(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    scale: float | None,
    square: Kernel,
    other: Kernel,
    sizes: Sequence[int] = _SIZES,
) -> Tensor:
    """(1, heads, new, d), (1, kv heads, length, d) twice -> (1, heads, new, d). The queries are
    the last positions of the keys.

    `square` is the kernel for chunks as long as the last of `sizes`, and for blocks of all these
    sizes; `other` the one for the rest.
    """
    new, length, chunk = query.shape[-2], key.shape[-2], sizes[-1]
    before = length - new
    causal = square if new == chunk else other
    found = [causal(query, _cut(key, before, length), _cut(value, before, length), True, scale)]
    whole = query if new == chunk else pad(query, (0, 0, 0, chunk - new))
    start = 0
    for size in sizes:
        while before - start >= size:
            keys, values = _cut(key, start, start + size), _cut(value, start, start + size)
            part, weight = square(whole, keys, values, False, scale)
            found.append((part[:, :, :new], weight[:, :, :new]))
            start += size
    if start < before:
        keys, values = _cut(key, start, before), _cut(value, start, before)
        found.append(other(query, keys, values, False, scale))
    return together(found)


def together(found: Sequence[Weighed]) -> Tensor:
    """As if all keys had been looked at at once. Summed up in float32: the shares are in it."""
    parts, weights = zip(*found, strict=True)
    at_once = weighed_sum(parts, weights)
    if at_once is not None:
        return at_once
    shares = torch.softmax(torch.stack([weight for _, weight in found]), dim=0)[..., None]
    total = found[0][0] * shares[0]
    for (part, _), share in zip(found[1:], shares[1:], strict=True):
        total.addcmul_(part, share)
    return total.to(found[0][0].dtype)


def _cut(each: Tensor, start: int, stop: int) -> Tensor:
    """Positions from `start` to `stop`, laid out in memory as if there were no others."""
    return each.transpose(1, 2)[0, start:stop][None].transpose(1, 2)


def by_cudnn(
    query: Tensor, key: Tensor, value: Tensor, causal: bool, scale: float | None
) -> Weighed:
    query = query.transpose(1, 2).contiguous().transpose(1, 2)  # one layout: one preparation
    found, weight, *_ = torch.ops.aten._scaled_dot_product_cudnn_attention(
        query, key, value, None, True, 0.0, causal, False, scale=scale
    )
    return found, weight.reshape(found.shape[:-1])


def by_flash(
    query: Tensor, key: Tensor, value: Tensor, causal: bool, scale: float | None
) -> Weighed:
    found, weight, *_ = torch.ops.aten._scaled_dot_product_flash_attention(
        query, key, value, 0.0, causal, False, scale=scale
    )
    return found, weight[..., : found.shape[-2]]
