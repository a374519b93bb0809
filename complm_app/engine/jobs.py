"""The three things that the program does, as generators whose steps are short.

Each yields events and ends with Added, Compressed or Answered, or raises a ComplmError. Closing
one stops it: what was committed stays, nothing is half written. Seconds do not count the
loading of the model.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

from complm_app.core.cache import SegmentTotals
from complm_app.core.folders import stamp_of
from complm_app.core.keys import document_id
from complm_app.core.library import Document
from complm_app.core.pdf import ParsedDocument, parse
from complm_app.core.segments import Passage, each_passage
from complm_app.engine.answering import answer as answer
from complm_app.engine.claim import Claim
from complm_app.engine.protocol import (
    Added,
    AddRequest,
    Compressed,
    CompressRequest,
    Event,
    Job,
    Progress,
)
from complm_app.engine.workspace import (
    Stopwatch,
    Workspace,
    compress_missing,
    mode_of,
    paced,
    segmented,
)

__all__ = ["Workspace", "add_document", "answer", "compress_document"]


def add_document(workspace: Workspace, request: AddRequest) -> Job:
    """Reads a file into the library and compresses it; a known file is not read again.

    A file that has changed since it was added replaces its earlier version, and only what is
    new in it is compressed. Raises DocumentError (the earlier version then stays), RequestError
    (ratio), ModelError, StoreError. After a ModelError the document is in the library and can be
    searched; adding it again goes on from there.
    """
    watch = Stopwatch(workspace)
    modified_ns = _modified_ns(request.path)  # before the bytes are read: they may change again
    id = document_id(request.path)
    if request.ratio is not None:  # a wrong one is told before the work, not after it
        mode_of((yield from workspace.model()), request.ratio)
    with _claim(workspace, id) as claim:
        yield from claim.waiting()
        known = workspace.library.documents([id])
        replaced = [each for each in workspace.library.at(request.path) if each != id]
        if known:
            document = workspace.library.move_document(id, request.path, modified_ns)
        else:
            document = yield from _read_in(workspace, request, id, modified_ns)
        if request.collection is not None:
            workspace.library.take_in(request.collection, id, request.path)
        before, after = yield from _compress(workspace, document.id, request.ratio)
        yield Added(
            document=document.id,
            title=document.title,
            pages=document.pages,
            pages_without_text=document.pages_without_text,
            already_there=bool(known),
            segments=after.segments,
            compressed=after.compressed - before.compressed,
            reused=before.compressed,
            tokens=after.tokens,
            seconds=watch.seconds,
            replaced=replaced[-1] if replaced else None,
        )


def compress_document(workspace: Workspace, request: CompressRequest) -> Job:
    """Compresses what of a document has no CEs yet. Raises RequestError, ModelError, StoreError."""
    watch = Stopwatch(workspace)
    with _claim(workspace, request.document) as claim:
        yield from claim.waiting()
        document = workspace.library.document(request.document)
        before, after = yield from _compress(workspace, document.id, request.ratio)
        yield Compressed(
            document=document.id,
            segments=after.segments,
            compressed=after.compressed - before.compressed,
            reused=before.compressed,
            tokens=after.tokens,
            seconds=watch.seconds,
        )


def _claim(workspace: Workspace, document: str) -> Claim:
    return Claim(workspace.cache.path.parent / "locks", document)


def _modified_ns(path: Path) -> int | None:
    stamp = stamp_of(path)
    return stamp[0] if stamp else None


def _read_in(
    workspace: Workspace, request: AddRequest, id: str, modified_ns: int | None
) -> Generator[Event, None, Document]:
    """File -> pages -> passages -> library, in one transaction."""
    parsed = yield from _parsed(request, id)
    passages = yield from _passages(parsed, id)
    return workspace.library.add_document(
        id=id,
        path=request.path,
        parsed=parsed,
        passages=passages,
        size_bytes=request.path.stat().st_size,
        modified_ns=modified_ns,
    )


def _parsed(request: AddRequest, id: str) -> Generator[Event, None, ParsedDocument]:
    started = time.perf_counter()
    with closing(parse(request.path, request.password)) as steps:
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                parsed: ParsedDocument = end.value
                return parsed
            done, total = step.pages_done, step.pages_total
            yield paced("reading", done, total, "pages", done, time.perf_counter() - started, id)


def _passages(parsed: ParsedDocument, id: str) -> Generator[Event, None, list[Passage]]:
    """Page by page, so that a question need not wait for the last one."""
    passages: list[Passage] = []
    for passage in each_passage([page.text for page in parsed.pages]):
        if passages and passage.page_index != passages[-1].page_index:
            done, total = passage.page_index, len(parsed.pages)
            yield Progress("segmenting", done, total, "pages", document=id)
        passages.append(passage)
    return passages


def _compress(
    workspace: Workspace, document: str, ratio: int | None
) -> Generator[Event, None, tuple[SegmentTotals, SegmentTotals]]:
    """Totals before and after."""
    mode = mode_of((yield from workspace.model()), ratio)
    yield from segmented(workspace, mode, document)
    # Not before: the CEs that both have are now this document's too.
    for earlier in workspace.library.earlier_versions(document):
        if workspace.cache.holds(earlier):
            workspace.cache.forget_document(earlier)
    before = workspace.cache.counts(mode.fingerprint, document)
    if mode.compressor is None:
        return before, before
    yield from compress_missing(workspace, mode, document)
    return before, workspace.cache.counts(mode.fingerprint, document)
