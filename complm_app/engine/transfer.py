"""One file of a hub onto the disk: goes on where it stopped, and is checked against its hash."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeAlias

from complm_app.engine.background import STEP_SECONDS, Flow
from complm_app.errors import ChecksumError, ComplmError, DownloadError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

TRIES = 5
"""So often in a row the hub may fail to send anything."""
BLOCK = 1 << 20


class Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


class TransientError(Exception):
    """The network or the hub failed in a way that may be over in a moment; `plain` says how."""

    def __init__(self, plain: ComplmError) -> None:
        super().__init__(plain.message)
        self.plain = plain


class Response(Protocol):
    """What httpx gives, as far as it is needed here."""

    status_code: int

    def iter_bytes(self) -> Iterator[bytes]: ...


Open: TypeAlias = "Callable[[int], AbstractContextManager[Response]]"
"""Asks the hub for a file from a byte on. Raises ComplmError or TransientError, also later, while
the response is read."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    path: str
    size: int
    checksum: str
    """SHA-256 of a large file; of others git's SHA-1, which also covers their size."""

    def hash(self) -> Hash:
        if len(self.checksum) == 64:
            return hashlib.sha256()
        return hashlib.sha1(b"blob %d\0" % self.size, usedforsecurity=False)


def part_of(folder: Path, file: RemoteFile) -> Path:
    """Where the bytes are kept until all are there: a newer version has another name."""
    return folder / f"{file.path}.{file.checksum[:12]}.part"


def fetch(folder: Path, file: RemoteFile, open_at: Open) -> Generator[int, None, None]:
    """Yields how many bytes of the file are there. Closing it keeps them.

    Raises ChecksumError, after which the file has to be fetched anew, DownloadError, OSError.
    """
    part = part_of(folder, file)
    part.parent.mkdir(parents=True, exist_ok=True)
    with part.open("ab+") as out:
        checked = yield from _already_there(out, file)
        checked = yield from _receive(out, file, checked, open_at)
        out.flush()
        os.fsync(out.fileno())
    if checked.hexdigest() != file.checksum:
        part.unlink()
        raise ChecksumError(
            "{file} arrived damaged: its checksum is not the one that the hub names.",
            "Download the model again: what arrived whole is kept, only this file is fetched anew.",
            file=file.path,
        )
    part.replace(folder / file.path)


def _already_there(out: BinaryIO, file: RemoteFile) -> Generator[int, None, Hash]:
    """The hash of what an earlier download left."""
    out.seek(0, os.SEEK_END)
    if out.tell() > file.size:
        out.truncate(0)
    out.seek(0)
    checked = file.hash()
    while block := out.read(BLOCK):
        checked.update(block)
        yield out.tell()
    return checked


def _receive(
    out: BinaryIO, file: RemoteFile, checked: Hash, open_at: Open
) -> Generator[int, None, Hash]:
    """Appends what is missing. Where the connection breaks it goes on from there."""
    failed = 0
    while (before := out.tell()) < file.size:
        plain: ComplmError = DownloadError(
            "The hub ends {file} before its {size:,} bytes.",
            "Try again later.",
            file=file.path,
            size=file.size,
        )
        try:
            checked = yield from _append(out, file, checked, open_at)
        except TransientError as e:
            plain = e.plain
        failed = failed + 1 if out.tell() <= before else 0
        if failed == TRIES:
            raise plain
        yield from _rest(2**failed - 1, out.tell())
    return checked


def _rest(seconds: float, done: int) -> Generator[int, None, None]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(STEP_SECONDS)
        yield done


def _append(
    out: BinaryIO, file: RemoteFile, checked: Hash, open_at: Open
) -> Generator[int, None, Hash]:
    asked_from = out.tell()

    def answer() -> Iterator[int | bytes]:
        """Where the hub's answer begins, then its bytes."""
        with open_at(asked_from) as response:
            yield 0 if response.status_code == 200 else asked_from
            yield from response.iter_bytes()

    with Flow(answer) as flow:
        for item in flow:
            if isinstance(item, bytes):
                _check_length(out.tell() + len(item), file)
                out.write(item)
                out.flush()
                checked.update(item)
            elif item is not None and item < asked_from:
                out.truncate(0)
                checked = file.hash()
            yield out.tell()
    return checked


def _check_length(length: int, file: RemoteFile) -> None:
    if length > file.size:
        raise DownloadError(
            "The hub sent more of {file} than the {size:,} bytes that it has.",
            "Try again later, or set another mirror.",
            file=file.path,
            size=file.size,
        )
