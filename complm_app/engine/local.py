"""Requests run on a worker thread of this process."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias

from complm_app.engine.hub import download_model
from complm_app.engine.installed import import_model
from complm_app.engine.jobs import Workspace, add_document, answer, compress_document
from complm_app.engine.preview import preview
from complm_app.engine.protocol import (
    AddRequest,
    AnswerRequest,
    CompressRequest,
    DownloadRequest,
    Event,
    ImportRequest,
    Job,
    PreviewRequest,
    Request,
)
from complm_app.engine.worker import Priority, Worker

Emit: TypeAlias = Callable[[int, Event], None]
OpenWorkspace: TypeAlias = Callable[[], AbstractContextManager[Workspace]]


class Engine(Protocol):
    """Runs requests, the most urgent first. No method waits but `stop`.

    Emits (job id, event) from a thread of its own; the last event of every job is exactly one of
    Added, Compressed, Answered, Preview, Installed, Failed, Crashed and Cancelled.
    """

    def submit(self, request: Request) -> int:
        """The number of the job."""
        ...

    def cancel(self, job: int) -> None: ...

    def set_paused(self, paused: bool) -> None:
        """Reading and compressing rest; questions are still answered."""
        ...

    def stop(self) -> None:
        """Cancels all jobs and waits for their ends."""
        ...


class LocalEngine:
    """Engine. `open_workspace` is entered in the worker's thread."""

    def __init__(self, emit: Emit, open_workspace: OpenWorkspace) -> None:
        self._worker: Worker[Workspace] = Worker(emit, open_workspace)

    def submit(self, request: Request) -> int:
        urgent = isinstance(request, AnswerRequest | PreviewRequest)
        priority = Priority.QUESTION if urgent else Priority.BACKGROUND
        return self._worker.submit(lambda workspace: job_of(workspace, request), priority)

    def cancel(self, job: int) -> None:
        self._worker.cancel(job)

    def set_paused(self, paused: bool) -> None:
        if paused:
            self._worker.pause()
        else:
            self._worker.resume()

    def stop(self) -> None:
        self._worker.stop()


def job_of(workspace: Workspace, request: Request) -> Job:
    match request:
        case AddRequest():
            return add_document(workspace, request)
        case CompressRequest():
            return compress_document(workspace, request)
        case AnswerRequest():
            return answer(workspace, request)
        case PreviewRequest():
            return preview(workspace, request)
        case DownloadRequest():
            return download_model(request)
        case ImportRequest():
            return import_model(request)
