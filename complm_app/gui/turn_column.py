"""Puts widgets of any height one under the other, and measures only those that have changed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMargins, QObject, QRect, QSize
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget


class TurnColumn(QWidget):
    """For the inside of a scroll area. A QVBoxLayout asks all turns of a long chat for their
    heights whenever one of them gets another word, which takes more than a frame from twenty on.
    """

    def __init__(self, margins: QMargins, spacing: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._margins, self._spacing = margins, spacing
        self._items: list[QWidget] = []
        self._heights: dict[QWidget, int] = {}
        self._height = 0

    def add(self, item: QWidget) -> None:
        """`item` has a layout, and comes last."""
        self._items.append(item)
        item.setParent(self)
        item.installEventFilter(self)
        item.show()
        self.arrange()

    def remove(self, items: Sequence[QWidget]) -> None:
        """Hides them; they stay children until they are deleted."""
        self._items = [item for item in self._items if item not in items]
        for item in items:
            self._heights.pop(item, None)
            item.removeEventFilter(self)
            item.hide()
        self.arrange()

    def room(self) -> int:
        """The width of each item."""
        return self.width() - self._margins.left() - self._margins.right()

    def arrange(self) -> None:
        """Gives each item its place."""
        top, room = self._margins.top(), self.room()
        shown = [item for item in self._items if not item.isHidden()]
        for item in shown:
            height = self._height_of(item, room)
            place = QRect(self._margins.left(), top, room, height)
            if item.geometry() != place:
                item.setGeometry(place)
            top += height + self._spacing
        self._set_height(top - (self._spacing if shown else 0) + self._margins.bottom())

    def _height_of(self, item: QWidget, room: int) -> int:
        if item not in self._heights:
            layout = item.layout()
            assert layout is not None
            self._heights[item] = layout.totalHeightForWidth(room)
        return self._heights[item]

    def _set_height(self, height: int) -> None:
        if height != self._height:
            self._height = height
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(0, self._height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    # ---- what changes heights and places

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Something in an item has changed: it is measured anew."""
        if event.type() is QEvent.Type.LayoutRequest and isinstance(watched, QWidget):
            self._heights.pop(watched, None)
        return False

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self.arrange()
        return done

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._heights.clear()
            self.arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.arrange()
