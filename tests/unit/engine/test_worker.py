"""One thread, many jobs: order, cancelling, ends, and what it does with failures."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import pytest

from complm_app.engine.protocol import (
    Cancelled,
    Compressed,
    Crashed,
    Event,
    Failed,
    Job,
    Progress,
    Token,
)
from complm_app.engine.worker import Priority, Worker
from complm_app.errors import OutOfMemoryError, RequestError, StoreBusyError

SECONDS = 20.0
DONE = Compressed("document", 0, 0, 0, 0, 0.0)
ENDS = (Compressed, Failed, Crashed, Cancelled)


@contextmanager
def nothing() -> Iterator[None]:
    yield


class Desk:
    """A worker and its events. Gates let a test decide when a job takes its next step."""

    def __init__(self, opening: Callable[[], AbstractContextManager[None]] = nothing) -> None:
        self.events: queue.Queue[tuple[int, Event]] = queue.Queue()
        self.worker = Worker[None](lambda job, event: self.events.put((job, event)), opening)

    def next(self) -> tuple[int, Event]:
        return self.events.get(timeout=SECONDS)

    def until_ended(self, *jobs: int) -> list[tuple[int, Event]]:
        seen, open_jobs = [], set(jobs)
        while open_jobs:
            job, event = self.next()
            seen.append((job, event))
            if isinstance(event, ENDS):
                open_jobs.remove(job)
        return seen

    def rest(self) -> list[tuple[int, Event]]:
        """Call after stop: nothing comes any more."""
        return [self.events.get_nowait() for _ in range(self.events.qsize())]


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.worker.stop()


def counting(steps: int, gate: threading.Semaphore | None = None) -> Callable[[None], Job]:
    """Counts to `steps`; with a gate each step waits for its release."""

    def job(_: None) -> Job:
        for step in range(steps):
            if gate is not None:
                assert gate.acquire(timeout=SECONDS)
            yield Progress("reading", step, steps, "pages")
        yield DONE

    return job


def test_events_of_a_job_come_in_order_and_end_once(desk: Desk) -> None:
    job = desk.worker.submit(counting(3))
    assert [event for _, event in desk.until_ended(job)] == [
        *(Progress("reading", step, 3, "pages") for step in range(3)),
        DONE,
    ]
    desk.worker.stop()
    assert desk.rest() == []


def test_jobs_of_equal_priority_run_first_come_first_served(desk: Desk) -> None:
    gate = threading.Semaphore(0)
    jobs = [desk.worker.submit(counting(2, gate)) for _ in range(3)]
    gate.release(6)
    order = [job for job, _ in desk.until_ended(*jobs)]
    assert order == sorted(order)


def test_a_question_overtakes_background_work_between_two_steps(desk: Desk) -> None:
    gate = threading.Semaphore(0)
    slow = desk.worker.submit(counting(4, gate), Priority.BACKGROUND)
    gate.release()
    assert desk.next()[0] == slow
    question = desk.worker.submit(counting(2), Priority.QUESTION)
    gate.release(3)
    jobs = [job for job, _ in desk.until_ended(slow, question)]
    # The step that was under way may still come first; then all of the question.
    begun = jobs.index(question)
    assert begun <= 1
    assert jobs[begun : begun + 3] == [question] * 3
    assert jobs.count(slow) == 4


def test_cancelling_takes_effect_before_the_next_step_and_cleans_up(desk: Desk) -> None:
    cleaned = threading.Event()

    def endless(_: None) -> Job:
        try:
            while True:
                yield Token("x")
        finally:
            cleaned.set()

    job = desk.worker.submit(endless)
    assert desk.next() == (job, Token("x"))
    assert desk.worker.cancel(job)
    assert desk.until_ended(job)[-1] == (job, Cancelled())
    assert cleaned.is_set()
    assert not desk.worker.cancel(job)


def test_a_job_cancelled_before_it_began_never_runs(desk: Desk) -> None:
    gate = threading.Semaphore(0)
    ran = threading.Event()
    first = desk.worker.submit(counting(1, gate))

    def never(_: None) -> Job:
        ran.set()
        yield DONE

    second = desk.worker.submit(never)
    desk.worker.cancel(second)
    gate.release()
    assert (second, Cancelled()) in desk.until_ended(first, second)
    assert not ran.is_set()


def test_an_expected_error_ends_its_job_only(desk: Desk) -> None:
    error = RequestError("The question is empty.", "Write one.")

    def failing(_: None) -> Job:
        yield Token("x")
        raise error

    job, other = desk.worker.submit(failing), desk.worker.submit(counting(1))
    events = desk.until_ended(job, other)
    assert (job, Failed(error)) in events
    assert (other, DONE) in events


def test_a_bug_is_reported_with_its_traceback_and_the_worker_lives_on(desk: Desk) -> None:
    def buggy(_: None) -> Job:
        yield Token("x")
        raise ZeroDivisionError("by the job")

    job = desk.worker.submit(buggy)
    _, end = desk.until_ended(job)[-1]
    assert isinstance(end, Crashed)
    assert "ZeroDivisionError: by the job" in end.report
    assert "in buggy" in end.report
    other = desk.worker.submit(counting(1))
    assert desk.until_ended(other)[-1] == (other, DONE)


def test_memory_that_runs_out_is_an_error_and_no_bug(desk: Desk) -> None:
    def hungry(_: None) -> Job:
        yield Token("x")
        yield Token("x" * (1 << 60))

    _, end = desk.until_ended(desk.worker.submit(hungry))[-1]
    assert isinstance(end, Failed)
    assert isinstance(end.error, OutOfMemoryError)
    other = desk.worker.submit(counting(1))
    assert desk.until_ended(other)[-1] == (other, DONE)


def test_a_job_that_ends_without_a_result_is_a_bug(desk: Desk) -> None:
    def silent(_: None) -> Generator[Event, None, None]:
        yield Token("x")

    _, end = desk.until_ended(desk.worker.submit(silent))[-1]
    assert isinstance(end, Crashed)


def test_a_failing_clean_up_is_reported_instead_of_the_cancelling(desk: Desk) -> None:
    def untidy(_: None) -> Job:
        try:
            while True:
                yield Token("x")
        finally:
            raise OSError("cannot tidy up")

    job = desk.worker.submit(untidy)
    desk.next()
    desk.worker.cancel(job)
    _, end = desk.until_ended(job)[-1]
    assert isinstance(end, Crashed)
    assert "cannot tidy up" in end.report


def test_a_receiver_that_fails_does_not_stop_the_worker(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen: queue.Queue[Event] = queue.Queue()

    def receive(job: int, event: Event) -> None:
        if isinstance(event, Progress):
            raise RuntimeError("the window is gone")
        seen.put(event)

    with Worker[None](receive, nothing) as worker:
        worker.submit(counting(1))
        assert seen.get(timeout=SECONDS) == DONE
    assert "the window is gone" in caplog.text


def test_paused_background_work_rests_while_questions_run(desk: Desk) -> None:
    desk.worker.pause()
    slow = desk.worker.submit(counting(1), Priority.BACKGROUND)
    question = desk.worker.submit(counting(1), Priority.QUESTION)
    assert {job for job, _ in desk.until_ended(question)} == {question}
    desk.worker.resume()
    assert desk.until_ended(slow)[-1] == (slow, DONE)


def test_a_paused_job_can_be_cancelled(desk: Desk) -> None:
    desk.worker.pause()
    job = desk.worker.submit(counting(1), Priority.BACKGROUND)
    desk.worker.cancel(job)
    assert desk.until_ended(job) == [(job, Cancelled())]


def test_stop_cancels_everything_then_closes_the_workspace() -> None:
    order: list[str] = []

    @contextmanager
    def opening() -> Iterator[None]:
        yield
        order.append("workspace")

    desk = Desk(opening)

    def endless(_: None) -> Job:
        try:
            while True:
                yield Token("x")
        finally:
            order.append("job")

    running, waiting = desk.worker.submit(endless), desk.worker.submit(counting(1))
    assert desk.next()[0] == running
    desk.worker.stop()
    ends = [item for item in desk.rest() if isinstance(item[1], ENDS)]
    assert ends == [(running, Cancelled()), (waiting, Cancelled())]
    assert order == ["job", "workspace"]
    with pytest.raises(RuntimeError, match="stopped"):
        desk.worker.submit(counting(1))


def test_the_workspace_is_opened_once_and_used_in_the_workers_thread_only() -> None:
    threads: list[tuple[str, int]] = []

    @contextmanager
    def opening() -> Iterator[None]:
        threads.append(("open", threading.get_ident()))
        yield
        threads.append(("close", threading.get_ident()))

    desk = Desk(opening)
    for _ in range(2):
        desk.until_ended(desk.worker.submit(counting(1)))
    desk.worker.stop()
    assert [what for what, _ in threads] == ["open", "close"]
    assert {thread for _, thread in threads}.isdisjoint({threading.get_ident()})


def test_a_workspace_that_cannot_be_opened_fails_the_job_and_is_tried_again() -> None:
    error = StoreBusyError("library.db is being written.", "Close the other window.")
    answers = iter([error, None])

    @contextmanager
    def opening() -> Iterator[None]:
        problem = next(answers)
        if problem is not None:
            raise problem
        yield

    desk = Desk(opening)
    first = desk.worker.submit(counting(1))
    assert desk.until_ended(first) == [(first, Failed(error))]
    second = desk.worker.submit(counting(1))
    assert desk.until_ended(second)[-1] == (second, DONE)
    desk.worker.stop()


def test_many_threads_may_submit_and_cancel_at_once(desk: Desk) -> None:
    submitted: queue.Queue[int] = queue.Queue()

    def client(nth: int) -> None:
        for _ in range(20):
            job = desk.worker.submit(counting(3), Priority(nth % 3))
            submitted.put(job)
            if nth % 2:
                desk.worker.cancel(job)

    clients = [threading.Thread(target=client, args=(nth,)) for nth in range(6)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join(SECONDS)
    jobs = [submitted.get_nowait() for _ in range(submitted.qsize())]
    assert len(set(jobs)) == 120
    ends = [job for job, event in desk.until_ended(*jobs) if isinstance(event, ENDS)]
    assert sorted(ends) == sorted(jobs)


class Resting:
    """A workspace with so many pieces of work that can wait."""

    def __init__(self, pieces: int, log: list[str]) -> None:
        self.pieces = pieces
        self.log = log

    def rest(self) -> bool:
        if self.pieces:
            self.pieces -= 1
            self.log.append("rest")
        return self.pieces > 0


def job_that_logs(name: str, log: list[str]) -> Callable[[Resting], Job]:
    def job(workspace: Resting) -> Job:
        log.append(name)
        yield Progress("compressing", 0, 1, "tokens")
        log.append(name)
        yield Compressed(name, 1, 1, 0, 1, 0.0)

    return job


def test_what_can_wait_is_done_when_no_job_is_left() -> None:
    log: list[str] = []
    both_there = threading.Event()

    def opened() -> AbstractContextManager[Resting]:
        both_there.wait()
        return nullcontext(Resting(3, log))

    with Worker(lambda job, event: None, opened) as worker:
        worker.submit(job_that_logs("one", log))
        worker.submit(job_that_logs("two", log), Priority.QUESTION)
        both_there.set()
        worker.settle()
    assert log[-3:] == ["rest"] * 3
    assert sorted(log[:-3]) == ["one", "one", "two", "two"]


def test_a_failure_in_what_can_wait_harms_no_job(caplog: pytest.LogCaptureFixture) -> None:
    class Failing(Resting):
        def rest(self) -> bool:
            raise RuntimeError("disk on fire")

    log: list[str] = []
    with Worker(lambda job, event: None, lambda: nullcontext(Failing(1, log))) as worker:
        for _ in range(2):
            worker.submit(job_that_logs("one", log))
            worker.settle()
    assert log == ["one"] * 4
    assert "disk on fire" in caplog.text
