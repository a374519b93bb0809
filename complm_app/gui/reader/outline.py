"""The document's own outline, dropping down from its button."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtPdf import QPdfBookmarkModel, QPdfDocument
from PySide6.QtWidgets import QFrame, QTreeView, QVBoxLayout, QWidget

from complm_app.gui.reader.places import Place

SIZE = QSize(340, 420)


class OutlinePopup(QFrame):
    """`chosen` has the Place that an entry leads to."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.resize(SIZE)
        self._model: QPdfBookmarkModel | None = None
        self._document: QPdfDocument | None = None
        self.tree = QTreeView()
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setFrameShape(QFrame.Shape.NoFrame)
        self.tree.setAccessibleName(self.tr("Outline"))
        self.tree.activated.connect(self._choose)
        self.tree.clicked.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self.tree)

    def show_outline_of(self, document: QPdfDocument | None) -> bool:
        """Whether the document has an outline."""
        previous, self._model = self._model, None
        self._document = document
        self.tree.setModel(None)
        if document is not None:
            self._model = QPdfBookmarkModel(self)
            self._model.setDocument(document)
            self.tree.setModel(self._model)
            if self._model.rowCount() < 20:
                self.tree.expandToDepth(0)
        if previous is not None:
            previous.deleteLater()
        return self._model is not None and self._model.rowCount() > 0

    def open_below(self, button: QWidget, page: int) -> None:
        """With the section that this page belongs to as the current one."""
        current = self._section_at(page)
        self.tree.setCurrentIndex(current)
        self.move(button.mapToGlobal(QPoint(0, button.height() + 4)))
        self.show()
        self.tree.setFocus()
        self.tree.scrollTo(current)

    def _section_at(self, page: int) -> QModelIndex:
        """The first one that begins on the page, or the last before it; invalid: there is none."""
        found, above = QModelIndex(), QModelIndex()
        while self._model is not None:
            below = [self._model.index(n, 0, above) for n in range(self._model.rowCount(above))]
            pages = [index.data(int(QPdfBookmarkModel.Role.Page)) for index in below]
            if page in pages:
                return below[pages.index(page)]
            begun = [index for index, first in zip(below, pages, strict=True) if 0 <= first < page]
            if not begun:
                break
            found = above = begun[-1]
        return found

    def _choose(self, index: QModelIndex) -> None:
        page = index.data(int(QPdfBookmarkModel.Role.Page))
        location = index.data(int(QPdfBookmarkModel.Role.Location))
        self.hide()
        if self._document is not None and 0 <= page < self._document.pageCount():
            height = self._document.pagePointSize(page).height()
            self.chosen.emit(Place(page, max(location.y(), 0.0) / height))
