"""The left pane: filter, documents, and where to drop more."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

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
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from complm_app.gui import words
from complm_app.gui.controls import Banner, Header, IconButton
from complm_app.gui.library_delegate import LibraryDelegate
from complm_app.gui.library_model import ROW, LibraryModel, Row, Sort, State
from complm_app.gui.theme import SIDE


class DocumentList(QListView):
    """The rows; Enter opens the current one."""

    activated_by_key = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated_by_key.emit()
        else:
            super().keyPressEvent(event)


class LibraryPane(QFrame):
    opened = Signal(object)
    """A row was clicked, or Enter was pressed on it."""
    scope_changed = Signal(list)
    """Rows that are selected; chats ask these."""
    add_wanted = Signal()
    remove_wanted = Signal(list)
    retry_wanted = Signal(object)
    reveal_wanted = Signal(object)

    def __init__(self, model: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("libraryPane")
        self.setAccessibleName(self.tr("Library"))
        self._model = model
        self._rows: list[Row] = []
        self._current: Row | None = None
        self._place = 0
        self.filter = QLineEdit()
        self.list = DocumentList()
        self.drop_zone = QLabel(self.tr("Drop PDFs or folders anywhere"))
        self.banner = Banner("note", self)
        self._nothing = QLabel()
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
        column.addWidget(self.banner)
        column.addWidget(self._bottom())
        self._prepare_list()
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

    def _prepare_list(self) -> None:
        self.list.setModel(self._model)
        self.list.setItemDelegate(LibraryDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.setAccessibleName(self.tr("Documents"))
        self.remove_action = QAction(self.tr("Remove from library"), self.list)
        self.remove_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        self.remove_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.list.addAction(self.remove_action)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._model.filter)
        self.list.clicked.connect(self._click)
        self.list.activated_by_key.connect(lambda: self._open(self.current()))
        self.list.customContextMenuRequested.connect(self._show_menu)
        self.remove_action.triggered.connect(lambda: self.remove_wanted.emit(self.selected()))
        self._selection().selectionChanged.connect(self._selected)
        self._model.modelAboutToBeReset.connect(self._remember)
        self._model.modelReset.connect(self._recall)
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

    def selected(self) -> list[Row]:
        rows = [index.data(ROW) for index in self._selection().selectedIndexes()]
        return [row for row in rows if isinstance(row, Row)]

    def select(self, keys: Sequence[str]) -> None:
        """Selects these rows, the first one becomes the current one."""
        wanted = QItemSelection()
        indexes = [i for key in keys if (i := self._model.index_of(key)).isValid()]
        for index in indexes:
            wanted.select(index, index)
        if indexes:
            self._selection().setCurrentIndex(
                indexes[0], QItemSelectionModel.SelectionFlag.NoUpdate
            )
        self._selection().select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _selected(self) -> None:
        self.scope_changed.emit(self.selected())

    def _remember(self) -> None:
        self._rows, self._current = self.selected(), self.current()
        self._place = self.list.verticalScrollBar().value()

    def _recall(self) -> None:
        """The same rows stay selected when the list was filtered or has grown."""
        keys = [row.key for row in self._rows]
        if self._current is not None and self._current.key in keys:
            keys.remove(self._current.key)
            keys.insert(0, self._current.key)
        self.select(keys)
        if len(self.selected()) != len(self._rows):
            self._selected()  # a reset takes rows out of the selection without a signal
        self.list.verticalScrollBar().setValue(self._place)
        self._show_emptiness()

    def _click(self, index: QModelIndex) -> None:
        """Choosing several documents to ask about does not open each of them."""
        if QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier:
            self._open(index.data(ROW))

    def _open(self, row: Row | None) -> None:
        if row is not None:
            self.opened.emit(row)

    # ---- states

    def _show_emptiness(self) -> None:
        shown = self._model.rowCount() > 0
        self.list.setVisible(shown)
        self._nothing.setVisible(not shown)
        if self._model.rows():
            self._nothing.setText(self.tr("No document has this in its title"))
        else:
            self._nothing.setText(
                self.tr("Your library is empty.\nDrop a PDF here, or add one with +.")
            )

    def show_drop(self, over: bool) -> None:
        """Lights up where files may be dropped while some are dragged over the window."""
        self.drop_zone.setProperty("over", over)
        style = self.drop_zone.style()
        style.unpolish(self.drop_zone)
        style.polish(self.drop_zone)

    # ---- menu

    def _show_menu(self, place: QPoint) -> None:
        row = self.list.indexAt(place).data(ROW)
        menu = self.menu(row if isinstance(row, Row) else None)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.list.viewport().mapToGlobal(place))

    def menu(self, row: Row | None) -> QMenu:
        """What can be done with a row, or, without one, with the list."""
        menu = QMenu(self)
        if row is not None:
            menu.addAction(self.tr("Open"), lambda: self.opened.emit(row))
            menu.addAction(self.tr("Show in file manager"), lambda: self.reveal_wanted.emit(row))
            if row.state is State.LOCKED:
                menu.addAction(self.tr("Enter password..."), lambda: self.retry_wanted.emit(row))
            elif row.state is State.FAILED:
                menu.addAction(self.tr("Try again"), lambda: self.retry_wanted.emit(row))
            menu.addSeparator()
            menu.addAction(self.remove_action)
            menu.addSeparator()
        self._add_sorting(menu)
        return menu

    def _add_sorting(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for sort, label in (
            (Sort.ADDED, self.tr("Sort by date added")),
            (Sort.TITLE, self.tr("Sort by title")),
            (Sort.PAGES, self.tr("Sort by length")),
        ):
            action = menu.addAction(label, partial(self._model.sort_by, sort))
            action.setCheckable(True)
            action.setChecked(sort is self._model.sorted_by)
            group.addAction(action)

    def offer_undo(self, count: int, undo: object) -> None:
        assert callable(undo)
        self.banner.show_message(
            words.fill(self.tr("%1 removed"), words.documents(count)), "", self.tr("Undo"), undo
        )
