"""What a person does with documents in the window, from dropping a file to removing it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from complm_app.engine.protocol import Model
from complm_app.errors import ModelMissingError
from complm_app.gui.dialogs import CrashDialog
from complm_app.gui.library_model import State
from complm_app.gui.main_window import MainWindow
from complm_app.gui.reader.header import PageField
from complm_app.gui.reader.text_view import TextView
from tests.fakes import make_model
from tests.gui.conftest import wait_for_state
from tests.gui.documents import make_pdf
from tests.gui.driving import (
    HeldCompressor,
    drop,
    open_dialogs,
)

OpenWindow = Callable[..., MainWindow]

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


def test_a_dropped_file_is_read_compressed_and_opened(
    window: MainWindow, report: Path, qtbot: QtBot
) -> None:
    drop(window, report)
    wait_for_state(qtbot, window, State.READY)
    row = window.documents.rows()[0]
    assert row.details() == "2 pages"
    qtbot.waitUntil(lambda: window.reader.state().path == report)
    assert window.library.selected() == [row]


def test_a_document_that_was_opened_while_it_was_read_gets_its_printed_labels(
    with_report: MainWindow, qtbot: QtBot
) -> None:
    field = with_report.reader.findChild(PageField)
    qtbot.waitUntil(lambda: field.text() == "i / 2")


def test_a_dropped_folder_brings_what_can_be_read_in_it(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "papers"
    (folder / "inner").mkdir(parents=True)
    make_pdf(folder / "one.pdf", ["The first paper is about ferries."])
    (folder / "inner" / "two.md").write_text("# Two\n\nThe second paper is about tides.")
    (folder / "picture.png").write_bytes(b"no document")
    drop(window, folder)
    wait_for_state(qtbot, window, State.READY, count=2)
    assert {row.path.name for row in window.documents.rows()} == {"one.pdf", "two.md"}


def test_a_second_add_of_the_same_file_shows_the_one_that_is_there(
    with_report: MainWindow, report: Path, qtbot: QtBot
) -> None:
    with_report.library.select([])
    drop(with_report, report)
    wait_for_state(qtbot, with_report, State.READY)
    qtbot.waitUntil(lambda: len(with_report.library.selected()) == 1)


def test_a_file_that_cannot_be_read_says_why_and_leaves_the_others(
    with_report: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\n1 0 obj and no more")
    drop(with_report, broken)
    qtbot.waitUntil(lambda: with_report.documents.rows()[-1].state is State.FAILED)
    good, bad = with_report.documents.rows()
    assert good.state is State.READY
    assert bad.error is not None
    assert bad.details() == "Is cut off: the end of the PDF is missing"
    assert with_report.reading.banner.message() == bad.error.message


def test_a_failed_file_can_be_tried_again_once_it_is_mended(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "later.pdf"
    path.write_bytes(b"%PDF-1.7\n1 0 obj and no more")
    drop(window, path)
    wait_for_state(qtbot, window, State.FAILED)
    make_pdf(path, ["Now it is whole."])
    window.retry(window.documents.rows()[0])
    wait_for_state(qtbot, window, State.READY)


def test_a_failed_file_that_is_dropped_again_is_tried_again(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "later.pdf"
    path.write_bytes(b"%PDF-1.7\n1 0 obj and no more")
    drop(window, path)
    wait_for_state(qtbot, window, State.FAILED)
    make_pdf(path, ["Now it is whole."])
    drop(window, path)
    wait_for_state(qtbot, window, State.READY)


def test_a_protected_file_asks_for_its_password_until_it_is_right(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    path = make_pdf(tmp_path / "secret.pdf", ["The code word is heron."], password="sesame")
    drop(window, path)
    for password in ("wrong", "sesame"):
        qtbot.waitUntil(lambda: bool(open_dialogs(window)), timeout=60_000)
        dialog = open_dialogs(window)[0]
        field = dialog.findChild(QLineEdit)
        qtbot.keyClicks(field, password)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    wait_for_state(qtbot, window, State.READY)
    qtbot.waitUntil(lambda: window.reader.state().path == path)


def test_a_model_that_is_missing_is_said_once_and_the_document_is_kept(
    open_window: OpenWindow, report: Path, qtbot: QtBot
) -> None:
    def load() -> Model:
        raise ModelMissingError("There is no model folder.", "Choose a folder with a model.")

    window = open_window(load=load)
    drop(window, report)
    wait_for_state(qtbot, window, State.STORED)
    assert window.chat_pane.banner.message() == "There is no model folder."
    assert window.documents.rows()[0].details() == "2 pages"


def test_a_bug_opens_a_report_to_copy_and_the_window_goes_on(
    open_window: OpenWindow, report: Path, qtbot: QtBot
) -> None:
    def load() -> Model:
        raise ZeroDivisionError("a bug on purpose")

    window = open_window(load=load)
    drop(window, report)
    qtbot.waitUntil(lambda: bool(window.findChildren(CrashDialog)), timeout=60_000)
    dialog = window.findChildren(CrashDialog)[0]
    assert "ZeroDivisionError: a bug on purpose" in dialog.report
    dialog.reject()


def test_a_removed_document_comes_back_with_undo(with_report: MainWindow, qtbot: QtBot) -> None:
    row = with_report.documents.rows()[0]
    with_report.library.select([row.key])
    with_report.library.menus.remove.trigger()
    assert with_report.documents.rows() == []
    with_report.intake.removal.undo()
    wait_for_state(qtbot, with_report, State.READY)


def test_a_text_that_is_named_like_a_pdf_is_read_and_shown_as_a_text(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "Ferry.pdf"
    file.write_text("The ferry leaves at nine.\n", "utf-8")
    window.add([file])
    wait_for_state(qtbot, window, State.READY)
    qtbot.waitUntil(lambda: window.reader.state().path == file)
    shown = window.reader.findChild(TextView)
    assert isinstance(shown, TextView)
    assert "leaves at nine" in shown.toPlainText()


def test_the_filter_shows_documents_whose_titles_have_its_text(
    with_report: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    drop(with_report, make_pdf(tmp_path / "tides.pdf", ["High tide comes twice a day."]))
    wait_for_state(qtbot, with_report, State.READY, count=2)
    qtbot.keyClicks(with_report.library.filter, "TIDE")
    assert with_report.documents.rowCount() == 1
    qtbot.keyClick(with_report.library.filter, Qt.Key.Key_Escape)
    assert with_report.documents.rowCount() == 2


def test_all_files_are_read_before_any_is_compressed_to_its_end(
    open_window: OpenWindow, report: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    compressor = HeldCompressor(batch=16)
    window = open_window(load=lambda: make_model(compressor=compressor))
    lines = [f"Line {n} is about boat number {n} and its crew of {n + 2}." for n in range(20)]
    drop(window, make_pdf(tmp_path / "long.pdf", lines), report)

    def long_is_read() -> bool:
        row = window.documents.rows()[0]
        stage = row.progress.stage if row.progress else "reading"
        return row.document is not None or stage != "reading"

    qtbot.waitUntil(long_is_read, timeout=60_000)
    ready: list[list[bool]] = []

    def note() -> None:
        rows = window.documents.rows()
        if any(row.state is State.READY for row in rows):
            ready.append([row.id is not None for row in rows])

    window.documents.dataChanged.connect(note)
    window.documents.modelReset.connect(note)
    compressor.go_on.set()
    wait_for_state(qtbot, window, State.READY, count=2)
    assert ready[0] == [True, True]


def test_stopping_the_work_keeps_what_is_in_the_library(
    open_window: OpenWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    compressor = HeldCompressor(batch=16)
    window = open_window(load=lambda: make_model(compressor=compressor))
    lines = [f"Line {n} is about boat number {n} and its crew of {n + 2}." for n in range(20)]
    drop(window, make_pdf(tmp_path / "long.pdf", lines))
    qtbot.waitUntil(lambda: bool(compressor.calls), timeout=60_000)
    window.status.cancel.click()
    compressor.go_on.set()
    wait_for_state(qtbot, window, State.STORED)


def test_a_library_is_not_called_empty_before_it_was_looked_into(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    assert not window.library.empty.isVisible()
    qtbot.waitUntil(window.library.empty.isVisible)


def test_an_empty_library_offers_the_demo(
    open_window: OpenWindow, report: Path, qtbot: QtBot
) -> None:
    window = open_window(demo=report)
    wait_for_state(qtbot, window, State.READY)
    window.remove(window.documents.rows())
    assert window.chat_pane.conversation.suggestions() == []
    assert window.library.empty.isVisible()
    window.library.empty.demo.click()
    wait_for_state(qtbot, window, State.READY)
    assert len(window.chat_pane.conversation.suggestions()) == 3


def test_a_library_whose_documents_the_filter_hides_is_not_called_empty(
    with_report: MainWindow,
) -> None:
    with_report.library.filter.setText("nothing is called so")
    assert not with_report.library.empty.isVisible()
    assert with_report.library.drop_zone.isVisible()
