"""A question into an answer: choose, compress what is missing, read, cite."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from functools import cache

from complm_app.core.blocks import DamagedBlockError
from complm_app.core.library import Document, Library, StoredPassage, Turn
from complm_app.core.search import search
from complm_app.engine.context import (
    Budget,
    Choice,
    PassageId,
    Scope,
    budget_of,
    choose,
    may_fit_whole,
    reading_plan,
)
from complm_app.engine.plans import EarlierTurn, PieceOfAnswer, Prefilled, ReaderDone, ReadingPlan
from complm_app.engine.protocol import (
    Answered,
    AnswerRequest,
    Citation,
    Coverage,
    Event,
    Job,
    Model,
    Progress,
    Timings,
    Token,
)
from complm_app.engine.quotes import PageSource, cite
from complm_app.engine.workspace import (
    Mode,
    Stopwatch,
    Unwritten,
    Workspace,
    embeddings,
    mode_of,
    segmented,
)
from complm_app.errors import NoTextError, RequestError

TURNS_TOGETHER = 4
TURNS_SHARE = 4
"""A chat's earlier turns, with prompt and question, take at most one part in so many of the
window."""


def answer(workspace: Workspace, request: AnswerRequest) -> Job:
    """Yields Coverage before the first Token, and ends with Answered.

    Raises RequestError (an empty question or library, an unknown document, a ratio that the
    model does not have, a question too long for it), ModelError, StoreError.
    """
    watch = Stopwatch(workspace)
    documents = in_reading_order(workspace, documents_of(workspace.library, request))
    mode = mode_of((yield from workspace.model()), request.ratio)
    request = reminded(workspace.library, mode.model, request)
    reading = yield from choose_reading(workspace, mode, request, documents)
    plan_s = watch.seconds
    yield reading.coverage
    if reading.choice.mode == "whole":
        workspace.read_last = tuple(document.id for document in documents)

    rows = [segment for passage in reading.choice.read for segment in passage.segments]
    with Unwritten(workspace, mode) as unwritten:
        written = None
        while written is None:
            blocks, segments = yield from embeddings(workspace, mode, rows, unwritten)
            compress_s = watch.seconds - plan_s
            plan = reading_plan(reading.choice, blocks, request, mode.ratio, reading.scores)
            with suppress(DamagedBlockError):  # then it is made anew; no word is written yet
                written = yield from _read(mode, plan, watch, several=len(documents) > 1)
    answered = Answered(
        text=written.text,
        found=written.found,
        citations=_citations(workspace.library, request, reading, written),
        coverage=reading.coverage,
        segments=segments,
        timings=_timings(plan_s, compress_s, written, watch),
        model=mode.model.name,
        ratio=mode.ratio,
    )
    workspace.rates.add_answer(asdict(answered.timings))
    yield _stored(workspace.library, request, answered)


# ---- what to read


@dataclass(frozen=True, slots=True)
class Reading:
    choice: Choice
    ranked: tuple[StoredPassage, ...]
    """All passages that are read, the best match of the question first."""
    scores: Mapping[PassageId, float]
    """Of the passages that search found, read or not."""
    coverage: Coverage


def documents_of(library: Library, request: AnswerRequest) -> list[Document]:
    """The documents in scope, in the library's order."""
    if not request.question.strip():
        raise RequestError("The question is empty.", "Write what you want to know.")
    wanted = library.newest(request.documents)  # the file may have changed since it was chosen
    for id in wanted:
        library.document(id)  # raises for an unknown one
    documents = library.documents(wanted)
    if not documents:
        raise RequestError("The library is empty.", "Add a document, then ask.")
    return documents


def in_reading_order(workspace: Workspace, documents: Sequence[Document]) -> list[Document]:
    """Documents that are added to those of the last question come after them, whenever they came
    into the library: what was read of the others need not be read again."""
    before = {id: place for place, id in enumerate(workspace.read_last)}
    if not before.keys() <= {document.id for document in documents}:
        return list(documents)
    return sorted(documents, key=lambda document: before.get(document.id, len(before)))


