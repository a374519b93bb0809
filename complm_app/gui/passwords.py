"""Asks for the passwords of protected documents, one dialog at a time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from complm_app.gui.dialogs import ask_password
from complm_app.gui.library_model import Row


class Passwords(QObject):
    """`given` gets a row and the password that the user has written for it."""

    def __init__(self, given: Callable[[Row, str], None], window: QWidget) -> None:
        super().__init__(window)
        self._given, self._window = given, window
        self._waiting: dict[Row, bool] = {}
        self._asked: Row | None = None

    def ask(self, row: Row, tried: bool) -> None:
        """`tried`: a password was given already and did not open the document."""
        if row is not self._asked:
            self._waiting[row] = tried
            self._next()

    def needed(self, row: Row, tried: bool) -> None:
        """Asks, unless the file came by itself: then its row says what it needs."""
        if tried or not row.came_by_itself:
            self.ask(row, tried)

    def _next(self) -> None:
        if self._asked is not None or not self._waiting:
            return
        row = self._asked = next(iter(self._waiting))
        tried = self._waiting.pop(row)
        dialog = ask_password(
            self._window, row.title, tried, lambda password: self._given(row, password)
        )
        dialog.finished.connect(self._closed)

    def _closed(self) -> None:
        self._asked = None
        self._next()
