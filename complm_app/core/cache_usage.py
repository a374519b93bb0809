"""What the cache keeps of which document, and for which model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from complm_app.core import snapshots
from complm_app.core.database import Store


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one document, cut up and compressed for one compressor."""

    document: str
    fingerprint: str
    model: str
    """Its name; empty: not known."""
    ratio: int
    """1: its own tokens, which are not compressed; 0: not known."""
    segments: int
    size_bytes: int
    """What several documents share counts for each of them."""


def usage(store: Store) -> list[Usage]:
    """Of all documents and models, the largest first. Looks at every segment."""
    with store.reading() as connection:
        rows = connection.execute(
            """
            SELECT g.document, g.fingerprint, coalesce(c.model, ''), coalesce(c.ratio, 0),
                count(s.key), total(length(s.token_ids)) + (
                    SELECT total(u.size_bytes) FROM embedding_use u
                    WHERE u.key IN (SELECT key FROM segment WHERE segmentation = g.id)
                )
            FROM segmentation g
            LEFT JOIN segment s ON s.segmentation = g.id
            LEFT JOIN compressor c USING (fingerprint)
            GROUP BY g.id ORDER BY 6 DESC, g.id
            """
        ).fetchall()
    return [
        Usage(document, fingerprint, model, ratio, segments, int(size))
        for document, fingerprint, model, ratio, segments, size in rows
    ]


def forget(store: Store, entries: Iterable[Usage]) -> None:
    """Removes their segments, those CEs that no other segments use, and all prefix snapshots,
    since none tells which documents it holds."""
    snapshots.clear(store)
    for entry in entries:  # one transaction each: a long one would keep other writers waiting
        with store.writing() as connection:
            keys = connection.execute(
                "SELECT DISTINCT s.key FROM segment s JOIN segmentation g ON g.id = s.segmentation"
                " WHERE g.document = ? AND g.fingerprint = ?",
                (entry.document, entry.fingerprint),
            ).fetchall()
            connection.execute(
                "DELETE FROM segmentation WHERE document = ? AND fingerprint = ?",
                (entry.document, entry.fingerprint),
            )
            connection.executemany(
                "DELETE FROM embedding WHERE key = ?1"
                " AND NOT EXISTS (SELECT 1 FROM segment WHERE key = ?1)",
                keys,
            )


def note_compressor(store: Store, fingerprint: str, model: str, ratio: int) -> None:
    """Keeps the name of what a fingerprint stands for, for people."""
    name = (fingerprint, model, ratio)
    with store.reading() as connection:
        known = connection.execute(
            "SELECT * FROM compressor WHERE fingerprint = ?", (fingerprint,)
        ).fetchone()
    if known != name and not store.read_only:
        with store.writing() as connection:
            connection.execute("REPLACE INTO compressor VALUES (?, ?, ?)", name)
