"""What jobs work on, and how a document's segments are cut and compressed for a model."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from types import TracebackType

from complm_app.core.blocks import Block, EmbeddingBlock
from complm_app.core.cache import Cache, SegmentRow
from complm_app.core.cache_usage import note_compressor
from complm_app.core.keys import fingerprint, segment_key
from complm_app.core.library import Library, StoredPassage
from complm_app.core.segments import SEGMENTATION_VERSION, segment_spans
from complm_app.core.snapshots import Snapshots
from complm_app.engine.protocol import Compressor, Event, Model, Progress, SegmentCounts
from complm_app.engine.rates import Rates
from complm_app.errors import OutOfMemoryError, RequestError

EXACT_SEGMENT_TOKENS = 128
"""Only the grain of prefix reuse: in exact mode nothing is compressed."""
PASSAGES_AT_ONCE = 500
"""Tokenized in one step; some hundredths of a second."""
UNWRITTEN_SECONDS = 2.0
"""So much of a compressor's work may be lost when the program is killed during an answer."""
PORTION_TOKENS = 200_000
"""Looked up together: finding what is missing means a look at every segment of the document."""


@dataclass(frozen=True, slots=True)
class PrefixSettings:
    """`budget_bytes` is what the cache may take on disk with all that is kept beside it."""

    budget_bytes: int
    eight_bits: bool = False


class Workspace:
    """Two databases and a model, for one thread. The model is loaded when first needed, and anew
    when `choice`, which says what `load` would load, gives another value than before."""

    def __init__(
        self,
        library: Library,
        cache: Cache,
        load: Callable[[], Model],
        prefixes: Callable[[], PrefixSettings] | None = None,
        choice: Callable[[], object] = lambda: None,
    ) -> None:
        """`prefixes` is asked when a model is loaded; None: none are kept on disk."""
        self.library = library
        self.cache = cache
        self._prefixes = prefixes
        self.rates = Rates()
        self.read_last: tuple[str, ...] = ()
        """The documents that were last read whole, in their order."""
        self.loading_s = 0.0
        """Seconds that loading has taken so far."""
        self._load = load
        self._choice = choice
        self._chosen: object = None
        self._model: Model | None = None

    def model(self) -> Generator[Event, None, Model]:
        """Raises a ModelError when it cannot be loaded; the next call tries again."""
        chosen = self._choice()
        if chosen != self._chosen:
            self._model, self._chosen = None, chosen  # before the next one takes its memory
        if self._model is None:
            yield Progress("loading", 0, 1, "model")
            started = time.perf_counter()
            self._model = self._load()
            self.loading_s += time.perf_counter() - started
            if self._prefixes is not None and not self.cache.read_only:
                kept = self._prefixes()
                snapshots = Snapshots(self.cache, kept.budget_bytes)
                self._model.reader.keep_prefixes(snapshots, kept.eight_bits)
        return self._model

    def rest(self) -> bool:
        """worker.Restful: what was read is written to disk, a little at a time."""
        return self._model is not None and self._model.reader.rest()


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
    note_compressor(workspace.cache, mode.fingerprint, mode.model.name, mode.ratio)
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
    """CEs of some segments by key, how many tokens they stand for, and how long they took."""

    blocks: dict[str, EmbeddingBlock]
    tokens: int
    seconds: float


class Unwritten:
    """CEs that were made for a question and are in use, but not in the cache yet.

    What took long to make is written at once; the rest when the block is left, so that the first
    word of an answer does not wait for the disk.
    """

    def __init__(self, workspace: Workspace, mode: Mode) -> None:
        self._workspace = workspace
        self._mode = mode
        self._blocks: list[tuple[str, EmbeddingBlock]] = []
        self._seconds = 0.0

    def add(self, blocks: Sequence[tuple[str, EmbeddingBlock]], seconds: float) -> None:
        self._blocks += blocks
        self._seconds += seconds
        if self._seconds > UNWRITTEN_SECONDS:
            self.write()

    def write(self) -> None:
        blocks, self._blocks, self._seconds = self._blocks, [], 0.0
        if blocks:
            self._workspace.cache.put_blocks(self._mode.fingerprint, blocks)

    def __enter__(self) -> Unwritten:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.write()


def embeddings(
    workspace: Workspace, mode: Mode, rows: Sequence[SegmentRow], unwritten: Unwritten
) -> Generator[Event, None, tuple[dict[str, Block], SegmentCounts]]:
    """CEs of segments, by key: from the cache, or made now. None in exact mode.

    Those from the cache are read when they are asked for, while the reader is at work on others:
    one that is found damaged then raises DamagedBlockError, and is made by the next call.
    """
    if mode.compressor is None:
        return {}, SegmentCounts(len(rows), 0, 0)
    blocks: dict[str, Block] = {}
    blocks.update(workspace.cache.located(dict.fromkeys(row.key for row in rows)))
    absent = {row.key: row for row in rows if row.key not in blocks}
    made = sum(row.key in absent for row in rows)
    total = sum(len(row.token_ids) for row in absent.values())
    tokens, seconds = 0, 0.0
    for batch in _batches(mode, [list(absent.values())]):
        blocks.update(batch.blocks)
        unwritten.add(list(batch.blocks.items()), batch.seconds)
        workspace.rates.compressing.add(batch.tokens, batch.seconds)
        tokens += batch.tokens
        seconds += batch.seconds
        yield paced("compressing", tokens, total, "tokens", tokens, seconds)
    return blocks, SegmentCounts(len(rows), len(rows) - made, made)


