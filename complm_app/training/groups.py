"""Contexts with questions asked of them, gathered from token stores without a loop over samples.

A *group* is one context with several questions. All questions share the context's positions and
hidden states: branch 0 is the context, every question with its answer is a branch that attends to
branch 0 and to itself. Some contexts are to be read as concept embeddings instead of tokens.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from complm_app.engine.packing import Ints, ReadoutKind, place_in_run, ranges, slots_of
from complm_app.training.exchange import Exchange, exchanged, exchanges
from complm_app.training.pieces import Pieces, Role
from complm_app.training.store import TokenStore
from complm_app.training.vocabulary import Vocabulary

OPENING = 6
"""Tokens that say which part of a text is to be repeated."""
MOST_TEXT = 256
"""Tokens that a text goes on with or is repeated for, at most."""


@dataclass(frozen=True, slots=True)
class Source:
    """A store, what is asked of its passages, and its share of the batches."""

    store: TokenStore
    asked: Literal["questions", "cloze", "text"]
    """Stored questions; clozes; or to go on with the text and to repeat it."""
    share: float
    whole: bool = False
    """Contexts are whole documents, which hold the same passages again and again."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The shape of a batch and what is in it."""

    rows: int = 16
    row_tokens: int = 1024
    context_tokens: tuple[int, int] = (100, 600)
    """Least and most; as many double a size as double another."""
    one_passage: float = 0.4
    """Share of question groups whose context is the one passage asked of."""
    branches: int = 6
    compressed: float = 0.0
    twins: float = 0.0
    """Share of compressed contexts that are read as tokens too: what one makes of the tokens
    teaches the other."""
    ratios: tuple[int, ...] = (2,)
    """Of which every batch has one, the smaller the likelier."""
    compressor_row: int = 256
    """Tokens in a row of the compressor: several of the longest segments."""
    readout: ReadoutKind = "mean"
    verbatim: float = 0.4
    """Share of compressed contexts of which one passage follows word for word."""
    unanswerable: float = 0.1
    asking: float = 0.0
    """Share of stored questions that are turned round: the answer is given, the question wanted."""
    word_dropout: float = 0.6
    """Cloze questions lose each word with a probability of up to this."""
    question_dropout: float = 0.0
    """Half of the stored questions lose each word with a probability of up to this."""
    other_digits: float = 0.0
    """Share of groups in which every digit stands for another one, the same everywhere: numbers
    are to be read, not known by heart."""
    other_names: float = 0.0
    """The same for names, as far as they are single tokens."""
    repeated: float = 0.2
    """Share of `text` groups that repeat a part of their context instead of going on with it."""
    labels: float = 0.4
    """Positions with a loss, at most, as a share of all; answers first."""
    context_weight: float = 1.0
    """Weight of next-token prediction in contexts, beside answers at 1; 0: none."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Tokens of groups, one after another, before they are laid into rows: (tokens,) arrays."""

    ids: Ints
    group: Ints
    branch: Ints
    role: Ints
    source: Ints
    """(groups,) where in the pool a compressed context starts; -1: it is read as tokens."""
    source_tokens: Ints
    slots: Ints
    """(groups,) CEs of a compressed context."""
    ratio: int
    store: TokenStore
    exchange: Exchange
    twin_of: Ints
    """(groups,) the group that this one reads again as tokens; itself: it is no twin."""

    def kept(self, keep: NDArray[np.bool_]) -> Groups:
        """Without some tokens."""
        names = ("ids", "group", "branch", "role")
        return replace(self, **{name: getattr(self, name)[keep] for name in names})

    def with_slots(self) -> Groups:
        """Compressed contexts shortened to one token for each CE: the places that CEs go to."""
        compressed = self.role == Role.COMPRESSED
        place = np.cumsum(compressed)
        begins = np.flatnonzero(compressed & ~np.r_[False, compressed[:-1]])
        counted = np.zeros(len(self.ids), dtype=np.int64)
        counted[begins] = place[begins] - 1
        in_run = place - np.maximum.accumulate(counted) - 1
        return self.kept(~compressed | (in_run < self.slots[self.group]))


@dataclass(frozen=True, slots=True)
class _Contexts:
    """(groups,) first and last + 1 passage, and the tokens from start to end."""

    first: Ints
    last: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True, slots=True)
class _Draw:
    """What is drawn from, and the pieces that are added to."""

    pieces: Pieces
    store: TokenStore
    vocabulary: Vocabulary
    recipe: Recipe
    contexts: _Contexts
    rng: np.random.Generator
    whole: bool


