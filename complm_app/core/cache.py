"""Segments and their concept embeddings: the database that can be made again."""

from __future__ import annotations

import json
import logging
import time
import zlib
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from complm_app.core import snapshots
from complm_app.core.blocks import DamagedBlockError, EmbeddingBlock, StoredBlock
from complm_app.core.database import Store, open_database, translated_errors
from complm_app.core.keys import token_bytes, token_ids
from complm_app.core.migrations import CACHE
from complm_app.core.stored_blocks import (
    BlockThreads,
    ReadAhead,
    block_bytes,
    portions,
    selected,
    sound_blocks,
)
from complm_app.errors import StoreCorruptError, StoreError

if TYPE_CHECKING:
    import sqlite_utils

log = logging.getLogger(__name__)

_COMPANIONS = ("-wal", "-shm")
_SEGMENT = "s.passage, s.first_token, s.token_ids, s.key"
_OF_DOCUMENT = (
    "segment s JOIN segmentation g ON g.id = s.segmentation"
    " AND g.fingerprint = :fingerprint AND g.document = :document"
)
_EVICTED_AT_ONCE = 64 * 1024**2


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """Tokens of a passage (its ordinal), from `first_token` on."""

    passage: int
    first_token: int
    token_ids: tuple[int, ...]
    key: str


@dataclass(frozen=True, slots=True)
class SegmentTotals:
    """Of one document and compressor; tokens_compressed are source tokens."""

    segments: int
    compressed: int
    tokens: int
    tokens_compressed: int


@dataclass(frozen=True, slots=True)
class CacheCheck:
    """`removed` blocks were damaged; `problems` are of the file itself, which is then rebuilt."""

    blocks: int
    removed: int
    problems: tuple[str, ...]


