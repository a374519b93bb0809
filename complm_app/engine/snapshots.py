"""Prefixes on disk: the next question finds its documents read already, after a restart too."""

from __future__ import annotations

import hashlib
import logging
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import torch
from torch import Tensor

from complm_app.core.keys import token_bytes
from complm_app.core.snapshots import Extent, Snapshots
from complm_app.engine.carrying import Carrier
from complm_app.engine.extent_reading import Buffers, Reading, readings
from complm_app.engine.extents import (
    CHECKSUMS,
    Stacks,
    checksum_there,
    in_eight_bits,
    stored_in,
    unpacked,
    write_extent,
)
from complm_app.engine.prefix import PartId, Prefix

log = logging.getLogger(__name__)

EXTENT_BYTES = 64_000_000
"""Written in one step, which a question may have to wait for."""
LEAST_POSITIONS = 512
"""Shorter prefixes are read again sooner than they are found on disk."""
_UNPROVED = 1
"""So many extents, and the one that was taken last, may be in a prefix before they are proved:
until then the graphics card that adds them up need not be waited for."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be in a prefix, and how."""

    parts: Sequence[PartId]
    lengths: Sequence[int]
    at: Sequence[int]
    """Where each part begins, and where the last one ends."""
    device: torch.device
    dtype: torch.dtype

    def end_of(self, extent: Extent) -> int:
        """The position where it ends; a damaged index may name more parts than there are."""
        return self.at[min(extent.parts, len(self.parts))]


@dataclass(frozen=True, slots=True)
class _Unproved:
    extent: Extent
    first: int
    """How many parts the prefix had before it."""
    total: Tensor | None = None
    """(1,) int64 on the CPU: its checksum, once the event has happened; None: it is proved."""
    counted: Any = None

    def is_sound(self) -> bool:
        if self.counted is not None:
            self.counted.synchronize()
        return self.total is None or int(self.total) % CHECKSUMS == self.extent.checksum


def _sum_of(there: Tensor) -> tuple[Tensor, Any]:
    """The checksum of what a graphics card has been given, and the event of its arrival; None for a
    processor."""
    total = torch.empty(1, dtype=torch.int64, pin_memory=there.is_cuda)
    total.copy_(checksum_there(there), non_blocking=True)
    return total, torch.cuda.current_stream(there.device).record_event() if there.is_cuda else None


