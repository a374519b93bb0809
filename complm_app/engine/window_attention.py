"""Attention of a chunk to a sliding window, which a fast kernel knows by its width.

Written out, the mask makes a graphics card compute what it then throws away, by a slower kernel.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

log = logging.getLogger(__name__)


class WindowMask(Tensor):
    """Goes where a 4-D attention mask goes. `window`: how many positions one sees, its own
    included."""

    window: int


def window_mask_of(window: int, device: torch.device) -> WindowMask:
    mask = torch.empty(1, 1, 1, 1, device=device).as_subclass(WindowMask)
    mask.window = window
    return mask


def is_plain_window(pattern: Callable[..., Any], window: int) -> bool:
    """Whether a mask function of transformers is a causal sliding window of this width, and not
    attention in blocks, say."""
    keys, nothing = torch.arange(4 * window), torch.zeros((), dtype=torch.int64)

    def seen_by(query: int) -> Tensor:
        return torch.as_tensor(pattern(nothing, nothing, torch.tensor(query), keys))

    try:
        return all(
            torch.equal(seen_by(query).expand_as(keys), (keys <= query) & (keys > query - window))
            for query in (window // 2, 2 * window, 3 * window + 1)
        )
    except (RuntimeError, TypeError):  # it needs other tensors than these
        return False


@lru_cache
def knows_windows(device: torch.device, dtype: torch.dtype, width: int) -> bool:
    """Whether the kernel does as it is told: it is called by a name that PyTorch does not promise
    to keep."""
    generator = torch.Generator(device).manual_seed(0)
    query, key, value = (
        torch.randn(
            1, length, heads, width, generator=generator, device=device, dtype=dtype
        ).transpose(1, 2)
        for length, heads in ((40, 2), (90, 1), (90, 1))
    )
    ends, keys = torch.arange(50, 90, device=device)[:, None], torch.arange(90, device=device)
    seen = (keys <= ends) & (keys > ends - 16)
    keys_of, values_of = (each.float().expand(1, 2, 90, width) for each in (key, value))
    wanted = scaled_dot_product_attention(query.float(), keys_of, values_of, attn_mask=seen)
    try:
        found = attend_to_window(query, key, value, window_mask_of(16, device), None)
    except (RuntimeError, TypeError, AttributeError) as e:
        log.info("windows are written out: %s", e)
        return False
    return torch.allclose(found.transpose(1, 2).float(), wanted, rtol=0.03, atol=0.03)


def attend_to_window(
    query: Tensor, key: Tensor, value: Tensor, mask: WindowMask, scale: float | None
) -> Tensor:
    """(1, heads, new, d), (1, kv heads, length, d) twice -> (1, new, heads, d). The queries are
    the last positions of the keys. On a graphics card, in 16 bits."""
    rows = [each.transpose(1, 2) for each in (query, key, value)]
    result: Tensor = torch.ops.aten._flash_attention_forward(
        *rows,
        None,
        None,
        query.shape[-2],
        key.shape[-2],
        0.0,
        False,
        False,
        scale=scale,
        window_size_left=mask.window - 1,
        window_size_right=0,
    )[0]
    return result
