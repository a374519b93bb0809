"""Training text as flat token arrays on disk, from which batches are gathered without a loop."""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from complm_app.core.segments import segment_spans
from complm_app.engine.packing import Ints
from complm_app.engine.tokenizer import without_control
from complm_app.training.corpus import (
    Cloze,
    Question,
    clozes,
    one_line,
    passages_of_document,
)
from complm_app.training.fillings import Table
from complm_app.training.rules import document_questions, rule_questions

CHUNK_CHARACTERS = 2_000_000
"""What a worker process encodes at once."""
RULED = 4
"""Questions made by rule about a passage, at most."""


@dataclass(frozen=True, slots=True)
class TokenStore:
    """One pool of tokens; everything else points into it.

    Passages come first, document after document, then questions, each with its answer behind it
    where that is not a slice of the passage.
    """

    pool: NDArray[np.uint32]
    """(tokens,) token ids."""
    segment_start: NDArray[np.bool_]
    """(tokens,) whether a segment begins here."""
    passage_start: Ints
    """(passages + 1,) places in the pool."""
    document_start: Ints
    """(documents + 1,) numbers of passages."""
    spans: Ints
    """(clozes, 5) answer start, answer end, sentence start, sentence end, kind."""
    span_first: Ints
    """(passages + 1,) which rows of `spans` lie in a passage."""
    questions: Ints
    """(questions, 5) question start, question end, answer start, answer end, and where in the
    passages that ends of which the answer needs to be read."""
    question_first: Ints
    """(passages + 1,) which rows of `questions` are asked of a passage."""

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for field in fields(self):
            np.save(folder / f"{field.name}.npy", getattr(self, field.name))

    @classmethod
    def load(cls, folder: Path) -> TokenStore:
        """Memory-mapped: workers share the pages."""
        arrays = {f.name: np.load(folder / f"{f.name}.npy", mmap_mode="r") for f in fields(cls)}
        return cls(**arrays)


@dataclass(slots=True)
class _Piece:
    """What one worker process makes of some documents."""

    tokens: list[Any]
    segment_start: list[Any]
    passage_lengths: list[int]
    document_passages: list[int]
    spans: list[tuple[int, int, int, int, int]]
    span_counts: list[int]
    question_tokens: list[Any]
    questions: list[tuple[int, int, int, int, int]]
    """Length of the question; of an answer of its own tokens, else 0; else answer start and end in
    the passage's tokens; end of what must be read of them."""
    question_counts: list[int]


@dataclass(frozen=True, slots=True)
class _Document:
    passages: tuple[str, ...]
    """Cut to size already where questions are asked of them."""
    asked: tuple[tuple[tuple[str, str], ...], ...]
    """For each passage, its questions and answers; empty: they are made by rule."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How texts become tokens and segments."""

    tokenizer_file: Path
    segment_tokens: int
    lead: str
    """Comes before a question's text."""
    quotes: bool = True
    """Whether answers are slices of their passages; else they have tokens of their own, as a model
    writes them that answers freely."""


def prose_store(texts: Iterable[str], encoding: Encoding, workers: int) -> TokenStore:
    """Prose, with the spans that cloze questions can be made of, and questions made by rule."""
    documents = (_Document((text,), ()) for text in texts)
    return _store(documents, encoding, workers)


def question_store(rows: Iterable[Question], encoding: Encoding, workers: int) -> TokenStore:
    """Questions asked of passages; passages of the same title are one document."""
    by_title: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for row in rows:
        context = one_line(row.context)
        asked = by_title.setdefault(row.title, {}).setdefault(context, [])
        answers = [answer for answer in map(one_line, row.answers) if answer]
        if encoding.quotes:  # one that does not stand there is left out
            answers = [answer for answer in answers if answer in context]
        answer = answers[0] if answers else None
        if answer is not None:
            asked.append((one_line(row.question), answer))
    documents = (
        _Document(tuple(passages), tuple(tuple(asked) for asked in passages.values()))
        for passages in by_title.values()
    )
    return _store(documents, encoding, workers)


def table_store(
    documents: Iterable[Sequence[Table]], encoding: Encoding, workers: int
) -> TokenStore:
    """Documents of tables and prose, as `tables.table_documents` makes them."""
    made = (
        _Document(tuple(table.text for table in each), tuple(table.asked for table in each))
        for each in documents
    )
    return _store(made, encoding, workers)


def _store(documents: Iterable[_Document], encoding: Encoding, workers: int) -> TokenStore:
    jobs = ((encoding, chunk) for chunk in _chunks(documents))
    with ProcessPoolExecutor(workers) as pool:
        return _joined(list(pool.map(_encode, jobs)))


def _chunks(documents: Iterable[_Document]) -> Iterator[list[_Document]]:
    chunk: list[_Document] = []
    size = 0
    for document in documents:
        if document.passages:
            chunk.append(document)
            size += sum(map(len, document.passages))
        if size >= CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _encode(job: tuple[Encoding, list[_Document]]) -> _Piece:
    from tokenizers import Tokenizer

    how, documents = job
    tokenizer = without_control(Tokenizer.from_file(str(how.tokenizer_file)))
    piece = _Piece([], [], [], [], [], [], [], [], [])
    for document in documents:
        passages = document.passages if document.asked else passages_of_document(*document.passages)
        piece.document_passages.append(len(passages))
        encodings = tokenizer.encode_batch([p + "\n" for p in passages], add_special_tokens=False)
        for i, (text, encoding) in enumerate(zip(passages, encodings, strict=True)):
            _add_passage(piece, text, encoding, how.segment_tokens)
            if document.asked:
                asked = _stored(document.asked[i], text, how)
            else:
                asked = _ruled(text, None if i else document.passages[0])
            _add_questions(piece, tokenizer, how, encoding, asked)
    return piece


