"""The left pane: filter, documents in their collections, and where to drop more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from complm_app.gui import words
from complm_app.gui.controls import Banner, Header, IconButton
from complm_app.gui.empty_library import EmptyLibrary
from complm_app.gui.library_list import DocumentList
from complm_app.gui.library_menus import LibraryMenus
from complm_app.gui.library_model import ROW, SECTION, LibraryModel, Row, Section
from complm_app.gui.theme import SIDE

_SELECT = QItemSelectionModel.SelectionFlag


class LibraryPane(QFrame):
    opened = Signal(object)
    """A row was clicked, or Enter was pressed on it."""
    scope_changed = Signal(list, list)
    """(rows that are selected, what they are called: titles, names of collections)"""
    add_wanted = Signal()

    def __init__(self, model: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("libraryPane")
        self.setAccessibleName(self.tr("Library"))
        self._model = model
        self._kept: list[tuple[str, int]] = []
        self._current: tuple[str, int] | None = None
        self._place = 0
        self._is_listed = False
        self.filter = QLineEdit()
        self.list = DocumentList(model)
        self.drop_zone = QLabel(self.tr("Drop PDFs or folders anywhere"))
        self.banner = Banner("note", self)
        self.empty = EmptyLibrary()
        self._nothing = QLabel()
        self.menus = LibraryMenus(self, model)
        self._build()
        self._connect()
        self._show_emptiness()

    # ---- building

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header())
        column.addWidget(self.list, 1)
        column.addWidget(self._nothing, 1)
        column.addWidget(self.empty, 1)
        column.addWidget(self.banner)
        self._below = self._bottom()
        column.addWidget(self._below)
        self.list.setAccessibleName(self.tr("Documents"))
        self.list.addActions(self.menus.shortcuts())
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        self._nothing.setObjectName("dim")
        self._nothing.setMargin(SIDE)

    def _header(self) -> Header:
        header = Header()
        self.filter.setPlaceholderText(self.tr("Filter documents"))
        self.filter.setAccessibleName(self.tr("Filter documents"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setAcceptDrops(False)  # the window takes files
        self.add_button = IconButton("plus", self.tr("Add documents"))
        self.add_button.clicked.connect(self.add_wanted)
        header.row.setContentsMargins(12, 0, 8, 1)
        header.row.addWidget(self.filter, 1)
        header.row.addWidget(self.add_button)
        return header

    def _bottom(self) -> QWidget:
        holder = QWidget()
        self.drop_zone.setObjectName("dropZone")
        self.drop_zone.setFixedHeight(48)
        self.drop_zone.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(SIDE, 8, SIDE, SIDE)
        inside.addWidget(self.drop_zone)
        return holder

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._model.filter)
        self.list.clicked.connect(self._click)
        self.list.activated_by_key.connect(lambda: self._open(self.current()))
        self.list.customContextMenuRequested.connect(self._show_menu)
        self._selection().selectionChanged.connect(self._selected)
        self._model.modelAboutToBeReset.connect(self._remember)
        self._model.modelReset.connect(self._recall)
        self._model.arranged.connect(self._show_emptiness)
        self._model.arranged.connect(self._follow_collections)
        self.filter.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down leads from the filter into the list, Escape empties the filter."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down:
                self.list.setFocus()
                return True
            if event.key() == Qt.Key.Key_Escape and self.filter.text():
                self.filter.clear()
                return True
        return super().eventFilter(watched, event)

    # ---- selection

    def _selection(self) -> QItemSelectionModel:
        return self.list.selectionModel()

    def current(self) -> Row | None:
        row = self.list.currentIndex().data(ROW)
        return row if isinstance(row, Row) else None

    def _places(self) -> list[int]:
        """Of the lines that are selected, from the top down."""
        ranges = self._selection().selection().toList()
        return sorted({place for each in ranges for place in range(each.top(), each.bottom() + 1)})

    def selected(self) -> list[Row]:
        """The documents that are selected themselves, each once."""
        rows = (row for _, row in self._model.lines(self._places()))
        return list(dict.fromkeys(row for row in rows if row is not None))

    def selected_sections(self) -> list[Section]:
        ids = [section for section, row in self._model.lines(self._places()) if row is None]
        return [section for id in ids if (section := self._model.section(id)) is not None]

    def scope(self) -> tuple[list[Row], list[str]]:
        """The documents that are selected, by themselves or with their collections, and names."""
        sections = self.selected_sections()
        rows = self._model.rows_in(*(each.id for each in sections)) if sections else []
        collected = dict.fromkeys(rows)
        alone = [row for row in self.selected() if row not in collected]
        names = [each.title for each in sections] + [row.title for row in alone]
        return [*collected, *alone], names

    def select(self, keys: Sequence[str], *, unfold: bool = True) -> None:
        """Selects these rows, the first one becomes the current one."""
        if unfold:
            self._model.open_sections_of(keys)
        self._select([self._model.index_of(key) for key in keys])

    def select_section(self, id: int) -> None:
        self._select([self._model.heading_of(id)])

    def _select(self, indexes: Iterable[QModelIndex]) -> None:
        wanted = QItemSelection()
        there = [index for index in indexes if index.isValid()]
        for index in there:
            wanted.select(index, index)
        if there:
            self._selection().setCurrentIndex(there[0], _SELECT.NoUpdate)
        self._selection().select(wanted, _SELECT.ClearAndSelect)

    def _selected(self) -> None:
        self.scope_changed.emit(*self.scope())

    def _follow_collections(self) -> None:
        """What is in a collection that is selected may be others now."""
        if self.selected_sections():
            self._selected()

    def _remember(self) -> None:
        current = self.list.currentIndex()
        self._kept = self._names(self._places())
        self._current = next(iter(self._names([current.row()])), None)
        self._place = self.list.verticalScrollBar().value()

    def _recall(self) -> None:
        """The same lines stay selected when the list was filtered or has grown."""
        kept = list(self._kept)
        if self._current in kept:
            kept.remove(self._current)
            kept.insert(0, self._current)
        self._select([self._index_of(name) for name in kept])
        if len(self._places()) != len(kept):
            self._selected()  # a reset takes lines out of the selection without a signal
        self.list.verticalScrollBar().setValue(self._place)

    def _names(self, places: Sequence[int]) -> list[tuple[str, int]]:
        """What lines are known by across resets: key, empty for a heading, and section."""
        lines = self._model.lines(places)
        return [(row.key if row is not None else "", section) for section, row in lines]

    def _index_of(self, name: tuple[str, int]) -> QModelIndex:
        key, section = name
        return self._model.index_of(key, section) if key else self._model.heading_of(section)

    def _click(self, index: QModelIndex) -> None:
        """Choosing several documents to ask about does not open each of them."""
        if QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier:
            self._open(index.data(ROW))

    def _open(self, row: Row | None) -> None:
        if row is not None:
            self.opened.emit(row)

    # ---- states

    def set_listed(self) -> None:
        """What the library holds is known, so that it can be said to be empty."""
        self._is_listed = True
        self._show_emptiness()

    def _show_emptiness(self) -> None:
        shown = self._model.rowCount() > 0
        known = shown or bool(self._model.rows())
        is_empty = self._is_listed and not shown and not known
        self.list.setVisible(shown)
        self.empty.setVisible(is_empty)
        self._nothing.setVisible(not shown and not is_empty)
        self._nothing.setText(self.tr("No document has this in its name") if known else "")
        self._below.setVisible(not is_empty)

    def show_drop(self, over: bool) -> None:
        """Lights up where files may be dropped while some are dragged over the window."""
        for zone in (self.drop_zone, self.empty.zone):
            zone.setProperty("over", over)
            zone.style().unpolish(zone)
            zone.style().polish(zone)
        if not over:
            self.list.show_target(None)

    def section_below(self, window: QWidget, place: QPoint) -> int | None:
        """The section that files are dropped on, at a place in the window."""
        inside = self.list.viewport().mapFrom(window, place)
        hit = self.list.isVisible() and self.list.viewport().rect().contains(inside)
        return self.list.section_at(inside) if hit else None

    def _show_menu(self, place: QPoint) -> None:
        index = self.list.indexAt(place)
        menu = self.menus.menu(index.data(ROW), index.data(SECTION))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.list.viewport().mapToGlobal(place))

    def offer_undo(self, count: int, undo: Callable[[], None]) -> None:
        self.banner.show_message(
            words.fill(self.tr("%1 removed"), words.documents(count)), "", self.tr("Undo"), undo
        )
