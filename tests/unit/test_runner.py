"""The command line's runner, with jobs of the tests' own."""

from __future__ import annotations

from pathlib import Path

import pytest

from complm_app.cli.output import CrashError
from complm_app.cli.runner import Runner
from complm_app.engine.protocol import Compressed, Event, Job, Progress, Token
from complm_app.engine.workspace import Workspace
from complm_app.errors import NoTextError
from complm_app.session import open_session


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(open_session(tmp_path / "data"))


def test_a_runner_hands_out_events_and_returns_the_last(runner: Runner) -> None:
    done = Compressed("d", 1, 1, 0, 10, 0.1)

    def job(workspace: Workspace) -> Job:
        assert workspace.library.documents() == []
        yield Progress("compressing", 1, 2, "tokens")
        yield done

    with runner:
        assert runner.run(job) == done
        assert runner.run(job) == done


def test_an_expected_failure_is_raised_as_it_is(runner: Runner) -> None:
    def job(workspace: Workspace) -> Job:
        yield Progress("reading", 1, 2, "pages")
        raise NoTextError("No text.", "Use OCR.")

    with runner, pytest.raises(NoTextError, match=r"No text\."):
        runner.run(job)


def test_a_bug_in_a_job_comes_with_its_traceback(runner: Runner) -> None:
    def job(workspace: Workspace) -> Job:
        yield Progress("reading", 1, 0, "pages")
        raise ZeroDivisionError

    with runner, pytest.raises(CrashError, match="ZeroDivisionError"):
        runner.run(job)


def test_ctrl_c_closes_the_job_before_the_runner_ends(runner: Runner) -> None:
    closed = []

    def job(workspace: Workspace) -> Job:
        try:
            while True:
                yield Token("word ")
        finally:
            closed.append(True)

    def interrupt(event: Event) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), runner:
        runner.run(job, on_event=interrupt)
    assert closed == [True]
