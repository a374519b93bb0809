"""The index of prefix snapshots: which parts of which readings lie on disk, beside the cache.

A prefix is kept as a chain of extents, each a file that holds the KV of a run of parts, and each
standing on the one before it. Two prefixes that begin alike share the extents of their beginning.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from complm_app.core.database import Store

if TYPE_CHECKING:
    import sqlite3

log = logging.getLogger(__name__)

SUFFIX = ".safetensors"
UNFINISHED = ".part"
_STALE_SECONDS = 3600
_COLUMNS = "key, parent, parts, positions, complete, size_bytes, checksum"


@dataclass(frozen=True, slots=True)
class Extent:
    """`key` stands for the reader and all parts up to its end; parts and positions too."""

    key: str
    parent: str | None
    parts: int
    positions: int
    complete: bool
    """Whether reading can go on after it: sliding windows are stored at some ends only."""
    size_bytes: int
    checksum: int


class Snapshots:
    """Raises StoreError where the index cannot be read or written.

    `budget_bytes` is what cache.db and all extents may take together.
    """

    def __init__(self, store: Store, budget_bytes: int) -> None:
        self._store = store
        self._budget_bytes = budget_bytes
        self.folder = folder_of(store)

    def file(self, key: str) -> Path:
        return self.folder / (key + SUFFIX)

    def chain(self, keys: Sequence[str]) -> list[Extent]:
        """The extents of the longest beginning that is there, the first one first.

        `keys` stand for the first part, the first two, and so on. Counts as a use of them.
        """
        with self._store.reading() as connection:
            longest = connection.execute(
                f"SELECT {_COLUMNS} FROM snapshot WHERE complete AND key IN"
                " (SELECT value FROM json_each(?)) ORDER BY parts DESC LIMIT 1",
                (json.dumps(list(keys)),),
            ).fetchone()
            found = _with_parents(connection, longest)
        if found and not self._store.read_only:
            now = time.time()
            with self._store.writing() as connection:
                connection.executemany(
                    "UPDATE snapshot SET used_at = ? WHERE key = ?", ((now, e.key) for e in found)
                )
        return found

    def is_empty(self) -> bool:
        return extent_bytes(self._store) == 0

    def there(self, keys: Sequence[str]) -> list[Extent]:
        """Those of these extents that are there, complete or not, in the order of their parts."""
        with self._store.reading() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM snapshot WHERE key IN"
                " (SELECT value FROM json_each(?)) ORDER BY parts",
                (json.dumps(list(keys)),),
            ).fetchall()
        return [_extent(row) for row in rows]

    def add(self, extent: Extent) -> bool:
        """Its file must be there. Others, used longest ago, make room for it and what it stands
        on. False: that has gone, so that it is of no use."""
        values = {**asdict(extent), "used_at": time.time()}
        with self._store.writing() as connection:
            added = connection.execute(
                f"INSERT INTO snapshot ({_COLUMNS}, used_at) SELECT :key, :parent, :parts,"
                " :positions, :complete, :size_bytes, :checksum, :used_at"
                " WHERE :parent IS NULL OR EXISTS (SELECT 1 FROM snapshot WHERE key = :parent)"
                " ON CONFLICT (key) DO UPDATE SET size_bytes = :size_bytes,"
                " checksum = :checksum, used_at = :used_at, complete = :complete",
                values,
            ).rowcount
            connection.execute(
                """
                WITH RECURSIVE up (key) AS (
                    SELECT :key
                    UNION SELECT s.parent FROM up JOIN snapshot s USING (key)
                    WHERE s.parent IS NOT NULL
                )
                UPDATE snapshot SET used_at = :used_at WHERE key IN (SELECT key FROM up)
                """,
                {"key": extent.key, "used_at": values["used_at"]},
            )
        evict(self._store, self.room())
        return bool(added)

    def room(self) -> int:
        """Bytes that all extents may take together."""
        return self._budget_bytes - database_bytes(self._store)

    def drop(self, key: str) -> None:
        """An extent and all that stand on it."""
        with self._store.writing() as connection:
            connection.execute("DELETE FROM snapshot WHERE key = ?", (key,))
        sweep(self._store)


def folder_of(store: Store) -> Path:
    return store.path.with_name("prefixes")


def database_bytes(store: Store) -> int:
    """What the database takes on disk, without what is still in its log."""
    with store.reading() as connection:
        pages, size = (
            int(connection.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "page_size")
        )
    return pages * size


def extent_bytes(store: Store) -> int:
    """What all extents take on disk."""
    with store.reading() as connection:
        row = connection.execute("SELECT total(size_bytes) FROM snapshot").fetchone()
    return int(row[0])


def evict(store: Store, budget_bytes: int) -> int:
    """Deletes extents, those used longest ago first, until the rest fit. Returns how many."""
    excess = extent_bytes(store) - budget_bytes
    if excess <= 0:
        return 0
    with store.writing() as connection:
        # The last of a chain first: what it stands on may still serve another one.
        gone = connection.execute(
            """
            DELETE FROM snapshot WHERE key IN (
                SELECT key FROM (
                    SELECT key, sum(size_bytes) OVER (ORDER BY used_at, parts DESC, key)
                        - size_bytes AS before FROM snapshot
                ) WHERE before < ?
            )
            """,
            (excess,),
        ).rowcount
    sweep(store)
    return gone


def clear(store: Store) -> None:
    """Deletes all extents."""
    with store.writing() as connection:
        connection.execute("DELETE FROM snapshot")
    sweep(store)


def sweep(store: Store) -> None:
    """Deletes the files that the index does not name, and what a crash left half written."""
    files = {file.stem: file for file in folder_of(store).glob("*" + SUFFIX)}
    with store.reading() as connection:
        named = {row[0] for row in connection.execute("SELECT key FROM snapshot")}
    unnamed = [files[key] for key in files.keys() - named]
    for file in (*unnamed, *folder_of(store).glob("*" + UNFINISHED)):
        try:
            if file.suffix == SUFFIX or time.time() - file.stat().st_mtime > _STALE_SECONDS:
                file.unlink(missing_ok=True)
        except OSError as e:  # on Windows, while another window reads it
            log.info("%s was not deleted: %s", file, e)


def _with_parents(connection: sqlite3.Connection, row: tuple[object, ...] | None) -> list[Extent]:
    found: list[Extent] = []
    while row is not None:
        found.append(_extent(row))
        row = connection.execute(
            f"SELECT {_COLUMNS} FROM snapshot WHERE key = ?", (found[-1].parent,)
        ).fetchone()
    return found[::-1]


def _extent(row: tuple[object, ...]) -> Extent:
    key, parent, parts, positions, complete, size_bytes, checksum = row
    return Extent(
        str(key),
        None if parent is None else str(parent),
        int(str(parts)),
        int(str(positions)),
        bool(complete),
        int(str(size_bytes)),
        int(str(checksum)),
    )
