"""Contexts as search gathers them: the passages of a document that look likeliest to hold an
answer, beside the one that does. Neighbours of a passage are easier to tell from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from complm_app.engine.packing import Ints, place_in_run, ranges
from complm_app.errors import RequestError
from complm_app.training.store import TokenStore, starts_of

PASSAGES = 4
"""Of which a gathered context consists, at most."""
SEARCHED = 1000
"""Passages that are searched together, at most: their index has a number for each and each word."""
ASKED = 2
"""Questions of a passage that are searched for, each for a context of its own."""
K1, B = 1.2, 0.75
"""BM25's usual parameters, as SQLite's FTS5 has them."""


def gathered(store: TokenStore, rng: np.random.Generator) -> TokenStore:
    """A store whose documents are such contexts, their passages in the old documents' order. A
    passage stands in as many as it is found for, each time with all its questions. Raises
    RequestError for documents of one passage each."""
    contexts = [found for first, last in _spans(store) for found in _found(store, first, last, rng)]
    if not contexts:
        raise RequestError(
            "No two of the given questions' contexts are of the same document.",
            "Name the document of each as its title, or leave out --gathered.",
        )
    sizes = np.array([len(context) for context in contexts], dtype=np.int64)
    return _copied(store, np.concatenate(contexts), sizes)


def _spans(store: TokenStore) -> Iterator[tuple[int, int]]:
    """First and last + 1 passage of every document, long ones in pieces."""
    for start, end in pairwise(store.document_start.tolist()):
        yield from pairwise([*range(start, end, SEARCHED), end])


def _found(store: TokenStore, first: int, last: int, rng: np.random.Generator) -> Iterator[Ints]:
    """Numbers of the passages of each context; none where there are no others to choose from."""
    asked_first, asked_last = store.question_first[[first, last]].tolist()
    if last - first < 2 or asked_last == asked_first:
        return
    passage_of = np.repeat(np.arange(first, last), np.diff(store.question_first[first : last + 1]))
    lot = rng.random(len(passage_of))
    order = np.lexsort((lot, passage_of))
    chosen = np.sort(order[place_in_run(passage_of[order]) < ASKED])
    index = _Index(store, first, last)
    for row in chosen.tolist():
        start, end = store.questions[asked_first + row, :2].tolist()
        scores = index.scores(np.asarray(store.pool[start:end], dtype=np.int64))
        scores[passage_of[row] - first] = np.inf
        best = np.argsort(-scores, kind="stable")[:PASSAGES]
        yield np.sort(best) + first


class _Index:
    """BM25 over the token ids of one document's passages."""

    def __init__(self, store: TokenStore, first: int, last: int) -> None:
        starts = store.passage_start[first : last + 1]
        ids = np.asarray(store.pool[starts[0] : starts[-1]], dtype=np.int64)
        passage = np.repeat(np.arange(last - first), np.diff(starts))
        self._known, column = np.unique(ids, return_inverse=True)
        counts = np.zeros((last - first, len(self._known)), dtype=np.float32)
        np.add.at(counts, (passage, column), 1)
        lengths = counts.sum(axis=1, keepdims=True)
        among = (counts > 0).sum(axis=0)
        rare = np.log(1 + (last - first - among + 0.5) / (among + 0.5))
        longer = K1 * (1 - B + B * lengths / lengths.mean())
        self._weights: NDArray[np.float32] = (rare * counts * (K1 + 1) / (counts + longer)).astype(
            np.float32
        )

    def scores(self, question: Ints) -> NDArray[np.float32]:
        """(passages,)"""
        at = np.minimum(np.searchsorted(self._known, question), len(self._known) - 1)
        found = at[self._known[at] == question]
        total: NDArray[np.float32] = self._weights[:, np.unique(found)].sum(axis=1)
        return total


def _copied(store: TokenStore, passages: Ints, sizes: Ints) -> TokenStore:
    """Passages in this order, one copy for each; `sizes` (documents,) are how many are together.
    Behind them the old pool's questions."""
    starts, spans, rows = store.passage_start, store.span_first, store.question_first
    lengths = starts[passages + 1] - starts[passages]
    passage_start = starts_of(lengths)
    moved = passage_start[:-1] - starts[passages]
    questions_behind = int(passage_start[-1] - starts[-1])
    where = ranges(starts[passages], lengths)
    span_counts = spans[passages + 1] - spans[passages]
    question_counts = rows[passages + 1] - rows[passages]
    made = store.spans[ranges(spans[passages], span_counts)].copy()
    made[:, :4] += np.repeat(moved, span_counts)[:, None]
    asked = store.questions[ranges(rows[passages], question_counts)].copy()
    by = np.repeat(moved, question_counts)[:, None]
    asked[:, :2] += questions_behind
    # Answers are slices of the passage, or have tokens of their own behind the question.
    asked[:, 2:4] += np.where(asked[:, 2:4] < starts[-1], by, questions_behind)
    asked[:, 4:] += by
    old = int(starts[-1])
    return replace(
        store,
        pool=np.concatenate([store.pool[where], store.pool[old:]]),
        segment_start=np.concatenate([store.segment_start[where], store.segment_start[old:]]),
        passage_start=passage_start,
        document_start=starts_of(sizes),
        spans=made,
        span_first=starts_of(span_counts),
        questions=asked,
        question_first=starts_of(question_counts),
    )
