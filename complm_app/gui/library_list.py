"""The list itself: keys, dragging, and lines of two heights."""

from __future__ import annotations

import json

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from complm_app.gui.library_delegate import (
    HEADING_HEIGHT,
    ROW_HEIGHT,
    LibraryDelegate,
    chevron_left,
)
from complm_app.gui.library_model import DRAGGED, SECTION, WITHIN, LibraryModel, Section


class DocumentList(QTableView):
    """One column. A table and not a list, because a table keeps the heights of its rows: a list
    with lines of two heights asks for all of them after each event, 5,000 calls into Python."""

    activated_by_key = Signal()
    """Enter was pressed on the current line."""
    dropped = Signal(list, int, bool)
    """([key, section] of documents, section, whether they stay in the old one too)"""

    def __init__(self, model: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._documents = model
        self._drawing = LibraryDelegate(self)
        self.setModel(model)
        self.setItemDelegate(self._drawing)
        self._set_up_lines()
        self._set_up_use()
        model.modelAboutToBeReset.connect(lambda: self._set_heights(ROW_HEIGHT))
        model.modelReset.connect(lambda: self._set_heights(HEADING_HEIGHT))
        model.rowsInserted.connect(lambda *_: self._set_heights(HEADING_HEIGHT))

    def _set_up_lines(self) -> None:
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        heights = self.verticalHeader()
        heights.hide()
        heights.setMinimumSectionSize(HEADING_HEIGHT)
        heights.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heights.setDefaultSectionSize(ROW_HEIGHT)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(ROW_HEIGHT // 2)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _set_up_use(self) -> None:
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)

    def _set_heights(self, height: int) -> None:
        """Of all headings. A reset leaves the heights where they are, whatever stands there."""
        for place in self._documents.headings():
            self.setRowHeight(place, height)

    def section_at(self, place: QPoint) -> int | None:
        """The section of what is shown there; None: nothing is."""
        within = self.indexAt(place).data(WITHIN)
        return within if self._documents.sections() else None

    # ---- keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated_by_key.emit()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._documents.sections():
            self._fold(self.currentIndex(), is_open=key == Qt.Key.Key_Right)
        else:
            super().keyPressEvent(event)

    def _fold(self, index: QModelIndex, *, is_open: bool) -> None:
        """Left closes a heading, or leads to it from its documents; Right opens it."""
        section: Section | None = index.data(SECTION)
        if section is not None:
            self._documents.set_open(section.id, is_open)
        elif index.isValid() and not is_open:
            self.setCurrentIndex(self._documents.heading_of(index.data(WITHIN)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        section: Section | None = index.data(SECTION)
        at_chevron = event.position().x() >= chevron_left(self.visualRect(index))
        if section is not None and at_chevron and event.button() is Qt.MouseButton.LeftButton:
            self._documents.set_open(section.id, not section.is_open)
        else:
            super().mousePressEvent(event)

    # ---- dragging documents into collections; files from elsewhere are the window's business

    def show_target(self, section: int | None) -> None:
        """Lights up the section that would take what is being dragged."""
        if section != self._drawing.target:
            self._drawing.target = section
            self.viewport().update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._consider(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._consider(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.show_target(None)

    def dropEvent(self, event: QDropEvent) -> None:
        section = self._target(event)
        self.show_target(None)
        if section is None:
            event.ignore()
            return
        stays = event.dropAction() is Qt.DropAction.CopyAction
        event.accept()
        dragged = json.loads(bytes(event.mimeData().data(DRAGGED).data()))
        self.dropped.emit(dragged, section, stays)

    def _consider(self, event: QDragMoveEvent) -> None:
        section = self._target(event)
        self.show_target(section)
        if event.mimeData().hasFormat(DRAGGED):
            self._scroll_near(event.position().toPoint())
        event.setAccepted(section is not None)

    def _target(self, event: QDropEvent) -> int | None:
        """The section below the pointer, for documents of this list."""
        if event.source() is not self or not event.mimeData().hasFormat(DRAGGED):
            return None
        return self.section_at(event.position().toPoint())

    def _scroll_near(self, place: QPoint) -> None:
        """Scrolls while documents are held at the upper or lower edge."""
        bar, margin = self.verticalScrollBar(), ROW_HEIGHT // 2
        if place.y() < margin:
            bar.setValue(bar.value() - margin)
        elif place.y() > self.viewport().height() - margin:
            bar.setValue(bar.value() + margin)