class PrefixStore:
    """Keeps a reader's prefixes on disk. `identity` changes with whatever changes their KV."""

    def __init__(
        self,
        snapshots: Snapshots,
        identity: str,
        *,
        eight_bits: bool = False,
        extent_bytes: int = EXTENT_BYTES,
        least_positions: int = LEAST_POSITIONS,
        buffers: Buffers | None = None,
    ) -> None:
        """`buffers` are used on every device; None: of its own, for graphics cards."""
        self.snapshots = snapshots
        self.least_positions = least_positions
        self._identity = f"complm/prefix/v2\0{identity}\0{eight_bits}".encode()
        self._eight_bits = eight_bits
        self._extent_bytes = extent_bytes
        self._buffers = buffers or Buffers()
        self._always_buffers = buffers is not None
        self._carrier = Carrier()
        self._expected = not snapshots.is_empty()
        """Whether prefixes of earlier times may be asked for, and memory for them is not locked."""

    def keys(self, parts: Sequence[PartId]) -> list[str]:
        """For the first part, the first two, and so on."""
        total = hashlib.blake2b(self._identity, digest_size=16)
        keys = []
        for part in parts:
            bytes_ = part.encode() if isinstance(part, str) else token_bytes(part)
            total.update(f"{type(part).__name__}{len(bytes_)}\0".encode() + bytes_)
            keys.append(total.hexdigest())
        return keys

    # ---- from disk

    def get_ready(self, device: torch.device) -> bool:
        """Locks some of the memory that a graphics card is given prefixes in, where there are
        some. False: all is there."""
        if device.type != "cuda" or not self._expected:
            return False
        try:
            self._expected = self._buffers.make_one()
        except MemoryError as e:
            log.warning("prefix snapshots will be read without memory made ready: %s", e)
            self._expected = False
        return self._expected

    def restore(
        self,
        prefix: Prefix,
        parts: Sequence[PartId],
        lengths: Sequence[int],
        device: torch.device,
        dtype: torch.dtype,
    ) -> Iterator[None]:
        """Puts into the prefix what of these parts lies on disk beyond it; a step an extent.

        The prefix must hold none but the first of `parts`. What is damaged is dropped, with what
        stands on it. Closing it between two steps leaves the prefix sound.
        """
        chain = self.snapshots.chain(self.keys(parts))
        if not chain or chain[-1].parts <= len(prefix.parts):
            return
        chain = chain[_stands_at(prefix, chain) :]
        at = list(accumulate(lengths, initial=0))
        asked = _Asked(parts, lengths, at, device, dtype)
        ends = [at[len(prefix.parts)], *map(asked.end_of, chain)]
        with prefix.extended_by([end - start for start, end in pairwise(ends)]):
            yield from self._restore(prefix, chain, asked)

    def _restore(self, prefix: Prefix, chain: Sequence[Extent], asked: _Asked) -> Iterator[None]:
        unproved: deque[_Unproved] = deque()
        try:
            with closing(self.readings(chain, asked.device)) as reading_ahead:
                for reading in reading_ahead:
                    taken = self._take(prefix, reading, asked)
                    if taken is None:
                        return
                    unproved.append(taken)
                    if len(unproved) > _UNPROVED and not self._prove(prefix, unproved.popleft()):
                        unproved.clear()
                        return
                    yield
        finally:
            while unproved:
                if not self._prove(prefix, unproved.popleft()):
                    unproved.clear()
            if not prefix.windows_known:
                prefix.rewind(0)

    def readings(
        self, chain: Sequence[Extent], device: torch.device
    ) -> Generator[Reading, None, None]:
        """Of these extents, in their order, as `restore` takes them; none where no memory can be
        locked for a graphics card."""
        on_card = device.type == "cuda" or self._always_buffers
        try:
            yield from readings(chain, self.snapshots.file, self._buffers if on_card else None)
        except MemoryError as e:
            log.warning("prefix snapshots are not read: %s", e)

    @torch.inference_mode()
    def _take(
        self,
        prefix: Prefix,
        reading: Reading,
        asked: _Asked,
    ) -> _Unproved | None:
        """None: it was damaged, and is gone."""
        extent, first = reading.extent, len(prefix.parts)
        try:
            total = reading.wait()
            if reading.checked and total != extent.checksum:
                raise ValueError("its checksum is wrong")
            if extent.positions != asked.end_of(extent):
                raise ValueError("it holds other positions")
            stored = stored_in(reading.raw)
            there = self._carrier.carry(reading, asked.device)
            unproved = _Unproved(extent, first, *(() if reading.checked else _sum_of(there)))
            prefix.append(
                asked.parts[first : extent.parts],
                asked.lengths[first : extent.parts],
                unpacked(stored.tensors(there), asked.dtype),
            )
        except (OSError, ValueError) as e:
            self._drop(extent, e)
            return None
        prefix.stored = extent.parts
        return unproved

    def _prove(self, prefix: Prefix, taken: _Unproved) -> bool:
        """False: it was damaged, and is gone, also from the prefix."""
        if taken.is_sound():
            return True
        prefix.rewind(taken.first if prefix.can_branch else 0)  # its windows are damaged too
        self._drop(taken.extent, "its checksum is wrong")
        return False

    def _drop(self, extent: Extent, why: object) -> None:
        log.warning("the prefix snapshot %s is damaged and will be made again: %s", extent, why)
        self.snapshots.drop(extent.key)

    # ---- to disk

    def store_some(self, prefix: Prefix) -> bool:
        """Writes the next extent of a prefix that is not on disk yet. False: all of it is, or it
        is not worth it, or there is no room for it.

        Raises OSError and StoreError.
        """
        end = min(prefix.lasting, len(prefix.parts))
        needed = prefix.kv_bytes // (2 if self._eight_bits else 1)
        if prefix.length < self.least_positions or needed > self.snapshots.room():
            return False
        keys = self.keys(prefix.parts)
        if prefix.stored is None:
            there = self.snapshots.there(keys)
            prefix.stored = there[-1].parts if there else 0
        start = prefix.stored
        if start >= end:
            return False
        stop = self._stop(prefix, start)
        tensors: Stacks = prefix.extract(start, stop)
        if self._eight_bits:
            tensors = in_eight_bits(tensors)
        size, checksum = write_extent(tensors, self.snapshots.file(keys[stop - 1]))
        extent = Extent(
            key=keys[stop - 1],
            parent=keys[start - 1] if start else None,
            parts=stop,
            positions=prefix.ends[stop - 1],
            complete=prefix.complete_at(stop),
            size_bytes=size,
            checksum=checksum,
        )
        if not self.snapshots.add(extent):  # what it stands on was deleted meanwhile
            prefix.stored, prefix.lasting = None, 0
            return False
        prefix.stored = stop
        return stop < end

    def _stop(self, prefix: Prefix, start: int) -> int:
        """The end of the next extent: whole parts of about as many bytes as one has."""
        before = prefix.ends[start - 1] if start else 0
        room = max(1, self._extent_bytes // max(1, prefix.bytes_per_position))
        stop = start + 1
        while stop < len(prefix.parts) and prefix.ends[stop] - before <= room:
            stop += 1
        return stop


def _stands_at(prefix: Prefix, chain: Sequence[Extent]) -> int:
    """Rewinds the prefix to the end of an extent of the chain; how many extents it then holds."""
    held = [n for n, extent in enumerate(chain, 1) if extent.parts <= len(prefix.parts)]
    for number in reversed(held):
        if prefix.rewind(chain[number - 1].parts) == chain[number - 1].parts:
            return number
    prefix.rewind(0)
    return 0
