"""Documents that were removed and can be brought back for ten seconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from complm_app.core.cache import Cache
from complm_app.core.library import Library
from complm_app.gui.bridge import Stores
from complm_app.gui.library_model import LibraryModel, Row

UNDO_MS = 10_000


class Removal(QObject):
    """Rows are out of sight first, and out of the library when the time for undo is over."""

    removed = Signal(list)
    """Keys that went out of sight."""
    restored = Signal(list)
    """Rows that are back."""
    settled = Signal()
    """There is nothing to be undone any more."""

    def __init__(self, stores: Stores, model: LibraryModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stores, self._model = stores, model
        self._rows: list[Row] = []
        self._undo = QTimer(self, singleShot=True, interval=UNDO_MS)
        self._undo.timeout.connect(self.settle)

    def __contains__(self, row: Row) -> bool:
        return row in self._rows

    def row_at(self, path: object) -> Row | None:
        """The removed row of this file."""
        return next((row for row in self._rows if row.path == path), None)

    def remove(self, rows: Sequence[Row]) -> None:
        self.settle()
        self._rows = list(rows)
        self._model.hide(row.key for row in rows)
        self._undo.start()
        self.removed.emit([row.key for row in rows])

    def undo(self) -> None:
        self.restore(self._rows)

    def restore(self, rows: Iterable[Row]) -> None:
        """Brings back some of them, or all."""
        back = [row for row in rows if row in self._rows]
        self._rows = [row for row in self._rows if row not in back]
        self._model.unhide(row.key for row in back)
        self.restored.emit(back)
        if not self._rows:
            self._undo.stop()
            self.settled.emit()

    def settle(self) -> None:
        """The removal cannot be undone any more."""
        self._undo.stop()
        rows, self._rows = self._rows, []
        if not rows:
            return
        self._model.forget([row.key for row in rows])
        # A document that is being read again is known by two: by what it was, and what it will be.
        known = {id for row in rows for id in (row.id, row.document and row.document.id) if id}
        self._stores.run(lambda library, cache: _remove(library, cache, sorted(known)))
        self.settled.emit()


def _remove(library: Library, cache: Cache, ids: Sequence[str]) -> None:
    for id in ids:
        library.remove_document(id)
        cache.forget_document(id)
