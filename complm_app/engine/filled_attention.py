"""Attention of one new token to a buffer of which only a beginning is filled.

How much is filled is told by a tensor, so that the same kernels can be run again for every token.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention


class FilledMask(Tensor):
    """Goes where a 4-D attention mask goes. Made by `filled_mask_of`.

    `used`: (1,) int32, how many positions are filled; None: all. `starts_query` and `starts_key`:
    (2,) int32, where the one row of queries and of keys starts and ends.
    """

    used: Tensor | None
    starts_query: Tensor
    starts_key: Tensor


def filled_mask_of(used: Tensor | None, room: int, device: torch.device) -> FilledMask:
    mask = torch.empty(1, 1, 1, 1, device=device).as_subclass(FilledMask)
    mask.used = used
    mask.starts_query = torch.tensor([0, 1], dtype=torch.int32, device=device)
    mask.starts_key = torch.tensor([0, room], dtype=torch.int32, device=device)
    return mask


def attend_to_filled(
    query: Tensor, key: Tensor, value: Tensor, mask: FilledMask, scale: float | None, fast: bool
) -> Tensor:
    """(1, heads, 1, d), (1, kv heads, room, d) twice -> (1, 1, heads, d).

    `fast`: the device has a kernel for it.
    """
    if mask.used is not None and fast:
        return _by_length(query, key, value, mask, mask.used, scale)
    groups = key.shape[1]
    grouped = query.reshape(1, groups, -1, query.shape[-1])  # a group's heads as its queries
    seen = None
    if mask.used is not None:
        seen = (torch.arange(key.shape[-2], device=key.device) < mask.used)[None, None, None]
    result = scaled_dot_product_attention(grouped, key, value, attn_mask=seen, scale=scale)
    return result.reshape(1, 1, query.shape[1], query.shape[-1])


def _by_length(
    query: Tensor, key: Tensor, value: Tensor, mask: FilledMask, used: Tensor, scale: float | None
) -> Tensor:
    result: Tensor = torch.ops.aten._flash_attention_forward(
        query[0].transpose(0, 1),
        key[0].transpose(0, 1),
        value[0].transpose(0, 1),
        mask.starts_query,
        mask.starts_key,
        1,
        key.shape[-2],
        0.0,
        False,
        False,
        scale=scale,
        seqused_k=used,
    )[0]
    return result[None]
