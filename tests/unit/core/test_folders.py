"""What is new or has changed on disk."""

from __future__ import annotations

import os
from pathlib import Path

from complm_app.core.folders import Found, WatchedFolder, look
from complm_app.core.keys import document_id
from complm_app.core.library import Document


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def known(path: Path) -> Document:
    """As it is in the library after the file was added."""
    status = path.stat()
    return Document(
        document_id(path), path, path.stem, 1, 0, status.st_size, 0.0, status.st_mtime_ns
    )


def rewrite(path: Path, text: str) -> None:
    """In the same nanosecond or not: the time is another one."""
    before = path.stat().st_mtime_ns
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))


def test_files_that_are_as_they_were_are_not_mentioned(tmp_path: Path) -> None:
    assert look([known(written(tmp_path / "a.txt", "One."))], [], 0) == Found()


def test_other_bytes_are_a_change_and_the_same_ones_are_not(tmp_path: Path) -> None:
    changed, touched = (known(written(tmp_path / name, "One.")) for name in ("a.txt", "b.txt"))
    rewrite(changed.path, "Two.")
    rewrite(touched.path, "One.")
    found = look([changed, touched], [], 0)
    assert found.changed == (changed.id,)
    assert found.touched == ((touched.id, touched.path.stat().st_mtime_ns),)


def test_a_file_that_has_gone_has_not_changed(tmp_path: Path) -> None:
    gone = known(written(tmp_path / "a.txt", "One."))
    gone.path.unlink()
    assert look([gone], [], 0) == Found()


def test_a_file_that_is_being_written_is_left_for_the_next_look(tmp_path: Path) -> None:
    document = known(written(tmp_path / "a.txt", "One."))
    document.path.write_text("Two, three.", encoding="utf-8")
    written(tmp_path / "in" / "new.txt", "Four.")
    folder = WatchedFolder(1, tmp_path / "in", frozenset())
    assert look([document], [folder], 3600) == Found(unsettled=True)


def test_a_watched_folder_gives_what_can_be_read_and_was_not_taken_in(tmp_path: Path) -> None:
    old, new = (written(tmp_path / name, "x") for name in ("old.md", "inner/new.txt"))
    for name in (".hidden.txt", ".git/notes.txt", "picture.png"):
        written(tmp_path / name, "x")
    assert look([], [WatchedFolder(7, tmp_path, frozenset([old]))], 0).new == ((7, new),)


def test_a_folder_that_is_not_there_is_missing(tmp_path: Path) -> None:
    folders = [
        WatchedFolder(7, tmp_path / "gone", frozenset()),
        WatchedFolder(8, tmp_path, frozenset()),
    ]
    assert look([], folders, 0).missing == (7,)
