"""What a model is given to read, and what reading it yields. Imports neither torch nor Qt."""

from __future__ import annotations

from dataclasses import dataclass, field

from complm_app.core.blocks import Block


@dataclass(frozen=True, slots=True)
class ReadTokens:
    """A run of document tokens that the reader reads word for word."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReadEmbeddings:
    """A segment that the reader reads as CEs. `key` identifies them for prefix reuse."""

    key: str
    block: Block


@dataclass(frozen=True, slots=True)
class EarlierTurn:
    """What was asked and answered before in the same chat."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class ReadingPlan:
    """What the reader is given: [prompt][documents][earlier turns][verbatim][question].

    `documents` has a stable order, so that the next question can reuse it. `sources` are the
    token runs of all passages read, compressed or not: an answer that is a quotation must
    stand in one of them.
    """

    documents: tuple[ReadTokens | ReadEmbeddings, ...]
    verbatim: tuple[ReadTokens, ...]
    question: str
    answer_tokens: int
    sources: tuple[tuple[int, ...], ...] = field(default=(), repr=False)
    scores: tuple[float, ...] = ()
    """How well each source matches the question, as search scores it; empty: not known."""
    earlier: tuple[EarlierTurn, ...] = ()
    """Stand between documents and question."""
    lasting: bool = False
    """Whether the next question, or one of tomorrow, is likely to read the same documents: whole
    ones, not what matched this question."""


@dataclass(frozen=True, slots=True)
class Prefilled:
    """The reader has read everything. Positions: how many were in the kept prefix, and all."""

    reused_positions: int
    positions: int


@dataclass(frozen=True, slots=True)
class PieceOfAnswer:
    text: str


@dataclass(frozen=True, slots=True)
class ReaderDone:
    """`found` is False when the reader says that the documents do not hold the answer."""

    text: str
    found: bool
