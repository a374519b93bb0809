"""Gated feed-forward layers, silu(gate) * up, with the gate in one kernel on a graphics card.

PyTorch takes the widest numbers of a layer through memory five times for it; three will do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import silu

from complm_app.engine.fused import gated, works_on
from complm_app.engine.norms import as_they_came

_PARTS = ("gate_proj", "up_proj", "down_proj", "act_fn")


def fuse_gates(model: Any) -> None:
    """From now on the model's feed-forward layers use the kernel, where it works and where that is
    what they compute. Not for training."""
    if model.device.type != "cuda" or model.dtype != torch.bfloat16 or not works_on(model.device):
        return
    usual: dict[type, bool] = {}
    for module in _feed_forwards(model):
        kind = type(module)
        if kind not in usual:
            usual[kind] = _is_usual(module)
        if usual[kind] and "forward" not in vars(module):
            module.forward = partial(feed_forward, module)


def plain_gates(model: Any) -> AbstractContextManager[None]:
    """As transformers has them, inside the block."""
    return as_they_came(_feed_forwards(model))


def feed_forward(module: Any, hidden: Tensor) -> Tensor:
    """(..., width) -> (..., width)."""
    opened, passing = module.gate_proj(hidden), module.up_proj(hidden)
    product = gated(opened, passing)
    down: Tensor = module.down_proj(silu(opened) * passing if product is None else product)
    return down


def _feed_forwards(model: Any) -> Iterator[Any]:
    for module in model.modules():
        if all(hasattr(module, part) for part in _PARTS):
            yield module


@torch.inference_mode()
def _is_usual(module: Any) -> bool:
    """Whether it computes that, and by the same operations: to the last bit."""
    width = getattr(module.gate_proj, "in_features", None)
    if width is None:
        return False
    weight = module.gate_proj.weight
    hidden = torch.sin(torch.arange(4 * width, device=weight.device) * 0.7).view(1, 4, width)
    hidden = hidden.to(torch.bfloat16)
    opened, passing = module.gate_proj(hidden), module.up_proj(hidden)
    return torch.equal(module(hidden), module.down_proj(silu(opened) * passing))
