"""Opens the library's documents in the reader, where they were left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from complm_app.core.library import Library
from complm_app.core.versions import Place
from complm_app.engine.protocol import Citation
from complm_app.gui.bridge import Stores
from complm_app.gui.controls import Banner
from complm_app.gui.intake import Intake
from complm_app.gui.library_model import Row
from complm_app.gui.reader.pane import ReaderPane
from complm_app.gui.remembered import Remembered


@dataclass(frozen=True, slots=True)
class _Contents:
    """What the library knows of a document's pages; texts only of what is not a PDF."""

    is_pdf: bool
    labels: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


class Reading(QObject):
    """`row` is the document in the reader, or on its way there."""

    password_needed = Signal(object, bool)
    """A stored document whose file is protected: (row, whether a password was tried)."""

    def __init__(
        self,
        reader: ReaderPane,
        stores: Stores,
        intake: Intake,
        remembered: Remembered,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.row: Row | None = None
        self.banner = Banner()
        self._reader, self._stores = reader, stores
        self._intake, self._remembered = intake, remembered
        self._is_shown = False
        self._shown_as = ""  # the key that the row had: another one once it is in the library
        self._after: list[Callable[[], None]] = []
        reader.password_required.connect(self._password_required)

    def open(self, row: Row) -> None:
        """Shows a document at the place where it was left; the one that is open just stays."""
        if row is self.row and self._is_shown and self._shown_as == row.key:
            return
        if row is not self.row:
            self.keep_place()
            self.banner.hide()
            self._after.clear()
            self.row, self._is_shown = row, False
        self._fetch(row)

    def show_citation(self, row: Row, page: int, start: int, end: int) -> None:
        """Opens the document, then the page, and highlights these characters."""
        self.open(row)
        self._when_shown(lambda: self._reader.show_citation(page, start, end))

    def show_changed_citation(self, row: Row, citation: Citation) -> None:
        """The document is a newer one than the one that was cited: finds the words in it."""

        def then(place: Place | None) -> None:
            if place is not None:
                self.show_citation(row, place.page_index, place.start, place.end)
                return
            self.open(row)
            self.banner.show_message(
                self.tr("The document has changed since this answer was given."),
                self.tr("The passage that it stands on is no longer in it."),
            )

        id, quote, page = row.key, citation.quote, citation.page_index
        self._stores.run(lambda library, cache: library.find_quote(id, quote, page), then)

    def unlock(self, row: Row) -> None:
        """The document can be opened now: the user gave its password."""
        if row is self.row:
            self._is_shown = False
            self._fetch(row)

    def close(self) -> None:
        self.keep_place()
        self.row, self._is_shown = None, False
        self._reader.close_document()

    def keep_place(self) -> None:
        state = self._reader.state()
        row = self.row
        if row is not None and row.document is not None and state.path == row.path:
            self._remembered.keep_place(row.key, state.page, state.zoom)

    def _fetch(self, row: Row) -> None:
        id, path = row.document.id if row.document is not None else None, row.path
        self._stores.run(
            lambda library, cache: _contents(library, id, path),
            lambda contents: self._show(row, contents),
        )

    def _show(self, row: Row, contents: _Contents) -> None:
        if row is not self.row:
            return
        if row.document is None and not contents.is_pdf:
            self._reader.close_document()  # its text is there once it is in the library
            return
        first = not self._is_shown
        self._is_shown, self._shown_as = True, row.key
        if contents.is_pdf:
            password = self._password(row)
            self._reader.open_document(row.path, row.title, contents.labels, password)
        else:
            self._reader.open_text(row.title, contents.texts, row.path, contents.labels)
        place = self._remembered.place(row.key)
        if place is not None and first:
            self._reader.restore(*place)
        after, self._after = self._after, []
        for act in after:
            act()

    def _when_shown(self, act: Callable[[], None]) -> None:
        if self._is_shown:
            act()
        else:
            self._after.append(act)

    def _password(self, row: Row) -> str | None:
        return self._intake.password(row.path)

    def _password_required(self, path: Path) -> None:
        row = self.row
        if row is not None and row.path == path and row.document is not None:
            self.password_needed.emit(row, self._password(row) is not None)


def _contents(library: Library, document: str | None, path: Path) -> _Contents:
    is_pdf = _is_pdf(path)
    if document is None:
        return _Contents(is_pdf)
    pages = library.pages(document)
    texts = [] if is_pdf else [library.page_text(document, page.index) for page in pages]
    return _Contents(is_pdf, tuple(page.label for page in pages), tuple(texts))


def _is_pdf(path: Path) -> bool:
    """By what is in it, as where it is read. What cannot be opened goes by its name: the reader
    says of a PDF what is wrong, and shows a text as it is in the library."""
    try:
        with path.open("rb") as file:
            return b"%PDF-" in file.read(1024)
    except OSError:
        return path.suffix.lower() == ".pdf"
