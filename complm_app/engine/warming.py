"""What a graphics card does for the first time takes longer: libraries are set up, kernels loaded.

Done ahead, while nothing is asked, it is no part of the wait for the first answer.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import torch

from complm_app.engine.block_attention import prepare_blocks
from complm_app.engine.prefill import forward
from complm_app.engine.prefix import Prefix

log = logging.getLogger(__name__)

_LENGTHS = (64, 16)
"""Positions of a made-up document and of a question about it."""


def warming_up(model: Any) -> Iterator[None]:
    """A step is short enough for a question to wait for it. Memory that runs out ends it."""
    try:
        prefix = Prefix(model.config)
        width = model.get_input_embeddings().weight.shape[-1]
        for length in _LENGTHS:
            rows = torch.full((length, width), 0.01, device=model.device, dtype=model.dtype)
            int(forward(model, prefix, rows).argmax())
            yield
        prefix.release()
        if model.device.type == "cuda":
            yield from prepare_blocks(*_heads_of(model.config), model.device, model.dtype)
    except torch.OutOfMemoryError as e:
        log.info("there is no room to get the graphics card ready: %s", e)


def _heads_of(config: Any) -> tuple[int, int, int]:
    """Heads, key-value heads, and their width."""
    text = config.get_text_config()
    heads = int(text.num_attention_heads)
    width = getattr(text, "head_dim", None) or text.hidden_size // heads
    return heads, int(getattr(text, "num_key_value_heads", None) or heads), int(width)
