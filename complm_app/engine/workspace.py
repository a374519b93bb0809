"""What jobs work on, and how a document's segments are cut and compressed for a model."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass

from complm_app.core.cache import Cache, EmbeddingBlock, SegmentRow
from complm_app.core.keys import fingerprint, segment_key
from complm_app.core.library import Library, StoredPassage
from complm_app.core.segments import SEGMENTATION_VERSION, segment_spans
from complm_app.engine.protocol import Compressor, Event, Model, Progress
from complm_app.errors import OutOfMemoryError, RequestError

EXACT_SEGMENT_TOKENS = 128
"""Only the grain of prefix reuse: in exact mode nothing is compressed."""
PASSAGES_AT_ONCE = 500
"""Tokenized in one step; some hundredths of a second."""
PORTION_TOKENS = 200_000
"""Looked up together: finding what is missing means a look at every segment of the document."""


class Workspace:
    """Two databases and a model, for one thread. The model is loaded when first needed."""

    def __init__(self, library: Library, cache: Cache, load: Callable[[], Model]) -> None:
        self.library = library
        self.cache = cache
        self.loading_s = 0.0
        """Seconds that loading has taken so far."""
        self._load = load
        self._model: Model | None = None

    def model(self) -> Generator[Event, None, Model]:
        """Raises a ModelError when it cannot be loaded; the next call tries again."""
        if self._model is None:
            yield Progress("loading", 0, 1, "model")
            started = time.perf_counter()
            self._model = self._load()
            self.loading_s += time.perf_counter() - started
        return self._model


class Stopwatch:
    """Seconds since it was made, without those in which the model was loaded."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._loaded_before = workspace.loading_s
        self._started = time.perf_counter()

    @property
    def loading(self) -> float:
        return self._workspace.loading_s - self._loaded_before

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._started - self.loading


@dataclass(frozen=True, slots=True)
class Mode:
    """How documents are read: at which ratio, and by whom they are compressed."""

    model: Model
    ratio: int
    fingerprint: str
    """What the segments are stored under."""
    segment_tokens: int
    compressor: Compressor | None
    """None in exact mode, ratio 1."""


def mode_of(model: Model, ratio: int | None) -> Mode:
    """`ratio` None: the model's usual one. Raises RequestError for one that it does not have."""
    compressor = model.compressor
    if ratio is None:
        ratio = model.usual_ratio if compressor is not None else 1
    longest = compressor.segment_tokens if compressor is not None else EXACT_SEGMENT_TOKENS
    if ratio == 1:
        parts = {
            "tokenizer": model.tokenizer.fingerprint,
            "segment_tokens": longest,
            "segmentation": SEGMENTATION_VERSION,
        }
        return Mode(model, 1, fingerprint("exact", parts), longest, None)
    if compressor is None or ratio not in compressor.ratios:
        raise _no_such_ratio(model, ratio)
    return Mode(model, ratio, compressor.fingerprint(ratio), longest, compressor)


def segmented(workspace: Workspace, mode: Mode, document: str) -> Generator[Event, None, None]:
    """Cuts a document into the mode's segments, unless that is done. All or nothing is stored."""
    if workspace.cache.has_segments(mode.fingerprint, document):
        return
    passages = workspace.library.passages(document)
    rows: list[SegmentRow] = []
    for first in range(0, len(passages), PASSAGES_AT_ONCE):
        rows += _rows(mode, passages[first : first + PASSAGES_AT_ONCE])
        done = min(first + PASSAGES_AT_ONCE, len(passages))
        yield Progress("segmenting", done, len(passages), "passages", document=document)
    workspace.cache.put_segments(mode.fingerprint, document, rows)


def _rows(mode: Mode, passages: Sequence[StoredPassage]) -> Iterator[SegmentRow]:
    texts = [passage.text + "\n" for passage in passages]
    tokenized = mode.model.tokenizer.tokenize(texts)
    for passage, text, (ids, spans) in zip(passages, texts, tokenized, strict=True):
        for first, last in segment_spans(text, spans, mode.segment_tokens):
            tokens = tuple(ids[first:last])
            key = segment_key(mode.fingerprint, tokens)
            yield SegmentRow(passage.ordinal, first, tokens, key)


