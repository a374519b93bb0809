"""A file into pages, in a separate process with memory and time limits."""

from __future__ import annotations

import json
import os
import queue
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, TypeAlias

from complm_app.errors import (
    DocumentError,
    EncryptedError,
    NoTextError,
    ParseTimeoutError,
    TooLargeError,
    UnreadableError,
)

CHILD_ARGUMENT = "--read-document"
"""What a frozen program is started with to become the process that reads (pdf_process.main)."""

_START_SECONDS = 60.0
"""For the interpreter to start, on a slow disk with a virus scanner."""

_Inbox: TypeAlias = "queue.SimpleQueue[bytes | None]"


class PageState(StrEnum):
    TEXT = "text"
    EMPTY = "empty"  # nothing on it
    SCANNED = "scanned"  # pictures, no text
    GARBLED = "garbled"  # text that no one can read


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `index` counts from 0, `label` is what is printed on it."""

    index: int
    label: str
    text: str
    state: PageState


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    title: str
    page_index: int
    level: int


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    title: str
    pages: tuple[Page, ...]
    outline: tuple[OutlineEntry, ...]


@dataclass(frozen=True, slots=True)
class ParseProgress:
    pages_done: int
    pages_total: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document and the process that reads it may use."""

    memory_bytes: int = 2 * 1024**3
    seconds_per_page: float = 20.0
    seconds_total: float = 1800.0
    pages: int = 20_000
    characters: int = 200_000_000
    file_bytes: int = 2 * 1024**3


class ReadingProcessError(Exception):
    """The process ended before it was done. The text is its exit code and last words."""


def parse(
    path: Path, password: str | None = None, limits: Limits | None = None
) -> Generator[ParseProgress, None, ParsedDocument]:
    """Yields progress, returns the document (`yield from` hands it on). Closing it ends that.

    Raises UnreadableError, EncryptedError, NoTextError (no page has text), TooLargeError,
    ParseTimeoutError.
    """
    limits = limits or Limits()
    path = path.absolute()
    _check_file(path, limits)
    pages: list[Page] = []
    with closing(_messages(path, password, limits)) as messages:
        opened = next(messages)
        yield ParseProgress(0, opened["opened"])
        for index, message in enumerate(messages):
            label, text, state = message["page"]
            pages.append(Page(index, label, text, PageState(state)))
            yield ParseProgress(len(pages), opened["opened"])
    _check_text(path, pages)
    outline = tuple(OutlineEntry(*entry) for entry in opened["outline"])
    return ParsedDocument(opened["title"], tuple(pages), outline)


# ---- checks


