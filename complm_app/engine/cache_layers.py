"""The layers of a KV cache: one for full attention, one for a sliding window.

Both can be fixed: they then take one position at a time, at the place that a tensor on the device
holds, into memory that stays where it is. That is what a recorded CUDA graph needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import torch
from torch import Tensor
from transformers.cache_utils import DynamicLayer, DynamicSlidingWindowLayer

Pair: TypeAlias = tuple[Tensor, Tensor]
"""Keys and values: where nothing else is said, (1, heads, positions, head_dim) each."""
Places: TypeAlias = Sequence[Tensor]


def layer_like(layer: Any) -> Any:
    """One of ours for one of transformers' usual two; others stay."""
    if type(layer) is DynamicLayer:
        return RewindableLayer()
    if type(layer) is DynamicSlidingWindowLayer:
        return WindowLayer(layer.sliding_window)
    return layer


class RewindableLayer(DynamicLayer):  # type: ignore[misc]
    """Full attention in one growing buffer: a new token copies itself, not the whole cache."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: Tensor
        self.values: Tensor
        self.buffers: Pair | None = None
        self._rows: Pair | None = None
        """The buffers as (room, heads, head_dim)."""
        self.length = 0
        self.reserved = 0
        self.at: Tensor | None = None

    def update(self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any) -> Pair:
        """(1, heads, new, head_dim) twice -> (1, heads, length, head_dim) twice; while fixed, all
        of the buffers."""
        if self.at is not None and self.buffers is not None:
            for buffer, states in zip(self.buffers, (key_states, value_states), strict=True):
                buffer.index_copy_(2, self.at, states)
            return self.buffers
        keys, values = self.extend(key_states, value_states)
        keys.copy_(key_states)
        values.copy_(value_states)
        return self.keys, self.values

    def extend(self, key_states: Tensor, value_states: Tensor) -> Pair:
        """Makes these positions its last ones; where to write them, of the same shapes."""
        start, new = self.length, key_states.shape[-2]
        self._make_room(start + new, key_states, value_states)
        self.rewind(start + new)
        return self.keys.narrow(2, start, new), self.values.narrow(2, start, new)

    def places(self, keys: Tensor, values: Tensor, runs: Sequence[int]) -> tuple[Places, Places]:
        """Where keys and values of the next runs of so many positions are to be written, each
        (n, heads, head_dim) as the given ones are. Makes room for all of them."""
        start, end = self.length, self.length + sum(runs)
        if self.room < end:
            self._make_room(end, keys.transpose(0, 1)[None], values.transpose(0, 1)[None])
        assert self._rows is not None
        key_rows, value_rows = (rows[start:end].split_with_sizes(list(runs)) for rows in self._rows)
        return key_rows, value_rows

    def written(self, new: int) -> None:
        """So many positions more are there. `rewind` has to follow before anyone reads them."""
        self.length += new

    def _make_room(self, end: int, key_states: Tensor, value_states: Tensor) -> None:
        if self.buffers is not None and self.buffers[0].shape[-2] >= end:
            return
        start, room = self.length, self.room_for(end)
        self.buffers = (
            _grown(key_states, self.keys, start, room),
            _grown(value_states, self.values, start, room),
        )
        keys, values = (buffer.transpose(1, 2)[0] for buffer in self.buffers)
        self._rows = keys, values
        self.dtype, self.device, self.is_initialized = key_states.dtype, key_states.device, True

    def room_for(self, end: int) -> int:
        """How many positions memory is taken for where it has to hold so many."""
        return self.reserved if end <= self.reserved else end + max(512, end // 8)

    def reserve(self, length: int) -> None:
        """The next growth makes room for so many positions, and not for more."""
        self.reserved = length

    def rewind(self, length: int) -> None:
        if self.buffers is not None:
            self.length = length
            keys, values = self.buffers
            self.keys, self.values = keys.narrow(2, 0, length), values.narrow(2, 0, length)

    def get_seq_length(self) -> int:
        return self.length

    @property
    def room(self) -> int:
        """How many positions there is memory for."""
        return self.buffers[0].shape[-2] if self.buffers is not None else 0

    @property
    def memory(self) -> Sequence[Tensor]:
        """What it writes to while it is fixed."""
        return self.buffers or ()

    def fix(self, at: Tensor, room: int) -> None:
        """`at`: (1,) int64, the next position; there is to be memory for `room` of them."""
        self._make_room(room, self.keys, self.values)
        self.rewind(self.length)
        for buffer in self.buffers or ():
            # What is not attended to is multiplied by zero, which must not meet a NaN.
            buffer[..., self.length :, :].zero_()
        self.at = at

    def let_go(self, length: int) -> None:
        """It now holds so many positions."""
        self.at = None
        self.rewind(length)


def _grown(like: Tensor, old: Tensor, length: int, room: int) -> Tensor:
    """(1, heads, room, head_dim), in memory position by position: so a run of positions is one
    piece, and looks to a kernel the same whatever the room."""
    heads, width = like.shape[1], like.shape[-1]
    buffer = like.new_empty(1, room, heads, width).transpose(1, 2)
    if length:
        buffer[..., :length, :] = old
    return buffer


class WindowLayer(DynamicSlidingWindowLayer):  # type: ignore[misc]
    """A sliding window that takes no more memory than its positions: transformers' own holds on
    to the whole chunk that was read last."""

    def __init__(self, sliding_window: int) -> None:
        super().__init__(sliding_window)
        self.keys: Tensor
        self.values: Tensor
        self._fixed: Pair | None = None
        self._is_fixed = False

    @property
    def memory(self) -> Sequence[Tensor]:
        """What it writes to while it is fixed."""
        return self._fixed or ()

    @property
    def is_full(self) -> bool:
        return bool(self.cumulative_length >= self.sliding_window - 1)

    def update(self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any) -> Pair:
        """(1, heads, new, head_dim) twice -> what the new positions may see, and they."""
        if self._is_fixed:
            keys = torch.cat([self.keys, key_states], dim=-2)
            values = torch.cat([self.values, value_states], dim=-2)
            self.keys.copy_(keys[..., 1:, :])
            self.values.copy_(values[..., 1:, :])
            return keys, values
        found: Pair = super().update(key_states, value_states, *args, **kwargs)
        if self.keys.untyped_storage().nbytes() > 2 * self.keys.nbytes:
            self.keys, self.values = self.keys.clone(), self.values.clone()
        return found

    def fix(self, at: Tensor, room: int) -> None:
        """It must be full. Where the window stands in the text plays no part."""
        if self._fixed is None:
            self._fixed = self.keys.clone(), self.values.clone()
        else:
            self._fixed[0].copy_(self.keys)
            self._fixed[1].copy_(self.values)
        self.keys, self.values = self._fixed
        self._is_fixed = True

    def let_go(self, length: int) -> None:
        """Now so many positions have passed through it."""
        self._is_fixed = False
        self.cumulative_length = length
