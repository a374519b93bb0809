"""What a question would cost is said before it is asked, and holds when it is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from complm_app.engine.jobs import Workspace, answer, compress_document
from complm_app.engine.preview import preview
from complm_app.engine.protocol import (
    Answered,
    AnswerRequest,
    CompressRequest,
    Coverage,
    Preview,
    PreviewRequest,
)
from complm_app.engine.rates import Rate, Rates
from complm_app.errors import RequestError
from tests.fakes import make_model
from tests.unit.engine.conftest import OpenWorkspace, paragraph, put

QUESTION = AnswerRequest("How many boats are there?")
TIMINGS = {
    "compress_s": 1.0,
    "prefill_s": 2.0,
    "first_token_s": 3.5,
    "read_positions": 1100,
    "reused_positions": 100,
}


def previewed(workspace: Workspace, request: AnswerRequest = QUESTION) -> Preview:
    *_, last = preview(workspace, PreviewRequest(request))
    assert isinstance(last, Preview)
    return last


def answered(workspace: Workspace, request: AnswerRequest = QUESTION) -> Answered:
    *_, last = answer(workspace, request)
    assert isinstance(last, Answered)
    return last


def test_what_is_not_compressed_yet_is_counted_and_compressing_takes_it_away(
    workspace: Workspace,
) -> None:
    document = put(workspace, "boats", [paragraph("boats")])
    before = previewed(workspace)
    assert before.uncompressed == before.tokens > 0
    list(compress_document(workspace, CompressRequest(document.id)))
    after = previewed(workspace)
    assert (after.tokens, after.uncompressed) == (before.tokens, 0)


def test_the_positions_are_those_that_the_answer_reads(workspace: Workspace) -> None:
    put(workspace, "boats", [paragraph("boats")])
    expected = previewed(workspace, replace(QUESTION, verbatim_tokens=0))
    done = answered(workspace, replace(QUESTION, verbatim_tokens=0))
    assert expected.positions == done.timings.read_positions


def test_nothing_is_compressed_for_a_preview(workspace: Workspace) -> None:
    put(workspace, "boats", [paragraph("boats")])
    assert previewed(workspace).uncompressed == previewed(workspace).uncompressed > 0


def test_the_wait_is_known_once_an_answer_was_given(workspace: Workspace) -> None:
    put(workspace, "boats", [paragraph("boats")])
    assert previewed(workspace).wait_s is None
    answered(workspace)
    assert (previewed(workspace).wait_s or 0) > 0


def test_answers_of_earlier_sessions_count(open_workspace: OpenWorkspace) -> None:
    first = open_workspace("same")
    put(first, "boats", [paragraph("boats")])
    answered(first, replace(QUESTION, chat=first.library.create_chat("boats").id))
    assert previewed(open_workspace("same")).wait_s is not None


def test_memory_is_that_of_all_positions(open_workspace: OpenWorkspace) -> None:
    workspace = open_workspace(model=replace(make_model(), position_bytes=1024))
    put(workspace, "boats", [paragraph("boats")])
    shown = previewed(workspace)
    assert shown.memory_bytes == 1024 * shown.positions


def test_a_preview_of_an_empty_library_is_an_error(workspace: Workspace) -> None:
    with pytest.raises(RequestError):
        previewed(workspace)


def test_files_that_are_still_being_read_are_part_of_the_coverage(workspace: Workspace) -> None:
    put(workspace, "boats", [paragraph("boats")])
    events = answer(workspace, replace(QUESTION, waiting=2))
    coverage = next(event for event in events if isinstance(event, Coverage))
    assert coverage.waiting == 2


def test_the_first_word_comes_after_compressing_reading_and_beginning() -> None:
    rates = Rates(compressing=Rate(1000, 1.0))
    rates.add_answer(TIMINGS)
    assert rates.first_word(2000, 500) == pytest.approx(2.0 + 1.0 + 0.5)


def test_a_wait_with_a_part_that_was_never_measured_is_not_known() -> None:
    rates = Rates()
    rates.add_answer(TIMINGS)
    assert rates.first_word(2000, 500) is None
    assert rates.first_word(0, 500) == pytest.approx(1.0 + 0.5)


def test_what_was_done_last_counts_most() -> None:
    rate = Rate()
    rate.add(100, 1.0)
    rate.add(100, 9.0)
    assert (rate.per_second or 0) < 100 * 2 / 10