def reminded(library: Library, model: Model, request: AnswerRequest) -> AnswerRequest:
    """With the chat's earlier turns, where the model can follow a chat.

    The last four to seven of those that found an answer: the first ones go four at a time, so that
    most questions find all turns before them read already.
    """
    if request.chat is None or request.earlier or not model.reader.follows_chats:
        return request
    found = [
        EarlierTurn(turn.question, turn.answer)
        for turn in library.turns(request.chat)
        if turn.found and (request.replaces is None or (turn.id or 0) < request.replaces)
    ]
    first = max(0, len(found) // TURNS_TOGETHER - 1) * TURNS_TOGETHER
    earlier, room = tuple(found[first:]), model.reader.window // TURNS_SHARE
    while earlier and model.reader.overhead(request.question, earlier) > room:
        earlier = earlier[TURNS_TOGETHER:]
    return replace(request, earlier=earlier)


def choose_reading(
    workspace: Workspace, mode: Mode, request: AnswerRequest, documents: Sequence[Document]
) -> Generator[Event, None, Reading]:
    store, library = workspace.cache, workspace.library

    @cache
    def tokens(document: str) -> int:
        return store.counts(mode.fingerprint, document).tokens

    ids = tuple(document.id for document in documents)
    budget = budget_of(mode.model, request, mode.ratio)
    found = search(library, request.question, request.documents and ids, budget.looked_at)
    scores = {(hit.passage.document, hit.passage.ordinal): hit.score for hit in found}
    hits = list(scores)
    yield from _segment(workspace, mode, ids, hits, budget, tokens)
    scope = Scope(ids, tokens, lambda d, ordinals: store.segments(mode.fingerprint, d, ordinals))
    choice = choose(scope, hits, budget)
    if not choice.all():
        raise _nothing_to_read(choice, mode)
    ranked = _ranked(library, choice, hits)
    limit = mode.model.reader.limit if choice.mode == "passages" else ""
    coverage = _coverage(choice, ranked, documents, request.waiting, limit)
    return Reading(choice, ranked, scores, coverage)


def _segment(
    workspace: Workspace,
    mode: Mode,
    documents: Sequence[str],
    hits: Sequence[PassageId],
    budget: Budget,
    tokens: Callable[[str], int],
) -> Generator[Event, None, None]:
    """Cuts up the documents that the choice looks into: all where they may fit as a whole, else
    those that hold a hit. Usually that was done when they were added."""
    total = 0
    for document in documents:
        yield from segmented(workspace, mode, document)
        total += tokens(document)
        if not may_fit_whole(total, budget):
            break
    else:
        return
    for document in dict.fromkeys([document for document, _ in hits] or documents):
        yield from segmented(workspace, mode, document)


def _ranked(
    library: Library, choice: Choice, hits: Sequence[PassageId]
) -> tuple[StoredPassage, ...]:
    read = [passage.id for passage in choice.all()]
    stored = {
        (passage.document, passage.ordinal): passage
        for document in dict.fromkeys(document for document, _ in read)
        for passage in library.passages(document)
    }
    wanted = set(read)
    return tuple(stored[id] for id in dict.fromkeys([*hits, *read]) if id in wanted)


def _coverage(
    choice: Choice,
    read: Sequence[StoredPassage],
    documents: Sequence[Document],
    waiting: int,
    limit: str,
) -> Coverage:
    touched = {passage.document for passage in read}
    return Coverage(
        pages_read=len({(passage.document, passage.page_index) for passage in read}),
        pages_total=sum(document.pages for document in documents),
        mode=choice.mode,
        unread_documents=tuple(d.id for d in documents if d.id not in touched),
        waiting=waiting,
        limit=limit,
    )


def _nothing_to_read(choice: Choice, mode: Mode) -> NoTextError | RequestError:
    if choice.mode == "whole":
        return NoTextError("There is no text to read.", "Choose a document that has some.")
    return RequestError(
        "The question leaves {model} no room to read a passage.",
        "Ask a shorter question, or use a higher ratio.",
        model=mode.model.name,
    )


# ---- reading and writing


@dataclass(frozen=True, slots=True)
class _Written:
    text: str
    found: bool
    prefill_s: float
    first_token_s: float
    prefilled: Prefilled


def _read(
    mode: Mode, plan: ReadingPlan, watch: Stopwatch, *, several: bool
) -> Generator[Event, None, _Written]:
    """Hands on the reader's pieces; a text that says so where the answer is not there."""
    started = prefilled_at = watch.seconds
    prefilled = Prefilled(0, 0)
    done = ReaderDone("", False)
    pieces: list[str] = []
    first_at: float | None = None
    with closing(mode.model.reader.read(plan)) as steps:
        for step in steps:
            match step:
                case Progress():
                    yield step
                case Prefilled():
                    prefilled, prefilled_at = step, watch.seconds
                case PieceOfAnswer(text):
                    first_at = first_at or watch.seconds
                    pieces.append(text)
                    yield Token(text)
                case ReaderDone():
                    done = step
    if not pieces:
        first_at = watch.seconds
        pieces = ["The documents do not say." if several else "The document does not say."]
        yield Token(pieces[0])
    found = done.found and bool(done.text)
    assert first_at is not None
    return _Written("".join(pieces), found, prefilled_at - started, first_at, prefilled)


def _timings(plan_s: float, compress_s: float, written: _Written, watch: Stopwatch) -> Timings:
    return Timings(
        plan_s=plan_s,
        compress_s=compress_s,
        prefill_s=written.prefill_s,
        first_token_s=written.first_token_s,
        total_s=watch.seconds,
        load_s=watch.loading,
        reused_positions=written.prefilled.reused_positions,
        read_positions=written.prefilled.positions,
    )


# ---- evidence


def _citations(
    library: Library, request: AnswerRequest, reading: Reading, written: _Written
) -> tuple[Citation, ...]:
    if not written.found:
        return ()

    @cache
    def labels(document: str) -> dict[int, str]:
        return {page.index: page.label for page in library.pages(document)}

    pages = PageSource(
        text=cache(library.page_text),
        label=lambda document, index: labels(document)[index],
    )
    return cite(written.text, request.question, reading.ranked, pages)


def _stored(library: Library, request: AnswerRequest, answered: Answered) -> Answered:
    """The same, with the number of the turn that it was stored as."""
    if request.chat is None:
        return answered
    turn = Turn(
        question=request.question,
        answer=answered.text,
        found=answered.found,
        citations=answered.citations,
        coverage=answered.coverage,
        segments=answered.segments,
        timings=answered.timings,
        model=answered.model,
        ratio=answered.ratio,
    )
    return replace(answered, turn=library.add_turn(request.chat, turn, request.replaces))
