"""Watched folders, files that change, and what was removed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from complm_app.gui.dialogs import LineDialog
from complm_app.gui.library_model import State
from complm_app.gui.main_window import MainWindow
from complm_app.gui.reader.header import PageField
from tests.fakes import FakeCompressor, make_model
from tests.gui.conftest import action_named, wait_for_state
from tests.gui.documents import make_pdf
from tests.gui.driving import ask, drop
from tests.gui.test_library_collections import lines, row, section

OpenWindow = Callable[..., MainWindow]

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    make_pdf(folder / "ferries.pdf", ["The first paper is about ferries."])
    return folder


@pytest.fixture
def quick(window: MainWindow) -> MainWindow:
    """Does not wait for files to be left alone."""
    window.desk.watching.settle_seconds = 0
    return window


@pytest.fixture
def watching(quick: MainWindow, papers: Path, qtbot: QtBot) -> MainWindow:
    """Papers is watched, and its file is in the library."""
    quick.desk.collections.watch(papers)
    wait_for_state(qtbot, quick, State.READY)
    return quick


def change(path: Path, pages: list[str]) -> None:
    """Writes another PDF; its time is another one however fast that was."""
    before = path.stat().st_mtime_ns
    make_pdf(path, pages)
    os.utime(path, ns=(before + 1_000_000_000, before + 1_000_000_000))


# ---- folders


def test_a_watched_folder_becomes_a_collection_of_its_documents(watching: MainWindow) -> None:
    assert lines(watching) == ["[papers]", "ferries"]


def test_what_comes_into_a_watched_folder_is_added_by_itself(
    watching: MainWindow, papers: Path, qtbot: QtBot
) -> None:
    (papers / "inner").mkdir()
    (papers / "inner" / "tides.md").write_text("High tide comes twice a day.", encoding="utf-8")
    wait_for_state(qtbot, watching, State.READY, count=2)
    assert lines(watching) == ["[papers]", "ferries", "tides"]


def test_what_came_while_the_window_was_closed_is_added_at_the_next_start(
    watching: MainWindow, papers: Path, open_window: OpenWindow, qtbot: QtBot
) -> None:
    watching.close()
    watching.shut_down()
    make_pdf(papers / "tides.pdf", ["High tide comes twice a day."])
    second = open_window()
    second.desk.watching.settle_seconds = 0
    wait_for_state(qtbot, second, State.READY, count=2)
    assert lines(second) == ["[papers]", "ferries", "tides"]


def test_a_document_that_was_there_before_is_put_into_the_collection(
    quick: MainWindow, papers: Path, qtbot: QtBot
) -> None:
    drop(quick, papers / "ferries.pdf")
    wait_for_state(qtbot, quick, State.READY)
    quick.desk.collections.watch(papers)
    qtbot.waitUntil(lambda: lines(quick) == ["[papers]", "ferries"])
    assert quick.documents.rows()[0].state is State.READY


def test_two_copies_in_a_watched_folder_are_one_document_and_stay_at_rest(
    watching: MainWindow, papers: Path, qtbot: QtBot
) -> None:
    shutil.copy(papers / "ferries.pdf", papers / "copy.pdf")
    id = watching.documents.rows()[0].key
    with qtbot.waitSignal(watching.intake.became_idle):
        pass
    wait_for_state(qtbot, watching, State.READY)
    assert [each.key for each in watching.documents.rows()] == [id]
    with qtbot.assertNotEmitted(watching.intake.became_idle, wait=900):
        watching.desk.watching.look()


def test_a_document_that_was_removed_does_not_come_back_by_itself(
    watching: MainWindow, qtbot: QtBot
) -> None:
    watching.remove(watching.documents.rows())
    watching.intake.removal.settle()
    with qtbot.assertNotEmitted(watching.intake.became_idle, wait=900):
        watching.desk.watching.look()
    assert watching.documents.rows() == []


def test_watching_can_be_stopped(watching: MainWindow, papers: Path, qtbot: QtBot) -> None:
    heading = section(watching, "papers")
    menu = watching.library.menus.menu(None, heading)
    action_named(menu, "Stop watching the folder").trigger()
    qtbot.waitUntil(lambda: section(watching, "papers").folder is None)
    make_pdf(papers / "tides.pdf", ["High tide comes twice a day."])
    with qtbot.assertNotEmitted(watching.intake.became_idle, wait=900):
        watching.desk.watching.look()
    assert lines(watching) == ["[papers]", "ferries"]


def test_a_folder_that_has_gone_is_said_in_its_heading_and_its_documents_stay(
    watching: MainWindow, papers: Path, qtbot: QtBot
) -> None:
    papers.rename(papers.with_name("elsewhere"))
    qtbot.waitUntil(lambda: section(watching, "papers").note() == "folder not found")
    assert lines(watching) == ["[papers]", "ferries"]
    assert not watching.reading.banner.isVisible()
    papers.with_name("elsewhere").rename(papers)
    watching.desk.watching.look()
    qtbot.waitUntil(lambda: section(watching, "papers").note() == "")


def test_what_is_wrong_with_a_file_that_came_by_itself_is_said_in_its_row_alone(
    watching: MainWindow, papers: Path, qtbot: QtBot
) -> None:
    (papers / "broken.pdf").write_bytes(b"%PDF-1.7\n1 0 obj and no more")
    make_pdf(papers / "secret.pdf", ["The code word is heron."], password="sesame")
    wanted = [State.READY, State.FAILED, State.LOCKED]
    qtbot.waitUntil(lambda: [each.state for each in watching.documents.rows()] == wanted)
    assert not watching.reading.banner.isVisible()
    assert watching.findChildren(LineDialog) == []
    watching.open_row(row(watching, "secret"))
    assert len(watching.findChildren(LineDialog)) == 1


def test_passwords_of_several_files_are_asked_for_one_after_the_other(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    names = ["one", "two"]
    files = [make_pdf(tmp_path / f"{n}.pdf", [n], password=f"open {n}") for n in names]
    drop(window, *files)
    wait_for_state(qtbot, window, State.LOCKED, count=2)
    for name in names:
        qtbot.waitUntil(lambda: len(window.findChildren(LineDialog)) == 1)
        field = window.findChild(LineDialog).findChild(QLineEdit)
        field.setText(f"open {name}")
        qtbot.keyClick(field, Qt.Key.Key_Return)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    wait_for_state(qtbot, window, State.READY, count=2)


# ---- files


def test_a_changed_file_is_read_again_and_only_what_is_new_is_compressed(
    open_window: OpenWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    compressor = FakeCompressor()
    window = open_window(load=lambda: make_model(compressor=compressor))
    window.desk.watching.settle_seconds = 0
    pages = [f"Page {n} is about boat number {n} and its crew of {n + 2}." for n in range(8)]
    path = make_pdf(tmp_path / "boats.pdf", pages)
    drop(window, path)
    wait_for_state(qtbot, window, State.READY)
    first, before = window.documents.rows()[0].key, sum(compressor.calls)
    said: list[str] = []
    window.documents.dataChanged.connect(
        lambda *_: said.extend(each.details() for each in window.documents.rows())
    )
    change(path, [*pages[:7], "The last page is about herons."])
    qtbot.waitUntil(lambda: [each.key for each in window.documents.rows()] != [first])
    wait_for_state(qtbot, window, State.READY)
    assert any("changed, re-reading" in each for each in said)
    assert sum(compressor.calls) - before < before / 4
    turn = ask(qtbot, window, "What is the last page about?")
    assert turn.text == "The last page is about herons."


def test_a_citation_of_a_changed_document_opens_the_page_where_it_stands_now(
    quick: MainWindow, report: Path, qtbot: QtBot
) -> None:
    drop(quick, report)
    wait_for_state(qtbot, quick, State.READY)
    turn = ask(qtbot, quick, "What is the pilot boat called?")
    first = quick.documents.rows()[0].key
    change(report, ["New.", "The harbour opened in 1987.", "The pilot boat is called Kestrel."])
    qtbot.waitUntil(lambda: [each.key for each in quick.documents.rows()] != [first])
    wait_for_state(qtbot, quick, State.READY)
    field = quick.reader.findChild(PageField)
    qtbot.waitUntil(lambda: field.text().endswith("/ 3"))  # the reader has noticed it too
    turn.chips[0].click()
    qtbot.waitUntil(lambda: quick.reader.state().page == 2)


def test_a_citation_that_a_change_has_taken_out_says_so(
    quick: MainWindow, report: Path, qtbot: QtBot
) -> None:
    drop(quick, report)
    wait_for_state(qtbot, quick, State.READY)
    turn = ask(qtbot, quick, "What is the pilot boat called?")
    first = quick.documents.rows()[0].key
    change(report, ["There is nothing left."])
    qtbot.waitUntil(lambda: [each.key for each in quick.documents.rows()] != [first])
    turn.chips[0].click()
    qtbot.waitUntil(lambda: quick.reading.banner.isVisible())
    assert quick.reading.banner.message().startswith("The document has changed")


def test_a_changed_file_that_cannot_be_read_keeps_what_was_read_before(
    quick: MainWindow, report: Path, qtbot: QtBot
) -> None:
    drop(quick, report)
    wait_for_state(qtbot, quick, State.READY)
    before = report.stat().st_mtime_ns
    report.write_bytes(b"%PDF-1.7\n1 0 obj and no more")
    os.utime(report, ns=(before + 1_000_000_000, before + 1_000_000_000))
    wait_for_state(qtbot, quick, State.FAILED)
    with qtbot.assertNotEmitted(quick.intake.became_idle, wait=900):
        quick.desk.watching.look()
    turn = ask(qtbot, quick, "What is the pilot boat called?")
    assert turn.text == "The pilot boat is called Kestrel."


def test_a_file_that_changed_while_the_window_was_closed_is_read_at_the_next_start(
    quick: MainWindow, report: Path, open_window: OpenWindow, qtbot: QtBot
) -> None:
    drop(quick, report)
    wait_for_state(qtbot, quick, State.READY)
    first = quick.documents.rows()[0].key
    quick.close()
    quick.shut_down()
    change(report, ["The pilot boat is called Heron."])
    second = open_window()
    second.desk.watching.settle_seconds = 0
    qtbot.waitUntil(lambda: [each.key for each in second.documents.rows()] not in ([], [first]))
    wait_for_state(qtbot, second, State.READY)
    assert second.documents.rows()[0].details() == "1 page"


# ---- removal


def test_a_removed_file_that_is_dropped_again_is_back(
    with_report: MainWindow, report: Path, qtbot: QtBot
) -> None:
    with_report.remove(with_report.documents.rows())
    drop(with_report, report)
    wait_for_state(qtbot, with_report, State.READY)
    with_report.intake.removal.settle()
    assert [each.title for each in with_report.documents.rows()] == ["Harbour report"]


def test_a_copy_of_a_removed_file_brings_the_document_back(
    with_report: MainWindow, report: Path, qtbot: QtBot
) -> None:
    with_report.remove(with_report.documents.rows())
    copy = Path(shutil.copy(report, report.with_name("copy.pdf")))
    drop(with_report, copy)
    wait_for_state(qtbot, with_report, State.READY)
    with_report.intake.removal.settle()
    qtbot.wait(100)
    assert [each.path for each in with_report.documents.rows()] == [copy]


def test_a_document_that_was_removed_while_it_was_read_goes_on_after_undo(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    pages = [f"Page {n} is about boat number {n}." for n in range(60)]
    drop(window, make_pdf(tmp_path / "boats.pdf", pages))
    qtbot.waitUntil(lambda: window.documents.rows()[0].state is State.WORKING)
    window.remove(window.documents.rows())
    window.intake.removal.undo()
    wait_for_state(qtbot, window, State.READY)
    assert row(window, "boats").details() == "60 pages"


def test_a_file_that_is_not_there_any_more_is_said_when_it_is_to_be_shown(
    window: MainWindow, tmp_path: Path
) -> None:
    window.desk.reveal(tmp_path / "gone" / "report.pdf")
    assert window.reading.banner.message() == (
        "“report.pdf” is not where it was when it was added."
    )
