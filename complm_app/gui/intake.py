"""Brings files into the library one at a time, and finishes what is not compressed yet."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from complm_app.core.folders import readable_files
from complm_app.core.library import Document
from complm_app.engine.protocol import (
    Added,
    AddRequest,
    Cancelled,
    Compressed,
    CompressRequest,
    Crashed,
    Event,
    Failed,
    Progress,
)
from complm_app.errors import ComplmError, EncryptedError, ModelError
from complm_app.gui.arrivals import Arrivals
from complm_app.gui.bridge import Bridge, Stores
from complm_app.gui.library_model import LibraryModel, Row, State, row_of
from complm_app.gui.removal import Removal

_UNITS_OF_STORED = ("passages", "tokens")
"""What the work on a document is counted in once it is in the library; before that, in pages."""


@dataclass(slots=True)
class _Running:
    job: int
    row: Row
    aside: bool = False
    """It was cancelled for what is more urgent, and goes on afterwards."""
    is_stored: bool = False
    """The document is in the library, and its row is to show it."""


class Intake(QObject):
    """The queue of files and documents to work on. All of it lives in the window's thread."""

    listed = Signal()
    """The library's documents are in the model."""
    finished = Signal(str)
    """A document (its id) is in the library now, or all of it is compressed."""
    password_needed = Signal(object, bool)
    """(row, whether a password was tried)"""
    model_failed = Signal(object)
    failed = Signal(object, object)
    """(row, its ComplmError)"""
    crashed = Signal(str)
    replaced = Signal(str, str)
    """A document's file had changed: (its id until now, the id that it has from now on)."""
    became_idle = Signal()
    progressed = Signal()
    """What `current` and `waiting` say has changed."""

    def __init__(
        self,
        bridge: Bridge,
        stores: Stores,
        model: LibraryModel,
        ratio: Callable[[], int | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._stores, self._model, self._ratio = bridge, stores, model, ratio
        self._queue: deque[Row] = deque()
        self._running: _Running | None = None
        self._passwords: dict[str, str] = {}
        self._is_closed = self._is_busy = False
        self.removal = Removal(stores, model, self)
        self.removal.restored.connect(self._restored)
        self._arrivals = Arrivals(stores, model, self.removal, self)
        self._arrivals.arrived.connect(self._arrived)
        self._arrivals.not_there.connect(self._not_there)
        self._arrivals.replaced.connect(self.replaced)
        bridge.happened.connect(self._on_event)

    # what there is to do

    @property
    def current(self) -> Row | None:
        return self._running.row if self._running else None

    @property
    def waiting(self) -> int:
        return len(self._queue)

    def password(self, path: Path) -> str | None:
        """The one that opened this file in this session."""
        return self._passwords.get(str(path))

    def newest(self, id: str) -> str:
        """The id that a document has now: another one, where its file has changed."""
        return self._arrivals.newer.get(id, id)

    def list_library(self) -> None:
        """Shows what the library holds, and goes on where the last session stopped."""
        self._stores.run(
            lambda library, cache: (
                library.documents(),
                library.members(),
                library.newer_versions(),
            ),
            lambda found: self._listed(*found),
        )

    def _listed(
        self,
        documents: Sequence[Document],
        members: Mapping[str, Sequence[int]],
        newer: dict[str, str],
    ) -> None:
        self._arrivals.newer = newer
        rows = [row_of(document) for document in documents]
        for row in rows:
            row.collections = frozenset(members.get(row.key, ()))
        self._model.put(rows)
        self._queue.extend(rows)
        self.listed.emit()
        self._next()

    # what the user does

    def add(
        self, paths: Sequence[Path], collection: int | None = None, by_itself: bool = False
    ) -> list[Row]:
        """Queues files; their rows, those already there included. Folders: see add_folders.

        `by_itself`: it was not the user who has added them.
        """
        rows, known = [], {row.path: row for row in self._model.rows()}
        fresh = []
        for path in paths:
            path = Path(os.path.abspath(path))  # noqa: PTH100  (resolve would follow links)
            removed = self.removal.row_at(path)
            if removed is not None:
                self.removal.restore([removed])
            row = removed or known.get(path)
            if row is None or row.document is not None:
                row = Row(f"path:{path}", path, path.stem, State.WAITING, target=collection)
                fresh.append(row)
            else:
                row.target = collection or row.target
                if row.state is State.FAILED:
                    self.retry(row)
            row.came_by_itself = by_itself
            rows.append(row)
        self._model.put(fresh)
        self._queue.extend(fresh)
        self._step_aside()
        self._next()
        return rows

    def read_again(self, rows: Sequence[Row]) -> None:
        """The files of these documents have changed."""
        if not rows:
            return
        for row in rows:
            row.has_changed = True
            if self._running is not None and self._running.row is row:
                self._running.aside = True  # it goes on afterwards, as what it is then
                self._bridge.cancel(self._running.job)
            elif row not in self._queue:
                self._queue.append(row)
            self._set(row, State.WAITING)
        self._step_aside()
        self._next()

    def unread(self) -> list[Row]:
        """Files that were added and are not in the library: not yet, or they could not be read."""
        return [row for row in self._model.rows() if row.document is None]

    def _step_aside(self) -> None:
        """Compression waits while there are files to read: they can be asked about sooner."""
        running = self._running
        if running and running.aside is False and _is_past_reading(running.row):
            running.aside = any(row.must_be_read for row in self._queue)
            if running.aside:
                self._bridge.cancel(running.job)

    def add_folders(self, folders: Sequence[Path], collection: int | None = None) -> None:
        """Queues what CompLM can read in them and below. Looks through them in the background."""
        if folders:
            self._stores.run(
                lambda library, cache: list(readable_files(folders)),
                lambda files: self._add_found(files, collection),
            )

    def _add_found(self, files: Sequence[Path], collection: int | None) -> None:
        self.add(files, collection)

    def retry(self, row: Row, password: str | None = None) -> None:
        if password is not None:
            self._passwords[str(row.path)] = password
        # One that is ready only needed the password to be shown.
        if row.state in (State.FAILED, State.LOCKED, State.STORED):
            row.state, row.error = State.WAITING, None
            self._model.changed(row)
            self._queue.appendleft(row)
            self._next()

    def start_over(self) -> None:
        """Another model, or ratio, is to be used: what is in the library is compressed for it."""
        self.compress_again(self._model.rows())

    def compress_again(self, rows: Sequence[Row]) -> None:
        """What of these documents is not compressed, or not any more."""
        running = self._running
        if running is not None and running.row.document is not None and running.row in rows:
            running.aside = True
            self._bridge.cancel(running.job)
        for row in rows:
            if row.document is not None and row.state in (State.READY, State.STORED):
                self._requeue(row)
        self._next()

    def cancel_all(self) -> None:
        """Stops the current work and drops what waits. What was committed stays."""
        dropped = [row for row in self._queue if row.document is None]
        for row in self._queue:
            if row.document is not None:
                row.has_changed = False
                self._set(row, State.STORED)
        self._queue.clear()
        self._model.forget(row.key for row in dropped)
        if self._running:
            self._bridge.cancel(self._running.job)

    def remove(self, rows: Sequence[Row]) -> None:
        """Out of sight now, out of the library in ten seconds or when the window closes."""
        self.removal.remove(rows)
        for row in rows:
            if row in self._queue:
                self._queue.remove(row)
            if self._running and self._running.row is row:
                self._bridge.cancel(self._running.job)

    def _restored(self, rows: Sequence[Row]) -> None:
        """The removal was undone: what they still need is done."""
        for row in rows:
            if self._running and self._running.row is row:
                self._running.aside = True  # it was cancelled and has not ended yet
            elif row.state not in (State.FAILED, State.LOCKED):
                self._requeue(row)
        self._next()

    def close(self) -> None:
        """The window closes: nothing more is begun."""
        self.removal.settle()
        self._is_closed = True

    # what the worker says

    def _next(self) -> None:
        if self._running is None and self._queue and not self._is_closed:
            row = next((row for row in self._queue if row.must_be_read), self._queue[0])
            self._queue.remove(row)
            self._running = _Running(self._submit(row), row)
        self.progressed.emit()
        was_busy, self._is_busy = self._is_busy, self._running is not None
        if was_busy and not self._is_busy and not self._is_closed:
            self.became_idle.emit()

    def _submit(self, row: Row) -> int:
        ratio = self._ratio()
        if row.document is not None and not row.has_changed:
            return self._bridge.compress(CompressRequest(row.document.id, ratio))
        password = self._passwords.get(str(row.path))
        return self._bridge.add(AddRequest(row.path, password, ratio, row.target))

    def _on_event(self, job: int, event: Event) -> None:
        if self._running is None or job != self._running.job:
            return
        row, aside = self._running.row, self._running.aside
        if isinstance(event, Progress):
            self._progress(row, event)
            return
        self._running = None
        match event:
            case Added():
                self._arrivals.look_up(row, event.document, State.READY)
            case Compressed():
                self._set(row, State.READY)
                self.finished.emit(row.key)
            case Cancelled():
                self._cancelled(row, aside)
            case Failed(error):
                self._failed(row, error)
            case Crashed(report):
                self._set(row, State.FAILED, _bug())
                self.crashed.emit(report)
        self._next()

    def _progress(self, row: Row, progress: Progress) -> None:
        row.state, row.progress, row.id = State.WORKING, progress, progress.document or row.id
        self._model.changed(row)
        self._note_stored(row, progress)
        self._step_aside()
        self.progressed.emit()

    def _note_stored(self, row: Row, progress: Progress) -> None:
        """A document can be asked about as soon as it is in the library."""
        running, id = self._running, progress.document
        if running is None or running.is_stored or id is None:
            return
        if row.must_be_read and progress.unit in _UNITS_OF_STORED:
            running.is_stored = True
            self._arrivals.look_up(
                row, id, State.WORKING, lambda: running is self._running and row not in self.removal
            )

    def _arrived(self, row: Row, state: State) -> None:
        """A row is the document that it has become."""
        if state is State.WAITING:
            self._requeue(row)
        elif state is State.WORKING and self._running is not None:
            self._running.row = row  # another one, where the file has a row already
        self.finished.emit(row.key)
        self._next()

    def _not_there(self, row: Row, state: State) -> None:
        """It was not in the library yet when the work on it ended."""
        if state is State.WAITING:
            self._requeue(row)
        elif row.document is not None:
            self._set(row, state)
        else:
            self._model.forget([row.key])
        self._next()

    def _requeue(self, row: Row) -> None:
        self._set(row, State.WAITING)
        if row not in self._queue:
            self._queue.append(row)

    def _cancelled(self, row: Row, aside: bool) -> None:
        if row in self.removal:
            return
        if aside and (row.id is None or row.document is not None):
            self._requeue(row)
        elif row.has_changed:
            row.has_changed = False
            self._arrivals.look_up(row, row.id or row.key, State.STORED)
        elif row.document is not None:
            self._set(row, State.STORED)
        elif row.id is not None:
            self._arrivals.look_up(row, row.id, State.WAITING if aside else State.STORED)
        else:
            self._model.forget([row.key])

    def _failed(self, row: Row, error: ComplmError) -> None:
        if isinstance(error, EncryptedError):
            tried = self._passwords.pop(str(row.path), None) is not None
            self._set(row, State.LOCKED, error)
            self.password_needed.emit(row, tried)
        elif isinstance(error, ModelError):
            self._without_model(row, error)
        else:
            self._set(row, State.FAILED, error)
            if not row.came_by_itself:
                self.failed.emit(row, error)

    def _without_model(self, row: Row, error: ModelError) -> None:
        """The text is in the library all the same; compressing others would fail alike."""
        for each in self._queue:
            if each.document is not None:
                self._set(each, State.STORED)
        self._queue = deque(each for each in self._queue if each.document is None)
        if row.document is not None and not row.has_changed:
            self._set(row, State.STORED)
        elif row.id is not None:
            self._arrivals.look_up(row, row.id, State.STORED)
        else:
            self._set(row, State.FAILED, error)
        self.model_failed.emit(error)

    def _set(self, row: Row, state: State, error: ComplmError | None = None) -> None:
        row.state, row.error, row.progress = state, error, None
        self._model.changed(row)


def _is_past_reading(row: Row) -> bool:
    """Whether it is in the library, so that nothing is lost where the work on it is broken off."""
    if row.document is not None and not row.has_changed:
        return True
    return row.progress is not None and row.progress.unit in _UNITS_OF_STORED


def _bug() -> ComplmError:
    return ComplmError("This could not be done because of a bug in CompLM.", "Try it again.")
