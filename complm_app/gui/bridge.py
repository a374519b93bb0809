"""The engine and the databases' thread, as the window sees them: calls and signals."""

from __future__ import annotations

import queue
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from complm_app.core.cache import Cache
from complm_app.core.library import Library
from complm_app.engine.local import Emit, Engine, OpenWorkspace
from complm_app.engine.protocol import (
    AddRequest,
    AnswerRequest,
    CompressRequest,
    Event,
    PreviewRequest,
    Token,
)
from complm_app.errors import ComplmError
from complm_app.gui.pace import SLICE_SECONDS
from complm_app.paths import Paths

T = TypeVar("T")
StartEngine = Callable[[Emit, OpenWorkspace], Engine]
"""LocalEngine or EngineProcess."""


class Bridge(QObject):
    """Hands jobs to the engine. `happened(job, event)` arrives in the window's thread, in order.

    Much may come at once, as an answer that was found before it is told: then what the user does
    comes in between, and pieces of an answer that wait are one piece.
    """

    happened = Signal(int, object)
    _arrived = Signal()

    def __init__(
        self,
        open_workspace: OpenWorkspace,
        start_engine: StartEngine,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.paused = False
        self._inbox: deque[tuple[int, Event]] = deque()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._deliver)
        self._arrived.connect(self._soon.start)
        self._engine = start_engine(self._take, open_workspace)

    def add(self, request: AddRequest) -> int:
        return self._engine.submit(request)

    def compress(self, request: CompressRequest) -> int:
        return self._engine.submit(request)

    def ask(self, request: AnswerRequest) -> int:
        return self._engine.submit(request)

    def preview(self, request: PreviewRequest) -> int:
        return self._engine.submit(request)

    def cancel(self, job: int) -> None:
        self._engine.cancel(job)

    def set_paused(self, paused: bool) -> None:
        """Reading and compressing rest; questions are still answered."""
        self.paused = paused
        self._engine.set_paused(paused)

    def stop(self) -> None:
        """Cancels all jobs and waits for the current step: call it where waiting is allowed."""
        self._engine.stop()

    def _take(self, job: int, event: Event) -> None:
        """In the engine's threads."""
        self._inbox.append((job, event))
        self._arrived.emit()

    def _deliver(self) -> None:
        end = time.monotonic() + SLICE_SECONDS
        while self._inbox:
            self.happened.emit(*self._next())
            if time.monotonic() > end:
                break
        if self._inbox:
            self._soon.start()

    def _next(self) -> tuple[int, Event]:
        job, event = self._inbox.popleft()
        if isinstance(event, Token):
            event = Token(event.text + "".join(self._more_of(job)))
        return job, event

    def _more_of(self, answer: int) -> Iterator[str]:
        while self._inbox:
            job, event = self._inbox[0]
            if job != answer or not isinstance(event, Token):
                return
            self._inbox.popleft()
            yield event.text


class Stores(QObject):
    """Runs short work on the databases in a thread of its own, in the order in which it came.

    The window never waits for a lock: `then` gets the result later, in the window's thread.
    What raises a ComplmError goes to `failed`, unless the caller takes it; a bug to `crashed`.
    """

    failed = Signal(object)
    crashed = Signal(str)
    cache_rebuilt = Signal()
    """The cache's file was damaged, and a new one has taken its place."""
    _finished = Signal(object)

    def __init__(self, paths: Paths, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paths = paths
        self._work: queue.SimpleQueue[Callable[[Library, Cache], None] | None] = queue.SimpleQueue()
        self._finished.connect(self._deliver)
        self._thread = threading.Thread(target=self._run, name="complm-stores", daemon=True)
        self._thread.start()

    def run(
        self,
        work: Callable[[Library, Cache], T],
        then: Callable[[T], None] = lambda result: None,
        failed: Callable[[ComplmError], None] | None = None,
    ) -> None:
        self._work.put(lambda library, cache: self._do(work, then, failed, library, cache))

    def stop(self) -> None:
        """Finishes what was asked for, then closes the databases. Waits for that."""
        self._work.put(None)
        self._thread.join()

    def _deliver(self, call: Callable[[], None]) -> None:
        call()

    # ---- below: only this object's own thread

    def _run(self) -> None:
        with ExitStack() as stack:
            opened: tuple[Library, Cache] | None = None
            while (work := self._work.get()) is not None:
                try:
                    opened = opened or self._open(stack)
                    work(*opened)
                except ComplmError as error:
                    self.failed.emit(error)

    def _open(self, stack: ExitStack) -> tuple[Library, Cache]:
        library = stack.enter_context(Library.open(self._paths.library_db))
        cache = stack.enter_context(Cache.open(self._paths.cache_db))
        if cache.rebuilt:
            self.cache_rebuilt.emit()
        return library, cache

    def _do(
        self,
        work: Callable[[Library, Cache], T],
        then: Callable[[T], None],
        failed: Callable[[ComplmError], None] | None,
        library: Library,
        cache: Cache,
    ) -> None:
        try:
            result = work(library, cache)
        except ComplmError as error:
            self._finished.emit(partial(failed or self.failed.emit, error))
        except Exception:
            self.crashed.emit(traceback.format_exc())
        else:
            self._finished.emit(partial(then, result))
