"""Opening PDFs beside the window: the bytes are read, parsed and measured in another thread.

The file is read whole and closed, so nothing keeps it from being replaced or deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QIODevice,
    QObject,
    QRunnable,
    QSizeF,
    QThread,
    QThreadPool,
    Signal,
)
from PySide6.QtPdf import QPdfDocument

from complm_app.errors import DocumentError, EncryptedError, UnreadableError


@dataclass(frozen=True, slots=True)
class LoadedPdf:
    """`sizes`: of every page, in points, as it is shown."""

    document: QPdfDocument
    sizes: tuple[QSizeF, ...]


class PdfLoader(QObject):
    """Loads one document at a time; only the latest request is answered."""

    loaded = Signal(object)
    failed = Signal(object)
    _done = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._latest = 0
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._done.connect(self._deliver)

    def load(self, path: Path, password: str | None) -> None:
        """Ends in `loaded` with a LoadedPdf or in `failed` with a DocumentError."""
        self._latest += 1
        request, home = self._latest, self.thread()
        self._pool.start(_Task(lambda: self._done.emit(request, _outcome(path, password, home))))

    def forget(self) -> None:
        """What is being loaded is not wanted any more."""
        self._latest += 1

    def _deliver(self, request: int, outcome: LoadedPdf | DocumentError) -> None:
        if request != self._latest:
            return
        if isinstance(outcome, DocumentError):
            self.failed.emit(outcome)
        else:
            self.loaded.emit(outcome)


class _Task(QRunnable):
    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work

    def run(self) -> None:
        self._work()


def _outcome(path: Path, password: str | None, home: QThread) -> LoadedPdf | DocumentError:
    try:
        loaded = read_pdf(path, password)
    except DocumentError as error:
        return error
    loaded.document.moveToThread(home)
    return loaded


def read_pdf(path: Path, password: str | None = None) -> LoadedPdf:
    """Raises UnreadableError or EncryptedError."""
    document = QPdfDocument()
    buffer = QBuffer(document)
    buffer.setData(_bytes_of(path))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    if password is not None:
        document.setPassword(password)
    document.load(buffer)
    if document.status() != QPdfDocument.Status.Ready:
        raise _refusal(path, document.error(), password)
    sizes = tuple(document.pagePointSize(page) for page in range(document.pageCount()))
    return LoadedPdf(document, tuple(size if size.isValid() else _LETTER for size in sizes))


_LETTER = QSizeF(612, 792)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableError(
            f"{path.name} is no longer there.",
            "It was moved, renamed or deleted. Put it back, or add it from its new place.",
        ) from error
    except OSError as error:
        raise UnreadableError(
            f"{path.name} cannot be read: {error.strerror or error}.",
            "Check that the file can be opened by you.",
        ) from error


def _refusal(path: Path, error: QPdfDocument.Error, password: str | None) -> DocumentError:
    if error == QPdfDocument.Error.IncorrectPassword:
        if password is None:
            return EncryptedError(
                f"{path.name} needs a password.", "Enter its password to read it."
            )
        return EncryptedError(f"The password of {path.name} is not right.", "Try another one.")
    if error == QPdfDocument.Error.UnsupportedSecurityScheme:
        return EncryptedError(
            f"{path.name} is protected in a way that cannot be opened here.",
            "Save an unprotected copy with the program that made it, and add that.",
        )
    return UnreadableError(
        f"{path.name} is damaged or not a PDF.",
        "Open it in another program to check, or get it again.",
    )
