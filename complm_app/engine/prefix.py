"""The KV cache of [prompt][documents], kept so that the next question need not read them again.

A kept prefix knows which parts it holds and where each of them ends; a new plan takes over the
parts that both have in common and reads the rest. Layers with full attention can go back to any
length. Layers with a sliding window forget what has left the window: their state is marked at
the documents' end, and only marks can be gone back to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, TypeAlias

import torch
from torch import Tensor
from transformers.cache_utils import DynamicCache

from complm_app.engine.cache_layers import Pair, RewindableLayer, WindowLayer, layer_like

PartId: TypeAlias = str | tuple[int, ...]
"""What identifies a part: the key of CEs, or the token ids themselves."""

FULL = "full."
WINDOWS = "windows."
_LEAST_PIECE = 512
"""Bytes; PyTorch cuts a graphics card's memory into multiples of this."""
_MARKS_KEPT = 2
_MOST_KEPT = 16


@dataclass(frozen=True, slots=True)
class _WindowState:
    """What a sliding layer remembers after `length` positions."""

    keys: Tensor
    values: Tensor
    length: int


class Prefix:
    """A KV cache and the parts that it holds. `parts` is empty for a new one."""

    def __init__(self, config: Any) -> None:
        self.cache = DynamicCache(config=config)
        self.cache.layers = [layer_like(layer) for layer in self.cache.layers]
        self.parts: list[PartId] = []
        self.ends: list[int] = []
        self.lasting = 0
        """How many of its parts are worth keeping on disk."""
        self.stored: int | None = None
        """How many of its parts are on disk; None: not known."""
        self.windows_known = True
        """False while sliding layers have no state, between two extents from disk."""
        self.steps: Any = None
        """decoding.Steps, once an answer was written on top of it."""
        self._passing = -1
        self._marks: dict[int, list[_WindowState]] = {}
        self._runs: list[int] = []
        self._places: dict[tuple[int, int], tuple[Tensor, ...]] = {}
        """Where all layers' positions from the first on go, so many of them."""

    @property
    def length(self) -> int:
        """Positions in the cache."""
        return int(self.cache.get_seq_length())

    @property
    def size_bytes(self) -> int:
        """Memory that it holds, room to grow included."""
        tensors = [t for layer in self.cache.layers for t in _tensors(layer)]
        tensors += [t for marks in self._marks.values() for w in marks for t in (w.keys, w.values)]
        return sum(tensor.nbytes for tensor in tensors)

    @property
    def kv_bytes(self) -> int:
        """Of the positions that it holds, without room to grow."""
        layers = [x for x in self.cache.layers if getattr(x, "is_initialized", False)]
        return sum(tensor.nbytes for x in layers for tensor in (x.keys, x.values))

    def reserve(self, length: int) -> None:
        """Makes room for so many positions at once, where that is more than there are."""
        for layer in self.cache.layers:
            if isinstance(layer, RewindableLayer):
                layer.reserve(length)

    def release(self) -> None:
        """Lets go of its memory. It is of no use then."""
        self.cache.layers, self.steps = [], None
        self._marks.clear()

    @property
    def can_rewind(self) -> bool:
        """False for layers that keep a running state, as in linear attention."""
        kinds = (RewindableLayer, WindowLayer)
        return all(type(layer) in kinds for layer in self.cache.layers)

    @property
    def can_branch(self) -> bool:
        """Whether several continuations can be read side by side."""
        return all(type(layer) is RewindableLayer for layer in self.cache.layers)

    def common(self, parts: Sequence[PartId]) -> int:
        """How many of its first parts are also the first of `parts`."""
        pairs = enumerate(zip(self.parts, parts, strict=False))
        shorter = min(len(self.parts), len(parts))
        return next((i for i, (mine, theirs) in pairs if mine != theirs), shorter)

    def add(self, parts: Sequence[PartId], lengths: Sequence[int]) -> None:
        """Records parts that were just read into the cache."""
        for part, length in zip(parts, lengths, strict=True):
            self.parts.append(part)
            self.ends.append((self.ends[-1] if self.ends else 0) + length)

    def mark(self, passing: bool = False) -> None:
        """Remembers the state here, so that `rewind` can come back to it.

        `passing`: only until the next such one; of others, two are remembered.
        """
        at = self.length
        if at in self._marks and at != self._passing:
            return
        if passing:
            self._marks.pop(self._passing, None)
        self._passing = at if passing else -1
        self._marks[at] = [
            _WindowState(layer.keys.clone(), layer.values.clone(), layer.cumulative_length)
            for layer in self._windows()
        ]
        for old in sorted(self._marks.keys() - {self._passing})[:-_MARKS_KEPT]:
            del self._marks[old]

    def rewind(self, parts: int) -> int:
        """Goes back to the end of the first `parts` parts, or to an earlier one where a sliding
        window has forgotten too much; to how many."""
        reachable = (n for n in range(parts, 0, -1) if self._reachable(self.ends[n - 1]))
        kept = next(reachable, 0)
        position = self.ends[kept - 1] if kept else 0
        windows = self._windows_at(position)
        for layer in self.cache.layers:
            if isinstance(layer, RewindableLayer):
                layer.rewind(position)
        for layer, state in zip(self._windows(), windows, strict=True):
            layer.keys, layer.values = state.keys, state.values
            layer.cumulative_length = state.length
        del self.parts[kept:], self.ends[kept:]
        self.stored = None if kept < (self.stored or 0) else self.stored
        self.windows_known = self.windows_known or kept == 0
        self._marks = {at: states for at, states in self._marks.items() if at <= position}
        return kept

    # ---- to disk and back

    @property
    def bytes_per_position(self) -> int:
        """Of the layers with full attention."""
        full = [x for x in self.cache.layers if isinstance(x, RewindableLayer) and x.buffers]
        return sum(t.nbytes // t.shape[-2] for layer in full for t in layer.buffers or ())

    def complete_at(self, parts: int) -> bool:
        """Whether `extract` up to there holds all that reading on needs."""
        position = self.ends[parts - 1]
        return position in self._marks or position == self.length or not self._sliding()

    def extract(self, start: int, stop: int) -> dict[str, list[Tensor]]:
        """The KV of the parts from `start` to `stop`: engine/extents.py names the tensors."""
        first, last = self.ends[start - 1] if start else 0, self.ends[stop - 1]
        full = {
            number: tuple(t[0, :, first:last].transpose(0, 1) for t in (layer.keys, layer.values))
            for number, layer in enumerate(self.cache.layers)
            if isinstance(layer, RewindableLayer)
        }
        found = _grouped(FULL, full)
        if self.complete_at(stop):
            states = zip(self._sliding(), self._windows_at(last), strict=True)
            windows = {number: (state.keys[0], state.values[0]) for number, state in states}
            found |= _grouped(WINDOWS, windows)
        return found

    @contextmanager
    def extended_by(self, runs: Sequence[int]) -> Iterator[None]:
        """Inside of it, and only there, `append` can be called: so often, or less, and each time
        with so many positions."""
        self._runs = list(runs)
        try:
            yield
        finally:
            self._runs = []
            self._places.clear()
            for layer in self.cache.layers:
                if isinstance(layer, RewindableLayer):
                    layer.rewind(layer.length)

    @torch.inference_mode()
    def append(
        self, parts: Sequence[PartId], lengths: Sequence[int], tensors: Mapping[str, Tensor]
    ) -> None:
        """The reverse of `extract`: as if the parts had just been read.

        Raises ValueError, and changes nothing, where tensors are missing or have the wrong number
        of positions.
        """
        layers, sliding = self.cache.layers, self._sliding()
        full, windows = _ungrouped(FULL, tensors), _ungrouped(WINDOWS, tensors)
        if full.keys() != set(range(len(layers))) - set(sliding):
            raise ValueError("it holds other layers")
        if windows and windows.keys() != set(sliding):
            raise ValueError("it holds other windows")
        new = sum(lengths)
        if any(keys.shape[0] != new for keys, _ in full.values()):
            raise ValueError("it holds another number of positions")
        self.windows_known = bool(windows) or not sliding
        if full:  # all copies at once: a graphics card waits for the telling of each
            places = self._places_of(full, new)
            torch._foreach_copy_(places, [tensor for pair in full.values() for tensor in pair])
            for number in full:
                layers[number].written(new)
        self.add(parts, lengths)
        for number, pair in windows.items():
            keys, values = (tensor[None].clone() for tensor in pair)
            if not layers[number].is_initialized:
                layers[number].lazy_initialization(keys, values)
            layers[number].keys, layers[number].values = keys, values
            layers[number].cumulative_length = self.ends[-1]

    def _places_of(self, full: Mapping[int, Pair], new: int) -> tuple[Tensor, ...]:
        """Where these keys and values go. The views for all runs are made together: to make them
        one by one takes Python as long as to read an extent, while threads wait to go on."""
        start = self.ends[-1] if self.ends else 0
        if (start, new) not in self._places:
            runs = self._runs if self._runs[:1] == [new] else [new]
            layers = self.cache.layers
            if not any(layers[n].room for n in full):
                rooms = [layers[n].room_for(start + sum(runs)) for n in full]
                _take_at_once(rooms, list(full.values()))
            places = [rows for n, pair in full.items() for rows in layers[n].places(*pair, runs)]
            starts = accumulate(runs, initial=start)
            spans = zip(starts, runs, strict=False)
            self._places = dict(zip(spans, zip(*places, strict=True), strict=True))
        return self._places[start, new]

    def _sliding(self) -> list[int]:
        """The numbers of the layers with a sliding window."""
        return [n for n, x in enumerate(self.cache.layers) if isinstance(x, WindowLayer)]

    def _windows(self) -> list[WindowLayer]:
        layers = [x for x in self.cache.layers if isinstance(x, WindowLayer)]
        return [layer for layer in layers if layer.is_initialized]

    def _forgetful(self) -> bool:
        """Whether a window has been left behind: only its last positions are there."""
        return any(w.cumulative_length >= w.sliding_window for w in self._windows())

    def _reachable(self, position: int) -> bool:
        return position in self._marks or position == self.length or not self._forgetful()

    def _windows_at(self, position: int) -> list[_WindowState]:
        if position in self._marks:
            return self._marks[position]
        kept = slice(None) if position == self.length else slice(position)
        return [
            _WindowState(layer.keys[..., kept, :], layer.values[..., kept, :], position)
            for layer in self._windows()
        ]


def _take_at_once(rooms: Sequence[int], pairs: Sequence[Pair]) -> None:
    """Has PyTorch take a graphics card's memory for so many positions of each pair in one piece,
    which it then cuts up: each layer's taken alone is a call of the driver, twice."""
    if pairs[0][0].is_cuda:
        sizes = [room * t[0].nbytes for room, pair in zip(rooms, pairs, strict=True) for t in pair]
        whole = sum(-(-size // _LEAST_PIECE) * _LEAST_PIECE for size in sizes)
        with suppress(torch.OutOfMemoryError):  # there may yet be room in pieces
            torch.empty(whole, dtype=torch.uint8, device=pairs[0][0].device)


def _grouped(kind: str, pairs: Mapping[int, tuple[Tensor, ...]]) -> dict[str, list[Tensor]]:
    """Keys and values of layers by number -> those of one shape one after another, under a name
    that tells the numbers."""
    numbers: dict[tuple[int, ...], list[int]] = {}
    for number, (keys, _) in pairs.items():
        numbers.setdefault(tuple(keys.shape), []).append(number)
    return {
        kind + ",".join(map(str, same)): [tensor for number in same for tensor in pairs[number]]
        for same in numbers.values()
    }


def _ungrouped(kind: str, tensors: Mapping[str, Tensor]) -> dict[int, Pair]:
    """The reverse, of stacked ones. Raises ValueError."""
    found: dict[int, Pair] = {}
    for name, stacked in tensors.items():
        if name.startswith(kind):
            rows = stacked.unbind(0)
            numbers = map(int, name.removeprefix(kind).split(","))
            found |= dict(zip(numbers, zip(rows[::2], rows[1::2], strict=True), strict=True))
    return found


def _tensors(layer: Any) -> list[Tensor]:
    if isinstance(layer, RewindableLayer):
        return list(layer.buffers or ())
    return [layer.keys, layer.values] if getattr(layer, "is_initialized", False) else []


class Shelf:
    """The prefixes that were used last, within a budget. One is taken off while it is read into."""

    def __init__(self, config: Any, budget_bytes: int = 1_000_000_000) -> None:
        self.config = config
        self.budget_bytes = budget_bytes
        self.kept: list[Prefix] = []

    def take(self, parts: Sequence[PartId]) -> Prefix:
        """The prefix that has most in common with `parts`, rewound to that; or a new one."""
        best = max(self.kept, key=lambda prefix: prefix.common(parts), default=None)
        # The prompt is always in common: for so little, another document's prefix is left alone.
        if best is None or best.common(parts) < 2:
            return Prefix(self.config)
        self.kept.remove(best)
        best.rewind(best.common(parts))
        return best

    def put(self, prefix: Prefix) -> None:
        """Those used longest ago make room for it; it stays, even where it alone is too large."""
        if prefix.can_rewind and prefix.parts:
            self.kept = [*self.kept, prefix][-_MOST_KEPT:]
            self.shrink(self.budget_bytes)

    @property
    def size_bytes(self) -> int:
        return sum(prefix.size_bytes for prefix in self.kept)

    def shrink(self, budget_bytes: int) -> None:
        """Drops prefixes, those used longest ago first, until the others fit; keeps the last."""
        sizes = [prefix.size_bytes for prefix in self.kept]
        while len(sizes) > 1 and sum(sizes) > budget_bytes:
            del sizes[0], self.kept[0]

    def clear(self) -> None:
        self.kept.clear()
