"""Whatever was read before, the next token's logits are those of reading everything at once."""

from __future__ import annotations

import pytest
from reading import (
    SLIDING,
    answer_at_once,
    logits_at_once,
    logits_read,
    make_reader,
    parts_of,
    plan_of,
    read,
    run_of,
    same,
)

from complm_app.engine.parts import positions
from complm_app.engine.plans import (
    Prefilled,
    ReaderDone,
)
from complm_app.engine.reader import ModelReader
from complm_app.engine.warming import warming_up
from complm_app.errors import RequestError
from tests.tiny_models import ARCHITECTURES, WINDOW


def test_reading_in_chunks_is_reading_at_once(reader: ModelReader) -> None:
    plan = plan_of(reader)
    assert sum(positions(part) for part in plan.documents) > 3 * max(reader.chunk, WINDOW)
    assert same(logits_read(reader, plan), logits_at_once(reader, plan))


def test_the_answer_is_the_one_without_any_cache(reader: ModelReader) -> None:
    plan = plan_of(reader)
    assert read(reader, plan)[0] == answer_at_once(reader, plan) != ""


def test_a_second_question_reads_no_document_again(reader: ModelReader) -> None:
    read(reader, plan_of(reader))
    second = plan_of(reader, question="Who was the captain of this ship?", verbatim=[1])
    documents = sum(map(positions, parts_of(reader, second)[: 1 + len(second.documents)]))
    assert same(logits_read(reader, second), logits_at_once(reader, second))
    text, reused = read(reader, second)
    assert (text, reused) == (answer_at_once(reader, second), documents)


def test_more_documents_are_read_on_top_of_those_before(reader: ModelReader) -> None:
    _, nothing = read(reader, plan_of(reader, [0, 1, "a"]))
    more = plan_of(reader, [0, 1, "a", "b", 3])
    assert same(logits_read(reader, more), logits_at_once(reader, more))
    _, reused = read(reader, plan_of(reader, [0, 1, "a", "b"]))
    assert (nothing, reused > 0) == (0, True)


def test_documents_that_differ_later_on_share_what_stands_before(reader: ModelReader) -> None:
    read(reader, plan_of(reader, [0, 1, "a", 2]))
    other = plan_of(reader, [0, 1, "b", 2])
    assert same(logits_read(reader, other), logits_at_once(reader, other))


@pytest.mark.parametrize("architecture", sorted(set(ARCHITECTURES) - set(SLIDING)))
def test_full_attention_goes_back_to_any_part(architecture: str) -> None:
    reader = make_reader(architecture)
    read(reader, plan_of(reader, [0, 1, "a", 2]))
    shared = plan_of(reader, [0, 1])
    expected = sum(map(positions, parts_of(reader, shared)[:3]))
    assert read(reader, plan_of(reader, [0, 1, "b", 2]))[1] == expected


def test_other_documents_leave_the_kept_ones_alone(reader: ModelReader) -> None:
    first, other = plan_of(reader, [0, 1]), plan_of(reader, [3, 4])
    assert read(reader, first)[1] == read(reader, other)[1] == 0
    assert read(reader, first)[1] > 0
    assert read(reader, other)[1] > 0
    assert same(logits_read(reader, first), logits_at_once(reader, first))


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 7])
def test_closing_at_any_step_leaves_a_prefix_that_still_is_right(
    reader: ModelReader, steps: int
) -> None:
    plan = plan_of(reader)
    reading = reader.read(plan)
    for _ in range(steps):
        next(reading)
    reading.close()
    assert same(logits_read(reader, plan), logits_at_once(reader, plan))
    assert read(reader, plan)[0] == answer_at_once(reader, plan)


def test_a_question_asked_while_another_is_answered_does_not_disturb_it(
    reader: ModelReader,
) -> None:
    plan = plan_of(reader)
    slow = reader.read(plan)
    next(slow)
    read(reader, plan_of(reader, [0, 1, 3], question="Another?"))
    *_, done = slow
    assert done == ReaderDone(answer_at_once(reader, plan), True)


def test_overhead_is_what_reading_takes_beside_the_documents() -> None:
    reader = make_reader()
    plan = plan_of(reader, [0], verbatim=[1])
    [filled] = [step for step in reader.read(plan) if isinstance(step, Prefilled)]
    read_positions = positions(run_of(reader, 0)) + positions(run_of(reader, 1))
    assert filled.positions == reader.overhead(plan.question) + read_positions


def test_a_plan_that_does_not_fit_the_window_is_refused_before_reading() -> None:
    reader = make_reader()
    plan = plan_of(reader, [0, 1, 2, 3] * 5)
    with pytest.raises(RequestError, match="positions") as refused:
        next(reader.read(plan))
    assert "fewer documents" in refused.value.hint


def test_getting_ready_changes_no_answer(reader: ModelReader) -> None:
    steps = list(warming_up(reader.model))
    assert len(steps) > 1
    plan = plan_of(reader)
    assert read(reader, plan)[0] == answer_at_once(reader, plan) != ""
    assert reader.rest() is False  # a processor has nothing to get ready