def _add_passage(piece: _Piece, text: str, encoding: Any, segment_tokens: int) -> None:
    offsets = encoding.offsets
    starts = np.zeros(len(offsets), dtype=np.bool_)
    starts[[first for first, _ in segment_spans(text + "\n", offsets, segment_tokens)]] = True
    piece.tokens.append(np.array(encoding.ids, dtype=np.uint32))
    piece.segment_start.append(starts)
    piece.passage_lengths.append(len(offsets))
    found = clozes(text)
    piece.spans.extend(_cloze_tokens(found, np.array(offsets, dtype=np.int64)))
    piece.span_counts.append(len(found))


def _cloze_tokens(found: Sequence[Cloze], offsets: Ints) -> list[tuple[int, int, int, int, int]]:
    """Character spans into token spans, relative to the passage."""
    if not found:
        return []
    chars = np.array([(c.start, c.end, c.sentence_start, c.sentence_end) for c in found])
    ends = offsets[:, 1]
    first = np.searchsorted(ends, chars[:, [0, 2]], side="right")
    last = np.searchsorted(ends, chars[:, [1, 3]] - 1, side="right") + 1
    rows = zip(first[:, 0], last[:, 0], first[:, 1], last[:, 1], strict=True)
    return [(*map(int, row), c.kind) for row, c in zip(rows, found, strict=True)]  # type: ignore[misc]


_Asked: TypeAlias = tuple[str, str, int]
"""Question, answer, and the character at which it starts."""


def _stored(asked: Sequence[tuple[str, str]], text: str, how: Encoding) -> list[_Asked]:
    return [(q, answer, place_of(answer, text) if how.quotes else 0) for q, answer in asked]


def _ruled(text: str, document: str | None) -> list[_Asked]:
    """The same ones for the same text. `document`: of which it is the beginning, if it is."""
    chance = random.Random(zlib.crc32(text.encode()))
    made = rule_questions(text, RULED, chance)
    if document is not None:
        made += document_questions(text, one_line(document.lstrip().partition("\n")[0]), chance)
    return [(asked.question, text[asked.start : asked.end], asked.start) for asked in made]


def _add_questions(
    piece: _Piece, tokenizer: Any, how: Encoding, encoding: Any, asked: Sequence[_Asked]
) -> None:
    ends = np.array([end for _, end in encoding.offsets], dtype=np.int64)

    def tokens_of(written: str) -> list[int]:
        ids: list[int] = tokenizer.encode(written, add_special_tokens=False).ids
        return ids

    for question, answer, start in asked:
        ids = tokens_of(how.lead + question)
        if how.quotes:
            first = int(np.searchsorted(ends, start, side="right"))
            last = int(np.searchsorted(ends, start + len(answer) - 1, side="right")) + 1
            piece.questions.append((len(ids), 0, first, last, last))
        else:
            own = tokens_of(answer)
            piece.questions.append((len(ids), len(own), 0, 0, len(ends)))
            ids = ids + own
        piece.question_tokens.append(np.array(ids, dtype=np.uint32))
    piece.question_counts.append(len(asked))


def place_of(answer: str, text: str) -> int:
    """Where an answer stands, as a word or number of its own if it does so anywhere."""
    whole = re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(answer)}(?!\w)(?![.,]\d)", text)
    return whole.start() if whole else text.index(answer)


def starts_of(lengths: Sequence[int] | Ints) -> Ints:
    """(n + 1,) where runs of these lengths begin, one behind the other, and where the last ends."""
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)


def _joined(pieces: Sequence[_Piece]) -> TokenStore:
    def everything(name: str) -> list[Any]:
        return [item for piece in pieces for item in getattr(piece, name)]

    passage_start = starts_of(everything("passage_lengths"))
    span_first = starts_of(everything("span_counts"))
    question_first = starts_of(everything("question_counts"))
    spans = np.array(everything("spans"), dtype=np.int64).reshape(-1, 5)
    asked = np.array(everything("questions"), dtype=np.int64).reshape(-1, 5)
    tokens = everything("tokens")
    question_tokens = everything("question_tokens")
    spans[:, :4] += np.repeat(passage_start[:-1], np.diff(span_first))[:, None]
    asked[:, 2:] += np.repeat(passage_start[:-1], np.diff(question_first))[:, None]
    starts = everything("segment_start")
    no_starts = np.zeros(sum(len(ids) for ids in question_tokens), dtype=np.bool_)
    return TokenStore(
        pool=np.concatenate(tokens + question_tokens),
        segment_start=np.concatenate([*starts, no_starts]),
        passage_start=passage_start,
        document_start=starts_of(everything("document_passages")),
        spans=spans,
        span_first=span_first,
        questions=_question_places(asked, int(passage_start[-1])),
        question_first=question_first,
    )


def _question_places(asked: Ints, behind: int) -> Ints:
    """Rows of `_Piece.questions` -> rows of `TokenStore.questions`; the first question's tokens
    stand at `behind`."""
    length, own = asked[:, 0], asked[:, 1]
    start = behind + starts_of((length + own).tolist())[:-1]
    end = start + length
    answer = np.where(own[:, None] > 0, np.stack([end, end + own], axis=1), asked[:, 2:4])
    return np.column_stack([start, end, answer, asked[:, 4]])
