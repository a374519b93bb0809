"""Attention among branches: a dense mask anywhere, or blocks of one that skip what is not seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch
from torch import Tensor

from complm_app.engine.readout import mask_for

IN_BLOCKS = "complm_blocks"
"""The name of this module's attention among those of transformers."""


def branch_mask(group: Tensor, branch: Tensor) -> Tensor:
    """(rows, length) twice -> (rows, 1, length, length) bool: a token sees what stands before it
    in its context and in its own branch."""
    length = group.shape[-1]
    same = group[:, :, None] == group[:, None, :]
    visible = (branch[:, None, :] == 0) | (branch[:, :, None] == branch[:, None, :])
    before = torch.ones(length, length, dtype=torch.bool, device=group.device).tril()
    return (same & visible & before)[:, None]


def layer_masks(decoder: Any, group: Tensor, branch: Tensor, position: Tensor) -> Any:
    """The mask of `branch_mask` as the decoder takes it: where layers see only a window, they do
    here too, counted in positions (rows, length), as a branch would see it that stood alone."""
    mask = branch_mask(group, branch)
    config = decoder.config
    window = getattr(config, "sliding_window", None)
    kinds = set(getattr(config, "layer_types", None) or ())
    if window is None or kinds == {"full_attention"}:
        return mask_for(decoder, mask)
    near = (position[:, :, None] - position[:, None, :] < window)[:, None]
    if len(kinds) < 2:
        return mask & near
    return {kind: mask & near if kind == "sliding_attention" else mask for kind in kinds}


def block_mask(group: Tensor, branch: Tensor) -> Any:
    """The same as a BlockMask of flex_attention: blocks that nobody sees are not computed."""
    from torch.nn.attention.flex_attention import create_block_mask

    context = group * (branch.amax() + 1)
    own = context + branch

    def sees(row: Tensor, _head: Tensor, at: Tensor, other: Tensor) -> Tensor:
        there = own[row, other]
        return ((there == own[row, at]) | (there == context[row, at])) & (at >= other)

    rows, length = group.shape
    make = _compiled(create_block_mask) if group.is_cuda else create_block_mask
    return make(sees, rows, None, length, length, device=group.device)


@cache
def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Uncompiled, a mask for every pair of positions would be written down first."""
    compiled: Callable[..., Any] = torch.compile(function, dynamic=False)
    return compiled


@cache
def _kernel_options() -> Any:
    """Of the forward kernel: more than twice as fast on Hopper cards as what is chosen by default
    (0.8 ms for 2.0 ms: H100, 64 rows of 2,048, 8 heads of 64, torch 2.11)."""
    if not torch.cuda.is_available() or torch.cuda.get_device_capability()[0] != 9:
        return None
    return {"fwd_BLOCK_M": 128, "fwd_BLOCK_N": 128, "fwd_num_warps": 8, "fwd_num_stages": 3}


@contextmanager
def in_blocks(decoder: Any) -> Iterator[None]:
    """Inside the block the decoder's attention takes the masks of `block_mask`.

    For decoders without windows, soft caps or sinks, as the bundled reader's. Backward passes
    need CUDA, and only compiled code is fast.
    """
    from transformers import AttentionInterface

    AttentionInterface.register(IN_BLOCKS, _attend_in_blocks)
    before = decoder.config._attn_implementation
    decoder.config._attn_implementation = IN_BLOCKS
    try:
        yield
    finally:
        decoder.config._attn_implementation = before


def _attend_in_blocks(
    _module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Any,
    scaling: float | None = None,
    **_options: Any,
) -> tuple[Tensor, None]:
    """(rows, heads, length, head width) -> (rows, length, heads, head width). Norms on queries and
    keys give float32 under autocast, which knows nothing of flex_attention."""
    from torch.nn.attention.flex_attention import flex_attention

    attended: Any = flex_attention(
        query.to(value.dtype),
        key.to(value.dtype),
        value,
        block_mask=attention_mask,
        scale=scaling,
        enable_gqa=True,
        kernel_options=_kernel_options(),
    )
    return attended.transpose(1, 2), None
