"""The documents as a list: what the library holds, and what is on its way into it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from complm_app.core.library import Document
from complm_app.engine.protocol import Progress
from complm_app.errors import ComplmError
from complm_app.gui import words

ROW = Qt.ItemDataRole.UserRole
AnyIndex = QModelIndex | QPersistentModelIndex


class State(Enum):
    WAITING = auto()
    WORKING = auto()
    STORED = auto()
    """In the library; whether all of it is compressed is not known yet."""
    READY = auto()
    LOCKED = auto()
    FAILED = auto()


class Sort(Enum):
    ADDED = "added"
    TITLE = "title"
    PAGES = "pages"


@dataclass(slots=True, eq=False)
class Row:
    """One document. `key` is its id, or a path as long as the file is not in the library."""

    key: str
    path: Path
    title: str
    state: State
    document: Document | None = None
    progress: Progress | None = None
    error: ComplmError | None = None
    id: str | None = None
    """Of the document, as soon as the file has been hashed."""

    @property
    def folded(self) -> str:
        return self.title.casefold()

    def details(self) -> str:
        """The second line: pages and what is going on."""
        count = words.pages(self.document.pages) if self.document else ""
        match self.state:
            case State.WAITING:
                return words.joined(count, words.tr("waiting"))
            case State.WORKING:
                return words.joined(count, *_working(self.progress))
            case State.LOCKED:
                return words.tr("Needs its password")
            case State.FAILED:
                return self.error.message if self.error else words.tr("Could not be read")
            case State.STORED | State.READY:
                return self._stored() or count

    def _stored(self) -> str:
        document = self.document
        if document is None or not document.pages_without_text:
            return ""
        return words.pages_without_text(document.pages_without_text, document.pages)

    @property
    def share(self) -> float | None:
        """How much of the current stage is done; None where no bar is shown."""
        if self.state is not State.WORKING or not self.progress or self.progress.total <= 1:
            return None
        return min(1.0, self.progress.done / self.progress.total)


def _working(progress: Progress | None) -> Sequence[str]:
    if progress is None or progress.total <= 1:
        return [words.tr("getting ready")]
    left = words.time_left(progress.seconds_left) if progress.seconds_left is not None else ""
    if progress.stage == "reading":
        return [words.fill(words.tr("reading %1"), words.percent(progress.done, progress.total))]
    return [words.percent(progress.done, progress.total), left]


class LibraryModel(QAbstractListModel):
    """All rows, and the filtered and sorted ones that are shown. Nothing here asks a database."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, Row] = {}
        self._hidden: set[str] = set()
        self._shown: list[Row] = []
        self._places: dict[str, int] = {}
        self._filter = ""
        self.sorted_by = Sort.ADDED

    # what Qt asks

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._shown[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tool_tip(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.title}, {row.details()}"
        return None

    # what the window does

    def row(self, key: str) -> Row | None:
        return self._rows.get(key)

    def rows(self) -> list[Row]:
        return [row for key, row in self._rows.items() if key not in self._hidden]

    def has_hidden(self) -> bool:
        return bool(self._hidden)

    def index_of(self, key: str) -> QModelIndex:
        place = self._places.get(key)
        return QModelIndex() if place is None else self.index(place)

    def put(self, rows: Iterable[Row]) -> None:
        """Adds rows, or replaces those with the same keys."""
        for row in rows:
            self._rows[row.key] = row
            self._hidden.discard(row.key)
        self._arrange()

    def changed(self, row: Row) -> None:
        """A row's state or progress is another one now."""
        index = self.index_of(row.key)
        if index.isValid():
            self.dataChanged.emit(index, index)

    def stored(self, row: Row, document: Document) -> None:
        """A row's file is in the library now, as `document`."""
        renamed = {document.id if key == row.key else key: r for key, r in self._rows.items()}
        row.key, row.path, row.title, row.document = (
            document.id,
            document.path,
            document.title,
            document,
        )
        self._rows = renamed
        self._arrange()

    def hide(self, keys: Iterable[str]) -> None:
        """Takes rows out of sight; they are still known, and `unhide` brings them back."""
        self._hidden.update(keys)
        self._arrange()

    def unhide(self, keys: Iterable[str]) -> None:
        self._hidden.difference_update(keys)
        self._arrange()

    def forget(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._rows.pop(key, None)
            self._hidden.discard(key)
        self._arrange()

    def filter(self, text: str) -> None:
        self._filter = text.strip().casefold()
        self._arrange()

    def sort_by(self, sort: Sort) -> None:
        self.sorted_by = sort
        self._arrange()

    def _arrange(self) -> None:
        self.beginResetModel()
        wanted = self._filter
        rows = [row for row in self.rows() if wanted in row.folded]
        if self.sorted_by is Sort.TITLE:
            rows.sort(key=lambda row: row.folded)
        elif self.sorted_by is Sort.PAGES:
            rows.sort(key=lambda row: -(row.document.pages if row.document else 0))
        self._shown = rows
        self._places = {row.key: place for place, row in enumerate(rows)}
        self.endResetModel()


def _tool_tip(row: Row) -> str:
    hint = row.error.hint if row.error else ""
    return "\n".join(part for part in (str(row.path), row.details(), hint) if part)


def row_of(document: Document, state: State = State.STORED) -> Row:
    return Row(document.id, document.path, document.title, state, document, id=document.id)
