"""Looks at files on disk: which documents have changed, and what is new in watched folders."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from complm_app.core.keys import document_id
from complm_app.core.library import Document
from complm_app.errors import UnreadableError

SUFFIXES = frozenset({".pdf", ".txt", ".md", ".markdown"})


@dataclass(frozen=True, slots=True)
class WatchedFolder:
    """`taken_in`: what was added once, and is not added by itself again."""

    collection: int
    folder: Path
    taken_in: frozenset[Path]


@dataclass(frozen=True, slots=True)
class Found:
    """`changed` are ids of documents; `touched` those written anew with the same bytes, with
    their files' new times. `new` are (collection, file). `missing` are collections whose folder
    is not there. `unsettled`: a file is being written just now, look again soon."""

    changed: tuple[str, ...] = ()
    touched: tuple[tuple[str, int], ...] = ()
    new: tuple[tuple[int, Path], ...] = ()
    missing: tuple[int, ...] = ()
    unsettled: bool = False


def look(
    documents: Iterable[Document], folders: Sequence[WatchedFolder], settle_seconds: float
) -> Found:
    """Reads only files whose time or size is another one than when they were added.

    A file that was written less than `settle_seconds` ago is left for the next look.
    """
    changed: list[str] = []
    touched: list[tuple[str, int]] = []
    unsettled = False
    for document in documents:
        stamp = stamp_of(document.path)
        if stamp is None or stamp == (document.modified_ns, document.size_bytes):
            continue
        if _is_fresh(stamp[0], settle_seconds):
            unsettled = True
        elif _holds(document.path, document.id):
            touched.append((document.id, stamp[0]))
        else:
            changed.append(document.id)
    new, missing, fresh = _new_files(folders, settle_seconds)
    return Found(tuple(changed), tuple(touched), new, missing, unsettled or fresh)


def stamp_of(path: Path) -> tuple[int, int] | None:
    """(time of the last writing in nanoseconds, size in bytes); None: there is no such file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def readable_files(folders: Iterable[Path]) -> Iterator[Path]:
    """The files that CompLM can read in these folders and below, by name; hidden ones not."""
    for folder in folders:
        for place, inner, names in os.walk(folder):
            _without_hidden(inner)
            yield from (Path(place, name) for name in sorted(names) if _readable(name))


def places_to_watch(
    documents: Iterable[Document], folders: Sequence[WatchedFolder], most: int
) -> list[str]:
    """At most so many: watched folders and those in them, folders of documents, documents.

    A folder tells of files that come, go and are replaced, a file also of being written to.
    """
    inside = (
        Path(place)
        for watched in folders
        for place, inner, _ in os.walk(watched.folder)
        if _without_hidden(inner)
    )
    paths = [document.path for document in documents]
    places = dict.fromkeys([*islice(inside, most), *(path.parent for path in paths), *paths])
    return [str(place) for place in islice((p for p in places if p.exists()), most)]


def _without_hidden(folders: list[str]) -> bool:
    """For os.walk, which goes into those that are left in the list."""
    folders[:] = sorted(name for name in folders if not name.startswith("."))
    return True


def _new_files(
    folders: Sequence[WatchedFolder], settle_seconds: float
) -> tuple[tuple[tuple[int, Path], ...], tuple[int, ...], bool]:
    new: list[tuple[int, Path]] = []
    missing: list[int] = []
    unsettled = False
    for watched in folders:
        if not watched.folder.is_dir():
            missing.append(watched.collection)
            continue
        for path in readable_files([watched.folder]):
            if path in watched.taken_in or (stamp := stamp_of(path)) is None:
                continue
            if _is_fresh(stamp[0], settle_seconds):
                unsettled = True
            else:
                new.append((watched.collection, path))
    return tuple(new), tuple(missing), unsettled


def _is_fresh(modified_ns: int, settle_seconds: float) -> bool:
    """A time in the future is another computer's clock, not a file that is being written."""
    return 0 <= time.time() - modified_ns / 1e9 < settle_seconds


def _holds(path: Path, id: str) -> bool:
    """Whether the file still has the bytes that it is known by. Gone or locked: nothing changed."""
    try:
        return document_id(path) == id
    except UnreadableError:
        return True


def _readable(name: str) -> bool:
    return not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES
