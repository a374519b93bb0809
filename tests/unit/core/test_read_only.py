"""Databases in a folder that may only be read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from complm_app.core.cache import Cache
from complm_app.core.database import open_database
from complm_app.core.library import Library
from complm_app.core.migrations import LIBRARY
from complm_app.errors import StoreError
from tests.unit.core.documents import FERRY, add

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="folders are writable there")


@contextmanager
def may_only_read(folder: Path) -> Iterator[None]:
    """Root may write anywhere, so it is somebody else in here."""
    root = os.geteuid() == 0
    for each in (folder, *folder.parents):
        if root and each.stat().st_uid == 0 and each != Path(each.anchor):
            each.chmod(each.stat().st_mode | 0o055)
    files = list(folder.iterdir())
    for each in files:
        each.chmod(0o444)
    folder.chmod(0o555)
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)
        for each in files:
            each.chmod(0o644)


def test_a_library_that_may_not_be_written_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Library.open(path) as library:
        added = add(library, FERRY, "ferry.pdf", "The ferry sails.")
        assert not library.read_only
    with may_only_read(tmp_path), Library.open(path) as library:
        assert library.read_only
        assert library.documents() == [added]
        with pytest.raises(StoreError, match=r"cannot be opened or written"):
            library.remove_document(FERRY)


def test_a_cache_that_may_not_be_written_notes_no_uses_and_evicts_nothing(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    Cache.open(path).close()
    with may_only_read(tmp_path), Cache.open(path) as cache:
        assert cache.blocks(["a" * 32]) == {}
        assert cache.evict(0) == 0


def test_an_older_library_that_cannot_be_brought_up_to_date_says_so(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    open_database(path, LIBRARY[:1]).close()
    with may_only_read(tmp_path), pytest.raises(StoreError, match="older version"):
        Library.open(path)


def test_a_folder_without_a_library_is_refused_as_before(tmp_path: Path) -> None:
    with may_only_read(tmp_path), pytest.raises(StoreError, match="cannot be opened"):
        Library.open(tmp_path / "library.db")
