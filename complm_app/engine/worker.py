"""One thread that owns the models and advances jobs, the most urgent first."""

from __future__ import annotations

import itertools
import logging
import threading
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from enum import IntEnum
from types import TracebackType
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from complm_app.engine.protocol import (
    Added,
    Answered,
    Cancelled,
    Compressed,
    Crashed,
    Event,
    Failed,
    Installed,
    Job,
    Preview,
)
from complm_app.errors import ComplmError, OutOfMemoryError

logger = logging.getLogger(__name__)

W = TypeVar("W")
_RESULTS = (Cancelled, Added, Compressed, Answered, Preview, Installed)

SETTLE_SECONDS = 0.2
"""Windows delivers Ctrl-C to Python code only between two waits."""


class Priority(IntEnum):
    """Lower runs first. Only BACKGROUND can be paused."""

    QUESTION = 0
    ADD = 1
    BACKGROUND = 2


@dataclass(slots=True, eq=False)
class _Entry(Generic[W]):
    id: int
    priority: Priority
    make: Callable[[W], Job]
    steps: Job | None = None
    cancelled: bool = False

    def urgency(self) -> tuple[bool, Priority, int]:
        """Sorts first what is to be closed, then by priority, then first come first served."""
        return (not self.cancelled, self.priority, self.id)


REST: _Entry[Any] = _Entry(0, Priority.BACKGROUND, lambda workspace: iter(()))  # type: ignore[arg-type,return-value]


@runtime_checkable
class Restful(Protocol):
    """A workspace with work that can wait until no job is left."""

    def rest(self) -> bool:
        """Does a little of it. False: nothing is left."""
        ...


class Worker(Generic[W]):
    """Runs jobs in one thread, a step at a time, and emits (job id, event) from that thread.

    `open_workspace` is entered in the thread, before the first job's first step, and left when
    the worker stops: databases and models belong to the thread. Between jobs, a workspace that is
    Restful rests, a little at a time. When it cannot be opened, the
    job fails and the next one tries again. The last event of every job is exactly one of Added,
    Compressed, Answered, Preview, Installed, Failed, Crashed and Cancelled. All methods may be
    called from any thread; `stop` only from another one than the worker's own.
    """

    def __init__(
        self,
        emit: Callable[[int, Event], None],
        open_workspace: Callable[[], AbstractContextManager[W]],
    ) -> None:
        self._receiver = emit
        self._open_workspace = open_workspace
        self._changed = threading.Condition()
        self._entries: dict[int, _Entry[W]] = {}
        self._ids = itertools.count(1)
        self._paused = False
        self._stopping = False
        self._opened: list[W] = []
        self._tired = False
        self._thread = threading.Thread(target=self._run, name="complm-worker", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[W], Job], priority: Priority = Priority.ADD) -> int:
        """Queues a job; `job` is called with the workspace in the worker's thread."""
        with self._changed:
            if self._stopping:
                raise RuntimeError("the worker has been stopped")
            entry = _Entry(next(self._ids), priority, job)
            self._entries[entry.id] = entry
            self._changed.notify()
            return entry.id

    def cancel(self, job_id: int) -> bool:
        """Ends a job before its next step. False: it has ended already, or never was."""
        with self._changed:
            entry = self._entries.get(job_id)
            if entry is None:
                return False
            entry.cancelled = True
            self._changed.notify()
            return True

    def pause(self) -> None:
        """Background jobs rest after their current step, until `resume`."""
        with self._changed:
            self._paused = True

    def resume(self) -> None:
        with self._changed:
            self._paused = False
            self._changed.notify()

    def stop(self) -> None:
        """Cancels all jobs, waits until they are closed and the workspace too."""
        with self._changed:
            self._stopping = True
            for entry in self._entries.values():
                entry.cancelled = True
            self._changed.notify()
        self._thread.join()

    def settle(self) -> None:
        """Waits until no job and no rest is left. Can be interrupted with Ctrl-C."""
        with self._changed:
            while self._entries or (self._tired and not self._paused):
                self._changed.wait(SETTLE_SECONDS)

    def __enter__(self) -> Worker[W]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # ---- below: only the worker's own thread

    def _run(self) -> None:
        with ExitStack() as workspace:
            while (entry := self._next()) is not None:
                if entry is REST:
                    self._rest()
                else:
                    self._advance(entry, workspace)

    def _next(self) -> _Entry[W] | None:
        """The most urgent job; waits for one. REST: there is none, and work that can wait.
        None: stopped, and all jobs are closed."""
        with self._changed:
            while True:
                ready = [e for e in self._entries.values() if self._may_run(e)]
                if ready:
                    return min(ready, key=lambda entry: entry.urgency())
                if self._stopping:
                    return None
                if self._tired and not self._paused:
                    return REST
                self._changed.wait()

    def _rest(self) -> None:
        """A bug in what can wait must not take the next job with it."""
        left = False
        workspace = self._opened[0] if self._opened else None
        if isinstance(workspace, Restful):
            try:
                left = workspace.rest()
            except Exception:
                logger.exception("what could wait failed")
        with self._changed:
            self._tired = left
            self._changed.notify_all()

    def _may_run(self, entry: _Entry[W]) -> bool:
        resting = self._paused and entry.priority is Priority.BACKGROUND
        return entry.cancelled or not resting

    def _advance(self, entry: _Entry[W], stack: ExitStack) -> None:
        """One step of a job. Its last event is emitted only after it has been closed."""
        try:
            event = Cancelled() if entry.cancelled else self._step(entry, stack)
            ended = isinstance(event, _RESULTS)
            if ended and entry.steps is not None:
                entry.steps.close()
        except ComplmError as error:
            event, ended = Failed(error), True
        except MemoryError:
            event, ended = Failed(_no_memory()), True
        except Exception:
            event, ended = Crashed(traceback.format_exc()), True
        if ended:
            with self._changed:
                del self._entries[entry.id]
                self._tired = True
        self._emit(entry.id, event)

    def _step(self, entry: _Entry[W], stack: ExitStack) -> Event:
        if entry.steps is None:
            entry.steps = entry.make(self._workspace(stack))
        try:
            return next(entry.steps)
        except StopIteration:
            raise RuntimeError("the job ended without a result") from None

    def _workspace(self, stack: ExitStack) -> W:
        if not self._opened:
            self._opened.append(stack.enter_context(self._open_workspace()))
        return self._opened[0]

    def _emit(self, job_id: int, event: Event) -> None:
        """A receiver that fails must not take the other jobs with it."""
        try:
            self._receiver(job_id, event)
        except Exception:
            logger.exception("the receiver of job %d's events failed on %r", job_id, event)


def _no_memory() -> OutOfMemoryError:
    """Of the computer itself: nobody's fault, and nothing to report."""
    return OutOfMemoryError(
        "There is not enough memory for this.",
        "Close other programs, ask about fewer documents, or choose a smaller model.",
    )
