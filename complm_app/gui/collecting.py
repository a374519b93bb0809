"""Collections in the window: made, renamed, filled, emptied and deleted in the library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from complm_app.core.library import Collection, Library
from complm_app.errors import ComplmError
from complm_app.gui import words
from complm_app.gui.bridge import Stores
from complm_app.gui.dialogs import LineDialog, confirm, question_box
from complm_app.gui.library_model import OTHERS, LibraryModel, Row, Section


class CollectionDesk(QObject):
    """Does in the library what is asked for, and shows in the model what is there then."""

    shown = Signal()
    """The model has the collections as they are in the library."""
    failed = Signal(object)
    """A ComplmError, such as of a name that is taken."""

    def __init__(self, stores: Stores, model: LibraryModel, window: QWidget) -> None:
        super().__init__(window)
        self._stores, self._model, self._window = stores, model, window
        self.collections: tuple[Collection, ...] = ()

    def refresh(self) -> None:
        self._do(lambda library: None)

    def _do(
        self,
        work: Callable[[Library], object],
        failed: Callable[[ComplmError], None] | None = None,
    ) -> None:
        def then(found: tuple[list[Collection], dict[str, tuple[int, ...]]]) -> None:
            self.collections = tuple(found[0])
            self._model.set_collections(*found)
            self.shown.emit()

        self._stores.run(
            lambda library, cache: (work(library), library.collections(), library.members())[1:],
            then,
            failed or self.failed.emit,
        )

    # ---- collections

    def ask_name(self, rows: Sequence[Row] = ()) -> None:
        """A new collection, of these rows."""
        self._ask(self.tr("New collection"), "", lambda name: self.make(name, rows))

    def make(self, name: str, rows: Sequence[Row] = ()) -> None:
        documents = _documents(rows)
        self._do(lambda library: library.collect(library.make_collection(name).id, documents))

    def ask_new_name(self, section: Section) -> None:
        self._ask(
            self.tr("Rename collection"), section.title, lambda name: self.rename(section, name)
        )

    def rename(self, section: Section, name: str) -> None:
        self._do(lambda library: library.rename_collection(section.id, name))

    def _ask(self, title: str, text: str, then: Callable[[str], None]) -> None:
        question = self.tr("Name of the collection")
        LineDialog(title, question, then, self._window, text=text).open()

    def ask_to_delete(self, section: Section) -> None:
        """An empty one just goes."""
        if not self._model.rows_in(section.id):
            self.delete(section)
            return
        text = words.fill(
            self.tr("Delete the collection “%1”? Its documents stay in the library."),
            section.title,
        )
        box = question_box(self._window, self.tr("Delete collection"), text)
        confirm(box, self.tr("Delete"), lambda: self.delete(section))

    def delete(self, section: Section) -> None:
        self._do(lambda library: library.delete_collection(section.id))

    # ---- what is in them

    def put(self, rows: Sequence[Row], collection: int) -> None:
        """Those that are not in the library yet come into it as soon as they are."""
        documents = _documents(rows)
        for row in rows:
            if row.document is None:
                row.target = collection
        self._do(lambda library: library.collect(collection, documents))

    def take_out(self, rows: Sequence[Row], collection: int) -> None:
        documents = _documents(rows)
        self._do(lambda library: library.take_out(collection, documents))

    def drop(self, dragged: Sequence[tuple[str, int]], target: int, stays: bool) -> None:
        """[key, section] of documents that were dragged into another section, or out of theirs."""
        known = [(row, section) for key, section in dragged if (row := self._model.row(key))]
        moved = [(row, section) for row, section in known if section != target]
        for row, _ in moved:
            if row.document is None:
                row.target = target or None
        pairs = [(row.document.id, section) for row, section in moved if row.document]

        def work(library: Library) -> None:
            if target != OTHERS:
                library.collect(target, [id for id, _ in pairs])
            for id, section in () if stays else pairs:
                library.take_out(section, [id])

        self._do(work)

    # ---- folders

    def watch(self, folder: Path) -> None:
        self._do(lambda library: library.watch_folder(folder))

    def stop_watching(self, section: Section) -> None:
        self._do(lambda library: library.stop_watching(section.id))


def _documents(rows: Sequence[Row]) -> list[str]:
    return [row.document.id for row in rows if row.document is not None]
