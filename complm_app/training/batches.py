"""Training batches: groups laid into rows, the positions with a loss, and the compressor's rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from complm_app.engine.packing import Ints, PackedSegments, pack_segments, place_in_run, ranges
from complm_app.errors import RequestError
from complm_app.training.exchange import exchanged
from complm_app.training.groups import (
    Groups,
    Recipe,
    Source,
    make_groups,
    segment_lengths_in,
)
from complm_app.training.pieces import Role
from complm_app.training.twins import twin_labels, with_twins
from complm_app.training.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Batch:
    """(rows, row_tokens) arrays, and the positions that have a loss."""

    input_ids: Ints
    group: Ints
    """From 1; 0 is padding."""
    branch: Ints
    position: Ints
    embedding: Ints
    """Which CE stands here; -1: the token."""
    label_at: Ints
    """(labels,) flat positions."""
    label: Ints
    weight: NDArray[np.float32]
    answers: int
    """How many of the labels, from the first, are of answers."""
    student: Ints
    teacher: Ints
    """(pairs,) of the contexts that are read both ways: which labels are of answers from CEs, and
    which the same of answers from tokens."""
    segments: PackedSegments | None
    tokens: int
    """Source tokens and question tokens in the batch, without padding."""

    def embedding_places(self) -> Ints:
        """(CEs,) the flat position of each, in their order."""
        at = np.flatnonzero(self.embedding.ravel() >= 0)
        return at[self.embedding.ravel()[at].argsort()]


@dataclass(frozen=True, slots=True)
class Pair:
    """The same groups, read by a teacher as tokens and by a student compressed. The labels of
    answers are the same, one by one."""

    teacher: Batch
    student: Batch

    @property
    def tokens(self) -> int:
        return self.teacher.tokens


MOST_DRAWS = 200
Maker: TypeAlias = Callable[[Sequence[Source], Vocabulary, Recipe, np.random.Generator], object]


def make_batch(
    sources: Sequence[Source], vocabulary: Vocabulary, recipe: Recipe, rng: np.random.Generator
) -> Batch:
    """One batch of one source, chosen by share. Raises RequestError where nothing ever fits."""
    for groups in _drawn(sources, vocabulary, recipe, rng):
        laid = with_twins(groups, recipe.twins, rng).with_slots()
        places = _best_fit(_sizes(laid), recipe)
        if (places[0] >= 0).any():
            return _lay_out(laid, places, recipe, vocabulary, rng)
    raise _nothing_fits(recipe)


def make_pair(
    sources: Sequence[Source], vocabulary: Vocabulary, recipe: Recipe, rng: np.random.Generator
) -> Pair:
    """One batch for teacher and student; rows are the teacher's, so the student's have gaps.

    There is something to learn in it: groups without an answer are drawn again. Raises
    RequestError where no answer ever fits.
    """
    for groups in _drawn(sources, vocabulary, recipe, rng):
        places = _best_fit(_sizes(groups), recipe)
        if (groups.kept((places[0] >= 0)[groups.group]).role == Role.ANSWER).any():
            return Pair(
                teacher=_lay_out(groups, places, recipe, vocabulary, rng, as_tokens=True),
                student=_lay_out(groups.with_slots(), places, recipe, vocabulary, rng),
            )
    raise _nothing_fits(recipe)


def _drawn(
    sources: Sequence[Source], vocabulary: Vocabulary, recipe: Recipe, rng: np.random.Generator
) -> Iterator[Groups]:
    return (_some_groups(sources, vocabulary, recipe, rng) for _ in range(MOST_DRAWS))


def _nothing_fits(recipe: Recipe) -> RequestError:
    return RequestError(
        f"No question and its context fit into {recipe.row_tokens:,} tokens, or there are none.",
        "Give longer rows, as with --row-tokens 2048, or more text.",
    )


def stream(
    make: Maker,
    sources: Sequence[Source],
    vocabulary: Vocabulary,
    recipe: Recipe,
    seed: int,
) -> Iterator[object]:
    """Batches without end."""
    rng = np.random.default_rng(seed)
    while True:
        yield make(sources, vocabulary, recipe, rng)


def _some_groups(
    sources: Sequence[Source], vocabulary: Vocabulary, recipe: Recipe, rng: np.random.Generator
) -> Groups:
    shares = np.array([source.share for source in sources])
    source = sources[rng.choice(len(sources), p=shares / shares.sum())]
    often = 1 / np.array(recipe.ratios)
    ratio = int(rng.choice(recipe.ratios, p=often / often.sum()))
    # Packing segments into rows wastes up to a segment in each row.
    places = compressor_rows(recipe) * recipe.compressor_row
    room = int(0.85 * places / _positions_per_token(recipe))
    return make_groups(source, vocabulary, recipe, ratio, room, rng)


def _positions_per_token(recipe: Recipe) -> float:
    return 1.0 if recipe.readout == "mean" else 1 + 1 / min(recipe.ratios)


def compressor_rows(recipe: Recipe) -> int:
    """Rows of the compressor's batch. Fixed, so that compiled code keeps its shapes."""
    if not recipe.compressed:
        return 0
    # Where only some contexts are compressed, one less does no harm; packing wastes little then.
    spare = 1.3 if recipe.compressed == 1 else 1.0
    share = spare * recipe.compressed * _positions_per_token(recipe)
    return int(np.ceil(recipe.rows * recipe.row_tokens * share / recipe.compressor_row)) + 1


