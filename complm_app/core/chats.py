"""Chats and their turns, as the library keeps them."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

from complm_app.core.database import Store, storable
from complm_app.errors import RequestError

_CHAT = "id, title, created_at"
_TURN = (
    "question, answer, found, citations, coverage, segments, timings, model, ratio, "
    "titles, created_at, id"
)


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


class Chats(Store):
    """The part of library.db that holds questions and answers."""

    __slots__ = ()

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

    def add_turn(self, chat: int, turn: Turn, replaces: int | None = None) -> int:
        """Returns the turn's id. Raises RequestError when there is no such chat.

        `replaces`: a turn of this chat, whose id and place the new one gets.
        """
        citations = [_plain(citation) for citation in turn.citations]
        with self.writing() as connection:
            if not connection.execute("SELECT 1 FROM chat WHERE id = ?", (chat,)).fetchone():
                raise RequestError("This chat was deleted.", "Start a new one.")
            old = connection.execute(
                "DELETE FROM turn WHERE id = ? AND chat = ? RETURNING id", (replaces, chat)
            ).fetchone()
            row = connection.execute(
                "INSERT INTO turn (id, chat, question, answer, found, citations, coverage,"
                " segments, timings, model, ratio, titles, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (
                    old[0] if old else None,
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
