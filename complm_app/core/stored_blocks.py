"""Blocks of CEs out of the cache's file: checked, and read ahead of whoever asks for them."""

from __future__ import annotations

import os
import sqlite3
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias

from complm_app.core.blocks import EmbeddingBlock

_ITEM_BYTES = {"bfloat16": 2, "float16": 2, "float32": 4, "int8": 1}
_KEYS_AT_ONCE = 500
_PORTION_BYTES = 2_000_000
"""Read by one thread at a time."""
_PORTIONS_AHEAD = 16
_THREADS = 4

Found: TypeAlias = dict[str, EmbeddingBlock]


def portions(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """So many as a statement takes."""
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        yield keys[start : start + _KEYS_AT_ONCE]


def selected(
    connection: sqlite3.Connection, columns: str, keys: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """Key and columns of those of these blocks that are there, in no order."""
    for some in portions(keys):
        marks = ",".join("?" * len(some))
        yield from connection.execute(
            f"SELECT key, {columns} FROM embedding WHERE key IN ({marks})", some
        )


def sound_blocks(connection: sqlite3.Connection, keys: Sequence[str]) -> tuple[Found, list[str]]:
    """Those of these blocks that are there and sound, and the keys of the damaged ones."""
    found: Found = {}
    damaged = []
    rows = selected(connection, "checksum, rows, width, dtype, data", keys)
    for key, checksum, *columns in rows:
        block = EmbeddingBlock(*columns)
        if _is_sound(block, checksum):
            found[key] = block
        else:
            damaged.append(key)
    return found, damaged


def block_bytes(rows: int, width: int, dtype: str) -> int:
    """0 for a dtype that there is not."""
    return rows * width * _ITEM_BYTES.get(dtype, 0) + (4 * rows if dtype == "int8" else 0)


def _is_sound(block: EmbeddingBlock, checksum: int) -> bool:
    size = block_bytes(block.rows, block.width, block.dtype)
    return 0 < size == len(block.data) and zlib.crc32(block.data) == checksum


class BlockThreads:
    """Threads that read blocks, each with a connection of its own to the cache's file.

    Most of the time passes in sqlite and in the checksum, which let other threads go on.
    """

    def __init__(self, path: Path) -> None:
        self._address = f"{path.absolute().as_uri()}?mode=ro"
        self._own = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._threads = ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1), "blocks")

    def read(self, keys: Sequence[str]) -> Future[Found]:
        return self._threads.submit(self._read, keys)

    def _read(self, keys: Sequence[str]) -> Found:
        """What cannot be read is left to who asks for it, with an error that says why."""
        try:
            return sound_blocks(self._connection(), keys)[0]
        except sqlite3.Error:
            return {}

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._own, "connection"):
            self._own.connection = sqlite3.connect(self._address, uri=True, check_same_thread=False)
            self._connections.append(self._own.connection)
        connection: sqlite3.Connection = self._own.connection
        return connection

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)
        for connection in self._connections:
            connection.close()


class ReadAhead:
    """Blocks that will be asked for in this order: as soon as one is, others are read too."""

    def __init__(self, threads: BlockThreads, sizes: Mapping[str, int]) -> None:
        """`sizes`: each block's bytes, by key."""
        self._threads = threads
        self._portions: list[list[str]] = []
        self._portion_of: dict[str, int] = {}
        self._reading: dict[int, Future[Found]] = {}
        self._passed = 0
        room = 0
        for key, size in sizes.items():
            if room < size or not self._portions:
                self._portions.append([])
                room = _PORTION_BYTES
            room -= size
            self._portions[-1].append(key)
            self._portion_of[key] = len(self._portions) - 1

    def take(self, key: str) -> EmbeddingBlock | None:
        """None: it is damaged or gone, or its turn is over."""
        portion = self._portion_of[key]
        if portion < self._passed:
            return None
        for number in range(portion, min(portion + _PORTIONS_AHEAD, len(self._portions))):
            if number not in self._reading:
                self._reading[number] = self._threads.read(self._portions[number])
        for number in [n for n in self._reading if n < portion]:
            self._reading.pop(number).cancel()
        self._passed = portion
        return self._reading[portion].result().get(key)
