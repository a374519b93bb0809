"""Compressing: batch by batch, and what a question has made meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from complm_app.engine.jobs import Workspace, compress_document
from complm_app.engine.protocol import (
    Compressed,
    CompressRequest,
    EmbeddingBlock,
)
from complm_app.errors import (
    OutOfMemoryError,
    RequestError,
)
from tests.fakes import FakeCompressor, FakeReader, make_model
from tests.unit.engine.conftest import OpenWorkspace, paragraph, put
from tests.unit.engine.steps import (
    TEXT,
    added,
    answered,
    compressor_of,
    end_of,
    totals,
)


def test_a_document_is_compressed_for_another_ratio_beside_the_first(
    workspace: Workspace, file: Path
) -> None:
    id = added(workspace, file).document
    end = end_of(compress_document(workspace, CompressRequest(id, ratio=4)))
    assert isinstance(end, Compressed)
    assert end.compressed == end.segments == totals(workspace, id, ratio=4).compressed
    again = end_of(compress_document(workspace, CompressRequest(id, ratio=2)))
    assert isinstance(again, Compressed)
    assert (again.compressed, again.reused) == (0, again.segments)


@pytest.mark.parametrize("works_ahead", [False, True])
def test_a_batch_that_does_not_fit_into_memory_is_halved(
    open_workspace: OpenWorkspace, works_ahead: bool
) -> None:
    compressor = FakeCompressor(batch=200, fits=60, works_ahead=works_ahead)
    workspace = open_workspace(model=make_model(compressor=compressor))
    put(workspace, "a", [TEXT])
    end = end_of(compress_document(workspace, CompressRequest("a")))
    assert isinstance(end, Compressed)
    assert end.compressed == end.segments
    assert max(compressor.calls) <= 60


def test_working_ahead_compresses_every_segment_once(open_workspace: OpenWorkspace) -> None:
    ahead, plain = FakeCompressor(batch=50, works_ahead=True), FakeCompressor(batch=50)
    for name, compressor in (("ahead", ahead), ("plain", plain)):
        workspace = open_workspace(name, make_model(compressor=compressor))
        put(workspace, "a", [TEXT])
        end_of(compress_document(workspace, CompressRequest("a")))
        assert totals(workspace, "a").compressed == totals(workspace, "a").segments
    assert ahead.calls == plain.calls
    assert len(plain.calls) > 2


@dataclass
class Timed(FakeCompressor):
    """`events`: which batch was begun and which was awaited."""

    works_ahead: bool = True
    events: list[str] = field(default_factory=list)

    def begin(
        self, segments: Sequence[Sequence[int]], ratio: int
    ) -> Callable[[], list[EmbeddingBlock]]:
        number = len([event for event in self.events if event.startswith("begun")])
        self.events.append(f"begun {number}")
        ready = super().begin(segments, ratio)

        def wait() -> list[EmbeddingBlock]:
            self.events.append(f"awaited {number}")
            return ready()

        return wait


def test_a_card_has_its_next_batch_before_the_last_is_awaited(
    open_workspace: OpenWorkspace,
) -> None:
    compressor = Timed(batch=50)
    workspace = open_workspace(model=make_model(compressor=compressor))
    put(workspace, "a", [TEXT])
    end_of(compress_document(workspace, CompressRequest("a")))
    last = len(compressor.calls) - 1
    assert last > 2
    for number in range(last):
        assert compressor.events.index(f"begun {number + 1}") < compressor.events.index(
            f"awaited {number}"
        )
    assert compressor.events.index("awaited 0") < compressor.events.index("begun 2")


@dataclass
class Crowded(FakeCompressor):
    """Nothing fits beside what the reader keeps."""

    reader: FakeReader = field(default_factory=FakeReader)

    def compress(self, segments: Sequence[Sequence[int]], ratio: int) -> list[EmbeddingBlock]:
        if not self.reader.releases:
            raise OutOfMemoryError("There is not enough memory to compress.", "Close programs.")
        return super().compress(segments, ratio)


@pytest.mark.parametrize("works_ahead", [False, True])
def test_what_the_reader_keeps_makes_room_before_a_batch_is_halved(
    open_workspace: OpenWorkspace, works_ahead: bool
) -> None:
    compressor = Crowded(works_ahead=works_ahead)
    model = replace(make_model(compressor=compressor), reader=compressor.reader)
    workspace = open_workspace(model=model)
    put(workspace, "a", [TEXT])
    end_of(compress_document(workspace, CompressRequest("a")))
    assert totals(workspace, "a").compressed == totals(workspace, "a").segments
    assert compressor.reader.releases == 1
    assert max(compressor.calls) > compressor.batch // 2


def test_a_segment_that_does_not_fit_into_memory_is_an_error_and_what_fitted_is_kept(
    open_workspace: OpenWorkspace,
) -> None:
    compressor = FakeCompressor(fits=11)
    workspace = open_workspace(model=make_model(compressor=compressor))
    put(workspace, "a", ["One short sentence. " + paragraph("ferries")])
    with pytest.raises(OutOfMemoryError):
        end_of(compress_document(workspace, CompressRequest("a")))
    assert totals(workspace, "a").compressed == len(compressor.calls)


def test_what_a_question_has_compressed_meanwhile_is_not_compressed_again(
    workspace: Workspace,
) -> None:
    put(workspace, "a", [TEXT])
    job = compress_document(workspace, CompressRequest("a"))
    while compressor_of(workspace).calls == []:
        next(job)
    first = answered(workspace, "What does sentence 3 of lamps tell?")
    assert first.coverage.mode == "whole"
    assert first.segments.compressed > 0
    end = end_of(job)
    assert isinstance(end, Compressed)
    assert end.compressed == end.segments
    assert sum(compressor_of(workspace).calls) == end.tokens


def test_compressing_an_unknown_document_is_an_error(workspace: Workspace) -> None:
    with pytest.raises(RequestError):
        end_of(compress_document(workspace, CompressRequest("nothing")))
