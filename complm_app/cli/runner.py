"""Runs jobs for the command line: through the worker, with progress on stderr."""

from __future__ import annotations

import queue
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any

from complm_app.cli.output import CrashError
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
    Progress,
)
from complm_app.engine.worker import Worker
from complm_app.session import Session, open_workspace
from complm_app.terminal import ProgressLine

if TYPE_CHECKING:
    from complm_app.engine.jobs import Workspace

# Windows delivers Ctrl-C to Python code only between two waits.
WAIT_SECONDS = 0.2


class Runner:
    """One worker, and the events of one job at a time. Ctrl-C ends the job at its next step."""

    def __init__(
        self, session: Session, open_space: Callable[[], AbstractContextManager[Any]] | None = None
    ) -> None:
        """`open_space`: what the jobs work on, in place of the session's library and model."""
        self.session = session
        self._events: queue.Queue[tuple[int, Event]] = queue.Queue()
        self.line = ProgressLine(sys.stderr)
        self._ended_well = False
        self._worker: Worker[Any] = Worker(
            lambda job, event: self._events.put((job, event)),
            open_space or (lambda: open_workspace(session)),
        )

    def __enter__(self) -> Runner:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._ended_well:
            self.line.show("Keeping what was read")
            self._worker.settle()
        self.line.clear()
        self._worker.stop()

    def run(
        self,
        job: Callable[[Workspace], Job],
        label: str = "",
        on_event: Callable[[Event], None] = lambda event: None,
    ) -> Added | Compressed | Answered | Installed:
        """The job's result. Raises its ComplmError, CrashError, or KeyboardInterrupt."""
        self._ended_well = False
        number = self._worker.submit(job)
        self.line.show("Getting ready")
        while True:
            event = self._next(number)
            if isinstance(event, Progress):
                self.line.update(event, label)
                continue
            self.line.clear()
            match event:
                case Added() | Compressed() | Answered() | Installed():
                    self._ended_well = True
                    return event
                case Failed(error):
                    raise error
                case Crashed(report):
                    raise CrashError(report)
                case Cancelled():
                    raise KeyboardInterrupt
            on_event(event)

    def _next(self, number: int) -> Event:
        while True:
            try:
                job, event = self._events.get(timeout=WAIT_SECONDS)
            except queue.Empty:
                continue
            if job == number:
                return event
