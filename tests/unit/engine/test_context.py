"""What is chosen to be read: whole documents, the best passages, and what verbatim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from complm_app.core.cache import SegmentRow
from complm_app.engine.context import (
    Budget,
    Choice,
    PassageId,
    Scope,
    budget_of,
    choose,
    reading_plan,
)
from complm_app.engine.plans import ReadEmbeddings, ReadTokens
from complm_app.engine.protocol import AnswerRequest, EmbeddingBlock
from tests.fakes import make_model

SEGMENT = 10


def scope_of(lengths: Mapping[str, Sequence[int]]) -> Scope:
    """Documents whose passages have these lengths in tokens, in segments of 10."""

    def segments(document: str, ordinals: Sequence[int] | None) -> list[SegmentRow]:
        wanted = range(len(lengths[document])) if ordinals is None else ordinals
        return [
            SegmentRow(n, at, tuple(range(at, min(at + SEGMENT, length))), f"{document}-{n}-{at}")
            for n in wanted
            if n < len(lengths[document])
            for length in [lengths[document][n]]
            for at in range(0, length, SEGMENT)
        ]

    return Scope(tuple(lengths), lambda document: sum(lengths[document]), segments)


def read(choice: Choice) -> list[PassageId]:
    return [passage.id for passage in choice.read]


def verbatim(choice: Choice) -> list[PassageId]:
    return [passage.id for passage in choice.verbatim]


def test_documents_that_fit_are_read_whole() -> None:
    scope = scope_of({"a": [20, 20], "b": [20]})
    choice = choose(scope, [("b", 0)], Budget(30, 2, 0))
    assert choice.mode == "whole"
    assert read(choice) == [("a", 0), ("a", 1), ("b", 0)]


def test_every_segment_takes_its_own_rounded_up_positions() -> None:
    scope = scope_of({"a": [11, 11]})  # segments of 10 and 1: 3 + 1 CEs each at 4 to 1
    assert choose(scope, [], Budget(8, 4, 0)).mode == "whole"
    assert choose(scope, [], Budget(7, 4, 0)).mode == "passages"


def test_one_position_too_few_and_the_best_passages_are_read_in_document_order() -> None:
    scope = scope_of({"a": [20, 20, 20, 20], "b": [20]})
    hits = [("b", 0), ("a", 3), ("a", 0)]
    choice = choose(scope, hits, Budget(30, 2, 0))
    assert choice.mode == "passages"
    assert read(choice) == [("a", 0), ("a", 3), ("b", 0)]


def test_room_that_is_left_goes_to_the_passages_that_follow_a_hit() -> None:
    scope = scope_of({"a": [20] * 9})
    assert read(choose(scope, [("a", 6), ("a", 2)], Budget(30, 2, 0))) == [
        ("a", 2),
        ("a", 6),
        ("a", 7),
    ]


def test_the_passage_after_the_best_hit_goes_before_the_seventh_hit() -> None:
    scope = scope_of({"a": [20] * 20})
    hits = [("a", n) for n in (16, 0, 2, 4, 6, 8, 10)]
    assert [n for _, n in read(choose(scope, hits, Budget(70, 2, 0)))] == [0, 2, 4, 6, 8, 16, 17]


def test_a_passage_that_is_too_long_for_what_is_left_is_passed_over_not_cut() -> None:
    scope = scope_of({"a": [20, 100, 20, 100, 100]})
    hits = [("a", 0), ("a", 1), ("a", 2)]
    choice = choose(scope, hits, Budget(25, 2, 0))
    assert read(choice) == [("a", 0), ("a", 2)]
    assert sum(passage.positions(2) for passage in choice.read) <= 25


def test_passages_of_all_documents_compete_by_their_match() -> None:
    scope = scope_of({"a": [20] * 5, "b": [20] * 5, "c": [20] * 5})
    hits = [("c", 4), ("b", 0), ("c", 2), ("a", 0)]
    assert read(choose(scope, hits, Budget(30, 2, 0))) == [("b", 0), ("c", 2), ("c", 4)]


def test_room_that_matching_passages_leave_goes_to_the_beginnings_of_documents() -> None:
    scope = scope_of({"a": [20] * 5, "b": [20] * 5})
    assert read(choose(scope, [("b", 3)], Budget(50, 2, 0))) == [
        ("a", 0),
        ("a", 1),
        ("b", 0),
        ("b", 3),
        ("b", 4),
    ]


def test_without_any_match_the_beginning_of_every_document_is_read() -> None:
    scope = scope_of({"a": [20] * 5, "b": [20] * 5})
    assert read(choose(scope, [], Budget(40, 2, 0))) == [("a", 0), ("a", 1), ("b", 0), ("b", 1)]


def test_the_best_passages_are_also_read_verbatim_within_their_budget_the_best_one_last() -> None:
    scope = scope_of({"a": [20, 20, 20, 20]})
    choice = choose(scope, [("a", 2), ("a", 0), ("a", 1)], Budget(1000, 2, 45))
    assert choice.mode == "whole"
    assert verbatim(choice) == [("a", 0), ("a", 2)]


def test_what_may_be_read_verbatim_is_kept_free_even_when_little_of_it_is() -> None:
    scope = scope_of({"a": [20, 20]})
    for hits in ([], [("a", 0)], [("a", 0), ("a", 1)]):
        assert choose(scope, hits, Budget(59, 2, 40)).mode == "passages"
        assert choose(scope, hits, Budget(60, 2, 40)).mode == "whole"


def test_verbatim_passages_take_their_room_from_the_others() -> None:
    scope = scope_of({"a": [20] * 20})
    hits = [("a", n) for n in range(20)]
    choice = choose(scope, hits, Budget(50, 2, 20))
    assert verbatim(choice) == [("a", 0)]
    assert read(choice) == [("a", 0), ("a", 1), ("a", 2)]


def test_a_model_may_read_a_few_passages_only() -> None:
    scope = scope_of({"a": [20] * 6})
    hits = [("a", 5), ("a", 3), ("a", 1)]
    assert read(choose(scope, hits, Budget(1000, 2, 0, passages=2))) == [("a", 3), ("a", 5)]
    assert choose(scope, hits, Budget(1000, 2, 0, passages=6)).mode == "whole"


def test_nothing_is_chosen_where_nothing_fits() -> None:
    scope = scope_of({"a": [20]})
    assert choose(scope, [("a", 0)], Budget(-5, 2, 0)).all() == []


def test_the_budget_is_what_question_and_answer_leave() -> None:
    model = make_model(window=200)
    request = AnswerRequest("one two three", answer_tokens=50, verbatim_tokens=40)
    assert budget_of(model, request, 2) == Budget(200 - 7 - 50, 2, 40)
    assert budget_of(model, request, 1).verbatim_tokens == 0
    tight = AnswerRequest("one two three", answer_tokens=150, verbatim_tokens=40)
    assert budget_of(model, tight, 2).verbatim_tokens == (200 - 7 - 150) // 2


def test_a_plan_reads_embeddings_and_names_every_passage_as_a_source() -> None:
    scope = scope_of({"a": [15, 10], "b": [12]})
    choice = choose(scope, [("b", 0)], Budget(1000, 2, 12))
    blocks = {
        segment.key: EmbeddingBlock(1, 1, "float32", b"0000")
        for passage in choice.read
        for segment in passage.segments
    }
    request = AnswerRequest("What?", answer_tokens=9)
    plan = reading_plan(choice, blocks, request, 2)
    assert plan.documents == tuple(ReadEmbeddings(key, block) for key, block in blocks.items())
    assert plan.verbatim == (ReadTokens(tuple(range(12))),)
    assert plan.sources == (tuple(range(15)), tuple(range(10)), tuple(range(12)))
    assert (plan.question, plan.answer_tokens) == ("What?", 9)
    assert plan.scores == ()


def test_a_plan_knows_how_well_each_source_matches() -> None:
    choice = choose(scope_of({"a": [15, 10], "b": [12]}), [("b", 0)], Budget(1000, 1, 0))
    found = {("b", 0): 2.5, ("a", 1): 1.5, ("b", 7): 0.5}
    plan = reading_plan(choice, {}, AnswerRequest("What?"), 1, found)
    assert len(plan.sources) == 3
    assert plan.scores == (0.5, 1.5, 2.5)  # the first was not found: no better than what was


def test_at_ratio_1_a_plan_reads_the_tokens_themselves() -> None:
    choice = choose(scope_of({"a": [15]}), [("a", 0)], Budget(1000, 1, 0))
    plan = reading_plan(choice, {}, AnswerRequest("What?"), 1)
    assert plan.documents == (ReadTokens(tuple(range(10))), ReadTokens(tuple(range(10, 15))))
    assert plan.verbatim == ()
