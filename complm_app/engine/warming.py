"""What a graphics card does for the first time takes longer: libraries are set up, kernels loaded.

Done ahead, while nothing is asked, it is no part of the wait for the first answer.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import torch

from complm_app.engine.block_attention import prepare_blocks
from complm_app.engine.memory import ModelSizes
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
            sizes = ModelSizes.of(model.config.get_text_config().to_dict())
            heads = sizes.heads, sizes.key_value_heads, sizes.head_width
            yield from prepare_blocks(*heads, model.device, model.dtype)
    except torch.OutOfMemoryError as e:
        log.info("there is no room to get the graphics card ready: %s", e)
