"""The engine in a process of its own does what the one in a thread does, and survives its death."""

from __future__ import annotations

import os
import queue
import signal
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest

from complm_app.core.cache import Cache
from complm_app.core.library import Library
from complm_app.engine.local import LocalEngine
from complm_app.engine.process import EngineProcess
from complm_app.engine.protocol import (
    Added,
    AddRequest,
    Answered,
    AnswerRequest,
    Cancelled,
    CompressRequest,
    Crashed,
    Event,
    Failed,
    ImportRequest,
    Model,
    Token,
)
from complm_app.engine.stopped import stopped
from complm_app.engine.workspace import Workspace
from complm_app.errors import EngineStoppedError, ModelMissingError, UnreadableError
from tests.fakes import make_model

LAST = (Added, Answered, Cancelled, Crashed, Failed)
SECONDS = 60


@contextmanager
def workspace_in(folder: Path) -> Iterator[Workspace]:
    with Library.open(folder / "library.db") as library, Cache.open(folder / "cache.db") as cache:
        yield Workspace(library, cache, make_model)


class Listener:
    def __init__(self) -> None:
        self._events: queue.Queue[tuple[int, Event]] = queue.Queue()
        self._of_job: dict[int, list[Event]] = defaultdict(list)

    def __call__(self, job: int, event: Event) -> None:
        self._events.put((job, event))

    def until_end(self, job: int) -> list[Event]:
        """The events of a job to its last one."""
        events = self._of_job[job]
        while not events or not isinstance(events[-1], LAST):
            number, event = self._events.get(timeout=SECONDS)
            self._of_job[number].append(event)
        return events


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def engine(tmp_path: Path, listener: Listener) -> Iterator[EngineProcess]:
    engine = EngineProcess(listener, partial(workspace_in, tmp_path))
    yield engine
    engine.stop()


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text("The ferry leaves at nine. The pilot boat is called Kestrel.\n")
    return path


def processes() -> list[psutil.Process]:
    """Those that engines of this process run in."""
    return [c for c in psutil.Process().children() if "spawn_main" in " ".join(c.cmdline())]


def test_a_file_is_added_and_asked_about(
    engine: EngineProcess, listener: Listener, note: Path
) -> None:
    assert isinstance(listener.until_end(engine.submit(AddRequest(note)))[-1], Added)
    events = listener.until_end(engine.submit(AnswerRequest("What is the pilot boat called?")))
    streamed = "".join(event.text for event in events if isinstance(event, Token))
    assert isinstance(events[-1], Answered)
    assert streamed == events[-1].text == "The pilot boat is called Kestrel."


def test_an_error_arrives_with_its_hint(
    engine: EngineProcess, listener: Listener, tmp_path: Path
) -> None:
    last = listener.until_end(engine.submit(AddRequest(tmp_path / "gone.pdf")))[-1]
    assert isinstance(last, Failed)
    assert isinstance(last.error, UnreadableError)
    assert last.error.hint


def test_a_job_that_rests_can_be_cancelled(
    engine: EngineProcess, listener: Listener, note: Path
) -> None:
    engine.set_paused(True)
    job = engine.submit(AddRequest(note))
    engine.cancel(job)
    assert listener.until_end(job) == [Cancelled()]


def test_after_the_process_died_its_jobs_fail_and_the_next_request_starts_another(
    engine: EngineProcess, listener: Listener, note: Path
) -> None:
    listener.until_end(engine.submit(AddRequest(note)))
    engine.set_paused(True)
    resting = [engine.submit(CompressRequest("none")) for _ in range(2)]
    listener.until_end(engine.submit(AnswerRequest("Kestrel?")))  # so they have arrived there
    processes()[0].kill()
    for job in resting:
        last = listener.until_end(job)[-1]
        assert isinstance(last, Failed)
        assert isinstance(last.error, EngineStoppedError)
    engine.set_paused(False)
    other = note.with_name("other.txt")
    other.write_text("High tide comes twice a day.\n")
    assert isinstance(listener.until_end(engine.submit(AddRequest(other)))[-1], Added)


@contextmanager
def workspace_without_card(folder: Path) -> Iterator[Workspace]:
    def load() -> Model:
        with (folder / "processes").open("a") as file:
            print(os.getpid(), file=file)
        raise stopped()

    with Library.open(folder / "library.db") as library, Cache.open(folder / "cache.db") as cache:
        yield Workspace(library, cache, load)


def test_a_process_that_has_lost_its_graphics_card_is_replaced(
    tmp_path: Path, listener: Listener, note: Path
) -> None:
    engine = EngineProcess(listener, partial(workspace_without_card, tmp_path))
    for _ in range(2):
        last = listener.until_end(engine.submit(AddRequest(note)))[-1]
        assert isinstance(last, Failed)
        assert isinstance(last.error, EngineStoppedError)
    engine.stop()
    first, second = (tmp_path / "processes").read_text().split()
    assert first != second


def test_stopping_leaves_no_process_behind(tmp_path: Path, listener: Listener, note: Path) -> None:
    engine = EngineProcess(listener, partial(workspace_in, tmp_path))
    listener.until_end(engine.submit(AddRequest(note)))
    engine.stop()
    assert processes() == []


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_ctrl_c_is_not_for_the_process(
    engine: EngineProcess, listener: Listener, note: Path
) -> None:
    listener.until_end(engine.submit(AddRequest(note)))
    os.kill(processes()[0].pid, signal.SIGINT)
    answered = listener.until_end(engine.submit(AnswerRequest("Kestrel?")))[-1]
    assert isinstance(answered, Answered)


def test_the_engine_in_a_thread_takes_the_same_requests(
    tmp_path: Path, listener: Listener, note: Path
) -> None:
    engine = LocalEngine(listener, partial(workspace_in, tmp_path))
    listener.until_end(engine.submit(AddRequest(note)))
    answered = listener.until_end(engine.submit(AnswerRequest("Kestrel?")))[-1]
    engine.stop()
    assert isinstance(answered, Answered)


@contextmanager
def nothing() -> Iterator[None]:
    yield None


def test_models_are_imported_without_databases_and_errors_keep_their_hints(
    tmp_path: Path,
) -> None:
    listener = Listener()
    engine = EngineProcess(listener, nothing)  # type: ignore[arg-type]
    *_, failed = listener.until_end(engine.submit(ImportRequest(tmp_path / "none", tmp_path)))
    engine.stop()
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, ModelMissingError)
    assert failed.error.hint
