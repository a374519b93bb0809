"""The few questions that the window asks in a dialog."""

from __future__ import annotations

import platform
from collections.abc import Callable

from PySide6 import __version__ as qt_version
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from complm_app import __version__
from complm_app.gui import words


class LineDialog(QDialog):
    """Asks for one line; `accepted_text` gets it. Does not stop the rest of the window."""

    def __init__(
        self,
        title: str,
        question: str,
        accepted_text: Callable[[str], None],
        parent: QWidget,
        *,
        text: str = "",
        secret: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.field = QLineEdit(text)
        self.field.setAccessibleName(question)
        if secret:
            self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self._accepted_text = accepted_text
        self._build(question)

    def _build(self, question: str) -> None:
        label = QLabel(question)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setBuddy(self.field)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._done)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        for widget in (label, self.field, buttons):
            column.addWidget(widget)
        self.setMinimumWidth(380)

    def _done(self) -> None:
        if self.field.text():
            self._accepted_text(self.field.text())
            self.accept()


def question_box(parent: QWidget, title: str, question: str, details: str = "") -> QMessageBox:
    """Without buttons yet, but for Cancel. Does not stop the rest of the window."""
    box = QMessageBox(QMessageBox.Icon.Question, title, question, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(details)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box


def confirm(box: QMessageBox, action: str, then: Callable[[], None]) -> QMessageBox:
    """Opens the box with a button for what is asked about. `then` is done when it is pressed."""
    button = box.addButton(action, QMessageBox.ButtonRole.AcceptRole)
    button.clicked.connect(lambda _=False: then())
    box.open()
    return box


def ask_password(
    parent: QWidget, title: str, tried: bool, then: Callable[[str], None]
) -> LineDialog:
    """`tried`: a password was given already and did not open the document."""
    wrong = words.tr("That password does not open “%1”. Try another one.")
    first = words.tr("“%1” is protected. Its password stays in memory until CompLM is closed.")
    question = words.fill(wrong if tried else first, title)
    dialog = LineDialog(words.tr("Password"), question, then, parent, secret=True)
    dialog.open()
    return dialog


class CrashDialog(QDialog):
    """A bug: what happened, and a report to copy. The program goes on."""

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Something went wrong"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.report = f"{about_this_program()}\n\n{report}"
        self._build()

    def _build(self) -> None:
        label = QLabel(
            self.tr(
                "This is a bug in CompLM, not something that you did. Your documents and chats "
                "are safe. The report below stays on this computer unless you send it."
            )
        )
        label.setWordWrap(True)
        text = QPlainTextEdit(self.report)
        text.setReadOnly(True)
        text.setAccessibleName(self.tr("Report"))
        copy = QPushButton(self.tr("Copy report"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.report))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        for widget in (label, text, buttons):
            column.addWidget(widget)
        self.resize(560, 380)


def about_this_program() -> str:
    return (
        f"CompLM {__version__}, Python {platform.python_version()}, PySide6 {qt_version}, "
        f"{platform.platform()}"
    )
