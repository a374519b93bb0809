"""Notices files that change and files that come into watched folders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from complm_app.core.folders import Found, WatchedFolder, look, places_to_watch, stamp_of
from complm_app.core.library import Collection, Document, Library
from complm_app.errors import ComplmError
from complm_app.gui.background import Background
from complm_app.gui.bridge import Stores
from complm_app.gui.collecting import CollectionDesk
from complm_app.gui.intake import Intake
from complm_app.gui.library_model import LibraryModel, Row

SETTLE_SECONDS = 2.0
"""A file that was written a moment ago may not be all there yet."""
SOON_MS = 400
MOST_WATCHED = 512
"""Systems allow few thousand watches to all programs together. What is beyond is seen when the
window becomes the active one."""


class Watching(QObject):
    """Looks at the start, when the system tells of a change, and when the window becomes active.

    All reading of files and folders is done in `background`.
    """

    def __init__(
        self,
        stores: Stores,
        background: Background,
        model: LibraryModel,
        intake: Intake,
        desk: CollectionDesk,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._stores, self._background = stores, background
        self._model, self._intake, self._desk = model, intake, desk
        self.settle_seconds = SETTLE_SECONDS
        self._tried: dict[Path, tuple[int, int] | None] = {}
        self._has_started = self._is_looking = self._look_again = False
        self._watcher = QFileSystemWatcher(self)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._later = QTimer(self, singleShot=True)
        self._connect()

    def _connect(self) -> None:
        self._soon.timeout.connect(self.look)
        self._later.timeout.connect(self.look)
        self._watcher.directoryChanged.connect(self.look_soon)
        self._watcher.fileChanged.connect(self.look_soon)
        self._desk.shown.connect(self.look_soon)
        self._intake.listed.connect(self._start)
        self._intake.became_idle.connect(self.look_soon)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self._state_changed)

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive:
            self.look_soon()

    def _start(self) -> None:
        self._has_started = True
        self.look_soon()

    def look_soon(self) -> None:
        if self._has_started and not self._soon.isActive():
            self._soon.start()

    def look(self) -> None:
        """Not while another look is under way; then once more after it."""
        if self._is_looking:
            self._look_again = True
            return
        self._is_looking, self._look_again = True, False
        self._stores.run(
            lambda library, cache: _folders(library, self._desk.collections),
            self._look_at,
            self._failed,
        )

    def _failed(self, error: ComplmError) -> None:
        self._looked(Found())
        self._stores.failed.emit(error)

    def _look_at(self, folders: Sequence[WatchedFolder]) -> None:
        documents = [r.document for r in self._model.rows() if r.document and not r.has_changed]
        settle = self.settle_seconds

        def work() -> tuple[Found, list[str]]:
            found = look(documents, folders, settle)
            return found, places_to_watch(documents, folders, MOST_WATCHED)

        self._background.run(work, lambda result: self._found(*result))

    def _found(self, found: Found, places: list[str]) -> None:
        self._note_touched(found)
        self._model.set_missing(found.missing)
        rows = (self._model.row(id) for id in found.changed)
        self._intake.read_again([row for row in rows if row and self._is_news(row.path)])
        self._take_in(found)
        self._watch(places)
        self._looked(found)

    def _looked(self, found: Found) -> None:
        self._is_looking = False
        if found.unsettled:
            self._later.start(round(1000 * self.settle_seconds) + SOON_MS)
        if self._look_again:
            self.look_soon()

    def _is_news(self, path: Path) -> bool:
        """Whether this state of a file has not been tried: it may be one that cannot be read."""
        stamp = stamp_of(path)
        if path in self._tried and self._tried[path] == stamp:
            return False
        self._tried[path] = stamp
        return True

    def _note_touched(self, found: Found) -> None:
        """Files that were written anew with the same bytes need not be read next time."""
        touched: list[tuple[Document, int]] = []
        for id, modified_ns in found.touched:
            row = self._model.row(id)
            if row is not None and row.document is not None:
                row.document = replace(row.document, modified_ns=modified_ns)
                touched.append((row.document, modified_ns))
        if touched:
            self._stores.run(partial(_note, touched))

    def _take_in(self, found: Found) -> None:
        """Adds what is new. What the library knows already is only put into the collection."""
        at = {row.path: row for row in self._model.rows()}
        fresh: dict[int, list[Path]] = defaultdict(list)
        known: list[tuple[int, Row, Path]] = []
        for collection, path in found.new:
            row = at.get(path)
            if row is not None and row.document is not None:
                known.append((collection, row, path))
            elif self._is_news(path):
                fresh[collection].append(path)
        for collection, paths in fresh.items():
            self._intake.add(paths, collection, by_itself=True)
        if known:
            pairs = [(each, row.document.id, path) for each, row, path in known if row.document]
            self._stores.run(partial(_put, pairs), lambda _: self._desk.refresh())

    def _watch(self, places: Sequence[str]) -> None:
        now = {*self._watcher.files(), *self._watcher.directories()}
        if gone := sorted(now.difference(places)):
            self._watcher.removePaths(gone)
        if new := sorted(set(places) - now):
            self._watcher.addPaths(new)


def _folders(library: Library, collections: Sequence[Collection]) -> list[WatchedFolder]:
    return [
        WatchedFolder(each.id, each.folder, library.taken_in(each.id))
        for each in collections
        if each.folder is not None
    ]


def _put(pairs: Sequence[tuple[int, str, Path]], library: Library, cache: object) -> None:
    for pair in pairs:
        library.take_in(*pair)


def _note(touched: Sequence[tuple[Document, int]], library: Library, cache: object) -> None:
    for document, modified_ns in touched:
        if library.documents([document.id]):
            library.move_document(document.id, document.path, modified_ns)
