"""Where a question is written: scope, box, and the button that asks or stops."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from complm_app.gui import words
from complm_app.gui.controls import ElidedLabel

MOST_CHIPS = 2
LINES = (1, 8)


class QuestionBox(QPlainTextEdit):
    """Enter sends, Shift+Enter starts a new line, Up in an empty box recalls the last question."""

    sent = Signal()
    recalled = Signal(int)
    """-1: the question before, 1: the one after."""
    focused = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("questionBox")
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)  # the window takes files
        self.setPlaceholderText(self.tr("Ask about these documents"))
        self.setAccessibleName(self.tr("Your question"))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.textChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        lines = min(max(int(self.document().size().height()), LINES[0]), LINES[1])
        return QSize(200, lines * self.fontMetrics().lineSpacing() + 6)

    def minimumSizeHint(self) -> QSize:
        """Qt's own is as high as three lines."""
        return QSize(60, self.fontMetrics().lineSpacing() + 6)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.sent.emit()
        elif event.key() == Qt.Key.Key_Up and self._at_edge(0):
            self.recalled.emit(-1)
        elif event.key() == Qt.Key.Key_Down and self._at_edge(self.document().blockCount() - 1):
            self.recalled.emit(1)
        else:
            super().keyPressEvent(event)

    def _at_edge(self, block: int) -> bool:
        """Whether the cursor is in that line and the text was recalled, or there is none."""
        untouched = not self.toPlainText() or not self.document().isModified()
        return untouched and self.textCursor().blockNumber() == block

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)


class Composer(QFrame):
    asked = Signal(str)
    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("composer")
        self._answering = False
        self._questions: list[str] = []
        self._recalled = 0
        self.box = QuestionBox()
        self.button = QPushButton()
        self.estimate = ElidedLabel()
        self._frame = QFrame()
        self._scope = QHBoxLayout()
        self._chips = [ElidedLabel() for _ in range(MOST_CHIPS + 1)]
        self._build()
        self.box.sent.connect(self._send)
        self.box.recalled.connect(self._recall)
        self.box.textChanged.connect(self._update_button)
        self.box.focused.connect(self._show_focus)
        self.button.clicked.connect(self._press)
        self.set_scope([], 0)
        self.set_answering(False)

    def _build(self) -> None:
        self._frame.setObjectName("questionFrame")
        self.button.setObjectName("primary")
        self.estimate.setObjectName("quiet")
        self._build_scope()
        inside = QVBoxLayout(self._frame)
        inside.setContentsMargins(12, 10, 8, 8)
        inside.setSpacing(2)
        inside.addWidget(self.box)
        below = QHBoxLayout()
        below.addWidget(self.estimate, 1, Qt.AlignmentFlag.AlignVCenter)
        below.addWidget(self.button)
        inside.addLayout(below)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(8)
        column.addLayout(self._scope)
        column.addWidget(self._frame)

    # ---- scope

    def _build_scope(self) -> None:
        asking = QLabel(self.tr("Asking"))
        asking.setObjectName("quiet")
        self._scope.setSpacing(6)
        self._scope.addWidget(asking)
        for chip in self._chips:
            chip.setObjectName("scope")
            chip.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            chip.setFixedHeight(20)
            self._scope.addWidget(chip)
        self._scope.addStretch(1)

    def set_scope(self, titles: Sequence[str], total: int) -> None:
        """The documents that a question is about; none: all of `total` in the library."""
        texts = self._chip_texts(titles, total)
        texts += [""] * (len(self._chips) - len(texts))
        for chip, text in zip(self._chips, texts, strict=True):
            chip.setText(text)
            chip.setVisible(bool(text))
        several = len(titles) != 1
        placeholder = (
            self.tr("Ask about these documents") if several else self.tr("Ask about this document")
        )
        if placeholder != self.box.placeholderText():
            self.box.setPlaceholderText(placeholder)
            self.box.viewport().update()  # Qt draws another text only where there was none

    def _chip_texts(self, titles: Sequence[str], total: int) -> list[str]:
        if not titles:
            whole = self.tr("the whole library")
            return [f"{whole} ({words.documents(total)})" if total else whole]
        more = len(titles) - MOST_CHIPS
        shown = list(titles[:MOST_CHIPS])
        return [*shown, words.fill(self.tr("%1 more"), words.number(more))] if more > 0 else shown

    def show_cost(self, text: str, details: str = "") -> None:
        """What the question would take; `details` is its tooltip."""
        self.estimate.setText(text)
        self.estimate.setToolTip("\n".join(part for part in (text, details) if part))

    # ---- asking

    def set_answering(self, answering: bool) -> None:
        self._answering = answering
        self.button.setText(self.tr("Stop") if answering else self.tr("Ask"))
        self._update_button()

    def set_questions(self, questions: Sequence[str]) -> None:
        """What Up goes through, the oldest first."""
        self._questions = list(questions)
        self._recalled = len(self._questions)

    def _update_button(self) -> None:
        empty = not self.box.toPlainText().strip()
        self.button.setEnabled(self._answering or not empty)

    def _press(self) -> None:
        if self._answering:
            self.stopped.emit()
        else:
            self._send()

    def _send(self) -> None:
        question = self.box.toPlainText().strip()
        if not question or self._answering:
            return
        self.box.clear()
        self._questions.append(question)
        self._recalled = len(self._questions)
        self.asked.emit(question)

    def _recall(self, step: int) -> None:
        place = self._recalled + step
        if not 0 <= place <= len(self._questions):
            return
        self._recalled = place
        self.box.setPlainText(self._questions[place] if place < len(self._questions) else "")
        self.box.document().setModified(False)
        self.box.moveCursor(self.box.textCursor().MoveOperation.End)

    def _show_focus(self, focused: bool) -> None:
        self._frame.setProperty("focused", focused)
        style = self._frame.style()
        style.unpolish(self._frame)
        style.polish(self._frame)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.box.updateGeometry()
