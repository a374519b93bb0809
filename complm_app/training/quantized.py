"""Training with the weights that NF4 will leave of a model, so that storing it costs nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

BLOCK = 64
"""Weights that share a scale."""

LEVELS = (
    *(-1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453),
    *(-0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0.0),
    *(0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224),
    *(0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0),
)
"""NF4's 16 numbers: QLoRA (arXiv 2305.14314), appendix E."""


def as_nf4(weights: Tensor) -> Tensor:
    """Any shape of a multiple of BLOCK numbers -> the same shape and dtype, after storing in NF4.

    The scales themselves stay exact: quantizing them too adds a fiftieth of the error.
    """
    levels = torch.tensor(LEVELS, device=weights.device)
    blocks = weights.detach().float().reshape(-1, BLOCK)
    scale = blocks.abs().amax(dim=1, keepdim=True).clamp(min=1e-30)
    nearest = torch.bucketize(blocks / scale, (levels[1:] + levels[:-1]) / 2)
    return (levels[nearest] * scale).reshape(weights.shape).to(weights.dtype)


def stored_weights(model: Any) -> list[nn.Parameter]:
    """The matrices that are stored quantized: those of the layers, LoRA's aside."""
    layers = getattr(model, model.base_model_prefix).layers
    return [p for name, p in layers.named_parameters() if p.ndim == 2 and "lora_" not in name]


class StraightThrough:
    """Gradients are taken where NF4 puts the weights, and applied to the weights themselves
    (straight-through estimator, arXiv 1308.3432)."""

    def __init__(self, weights: Sequence[nn.Parameter]) -> None:
        self._weights = list(weights)
        on_cuda = bool(weights) and weights[0].is_cuda
        self._as_nf4 = torch.compile(as_nf4, dynamic=False) if on_cuda else as_nf4

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Inside, forward and backward pass; outside, the update."""
        exact = [weight.data for weight in self._weights]
        for weight in self._weights:
            weight.data = self._as_nf4(weight.data)
        try:
            yield
        finally:
            for weight, values in zip(self._weights, exact, strict=True):
                weight.data = values
