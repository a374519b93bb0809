"""The list in the cache's dialog: how much is kept of which document, for which model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from complm_app.core.cache_usage import Usage
from complm_app.gui import words

_USAGE = Qt.ItemDataRole.UserRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class CacheList(QTreeWidget):
    """Several lines can be selected. `title_of` gives a document's title by its id."""

    def __init__(self, title_of: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title_of = title_of
        self.setAccessibleName(self.tr("What is kept"))
        self.setHeaderLabels([self.tr("Document"), self.tr("Model"), self.tr("Size")])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.headerItem().setTextAlignment(2, _RIGHT)
        columns = self.header()
        columns.setStretchLastSection(False)
        columns.setSectionsMovable(False)
        columns.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            columns.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)

    def show_usage(self, usage: Sequence[Usage]) -> None:
        self.clear()
        self.addTopLevelItems([self._item(entry) for entry in usage])

    def _item(self, entry: Usage) -> QTreeWidgetItem:
        title = self._title_of(entry.document)
        item = QTreeWidgetItem([title, _model(entry), words.size(entry.size_bytes)])
        item.setTextAlignment(2, _RIGHT)
        item.setToolTip(0, title)
        item.setToolTip(2, words.segments_kept(entry.segments))
        item.setData(0, _USAGE, entry)
        return item

    def all_entries(self) -> list[Usage]:
        items = map(self.topLevelItem, range(self.topLevelItemCount()))
        return [item.data(0, _USAGE) for item in items if item is not None]

    def selected_entries(self) -> list[Usage]:
        return [item.data(0, _USAGE) for item in self.selectedItems()]


def _model(entry: Usage) -> str:
    if not entry.model:
        return words.tr("another model")
    if entry.ratio == 1:
        return words.joined(entry.model, words.tr("not compressed"))
    return words.joined(entry.model, words.fill(words.tr("%1\u00d7"), entry.ratio))
