"""Documents without files, straight into a library."""

from __future__ import annotations

from pathlib import Path

from complm_app.core.library import Document, Library
from complm_app.core.pdf import OutlineEntry, Page, PageState, ParsedDocument
from complm_app.core.segments import Passage

FERRY, HARBOUR = "fe" * 32, "ba" * 32


def add(
    library: Library, id: str, path: str | Path, *texts: str, modified_ns: int | None = None
) -> Document:
    """A document with a passage per page."""
    pages = tuple(
        Page(index, f"{index + 1}", text, PageState.TEXT if text else PageState.SCANNED)
        for index, text in enumerate(texts)
    )
    parsed = ParsedDocument(f"About {path}", pages, (OutlineEntry("Start", 0, 1),))
    passages = [Passage(page.index, 0, len(page.text), page.text) for page in pages if page.text]
    return library.add_document(
        id=id,
        path=Path(path),
        parsed=parsed,
        passages=passages,
        size_bytes=1234,
        modified_ns=modified_ns,
    )
