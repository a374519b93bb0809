"""What can be done in the reader, for menus, buttons and keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

_KEY = QKeySequence.StandardKey
_INSIDE = Qt.ShortcutContext.WidgetWithChildrenShortcut


class ReaderActions(QObject):
    """Those with keys that text fields use as well only act while the reader has the focus."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.back = self._made(self.tr("Back"), "Alt+Left")
        self.forward = self._made(self.tr("Forward"), "Alt+Right")
        self.next_page = self._made(self.tr("Next page"), "Ctrl+PgDown")
        self.previous_page = self._made(self.tr("Previous page"), "Ctrl+PgUp")
        self.first_page = self._made(self.tr("First page"), "Ctrl+Home", inside=True)
        self.last_page = self._made(self.tr("Last page"), "Ctrl+End", inside=True)
        self.zoom_in = self._made(self.tr("Zoom in"), _KEY.ZoomIn)
        self.zoom_out = self._made(self.tr("Zoom out"), _KEY.ZoomOut)
        self.fit_width = self._made(self.tr("Fit width"), "Ctrl+0")
        self.fit_page = self._made(self.tr("Fit page"), "Ctrl+9")
        self.actual_size = self._made(self.tr("Actual size"), "Ctrl+1")
        self.find = self._made(self.tr("Find in document"), _KEY.Find)
        self.find_next = self._made(self.tr("Find next"), _KEY.FindNext)
        self.find_previous = self._made(self.tr("Find previous"), _KEY.FindPrevious)
        self.copy = self._made(self.tr("Copy"), _KEY.Copy, inside=True)
        self.select_page = self._made(self.tr("Select all on page"), _KEY.SelectAll, inside=True)

    def all(self) -> list[QAction]:
        """In the order of a menu."""
        return [
            *(self.back, self.forward),
            *(self.next_page, self.previous_page, self.first_page, self.last_page),
            *(self.zoom_in, self.zoom_out, self.fit_width, self.fit_page, self.actual_size),
            *(self.find, self.find_next, self.find_previous),
            *(self.copy, self.select_page),
        ]

    def connect_to(self, handlers: dict[QAction, Callable[[], object]]) -> None:
        for action, handler in handlers.items():
            action.triggered.connect(lambda _checked=False, handler=handler: handler())

    def _made(
        self, text: str, keys: str | QKeySequence.StandardKey, *, inside: bool = False
    ) -> QAction:
        action = QAction(text, self)
        sequences = (
            [QKeySequence(keys)] if isinstance(keys, str) else QKeySequence.keyBindings(keys)
        )
        if keys == _KEY.ZoomIn:
            sequences.append(QKeySequence("Ctrl+="))  # the plus key without Shift
        action.setShortcuts(sequences)
        if inside:
            action.setShortcutContext(_INSIDE)
        action.setEnabled(False)
        return action
