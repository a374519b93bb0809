"""Attention for reading in chunks, as fast as reading everything at once; and in segments.

PyTorch's fast kernels take no mask. transformers makes one as soon as there are positions before
the chunk, and repeats the keys and values for every group of heads besides: at 64,000 positions
that takes several times as long. Here the chunk's causality is named, not written out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.nn.attention.bias import causal_lower_right
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import repeat_kv, sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from complm_app.engine.block_attention import (
    attend_in_blocks,
    by_cudnn,
    by_flash,
    can_read_blocks,
)
from complm_app.engine.filled_attention import FilledMask, attend_to_filled
from complm_app.engine.gates import fuse_gates
from complm_app.engine.norms import fuse_norms
from complm_app.engine.segment_attention import SegmentMask, attend_in_segments
from complm_app.engine.window_attention import (
    WindowMask,
    attend_to_window,
    is_plain_window,
    knows_windows,
    window_mask_of,
)

NAME = "complm"
_WIDEST_HEAD = 256
_HEAD_STEP = 8
"""The width of a head is a multiple of that."""
_FAST_DTYPES = (torch.bfloat16, torch.float16)
_OLDEST_CARD = (8, 0)
"""Ampere. Of what the fast kernels take."""


def use_fast_kernels(model: Any) -> None:
    """From now on the model reads with this module's attention, and with fused norms and gates. One
    whose scores are not plain products, as Gemma2's, keeps its own attention: no fast kernel knows
    of them."""
    fuse_norms(model)
    fuse_gates(model)
    if model.config._attn_implementation != "sdpa":
        return
    AttentionInterface.register(NAME, attend)
    AttentionMaskInterface.register(NAME, mask_unless_causal)
    model.set_attn_implementation(NAME)


def has_fast_kernels(model: Any) -> bool:
    return bool(model.config._attn_implementation == NAME)


def mask_unless_causal(**arguments: Any) -> Tensor | None:
    """None for plain causal attention and a name for a sliding window, where `attend` knows how to
    do these; else sdpa's mask."""
    if arguments.get("allow_is_causal_skip", True) and arguments.get("attention_mask") is None:
        window, new = arguments.get("local_size"), arguments["q_length"]
        if window is None and arguments.get("kv_offset", 0) == 0:
            # A processor needs it written out, and then better once than in every layer.
            if _is_on_card(arguments) or new in (1, arguments["kv_length"]):
                return None
        elif window is not None and new > 1 and _knows_windows(arguments, window):
            return window_mask_of(window, torch.device(arguments["device"]))
    mask: Tensor | None = sdpa_mask(**arguments)
    return mask


def _is_on_card(arguments: dict[str, Any]) -> bool:
    return torch.device(arguments.get("device", "cpu")).type == "cuda"


def _knows_windows(arguments: dict[str, Any], window: int) -> bool:
    width, dtype = _head_width(arguments.get("config")), arguments.get("dtype")
    device = torch.device(arguments["device"])
    if not width or dtype is None or not are_fast(device, dtype, width):
        return False
    plain = is_plain_window(arguments["mask_function"], window)
    return plain and knows_windows(device, dtype, width)


def _head_width(config: Any) -> int:
    """0: not known."""
    width = getattr(config, "head_dim", None)
    if width is None and getattr(config, "num_attention_heads", None):
        width = config.hidden_size // config.num_attention_heads
    return width or 0


def attend(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    **others: Any,
) -> tuple[Tensor, None]:
    """(1, heads, new, d), (1, kv heads, length, d) twice -> (1, new, heads, d).

    Without a mask, the queries are the last positions of the keys, each seeing what precedes it.
    """
    fast = are_fast(query.device, query.dtype, query.shape[-1])
    if isinstance(attention_mask, SegmentMask):
        return attend_in_segments(query, key, value, attention_mask, scaling, fast), None
    if isinstance(attention_mask, FilledMask):
        return attend_to_filled(query, key, value, attention_mask, scaling, fast), None
    if isinstance(attention_mask, WindowMask):
        return attend_to_window(query, key, value, attention_mask, scaling), None
    new, length = query.shape[-2], key.shape[-2]
    if attention_mask is not None or new in (1, length):
        found: tuple[Tensor, None] = sdpa_attention_forward(
            module, query, key, value, attention_mask, dropout, scaling, **others
        )
        return found
    groups = query.shape[1] // key.shape[1]
    if fast and can_read_blocks(query, key):
        result = attend_in_blocks(query, key, value, scaling, by_cudnn, by_flash)
    elif fast:
        result = scaled_dot_product_attention(
            query,
            key,
            value,
            attn_mask=causal_lower_right(new, length),
            scale=scaling,
            enable_gqa=groups > 1,
        )
    else:
        key, value = repeat_kv(key, groups), repeat_kv(value, groups)
        seen = torch.ones(new, length, dtype=torch.bool, device=query.device).tril(length - new)
        result = scaled_dot_product_attention(query, key, value, attn_mask=seen, scale=scaling)
    return result.transpose(1, 2).contiguous(), None


def are_fast(device: torch.device, dtype: torch.dtype, width: int) -> bool:
    """Whether the device has kernels that take no mask, for heads of this width."""
    fits = dtype in _FAST_DTYPES and width <= _WIDEST_HEAD and width % _HEAD_STEP == 0
    return fits and device.type == "cuda" and is_new_enough(device)


@lru_cache
def is_new_enough(card: torch.device) -> bool:
    return torch.cuda.get_device_capability(card) >= _OLDEST_CARD
