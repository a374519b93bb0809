"""What a person does with the window in several tests, and models that take their time."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from complm_app.engine.protocol import Model
from complm_app.gui.dialogs import LineDialog
from complm_app.gui.main_window import MainWindow
from complm_app.gui.turn_view import TurnView
from tests.fakes import FakeCompressor, FakeReader


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


class HeldCompressor(FakeCompressor):
    """Waits after the first batch until it may go on."""

    def __init__(self, batch: int) -> None:
        super().__init__(batch=batch)
        self.go_on = threading.Event()

    def compress(self, segments, ratio):  # type: ignore[no-untyped-def]
        if self.calls:
            self.go_on.wait(10)
        return super().compress(segments, ratio)


class SlowReader(FakeReader):
    """Waits after the first word until it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def read(self, plan):  # type: ignore[no-untyped-def]
        for nth, step in enumerate(super().read(plan)):
            yield step
            if nth == 2:
                self.go_on.wait(10)


def with_reader(model: Model, reader: FakeReader) -> Model:

    return replace(model, reader=reader)


def open_dialogs(window: MainWindow) -> list[LineDialog]:
    return [dialog for dialog in window.findChildren(LineDialog) if dialog.isVisible()]
