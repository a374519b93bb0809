"""Questions that a model wrote about the prose: kept in chunks, put into a token store."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from complm_app.engine.packing import Ints, place_in_run, ranges
from complm_app.errors import RequestError
from complm_app.training.store import TokenStore, starts_of

DONE = "done"
COPIED_AT_ONCE = 1 << 24
"""Tokens."""


@dataclass(frozen=True, slots=True)
class Written:
    """Questions with the answers that they were written for."""

    tokens: NDArray[np.uint32]
    """The questions' tokens, one after another."""
    lengths: Ints
    """(questions,)"""
    passages: Ints
    """(questions,) numbers in the prose store."""
    answers: Ints
    """(questions, 2) start and end in the prose store's pool."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a folder of chunks holds, and what it took to write it."""

    written: int = 0
    kept: int = 0
    place: int = 0
    """How many passages have been gone through."""
    chunks: int = 0


def pack(rows: Sequence[tuple[Sequence[int], int, int, int]]) -> Written:
    """Of (question's token ids, passage, answer start, answer end) each."""
    places = np.array([row[1:] for row in rows], dtype=np.int64).reshape(-1, 3)
    tokens = np.array([token for row in rows for token in row[0]], dtype=np.uint32)
    lengths = np.array([len(row[0]) for row in rows], dtype=np.int64)
    return Written(tokens, lengths, places[:, 0], places[:, 1:])


def prose_key(store: TokenStore) -> str:
    """Differs where the prose or its tokens differ: questions point into them."""
    end = int(store.passage_start[-1])
    key = blake2b(digest_size=16)
    key.update(np.ascontiguousarray(store.passage_start).tobytes())
    key.update(np.ascontiguousarray(store.pool[: end : max(1, end // 100_000)]).tobytes())
    return key.hexdigest()


def save_chunk(folder: Path, store: TokenStore, written: Written, counts: Counts) -> None:
    """Adds a chunk; `counts` are those after it. It is there as a whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"chunk-{counts.chunks:06d}.npz"
    half = target.with_suffix(".half")
    arrays: dict[str, Any] = {f.name: getattr(written, f.name) for f in fields(Written)}
    with half.open("wb") as file:
        np.savez(
            file,
            prose=np.array(prose_key(store)),
            counts=np.array([counts.written, counts.kept, counts.place]),
            **arrays,
        )
    half.replace(target)


def chunks_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("chunk-*.npz"))


def counts_of(folder: Path, store: TokenStore) -> Counts:
    """Where writing stands. Raises RequestError for questions about other prose."""
    chunks = chunks_in(folder)
    if not chunks:
        return Counts()
    with np.load(chunks[-1]) as arrays:
        _check(arrays, folder, prose_key(store))
        written, kept, place = arrays["counts"].tolist()
    return Counts(written, kept, place, int(chunks[-1].stem.removeprefix("chunk-")))


def load_written(folder: Path, store: TokenStore) -> Written:
    """All chunks, without repetitions. Raises RequestError for questions about other prose."""
    key = prose_key(store)  # reads all over the pool: once, not for each chunk
    rows: dict[tuple[int, bytes], tuple[Sequence[int], int, int, int]] = {}
    for file in chunks_in(folder):
        with np.load(file) as arrays:
            _check(arrays, folder, key)
            questions = np.split(arrays["tokens"], np.cumsum(arrays["lengths"])[:-1])
            passages, answers = arrays["passages"].tolist(), arrays["answers"].tolist()
        for ids, passage, (start, end) in zip(questions, passages, answers, strict=False):
            rows.setdefault((passage, ids.tobytes()), (ids.tolist(), passage, start, end))
    return pack(sorted(rows.values(), key=lambda row: row[1]))


def _check(arrays: Any, folder: Path, key: str) -> None:
    if str(arrays["prose"]) != key:
        raise RequestError(
            f"The questions in {folder} were written about other prose.",
            "Name the same --prose files, bytes and tokenizer, or another folder.",
        )


def with_written(store: TokenStore, folder: Path, target: Path) -> TokenStore:
    """The prose store with the questions in `folder`, written to `target` and memory-mapped. It is
    made again when there are more questions."""
    state = f"{prose_key(store)} {[(f.name, f.stat().st_mtime_ns) for f in chunks_in(folder)]}"
    done = target / DONE
    if not done.exists() or done.read_text() != state:
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        _save_with(store, load_written(folder, store), target)
        done.write_text(state)
    return TokenStore.load(target)


def _save_with(store: TokenStore, written: Written, target: Path) -> None:
    """Beside those that the store has. `written` is sorted by passage."""
    ends = len(store.pool) + np.cumsum(written.lengths)
    more = [ends - written.lengths, ends, written.answers, written.answers[:, 1]]
    counts = np.diff(store.question_first)
    of = np.concatenate([np.repeat(np.arange(len(counts)), counts), written.passages])
    counts = np.bincount(of, minlength=len(counts))
    questions = np.concatenate([store.questions, np.column_stack(more)])
    nothing = np.zeros(0, dtype=store.pool.dtype)
    small = replace(
        store,
        pool=nothing,
        segment_start=nothing.astype(np.bool_),
        questions=questions[np.argsort(of, kind="stable")],
        question_first=starts_of(counts),
    )
    small.save(target)
    _save_longer(store.pool, written.tokens, target / "pool.npy")
    no_starts = np.zeros(len(written.tokens), dtype=np.bool_)
    _save_longer(store.segment_start, no_starts, target / "segment_start.npy")


def _save_longer(before: NDArray[Any], more: NDArray[Any], file: Path) -> None:
    """Both, one behind the other, without holding them in memory."""
    shape = (len(before) + len(more),)
    out = np.lib.format.open_memmap(file, mode="w+", dtype=before.dtype, shape=shape)
    for start in range(0, len(before), COPIED_AT_ONCE):
        part = before[start : start + COPIED_AT_ONCE]
        out[start : start + len(part)] = part
    out[len(before) :] = more
    out.flush()


def spans_of(store: TokenStore, passages: Ints, most: int, rng: np.random.Generator) -> Ints:
    """Up to `most` spans of each passage, of as many kinds as there are: (spans, 3) rows of
    passage, start and end."""
    first, last = store.span_first[passages], store.span_first[passages + 1]
    row = ranges(first, last - first)
    passage = np.repeat(passages, last - first)
    kind, chance = store.spans[row, 4], rng.random(len(row))
    by_kind = np.lexsort((chance, kind, passage))
    turn = np.empty(len(row), dtype=np.int64)
    turn[by_kind] = place_in_run(passage[by_kind] * 8 + kind[by_kind])
    mixed = np.lexsort((chance, turn, passage))
    chosen = mixed[place_in_run(passage[mixed]) < most]
    return np.column_stack([passage[chosen], store.spans[row[chosen], :2]])
