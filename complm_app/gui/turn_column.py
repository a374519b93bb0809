"""Puts widgets of any height one under the other, and measures only those that have changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QMargins, QObject, QRect, QSize, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from complm_app.gui.pace import SLICE_SECONDS


class TurnColumn(QWidget):
    """For the inside of a scroll area. A QVBoxLayout asks all turns of a long chat for their
    heights whenever one of them gets another word, which takes more than a frame from twenty on.

    In another width those that are in sight are measured at once. The others keep their sizes
    for a moment, so that all that is in sight stays where it is.
    """

    moved = Signal(int)
    """What is in sight has been moved down by so many pixels."""

    def __init__(self, margins: QMargins, spacing: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._margins, self._spacing = margins, spacing
        self._items: dict[QWidget, Callable[[int], None]] = {}
        self._heights: dict[QWidget, tuple[int, int]] = {}
        """For each item the width for which it was measured, and its height in it."""
        self._changed: set[QWidget] = set()
        self._height = 0
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._measure_more)

    def add(
        self, item: QWidget, fit: Callable[[int], None] = lambda width: None, *, first: bool = False
    ) -> None:
        """`item` has a layout, and comes last, or first. `fit` is told the width that it has."""
        self._items = {item: fit, **self._items} if first else {**self._items, item: fit}
        fit(self.room())
        item.setParent(self)
        item.installEventFilter(self)
        item.show()
        self.arrange()

    def remove(self, items: Sequence[QWidget]) -> None:
        """Hides them; they stay children until they are deleted."""
        for item in items:
            del self._items[item]
            self._heights.pop(item, None)
            self._changed.discard(item)
            item.removeEventFilter(self)
            item.hide()
        self.arrange()

    def room(self) -> int:
        """The width of each item."""
        return self.width() - self._margins.left() - self._margins.right()

    def arrange(self) -> None:
        """Gives each item its place; what is in sight stays where it is."""
        with self._keeping_place():
            self._arrange()
        if self._old():
            self._soon.start()

    def _arrange(self) -> None:
        top, sight = self._margins.top(), self.visibleRegion().boundingRect()
        shown = [item for item in self._items if not item.isHidden()]
        for item in shown:
            known = self._heights.get(item)
            if known is None or QRect(0, top, self.width(), known[1]).intersects(sight):
                self._measure(item)
            width, height = self._heights[item]
            place = QRect(self._margins.left(), top, width, height)
            if item.geometry() != place:
                item.setGeometry(place)
            top += height + self._spacing
        self._set_height(top - (self._spacing if shown else 0) + self._margins.bottom())

    def _measure(self, item: QWidget) -> None:
        room, known = self.room(), self._heights.get(item)
        if known is None or known[0] != room or item in self._changed:
            self._changed.discard(item)
            self._items[item](room)
            layout = item.layout()
            assert layout is not None
            self._heights[item] = room, layout.totalHeightForWidth(room)

    def _old(self) -> list[QWidget]:
        """Those that have changed or were measured for another width, the last one first."""
        room, changed = self.room(), self._changed
        measured = reversed(self._heights.items())
        return [item for item, (width, _) in measured if width != room or item in changed]

    def _measure_more(self) -> None:
        """A few of those that are out of sight: the window must not stand still for them."""
        end = time.monotonic() + SLICE_SECONDS
        for item in self._old():
            self._measure(item)
            if time.monotonic() > end:
                break
        self.arrange()

    @contextmanager
    def _keeping_place(self) -> Iterator[None]:
        """Tells by how much what is in sight has been moved."""
        sight = self.visibleRegion().boundingRect()
        shown = (item for item in self._items if not item.isHidden() and item in self._heights)
        first = next((item for item in shown if item.geometry().intersects(sight)), None)
        before = first.y() if first is not None else 0
        yield
        if first is not None and first.y() != before:
            self.moved.emit(first.y() - before)

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
            self._changed.add(watched)
        return False

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self.arrange()
        return done

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.arrange()