def missing(workspace: Workspace, mode: Mode, document: str) -> Iterator[list[SegmentRow]]:
    """What of a document has no CEs, in portions; ask for the next when one is compressed."""
    limit = PORTION_TOKENS // mode.segment_tokens + 1
    while rows := workspace.cache.missing(mode.fingerprint, document, limit):
        yield rows


def compressed(
    workspace: Workspace, mode: Mode, portions: Iterable[Sequence[SegmentRow]]
) -> Iterator[Batch]:
    """Compresses batch by batch; each is committed before it is yielded. Raises as `_batches`."""

    def absent(rows: Sequence[SegmentRow]) -> list[SegmentRow]:
        there = workspace.cache.blocks([row.key for row in rows])
        return [row for row in rows if row.key not in there]

    for batch in _batches(mode, portions, absent):
        started = time.perf_counter()
        workspace.cache.put_blocks(mode.fingerprint, list(batch.blocks.items()))
        written_s = time.perf_counter() - started
        workspace.rates.compressing.add(batch.tokens, batch.seconds + written_s)
        yield replace(batch, seconds=batch.seconds + written_s)


def _batches(
    mode: Mode,
    portions: Iterable[Sequence[SegmentRow]],
    absent: Callable[[Sequence[SegmentRow]], Sequence[SegmentRow]] = lambda rows: rows,
) -> Iterator[Batch]:
    """`absent` says which segments of a batch are to be compressed.

    Where a batch does not fit into memory, the reader lets go of what it keeps for later questions;
    if it still does not fit, it is halved, and so are those after it. Raises OutOfMemoryError when
    a single segment does not fit.
    """
    assert mode.compressor is not None
    fits, released = sys.maxsize, False
    for rows in portions:
        at = 0
        begun: _Begun | None = None
        batch: list[SegmentRow] = []
        while at < len(rows):
            if begun is None:
                batch = _first(rows, at, min(fits, mode.compressor.batch_tokens()))
            try:
                begun = begun or _begin(mode, batch, absent)
                limit = min(fits, mode.compressor.batch_tokens())  # it may know more by now
                following = _first(rows, at + len(batch), limit)
                ahead = _ahead(mode, following, absent)
                made = begun.end()
            except OutOfMemoryError:
                begun = None
                if not released:
                    mode.model.reader.release()
                    released = True
                elif len(batch) == 1:
                    raise
                else:
                    fits = _tokens(batch) // 2
                continue
            at += len(batch)
            begun, batch = ahead, following
            yield made


@dataclass(frozen=True, slots=True)
class _Begun:
    """A batch that a graphics card is working on."""

    rows: Sequence[SegmentRow]
    wait: Callable[[], list[EmbeddingBlock]]
    seconds: float

    def end(self) -> Batch:
        started = time.perf_counter()
        made = dict(zip((row.key for row in self.rows), self.wait(), strict=True))
        return Batch(made, _tokens(self.rows), self.seconds + time.perf_counter() - started)


def _ahead(
    mode: Mode,
    batch: Sequence[SegmentRow],
    absent: Callable[[Sequence[SegmentRow]], Sequence[SegmentRow]],
) -> _Begun | None:
    """Begins the next batch before there is a wait for the one before it, so that a graphics card
    is never without work; not where memory does not allow both."""
    assert mode.compressor is not None
    if mode.compressor.works_ahead and batch:
        with suppress(OutOfMemoryError):
            return _begin(mode, batch, absent)
    return None


def _begin(
    mode: Mode,
    batch: Sequence[SegmentRow],
    absent: Callable[[Sequence[SegmentRow]], Sequence[SegmentRow]],
) -> _Begun:
    assert mode.compressor is not None
    started = time.perf_counter()
    rows = absent(batch)
    wait = mode.compressor.begin([row.token_ids for row in rows], mode.ratio) if rows else list
    return _Begun(rows, wait, time.perf_counter() - started)


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
    """From `at` on as many as make up at most `limit` tokens, and one at least, if there is one."""
    last, tokens = at, 0
    while last < len(rows) and (last == at or tokens + len(rows[last].token_ids) <= limit):
        tokens += len(rows[last].token_ids)
        last += 1
    return list(rows[at:last])


def _tokens(rows: Sequence[SegmentRow]) -> int:
    return sum(len(row.token_ids) for row in rows)


def _no_such_ratio(model: Model, ratio: int) -> RequestError:
    has = sorted({1, *(model.compressor.ratios if model.compressor else ())})
    listed = ", ".join(map(str, has))
    return RequestError(
        "{model} cannot compress {ratio} to 1.",
        "Ratios that it has: {listed} (1 reads everything word for word).",
        model=model.name,
        ratio=ratio,
        listed=listed,
    )
