"""What to read for a question: whole documents where they fit, else the best passages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Literal, TypeAlias

from complm_app.core.blocks import Block
from complm_app.core.cache import SegmentRow
from complm_app.engine.plans import ReadEmbeddings, ReadingPlan, ReadTokens
from complm_app.engine.protocol import AnswerRequest, Model

PassageId: TypeAlias = tuple[str, int]
"""(document, ordinal)"""

LEADING_HITS = 6
"""The passage after the best hit is read next after these: sentences run on over a page's end."""
MISSES = 16
"""After so many passages that are too long for what is left, the window is as good as full."""
SHORT_PASSAGE = 40
"""Tokens; only used to bound how many passages are looked at."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The documents that the question is about, in a stable order, and how to look into them.

    `tokens` is a document's length in tokens, `segments` takes a document and ordinals of its
    passages (None: all) and returns their segments in order.
    """

    documents: tuple[str, ...]
    tokens: Callable[[str], int]
    segments: Callable[[str, Sequence[int] | None], Sequence[SegmentRow]]


@dataclass(frozen=True, slots=True)
class Budget:
    """`positions` is what documents and verbatim passages may take together."""

    positions: int
    ratio: int
    verbatim_tokens: int
    passages: int | None = None

    @property
    def document_positions(self) -> int:
        """What is left for documents when all that may be read verbatim is."""
        return self.positions - self.verbatim_tokens

    @property
    def looked_at(self) -> int:
        """More passages than this hardly ever fit."""
        fitting = max(self.positions, 0) * self.ratio // SHORT_PASSAGE + MISSES
        return fitting if self.passages is None else min(fitting, self.passages + MISSES)


