"""Documents, pages, passages, collections and chats: the database that cannot be made again.

A document is the bytes of a file; a path has one document. When a file is added whose path
another document has, that one is its earlier version and is replaced: see versions.py.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from complm_app.core.chats import Chat as Chat
from complm_app.core.chats import Chats
from complm_app.core.chats import Turn as Turn
from complm_app.core.collections import Collection as Collection
from complm_app.core.collections import Collections
from complm_app.core.database import open_database, path_of, storable, stored_path
from complm_app.core.migrations import LIBRARY
from complm_app.core.pdf import OutlineEntry, PageState, ParsedDocument
from complm_app.core.segments import Passage
from complm_app.core.versions import Versions, take_place
from complm_app.errors import RequestError

SHORTEST_PREFIX = 4
_DOCUMENT = "id, path, title, pages, pages_without_text, size_bytes, added_at, modified_ns"
_PASSAGE = "document, ordinal, page_index, start_offset, end_offset, text"


@dataclass(frozen=True, slots=True)
class Document:
    """`path` is where the file was when it was added; `added_at` is seconds since 1970.

    `modified_ns` is when the file had last been written then, in nanoseconds since 1970.
    """

    id: str
    path: Path
    title: str
    pages: int
    pages_without_text: int
    size_bytes: int
    added_at: float
    modified_ns: int | None = None


@dataclass(frozen=True, slots=True)
class StoredPage:
    """`index` counts from 0, `label` is what is printed on the page."""

    index: int
    label: str
    state: PageState


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """`ordinal` counts from 0 in the document; start and end are offsets in the page's text."""

    document: str
    ordinal: int
    page_index: int
    start: int
    end: int
    text: str


class Library(Chats, Collections, Versions):
    """One connection to library.db; it belongs to the thread that opened it."""

    __slots__ = ()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens or makes the file. Raises a StoreError; a damaged file is never touched."""
        return cls(path, open_database(path, LIBRARY))

    # documents

    def add_document(
        self,
        *,
        id: str,
        path: Path,
        parsed: ParsedDocument,
        passages: Sequence[Passage],
        size_bytes: int,
        modified_ns: int | None = None,
    ) -> Document:
        """Stores the document, its pages and its search index, all or nothing.

        A document that is there already only gets the new path. What else has that path is an
        earlier version, and goes.
        """
        with self.writing() as connection:
            if not _place(connection, id, path, modified_ns):
                empty = sum(page.state is not PageState.TEXT for page in parsed.pages)
                connection.execute(
                    f"INSERT INTO document ({_DOCUMENT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        id,
                        stored_path(path),
                        storable(parsed.title),
                        len(parsed.pages),
                        empty,
                        size_bytes,
                        time.time(),
                        modified_ns,
                    ),
                )
                _insert_pages(connection, id, parsed)
                _insert_passages(connection, id, passages)
            take_place(connection, id, stored_path(path))
        return self.document(id)

    def move_document(self, id: str, path: Path, modified_ns: int | None = None) -> Document:
        """The same file, found at another place or at another time.

        Raises RequestError when it is not in here.
        """
        known = self.document(id)
        moved = stored_path(known.path) != stored_path(path)
        if moved or modified_ns not in (None, known.modified_ns) or len(self.at(path)) > 1:
            with self.writing() as connection:
                _place(connection, id, path, modified_ns or known.modified_ns)
                take_place(connection, id, stored_path(path))
        return self.document(id)

    def at(self, path: Path) -> list[str]:
        """The ids of the document that has this path; several only in old libraries."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT id FROM document WHERE path = ? ORDER BY added_at, id", (stored_path(path),)
            ).fetchall()
        return [row[0] for row in rows]

    def document(self, id: str) -> Document:
        """Raises RequestError when it is not in the library."""
        found = self.documents([id])
        if not found:
            raise _unknown(id)
        return found[0]

    def find(self, reference: str) -> Document:
        """By id, the beginning of an id, path or file name. Raises RequestError."""
        documents = self.documents()
        for matches in (_same_id, _same_path, _same_name, _id_begins):
            found = [d for d in documents if matches(d, reference)]
            if len(found) == 1:
                return found[0]
            if found:
                raise RequestError(
                    "{reference!r} is more than one document of the library.",
                    "Give the id of one: {ids}.",
                    reference=reference,
                    ids=", ".join(d.id[:12] for d in found),
                )
        raise _unknown(reference)

    def documents(self, ids: Sequence[str] = ()) -> list[Document]:
        """In the order in which they were added, whatever the order of `ids`. Empty: all.

        Those that are not in the library are left out.
        """
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT {_DOCUMENT} FROM document"
                + (" WHERE id IN (SELECT value FROM json_each(?))" if ids else "")
                + " ORDER BY added_at, id",
                (json.dumps([storable(id) for id in ids]),) if ids else (),
            ).fetchall()
        return [Document(row[0], path_of(row[1]), *row[2:]) for row in rows]

    def remove_document(self, document: str) -> None:
        """Removes everything of it but the turns that cite it."""
        with self.writing() as connection:
            connection.execute("DELETE FROM document WHERE id = ?", (document,))

    # what is in them

    def pages(self, document: str) -> list[StoredPage]:
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT page_index, label, state FROM page WHERE document = ? ORDER BY page_index",
                (document,),
            ).fetchall()
        return [StoredPage(index, label, PageState(state)) for index, label, state in rows]

    def page_text(self, document: str, index: int) -> str:
        """Raises RequestError when there is no such page."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT text FROM page WHERE document = ? AND page_index = ?", (document, index)
            ).fetchone()
        if row is None:
            raise RequestError(
                "There is no page {page} in document {document}.",
                "See the list of documents and their pages.",
                page=index + 1,
                document=document[:12],
            )
        return str(row[0])

    def outline(self, document: str) -> list[OutlineEntry]:
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT title, page_index, level FROM outline WHERE document = ? ORDER BY ordinal",
                (document,),
            ).fetchall()
        return [OutlineEntry(*row) for row in rows]

    def passages(self, document: str) -> list[StoredPassage]:
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT {_PASSAGE} FROM passage WHERE document = ? ORDER BY ordinal", (document,)
            ).fetchall()
        return [StoredPassage(*row) for row in rows]

    def openings(self, documents: Sequence[str], limit: int) -> list[StoredPassage]:
        """The first passages of these documents (empty: of all), then the second ones, and so on;
        at most `limit`."""
        scope = "WHERE document IN (SELECT value FROM json_each(:documents))" if documents else ""
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT {_PASSAGE} FROM passage {scope} ORDER BY ordinal, id LIMIT :limit",
                {"documents": json.dumps(list(documents)), "limit": limit},
            ).fetchall()
        return [StoredPassage(*row) for row in rows]


def _place(connection: sqlite3.Connection, id: str, path: Path, modified_ns: int | None) -> bool:
    """Where a document's file is; False: there is no such document."""
    updated = connection.execute(
        "UPDATE document SET path = ?, modified_ns = ? WHERE id = ?",
        (stored_path(path), modified_ns, id),
    )
    return updated.rowcount > 0


