"""What becomes of the three panes in a narrow window."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QTabBar, QWidget

LIBRARY_FROM, BESIDE_FROM = 1000, 760
READER, CHAT = 0, 1


class Folding(QObject):
    """Below 1,000 pixels the library folds away, below 760 reader and chat take turns.

    What the user hid stays hidden; what was folded away comes back with the room for it, or
    before that when the user wants to see it.
    """

    def __init__(
        self, panes: Sequence[QWidget], shown: Sequence[QAction], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        _, self._reader, self._chat = panes
        self._shown = shown
        self._width = LIBRARY_FROM
        self._wants_library = True
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(self.tr("Document or chat"))
        self.tabs.addTab(self.tr("Document"))
        self.tabs.addTab(self.tr("Chat"))
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.hide()
        self.tabs.currentChanged.connect(lambda _: self._turn())

    def fit(self, width: int) -> None:
        """The window is so wide now."""
        before, self._width = self._width, width
        if width < LIBRARY_FROM <= before:
            self._wants_library = self._shown[0].isChecked()
            self._shown[0].setChecked(False)
        elif before < LIBRARY_FROM <= width:
            self._shown[0].setChecked(self._wants_library)
        if (before < BESIDE_FROM) != (width < BESIDE_FROM):
            self.tabs.setVisible(width < BESIDE_FROM)
            self._turn()

    def wanted(self) -> list[bool]:
        """Which panes the user wants to see where there is room for them."""
        now = [action.isChecked() for action in self._shown]
        return now if self._width >= LIBRARY_FROM else [self._wants_library, *now[1:]]

    def show_reader(self) -> None:
        self._shown[1].setChecked(True)
        self.tabs.setCurrentIndex(READER)

    def show_chat(self) -> None:
        self._shown[2].setChecked(True)
        self.tabs.setCurrentIndex(CHAT)

    def _turn(self) -> None:
        if self._width < BESIDE_FROM:
            self._reader.setVisible(self.tabs.currentIndex() == READER)
            self._chat.setVisible(self.tabs.currentIndex() == CHAT)
        else:
            self._reader.setVisible(self._shown[1].isChecked())
            self._chat.setVisible(self._shown[2].isChecked())
