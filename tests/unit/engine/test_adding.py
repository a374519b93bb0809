"""Adding and compressing: with real databases and a model without weights."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from complm_app.engine.jobs import Workspace, add_document
from complm_app.engine.protocol import (
    Added,
    AddRequest,
    Model,
    Progress,
)
from complm_app.errors import (
    ModelMissingError,
    RequestError,
    UnreadableError,
)
from tests.fakes import make_model
from tests.unit.engine.conftest import OpenWorkspace, paragraph
from tests.unit.engine.steps import (
    TEXT,
    added,
    compressor_of,
    end_of,
    totals,
)


def rows(workspace: Workspace) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the two databases hold, but times."""
    cache, library = workspace.cache.db, workspace.library.db
    return {
        "embedding": list(
            cache.query(
                "SELECT key, fingerprint, rows, width, dtype, data FROM embedding ORDER BY key"
            )
        ),
        "segment": list(cache.query("SELECT * FROM segment ORDER BY passage, first_token")),
        "page": list(library.query("SELECT * FROM page ORDER BY document, page_index")),
        "passage": list(library.query("SELECT * FROM passage ORDER BY id")),
    }


def test_adding_a_file_stores_its_pages_and_compresses_all_of_it(
    workspace: Workspace, file: Path
) -> None:
    events = list(add_document(workspace, AddRequest(file)))
    end = events[-1]
    assert isinstance(end, Added)
    assert (end.title, end.pages_without_text) == ("report", 0)
    assert end.pages == len(workspace.library.pages(end.document)) > 0
    assert not end.already_there
    assert end.segments == end.compressed > 0
    assert end.reused == 0
    assert end.tokens == totals(workspace, end.document).tokens_compressed > 0
    stages = [event.stage for event in events if isinstance(event, Progress)]
    assert list(dict.fromkeys(stages)) == ["reading", "loading", "segmenting", "compressing"]


def test_progress_grows_to_its_total_and_tells_the_pace(workspace: Workspace, file: Path) -> None:
    events = list(add_document(workspace, AddRequest(file)))
    steps = [e for e in events if isinstance(e, Progress) and e.stage == "compressing"]
    assert [step.done for step in steps] == sorted({step.done for step in steps})
    assert steps[-1].done == steps[-1].total
    assert all(step.per_second and step.per_second > 0 for step in steps)
    assert steps[-1].seconds_left == 0
    assert steps[0].seconds_left is not None
    assert steps[0].seconds_left > 0


def test_a_second_add_of_the_same_file_reuses_all(
    workspace: Workspace, file: Path, tmp_path: Path
) -> None:
    first = added(workspace, file)
    calls = len(compressor_of(workspace).calls)
    copy = tmp_path / "copy.txt"
    copy.write_bytes(file.read_bytes())
    second = added(workspace, copy)
    assert second.already_there
    assert second.document == first.document
    assert (second.segments, second.reused, second.compressed) == (
        first.segments,
        first.segments,
        0,
    )
    assert len(compressor_of(workspace).calls) == calls
    assert len(workspace.library.documents()) == 1


def test_a_known_file_that_is_added_from_another_place_is_found_there(
    workspace: Workspace, file: Path, tmp_path: Path
) -> None:
    first = added(workspace, file)
    elsewhere = file.rename(tmp_path / "elsewhere.txt")
    second = added(workspace, elsewhere)
    assert second.already_there
    assert workspace.library.document(first.document).path == elsewhere


def test_text_that_another_document_holds_already_is_not_compressed_again(
    workspace: Workspace, file: Path, tmp_path: Path
) -> None:
    added(workspace, file)
    longer = tmp_path / "longer.txt"
    longer.write_text(TEXT + "\n\n" + paragraph("comets"), encoding="utf-8")
    second = added(workspace, longer)
    assert not second.already_there
    assert second.reused > 0
    assert second.compressed > 0
    assert second.reused + second.compressed == second.segments


def test_in_exact_mode_segments_are_stored_and_nothing_is_compressed(
    open_workspace: OpenWorkspace, file: Path
) -> None:
    for name, model, ratio in [
        ("a", make_model(), 1),
        ("b", make_model(exact=True), 1),
        ("c", make_model(exact=True), None),
    ]:
        workspace = open_workspace(name, model)
        end = added(workspace, file, ratio)
        assert end.segments > 0
        assert end.tokens > 0
        assert (end.compressed, end.reused) == (0, 0)
        assert rows(workspace)["embedding"] == []


@pytest.mark.parametrize("batches", [0, 1, 3])
def test_an_add_that_is_closed_and_begun_again_leaves_the_same_rows(
    open_workspace: OpenWorkspace, file: Path, batches: int
) -> None:
    whole, broken = open_workspace("whole"), open_workspace("broken")
    added(whole, file)
    with closing(add_document(broken, AddRequest(file))) as job:
        stages = ["segmenting", *["compressing"] * batches]
        while stages:
            event = next(job)
            if isinstance(event, Progress) and event.stage == stages[0]:
                stages.pop(0)
    assert len(rows(broken)["embedding"]) < len(rows(whole)["embedding"])
    resumed = open_workspace("broken")  # as after a crash: nothing but what was committed
    end = added(resumed, file)
    assert end.reused + end.compressed == end.segments
    assert (end.reused > 0) == (batches > 0)
    assert rows(resumed) == rows(whole)


def test_closing_loses_at_most_the_batch_that_was_under_way(
    workspace: Workspace, file: Path
) -> None:
    job = add_document(workspace, AddRequest(file))
    for event in job:
        if isinstance(event, Progress) and event.stage == "compressing" and event.done > 100:
            assert totals(workspace, event.document or "").tokens_compressed == event.done
            break
    job.close()
    end = added(workspace, file)
    assert end.already_there
    assert end.reused > 0
    assert end.compressed > 0


def test_an_add_that_is_closed_while_reading_leaves_nothing(
    workspace: Workspace, file: Path
) -> None:
    job = add_document(workspace, AddRequest(file))
    event = next(job)
    assert isinstance(event, Progress)
    assert event.stage == "reading"
    job.close()
    assert all(not found for found in rows(workspace).values())


def test_one_bad_file_leaves_the_rest_untouched(
    workspace: Workspace, file: Path, tmp_path: Path
) -> None:
    added(workspace, file)
    before = rows(workspace)
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 4)
    for path in (bad, tmp_path / "missing.pdf", tmp_path):
        with pytest.raises(UnreadableError) as caught:
            end_of(add_document(workspace, AddRequest(path)))
        assert caught.value.hint
    assert rows(workspace) == before


def test_without_its_model_a_document_is_still_added_and_can_be_completed_later(
    open_workspace: OpenWorkspace, file: Path
) -> None:
    fine = open_workspace()

    def missing() -> Model:
        raise ModelMissingError("There is no model.", "Choose one.")

    broken = Workspace(fine.library, fine.cache, missing)
    with pytest.raises(ModelMissingError):
        end_of(add_document(broken, AddRequest(file)))
    assert len(fine.library.documents()) == 1
    end = added(fine, file)
    assert end.already_there
    assert end.compressed == end.segments


def test_a_ratio_that_the_model_does_not_have_is_told_before_the_work(
    workspace: Workspace, file: Path
) -> None:
    with pytest.raises(RequestError) as caught:
        end_of(add_document(workspace, AddRequest(file, ratio=3)))
    assert "1, 2, 4" in caught.value.hint
    assert workspace.library.documents() == []
