"""Questions and answers in the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from complm_app.engine.protocol import Added, Answered
from complm_app.errors import ModelMissingError
from complm_app.gui.controls import IconButton
from complm_app.gui.library_model import State
from complm_app.gui.main_window import MainWindow
from tests.fakes import make_model
from tests.gui.conftest import wait_for_state
from tests.gui.documents import make_pdf
from tests.gui.driving import (
    HeldCompressor,
    SlowReader,
    ask,
    drop,
    plain,
    with_reader,
)

OpenWindow = Callable[..., MainWindow]

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


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
    slow = SlowReader()
    window = open_window(load=lambda: with_reader(model, slow))
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


def test_several_selected_documents_are_the_scope_of_the_chat(
    with_report: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    drop(with_report, make_pdf(tmp_path / "tides.pdf", ["High tide comes twice a day."]))
    wait_for_state(qtbot, with_report, State.READY, count=2)
    with_report.library.select([row.key for row in with_report.documents.rows()])
    turn = ask(qtbot, with_report, "When does high tide come?")
    assert turn.shown is not None
    assert turn.shown.coverage.pages_total == 3


def test_a_document_can_be_asked_about_while_it_is_compressed(
    open_window: OpenWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    compressor = HeldCompressor(batch=16)
    window = open_window(load=lambda: make_model(compressor=compressor))
    lines = [f"Line {n} is about boat number {n} and its crew of {n + 2}." for n in range(40)]
    drop(window, make_pdf(tmp_path / "boats.pdf", lines))
    qtbot.waitUntil(lambda: window.documents.rows()[0].document is not None)
    [row] = window.documents.rows()
    assert row.state is State.WORKING
    assert row.details().startswith("40 pages · ")
    ended: list[type] = []
    window.bridge.happened.connect(lambda _, event: ended.append(type(event)))
    asked, ask = [], window.bridge.ask
    monkeypatch.setattr(window.bridge, "ask", lambda request: asked.append(request) or ask(request))
    window.chat.ask("Which crew does boat number 3 have?")
    qtbot.waitUntil(lambda: bool(asked))  # first a chat is made, in the databases' thread
    compressor.go_on.set()
    wait_for_state(qtbot, window, State.READY)
    qtbot.waitUntil(lambda: Answered in ended)
    assert [kind for kind in ended if kind in (Added, Answered)] == [Answered, Added]


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


def test_an_answer_can_be_copied(with_report: MainWindow, qtbot: QtBot) -> None:
    turn = ask(qtbot, with_report, "What is the pilot boat called?")
    turn.copy()
    assert QGuiApplication.clipboard().text() == turn.text
