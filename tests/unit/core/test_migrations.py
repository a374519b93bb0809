import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from complm_app.core.cache import Cache
from complm_app.core.database import open_database
from complm_app.core.library import Library
from complm_app.core.migrations import CACHE, LIBRARY
from complm_app.errors import StoreError, StoreTooNewError


def add_note(db: Any) -> None:
    db["chat"].add_column("note", str, not_null_default="")


def fail_half_way(db: Any) -> None:
    db["chat"].add_column("half", str)
    db.execute("INSERT INTO no_such_table VALUES (1)")


def columns(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    try:
        return {row[1] for row in connection.execute("PRAGMA table_info(chat)")}
    finally:
        connection.close()


def user_version(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


@pytest.fixture
def old_library(tmp_path: Path) -> Path:
    """As the first release writes it, with a chat in it."""
    path = tmp_path / "library.db"
    db = open_database(path, LIBRARY[:1])
    db.execute("INSERT INTO chat (title, created_at) VALUES ('Ferries', 1.5)")
    db.close()
    return path


def test_a_new_file_has_the_last_version(tmp_path: Path) -> None:
    Library.open(tmp_path / "library.db").close()
    Cache.open(tmp_path / "cache.db").close()
    assert user_version(tmp_path / "library.db") == len(LIBRARY)
    assert user_version(tmp_path / "cache.db") == len(CACHE)


def test_an_older_file_is_brought_up_to_date_and_keeps_its_rows(old_library: Path) -> None:
    db = open_database(old_library, (*LIBRARY[:1], add_note))
    assert db.execute("SELECT title, created_at, note FROM chat").fetchall() == [
        ("Ferries", 1.5, "")
    ]
    db.close()
    assert user_version(old_library) == 2


def test_a_migration_that_fails_leaves_the_file_as_it_was(old_library: Path) -> None:
    before = columns(old_library)
    with pytest.raises(sqlite3.OperationalError):
        open_database(old_library, (*LIBRARY[:1], add_note, fail_half_way))
    assert columns(old_library) == before
    assert user_version(old_library) == 1


def test_the_library_of_the_first_release_opens_today(old_library: Path) -> None:
    with Library.open(old_library) as library:
        assert [chat.title for chat in library.chats()] == ["Ferries"]


@pytest.mark.parametrize("kind", [Library, Cache])
def test_a_file_of_a_newer_program_is_refused_and_not_touched(tmp_path: Path, kind: Any) -> None:
    path = tmp_path / "some.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreTooNewError) as caught:
        kind.open(path)
    assert "Update" in caught.value.hint
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_a_store_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        Library.open(tmp_path / "nowhere" / "library.db")
    assert caught.value.hint


def test_importing_the_databases_loads_neither_sqlite_utils_nor_torch_nor_qt() -> None:
    code = (
        "import sys, complm_app.core.cache, complm_app.core.library, complm_app.core.search;"
        "unwanted = {'sqlite_utils', 'torch', 'transformers', 'PySide6'};"
        "print(sorted(unwanted & sys.modules.keys()))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
