"""The documents as a list, below the headings of their collections."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import TypeAlias

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from complm_app.core.library import Collection, Document
from complm_app.gui import words
from complm_app.gui.library_rows import OTHERS as OTHERS
from complm_app.gui.library_rows import Row as Row
from complm_app.gui.library_rows import Section as Section
from complm_app.gui.library_rows import State as State
from complm_app.gui.library_rows import row_of as row_of
from complm_app.gui.library_rows import section_of

ROW = Qt.ItemDataRole.UserRole
SECTION = Qt.ItemDataRole.UserRole + 1
"""The Section of a heading."""
WITHIN = Qt.ItemDataRole.UserRole + 2
"""The id of the section that a line belongs to, headings too."""
DRAGGED = "application/x-complm-documents"
"""JSON: [key, section] of each document that is dragged."""
_OF_HEADINGS = (
    Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsDropEnabled
)
_OF_DOCUMENTS = _OF_HEADINGS | Qt.ItemFlag.ItemIsDragEnabled
AnyIndex = QModelIndex | QPersistentModelIndex
Entry: TypeAlias = "tuple[int, Row | None]"
"""A line: the section that it is in, and its document; without one it is the heading. Lines are
the same objects from one arrangement to the next: 5,000 new ones each time would keep Python's
garbage collector busy for more than a frame."""


class Sort(Enum):
    ADDED = "added"
    TITLE = "title"
    PAGES = "pages"


class LibraryModel(QAbstractListModel):
    """All rows, and the filtered and sorted ones that are shown. Nothing here asks a database.

    Without collections there are no headings. With some, each has one, in the order of their
    names, and below it its documents; a document that is in several stands below each.
    """

    arranged = Signal()
    """Lines came, went or changed places."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, Row] = {}
        self._hidden: set[str] = set()
        self._sections: dict[int, Section] = {}
        self._drawn: dict[int, Section] = {}
        self._headings: dict[int, Entry] = {}
        self._closed: set[int] = set()
        self._missing: frozenset[int] = frozenset()
        self._shown: list[Entry] = []
        self._places: dict[str, int] = {}
        self._copies: dict[str, list[int]] = {}
        self._heading_places: list[int] = []
        self._known_within: dict[tuple[frozenset[int], int | None], tuple[int, ...]] = {}
        self._filter = ""
        self.sorted_by = Sort.ADDED

    # what Qt asks

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        section, row = self._shown[index.row()]
        if role == ROW:
            return row
        if role == WITHIN:
            return section
        shown = row if row is not None else self._sections.get(section)
        if shown is None or role == SECTION:
            return shown if row is None else None
        if role == Qt.ItemDataRole.DisplayRole:
            return shown.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return shown.tool_tip()
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return shown.spoken()
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _OF_HEADINGS if self._shown[index.row()][1] is None else _OF_DOCUMENTS

    def mimeTypes(self) -> list[str]:
        return [DRAGGED]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        entries = [self._shown[index.row()] for index in indexes]
        dragged = [(row.key, section) for section, row in entries if row is not None]
        data = QMimeData()
        data.setData(DRAGGED, json.dumps(dragged).encode())
        return data

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    # what the window asks

    def row(self, key: str) -> Row | None:
        return self._rows.get(key)

    def lines(self, places: Iterable[int]) -> list[Entry]:
        """What is shown at these places; those that do not exist are left out."""
        count = len(self._shown)
        return [self._shown[place] for place in places if 0 <= place < count]

    def rows(self) -> list[Row]:
        if not self._hidden:
            return list(self._rows.values())
        return [row for key, row in self._rows.items() if key not in self._hidden]

    def pages_waiting(self) -> int:
        """Of documents that are in the library and wait to be compressed."""
        return sum(
            row.document.pages
            for row in self._rows.values()
            if row.state is State.WAITING and row.document is not None
        )

    def has_hidden(self) -> bool:
        return bool(self._hidden)

    def index_of(self, key: str, section: int | None = None) -> QModelIndex:
        """Its place in a section, or the first one that it has."""
        places = self._all_places(key)
        inside = [place for place in places if self._shown[place][0] == section]
        return self.index((inside or places)[0]) if places else QModelIndex()

    def _all_places(self, key: str) -> Sequence[int]:
        """Several for a document that is in several collections."""
        if key not in self._places:
            return ()
        return self._copies.get(key) or (self._places[key],)

    def heading_of(self, section: int) -> QModelIndex:
        places = self.headings()
        found = (place for place in places if self._shown[place][0] == section)
        return self.index(next(found, -1))

    def headings(self) -> list[int]:
        """The places of all headings that are shown."""
        return self._heading_places

    def sections(self) -> list[Section]:
        """The collections, as they are shown."""
        return [each for id, each in self._sections.items() if id != OTHERS]

    def section(self, id: int) -> Section | None:
        return self._sections.get(id)

    def rows_in(self, *sections: int) -> list[Row]:
        """All documents of these collections, whether they are shown or not."""
        wanted = frozenset(sections)
        return [row for row in self.rows() if not wanted.isdisjoint(self._within(row))]

    # what the window does

    def put(self, rows: Iterable[Row]) -> None:
        """Adds rows, or replaces those with the same keys."""
        for row in rows:
            self._rows[row.key] = row
            self._hidden.discard(row.key)
        self._update()

    def changed(self, row: Row) -> None:
        """A row's state or progress is another one now."""
        for place in self._all_places(row.key):
            index = self.index(place)
            self.dataChanged.emit(index, index)

    def stored(self, row: Row, document: Document) -> None:
        """A row's file is in the library now, as `document`."""
        if document.id != row.key:
            self._rows = {document.id if k == row.key else k: r for k, r in self._rows.items()}
            if row.key in self._places:
                self._places[document.id] = self._places.pop(row.key)
            if row.key in self._copies:
                self._copies[document.id] = self._copies.pop(row.key)
        row.become(document)
        self._update()
        self.changed(row)

    def hide(self, keys: Iterable[str]) -> None:
        """Takes rows out of sight; they are still known, and `unhide` brings them back."""
        self._hidden.update(keys)
        self._update()

    def unhide(self, keys: Iterable[str]) -> None:
        self._hidden.difference_update(keys)
        self._update()

    def forget(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._rows.pop(key, None)
            self._hidden.discard(key)
        self._update()

    def filter(self, text: str) -> None:
        self._filter = text.strip().casefold()
        self._arrange()

    def sort_by(self, sort: Sort) -> None:
        self.sorted_by = sort
        self._arrange()

    # collections

    def set_collections(
        self, collections: Sequence[Collection], members: Mapping[str, Sequence[int]]
    ) -> None:
        """As they are in the library now. Rows that are not in it yet keep their targets."""
        self._sections = {each.id: section_of(each) for each in collections}
        self._known_within.clear()
        for row in self._rows.values():
            if row.document is not None:
                row.collections = frozenset(members.get(row.document.id, ()))
        self._update()

    def set_missing(self, collections: Iterable[int]) -> None:
        """The folders of these collections are not there."""
        missing = frozenset(collections)
        if missing != self._missing:
            self._missing = missing
            self._update()

    def closed(self) -> list[int]:
        return sorted(self._closed)

    def set_open(self, section: int, is_open: bool) -> None:
        """Shows or hides the documents below a heading."""
        if is_open:
            self._closed.discard(section)
        else:
            self._closed.add(section)
        self._update()

    def open_sections_of(self, keys: Iterable[str]) -> None:
        """So that these rows are shown, if the filter lets them."""
        for key in keys:
            row = self._rows.get(key)
            if row is not None and key not in self._places and not self._filter:
                self._closed.difference_update(self._within(row))
                self._update()

    # how it is arranged

    def _within(self, row: Row) -> tuple[int, ...]:
        """The sections that it stands in."""
        name = (row.collections, row.target)
        known = self._known_within.get(name)
        if known is None:
            wanted = (id for id in (*sorted(row.collections), row.target) if id)
            known = tuple(dict.fromkeys(id for id in wanted if id in self._sections)) or (OTHERS,)
            self._known_within[name] = known
        return known

    def _matching(self) -> list[Row]:
        wanted = self._filter
        rows = self.rows()
        if wanted:
            rows = [row for row in rows if wanted in row.sought]
        if self.sorted_by is Sort.TITLE:
            rows.sort(key=lambda row: row.sought)
        elif self.sorted_by is Sort.PAGES:
            rows.sort(key=lambda row: -(row.document.pages if row.document else 0))
        return rows

    def _entries(self) -> list[Entry]:
        rows = self._matching()
        self._sections.pop(OTHERS, None)
        if not self._sections:
            return [row.line_in(OTHERS) for row in rows]
        inside: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            for id in self._within(row):
                inside[id].append(row)
        if OTHERS in inside:
            self._sections[OTHERS] = Section(OTHERS, words.tr("Other documents"))
        entries: list[Entry] = []
        for id in list(self._sections):
            entries += self._below(id, inside[id])
        return entries

    def _below(self, id: int, rows: list[Row]) -> list[Entry]:
        """A heading and its documents; while the list is filtered, closed ones are open."""
        is_open = bool(self._filter) or id not in self._closed
        self._sections[id] = replace(
            self._sections[id],
            is_open=is_open,
            is_missing=id in self._missing,
            count=len(rows),
        )
        if self._filter and not rows:
            return []
        heading = self._headings.setdefault(id, (id, None))
        return [heading, *(row.line_in(id) for row in rows)] if is_open else [heading]

    def _update(self) -> None:
        """After an event: only the lines that came or went are told of, where they are together."""
        old, new = self._shown, self._entries()
        first = next(
            (n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a is not b), None
        )
        if first is None:
            first = min(len(old), len(new))
        last = 0
        while last < min(len(old), len(new)) - first and old[-1 - last] is new[-1 - last]:
            last += 1
        gone, come = len(old) - first - last, len(new) - first - last
        if gone and come:
            self._reset(new)
        elif gone:
            self.beginRemoveRows(QModelIndex(), first, first + gone - 1)
            self._show(new)
            self.endRemoveRows()
        elif come:
            self.beginInsertRows(QModelIndex(), first, first + come - 1)
            self._show(new)
            self.endInsertRows()
        if gone or come:
            self.arranged.emit()
        self._redraw_headings()

    def _redraw_headings(self) -> None:
        """Of those sections that are not as they were drawn."""
        if self._drawn != self._sections:
            for place in self.headings():
                id = self._shown[place][0]
                if self._drawn.get(id) != self._sections[id]:
                    self.dataChanged.emit(self.index(place), self.index(place))
            self._drawn = dict(self._sections)

    def _arrange(self) -> None:
        """After the user has chosen another filter or order."""
        self._reset(self._entries())
        self.arranged.emit()

    def _reset(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        self._show(entries)
        self.endResetModel()

    def _show(self, entries: list[Entry]) -> None:
        self._shown = entries
        places: dict[str, int] = {}
        copies: dict[str, list[int]] = {}
        headings: list[int] = []
        for place, (_, row) in enumerate(entries):
            if row is None:
                headings.append(place)
            elif row.key in places:
                copies.setdefault(row.key, [places[row.key]]).append(place)
            else:
                places[row.key] = place
        self._places, self._copies, self._heading_places = places, copies, headings
