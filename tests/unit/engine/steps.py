"""Jobs run to their end, and what they leave."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from complm_app.core.cache import SegmentTotals
from complm_app.engine.jobs import Workspace, add_document, answer
from complm_app.engine.protocol import (
    Added,
    AddRequest,
    Answered,
    AnswerRequest,
    Event,
    Job,
    Model,
)
from complm_app.engine.workspace import mode_of
from tests.fakes import FakeCompressor, FakeReader
from tests.unit.engine.conftest import paragraph

PAGES = [
    "The Otter Line runs three ferries. It was founded in Brackwater in 1931.",
    "",
    "Its largest ferry is the Heron. The Heron carries sixty passengers and nine cars.",
]
TEXT = "\n\n".join(paragraph(topic) for topic in ("ferries", "otters", "lamps"))


def end_of(job: Job) -> Event:
    return list(job)[-1]


def added(workspace: Workspace, path: Path, ratio: int | None = None) -> Added:
    event = end_of(add_document(workspace, AddRequest(path, ratio=ratio)))
    assert isinstance(event, Added)
    return event


def answered(workspace: Workspace, question: str, *documents: str, **rest: int) -> Answered:
    event = end_of(answer(workspace, AnswerRequest(question, documents, **rest)))
    assert isinstance(event, Answered)
    return event


def model_of(workspace: Workspace) -> Model:
    with closing(workspace.model()) as steps:
        while True:
            try:
                next(steps)
            except StopIteration as end:
                model: Model = end.value
                return model


def compressor_of(workspace: Workspace) -> FakeCompressor:
    compressor = model_of(workspace).compressor
    assert isinstance(compressor, FakeCompressor)
    return compressor


def reader_of(workspace: Workspace) -> FakeReader:
    reader = model_of(workspace).reader
    assert isinstance(reader, FakeReader)
    return reader


def totals(workspace: Workspace, document: str, ratio: int = 2) -> SegmentTotals:
    mode = mode_of(model_of(workspace), ratio)
    return workspace.cache.counts(mode.fingerprint, document)
