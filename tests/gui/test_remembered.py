"""What the window remembers between two starts."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest
from PySide6.QtCore import QByteArray

from complm_app.gui.remembered import Remembered
from complm_app.paths import Paths
from complm_app.session import open_session


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return open_session(tmp_path).paths


def test_what_was_written_is_known_at_the_next_start(paths: Paths) -> None:
    first = Remembered(paths)
    assert first.is_first_run
    first.set_started()
    first.keep("window/geometry", QByteArray(b"\x00wide"))
    first.keep("window/pane0", False)
    first.keep_place("report", 7, 1.25)
    first.write()
    second = Remembered(paths)
    assert not second.is_first_run
    assert second.bytes("window/geometry") == QByteArray(b"\x00wide")
    assert second.flag("window/pane0", True) is False
    assert second.place("report") == (7, 1.25)


def test_a_place_moves_with_its_document(paths: Paths) -> None:
    first = Remembered(paths)
    first.keep_place("earlier", 3, 1.0)
    first.write()
    first.move_place("earlier", "newer")
    assert (first.place("earlier"), first.place("newer")) == (None, (3, 1.0))
    first.write()
    second = Remembered(paths)
    assert (second.place("earlier"), second.place("newer")) == (None, (3, 1.0))


def test_values_of_the_wrong_kind_count_as_missing(paths: Paths) -> None:
    first = Remembered(paths)
    for name in ("open/unread", "library/closed", "window/geometry"):
        first.keep(name, "no such thing")
    first.write()
    second = Remembered(paths)
    assert second.files("open/unread") == []
    assert second.numbers("library/closed") == []
    assert second.bytes("window/geometry") == QByteArray()


def test_what_is_kept_while_another_thread_writes_is_not_lost(paths: Paths) -> None:
    first = Remembered(paths)
    writers = [Thread(target=first.write) for _ in range(4)]
    for n in range(200):
        first.keep(f"places/{n}/page", n)
        if n % 50 == 0:
            writers[n // 50].start()
    for writer in writers:
        writer.join()
    first.write()
    assert [Remembered(paths).number(f"places/{n}/page", -1) for n in range(200)] == [*range(200)]
