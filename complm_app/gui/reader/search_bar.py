"""Find in the document: words, matches, next and previous."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QWidget

from complm_app.gui.controls import IconButton

TYPING_MS = 150


class SearchBar(QFrame):
    """`query_changed` has the words and whether upper and lower case matter."""

    query_changed = Signal(str, bool)
    next_wanted = Signal()
    previous_wanted = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Find in document"))
        self.field.setAccessibleName(self.tr("Find in document"))
        self.field.setClearButtonEnabled(True)
        self.case = QCheckBox(self.tr("Match case"))
        self.count = QLabel()
        self.count.setObjectName("quiet")
        self.count.setAccessibleName(self.tr("Matches"))
        self._typing = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self._ask)
        self.field.textChanged.connect(self._typing.start)
        self.case.toggled.connect(self._ask)
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        self.previous = IconButton("chevron-up", self.tr("Previous match"))
        self.next = IconButton("chevron-down", self.tr("Next match"))
        close = IconButton("x", self.tr("Close the search"))
        self.previous.clicked.connect(self.previous_wanted)
        self.next.clicked.connect(self.next_wanted)
        close.clicked.connect(self.close_search)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 8, 7)
        row.setSpacing(6)
        row.addWidget(self.field, 1)
        for widget in (self.count, self.previous, self.next, self.case, close):
            row.addWidget(widget)

    def open_search(self, words: str = "") -> None:
        """Shows the bar with the selected words, if any."""
        self.show()
        if words and "\n" not in words:
            self.field.setText(words)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def close_search(self) -> None:
        self._typing.stop()
        self.hide()
        self.closed.emit()

    def show_count(self, number: int | None, total: int, *, searching: bool) -> None:
        """`number`: which of the matches is the current one, from 1."""
        locale = QLocale()
        if not self.field.text().strip():
            text = ""
        elif total == 0:
            text = self.tr("Searching") if searching else self.tr("No matches")
        elif number is None and total == 1:
            text = self.tr("1 match")
        elif number is None:
            text = self.tr("%n matches", "", total)
        else:
            of = self.tr("{number} of {total}")
            text = of.format(number=locale.toString(number), total=locale.toString(total))
        self.count.setText(text)
        self.previous.setEnabled(total > 0)
        self.next.setEnabled(total > 0)

    def _ask(self) -> None:
        self._typing.stop()
        self.query_changed.emit(self.field.text(), self.case.isChecked())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_search()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(backwards=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)

    def _enter(self, *, backwards: bool) -> None:
        if self._typing.isActive():
            self._ask()
        elif backwards:
            self.previous_wanted.emit()
        else:
            self.next_wanted.emit()
