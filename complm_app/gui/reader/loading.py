"""Opening PDFs beside the window: the bytes are read in another thread, all else is Qt's.

The file is read whole and closed, so nothing keeps it from being replaced or deleted.

Nothing of Qt is touched outside of the window's thread. moveToThread, for one, waits for a lock of
Qt's and keeps Python's lock meanwhile; the window's thread may hold that lock of Qt's while an
object is deleted, and want Python's: then both wait for ever (PySide6 6.12). To emit a signal from
another thread is safe: PySide6 lets go of Python's lock for it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from time import perf_counter

from PySide6.QtCore import QBuffer, QIODevice, QObject, QSizeF, QTimer, Signal
from PySide6.QtPdf import QPdfDocument
from shiboken6 import isValid

from complm_app.errors import DocumentError, EncryptedError, UnreadableError
from complm_app.gui.pace import SLICE_SECONDS

STEP_MS = 2


@dataclass(frozen=True, slots=True)
class LoadedPdf:
    """`sizes`: of every page, in points, as it is shown."""

    document: QPdfDocument
    sizes: tuple[QSizeF, ...]


class PdfLoader(QObject):
    """Loads one document at a time; only the latest request is answered."""

    loaded = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work: Iterator[LoadedPdf | None] = iter(())
        self._timer = QTimer(self, interval=STEP_MS)
        self._timer.timeout.connect(self._go_on)

    def load(self, path: Path, password: str | None) -> None:
        """Ends in `loaded` with a LoadedPdf or in `failed` with a DocumentError."""
        self._work = _load(path, password, self)
        self._timer.start()

    def forget(self) -> None:
        """What is being loaded is not wanted any more."""
        self._timer.stop()
        self._work = iter(())

    def _go_on(self) -> None:
        try:
            loaded = next(self._work)
        except DocumentError as error:
            self.forget()
            self.failed.emit(error)
            return
        if loaded is not None:
            self.forget()
            self.loaded.emit(loaded)


def _load(path: Path, password: str | None, parent: QObject) -> Iterator[LoadedPdf | None]:
    """Yields None until it is done. Raises UnreadableError or EncryptedError."""
    reading = _start_reading(path)
    while not reading.done():
        yield None
    document = QPdfDocument(parent)
    try:
        _parse(document, reading.result(), path, password)
        sizes = yield from _page_sizes(document)
        yield None
    except BaseException:  # GeneratorExit too: forgotten before its end
        if isValid(document):
            document.deleteLater()
        raise
    yield LoadedPdf(document, sizes)


def _start_reading(path: Path) -> Future[bytes]:
    reading: Future[bytes] = Future()

    def read() -> None:
        try:
            reading.set_result(_bytes_of(path))
        except Exception as error:
            reading.set_exception(error)

    Thread(target=read, name="reader-file", daemon=True).start()
    return reading


def _parse(document: QPdfDocument, data: bytes, path: Path, password: str | None) -> None:
    buffer = QBuffer(document)
    buffer.setData(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    if password is not None:
        document.setPassword(password)
    document.load(buffer)
    if document.status() != QPdfDocument.Status.Ready:
        raise _refusal(path, document.error(), password)


def _page_sizes(document: QPdfDocument) -> Generator[None, None, tuple[QSizeF, ...]]:
    """Some milliseconds at a time: many pages together would make the window wait."""
    sizes = []
    until = 0.0
    for page in range(document.pageCount()):
        if perf_counter() > until:
            yield None
            until = perf_counter() + SLICE_SECONDS
        size = document.pagePointSize(page)
        sizes.append(size if size.isValid() else _LETTER)
    return tuple(sizes)


_LETTER = QSizeF(612, 792)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableError(
            "{file} is no longer there.",
            "It was moved, renamed or deleted. Put it back, or add it from its new place.",
            file=path.name,
        ) from error
    except OSError as error:
        raise UnreadableError(
            "{file} cannot be read: {reason}.",
            "Check that the file can be opened by you.",
            file=path.name,
            reason=error.strerror or error,
        ) from error


def _refusal(path: Path, error: QPdfDocument.Error, password: str | None) -> DocumentError:
    if error == QPdfDocument.Error.IncorrectPassword:
        if password is None:
            return EncryptedError(
                "{file} needs a password.", "Enter its password to read it.", file=path.name
            )
        return EncryptedError(
            "The password of {file} is not right.", "Try another one.", file=path.name
        )
    if error == QPdfDocument.Error.UnsupportedSecurityScheme:
        return EncryptedError(
            "{file} is protected in a way that cannot be opened here.",
            "Save an unprotected copy with the program that made it, and add that.",
            file=path.name,
        )
    return UnreadableError(
        "{file} is damaged or not a PDF.",
        "Open it in another program to check, or get it again.",
        file=path.name,
    )
