"""Extents off the disk in their order, each read by many threads at once.

What bounds it is how fast processors copy out of the system's own cache. So each extent is cut into
pieces for all threads, and a graphics card checks for itself what it is given: to add up what was
read would take a processor longer than to read it.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import RawIOBase
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from complm_app.core.snapshots import Extent
from complm_app.engine.extents import CHECKSUMS, PAGE_BYTES, Bytes, checksum

PIECE_BYTES = 8 << 20
"""Read by one thread. Whole pages, so that their checksums add up."""
BUFFER_BYTES = 64 << 20
BUFFERS = 5
_BLOCK_BYTES = 256 * PAGE_BYTES
"""Checked while it is still in a processor's own cache."""
_MOST_THREADS = 16
_AHEAD = BUFFERS - 2
"""Extents that are being read. A graphics card takes one more, and has just been given another."""


@dataclass(slots=True, eq=False)
class Buffer:
    memory: Tensor
    """(BUFFER_BYTES,) uint8, page-locked."""
    taken: Any = None
    """A CUDA event: from then on the card has what was in it."""

    def is_free(self) -> bool:
        return self.taken is None or bool(self.taken.query())


class Buffers:
    """Memory that a graphics card reads by itself. To lock it takes a third of a second for each
    gigabyte, so it is kept, and used in turn. For one thread."""

    def __init__(self, make: Callable[[int], Tensor] | None = None) -> None:
        self._make = make or _page_locked
        self._free: deque[Buffer] = deque()
        self._made = 0

    def make_one(self) -> bool:
        """False: all are there. Raises MemoryError where no more can be locked."""
        if self._made < BUFFERS:
            self._free.append(Buffer(self._make(BUFFER_BYTES)))
            self._made += 1
        return self._made < BUFFERS

    def take(self) -> Buffer:
        """The one that was given back first, or a new one where the card still needs that; waits
        for the card where all are there. Raises as `make_one`."""
        if self._made < BUFFERS and not (self._free and self._free[0].is_free()):
            self.make_one()
            return self._free.pop()
        buffer = self._free.popleft()
        if buffer.taken is not None:
            buffer.taken.synchronize()
        buffer.taken = None
        return buffer

    def give_back(self, buffer: Buffer) -> None:
        self._free.append(buffer)


def _page_locked(size: int) -> Tensor:
    try:
        return torch.empty(size, dtype=torch.uint8, pin_memory=True)
    except RuntimeError as e:  # torch.AcceleratorError, or that there is no card
        raise MemoryError(f"{size:,} bytes cannot be locked: {e}") from e


@dataclass(frozen=True, slots=True)
class Reading:
    """An extent that threads are reading. `buffer` is where to note when a card has taken it."""

    extent: Extent
    raw: Tensor
    """(size_bytes,) uint8: the file, once `wait` has returned."""
    buffer: Buffer | None
    checked: bool
    """By the threads; False: who takes it has to add it up."""
    _pieces: Sequence[Future[int]]

    def wait(self) -> int:
        """Its checksum, if it is checked. Raises ValueError for a file of another size, OSError."""
        return sum(piece.result() for piece in self._pieces) % CHECKSUMS


def readings(
    chain: Sequence[Extent], file_of: Callable[[str], Path], buffers: Buffers | None
) -> Iterator[Reading]:
    """In their order. With `buffers`, what was read is there until the next is asked for, or until
    what was noted as `taken`; without, each has memory of its own, and is checked.

    Raises MemoryError where no more can be locked. Closing it waits for the threads.
    """
    threads = ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1), "extents")
    ahead = (_begin(extent, file_of(extent.key), buffers, threads) for extent in chain)
    begun: deque[Reading] = deque()
    try:
        begun.extend(islice(ahead, _AHEAD))
        while begun:
            yield begun[0]
            _give_back(begun.popleft(), buffers)
            begun.extend(islice(ahead, 1))
    finally:
        threads.shutdown(cancel_futures=True)
        for reading in begun:
            _give_back(reading, buffers)


def _begin(
    extent: Extent, file: Path, buffers: Buffers | None, threads: ThreadPoolExecutor
) -> Reading:
    size, checked = extent.size_bytes, buffers is None
    buffer = buffers.take() if buffers is not None and size <= BUFFER_BYTES else None
    if buffer is not None:
        raw = buffer.memory[:size]
    else:
        raw = torch.empty(size, dtype=torch.uint8) if checked else _page_locked(size)
    view = raw.numpy()
    pieces = [
        threads.submit(_read_piece, file, size, view, start, checked)
        for start in range(0, size, PIECE_BYTES)
    ]
    return Reading(extent, raw, buffer, checked, pieces)


def _give_back(reading: Reading, buffers: Buffers | None) -> None:
    if buffers is not None and reading.buffer is not None:
        buffers.give_back(reading.buffer)


def _read_piece(file: Path, size: int, whole: Bytes, start: int, checked: bool) -> int:
    """Its share of the file's checksum; 0 where that is not asked for."""
    stop = min(start + PIECE_BYTES, size)
    step = _BLOCK_BYTES if checked else PIECE_BYTES
    total = 0
    with file.open("rb", buffering=0) as stream:
        if os.fstat(stream.fileno()).st_size != size:
            raise ValueError("its size is wrong")
        stream.seek(start)
        for at in range(start, stop, step):
            block = whole[at : min(at + step, stop)]
            _fill(stream, block.data)
            total += checksum(block, at // PAGE_BYTES) if checked else 0
    return total


def _fill(stream: RawIOBase, view: memoryview) -> None:
    done = 0
    while done < len(view):
        read = stream.readinto(view[done:])
        if not read:
            raise ValueError("it ended too early")
        done += read
