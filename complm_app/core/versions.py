"""What becomes of a document when the file at its path has changed.

A document is the bytes of a file, so a changed file is another document. It takes the place of
the earlier one: its position in the list, its collections, and the citations of old answers,
which lead to it from then on. The earlier one's pages, passages and search index go. Its CEs are
known by their segments' tokens: what has not changed is found again, and the job that compresses
the new version frees the rest.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from complm_app.core.database import Store


@dataclass(frozen=True, slots=True)
class Place:
    """Characters of a page: `start` and `end` are offsets in its text."""

    page_index: int
    start: int
    end: int


class Versions(Store):
    """The part of library.db that knows which documents others have taken the place of."""

    __slots__ = ()

    def newest(self, ids: Sequence[str]) -> list[str]:
        """The same documents, each replaced one as the one that replaced it."""
        newer = self.newer_versions()
        return list(dict.fromkeys(newer.get(id, id) for id in ids))

    def newer_versions(self) -> dict[str, str]:
        """Replaced document -> the one that has its place now."""
        with self.reading() as connection:
            return dict(connection.execute("SELECT document, newer FROM earlier_version"))

    def earlier_versions(self, document: str) -> list[str]:
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT document FROM earlier_version WHERE newer = ?", (document,)
            ).fetchall()
        return [row[0] for row in rows]

    def find_quote(self, document: str, quote: str, page_index: int) -> Place | None:
        """Where these words stand, however they are spaced; nearest to that page."""
        words = re.compile(r"\s+".join(map(re.escape, quote.split())))
        if not words.pattern:
            return None
        with self.reading() as connection:
            pages = connection.execute(
                "SELECT page_index, text FROM page WHERE document = ?"
                " ORDER BY abs(page_index - ?), page_index",
                (document, page_index),
            )
            for index, text in pages:
                if found := words.search(text):
                    return Place(index, *found.span())
        return None


def take_place(connection: sqlite3.Connection, id: str, path: str | bytes) -> None:
    """Other documents at this path are earlier versions of `id`, which replaces them."""
    rows = connection.execute(
        "SELECT id FROM document WHERE path = ? AND id != ?", (path, id)
    ).fetchall()
    for (earlier,) in rows:
        _replace(connection, earlier, id)
    # The file may have come back to what it was once.
    connection.execute("DELETE FROM earlier_version WHERE document = ?", (id,))


def _replace(connection: sqlite3.Connection, earlier: str, newer: str) -> None:
    names = {"earlier": earlier, "newer": newer}
    for statement in (
        "INSERT OR IGNORE INTO collected (collection, document)"
        " SELECT collection, :newer FROM collected WHERE document = :earlier",
        "UPDATE earlier_version SET newer = :newer WHERE newer = :earlier",
        "INSERT OR REPLACE INTO earlier_version (document, newer) VALUES (:earlier, :newer)",
        "UPDATE document SET added_at = min(added_at,"
        " (SELECT added_at FROM document WHERE id = :earlier)) WHERE id = :newer",
        "DELETE FROM document WHERE id = :earlier",
    ):
        connection.execute(statement, names)
