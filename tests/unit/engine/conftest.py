"""A library and a cache in a temporary folder, with a fake model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from complm_app.core.cache import Cache
from complm_app.core.library import Document, Library
from complm_app.core.pdf import Page, PageState, ParsedDocument
from complm_app.core.segments import passages_of
from complm_app.engine.protocol import Model
from complm_app.engine.workspace import Workspace
from tests.fakes import make_model

OpenWorkspace = Callable[..., Workspace]


@pytest.fixture
def open_workspace(tmp_path: Path) -> Iterator[OpenWorkspace]:
    """Opens workspaces: (folder name, model); the same folder twice is a restart."""
    opened: list[Workspace] = []

    def open_one(name: str = "data", model: Model | None = None) -> Workspace:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        library, cache = Library.open(folder / "library.db"), Cache.open(folder / "cache.db")
        chosen = model or make_model()
        opened.append(Workspace(library, cache, lambda: chosen))
        return opened[-1]

    yield open_one
    for workspace in opened:
        workspace.cache.close()
        workspace.library.close()


@pytest.fixture
def workspace(open_workspace: OpenWorkspace) -> Workspace:
    return open_workspace()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    from tests.unit.engine.steps import TEXT

    path = tmp_path / "report.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def put(workspace: Workspace, id: str, pages: list[str]) -> Document:
    """A document with these pages, straight into the library; not cut up, not compressed."""
    states = [PageState.TEXT if page.strip() else PageState.EMPTY for page in pages]
    parsed = ParsedDocument(
        title=id,
        pages=tuple(
            Page(n, f"p{n + 1}", text, state)
            for n, (text, state) in enumerate(zip(pages, states, strict=True))
        ),
        outline=(),
    )
    return workspace.library.add_document(
        id=id, path=Path(f"/{id}.txt"), parsed=parsed, passages=passages_of(pages), size_bytes=1
    )


def paragraph(topic: str, sentences: int = 12) -> str:
    """Text that no other topic shares: each sentence names the topic."""
    return " ".join(
        f"Sentence {n} of {topic} tells about {topic} number {n * 7}." for n in range(sentences)
    )