@dataclass(frozen=True, slots=True)
class Batch:
    """CEs of some segments by key, and how many tokens were compressed in how many seconds.

    Segments that another job has compressed meanwhile are in `blocks`, but not in `tokens`.
    """

    blocks: dict[str, EmbeddingBlock]
    tokens: int
    seconds: float


def missing(workspace: Workspace, mode: Mode, document: str) -> Iterator[list[SegmentRow]]:
    """What of a document has no CEs, in portions; ask for the next when one is compressed."""
    limit = PORTION_TOKENS // mode.segment_tokens + 1
    while rows := workspace.cache.missing(mode.fingerprint, document, limit):
        yield rows


def compressed(
    workspace: Workspace, mode: Mode, portions: Iterable[Sequence[SegmentRow]]
) -> Iterator[Batch]:
    """Compresses batch by batch; each is committed before it is yielded.

    A batch that does not fit into memory is halved, and so are those after it. Raises
    OutOfMemoryError when a single segment does not fit.
    """
    assert mode.compressor is not None
    limit = mode.compressor.batch_tokens()
    for rows in portions:
        at = 0
        while at < len(rows):
            batch = _first(rows, at, limit)
            try:
                made = _compress(workspace, mode, mode.compressor, batch)
            except OutOfMemoryError:
                if len(batch) == 1:
                    raise
                limit = _tokens(batch) // 2
                continue
            at += len(batch)
            yield made


def _compress(
    workspace: Workspace, mode: Mode, compressor: Compressor, rows: Sequence[SegmentRow]
) -> Batch:
    started = time.perf_counter()
    there = workspace.cache.blocks([row.key for row in rows])
    absent = [row for row in rows if row.key not in there]
    blocks = compressor.compress([row.token_ids for row in absent], mode.ratio) if absent else []
    made = list(zip((row.key for row in absent), blocks, strict=True))
    workspace.cache.put_blocks(mode.fingerprint, made)
    return Batch(there | dict(made), _tokens(absent), time.perf_counter() - started)


def compress_missing(
    workspace: Workspace, mode: Mode, document: str
) -> Generator[Event, None, None]:
    """Compresses what of a document has no CEs yet, and tells how it gets on."""
    totals = workspace.cache.counts(mode.fingerprint, document)
    all_tokens, before = totals.tokens, totals.tokens_compressed
    tokens, seconds = 0, 0.0
    for batch in compressed(workspace, mode, missing(workspace, mode, document)):
        tokens += batch.tokens
        seconds += batch.seconds
        done = before + tokens
        yield paced("compressing", done, all_tokens, "tokens", tokens, seconds, document)
    if before + tokens < all_tokens:  # text that stands in it twice was compressed once
        yield Progress("compressing", all_tokens, all_tokens, "tokens", document=document)


def paced(
    stage: str,
    done: int,
    total: int,
    unit: str,
    worked: int,
    seconds: float,
    document: str | None = None,
) -> Progress:
    """Progress with rate and time left: `worked` of what is done took `seconds`."""
    rate = worked / seconds if worked and seconds > 0 else None
    left = max(total - done, 0) / rate if rate else None
    return Progress(stage, done, total, unit, rate, left, document)


def _first(rows: Sequence[SegmentRow], at: int, limit: int) -> list[SegmentRow]:
    """From `at` on as many as make up at most `limit` tokens, and one at least."""
    last, tokens = at + 1, len(rows[at].token_ids)
    while last < len(rows) and tokens + len(rows[last].token_ids) <= limit:
        tokens += len(rows[last].token_ids)
        last += 1
    return list(rows[at:last])


def _tokens(rows: Sequence[SegmentRow]) -> int:
    return sum(len(row.token_ids) for row in rows)


def _no_such_ratio(model: Model, ratio: int) -> RequestError:
    has = sorted({1, *(model.compressor.ratios if model.compressor else ())})
    listed = ", ".join(map(str, has))
    return RequestError(
        f"{model.name} cannot compress {ratio} to 1.",
        f"Ratios that it has: {listed} (1 reads everything word for word).",
    )
