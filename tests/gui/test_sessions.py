"""The window is closed in the middle of it all, and started again."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from complm_app.gui.library_model import State
from complm_app.gui.main_window import MainWindow
from tests.gui.conftest import wait_for_state
from tests.gui.documents import make_pdf
from tests.gui.driving import (
    ask,
    drop,
)

OpenWindow = Callable[..., MainWindow]

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


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
