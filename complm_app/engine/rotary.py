"""Rotary position embeddings with half the memory traffic.

transformers turns halves by copying them; the sum can be had from where they lie. At 4,096
positions that is a tenth of a layer's time on a graphics card.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from complm_app.engine.fused import rotation, rotation_tables

_NAME = "apply_rotary_pos_emb"


@contextmanager
def fast_rotary(model: Any) -> Iterator[None]:
    """Inside the block, models of this architecture use this module's rotation, where their own is
    the usual one. Not for training: it writes in place."""
    module: Any = sys.modules[type(model).__module__]
    theirs = getattr(module, _NAME, None)
    if theirs is None or not _is_usual(theirs):
        yield
        return
    setattr(module, _NAME, _Rotation())
    try:
        yield
    finally:
        setattr(module, _NAME, theirs)


class _Rotation:
    """`rotated`, in one kernel where there is one, for a forward pass: the layers share what is
    made of cosines and sines."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Tensor, Tensor, tuple[Tensor, Tensor] | None]] = {}

    def __call__(
        self, q: Tensor, k: Tensor, cos: Tensor, sin: Tensor, unsqueeze_dim: int = 1
    ) -> tuple[Tensor, Tensor]:
        tables = self._tables(cos, sin) if q.is_cuda and unsqueeze_dim == 1 else None
        if tables is not None:
            turned = rotation(q, tables), rotation(k, tables)
            if turned[0] is not None and turned[1] is not None:
                return turned[0], turned[1]
        return rotated(q, k, cos, sin, unsqueeze_dim)

    def _tables(self, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor] | None:
        """They are held, so that no others can come to have their identity."""
        known = self._known.get(id(cos))
        if known is None or known[1] is not sin:
            known = self._known[id(cos)] = (cos, sin, rotation_tables(*tables_of(cos, sin)))
        return known[2]


def tables_of(cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor]:
    """(1, n, d) twice -> (1, 1, n, d) twice: what the first and the second half of a head are
    multiplied with in the rotated head, which is the sum of both."""
    half = cos.shape[-1] // 2
    to_first = torch.cat([cos[..., :half], sin[..., half:]], dim=-1)
    to_second = torch.cat([-sin[..., :half], cos[..., half:]], dim=-1)
    return to_first[:, None], to_second[:, None]


def rotated(
    q: Tensor, k: Tensor, cos: Tensor, sin: Tensor, unsqueeze_dim: int = 1
) -> tuple[Tensor, Tensor]:
    """(1, heads, n, d), (1, kv heads, n, d), (1, n, d) twice -> as the first two."""
    cos, sin = cos.unsqueeze(unsqueeze_dim), sin.unsqueeze(unsqueeze_dim)
    return _rotated(q, cos, sin), _rotated(k, cos, sin)


def _rotated(states: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = states.shape[-1] // 2
    result = states * cos
    result[..., :half].addcmul_(states[..., half:], sin[..., :half], value=-1)
    result[..., half:].addcmul_(states[..., :half], sin[..., half:])
    return result


@lru_cache
def _is_usual(theirs: Callable[..., tuple[Tensor, Tensor]]) -> bool:
    """Whether it takes what `rotated` takes and gives what that gives."""
    names = list(inspect.signature(theirs).parameters)
    if names[:4] != ["q", "k", "cos", "sin"] or not {*names[4:]} <= {"unsqueeze_dim"}:
        return False
    generator = torch.Generator().manual_seed(0)
    shapes = ((1, 4, 3, 8), (1, 2, 3, 8), (1, 3, 8), (1, 3, 8))
    q, k, cos, sin = (torch.randn(shape, generator=generator) for shape in shapes)
    try:
        pairs = zip(theirs(q, k, cos, sin), rotated(q, k, cos, sin), strict=True)
        if not all(torch.allclose(one, other, atol=1e-5) for one, other in pairs):
            return False
    except (RuntimeError, TypeError, ValueError):
        return False
    try:
        theirs(q, k, cos[..., :4], sin[..., :4])
    except RuntimeError:
        return True
    return False  # it can also turn a part of each head
