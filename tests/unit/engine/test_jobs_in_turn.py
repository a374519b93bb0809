"""Jobs in the worker's thread: the most urgent one goes on."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias, TypeVar

import pytest

from complm_app.core.cache import Cache
from complm_app.core.library import Library
from complm_app.engine.jobs import Workspace, add_document, answer
from complm_app.engine.protocol import (
    Added,
    AddRequest,
    Answered,
    AnswerRequest,
    Cancelled,
    Event,
    Progress,
)
from complm_app.engine.worker import Priority, Worker
from tests.fakes import make_model
from tests.unit.engine.conftest import paragraph
from tests.unit.engine.steps import PAGES

SECONDS = 60.0


T = TypeVar("T")


Events: TypeAlias = "queue.Queue[tuple[int, Event]]"


@contextmanager
def working(folder: Path) -> Iterator[tuple[Worker[Workspace], Events]]:
    events: Events = queue.Queue()
    model = make_model()

    @contextmanager
    def opening() -> Iterator[Workspace]:
        with (
            Library.open(folder / "library.db") as library,
            Cache.open(folder / "cache.db") as cache,
        ):
            yield Workspace(library, cache, lambda: model)

    with Worker(lambda job, event: events.put((job, event)), opening) as worker:
        yield worker, events


def until(events: Events, kind: type[T], job: int) -> tuple[T, list[Event]]:
    """The job's next event of a kind, and all events of all jobs before it."""
    before: list[Event] = []
    while True:
        number, event = events.get(timeout=SECONDS)
        if number == job and isinstance(event, kind):
            return event, before
        before.append(event)


def until_compressing(events: Events, job: int) -> None:
    while until(events, Progress, job)[0].stage != "compressing":
        pass


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.txt"
    path.write_text("\n\n".join(paragraph(f"topic{n}") for n in range(20)), encoding="utf-8")
    return path


def test_a_question_overtakes_the_compression_of_a_large_document(
    tmp_path: Path, large: Path
) -> None:
    small = tmp_path / "small.txt"
    small.write_text(PAGES[2], encoding="utf-8")
    with working(tmp_path) as (worker, events):
        first = worker.submit(lambda w: add_document(w, AddRequest(small)))
        id = until(events, Added, first)[0].document
        adding = worker.submit(lambda w: add_document(w, AddRequest(large)), Priority.BACKGROUND)
        until_compressing(events, adding)
        request = AnswerRequest("What does the Heron carry?", (id,))
        asking = worker.submit(lambda w: answer(w, request), Priority.QUESTION)
        end, before = until(events, Answered, asking)
        assert end.found
        assert not any(isinstance(event, Added) for event in before)
        assert until(events, Added, adding)[0].compressed > 0


def test_cancelling_an_add_keeps_what_was_committed(tmp_path: Path, large: Path) -> None:
    with working(tmp_path) as (worker, events):
        adding = worker.submit(lambda w: add_document(w, AddRequest(large)))
        until_compressing(events, adding)
        worker.cancel(adding)
        until(events, Cancelled, adding)
        again = worker.submit(lambda w: add_document(w, AddRequest(large)))
        end, _ = until(events, Added, again)
    assert end.already_there
    assert end.reused > 0
    assert end.compressed > 0
