"""Attention inside segments that stand one after another in a single row, without padding.

A written-out mask would make every token look at the whole row, and keeps the fast kernels away.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from complm_app.engine.codec import onto
from complm_app.engine.packing import Ints, ranges


class SegmentMask(Tensor):
    """Goes where a 4-D attention mask goes, as torch's CausalBias does. Made by `segment_mask_of`.

    `starts`: (n + 1,) int32, where each segment starts, and the end of the last one. `longest`: of
    the segments, tokens. `padded`: (n * longest,) which token stands at each place where segments
    are laid side by side in rows as long as the longest; `places`: (tokens,) the reverse.
    `lengths`: (n,) of the segments.
    """

    starts: Tensor
    padded: Tensor
    places: Tensor
    lengths: Tensor
    longest: int
    bidirectional: bool


def segment_mask_of(lengths: Ints, bidirectional: bool, device: torch.device) -> SegmentMask:
    """For segments of these lengths, one after another. `bidirectional`: whether a token sees
    what comes after it."""
    import numpy as np

    longest, count = int(lengths.max()), len(lengths)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    places = ranges(np.arange(count) * longest, lengths)
    padded = np.zeros(count * longest, dtype=np.int64)
    padded[places] = np.arange(len(places))
    mask = torch.empty(1, 1, 1, 1, device=device).as_subclass(SegmentMask)
    mask.starts = onto(device, torch.from_numpy(starts.astype(np.int32)))
    mask.padded, mask.places, mask.lengths = (
        onto(device, torch.from_numpy(each)) for each in (padded, places, lengths)
    )
    mask.longest, mask.bidirectional = longest, bidirectional
    return mask


def attend_in_segments(
    query: Tensor, key: Tensor, value: Tensor, mask: SegmentMask, scale: float | None, fast: bool
) -> Tensor:
    """(1, heads, tokens, d), (1, kv heads, tokens, d) twice -> (1, tokens, heads, d).

    `fast`: the device has a kernel for it.
    """
    rows = [each[0].transpose(0, 1) for each in (query, key, value)]
    found = _varlen(rows, mask, scale) if fast else _padded(rows, mask, scale)
    return found[None]


def _varlen(rows: list[Tensor], mask: SegmentMask, scale: float | None) -> Tensor:
    result: Tensor = torch.ops.aten._flash_attention_forward(
        *rows,
        mask.starts,
        mask.starts,
        mask.longest,
        mask.longest,
        0.0,
        not mask.bidirectional,
        False,
        scale=scale,
    )[0]
    return result


def _padded(rows: list[Tensor], mask: SegmentMask, scale: float | None) -> Tensor:
    """Side by side, each padded to the length of the longest."""
    count, longest = len(mask.lengths), mask.longest
    groups = rows[0].shape[1] // rows[1].shape[1]
    query, key, value = (
        each.index_select(0, mask.padded).view(count, longest, *each.shape[1:]).transpose(1, 2)
        for each in rows
    )
    if groups > 1:
        key, value = (each.repeat_interleave(groups, dim=1) for each in (key, value))
    there = torch.arange(longest, device=query.device) < mask.lengths[:, None]
    seen = there[:, None, None, :]
    if not mask.bidirectional:
        seen = torch.ones(longest, longest, dtype=torch.bool, device=query.device).tril()
    result = scaled_dot_product_attention(query, key, value, attn_mask=seen, scale=scale)
    flat: Any = result.transpose(1, 2).flatten(0, 1)
    picked: Tensor = flat.index_select(0, mask.places)
    return picked
