"""The databases' schemas, as steps. Append only: a step that was released never changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from complm_app.errors import StoreTooNewError

if TYPE_CHECKING:
    import sqlite_utils

Migration: TypeAlias = "Callable[[sqlite_utils.Database], None]"


def migrate(db: sqlite_utils.Database, path: Path, migrations: tuple[Migration, ...]) -> None:
    """Takes the steps that `user_version` says are missing, in one transaction.

    Raises StoreTooNewError when the file has more steps than this program knows.
    """
    if _version(db, path, migrations) == len(migrations):
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        # Again, now that no one else can be at it.
        for step in migrations[_version(db, path, migrations) :]:
            step(db)
        db.execute(f"PRAGMA user_version = {len(migrations)}")
        db.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise


def _version(db: sqlite_utils.Database, path: Path, migrations: tuple[Migration, ...]) -> int:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > len(migrations):
        raise StoreTooNewError(
            "{path} was written by a newer version of CompLM.",
            "Update CompLM, or choose another folder with --data-dir.",
            path=path,
        )
    return version


def library_m001(db: sqlite_utils.Database) -> None:
    db.executescript("""
        CREATE TABLE document (
            id TEXT PRIMARY KEY,              -- SHA-256 of the file, hex
            path TEXT NOT NULL,               -- a BLOB where the name is not UTF-8
            title TEXT NOT NULL,
            pages INTEGER NOT NULL,
            pages_without_text INTEGER NOT NULL,
            size_bytes INTEGER NOT NULL,
            added_at REAL NOT NULL            -- seconds since 1970
        );
        CREATE TABLE page (
            document TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE,
            page_index INTEGER NOT NULL,      -- from 0
            label TEXT NOT NULL,
            state TEXT NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (document, page_index)
        );
        CREATE TABLE outline (
            document TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE,
            ordinal INTEGER NOT NULL,
            title TEXT NOT NULL,
            page_index INTEGER NOT NULL,
            level INTEGER NOT NULL,
            PRIMARY KEY (document, ordinal)
        );
        CREATE TABLE passage (
            id INTEGER PRIMARY KEY,           -- the row of the search index
            document TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE,
            ordinal INTEGER NOT NULL,
            page_index INTEGER NOT NULL,
            start_offset INTEGER NOT NULL,    -- characters of the page's text
            end_offset INTEGER NOT NULL,
            text TEXT NOT NULL,
            UNIQUE (document, ordinal)
        );
        CREATE TABLE chat (
            id INTEGER PRIMARY KEY,
            title TEXT NOT NULL,
            created_at REAL NOT NULL
        );
        CREATE TABLE turn (
            id INTEGER PRIMARY KEY,
            chat INTEGER NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
            question TEXT NOT NULL,
            answer TEXT NOT NULL,
            found INTEGER NOT NULL,
            citations TEXT NOT NULL,          -- JSON, as are the next three
            coverage TEXT NOT NULL,
            segments TEXT NOT NULL,
            timings TEXT NOT NULL,
            titles TEXT NOT NULL,             -- JSON, of the cited documents: they may be removed
            model TEXT NOT NULL,
            ratio INTEGER NOT NULL,
            created_at REAL NOT NULL
        );
        CREATE INDEX turn_chat ON turn (chat);
    """)
    db.table("passage").enable_fts(
        ["text"], tokenize="porter unicode61 remove_diacritics 2", create_triggers=True
    )


def library_m002(db: sqlite_utils.Database) -> None:
    db.executescript("""
        ALTER TABLE document ADD COLUMN modified_ns INTEGER;  -- of the file; NULL: not known
        CREATE INDEX document_path ON document (path);
        CREATE TABLE collection (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE COLLATE NOCASE,
            folder TEXT,                      -- it is watched; NULL: none is
            created_at REAL NOT NULL
        );
        CREATE TABLE collected (
            collection INTEGER NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
            document TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE,
            PRIMARY KEY (collection, document)
        ) WITHOUT ROWID;
        CREATE INDEX collected_document ON collected (document);
        CREATE TABLE taken_in (               -- files of a watched folder that were added once
            collection INTEGER NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
            path TEXT NOT NULL,
            PRIMARY KEY (collection, path)
        ) WITHOUT ROWID;
        CREATE TABLE earlier_version (        -- what stood at a document's path before it
            document TEXT PRIMARY KEY,
            newer TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE
        ) WITHOUT ROWID;
        CREATE INDEX earlier_version_newer ON earlier_version (newer);
    """)


def cache_m001(db: sqlite_utils.Database) -> None:
    db.executescript("""
        CREATE TABLE segmentation (           -- a document cut up for one compressor
            id INTEGER PRIMARY KEY,
            fingerprint TEXT NOT NULL,
            document TEXT NOT NULL,
            UNIQUE (fingerprint, document)
        );
        CREATE INDEX segmentation_document ON segmentation (document);
        CREATE TABLE segment (
            segmentation INTEGER NOT NULL REFERENCES segmentation (id) ON DELETE CASCADE,
            passage INTEGER NOT NULL,         -- its ordinal in the document
            first_token INTEGER NOT NULL,     -- in the passage's tokens
            token_ids BLOB NOT NULL,          -- int32, little-endian
            key TEXT NOT NULL,
            PRIMARY KEY (segmentation, passage, first_token)
        ) WITHOUT ROWID;
        CREATE INDEX segment_key ON segment (key);
        CREATE TABLE embedding (              -- the CEs of one segment, wherever it stands
            key TEXT PRIMARY KEY,
            fingerprint TEXT NOT NULL,
            rows INTEGER NOT NULL,
            width INTEGER NOT NULL,
            dtype TEXT NOT NULL,
            checksum INTEGER NOT NULL,        -- CRC-32 of data
            data BLOB NOT NULL
        );
        CREATE TABLE embedding_use (          -- apart, so that marking a use rewrites no CEs
            key TEXT PRIMARY KEY REFERENCES embedding (key) ON DELETE CASCADE,
            used_at INTEGER NOT NULL,         -- seconds since 1970
            size_bytes INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX embedding_use_order ON embedding_use (used_at, key, size_bytes);
    """)


def cache_m002(db: sqlite_utils.Database) -> None:
    db.executescript("""
        CREATE TABLE snapshot (               -- a file of KV in the folder prefixes
            key TEXT PRIMARY KEY,             -- of the reader and all parts up to its end
            parent TEXT REFERENCES snapshot (key) ON DELETE CASCADE,
            parts INTEGER NOT NULL,           -- up to its end, as are the positions
            positions INTEGER NOT NULL,
            complete INTEGER NOT NULL,        -- whether reading can go on after it
            size_bytes INTEGER NOT NULL,
            checksum INTEGER NOT NULL,
            used_at REAL NOT NULL             -- seconds since 1970
        ) WITHOUT ROWID;
        CREATE INDEX snapshot_parent ON snapshot (parent);
    """)


def cache_m003(db: sqlite_utils.Database) -> None:
    db.executescript("""
        CREATE TABLE compressor (             -- what people call what a fingerprint stands for
            fingerprint TEXT PRIMARY KEY,
            model TEXT NOT NULL,
            ratio INTEGER NOT NULL
        ) WITHOUT ROWID;
    """)


LIBRARY: tuple[Migration, ...] = (library_m001, library_m002)
CACHE: tuple[Migration, ...] = (cache_m001, cache_m002, cache_m003)
