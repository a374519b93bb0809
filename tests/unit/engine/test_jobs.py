"""Adding, compressing and asking: with real databases and a model without weights."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeAlias, TypeVar

import pytest

from complm_app.core.cache import Cache, SegmentTotals
from complm_app.core.library import Library
from complm_app.engine.jobs import Workspace, add_document, answer, compress_document
from complm_app.engine.plans import EarlierTurn
from complm_app.engine.protocol import (
    Added,
    AddRequest,
    Answered,
    AnswerRequest,
    Cancelled,
    Compressed,
    CompressRequest,
    Coverage,
    Event,
    Job,
    Model,
    Progress,
    Token,
)
from complm_app.engine.worker import Priority, Worker
from complm_app.engine.workspace import mode_of
from complm_app.errors import (
    ModelMissingError,
    NoTextError,
    OutOfMemoryError,
    RequestError,
    UnreadableError,
)
from tests.fakes import FakeCompressor, FakeReader, make_model, seen_by, text_of
from tests.unit.engine.conftest import OpenWorkspace, paragraph, put

SECONDS = 60.0
T = TypeVar("T")
TEXT = "\n\n".join(paragraph(topic) for topic in ("ferries", "otters", "lamps"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def end_of(job: Job) -> Event:
    return list(job)[-1]


def added(workspace: Workspace, path: Path, ratio: int | None = None) -> Added:
    event = end_of(add_document(workspace, AddRequest(path, ratio=ratio)))
    assert isinstance(event, Added)
    return event


def answered(workspace: Workspace, question: str, *documents: str, **rest: int) -> Answered:
    event = end_of(answer(workspace, AnswerRequest(question, documents, **rest)))
    assert isinstance(event, Answered)
    return event


def model_of(workspace: Workspace) -> Model:
    with closing(workspace.model()) as steps:
        while True:
            try:
                next(steps)
            except StopIteration as end:
                model: Model = end.value
                return model


def compressor_of(workspace: Workspace) -> FakeCompressor:
    compressor = model_of(workspace).compressor
    assert isinstance(compressor, FakeCompressor)
    return compressor


def reader_of(workspace: Workspace) -> FakeReader:
    reader = model_of(workspace).reader
    assert isinstance(reader, FakeReader)
    return reader


def totals(workspace: Workspace, document: str, ratio: int = 2) -> SegmentTotals:
    mode = mode_of(model_of(workspace), ratio)
    return workspace.cache.counts(mode.fingerprint, document)


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


# ---- adding


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


# ---- compressing


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


# ---- asking

PAGES = [
    "The Otter Line runs three ferries. It was founded in Brackwater in 1931.",
    "",
    "Its largest ferry is the Heron. The Heron carries sixty passengers and nine cars.",
]


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


# ---- in the worker's thread


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
