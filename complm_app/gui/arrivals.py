"""Turns rows into the documents that they have become in the library."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from complm_app.core.library import Document
from complm_app.gui.bridge import Stores
from complm_app.gui.library_model import LibraryModel, Row, State
from complm_app.gui.removal import Removal


class Arrivals(QObject):
    """`newer` leads from the ids of earlier versions to those that documents have now."""

    arrived = Signal(object, object)
    """(the row, which may be one that was there already; the State that it has from now on)"""
    not_there = Signal(object, object)
    """(the row, the State that it was to have): the library does not hold it."""
    replaced = Signal(str, str)
    """A document's file had changed: (its id until now, the id that it has from now on)."""

    def __init__(
        self,
        stores: Stores,
        model: LibraryModel,
        removal: Removal,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._stores, self._model, self._removal = stores, model, removal
        self.newer: dict[str, str] = {}

    def look_up(
        self,
        row: Row,
        id: str,
        state: State,
        is_still_wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """`arrived` or `not_there` follows: whether the library holds the document `id`. Neither
        does where that is not wanted any more."""

        def then(found: tuple[Sequence[Document], Sequence[int]]) -> None:
            documents, collections = found
            if not is_still_wanted():
                return
            if documents:
                self._become(row, documents[0], frozenset(collections), state)
            else:
                self.not_there.emit(row, state)

        self._stores.run(
            lambda library, cache: (library.documents([id]), library.members().get(id, ())), then
        )

    def _become(
        self, row: Row, document: Document, collections: frozenset[int], state: State
    ) -> None:
        row = self._the_one_row(row, document)
        earlier = row.document.id if row.document is not None else document.id
        row.state, row.progress, row.error = state, None, None
        row.collections, row.target, row.has_changed = collections, None, False
        self._model.stored(row, document)
        if earlier != document.id:
            self._replace(earlier, document.id)
        self.arrived.emit(row, state)

    def _the_one_row(self, row: Row, document: Document) -> Row:
        """The same file under another name has one row: the one that was there already."""
        known = self._model.row(document.id)
        if known is None or known is row:
            return row
        self._model.forget([row.key])
        if known in self._removal:
            self._removal.restore([known])
        return known

    def _replace(self, earlier: str, newer: str) -> None:
        self.newer.pop(newer, None)
        for id, led_to in list(self.newer.items()):
            if led_to == earlier:
                self.newer[id] = newer
        self.newer[earlier] = newer
        self.replaced.emit(earlier, newer)
