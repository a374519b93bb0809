"""What a person does with the window, from dropping a file to closing it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from complm_app.engine.protocol import Model
from complm_app.errors import ModelMissingError
from complm_app.gui.controls import IconButton
from complm_app.gui.dialogs import CrashDialog, LineDialog
from complm_app.gui.library_model import State
from complm_app.gui.main_window import MainWindow
from complm_app.gui.reader.header import PageField
from complm_app.gui.reader.text_view import TextView
from complm_app.gui.turn_view import TurnView
from tests.fakes import FakeCompressor, FakeReader, make_model
from tests.gui.conftest import wait_for_state
from tests.gui.documents import make_pdf

OpenWindow = Callable[..., MainWindow]

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(40, 200),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)
    assert event.isAccepted()


def plain(text: str) -> str:
    """Without the spaces at which no line is broken."""
    return text.replace("\u00a0", " ")


def ask(qtbot: QtBot, window: MainWindow, question: str) -> TurnView:
    """Types a question, sends it with Enter, waits until it is answered."""
    box = window.chat_pane.composer.box
    qtbot.keyClicks(box, question)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.chat.is_answering(), timeout=60_000)
    return window.chat_pane.conversation.turns[-1]


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


def test_an_answer_streams_in_and_shows_what_it_stands_on(
    with_report: MainWindow, qtbot: QtBot
) -> None:
    turn = ask(qtbot, with_report, "What is the pilot boat called?")
    assert turn.text == "The pilot boat is called Kestrel."
    assert [chip.text() for chip in turn.chips] == ["1 · p. 1"]
    assert turn.quote.mark() == "word for word on page 1"
    assert plain(turn.quiet.text()).startswith("Read all 2 pages · ")
    assert "segments reused · first word after" in plain(turn.quiet.text())


def test_a_click_on_a_citation_opens_its_page_in_the_reader(
    with_report: MainWindow, qtbot: QtBot
) -> None:
    turn = ask(qtbot, with_report, "What is the pilot boat called?")
    with_report.reading.close()
    qtbot.mouseClick(turn.chips[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: with_report.reader.state().page == 1)


def test_what_a_question_would_take_is_shown_while_it_is_written(
    with_report: MainWindow, qtbot: QtBot
) -> None:
    composer = with_report.chat_pane.composer
    qtbot.keyClicks(composer.box, "What is the pilot boat called?")
    qtbot.waitUntil(lambda: " tokens" in composer.estimate.whole_text())
    assert "first word" not in composer.estimate.whole_text()  # nothing was measured yet
    qtbot.keyClick(composer.box, Qt.Key.Key_Return)
    assert composer.estimate.whole_text() == ""
    qtbot.waitUntil(lambda: not with_report.chat.is_answering(), timeout=60_000)
    qtbot.keyClicks(composer.box, "When did the harbour open?")
    qtbot.waitUntil(lambda: "first word in about" in composer.estimate.whole_text())


def test_an_answer_says_which_files_were_still_being_read(
    with_report: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    with_report.status.set_paused(True)
    drop(with_report, make_pdf(tmp_path / "tides.pdf", ["High tide comes twice a day."]))
    with_report.library.select([])
    turn = ask(qtbot, with_report, "What is the pilot boat called?")
    line = plain(turn.quiet.text())
    assert line.startswith("Read all 2 pages · 1 document was still being read · ")
    with_report.status.set_paused(False)
    wait_for_state(qtbot, with_report, State.READY, count=2)


def test_what_the_document_does_not_say_is_said(with_report: MainWindow, qtbot: QtBot) -> None:
    turn = ask(qtbot, with_report, "Zebras?")
    assert turn.text == "The document does not say."
    assert turn.chips == []
    assert turn.quote.isHidden()


def test_stop_ends_the_answer_and_keeps_what_was_written(
    open_window: OpenWindow, report: Path, qtbot: QtBot
) -> None:
    model = make_model()
    slow = _SlowReader()
    window = open_window(load=lambda: _with_reader(model, slow))
    drop(window, report)
    wait_for_state(qtbot, window, State.READY)
    box, button = window.chat_pane.composer.box, window.chat_pane.composer.button
    qtbot.keyClicks(box, "What is the pilot boat called?")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert button.text() == "Stop"
    turn = window.chat_pane.conversation.turns[-1]
    qtbot.waitUntil(lambda: bool(turn.text))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    slow.go_on.set()
    qtbot.waitUntil(lambda: not window.chat.is_answering())
    assert (turn.quiet.text(), button.text()) == ("Stopped", "Ask")
    assert turn.text == "The pilot"  # the step that was being taken, and no further


def test_a_question_that_is_stopped_before_any_answer_says_so_in_the_answers_place(
    with_report: MainWindow, qtbot: QtBot
) -> None:
    with_report.chat.ask("What is the pilot boat called?")
    with_report.chat.stop()  # there is no chat yet to keep an answer in
    [turn] = with_report.chat_pane.conversation.turns
    assert (turn.answer.toPlainText(), turn.quiet.text(), turn.text) == ("Stopped", "", "")
    buttons = {each.accessibleName(): each for each in turn.findChildren(IconButton)}
    assert buttons["Copy the answer"].isHidden()
    buttons["Ask this again"].click()
    qtbot.waitUntil(lambda: turn.text == "The pilot boat is called Kestrel.")


def test_up_recalls_the_last_question(with_report: MainWindow, qtbot: QtBot) -> None:
    ask(qtbot, with_report, "What is the pilot boat called?")
    box = with_report.chat_pane.composer.box
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert box.toPlainText() == "What is the pilot boat called?"
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.toPlainText() == ""


def test_shift_enter_starts_a_new_line(window: MainWindow, qtbot: QtBot) -> None:
    box = window.chat_pane.composer.box
    qtbot.keyClicks(box, "one")
    qtbot.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(box, "two")
    assert box.toPlainText() == "one\ntwo"
    assert window.chat_pane.conversation.turns == []


def test_a_question_to_an_empty_library_says_what_to_do(window: MainWindow, qtbot: QtBot) -> None:
    turn = ask(qtbot, window, "What is this?")
    assert turn.banner.isVisible()
    assert turn.banner.message() == "The library is empty."


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
        qtbot.waitUntil(lambda: bool(_open_dialogs(window)), timeout=60_000)
        dialog = _open_dialogs(window)[0]
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


def test_a_removal_that_is_not_undone_is_kept_when_the_window_closes(
    open_window: OpenWindow, report: Path, qtbot: QtBot
) -> None:
    first = open_window()
    drop(first, report)
    wait_for_state(qtbot, first, State.READY)
    first.remove(first.documents.rows())
    first.close()
    first.shut_down()
    second = open_window()
    with qtbot.waitSignal(second.intake.listed):
        pass
    assert second.documents.rows() == []


def test_several_selected_documents_are_the_scope_of_the_chat(
    with_report: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    drop(with_report, make_pdf(tmp_path / "tides.pdf", ["High tide comes twice a day."]))
    wait_for_state(qtbot, with_report, State.READY, count=2)
    with_report.library.select([row.key for row in with_report.documents.rows()])
    turn = ask(qtbot, with_report, "When does high tide come?")
    assert turn.shown is not None
    assert turn.shown.coverage.pages_total == 3


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


def test_closing_in_the_middle_of_work_ends_all_threads_and_the_next_start_goes_on(
    open_window: OpenWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    lines = [f"Line {n} is about boat number {n} and its crew of {n + 2}." for n in range(60)]
    first = open_window()
    drop(first, make_pdf(tmp_path / "long.pdf", lines))
    qtbot.waitUntil(lambda: first.documents.rows()[0].state is State.WORKING, timeout=60_000)
    first.close()
    first.shut_down()
    assert not [t for t in threading.enumerate() if t.name.startswith("complm")]
    second = open_window()
    drop(second, tmp_path / "long.pdf")
    wait_for_state(qtbot, second, State.READY)


def test_files_that_were_not_read_when_the_window_closed_are_read_at_the_next_start(
    open_window: OpenWindow, report: Path, qtbot: QtBot
) -> None:
    first = open_window()
    first.status.set_paused(True)
    drop(first, report)
    first.close()
    first.shut_down()
    second = open_window()
    wait_for_state(qtbot, second, State.READY)


def test_a_file_that_came_into_the_library_just_before_a_crash_has_one_line(
    open_window: OpenWindow, report: Path, qtbot: QtBot
) -> None:
    first = open_window()
    drop(first, report)
    wait_for_state(qtbot, first, State.READY)
    first.close()
    first.shut_down()
    first.remembered.keep("open/unread", json.dumps([[str(report), None]]))
    first.remembered.write()
    second = open_window()
    with qtbot.waitSignal(second.intake.listed):
        pass
    assert [row.path for row in second.documents.rows()] == [report]


def test_all_files_are_read_before_any_is_compressed_to_its_end(
    open_window: OpenWindow, report: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    compressor = _HeldCompressor(batch=16)
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


def test_a_document_can_be_asked_about_while_it_is_compressed(
    open_window: OpenWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    compressor = _HeldCompressor(batch=16)
    window = open_window(load=lambda: make_model(compressor=compressor))
    lines = [f"Line {n} is about boat number {n} and its crew of {n + 2}." for n in range(40)]
    drop(window, make_pdf(tmp_path / "boats.pdf", lines))
    qtbot.waitUntil(lambda: window.documents.rows()[0].document is not None)
    [row] = window.documents.rows()
    assert row.state is State.WORKING
    assert row.details().startswith("40 pages · ")
    states: list[State] = []
    window.chat.answered.connect(lambda _: states.append(row.state))
    window.chat.ask("Which crew does boat number 3 have?")
    compressor.go_on.set()
    qtbot.waitUntil(lambda: bool(states))
    assert states == [State.WORKING]
    wait_for_state(qtbot, window, State.READY)


def test_stopping_the_work_keeps_what_is_in_the_library(
    open_window: OpenWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    compressor = _HeldCompressor(batch=16)
    window = open_window(load=lambda: make_model(compressor=compressor))
    lines = [f"Line {n} is about boat number {n} and its crew of {n + 2}." for n in range(20)]
    drop(window, make_pdf(tmp_path / "long.pdf", lines))
    qtbot.waitUntil(lambda: bool(compressor.calls), timeout=60_000)
    window.status.cancel.click()
    compressor.go_on.set()
    wait_for_state(qtbot, window, State.STORED)


def test_the_next_start_shows_the_same_document_page_and_chat(
    open_window: OpenWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    boats = [f"Boat {n} has a crew of {n + 2}." for n in range(7)]
    pages = [*boats, "The pilot boat is called Kestrel.", *boats]
    first = open_window()
    drop(first, make_pdf(tmp_path / "boats.pdf", pages))
    wait_for_state(qtbot, first, State.READY)
    turn = ask(qtbot, first, "What is the pilot boat called?")
    turn.chips[0].click()
    qtbot.waitUntil(lambda: first.reader.state().page == 7)
    first.close()
    first.shut_down()

    second = open_window()
    qtbot.waitUntil(lambda: second.reader.state().page == 7)
    qtbot.waitUntil(lambda: len(second.chat_pane.conversation.turns) == 1)
    restored = second.chat_pane.conversation.turns[0]
    assert (restored.text, restored.quote.mark()) == (turn.text, "word for word on page 8")
    assert second.chat_pane.title.whole_text() == "What is the pilot boat called?"


def test_the_first_start_opens_the_demo_with_three_questions_to_click(
    open_window: OpenWindow, report: Path, qtbot: QtBot
) -> None:
    window = open_window(demo=report)
    wait_for_state(qtbot, window, State.READY)
    suggestions = window.chat_pane.conversation.suggestions()
    assert len(suggestions) == 3
    qtbot.mouseClick(suggestions[0], Qt.MouseButton.LeftButton)
    assert window.chat_pane.conversation.turns[0].question == suggestions[0].text()
    qtbot.waitUntil(lambda: not window.chat.is_answering())


def test_asking_again_replaces_the_answer_in_its_place(
    with_report: MainWindow, qtbot: QtBot
) -> None:
    first = ask(qtbot, with_report, "What is the pilot boat called?")
    ask(qtbot, with_report, "When did the harbour open?")
    first.again_wanted.emit()
    assert (first.chips, first.text) == ([], "")
    qtbot.waitUntil(lambda: not with_report.chat.is_answering())
    assert first.text == "The pilot boat is called Kestrel."
    assert [chip.text() for chip in first.chips] == ["1 · p. 1"]
    chat = with_report.chat.chat
    assert chat is not None
    with_report.chat.open(chat)
    questions = ["What is the pilot boat called?", "When did the harbour open?"]
    conversation = with_report.chat_pane.conversation
    qtbot.waitUntil(lambda: [turn.question for turn in conversation.turns] == questions)


def test_an_answer_that_is_asked_for_again_and_stopped_stays(
    with_report: MainWindow, qtbot: QtBot
) -> None:
    turn = ask(qtbot, with_report, "What is the pilot boat called?")
    line = turn.quiet.text()
    turn.again_wanted.emit()
    with_report.chat.stop()
    qtbot.waitUntil(lambda: not with_report.chat.is_answering())
    assert turn.text == "The pilot boat is called Kestrel."
    assert line.startswith(turn.quiet.text().split(" · ")[0])
    assert len(turn.chips) == 1


def test_a_failure_to_answer_again_keeps_the_answer_and_says_why(
    with_report: MainWindow, qtbot: QtBot
) -> None:
    turn = ask(qtbot, with_report, "What is the pilot boat called?")
    turn.start_over()
    turn.fail(ModelMissingError("The model is gone.", "Choose another one."))
    assert turn.text == "The pilot boat is called Kestrel."
    assert "The model is gone." in turn.banner.message()
    assert not turn.banner.isHidden()


def test_what_memory_kept_from_being_read_is_said_with_the_answer(
    with_report: MainWindow, qtbot: QtBot
) -> None:
    turn = ask(qtbot, with_report, "What is the pilot boat called?")
    assert turn.shown is not None
    limit = "memory has room for 900 of the 4,096 positions of it"
    coverage = replace(turn.shown.coverage, mode="passages", pages_read=1, limit=limit)
    turn.finish(replace(turn.shown, coverage=coverage))
    line = plain(turn.quiet.text())
    assert line.startswith("Read 1 of 2 pages · no memory for more · ")
    assert turn.quiet.toolTip().endswith(limit.replace("memory", "Memory", 1))


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


def test_an_answer_can_be_copied(with_report: MainWindow, qtbot: QtBot) -> None:
    turn = ask(qtbot, with_report, "What is the pilot boat called?")
    turn.copy()
    assert QGuiApplication.clipboard().text() == turn.text


class _HeldCompressor(FakeCompressor):
    """Waits after the first batch until it may go on."""

    def __init__(self, batch: int) -> None:
        super().__init__(batch=batch)
        self.go_on = threading.Event()

    def compress(self, segments, ratio):  # type: ignore[no-untyped-def]
        if self.calls:
            self.go_on.wait(10)
        return super().compress(segments, ratio)


class _SlowReader(FakeReader):
    """Waits after the first word until it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def read(self, plan):  # type: ignore[no-untyped-def]
        for nth, step in enumerate(super().read(plan)):
            yield step
            if nth == 2:
                self.go_on.wait(10)


def _with_reader(model: Model, reader: FakeReader) -> Model:
    from dataclasses import replace

    return replace(model, reader=reader)


def _open_dialogs(window: MainWindow) -> list[LineDialog]:
    return [dialog for dialog in window.findChildren(LineDialog) if dialog.isVisible()]
