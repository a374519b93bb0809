"""Files that changed, and files that two programs are given at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from complm_app.core.keys import document_id
from complm_app.engine.jobs import Workspace, add_document, answer, compress_document
from complm_app.engine.protocol import (
    Added,
    AddRequest,
    Answered,
    AnswerRequest,
    Compressed,
    CompressRequest,
    Progress,
)
from complm_app.errors import ComplmError
from tests.unit.engine.conftest import paragraph

TOPICS = ("ferries", "otters", "lamps")


def write(path: Path, *topics: str) -> Path:
    path.write_text("\n\n".join(paragraph(topic) for topic in topics), encoding="utf-8")
    return path


def added(workspace: Workspace, path: Path, collection: int | None = None) -> Added:
    event = list(add_document(workspace, AddRequest(path, collection=collection)))[-1]
    assert isinstance(event, Added)
    return event


def cached(workspace: Workspace) -> int:
    return int(workspace.cache.db.execute("SELECT count(*) FROM embedding").fetchone()[0])


def test_of_a_changed_file_only_what_is_new_is_compressed(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = write(tmp_path / "report.txt", *TOPICS)
    first = added(workspace, path)
    write(path, "ferries", "herons", "lamps")
    second = added(workspace, path)
    assert (first.replaced, second.replaced) == (None, first.document)
    assert second.already_there is False
    assert 0 < second.compressed < first.compressed / 2
    assert second.reused + second.compressed == second.segments
    assert [document.id for document in workspace.library.documents()] == [second.document]


def test_what_only_the_earlier_version_used_leaves_the_cache(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = write(tmp_path / "report.txt", *TOPICS)
    first = added(workspace, path)
    write(path, "ferries")
    second = added(workspace, path)
    assert not workspace.cache.holds(first.document)
    assert cached(workspace) == second.segments


def test_a_changed_file_that_cannot_be_read_leaves_the_earlier_version(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = write(tmp_path / "report.txt", *TOPICS)
    first = added(workspace, path)
    path.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(ComplmError):
        list(add_document(workspace, AddRequest(path)))
    assert [document.id for document in workspace.library.documents()] == [first.document]
    assert added_again(workspace, path) == first.document


def added_again(workspace: Workspace, path: Path) -> str:
    return added(workspace, write(path, *TOPICS)).document


def test_a_question_about_a_replaced_document_is_asked_of_the_newer_one(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = write(tmp_path / "report.txt", "ferries")
    first = added(workspace, path)
    second = added(workspace, write(path, "herons"))
    request = AnswerRequest("Which sentence tells about herons number?", (first.document,))
    answered = list(answer(workspace, request))[-1]
    assert isinstance(answered, Answered)
    assert {citation.document for citation in answered.citations} == {second.document}


def test_a_file_is_added_to_a_collection(workspace: Workspace, tmp_path: Path) -> None:
    papers = workspace.library.watch_folder(tmp_path)
    path = write(tmp_path / "report.txt", "ferries")
    document = added(workspace, path, papers.id).document
    assert workspace.library.documents_in(papers.id) == [document]
    assert workspace.library.taken_in(papers.id) == {path}


def test_a_document_that_another_program_works_on_is_waited_for(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = write(tmp_path / "report.txt", "ferries")
    locks = workspace.cache.path.parent / "locks"
    locks.mkdir()
    other = FileLock(locks / f"{document_id(path)}.lock")
    job = add_document(workspace, AddRequest(path))
    with other:
        waits = [next(job), next(job)]
        assert [e.stage for e in waits if isinstance(e, Progress)] == ["waiting", "waiting"]
        assert workspace.library.documents() == []
    assert isinstance(list(job)[-1], Added)
    assert not list(locks.iterdir())


def test_a_job_that_is_closed_lets_the_next_one_work(workspace: Workspace, tmp_path: Path) -> None:
    path = write(tmp_path / "report.txt", "ferries")
    job = add_document(workspace, AddRequest(path))
    next(job)
    job.close()
    with FileLock(workspace.cache.path.parent / "locks" / f"{document_id(path)}.lock", timeout=0):
        pass


def test_two_jobs_of_one_process_do_not_wait_for_each_other(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = write(tmp_path / "report.txt", *TOPICS)
    first = add_document(workspace, AddRequest(path))
    next(first)
    second = added(workspace, path)
    done = list(first)[-1]
    assert isinstance(done, Added)
    assert (done.compressed, done.document) == (0, second.document)
    end = list(compress_document(workspace, CompressRequest(second.document)))[-1]
    assert isinstance(end, Compressed)
