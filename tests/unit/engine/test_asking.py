"""Asking: with real databases and a model without weights."""

from __future__ import annotations

import pytest

from complm_app.engine.jobs import Workspace, answer
from complm_app.engine.plans import EarlierTurn
from complm_app.engine.protocol import (
    Answered,
    AnswerRequest,
    Coverage,
    Token,
)
from complm_app.errors import (
    NoTextError,
    RequestError,
)
from tests.fakes import make_model, seen_by, text_of
from tests.unit.engine.conftest import OpenWorkspace, paragraph, put
from tests.unit.engine.steps import (
    PAGES,
    answered,
    compressor_of,
    reader_of,
)


@pytest.fixture
def ferries(workspace: Workspace) -> Workspace:
    put(workspace, "ferries", PAGES)
    return workspace


def test_an_answer_comes_with_its_page_and_the_sentence_that_holds_it(ferries: Workspace) -> None:
    end = answered(ferries, "How many passengers does the Heron carry?")
    assert end.found
    assert end.text == "The Heron carries sixty passengers and nine cars."
    (citation,) = end.citations
    assert (citation.document, citation.page_index, citation.label) == ("ferries", 2, "p3")
    assert citation.verbatim
    assert citation.quote == PAGES[2][citation.start : citation.end] == end.text
    assert (end.model, end.ratio, end.turn) == ("Fake", 2, None)


def test_the_streamed_pieces_joined_are_the_answer(ferries: Workspace) -> None:
    for question in ("Where was the Otter Line founded?", "Who wrote the Iliad?"):
        events = list(answer(ferries, AnswerRequest(question)))
        end = events[-1]
        assert isinstance(end, Answered)
        assert "".join(event.text for event in events if isinstance(event, Token)) == end.text


def test_coverage_is_told_before_the_first_word(ferries: Workspace) -> None:
    events = list(answer(ferries, AnswerRequest("Where was the Otter Line founded?")))
    first = next(n for n, event in enumerate(events) if isinstance(event, Token))
    coverage = next(event for event in events[:first] if isinstance(event, Coverage))
    assert coverage == Coverage(pages_read=2, pages_total=3, mode="whole")
    assert isinstance(events[-1], Answered)
    assert events[-1].coverage == coverage


def test_what_the_documents_do_not_say_is_said_and_nothing_is_cited(ferries: Workspace) -> None:
    end = answered(ferries, "Who wrote the Iliad?")
    assert not end.found
    assert end.text == "The document does not say."
    assert end.citations == ()
    put(ferries, "lamps", [paragraph("lamps")])
    assert answered(ferries, "Who wrote the Iliad?").text == "The documents do not say."


def test_the_second_question_compresses_nothing_and_reuses_the_prefix(ferries: Workspace) -> None:
    first = answered(ferries, "Where was the Otter Line founded?")
    assert first.segments.compressed == first.segments.total > 0
    calls = len(compressor_of(ferries).calls)
    second = answered(ferries, "How many passengers does the Heron carry?")
    assert len(compressor_of(ferries).calls) == calls
    assert (second.segments.reused, second.segments.compressed) == (first.segments.total, 0)
    assert first.timings.reused_positions == 0
    assert second.timings.reused_positions > 0


def test_cached_embeddings_give_the_same_plan_as_fresh_ones(
    open_workspace: OpenWorkspace,
) -> None:
    question = "Where was the Otter Line founded?"
    first = open_workspace()
    put(first, "ferries", PAGES)
    fresh = answered(first, question)
    restarted = open_workspace()
    cached = answered(restarted, question)
    assert reader_of(restarted).plans == reader_of(first).plans
    assert (cached.text, cached.citations) == (fresh.text, fresh.citations)
    assert cached.segments.compressed == 0


