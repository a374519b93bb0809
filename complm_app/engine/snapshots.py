"""Prefixes on disk: the next question finds its documents read already, after a restart too."""

from __future__ import annotations

import hashlib
import logging
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeAlias

import torch

from complm_app.core.keys import token_bytes
from complm_app.core.snapshots import Extent, Snapshots
from complm_app.engine.extents import (
    Stacks,
    Stored,
    in_eight_bits,
    read_extent,
    unpacked,
    write_extent,
)
from complm_app.engine.prefix import PartId, Prefix

log = logging.getLogger(__name__)

EXTENT_BYTES = 64_000_000
"""Written in one step, which a question may have to wait for."""
LEAST_POSITIONS = 512
"""Shorter prefixes are read again sooner than they are found on disk."""
_READERS = 12
"""Threads. They read ahead of the copies to the graphics card."""

_Reading: TypeAlias = tuple[Extent, "Future[Stored]"]


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
    ) -> None:
        self.snapshots = snapshots
        self.least_positions = least_positions
        self._identity = f"complm/prefix/v2\0{identity}\0{eight_bits}".encode()
        self._eight_bits = eight_bits
        self._extent_bytes = extent_bytes

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
        pinned = device.type == "cuda"
        with ThreadPoolExecutor(min(_READERS, os.cpu_count() or 1)) as threads:
            ahead = ((extent, threads.submit(self.read, extent, pinned)) for extent in chain)
            waiting: deque[_Reading] = deque(islice(ahead, _READERS))
            try:
                while waiting:
                    reading = waiting.popleft()
                    waiting.extend(islice(ahead, 1))
                    if not self._take(prefix, reading, parts, lengths, device, dtype):
                        return
                    yield
            finally:
                for _, future in waiting:
                    future.cancel()
                if not prefix.windows_known:
                    prefix.rewind(0)

    def read(self, extent: Extent, pinned: bool) -> Stored:
        """Raises ValueError for a damaged file, OSError."""
        file = self.snapshots.file(extent.key)
        return read_extent(file, extent.size_bytes, extent.checksum, pinned)

    def _take(
        self,
        prefix: Prefix,
        reading: _Reading,
        parts: Sequence[PartId],
        lengths: Sequence[int],
        device: torch.device,
        dtype: torch.dtype,
    ) -> bool:
        """False: it was damaged, and is gone."""
        extent, future = reading
        first = len(prefix.parts)
        try:
            stored = future.result()
            if extent.positions != sum(lengths[: extent.parts]):
                raise ValueError("it holds other positions")
            prefix.append(
                parts[first : extent.parts],
                lengths[first : extent.parts],
                unpacked(stored, device, dtype),
            )
        except (OSError, ValueError, KeyError) as e:
            log.warning("the prefix snapshot %s is damaged and will be made again: %s", extent, e)
            self.snapshots.drop(extent.key)
            return False
        prefix.stored = extent.parts
        return True

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
