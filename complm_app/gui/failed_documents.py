"""Tells of documents that could not be read: of one why, of several how many."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from complm_app.errors import ComplmError
from complm_app.gui import failures, words
from complm_app.gui.controls import Banner
from complm_app.gui.library_rows import Row, State


class FailedDocuments(QObject):
    """`retry` reads a row's file once more."""

    def __init__(
        self, banner: Banner, retry: Callable[[Row], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._banner, self._retry = banner, retry
        self._rows: list[Row] = []
        self._told = ""

    def tell(self, row: Row, error: ComplmError) -> None:
        """A file has just been tried. Those that the banner tells of still count."""
        is_told = not self._banner.isHidden() and self._banner.message() == self._told
        earlier = [each for each in self._rows if each.state is State.FAILED and each is not row]
        rows = [*(earlier if is_told else ()), row]
        if len(rows) == 1:
            self.show(row, error)
        else:
            self._show_several(rows)

    def show(self, row: Row, error: ComplmError) -> None:
        """Why this one cannot be read."""
        self._rows = [row]
        self._say(failures.message(error), failures.hint(error))

    def forget(self, rows: Sequence[Row]) -> None:
        """They are taken out of the library: nothing needs to be said of them any more."""
        rest = [row for row in self._rows if row not in rows]
        if self._rows and not rest and self._banner.message() == self._told:
            self._banner.hide()
        self._rows = rest

    def _show_several(self, rows: list[Row]) -> None:
        self._rows = rows
        self._say(
            words.fill(self.tr("%1 could not be read."), words.documents(len(rows))),
            self.tr("Click one of them in the library to see why."),
        )

    def try_again(self) -> None:
        for row in self._rows:
            self._retry(row)

    def _say(self, message: str, hint: str) -> None:
        self._told = message
        self._banner.show_message(message, hint, self.tr("Try again"), self.try_again)
