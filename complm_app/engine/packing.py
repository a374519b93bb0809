"""Many short segments into few rows, so that a compressor wastes nothing on padding. Numpy only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

PACKING_VERSION = 1

Ints: TypeAlias = NDArray[np.int64]
ReadoutKind: TypeAlias = Literal["mean", "eos"]


@dataclass(frozen=True, slots=True)
class PackedSegments:
    """Segments laid out in rows. All arrays have shape (rows, row_tokens)."""

    input_ids: Ints
    segment: Ints
    """Which segment a token belongs to, from 1; 0 is padding."""
    position: Ints
    """Position inside the segment, from 0."""
    slot: Ints
    """Which CE the hidden state here is read out into; -1: none."""
    slots: int
    """Number of CEs. Those of one segment are consecutive; segments keep their order."""


def slots_of(lengths: Ints, ratio: int) -> Ints:
    """Concept embeddings for segments of these lengths: ceil(n / ratio)."""
    slots: Ints = (lengths + ratio - 1) // ratio
    return slots


def ranges(starts: Ints, lengths: Ints) -> Ints:
    """Concatenates arange(start, start + length) of every pair, without a loop."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    every: Ints = np.arange(total) + np.repeat(starts - (ends - lengths), lengths)
    return every


def place_in_run(values: Ints) -> Ints:
    """0, 1, 2, ... inside each run of equal values."""
    begins = np.flatnonzero(np.r_[True, values[1:] != values[:-1]])
    places: Ints = np.arange(len(values)) - np.repeat(begins, np.diff(np.r_[begins, len(values)]))
    return places


def rows_of(lengths: Ints, row_tokens: int) -> tuple[Ints, Ints, int]:
    """Lays runs of these lengths one after another into rows (next fit).

    Returns each run's row and its column there, and the number of rows. Raises ValueError for a
    run that is longer than a row.
    """
    if len(lengths) and int(lengths.max()) > row_tokens:
        raise ValueError(f"a run of {int(lengths.max())} tokens does not fit {row_tokens}")
    ends = np.cumsum(lengths)
    row = np.empty(len(lengths), dtype=np.int64)
    column = np.empty(len(lengths), dtype=np.int64)
    first, rows = 0, 0
    while first < len(lengths):
        base = ends[first] - lengths[first]
        last = int(np.searchsorted(ends, base + row_tokens, side="right"))
        row[first:last] = rows
        column[first:last] = ends[first:last] - lengths[first:last] - base
        first, rows = last, rows + 1
    return row, column, rows


def pack_segments(
    token_ids: Ints, lengths: Ints, ratio: int, readout: ReadoutKind, eos_id: int, row_tokens: int
) -> PackedSegments:
    """Lays segments out for one forward pass of the compressor.

    `token_ids` holds all segments one after another, `lengths` their lengths. With the `mean`
    readout every `ratio` neighbouring tokens share a slot; with `eos` (CompLLM, section 3)
    ceil(n / ratio) end-of-text tokens follow each segment, and each is a slot.
    """
    per_segment = slots_of(lengths, ratio)
    extra = per_segment if readout == "eos" else np.zeros_like(lengths)
    laid = lengths + extra
    row, column, rows = rows_of(laid, row_tokens)
    first_slot = np.cumsum(per_segment) - per_segment
    flat_start = row * row_tokens + column

    input_ids = np.full(rows * row_tokens, eos_id, dtype=np.int64)
    segment = np.zeros(rows * row_tokens, dtype=np.int64)
    position = np.zeros(rows * row_tokens, dtype=np.int64)
    slot = np.full(rows * row_tokens, -1, dtype=np.int64)

    everywhere = ranges(flat_start, laid)
    segment[everywhere] = np.repeat(np.arange(1, len(lengths) + 1), laid)
    position[everywhere] = ranges(np.zeros_like(laid), laid)
    tokens = ranges(flat_start, lengths)
    input_ids[tokens] = token_ids
    if readout == "mean":
        slot[tokens] = np.repeat(first_slot, lengths) + position[tokens] // ratio
    else:
        slot[ranges(flat_start + lengths, extra)] = np.arange(int(per_segment.sum()))
    shape = (rows, row_tokens)
    return PackedSegments(
        input_ids.reshape(shape),
        segment.reshape(shape),
        position.reshape(shape),
        slot.reshape(shape),
        int(per_segment.sum()),
    )


def flatten(segments: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    """Segments as one run of token ids and their lengths, as `pack_segments` takes them."""
    lengths = np.array([len(segment) for segment in segments], dtype=np.int64)
    token_ids = np.concatenate([np.asarray(s, dtype=np.int64) for s in segments])
    return token_ids, lengths