def make_groups(
    source: Source,
    vocabulary: Vocabulary,
    recipe: Recipe,
    ratio: int,
    compressor_tokens: int,
    rng: np.random.Generator,
) -> Groups:
    """More groups than a batch needs. At most `compressor_tokens` of contexts are compressed."""
    store = source.store
    count = max(8, 4 * recipe.rows * recipe.row_tokens // sum(recipe.context_tokens))
    contexts = _contexts(source, recipe, count, rng)
    size = contexts.end - contexts.start
    compressed = rng.random(count) < recipe.compressed
    compressed &= np.cumsum(np.where(compressed, size, 0)) < compressor_tokens
    pieces = Pieces([], len(vocabulary.constants))
    everyone = np.arange(count)
    pieces.constant(vocabulary.marks["documents"], everyone, 0, 0, Role.MARK)
    for role, chosen in ((Role.CONTEXT, ~compressed), (Role.COMPRESSED, compressed)):
        at = everyone[chosen]
        pieces.pool(contexts.start[at], size[at], at, 0, 1, role)
    draw = _Draw(pieces, store, vocabulary, recipe, contexts, rng, source.whole)
    _add_verbatim(draw, everyone[compressed])
    add = {"questions": _add_questions, "cloze": _add_clozes, "text": _add_text}[source.asked]
    add(draw)
    exchange = exchanges(count, recipe.other_digits, recipe.other_names, rng)
    groups = _gathered(pieces, store, vocabulary, ratio, contexts, compressed, exchange)
    groups = _drop_words(groups, vocabulary, recipe, rng)
    return replace(groups, ids=exchanged(groups.ids, groups.group, groups.exchange, vocabulary))


def _gathered(
    pieces: Pieces,
    store: TokenStore,
    vocabulary: Vocabulary,
    ratio: int,
    contexts: _Contexts,
    compressed: NDArray[np.bool_],
    exchange: Exchange,
) -> Groups:
    places, lengths, group, branch, _, role = pieces.sorted()
    where = ranges(places, lengths)
    offset = pieces.offset
    ids = np.where(
        where < offset,
        vocabulary.constants[np.minimum(where, offset - 1)],
        store.pool[np.maximum(where - offset, 0)].astype(np.int64),
    )
    size = np.where(compressed, contexts.end - contexts.start, 0)
    segment_lengths, of = segment_lengths_in(store, contexts.start, size)
    slots = np.bincount(of, weights=slots_of(segment_lengths, ratio), minlength=len(size))
    return Groups(
        ids,
        np.repeat(group, lengths),
        np.repeat(branch, lengths),
        np.repeat(role, lengths),
        source=np.where(compressed, contexts.start, -1),
        source_tokens=size,
        slots=slots.astype(np.int64),
        ratio=ratio,
        store=store,
        exchange=exchange,
        twin_of=np.arange(len(size)),
    )


def segment_lengths_in(store: TokenStore, start: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """Lengths of the segments that runs of the pool consist of, and which run each is of."""
    starts = store.segment_start[ranges(start, lengths)].copy()
    begins = np.cumsum(lengths) - lengths
    starts[begins[lengths > 0]] = True
    at = np.flatnonzero(starts)
    run = np.searchsorted(np.cumsum(lengths), at, side="right")
    return np.diff(np.append(at, int(lengths.sum()))), run


def _contexts(source: Source, recipe: Recipe, count: int, rng: np.random.Generator) -> _Contexts:
    """Neighbouring passages of one document, up to a random size; or the whole document."""
    store = source.store
    low, high = np.log(recipe.context_tokens)
    wanted = np.exp(rng.uniform(low, high, size=count)).astype(np.int64)
    if source.asked == "questions":
        question = rng.integers(len(store.questions), size=count)
        asked_of = np.searchsorted(store.question_first, question, side="right") - 1
        wanted[rng.random(count) < recipe.one_passage] = 0
    else:
        asked_of = rng.integers(len(store.passage_start) - 1, size=count)
    document = np.searchsorted(store.document_start, asked_of, side="right") - 1
    first, last = store.document_start[document], store.document_start[document + 1]
    if not source.whole:
        lowest = np.searchsorted(store.passage_start, store.passage_start[asked_of + 1] - wanted)
        before = rng.integers(np.clip(lowest, first, asked_of), asked_of + 1)
        ends = store.passage_start[before] + wanted
        after = np.searchsorted(store.passage_start, ends, "right") - 1
        first, last = before, np.clip(after, asked_of + 1, last)
    start = store.passage_start[first]
    end = np.minimum(store.passage_start[last], start + recipe.row_tokens * 2 // 3)
    return _Contexts(first, last, start, end)


def _add_verbatim(draw: _Draw, compressed: Ints) -> None:
    again = compressed[draw.rng.random(len(compressed)) < draw.recipe.verbatim]
    passage = draw.rng.integers(draw.contexts.first[again], draw.contexts.last[again])
    start = draw.store.passage_start[passage]
    length = np.minimum(draw.store.passage_start[passage + 1] - start, draw.recipe.row_tokens // 4)
    draw.pieces.constant(draw.vocabulary.marks["passages"], again, 0, 2, Role.MARK)
    draw.pieces.pool(start, length, again, 0, 3, Role.CONTEXT)


def _chosen_rows(first: Ints, last: Ints, most: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """For each group up to `most` different rows out of [first, last): (group, row) pairs."""
    drawn = first[:, None] + (rng.random((len(first), most)) * (last - first)[:, None]).astype(int)
    group = np.broadcast_to(np.arange(len(first))[:, None], drawn.shape)
    has_rows = np.repeat((last > first)[:, None], most, axis=1)
    pairs = np.unique(np.stack([group[has_rows], drawn[has_rows]], axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1]


@dataclass(frozen=True, slots=True)
class _Asked:
    """(questions,) which group, which row of the store, which branch; and whether the context does
    not hold the answer."""

    group: Ints
    row: Ints
    branch: Ints
    none: NDArray[np.bool_]

    def kept(self, keep: NDArray[np.bool_]) -> _Asked:
        """Without some questions."""
        return _Asked(self.group[keep], self.row[keep], self.branch[keep], self.none[keep])


def _asked(draw: _Draw, row_first: Ints, ends: Ints) -> _Asked:
    """Rows of the contexts' passages, and some of other passages as unanswerable questions.

    `row_first` (passages + 1,) says which rows are of a passage, `ends` (rows,) where what is
    needed of a row ends in the pool: contexts can be cut short.
    """
    contexts, rng = draw.contexts, draw.rng
    low, high = row_first[contexts.first], row_first[contexts.last]
    group, row = _chosen_rows(low, high, draw.recipe.branches, rng)
    other = rng.integers(len(ends), size=len(row))
    if not draw.whole:  # else the next rows may be asked of the same passages
        near = np.clip(high[group] + rng.integers(0, 60, size=len(row)), 0, len(ends) - 1)
        other = np.where(rng.random(len(row)) < 0.5, other, near)
    none = rng.random(len(row)) < draw.recipe.unanswerable
    none &= (other < low[group]) | (other >= high[group])
    row = np.where(none, other, row)
    inside = none | (ends[row] <= contexts.end[group])
    group, row, none = group[inside], row[inside], none[inside]
    return _Asked(group, row, place_in_run(group) + 1, none)


def _add_answers(
    pieces: Pieces, vocabulary: Vocabulary, asked: _Asked, start: Ints, length: Ints
) -> None:
    """The marks around a question, and its answer: a slice of the pool, or that there is none."""
    marks = vocabulary.marks
    none_start, none_length = marks["none"]
    places = np.where(asked.none, none_start, start + pieces.offset)
    pieces.constant(marks["question"], asked.group, asked.branch, 0, Role.MARK)
    pieces.constant(marks["answer"], asked.group, asked.branch, 5, Role.MARK)
    length = np.where(asked.none, none_length, length)
    pieces.add(places, length, asked.group, asked.branch, 6, Role.ANSWER)
    pieces.constant(marks["end"], asked.group, asked.branch, 7, Role.ANSWER)


def _add_questions(draw: _Draw) -> None:
    asked = _asked(draw, draw.store.question_first, draw.store.questions[:, 4])
    turned = ~asked.none & (draw.rng.random(len(asked.row)) < draw.recipe.asking)
    _add_turned(draw, asked.kept(turned))
    asked = asked.kept(~turned)
    start, end, answer_start, answer_end = draw.store.questions[asked.row, :4].T
    draw.pieces.pool(start, end - start, asked.group, asked.branch, 1, Role.ASKED)
    _add_answers(draw.pieces, draw.vocabulary, asked, answer_start, answer_end - answer_start)


def _add_turned(draw: _Draw, asked: _Asked) -> None:
    """Questions to be asked instead of answered: what teaches the model to write its own."""
    marks, group, branch = draw.vocabulary.marks, asked.group, asked.branch
    start, end, answer_start, answer_end = draw.store.questions[asked.row, :4].T
    draw.pieces.constant(marks["ask"], group, branch, 0, Role.MARK)
    draw.pieces.pool(answer_start, answer_end - answer_start, group, branch, 1, Role.QUESTION)
    draw.pieces.constant(marks["question"], group, branch, 2, Role.MARK)
    draw.pieces.pool(start, end - start, group, branch, 3, Role.ANSWER)
    draw.pieces.constant(marks["end"], group, branch, 4, Role.ANSWER)


def _add_clozes(draw: _Draw) -> None:
    """Sentences with a span replaced by a question word or a blank, to be answered by the span."""
    asked = _asked(draw, draw.store.span_first, draw.store.spans[:, 3])
    group, branch = asked.group, asked.branch
    answer_start, answer_end, start, end, kind = draw.store.spans[asked.row].T
    variant = draw.rng.integers(draw.vocabulary.fillers.shape[1], size=len(group))
    filler = draw.vocabulary.fillers[kind, variant]
    asks = draw.vocabulary.asks[kind, variant]
    # A question word may lead ("who ... founded the city") or stand where the answer stood.
    leads = asks & (draw.rng.random(len(group)) < 0.6)
    for order, chosen in ((1, leads), (3, ~leads)):
        at = np.flatnonzero(chosen)
        draw.pieces.add(filler[at, 0], filler[at, 1], group[at], branch[at], order, Role.QUESTION)
    draw.pieces.pool(start, answer_start - start, group, branch, 2, Role.CLOZE)
    # The sentence's last token, its full stop, is left out.
    draw.pieces.pool(answer_end, np.maximum(end - answer_end - 1, 0), group, branch, 4, Role.CLOZE)
    at = np.flatnonzero(asks)
    draw.pieces.constant(
        draw.vocabulary.marks["question_mark"], group[at], branch[at], 4, Role.QUESTION
    )
    _add_answers(draw.pieces, draw.vocabulary, asked, answer_start, answer_end - answer_start)


def _add_text(draw: _Draw) -> None:
    """What follows a context, or a part of it again, from its first words on: what plain text
    teaches a compressor (ARC-Encoder's continuation and reconstruction)."""
    count = len(draw.contexts.first)
    most = min(draw.recipe.row_tokens // 4, MOST_TEXT)
    repeats = draw.rng.random(count) < draw.recipe.repeated
    document = np.searchsorted(draw.store.document_start, draw.contexts.first, side="right") - 1
    document_end = draw.store.passage_start[draw.store.document_start[document + 1]]
    left = np.minimum(document_end - draw.contexts.end, most)
    goes_on = np.flatnonzero(~repeats & (left > 1))
    draw.pieces.pool(draw.contexts.end[goes_on], left[goes_on], goes_on, 1, 1, Role.ANSWER)
    size = draw.contexts.end - draw.contexts.start
    again = np.flatnonzero(repeats & (size > 2 * OPENING))
    start = draw.contexts.start[again] + draw.rng.integers(0, size[again] - 2 * OPENING + 1)
    length = np.minimum(draw.contexts.end[again] - start - OPENING, most)
    one = np.ones(len(again), dtype=np.int64)
    asked = _Asked(again, again, one, np.zeros(len(again), dtype=np.bool_))
    draw.pieces.constant(draw.vocabulary.marks["repeat"], again, 1, 1, Role.QUESTION)
    opening = np.full(len(again), OPENING)
    draw.pieces.pool(start, opening, again, 1, 2, Role.QUESTION)
    _add_answers(draw.pieces, draw.vocabulary, asked, start + OPENING, length)


def _drop_words(
    groups: Groups, vocabulary: Vocabulary, recipe: Recipe, rng: np.random.Generator
) -> Groups:
    """Takes words out of cloze questions, so that they are more than copies of their sentence, and
    out of stored questions, as people who search leave them out."""
    word = np.cumsum(vocabulary.begins_word[groups.ids])
    run = np.cumsum(np.r_[True, groups.branch[1:] != groups.branch[:-1]])
    rate = rng.random(int(run[-1]) + 1)
    fewer = rate < 0.5
    lot = rng.random(int(word[-1]) + 1)[word]
    cloze = (groups.role == Role.CLOZE) & (lot < (rate * recipe.word_dropout)[run])
    few = np.where(fewer, 2 * rate * recipe.question_dropout, 0.0)
    asked = (groups.role == Role.ASKED) & (lot < few[run])
    return groups.kept(~(cloze | asked))
