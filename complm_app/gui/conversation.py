"""The turns of a chat, one under the other, and what stands there before the first one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMargins, Qt, Signal
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from complm_app.gui.theme import SIDE
from complm_app.gui.turn_column import TurnColumn
from complm_app.gui.turn_view import TurnView

BETWEEN_TURNS = 16


class ConversationView(QScrollArea):
    """Follows what is written at its end, unless the user has scrolled away from it."""

    suggested = Signal(str)
    earlier_wanted = Signal()
    """The user has scrolled to within a page of the first turn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.turns: list[TurnView] = []
        self._follows = True
        self._column = TurnColumn(QMargins(SIDE + 4, 16, SIDE + 4, 16), BETWEEN_TURNS)
        self._empty = QWidget()
        self._suggestions = QVBoxLayout()
        self._suggested: list[QPushButton] = []
        self._build()
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._look)
        bar.rangeChanged.connect(self._follow)
        self._column.moved.connect(self._keep_place)

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Chat"))
        self._column.setObjectName("chatPane")
        line = QLabel(self.tr("Ask a question. The answer comes with the pages that it stands on."))
        line.setWordWrap(True)
        line.setObjectName("dim")
        empty = QVBoxLayout(self._empty)
        empty.setContentsMargins(0, 0, 0, 0)
        empty.setSpacing(12)
        empty.addWidget(line)
        empty.addLayout(self._suggestions)
        self._suggestions.setSpacing(8)
        self._column.add(self._empty)
        self.setWidget(self._column)

    def suggest(self, questions: Sequence[str]) -> None:
        """Questions to click, shown until the first turn."""
        for button in self._suggested:
            button.hide()
            button.deleteLater()
        self._suggested = []
        for question in questions:
            button = QPushButton(question)
            button.setObjectName("suggestion")
            button.setAccessibleName(question)
            button.clicked.connect(lambda _=False, question=question: self.suggested.emit(question))
            self._suggestions.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            self._suggested.append(button)

    def suggestions(self) -> list[QPushButton]:
        return list(self._suggested)

    def add(self, turn: TurnView) -> None:
        self._empty.hide()
        self.turns.append(turn)
        self._column.add(turn, turn.set_width)
        self._follows = True

    def add_earlier(self, turn: TurnView) -> None:
        """Before all that there are; what is in sight stays where it is."""
        self.turns.insert(0, turn)
        self._column.add(turn, turn.set_width, first=True)

    def clear(self) -> None:
        self._column.remove(self.turns)
        for turn in self.turns:
            turn.deleteLater()
        self.turns = []
        self._empty.show()

    def _look(self, value: int) -> None:
        self._follows = value >= self.verticalScrollBar().maximum() - 4
        if value < self.viewport().height() and not self._follows:
            self.earlier_wanted.emit()

    def _keep_place(self, pixels: int) -> None:
        """What is read stays where it is when turns above it become higher or lower."""
        if not self._follows:
            QApplication.sendEvent(self, QEvent(QEvent.Type.LayoutRequest))  # the bar's new range
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + pixels)

    def _follow(self, _least: int, most: int) -> None:
        if self._follows:
            self.verticalScrollBar().setValue(most)
