"""A sliding window is told from other patterns, and asked for by its width."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from transformers.masking_utils import (
    and_masks,
    causal_mask_function,
    chunked_causal_mask_function,
    or_masks,
    sliding_window_causal_mask_function,
)

from complm_app.engine.attention import mask_unless_causal
from complm_app.engine.window_attention import WindowMask, is_plain_window


def test_only_a_causal_window_of_that_width_is_one() -> None:
    window = sliding_window_causal_mask_function(16)
    assert is_plain_window(window, 16)
    assert not is_plain_window(window, 15)
    assert not is_plain_window(causal_mask_function, 16)
    blocks = chunked_causal_mask_function(16, torch.zeros(1, dtype=torch.int64))
    assert not is_plain_window(blocks, 16)
    everything = or_masks(window, lambda *_: torch.tensor(True))
    assert not is_plain_window(everything, 16)
    assert is_plain_window(and_masks(window, causal_mask_function), 16)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_processor_is_given_the_window_written_out(dtype: torch.dtype) -> None:
    arguments: dict[str, Any] = {
        "batch_size": 1,
        "q_length": 20,
        "kv_length": 35,
        "q_offset": 40,
        "kv_offset": 25,
        "mask_function": sliding_window_causal_mask_function(16),
        "local_size": 16,
        "dtype": dtype,
        "config": object(),
        "device": torch.device("cpu"),
    }
    mask = mask_unless_causal(**arguments)
    assert mask is not None
    assert not isinstance(mask, WindowMask)
    assert mask.shape == (1, 1, 20, 35)