def _sizes(groups: Groups) -> Ints:
    return np.bincount(groups.group, minlength=len(groups.source))


def _best_fit(size: Ints, recipe: Recipe) -> tuple[Ints, Ints]:
    """Each group's row and column: the fullest row that still has room; row -1 where none has."""
    free = np.full(recipe.rows, recipe.row_tokens, dtype=np.int64)
    row = np.full(len(size), -1, dtype=np.int64)
    column = np.zeros(len(size), dtype=np.int64)
    for i, tokens in enumerate(size.tolist()):
        left = np.where(free >= tokens, free, recipe.row_tokens + 1)
        best = int(left.argmin())
        if left[best] <= recipe.row_tokens:
            row[i], column[i] = best, recipe.row_tokens - free[best]
            free[best] -= tokens
    return row, column


def _lay_out(
    groups: Groups,
    places: tuple[Ints, Ints],
    recipe: Recipe,
    vocabulary: Vocabulary,
    rng: np.random.Generator,
    as_tokens: bool = False,
) -> Batch:
    row, column = places
    fits = row >= 0
    groups = groups.kept(fits[groups.group])
    group, branch = groups.group, groups.branch
    in_group = place_in_run(group)
    at = (row * recipe.row_tokens + column)[group] + in_group
    is_slot = (groups.role == Role.COMPRESSED) & (not as_tokens)
    chosen, weight, answers = _labels(groups, recipe, rng)
    student, teacher = twin_labels(group[chosen[:answers]], groups.twin_of)

    def laid(values: Ints, blank: int) -> Ints:
        out = np.full(recipe.rows * recipe.row_tokens, blank, dtype=np.int64)
        out[at] = values
        return out.reshape(recipe.rows, recipe.row_tokens)

    return Batch(
        input_ids=laid(groups.ids, 0),
        group=laid(group + 1, 0),
        branch=laid(branch, 0),
        position=laid(_positions(group, branch, in_group), 0),
        embedding=laid(np.where(is_slot, np.cumsum(is_slot) - 1, -1), -1),
        label_at=at[chosen],
        label=groups.ids[chosen + 1],
        weight=weight,
        answers=answers,
        student=student,
        teacher=teacher,
        segments=None if as_tokens else _pack(groups, fits, recipe, vocabulary),
        tokens=_source_tokens(groups, is_slot, fits),
    )


def _source_tokens(groups: Groups, is_slot: NDArray[np.bool_], fits: NDArray[np.bool_]) -> int:
    behind_slots = int(groups.source_tokens[fits].sum()) if is_slot.any() else 0
    return len(groups.ids) - int(is_slot.sum()) + behind_slots


def _positions(group: Ints, branch: Ints, in_group: Ints) -> Ints:
    """Every branch continues the positions of its context."""
    in_run = place_in_run(group * (int(branch.max()) + 1) + branch)
    context = np.bincount(group, weights=branch == 0).astype(np.int64)[group]
    return np.where(branch == 0, in_group, context + in_run)


def _labels(
    groups: Groups, recipe: Recipe, rng: np.random.Generator
) -> tuple[Ints, NDArray[np.float32], int]:
    """Which positions predict their next token, with what weight; answers come first."""
    group, branch, role = groups.group, groups.branch, groups.role
    count = int(recipe.rows * recipe.row_tokens * recipe.labels)
    follows = (group[1:] == group[:-1]) & (branch[1:] == branch[:-1])
    answers = np.flatnonzero(follows & (role[1:] == Role.ANSWER))[:count]
    context = np.flatnonzero(follows & (role[1:] == Role.CONTEXT) & (role[:-1] == Role.CONTEXT))
    if not recipe.context_weight:
        context = context[:0]
    chosen = np.concatenate([answers, rng.permutation(context)])[:count]
    weight = np.where(np.arange(len(chosen)) < len(answers), 1.0, recipe.context_weight)
    return chosen, weight.astype(np.float32), len(answers)


def _pack(
    groups: Groups, fits: NDArray[np.bool_], recipe: Recipe, vocabulary: Vocabulary
) -> PackedSegments | None:
    """The contexts that are read as CEs, for the compressor, in a fixed number of rows."""
    rows, end_id = compressor_rows(recipe), vocabulary.end_id
    if not rows:
        return None
    read = np.flatnonzero(fits & (groups.source >= 0))
    start, lengths = groups.source[read], groups.source_tokens[read]
    own = np.repeat(read, lengths)
    segment_lengths, _ = segment_lengths_in(groups.store, start, lengths)
    ids = groups.store.pool[ranges(start, lengths)].astype(np.int64)
    ids = exchanged(ids, own, groups.exchange, vocabulary)
    packed = pack_segments(
        ids, segment_lengths, groups.ratio, recipe.readout, end_id, recipe.compressor_row
    )
    missing = rows - len(packed.input_ids)
    assert missing >= 0, "the share of compressed contexts leaves room for what packing wastes"

    def grown(values: Ints, blank: int) -> Ints:
        return np.pad(values, ((0, missing), (0, 0)), constant_values=blank)

    return PackedSegments(
        grown(packed.input_ids, end_id),
        grown(packed.segment, 0),
        grown(packed.position, 0),
        grown(packed.slot, -1),
        rows * recipe.compressor_row,
    )
