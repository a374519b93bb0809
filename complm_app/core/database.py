"""What both databases share: opening, transactions, and sqlite's errors in the user's words."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from complm_app.core.migrations import Migration, migrate
from complm_app.errors import StoreBusyError, StoreCorruptError, StoreError, StoreFullError

if TYPE_CHECKING:
    import sqlite_utils

BUSY_SECONDS = 5.0


class Store:
    """A database file and one connection to it, for one thread.

    Every method raises a StoreError: StoreBusyError, StoreFullError, StoreCorruptError.
    """

    __slots__ = ("db", "path")

    def __init__(self, path: Path, db: sqlite_utils.Database) -> None:
        self.path = path
        self.db = db

    @property
    def read_only(self) -> bool:
        """Whether the file could only be opened to be read."""
        with self.reading() as connection:
            return bool(connection.execute("PRAGMA query_only").fetchone()[0])

    def close(self) -> None:
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def problems(self) -> list[str]:
        """What sqlite finds wrong with the whole file; empty when it is sound. Reads all of it."""
        try:
            with self.reading() as connection:
                rows = connection.execute("PRAGMA integrity_check").fetchall()
                broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        except StoreCorruptError as e:
            return [e.message]
        found = [str(row[0]) for row in rows if row[0] != "ok"]
        return found + [f"a row of {row[0]} refers to a missing row of {row[2]}" for row in broken]

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection, None, None]:
        with self._errors():
            yield self.db.conn

    @contextmanager
    def writing(self) -> Generator[sqlite3.Connection, None, None]:
        """One transaction: all of the block is committed, or nothing of it."""
        with self._errors(), transaction(self.db.conn):
            yield self.db.conn

    @contextmanager
    def _errors(self) -> Generator[None, None, None]:
        with translated_errors(self.path):
            yield


def open_database(
    path: Path, migrations: tuple[Migration, ...], layout: Sequence[str] = ()
) -> sqlite_utils.Database:
    """Opens or makes the file, and brings it up to date. `layout`: PRAGMAs that shape a new one.

    A file that may not be written is opened to be read; writing to it raises a StoreError later.
    Raises a StoreError; StoreTooNewError when a later version of the program wrote the file.
    """
    with translated_errors(path):
        try:
            return _opened_in_time(path, migrations, layout)
        except sqlite3.OperationalError as e:
            if _code(e) not in _NOT_WRITABLE or not path.is_file():
                raise
            return _opened_to_read(path, migrations)


def _opened_in_time(
    path: Path, migrations: tuple[Migration, ...], layout: Sequence[str]
) -> sqlite_utils.Database:
    """Tries again while another thread or program makes the same file: turning WAL on does not
    wait for them, whatever the connection's timeout."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return _opened_to_write(path, migrations, layout)
        except sqlite3.OperationalError as e:
            if _code(e) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(0.02)


def _opened_to_write(
    path: Path, migrations: tuple[Migration, ...], layout: Sequence[str]
) -> sqlite_utils.Database:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
    try:
        # The layout before WAL, which writes the file's header.
        for setting in (
            *layout,
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {setting}")
        db = _database(connection)
        migrate(db, path, migrations)
    except BaseException:
        connection.close()
        raise
    return db


def _opened_to_read(path: Path, migrations: tuple[Migration, ...]) -> sqlite_utils.Database:
    """For a folder that may not be written. Raises StoreError for an older version's file."""
    log = path.with_name(path.name + "-wal")
    # Without a log nobody has the file open, and sqlite need not write the log's index beside it.
    settled = not log.exists() or log.stat().st_size == 0
    name = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if settled else ''}"
    connection = sqlite3.connect(name, uri=True, timeout=BUSY_SECONDS)
    try:
        connection.execute("PRAGMA query_only = ON")
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version < len(migrations):
            raise StoreError(
                "{path} was written by an older version of CompLM and cannot be brought up to "
                "date: you may not write it.",
                "Open it once where you may write it, or choose another folder with --data-dir.",
                path=path,
            )
        db = _database(connection)
        migrate(db, path, migrations)  # refuses a newer version's file; there is nothing to do
    except BaseException:
        connection.close()
        raise
    return db


def _database(connection: sqlite3.Connection) -> sqlite_utils.Database:
    import sqlite_utils  # takes 0.1 s, so not at the top

    # No plugins: those of the user's other programs have no business here.
    return sqlite_utils.Database(connection, execute_plugins=False)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Generator[None, None, None]:
    """IMMEDIATE: waiting for another writer happens here, not half-way through the work."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # Some errors (a full disk) have rolled back already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def translated_errors(path: Path) -> Generator[None, None, None]:
    """sqlite's errors that are nobody's fault become StoreErrors; bugs pass through."""
    try:
        yield
    except sqlite3.Error as e:
        make = _ERRORS.get(_code(e))
        if make is None:
            raise
        raise make(path, str(e)) from e


def _code(error: sqlite3.Error) -> int:
    """The low byte: the rest is detail, such as which page of the file."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _busy(path: Path, detail: str) -> StoreError:
    return StoreBusyError(
        "{file} is being written by another program ({reason}).",
        "Close other CompLM windows or commands that use the same data folder, and try again.",
        file=path.name,
        reason=detail,
    )


def _full(path: Path, detail: str) -> StoreError:
    return StoreFullError(
        "There is no room to write {path} ({reason}).",
        "Free some disk space, or move the data folder with --data-dir, and try again.",
        path=path,
        reason=detail,
    )


def _no_access(path: Path, detail: str) -> StoreError:
    return StoreError(
        "{path} cannot be opened or written ({reason}).",
        "Check that the folder exists and that you may write to it, "
        "or choose another with --data-dir.",
        path=path,
        reason=detail,
    )


def _damaged(path: Path, detail: str) -> StoreError:
    return StoreCorruptError(
        "{path} is damaged ({reason}).",
        "The file was left as it is. Put a backup in its place, "
        "or move it away to start with an empty one.",
        path=path,
        reason=detail,
    )


def _disk(path: Path, detail: str) -> StoreError:
    return StoreError(
        "The disk failed while {path} was used ({reason}).",
        "Check the disk, its free space and its connection, and try again.",
        path=path,
        reason=detail,
    )


_NOT_WRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_ERRORS: dict[int, Any] = {
    sqlite3.SQLITE_BUSY: _busy,
    sqlite3.SQLITE_LOCKED: _busy,
    sqlite3.SQLITE_PROTOCOL: _busy,
    sqlite3.SQLITE_FULL: _full,
    sqlite3.SQLITE_PERM: _no_access,
    sqlite3.SQLITE_AUTH: _no_access,
    sqlite3.SQLITE_READONLY: _no_access,
    sqlite3.SQLITE_CANTOPEN: _no_access,
    sqlite3.SQLITE_CORRUPT: _damaged,
    sqlite3.SQLITE_NOTADB: _damaged,
    sqlite3.SQLITE_IOERR: _disk,
}


def storable(text: str) -> str:
    """`text` with each character that UTF-8 cannot hold replaced; the length stays."""
    return text.encode("utf-8", "replace").decode("utf-8")


def stored_path(path: Path) -> str | bytes:
    """Absolute. Bytes where the name is not text: sqlite takes only what UTF-8 can hold."""
    absolute = os.path.abspath(path)  # noqa: PTH100  (Path.resolve would follow links)
    try:
        absolute.encode()
    except UnicodeEncodeError:
        return os.fsencode(absolute)
    return absolute


def path_of(stored: str | bytes) -> Path:
    """The reverse of stored_path."""
    return Path(os.fsdecode(stored))
