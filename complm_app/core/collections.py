"""Collections: folders of documents in the library. A collection may follow a folder on disk."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from complm_app.core.database import Store, path_of, storable, stored_path
from complm_app.errors import RequestError

_COLLECTION = "id, name, folder"


@dataclass(frozen=True, slots=True)
class Collection:
    """`folder` is watched: what comes into it is added and put into the collection."""

    id: int
    name: str
    folder: Path | None = None


class Collections(Store):
    """The part of library.db that says which documents belong together.

    A document may be in several collections, and in none.
    """

    __slots__ = ()

    def collections(self) -> list[Collection]:
        """By name."""
        with self.reading() as connection:
            rows = connection.execute(f"SELECT {_COLLECTION} FROM collection").fetchall()
        return sorted(map(_collection, rows), key=lambda each: (each.name.casefold(), each.id))

    def collection(self, name: str) -> Collection:
        """Raises RequestError when there is none of that name."""
        known = self.collections()
        for each in known:
            if each.name.casefold() == name.strip().casefold():
                return each
        names = ", ".join(each.name for each in known)
        raise RequestError(
            "There is no collection {name!r}.",
            "There are: {names}." if names else "There are no collections yet.",
            name=name,
            names=names,
        )

    def make_collection(self, name: str, folder: Path | None = None) -> Collection:
        """Raises RequestError for an empty name and for one that another collection has."""
        self._check_name(name)
        with self.writing() as connection:
            row = connection.execute(
                "INSERT INTO collection (name, folder, created_at) VALUES (?, ?, ?)"
                f" RETURNING {_COLLECTION}",
                (storable(name.strip()), stored_path(folder) if folder else None, time.time()),
            ).fetchone()
        return _collection(row)

    def rename_collection(self, collection: int, name: str) -> None:
        """Raises RequestError as make_collection does."""
        self._check_name(name, collection)
        with self.writing() as connection:
            connection.execute(
                "UPDATE collection SET name = ? WHERE id = ?", (storable(name.strip()), collection)
            )

    def _check_name(self, name: str, own: int | None = None) -> None:
        if not name.strip():
            raise RequestError("A collection needs a name.", "Write one.")
        taken = {each.name.casefold() for each in self.collections() if each.id != own}
        if storable(name.strip()).casefold() in taken:
            raise RequestError(
                "There is a collection {name!r} already.", "Choose another name.", name=name.strip()
            )

    def delete_collection(self, collection: int) -> None:
        """Its documents stay in the library."""
        with self.writing() as connection:
            connection.execute("DELETE FROM collection WHERE id = ?", (collection,))

    # what is in them

    def collect(self, collection: int, documents: Sequence[str]) -> None:
        """Puts documents in. What is not there any more, of either, is left out."""
        with self.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO collected (collection, document)"
                " SELECT collection.id, document.id FROM collection, document"
                " WHERE collection.id = ? AND document.id IN (SELECT value FROM json_each(?))",
                (collection, json.dumps(list(documents))),
            )

    def take_out(self, collection: int, documents: Sequence[str]) -> None:
        """They stay in the library."""
        with self.writing() as connection:
            connection.execute(
                "DELETE FROM collected WHERE collection = ?"
                " AND document IN (SELECT value FROM json_each(?))",
                (collection, json.dumps(list(documents))),
            )

    def members(self) -> dict[str, tuple[int, ...]]:
        """Document -> ids of its collections; those in none are left out."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT document, json_group_array(collection) FROM collected GROUP BY document"
            ).fetchall()
        return {document: tuple(json.loads(ids)) for document, ids in rows}

    def documents_in(self, collection: int) -> list[str]:
        """Ids, in the order in which they were added to the library."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT id FROM document JOIN collected ON document = id AND collection = ?"
                " ORDER BY added_at, id",
                (collection,),
            ).fetchall()
        return [row[0] for row in rows]

    # folders on disk

    def watch_folder(self, folder: Path) -> Collection:
        """The collection that follows this folder, made where there is none."""
        known = self.collections()
        for each in known:
            if each.folder is not None and stored_path(each.folder) == stored_path(folder):
                return each
        name = folder.name or str(folder)
        for each in known:
            if each.folder is None and each.name.casefold() == name.casefold():
                return self._follow(each, folder)
        taken = {each.name.casefold() for each in known}
        names = (name if n == 1 else f"{name} {n}" for n in count(1))
        return self.make_collection(next(n for n in names if n.casefold() not in taken), folder)

    def _follow(self, collection: Collection, folder: Path) -> Collection:
        with self.writing() as connection:
            connection.execute(
                "UPDATE collection SET folder = ? WHERE id = ?",
                (stored_path(folder), collection.id),
            )
        return Collection(collection.id, collection.name, folder)

    def stop_watching(self, collection: int) -> None:
        """The collection and its documents stay."""
        with self.writing() as connection:
            connection.execute("UPDATE collection SET folder = NULL WHERE id = ?", (collection,))
            connection.execute("DELETE FROM taken_in WHERE collection = ?", (collection,))

    def take_in(self, collection: int, document: str, path: Path) -> None:
        """Puts a document in whose file is at `path`.

        That file is not added by itself again: neither when the user removes the document, nor
        when a copy of the file is what the library knows it by.
        """
        self.collect(collection, [document])
        with self.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO taken_in (collection, path)"
                " SELECT id, ? FROM collection WHERE id = ?",
                (stored_path(path), collection),
            )

    def taken_in(self, collection: int) -> frozenset[Path]:
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT path FROM taken_in WHERE collection = ?", (collection,)
            ).fetchall()
        return frozenset(path_of(row[0]) for row in rows)


def _collection(row: tuple[Any, ...]) -> Collection:
    id, name, folder = row
    return Collection(id, name, None if folder is None else path_of(folder))
