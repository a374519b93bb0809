"""What stands in the middle of the reader while there are no pages."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget


class MessagePage(QFrame):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Dark)
        self._message, self._hint = QLabel(), QLabel()
        self._message.setObjectName("title")
        self._hint.setObjectName("dim")
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 32, 32, 32)
        column.setSpacing(6)
        column.addStretch(1)
        for label in (self._message, self._hint):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addStretch(1)

    def show_message(self, message: str, hint: str = "") -> None:
        """A failure has both; a quiet line is a hint without a message."""
        for label, text in ((self._message, message), (self._hint, hint)):
            label.setText(text)
            label.setVisible(bool(text))
        self.setAccessibleName(f"{message} {hint}".strip())

    def text(self) -> str:
        return "\n".join(filter(None, (self._message.text(), self._hint.text())))