def test_embeddings_that_are_found_damaged_while_they_are_read_are_made_again(
    ferries: Workspace,
) -> None:
    question = "How many passengers does the Heron carry?"
    before = answered(ferries, question)
    with ferries.cache.writing() as connection:
        connection.execute(
            "UPDATE embedding SET checksum = checksum + 1 WHERE key IN"
            " (SELECT key FROM embedding LIMIT 1)"
        )
    after = answered(ferries, question)
    assert (after.text, after.citations) == (before.text, before.citations)
    assert after.segments.compressed == 1
    assert answered(ferries, question).segments.compressed == 0


def test_every_ratio_answers_from_its_own_embeddings(ferries: Workspace) -> None:
    ends = [answered(ferries, "What does the Heron carry?", ratio=ratio) for ratio in (1, 2, 4)]
    assert len({end.text for end in ends}) == 1
    assert [end.ratio for end in ends] == [1, 2, 4]
    assert ends[0].segments.compressed == 0
    assert all(end.segments.compressed == end.segments.total for end in ends[1:])


def test_the_best_passages_are_read_verbatim_beside_the_embeddings(ferries: Workspace) -> None:
    for budget in (256, 0):
        answered(ferries, "What does the Heron carry?", verbatim_tokens=budget)
    with_some, without = reader_of(ferries).plans
    assert with_some.documents == without.documents
    assert "Heron carries sixty" in text_of(with_some.verbatim[-1].ids)
    assert without.verbatim == ()


