"""Brings files into the library one at a time, and finishes what is not compressed yet."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from complm_app.core.cache import Cache
from complm_app.core.library import Document, Library
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
from complm_app.gui.bridge import Bridge, Stores
from complm_app.gui.library_model import LibraryModel, Row, State, row_of

SUFFIXES = frozenset({".pdf", ".txt", ".md", ".markdown"})
UNDO_MS = 10_000


@dataclass(slots=True)
class _Running:
    job: int
    row: Row
    aside: bool = False
    """It was cancelled for what is more urgent, and goes on afterwards."""


class Intake(QObject):
    """The queue of files and documents to work on. All of it lives in the window's thread."""

    listed = Signal()
    """The library's documents are in the model."""
    finished = Signal(str)
    """A document (its id) is in the library and can be asked about in full."""
    password_needed = Signal(object, bool)
    """(row, whether a password was tried)"""
    model_failed = Signal(object)
    failed = Signal(object, object)
    """(row, its ComplmError)"""
    crashed = Signal(str)
    removed = Signal(list)
    """Keys that went out of sight; `undo` brings them back for ten seconds."""
    removal_settled = Signal()
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
        self._removed: list[Row] = []
        self._is_closed = False
        self._undo = QTimer(self, singleShot=True, interval=UNDO_MS)
        self._undo.timeout.connect(self.settle_removal)
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

    def list_library(self) -> None:
        """Shows what the library holds, and goes on where the last session stopped."""
        self._stores.run(lambda library, cache: library.documents(), self._listed)

    def _listed(self, documents: Sequence[Document]) -> None:
        rows = [row_of(document) for document in documents]
        self._model.put(rows)
        self._queue.extend(rows)
        self.listed.emit()
        self._next()

    # what the user does

    def add(self, paths: Sequence[Path]) -> list[Row]:
        """Queues files; their rows, those already there included. Folders: see add_folders."""
        rows, known = [], {row.path: row for row in self._model.rows()}
        fresh = []
        for path in paths:
            path = Path(os.path.abspath(path))  # noqa: PTH100  (resolve would follow links)
            row = known.get(path)
            if row is None or row.document is not None:
                row = Row(f"path:{path}", path, path.stem, State.WAITING)
                fresh.append(row)
            elif row.state is State.FAILED:
                self.retry(row)
            rows.append(row)
        self._model.put(fresh)
        self._queue.extend(fresh)
        self._step_aside()
        self._next()
        return rows

    def unread(self) -> list[Path]:
        """Files that were added and are not in the library yet."""
        at_work = (State.WAITING, State.WORKING)
        return [r.path for r in self._model.rows() if r.document is None and r.state in at_work]

    def _step_aside(self) -> None:
        """Compression waits while there are files to read: they can be asked about sooner."""
        running = self._running
        if running and running.aside is False and _is_past_reading(running.row):
            running.aside = any(row.document is None for row in self._queue)
            if running.aside:
                self._bridge.cancel(running.job)

    def add_folders(self, folders: Sequence[Path]) -> None:
        """Queues what CompLM can read in them and below. Looks through them in the background."""
        if folders:
            self._stores.run(lambda library, cache: readable_files(folders), self._queue_files)

    def _queue_files(self, files: Sequence[Path]) -> None:
        self.add(files)

    def retry(self, row: Row, password: str | None = None) -> None:
        if password is not None:
            self._passwords[str(row.path)] = password
        # One that is ready only needed the password to be shown.
        if row.state in (State.FAILED, State.LOCKED, State.STORED):
            row.state, row.error = State.WAITING, None
            self._model.changed(row)
            self._queue.appendleft(row)
            self._next()

    def cancel_all(self) -> None:
        """Stops the current work and drops what waits. What was committed stays."""
        dropped = [row for row in self._queue if row.document is None]
        for row in self._queue:
            if row.document is not None:
                row.state = State.STORED
        self._queue.clear()
        self._model.forget(row.key for row in dropped)
        if self._running:
            self._bridge.cancel(self._running.job)

    def remove(self, rows: Sequence[Row]) -> None:
        """Out of sight now, out of the library in ten seconds or when the window closes."""
        self.settle_removal()
        self._removed = list(rows)
        for row in rows:
            if row in self._queue:
                self._queue.remove(row)
            if self._running and self._running.row is row:
                self._bridge.cancel(self._running.job)
        self._model.hide(row.key for row in rows)
        self._undo.start()
        self.removed.emit([row.key for row in rows])

    def undo_removal(self) -> None:
        self._undo.stop()
        rows, self._removed = self._removed, []
        self._model.unhide(row.key for row in rows)
        self._queue.extend(row for row in rows if row.state is not State.FAILED)
        self.removal_settled.emit()
        self._next()

    def settle_removal(self) -> None:
        """The removal cannot be undone any more."""
        self._undo.stop()
        rows, self._removed = self._removed, []
        if not rows:
            return
        self._model.forget([row.key for row in rows])
        ids = [row.id for row in rows if row.id is not None]
        self._stores.run(lambda library, cache: _remove(library, cache, ids))
        self.removal_settled.emit()

    def close(self) -> None:
        """The window closes: nothing more is begun."""
        self.settle_removal()
        self._is_closed = True

    # what the worker says

    def _next(self) -> None:
        if self._running is None and self._queue and not self._is_closed:
            row = next((row for row in self._queue if row.document is None), self._queue[0])
            self._queue.remove(row)
            self._running = _Running(self._submit(row), row)
        self.progressed.emit()

    def _submit(self, row: Row) -> int:
        ratio = self._ratio()
        if row.document is not None:
            return self._bridge.compress(CompressRequest(row.document.id, ratio))
        password = self._passwords.get(str(row.path))
        return self._bridge.add(AddRequest(row.path, password, ratio))

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
                self._stored(row, event.document, State.READY)
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
        self._step_aside()
        self.progressed.emit()

    def _stored(self, row: Row, id: str, state: State) -> None:
        """Shows a row as the document that it has become, if it has."""

        def then(documents: Sequence[Document]) -> None:
            if not documents:
                self._not_stored(row, state)
            for document in documents:
                self._become(row, document, state)
            self._next()

        self._stores.run(lambda library, cache: library.documents([id]), then)

    def _not_stored(self, row: Row, state: State) -> None:
        if state is State.WAITING:
            self._requeue(row)
        else:
            self._model.forget([row.key])

    def _become(self, row: Row, document: Document, state: State) -> None:
        known = self._model.row(document.id)
        if known is not None and known is not row:
            self._model.forget([row.key])
            row = known
        row.state, row.progress, row.error = state, None, None
        self._model.stored(row, document)
        if state is State.WAITING:
            self._requeue(row)
        self.finished.emit(document.id)

    def _requeue(self, row: Row) -> None:
        self._set(row, State.WAITING)
        if row not in self._queue:
            self._queue.append(row)

    def _cancelled(self, row: Row, aside: bool) -> None:
        if row in self._removed:
            return
        if row.document is None and row.id is None:
            self._model.forget([row.key])
        elif row.document is None:
            assert row.id is not None
            self._stored(row, row.id, State.WAITING if aside else State.STORED)
        elif aside:
            self._requeue(row)
        else:
            self._set(row, State.STORED)

    def _failed(self, row: Row, error: ComplmError) -> None:
        if isinstance(error, EncryptedError):
            tried = self._passwords.pop(str(row.path), None) is not None
            self._set(row, State.LOCKED, error)
            self.password_needed.emit(row, tried)
        elif isinstance(error, ModelError):
            self._without_model(row, error)
        else:
            self._set(row, State.FAILED, error)
            self.failed.emit(row, error)

    def _without_model(self, row: Row, error: ModelError) -> None:
        """The text is in the library all the same; compressing others would fail alike."""
        stored = [each for each in self._queue if each.document is not None]
        for each in stored:
            self._queue.remove(each)
        if row.document is not None:
            self._set(row, State.STORED)
        elif row.id is not None:
            self._stored(row, row.id, State.STORED)
        else:
            self._set(row, State.FAILED, error)
        self.model_failed.emit(error)

    def _set(self, row: Row, state: State, error: ComplmError | None = None) -> None:
        row.state, row.error, row.progress = state, error, None
        self._model.changed(row)


def readable_files(folders: Iterable[Path]) -> list[Path]:
    """The files that CompLM can read in these folders and below, by name; hidden ones not."""
    found: list[Path] = []
    for folder in folders:
        for place, inner, names in os.walk(folder):
            inner[:] = sorted(name for name in inner if not name.startswith("."))
            found += [Path(place, name) for name in sorted(names) if _readable(name)]
    return found


def _readable(name: str) -> bool:
    return not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES


def _remove(library: Library, cache: Cache, ids: Sequence[str]) -> None:
    for id in ids:
        library.remove_document(id)
        cache.forget_document(id)


def _is_past_reading(row: Row) -> bool:
    stage = row.progress.stage if row.progress else ""
    return row.document is not None or (row.id is not None and stage not in ("", "reading"))


def _bug() -> ComplmError:
    return ComplmError("This could not be done because of a bug in CompLM.", "Try it again.")