@dataclass(frozen=True, slots=True)
class ChosenPassage:
    document: str
    ordinal: int
    segments: tuple[SegmentRow, ...]

    @property
    def id(self) -> PassageId:
        return self.document, self.ordinal

    @property
    def token_ids(self) -> tuple[int, ...]:
        return tuple(token for segment in self.segments for token in segment.token_ids)

    @property
    def tokens(self) -> int:
        return sum(len(segment.token_ids) for segment in self.segments)

    def positions(self, ratio: int) -> int:
        """What it takes of the window: ceil(n / ratio) for each segment."""
        return sum(-(-len(segment.token_ids) // ratio) for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Choice:
    """`read` is in the order of the scope; `verbatim` ends with the best match."""

    mode: Literal["whole", "passages"]
    read: tuple[ChosenPassage, ...]
    verbatim: tuple[ChosenPassage, ...]

    def all(self) -> list[ChosenPassage]:
        """Each passage once, however it is read."""
        return list({passage.id: passage for passage in (*self.read, *self.verbatim)}.values())


def budget_of(model: Model, request: AnswerRequest, ratio: int) -> Budget:
    """What is left of the window beside prompt, question and answer."""
    positions = model.reader.window - model.reader.overhead(request.question, request.earlier)
    positions -= request.answer_tokens
    verbatim = min(request.verbatim_tokens, max(positions, 0) // 2) if ratio > 1 else 0
    return Budget(positions, ratio, verbatim, model.passages)


def choose(scope: Scope, hits: Sequence[PassageId], budget: Budget) -> Choice:
    """`hits` are the passages that match the question, the best first.

    Whether documents are read whole does not depend on what matches, so that the next question
    finds them read already.
    """
    verbatim = _verbatim(scope, hits, budget)
    whole = _whole(scope, budget)
    if whole is not None:
        return Choice("whole", whole, verbatim)
    room = budget.positions - sum(passage.tokens for passage in verbatim)
    wanted = islice(_wanted(scope, hits, budget), budget.looked_at)
    chosen = _filled(_passages(scope, wanted), room, budget.ratio, budget.passages)
    order = {document: place for place, document in enumerate(scope.documents)}
    chosen.sort(key=lambda passage: (order[passage.document], passage.ordinal))
    return Choice("passages", tuple(chosen), verbatim)


def may_fit_whole(tokens: int, budget: Budget) -> bool:
    """Whether documents of so many tokens could be read whole; False is certain."""
    return tokens <= max(budget.document_positions, 0) * budget.ratio


def reading_plan(
    choice: Choice,
    blocks: Mapping[str, Block],
    request: AnswerRequest,
    ratio: int,
    scores: Mapping[PassageId, float] | None = None,
) -> ReadingPlan:
    """`blocks` holds the CEs of all segments of `choice.read`; none are needed at ratio 1. `scores`
    are those of the passages that search found; others match no better than the last of them."""
    scores = scores or {}
    least = min(scores.values(), default=0.0)
    segments = [segment for passage in choice.read for segment in passage.segments]
    documents: tuple[ReadTokens | ReadEmbeddings, ...]
    if ratio == 1:
        documents = tuple(ReadTokens(segment.token_ids) for segment in segments)
    else:
        documents = tuple(ReadEmbeddings(s.key, blocks[s.key]) for s in segments)
    return ReadingPlan(
        documents=documents,
        verbatim=tuple(ReadTokens(passage.token_ids) for passage in choice.verbatim),
        question=request.question,
        earlier=request.earlier,
        answer_tokens=request.answer_tokens,
        sources=tuple(passage.token_ids for passage in choice.all()),
        scores=tuple(scores.get(passage.id, least) for passage in choice.all()) if scores else (),
        lasting=choice.mode == "whole",
    )


def _whole(scope: Scope, budget: Budget) -> tuple[ChosenPassage, ...] | None:
    """All passages of the scope, or None where they do not fit."""
    tokens = 0
    for document in scope.documents:
        tokens += scope.tokens(document)
        if not may_fit_whole(tokens, budget):
            return None
    everything = [p for d in scope.documents for p in _of_document(scope, d, None)]
    if budget.passages is not None and len(everything) > budget.passages:
        return None
    taken = sum(passage.positions(budget.ratio) for passage in everything)
    return tuple(everything) if taken <= budget.document_positions else None


def _verbatim(scope: Scope, hits: Sequence[PassageId], budget: Budget) -> tuple[ChosenPassage, ...]:
    if budget.verbatim_tokens <= 0:
        return ()
    best = islice(hits, budget.verbatim_tokens // SHORT_PASSAGE + MISSES)
    chosen = _filled(_passages(scope, best), budget.verbatim_tokens, 1, None)
    return tuple(reversed(chosen))


def _filled(
    passages: Iterator[ChosenPassage], room: int, ratio: int, limit: int | None
) -> list[ChosenPassage]:
    """Takes passages in turn while there is room; one that is too long is passed over."""
    taken: list[ChosenPassage] = []
    misses = 0
    for passage in passages:
        needed = passage.positions(ratio)
        if needed <= room:
            taken.append(passage)
            room -= needed
        else:
            misses += 1
        if misses == MISSES or len(taken) == limit:
            break
    return taken


def _wanted(scope: Scope, hits: Sequence[PassageId], budget: Budget) -> Iterator[PassageId]:
    """Passages in the order in which they are wanted, each once: those that match and those that
    follow them, then the first of every document, the second ones, and so on."""
    following = [(document, ordinal + 1) for document, ordinal in hits]
    best, others = hits[:LEADING_HITS], hits[LEADING_HITS:]
    matching = dict.fromkeys([*best, *following[:1], *others, *following[1:]])
    yield from matching
    for ordinal in range(budget.looked_at):
        for document in scope.documents:
            if (document, ordinal) not in matching:
                yield document, ordinal


def _passages(scope: Scope, wanted: Iterator[PassageId]) -> Iterator[ChosenPassage]:
    """Those that exist and hold something; looked up one at a time, as they are asked for."""
    for document, ordinal in wanted:
        yield from _of_document(scope, document, [ordinal])


def _of_document(
    scope: Scope, document: str, ordinals: Sequence[int] | None
) -> Iterator[ChosenPassage]:
    for ordinal, rows in groupby(scope.segments(document, ordinals), lambda row: row.passage):
        yield ChosenPassage(document, ordinal, tuple(rows))
