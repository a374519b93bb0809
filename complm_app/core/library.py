"""Documents, pages, passages and chats: the database that cannot be made again."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import Any, Self

from complm_app.core.database import Store, open_database, storable
from complm_app.core.migrations import LIBRARY
from complm_app.core.pdf import OutlineEntry, PageState, ParsedDocument
from complm_app.core.segments import Passage
from complm_app.errors import RequestError

SHORTEST_PREFIX = 4
_DOCUMENT = "id, path, title, pages, pages_without_text, size_bytes, added_at"
_PASSAGE = "document, ordinal, page_index, start_offset, end_offset, text"
_CHAT = "id, title, created_at"
_TURN = (
    "question, answer, found, citations, coverage, segments, timings, model, ratio, "
    "titles, created_at, id"
)


@dataclass(frozen=True, slots=True)
class Document:
    """`path` is where the file was when it was added; `added_at` is seconds since 1970."""

    id: str
    path: Path
    title: str
    pages: int
    pages_without_text: int
    size_bytes: int
    added_at: float


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


@dataclass(frozen=True, slots=True)
class Chat:
    id: int
    title: str
    created_at: float


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer.

    The nested values may be handed over as dataclasses; they come back as dicts. `titles`
    (of the cited documents, by id), `created_at` and `id` are filled in when it is stored.
    """

    question: str
    answer: str
    found: bool
    citations: Sequence[Any]
    coverage: Any
    segments: Any
    timings: Any
    model: str
    ratio: int
    titles: Mapping[str, str] | None = None
    created_at: float | None = None
    id: int | None = None


class Library(Store):
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
    ) -> Document:
        """Stores the document, its pages and its search index, all or nothing.

        A document that is there already only gets the new path.
        """
        with self.writing() as connection:
            known = connection.execute(
                "UPDATE document SET path = ? WHERE id = ?", (_stored_path(path), id)
            )
            if known.rowcount == 0:
                empty = sum(page.state is not PageState.TEXT for page in parsed.pages)
                connection.execute(
                    f"INSERT INTO document ({_DOCUMENT}) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (
                        id,
                        _stored_path(path),
                        storable(parsed.title),
                        len(parsed.pages),
                        empty,
                        size_bytes,
                        time.time(),
                    ),
                )
                _insert_pages(connection, id, parsed)
                _insert_passages(connection, id, passages)
        return self.document(id)

    def move_document(self, id: str, path: Path) -> Document:
        """The same file, found at another place. Raises RequestError when it is not in here."""
        known = self.document(id)
        stored = _stored_path(path)
        if _stored_path(known.path) == stored:
            return known
        with self.writing() as connection:
            connection.execute("UPDATE document SET path = ? WHERE id = ?", (stored, id))
        return self.document(id)

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
                    f"{reference!r} is more than one document of the library.",
                    "Give the id of one: " + ", ".join(d.id[:12] for d in found) + ".",
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
        return [Document(row[0], Path(os.fsdecode(row[1])), *row[2:]) for row in rows]

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
                f"There is no page {index + 1} in document {document[:12]}.",
                "See the list of documents and their pages.",
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

    # chats

    def create_chat(self, title: str) -> Chat:
        with self.writing() as connection:
            row = connection.execute(
                f"INSERT INTO chat (title, created_at) VALUES (?, ?) RETURNING {_CHAT}",
                (storable(title), time.time()),
            ).fetchone()
        return Chat(*row)

    def chats(self, query: str = "") -> list[Chat]:
        """Those whose title, questions or answers hold `query`, the newest first."""
        pattern = f"%{_escaped_like(storable(query))}%"
        with self.reading() as connection:
            rows = connection.execute(
                rf"""
                SELECT {_CHAT} FROM chat WHERE title LIKE :pattern ESCAPE '\' OR EXISTS (
                    SELECT 1 FROM turn WHERE turn.chat = chat.id AND
                    (question LIKE :pattern ESCAPE '\' OR answer LIKE :pattern ESCAPE '\'))
                ORDER BY created_at DESC, id DESC
                """,
                {"pattern": pattern},
            ).fetchall()
        return [Chat(*row) for row in rows]

    def rename_chat(self, chat: int, title: str) -> None:
        with self.writing() as connection:
            connection.execute("UPDATE chat SET title = ? WHERE id = ?", (storable(title), chat))

    def delete_chat(self, chat: int) -> None:
        """Its turns go with it."""
        with self.writing() as connection:
            connection.execute("DELETE FROM chat WHERE id = ?", (chat,))

    def add_turn(self, chat: int, turn: Turn) -> int:
        """Returns the turn's id. Raises RequestError when there is no such chat."""
        citations = [_plain(citation) for citation in turn.citations]
        with self.writing() as connection:
            if not connection.execute("SELECT 1 FROM chat WHERE id = ?", (chat,)).fetchone():
                raise RequestError("This chat was deleted.", "Start a new one.")
            row = connection.execute(
                "INSERT INTO turn (chat, question, answer, found, citations, coverage, segments,"
                " timings, model, ratio, titles, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (
                    chat,
                    storable(turn.question),
                    storable(turn.answer),
                    turn.found,
                    json.dumps(citations),
                    json.dumps(_plain(turn.coverage)),
                    json.dumps(_plain(turn.segments)),
                    json.dumps(_plain(turn.timings)),
                    turn.model,
                    turn.ratio,
                    json.dumps(_titles(connection, {c["document"] for c in citations})),
                    time.time(),
                ),
            ).fetchone()
        return int(row[0])

    def turns(self, chat: int) -> list[Turn]:
        """In the order in which they were asked."""
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT {_TURN} FROM turn WHERE chat = ? ORDER BY id", (chat,)
            ).fetchall()
        return [_turn(row) for row in rows]


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


def _stored_path(path: Path) -> str | bytes:
    """Bytes where the name is not text: sqlite takes only what UTF-8 can hold."""
    absolute = os.path.abspath(path)  # noqa: PTH100  (Path.resolve would follow links)
    try:
        absolute.encode()
    except UnicodeEncodeError:
        return os.fsencode(absolute)
    return absolute


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
        f"{reference!r} is not in the library.",
        "Add the file first, or give an id or a name from the list of documents.",
    )


def _escaped_like(text: str) -> str:
    for special in "\\%_":
        text = text.replace(special, "\\" + special)
    return text


def _plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def _titles(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, str]:
    return dict(
        connection.execute(
            "SELECT id, title FROM document WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(ids)),),
        ).fetchall()
    )


def _turn(row: tuple[Any, ...]) -> Turn:
    question, answer, found, citations, coverage, segments, timings = row[:7]
    model, ratio, titles, created_at, id = row[7:]
    return Turn(
        question=question,
        answer=answer,
        found=bool(found),
        citations=json.loads(citations),
        coverage=json.loads(coverage),
        segments=json.loads(segments),
        timings=json.loads(timings),
        model=model,
        ratio=ratio,
        titles=json.loads(titles),
        created_at=created_at,
        id=id,
    )