def test_a_library_that_does_not_fit_the_window_is_answered_from_its_best_passages(
    open_workspace: OpenWorkspace,
) -> None:
    workspace = open_workspace(model=make_model(window=400))
    topics = ["ferries", "otters", "lamps", "comets", "anchors", "violins"]
    for topic in topics:
        put(workspace, topic, [paragraph(topic), paragraph(f"small {topic}")])
    end = answered(workspace, "What does sentence 5 of comets tell?", answer_tokens=20)
    assert end.coverage.mode == "passages"
    assert 0 < end.coverage.pages_read < end.coverage.pages_total == 12
    assert "comets" not in end.coverage.unread_documents
    assert set(end.coverage.unread_documents) < set(topics)
    assert "comets" in end.text
    assert end.citations[0].document == "comets"
    (plan,) = reader_of(workspace).plans
    positions = sum(-(-len(s) // 2) for s in plan.sources)
    assert positions <= 400


def test_only_the_documents_in_question_are_read(ferries: Workspace) -> None:
    put(ferries, "lamps", [paragraph("lamps")])
    end = answered(ferries, "What does sentence 3 of lamps tell?", "ferries")
    assert "lamps" not in seen_by(reader_of(ferries).plans[0])
    assert end.coverage.pages_total == 3


def test_documents_are_read_in_the_librarys_order_whatever_the_order_asked_in(
    ferries: Workspace,
) -> None:
    put(ferries, "lamps", [paragraph("lamps")])
    answered(ferries, "What carries the Heron?", "lamps", "ferries")
    answered(ferries, "What carries the Heron?", "ferries", "lamps")
    first, second = reader_of(ferries).plans
    assert first.documents == second.documents


def test_documents_that_are_added_to_the_question_are_read_after_those_before(
    ferries: Workspace,
) -> None:
    put(ferries, "lamps", [paragraph("lamps")])
    answered(ferries, "What carries the Heron?", "lamps")
    both = answered(ferries, "What carries the Heron?")
    one, two = reader_of(ferries).plans
    assert two.documents[: len(one.documents)] == one.documents
    assert both.timings.reused_positions > 0
    answered(ferries, "What carries the Heron?", "ferries")
    answered(ferries, "What carries the Heron?")
    *_, one, two = reader_of(ferries).plans
    assert two.documents[: len(one.documents)] == one.documents


def test_a_chat_reminds_a_model_that_can_follow_it_of_its_earlier_turns(
    ferries: Workspace,
) -> None:
    chat = ferries.library.create_chat("Ferries").id
    questions = ["What does the Heron carry?", "Where was it founded?", "Who wrote the Iliad?"]
    reader_of(ferries).chats = True
    turns = [answered(ferries, question, chat=chat) for question in questions]
    answered(ferries, "How many ferries?", chat=chat)
    told = [EarlierTurn(q, end.text) for q, end in zip(questions[:2], turns, strict=False)]
    given = [list(plan.earlier) for plan in reader_of(ferries).plans]
    assert given == [[], told[:1], told, told]  # what found nothing reminds of nothing
    answered(ferries, "Where was it founded?", chat=chat, replaces=turns[1].turn or 0)
    assert list(reader_of(ferries).plans[-1].earlier) == told[:1]
    answered(ferries, "How many ferries?")
    assert reader_of(ferries).plans[-1].earlier == ()


def test_a_long_chat_reminds_of_its_last_turns_which_change_four_at_a_time(
    ferries: Workspace,
) -> None:
    chat = ferries.library.create_chat("Ferries").id
    reader_of(ferries).chats = True
    for _ in range(11):
        answered(ferries, "What does the Heron carry?", chat=chat)
    counts = [len(plan.earlier) for plan in reader_of(ferries).plans]
    assert counts == [0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6]


def test_a_model_that_answers_each_question_alone_is_not_reminded(ferries: Workspace) -> None:
    chat = ferries.library.create_chat("Ferries").id
    for _ in range(2):
        answered(ferries, "What does the Heron carry?", chat=chat)
    assert reader_of(ferries).plans[-1].earlier == ()


def test_timings_add_up_and_count_from_the_question(ferries: Workspace) -> None:
    timings = answered(ferries, "What does the Heron carry?").timings
    parts = timings.plan_s + timings.compress_s + timings.prefill_s
    assert 0 < parts <= timings.first_token_s <= timings.total_s
    assert timings.read_positions > 0


def test_a_turn_is_stored_when_a_chat_is_given(ferries: Workspace) -> None:
    chat = ferries.library.create_chat("Ferries")
    end = answered(ferries, "What does the Heron carry?", chat=chat.id)
    (turn,) = ferries.library.turns(chat.id)
    assert turn.id == end.turn
    assert (turn.question, turn.answer) == ("What does the Heron carry?", end.text)
    assert turn.citations[0]["quote"] == end.citations[0].quote
    assert turn.coverage["mode"] == "whole"


@pytest.mark.parametrize("question", ["", "   \n"])
def test_an_empty_question_is_an_error(ferries: Workspace, question: str) -> None:
    with pytest.raises(RequestError, match="question is empty"):
        answered(ferries, question)


def test_a_question_on_an_empty_library_is_an_error(workspace: Workspace) -> None:
    with pytest.raises(RequestError, match="library is empty"):
        answered(workspace, "What?")


def test_a_question_on_an_unknown_document_is_an_error(ferries: Workspace) -> None:
    with pytest.raises(RequestError, match="nothing"):
        answered(ferries, "What?", "ferries", "nothing")


def test_a_question_with_a_ratio_that_the_model_does_not_have_is_an_error(
    open_workspace: OpenWorkspace,
) -> None:
    workspace = open_workspace(model=make_model(exact=True))
    put(workspace, "ferries", PAGES)
    with pytest.raises(RequestError) as caught:
        answered(workspace, "What?", ratio=2)
    assert "that it has: 1 (" in caught.value.hint


def test_a_question_too_long_for_the_model_is_an_error(open_workspace: OpenWorkspace) -> None:
    workspace = open_workspace(model=make_model(window=100))
    put(workspace, "ferries", PAGES)
    with pytest.raises(RequestError, match="no room"):
        answered(workspace, "what " * 200)


def test_a_document_without_text_cannot_be_asked(workspace: Workspace) -> None:
    put(workspace, "blank", ["", ""])
    with pytest.raises(NoTextError):
        answered(workspace, "What?")


def test_closing_an_answer_stops_the_reader_and_stores_no_turn(ferries: Workspace) -> None:
    chat = ferries.library.create_chat("Ferries")
    job = answer(ferries, AnswerRequest("What does the Heron carry?", chat=chat.id))
    while not isinstance(next(job), Token):
        pass
    job.close()
    assert reader_of(ferries).closed == 1
    assert ferries.library.turns(chat.id) == []