def _insert_pages(connection: sqlite3.Connection, id: str, parsed: ParsedDocument) -> None:
    connection.executemany(
        "INSERT INTO page (document, page_index, label, state, text) VALUES (?, ?, ?, ?, ?)",
        ((id, p.index, storable(p.label), p.state.value, storable(p.text)) for p in parsed.pages),
    )
    connection.executemany(
        "INSERT INTO outline (document, ordinal, title, page_index, level) VALUES (?, ?, ?, ?, ?)",
        (
            (id, ordinal, storable(entry.title), entry.page_index, entry.level)
            for ordinal, entry in enumerate(parsed.outline)
        ),
    )


def _insert_passages(connection: sqlite3.Connection, id: str, passages: Iterable[Passage]) -> None:
    connection.executemany(
        f"INSERT INTO passage ({_PASSAGE}) VALUES (?, ?, ?, ?, ?, ?)",
        (
            (id, ordinal, p.page_index, p.start, p.end, storable(p.text))
            for ordinal, p in enumerate(passages)
        ),
    )


def _same_id(document: Document, reference: str) -> bool:
    return document.id == reference.lower()


def _same_path(document: Document, reference: str) -> bool:
    absolute = os.path.abspath(reference)  # noqa: PTH100  (as it is stored)
    return os.path.normcase(document.path) == os.path.normcase(absolute)


def _same_name(document: Document, reference: str) -> bool:
    return os.path.normcase(document.path.name) == os.path.normcase(reference)


def _id_begins(document: Document, reference: str) -> bool:
    return len(reference) >= SHORTEST_PREFIX and document.id.startswith(reference.lower())


def _unknown(reference: str) -> RequestError:
    return RequestError(
        "{reference!r} is not in the library.",
        "Add the file first, or give an id or a name from the list of documents.",
        reference=reference,
    )
