"""The turns of a chat, one under the other, however many there are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMargins
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from complm_app.engine.protocol import Coverage, SegmentCounts, Timings
from complm_app.gui.chat import LAST_TURNS
from complm_app.gui.conversation import ConversationView
from complm_app.gui.main_window import MainWindow
from complm_app.gui.shown import Shown
from complm_app.gui.turn_column import TurnColumn
from complm_app.gui.turn_view import TurnView
from tests.gui.driving import ask

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

TOP = 16  # of the first turn in the column
SHOWN = Shown(
    question="How high is the tide?",
    text="The tide is five metres high.",
    found=True,
    citations=(),
    coverage=Coverage(1, 1, "whole"),
    segments=SegmentCounts(1, 1, 0),
    timings=Timings(0.1, 0.1, 0.1, 0.3, 0.5),
    model="Fake",
    ratio=2,
    titles={},
)


class Item(QWidget):
    """Counts how often it is measured."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.measured = 0
        self.label = QLabel(text)
        self.label.setWordWrap(True)
        item = self

        class Column(QVBoxLayout):
            def heightForWidth(self, width: int) -> int:
                item.measured += 1
                return super().heightForWidth(width)

        Column(self).addWidget(self.label)


@pytest.fixture
def column(qtbot: QtBot, themed: None) -> TurnColumn:
    made = TurnColumn(QMargins(10, 20, 10, 20), 16)
    qtbot.addWidget(made)
    made.resize(300, 600)
    made.show()
    return made


def test_items_stand_one_under_the_other_as_high_as_their_texts(column: TurnColumn) -> None:
    short, long = Item("Short"), Item("A text of so many words that it takes lines. " * 4)
    column.add(short)
    column.add(long)
    assert short.geometry().topLeft().toTuple() == (10, 20)
    assert long.y() == short.geometry().bottom() + 1 + 16
    assert long.height() > short.height()
    assert column.sizeHint().height() == long.geometry().bottom() + 1 + 20


def test_only_an_item_that_has_changed_is_measured_anew(column: TurnColumn, qtbot: QtBot) -> None:
    items = [Item(f"Text {n}") for n in range(3)]
    for item in items:
        column.add(item)
    QApplication.processEvents()  # what adding has left behind
    before = [item.measured for item in items]
    height = items[2].height()
    items[2].label.setText("A text of so many words that it takes several lines. " * 4)
    qtbot.waitUntil(lambda: items[2].height() > height)
    after = [item.measured for item in items]
    assert after[:2] == before[:2]
    assert after[2] > before[2]


def test_what_stands_below_an_item_that_grows_moves_down(column: TurnColumn, qtbot: QtBot) -> None:
    upper, lower = Item("Text"), Item("Text")
    column.add(upper)
    column.add(lower)
    before = lower.y()
    upper.label.setText("A text of so many words that it takes several lines. " * 4)
    qtbot.waitUntil(lambda: lower.y() > before)
    column.remove([upper])
    assert lower.y() == 20


def test_a_chat_follows_its_end_while_it_grows(qtbot: QtBot, themed: None) -> None:
    view = ConversationView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    for _ in range(6):
        turn = TurnView(SHOWN.question)
        view.add(turn)
        turn.finish(SHOWN)
    bar = view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())


def test_a_long_chat_is_shown_in_steps_and_a_question_waits_for_none_of_them(
    with_report: MainWindow, qtbot: QtBot
) -> None:
    chat = with_report.chat
    ask(qtbot, with_report, "What is the pilot boat called?")
    many = [replace(SHOWN, question=f"Question {n}?") for n in range(200)]
    chat._show("Long", many)
    assert len(with_report.chat_pane.conversation.turns) < LAST_TURNS
    ask(qtbot, with_report, "When did the harbour open?")
    questions = [turn.question for turn in with_report.chat_pane.conversation.turns]
    assert len(questions) == LAST_TURNS + 1
    assert questions[-2:] == ["Question 199?", "When did the harbour open?"]


def test_earlier_turns_of_a_long_chat_are_there_when_scrolled_to_and_in_the_export(
    with_report: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    conversation = with_report.chat_pane.conversation
    bar = conversation.verticalScrollBar()
    with_report.chat._show("Long", [replace(SHOWN, question=f"Question {n}?") for n in range(30)])
    qtbot.waitUntil(lambda: len(conversation.turns) == LAST_TURNS)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 600)
    first = conversation.turns[0]
    bar.setValue(0)
    qtbot.waitUntil(lambda: conversation.turns[0] is not first and bar.value() > 0)
    assert first.mapTo(conversation.viewport(), first.rect().topLeft()).y() == TOP
    with_report.chat.export(tmp_path / "chat.md")
    text = (tmp_path / "chat.md").read_text("utf-8")
    assert [f"## Question {n}?" in text for n in range(30)] == [True] * 30

    def all_are_there() -> bool:
        bar.setValue(0)
        return len(conversation.turns) == 30

    qtbot.waitUntil(all_are_there)
    assert [turn.question for turn in conversation.turns] == [f"Question {n}?" for n in range(30)]


def test_in_another_width_what_is_read_stays_in_its_place(qtbot: QtBot) -> None:
    view = ConversationView()
    qtbot.addWidget(view)
    view.resize(500, 300)
    view.show()
    for _ in range(12):
        turn = TurnView(SHOWN.question)
        view.add(turn)
        turn.finish(replace(SHOWN, text=SHOWN.text * 20))
    bar = view.verticalScrollBar()
    qtbot.waitUntil(lambda: len({turn.height() for turn in view.turns}) == 1)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 2000)
    read = view.turns[6]
    bar.setValue(read.y())
    view.resize(300, 300)
    qtbot.waitUntil(lambda: len({turn.width() for turn in view.turns}) == 1)
    qtbot.wait(20)
    assert read.width() < 300
    assert read.mapTo(view.viewport(), read.rect().topLeft()).y() == 0
