"""Requests run in a process of their own.

Loading a model holds Python's one lock for a third of a second at a time: in the window's process
the window would stand still so long. A crash of a library in C ends that process only, and quitting
need not wait for what cannot be broken off.
"""

from __future__ import annotations

import itertools
import multiprocessing
import queue
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import TypeAlias

from complm_app.engine.local import Emit, LocalEngine, OpenWorkspace
from complm_app.engine.protocol import (
    Added,
    Answered,
    Cancelled,
    Compressed,
    Crashed,
    Failed,
    Installed,
    Preview,
    Request,
)
from complm_app.engine.stopped import stopped
from complm_app.errors import EngineStoppedError

END_SECONDS = 0.8
"""For the current step to end when the engine is stopped; all that counts is committed."""
NICENESS = 10
_LAST = (Added, Answered, Cancelled, Compressed, Crashed, Failed, Installed, Preview)


@dataclass(frozen=True, slots=True)
class _Submit:
    job: int
    request: Request


@dataclass(frozen=True, slots=True)
class _Cancel:
    job: int


@dataclass(frozen=True, slots=True)
class _Pause:
    paused: bool


@dataclass(frozen=True, slots=True)
class _Died:
    """Put into the outbox by the thread that listens: the process is gone, or of no use."""


_Message: TypeAlias = _Submit | _Cancel | _Pause | _Died


class EngineProcess:
    """local.Engine. The process starts with the first request, and again after it died: then its
    jobs end with Failed(EngineStoppedError). `open_workspace` must be picklable."""

    def __init__(self, emit: Emit, open_workspace: OpenWorkspace) -> None:
        self._emit, self._open_workspace = emit, open_workspace
        self._ids = itertools.count(1)
        self._outbox: queue.SimpleQueue[_Message | None] = queue.SimpleQueue()
        self._open_jobs: dict[int, None] = {}
        self._paused = False
        self._running: _Running | None = None
        self._thread = threading.Thread(target=self._run, name="complm-engine", daemon=True)
        self._thread.start()

    def submit(self, request: Request) -> int:
        job = next(self._ids)
        self._outbox.put(_Submit(job, request))
        return job

    def cancel(self, job: int) -> None:
        self._outbox.put(_Cancel(job))

    def set_paused(self, paused: bool) -> None:
        self._outbox.put(_Pause(paused))

    def stop(self) -> None:
        self._outbox.put(None)
        self._thread.join()

    # ---- below: only the thread that sends

    def _run(self) -> None:
        while (message := self._outbox.get()) is not None:
            match message:
                case _Submit(job):
                    self._open_jobs[job] = None
                    self._running = self._running or self._started(job)
                case _Pause(paused):
                    self._paused = paused
                case _Died():
                    self._bury()
            if self._running is not None:
                self._running.send(message)
        if self._running is not None:
            self._running.end()

    def _started(self, first_job: int) -> _Running | None:
        """None: the system has no room for another process."""
        try:
            return self._start(first_job)
        except OSError:
            self._fail_all()
            return None

    def _start(self, first_job: int) -> _Running:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=_serve,
            args=(theirs, self._open_workspace, first_job, self._paused),
            name="complm-engine",
            daemon=True,
        )
        process.start()
        theirs.close()  # so that its end is noticed here
        listener = threading.Thread(
            target=self._listen, args=(ours,), name="complm-engine-events", daemon=True
        )
        listener.start()
        return _Running(process, ours, listener)

    def _bury(self) -> None:
        assert self._running is not None
        self._running.end()
        self._running = None
        self._fail_all()

    def _fail_all(self) -> None:
        for job in list(self._open_jobs):
            del self._open_jobs[job]
            self._emit(job, Failed(stopped()))

    # ---- the thread that listens

    def _listen(self, connection: Connection) -> None:
        with suppress(EOFError, OSError):
            while True:
                job, event = connection.recv()
                if isinstance(event, _LAST):
                    self._open_jobs.pop(job, None)
                if isinstance(event, Failed) and isinstance(event.error, EngineStoppedError):
                    # It lives, but has lost its card. First, so that no request goes there.
                    self._outbox.put(_Died())
                    self._emit(job, event)
                    return
                self._emit(job, event)
        self._outbox.put(_Died())


@dataclass(frozen=True, slots=True)
class _Running:
    process: SpawnProcess
    connection: Connection
    listener: threading.Thread

    def send(self, message: _Message | None) -> None:
        with suppress(OSError):  # it died: the listener says so
            self.connection.send(message)

    def end(self) -> None:
        """Asks the process to end, and ends it where it takes too long."""
        self.send(None)
        self.process.join(END_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.listener.join()
        self.connection.close()


# ---- in the process


def _serve(
    connection: Connection, open_workspace: OpenWorkspace, first_job: int, paused: bool
) -> None:
    """Follows messages until None, or until whoever sends them is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the program that started this
    _give_way()

    def tell(job: int, event: object) -> None:
        with suppress(OSError):  # nobody listens any more
            connection.send((job + first_job - 1, event))

    engine = LocalEngine(tell, open_workspace)
    engine.set_paused(paused)
    try:
        while (message := connection.recv()) is not None:
            match message:
                case _Submit(_, request):
                    engine.submit(request)
                case _Cancel(job):
                    engine.cancel(job - first_job + 1)
                case _Pause(paused):
                    engine.set_paused(paused)
    except EOFError:
        pass  # the window is gone; what is committed stays
    finally:
        engine.stop()


def _give_way() -> None:
    """Computing must not keep the window, or another program, from being drawn."""
    import psutil  # type: ignore[import-untyped]

    this = psutil.Process()
    this.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else NICENESS)