def _check_file(path: Path, limits: Limits) -> None:
    name = shown(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableError("{file} is a folder.", "Choose the files in it.", file=name)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError(
                "{file} is not an ordinary file.", "Choose a PDF or text file.", file=name
            )
        with path.open("rb"):
            pass
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UnreadableError(
            "{file} is not there.",
            "Check the path: {folder} was searched.",
            file=name,
            folder=shown(path.parent),
        ) from error
    except PermissionError as error:
        raise UnreadableError(
            "You have no permission to read {file}.",
            "Change the file's permissions or copy it.",
            file=name,
        ) from error
    except (OSError, ValueError) as error:
        raise UnreadableError(
            "{file} cannot be opened: {reason}.", "Check the path.", file=name, reason=error
        ) from error
    if status.st_size == 0:
        raise UnreadableError("{file} is empty.", "Download or copy it again.", file=name)
    if status.st_size > limits.file_bytes:
        raise TooLargeError(
            "{file} has {size:,.0f} MB; at most {limit:,.0f} MB can be read.",
            "Split it into smaller files.",
            file=name,
            size=status.st_size / 1024**2,
            limit=limits.file_bytes / 1024**2,
        )


def _check_text(path: Path, pages: list[Page]) -> None:
    states = Counter(page.state for page in pages)
    if states[PageState.TEXT]:
        return
    count = len(pages)
    if states[PageState.SCANNED]:
        raise NoTextError(
            "{file} has pictures of text, but no text (pages: {count:,}).",
            "Run text recognition (OCR) on it, for example with ocrmypdf, and add the result.",
            file=shown(path),
            count=count,
        )
    if states[PageState.GARBLED]:
        raise NoTextError(
            "The text of {file} cannot be decoded (pages: {count:,}).",
            "Run text recognition (OCR) on it, or save it again from the program that made it.",
            file=shown(path),
            count=count,
        )
    raise NoTextError(
        "{file} has no text (pages: {count:,}).",
        "Check that it is the right file.",
        file=shown(path),
        count=count,
    )


def shown(path: Path) -> str:
    """A file's name as it can be put into a sentence: one line, no characters that break it."""
    name = (path.name or str(path)).encode("utf-8", "replace").decode("utf-8")
    name = "".join(c if c.isprintable() else " " for c in name)
    return f"\u201c{' '.join(name.split())}\u201d"


# ---- the process

_ERRORS: dict[str, type[DocumentError]] = {
    error.kind: error
    for error in (UnreadableError, EncryptedError, NoTextError, TooLargeError, ParseTimeoutError)
}


def _messages(
    path: Path, password: str | None, limits: Limits
) -> Generator[dict[str, Any], None, None]:
    """The messages from "opened" to the last page. Raises what went wrong with the file."""
    left = limits.seconds_total
    with _process(path, password, limits) as (inbox, last_words):
        seconds = _START_SECONDS
        while True:
            since = time.monotonic()
            message = _next_message(inbox, path, min(seconds, left))
            left -= time.monotonic() - since
            if message is None:
                raise _crashed(path) from ReadingProcessError(last_words())
            if "error" in message:
                error = message["error"]
                raise _ERRORS[error["kind"]](error["message"], error["hint"], **error["values"])
            if "done" in message:
                return
            if "started" not in message:
                yield message
            seconds = limits.seconds_per_page


def _next_message(inbox: _Inbox, path: Path, seconds: float) -> dict[str, Any] | None:
    try:
        line = inbox.get(timeout=max(seconds, 0.0))
    except queue.Empty as error:
        raise ParseTimeoutError(
            "{file} takes too long to read; reading was stopped.",
            "Save it again with a PDF viewer (\u201cPrint to PDF\u201d), or split it.",
            file=shown(path),
        ) from error
    return None if line is None else json.loads(line)


def _crashed(path: Path) -> UnreadableError:
    return UnreadableError(
        "Reading {file} failed: the file is damaged or needs too much memory.",
        "Save it again with a PDF viewer (\u201cPrint to PDF\u201d), or split it.",
        file=shown(path),
    )


@contextmanager
def _process(
    path: Path, password: str | None, limits: Limits
) -> Iterator[tuple[_Inbox, Callable[[], str]]]:
    """Starts the reading process; whatever happens, it is gone afterwards.

    Gives its messages, None as the last, and a function that tells how it ended.
    """
    with tempfile.TemporaryFile() as stderr:
        process = subprocess.Popen(
            _command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=_environment(),
            **_own_group(),
        )
        assert process.stdin is not None
        assert process.stdout is not None
        inbox: _Inbox = queue.SimpleQueue()
        listener = threading.Thread(target=_listen, args=(process.stdout, inbox), daemon=True)
        try:
            listener.start()
            _ask(process.stdin, path, password, limits)
            yield inbox, lambda: _last_words(process, stderr)
        finally:
            _kill(process)
            listener.join()
            process.stdout.close()


def _command() -> list[str]:
    if getattr(sys, "frozen", False):  # sys.executable is this program, not an interpreter
        return [sys.executable, CHILD_ARGUMENT]
    return [sys.executable, "-m", "complm_app.core.pdf_process"]


def _environment() -> dict[str, str]:
    """So that the process finds this package where it was not installed."""
    root = str(Path(__file__).resolve().parents[2])
    inherited = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{inherited}" if inherited else root}


def _own_group() -> dict[str, Any]:
    """So that Ctrl+C reaches only the program, which then ends the process itself."""
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        return {"creationflags": flags}
    return {"start_new_session": True}


def _ask(stdin: IO[bytes], path: Path, password: str | None, limits: Limits) -> None:
    request = {
        "path": str(path),
        "password": password,
        "memory_bytes": limits.memory_bytes,
        "cpu_seconds": int(limits.seconds_total) + int(_START_SECONDS),
        "pages": limits.pages,
        "characters": limits.characters,
    }
    # A process that died at once breaks the pipe; its end is noticed where it is listened to.
    with suppress(BrokenPipeError), stdin:
        stdin.write(json.dumps(request).encode("ascii") + b"\n")


def _listen(stdout: IO[bytes], inbox: _Inbox) -> None:
    for line in stdout:
        if line.endswith(b"\n"):  # else it was killed in the middle of it
            inbox.put(line)
    inbox.put(None)


def _last_words(process: subprocess.Popen[bytes], stderr: IO[bytes]) -> str:
    code = process.wait()
    stderr.seek(0)
    return f"exit code {code}\n{stderr.read()[-4000:].decode('utf-8', 'replace')}"


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