class Cache(Store):
    """One connection to cache.db; it belongs to the thread that opened it.

    `rebuilt`: the file was damaged, was set aside, and this one is new.
    """

    __slots__ = ("_threads", "_used", "rebuilt")

    def __init__(self, path: Path, db: sqlite_utils.Database, rebuilt: bool = False) -> None:
        super().__init__(path, db)
        self.rebuilt = rebuilt
        self._used: set[str] = set()
        self._threads: BlockThreads | None = None

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens or makes the file; a damaged one is renamed to cache.db.corrupt-1 and so on."""
        if not _damage_mark(path).exists():
            damage = ""
            # Twice: another thread may have set the damaged file aside just now.
            for _ in range(2):
                try:
                    return cls(path, _open(path))
                except StoreCorruptError as e:
                    damage = e.message
            log.warning("%s", damage)
        _set_aside(path)
        return cls(path, _open(path), rebuilt=True)

    def close(self) -> None:
        try:
            self._write_uses()
        except StoreError as e:
            log.info("which CEs were used last was not recorded: %s", e.message)
        if self._threads is not None:
            self._threads.close()
        super().close()

    # segments

    def put_segments(self, fingerprint: str, document: str, segments: Sequence[SegmentRow]) -> None:
        """All segments of a document, in place of those that were there."""
        with self.writing() as connection:
            connection.execute(
                "DELETE FROM segmentation WHERE fingerprint = ? AND document = ?",
                (fingerprint, document),
            )
            id = connection.execute(
                "INSERT INTO segmentation (fingerprint, document) VALUES (?, ?)",
                (fingerprint, document),
            ).lastrowid
            connection.executemany(
                "INSERT INTO segment (segmentation, passage, first_token, token_ids, key)"
                " VALUES (?, ?, ?, ?, ?)",
                ((id, s.passage, s.first_token, token_bytes(s.token_ids), s.key) for s in segments),
            )

    def has_segments(self, fingerprint: str, document: str) -> bool:
        """Also True when the document was cut up and had nothing in it."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT 1 FROM segmentation WHERE fingerprint = ? AND document = ?",
                (fingerprint, document),
            ).fetchone()
        return row is not None

    def segments(
        self, fingerprint: str, document: str, passages: Sequence[int] | None = None
    ) -> list[SegmentRow]:
        """In the document's order; of the given passages only, or of all."""
        scope = "" if passages is None else "WHERE s.passage IN (SELECT value FROM json_each(:p))"
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT {_SEGMENT} FROM {_OF_DOCUMENT} {scope} ORDER BY s.passage, s.first_token",
                {
                    "fingerprint": fingerprint,
                    "document": document,
                    "p": json.dumps(list(passages or ())),
                },
            ).fetchall()
        return [_segment(row) for row in rows]

    def missing(self, fingerprint: str, document: str, limit: int) -> list[SegmentRow]:
        """Segments without CEs, in order, each key once.

        Looks at every segment of the document: ask for many at a time.
        """
        with self.reading() as connection:
            rows = connection.execute(
                f"""
                SELECT {_SEGMENT}, min(s.passage << 32 | s.first_token) FROM {_OF_DOCUMENT}
                WHERE NOT EXISTS (SELECT 1 FROM embedding e WHERE e.key = s.key)
                GROUP BY s.key ORDER BY s.passage, s.first_token LIMIT :limit
                """,
                {"fingerprint": fingerprint, "document": document, "limit": limit},
            ).fetchall()
        return [_segment(row) for row in rows]

    def counts(self, fingerprint: str, document: str) -> SegmentTotals:
        with self.reading() as connection:
            row = connection.execute(
                f"""
                SELECT count(*), count(u.key), coalesce(sum(length(s.token_ids)), 0) / 4,
                    coalesce(sum(length(s.token_ids)) FILTER (WHERE u.key IS NOT NULL), 0) / 4
                FROM {_OF_DOCUMENT} LEFT JOIN embedding_use u ON u.key = s.key
                """,
                {"fingerprint": fingerprint, "document": document},
            ).fetchone()
        return SegmentTotals(*row)

    def holds(self, document: str) -> bool:
        """Whether there are segments of it, for any compressor."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT 1 FROM segmentation WHERE document = ?", (document,)
            ).fetchone()
        return row is not None

    def forget_document(self, document: str) -> None:
        """Removes its segments, those CEs that no other document's segments use, and all prefix
        snapshots, since none tells which documents it holds."""
        snapshots.clear(self)
        with self.writing() as connection:
            keys = connection.execute(
                "SELECT DISTINCT s.key FROM segment s JOIN segmentation g ON g.id = s.segmentation"
                " WHERE g.document = ?",
                (document,),
            ).fetchall()
            connection.execute("DELETE FROM segmentation WHERE document = ?", (document,))
            connection.executemany(
                "DELETE FROM embedding WHERE key = :key"
                " AND NOT EXISTS (SELECT 1 FROM segment WHERE key = :key)",
                [{"key": key} for (key,) in keys],
            )

    # concept embeddings

    def put_blocks(self, fingerprint: str, blocks: Sequence[tuple[str, EmbeddingBlock]]) -> None:
        """Stores CEs under their segments' keys, all in one commit."""
        with self.writing() as connection:
            connection.executemany(
                "REPLACE INTO embedding (key, fingerprint, rows, width, dtype, checksum, data)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (key, fingerprint, b.rows, b.width, b.dtype, zlib.crc32(b.data), b.data)
                    for key, b in blocks
                ),
            )
            now = int(time.time())
            connection.executemany(
                "REPLACE INTO embedding_use (key, used_at, size_bytes) VALUES (?, ?, ?)",
                ((key, now, len(block.data)) for key, block in blocks),
            )

    def blocks(self, keys: Iterable[str]) -> dict[str, EmbeddingBlock]:
        """Those that are there and sound; a damaged one is deleted, to be computed again."""
        with self.reading() as connection:
            found, damaged = sound_blocks(connection, list(keys))
        self._used.update(found)
        if damaged:
            self._drop(damaged)
        return found

    def located(self, keys: Iterable[str]) -> dict[str, StoredBlock]:
        """Those that are there. Their bytes are read when the first is asked for, ahead of the one
        that is asked for; whether one is sound is seen then."""
        wanted = list(dict.fromkeys(keys))
        with self.reading() as connection:
            rows = selected(connection, "rows, width, dtype", wanted)
            shapes = {key: (count, width, dtype) for key, count, width, dtype in rows}
        there = {key: block_bytes(*shapes[key]) for key in wanted if key in shapes}
        self._used.update(there)
        self._threads = self._threads or BlockThreads(self.path)
        fetch = partial(self._sound_block, ReadAhead(self._threads, there))
        return {key: StoredBlock(*shapes[key], partial(fetch, key)) for key in there}

    def _sound_block(self, ahead: ReadAhead, key: str) -> EmbeddingBlock:
        block = ahead.take(key) or self.blocks([key]).get(key)
        if block is None:
            raise DamagedBlockError(
                "What was stored of a segment is damaged or gone ({key}).",
                "It is made again when you ask again.",
                key=key,
            )
        return block

    def stored_keys(self, keys: Iterable[str]) -> set[str]:
        """Those of these segments that have CEs, which are not looked at."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT key FROM embedding_use WHERE key IN (SELECT value FROM json_each(?))",
                (json.dumps(list(keys)),),
            ).fetchall()
        return {str(row[0]) for row in rows}

    # the file

    def size_bytes(self) -> int:
        """What the cache takes on disk with the prefix snapshots, without what is in its log."""
        return snapshots.database_bytes(self) + snapshots.extent_bytes(self)

    def evict(self, budget_bytes: int) -> int:
        """Deletes prefix snapshots, then CEs, those used longest ago first, until all fits.

        Returns how many CEs. Where the file may only be read it stays as it is.
        """
        if self.read_only:
            return 0
        self._write_uses()
        snapshots.sweep(self)
        snapshots.evict(self, budget_bytes - snapshots.database_bytes(self))
        deleted = 0
        while (size := snapshots.database_bytes(self)) > budget_bytes:
            with self.writing() as connection:
                stored = connection.execute("SELECT total(size_bytes) FROM embedding_use")
                # A row takes more of the file than its CEs do.
                excess = (1 - budget_bytes / size) * stored.fetchone()[0]
                # In steps: a long transaction would keep other writers waiting in vain.
                step = min(excess, _EVICTED_AT_ONCE)
                gone = connection.execute(
                    """
                    DELETE FROM embedding WHERE key IN (
                        SELECT key FROM (
                            SELECT key, sum(size_bytes) OVER (ORDER BY used_at, key) - size_bytes
                                AS before FROM embedding_use
                        ) WHERE before < ?
                    )
                    """,
                    (step,),
                ).rowcount
            deleted += gone
            if not gone:
                break
        return deleted

    def verify(self) -> CacheCheck:
        """Reads everything. Deletes damaged blocks; a damaged file is made anew at next open."""
        problems = tuple(self.problems())
        if problems:
            _damage_mark(self.path).touch()
            return CacheCheck(0, 0, problems)
        with self.reading() as connection:
            keys = [row[0] for row in connection.execute("SELECT key FROM embedding")]
            damaged = [key for some in portions(keys) for key in sound_blocks(connection, some)[1]]
        if damaged:
            self._drop(damaged)
        return CacheCheck(len(keys), len(damaged), ())

    def clear(self) -> None:
        """Deletes all segments, CEs and prefix snapshots."""
        snapshots.clear(self)
        with self.writing() as connection:
            connection.execute("DELETE FROM segmentation")
            connection.execute("DELETE FROM embedding")
        self._used.clear()

    def _drop(self, keys: Sequence[str]) -> None:
        for key in keys:
            log.warning("the CEs of segment %s are damaged and will be computed again", key)
        with self.writing() as connection:
            connection.executemany("DELETE FROM embedding WHERE key = ?", ((k,) for k in keys))

    def _write_uses(self) -> None:
        if not self._used or self.read_only:
            return
        now = int(time.time())
        with self.writing() as connection:
            connection.executemany(
                "UPDATE embedding_use SET used_at = ? WHERE key = ?",
                ((now, key) for key in sorted(self._used)),
            )
        self._used.clear()

    @contextmanager
    def _errors(self) -> Generator[None, None, None]:
        """What is found damaged is set aside when the file is next opened."""
        try:
            with translated_errors(self.path):
                yield
        except StoreCorruptError as e:
            with suppress(OSError):  # a failing disk: the error below says enough
                _damage_mark(self.path).touch()
            raise StoreCorruptError(
                e.what.pattern,
                "Start again: the file is then made anew. Documents and chats are not in it; "
                "what is lost is computed again.",
                **e.what.values,
            ) from e


def _open(path: Path) -> sqlite_utils.Database:
    # FULL: what is deleted leaves the file at once. 8 KiB: a block of CEs is 2 to 20 KB.
    return open_database(path, CACHE, ("page_size = 8192", "auto_vacuum = FULL"))


def _damage_mark(path: Path) -> Path:
    return path.with_name(path.name + "-damaged")


def _set_aside(path: Path) -> None:
    """Renames the file; its companions would make a new one damaged too, so they go."""
    aside = (path.with_name(f"{path.name}.corrupt-{n}") for n in count(1))
    try:
        if path.exists():
            path.rename(next(name for name in aside if not name.exists()))
        for suffix in (*_COMPANIONS, "-damaged"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    except OSError as e:
        raise StoreCorruptError(
            "{path} is damaged and cannot be moved out of the way ({reason}).",
            "Close other CompLM windows or commands, or delete the file yourself.",
            path=path,
            reason=e.strerror,
        ) from e


def _segment(row: tuple[Any, ...]) -> SegmentRow:
    passage, first_token, ids, key, *_ = row
    return SegmentRow(passage, first_token, token_ids(ids), key)
