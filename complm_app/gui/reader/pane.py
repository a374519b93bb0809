"""The reader: one document beside the chat, its citations highlighted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from complm_app.errors import DocumentError, EncryptedError
from complm_app.gui import failures
from complm_app.gui.reader.actions import ReaderActions
from complm_app.gui.reader.colors import ReaderColors
from complm_app.gui.reader.header import ReaderHeader
from complm_app.gui.reader.links import ask_about_link
from complm_app.gui.reader.loading import LoadedPdf, PdfLoader
from complm_app.gui.reader.message import MessagePage
from complm_app.gui.reader.outline import OutlinePopup
from complm_app.gui.reader.pages import Pages
from complm_app.gui.reader.pdf_view import PdfView
from complm_app.gui.reader.places import History, Place
from complm_app.gui.reader.search_bar import SearchBar
from complm_app.gui.reader.searching import DocumentSearch
from complm_app.gui.reader.text_view import TextView
from complm_app.gui.reader.watching import FileWatch
from complm_app.gui.reader.zoom import FIT_PAGE, FIT_WIDTH, larger, smaller

PATIENCE_MS = 200


@dataclass(frozen=True, slots=True)
class ReaderState:
    """What brings the reader back. `zoom`: a factor; 0: fit the width; -1: fit the page.

    No path: there are no pages yet, or none at all.
    """

    path: Path | None
    page: int
    zoom: float


class ReaderPane(QWidget):
    """Opens documents in the background: what is asked for meanwhile happens once one is open.

    `actions()` are for menus. `failed` has a message and a hint, which the pane shows as well;
    `password_required` has the path, and comes before `failed`.
    """

    page_changed = Signal(int)
    failed = Signal(str, str)
    password_required = Signal(object)

    def __init__(
        self, parent: QWidget | None = None, *, colors: ReaderColors | None = None
    ) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._password: str | None = None
        self._labels: tuple[str, ...] = ()
        self._view: Pages | None = None
        self._waiting: list[Callable[[Pages], None]] = []
        self._is_loading = False
        self._history = History()
        self._make_parts(colors or ReaderColors())
        self._lay_out()
        self._connect()
        self._connect_actions()
        self.close_document()

    def _make_parts(self, colors: ReaderColors) -> None:
        self._commands = ReaderActions(self)
        self._header = ReaderHeader(self._commands)
        self._search_bar = SearchBar()
        self._search = DocumentSearch(self._search_bar, self)
        self._message = MessagePage()
        self._pdf = PdfView(colors, self)
        self._text = TextView(colors, self)
        self._pdf.setAccessibleName(self.tr("Pages"))
        self._text.setAccessibleName(self.tr("Text"))
        self._outline = OutlinePopup(self)
        self._loader = PdfLoader(self)
        self._watch = FileWatch(self)
        self._patience = QTimer(self, interval=PATIENCE_MS, singleShot=True)

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        for page in (self._message, self._pdf, self._text):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self._header, self._search_bar, self._stack):
            column.addWidget(widget)
        self.addActions(self._commands.all())

    def _connect(self) -> None:
        for view in (self._pdf, self._text):
            view.page_changed.connect(self._show_page_number)
            view.scale_changed.connect(self._header.show_scale)
            view.selection_changed.connect(self._update_actions)
            view.menu_requested.connect(self._open_menu)
            view.viewport().installEventFilter(self)
        self._pdf.followed.connect(self._jump_to)
        self._pdf.external_link.connect(self._ask_about_link)
        self._header.page_entered.connect(self.show_page)
        self._header.outline_button.clicked.connect(self._open_outline)
        self._outline.chosen.connect(self._jump_to)
        self._loader.loaded.connect(self._show_loaded)
        self._loader.failed.connect(self._show_failure)
        self._watch.changed.connect(self._reload)
        self._patience.timeout.connect(self._show_opening)

    def _connect_actions(self) -> None:
        do = self._commands
        do.connect_to(
            {
                do.back: lambda: self._travel(self._history.back),
                do.forward: lambda: self._travel(self._history.forward),
                do.next_page: lambda: self._turn(1),
                do.previous_page: lambda: self._turn(-1),
                do.first_page: lambda: self.show_page(0),
                do.last_page: lambda: self.show_page(len(self._labels) - 1),
                do.zoom_in: lambda: self._zoom(larger),
                do.zoom_out: lambda: self._zoom(smaller),
                do.fit_width: lambda: self._zoom(lambda _: FIT_WIDTH),
                do.fit_page: lambda: self._zoom(lambda _: FIT_PAGE),
                do.actual_size: lambda: self._zoom(lambda _: 1.0),
                do.find: self._search.open,
                do.find_next: lambda: self._search.step(1),
                do.find_previous: lambda: self._search.step(-1),
                do.copy: self._copy,
                do.select_page: self._select_page,
            }
        )

    # -- what the window asks for

    def open_document(
        self, path: Path, title: str, page_labels: Sequence[str] = (), password: str | None = None
    ) -> None:
        """Opens a PDF; the one that is open already stays as it is. No labels: page numbers."""
        is_here = self._view is not None or self._is_loading
        if is_here and (path, password or self._password) == (self._path, self._password):
            self._header.set_title(title)
            self._relabel(page_labels)
            return
        self._begin(path, title, page_labels)
        self._password, self._is_loading = password, True
        self._patience.start()
        self._loader.load(path, password)

    def open_text(
        self,
        title: str,
        pages: Sequence[str],
        path: Path | None = None,
        page_labels: Sequence[str] = (),
    ) -> None:
        """Shows a text or Markdown document; `pages` as they are in the library."""
        self._begin(path, title, page_labels)
        self._text.show_text(pages)
        self._show_view(self._text)

    def close_document(self) -> None:
        """Back to the empty state."""
        self._begin(None, "", ())
        self._pdf.show_pdf(None)
        self._text.show_text(())
        self._show_message("", self.tr("Open a document from the library"))

    def show_page(self, index: int) -> None:
        self._jump_to(Place(index))

    def show_citation(self, page_index: int, start: int, end: int) -> None:
        """Scrolls there and highlights these characters of the page's text until the next click."""
        self._when_open(lambda view: self._cite(view, page_index, start, end))

    def restore(self, page: int, zoom: float) -> None:
        """As it was left; not a jump that one could go back from."""
        self._when_open(lambda view: self._put_back(view, page, zoom))

    def state(self) -> ReaderState:
        if self._view is None:
            return ReaderState(None, 0, FIT_WIDTH)
        return ReaderState(self._path, self._view.current_page(), self._view.zoom())

    # -- opening

    def _begin(self, path: Path | None, title: str, page_labels: Sequence[str]) -> None:
        """Leaves the document that was open."""
        self._loader.forget()
        self._patience.stop()
        self._watch.watch(None)
        self._history.clear()
        self._waiting.clear()
        self._path, self._password = path, None
        self._labels = tuple(page_labels)
        self._view, self._is_loading = None, False
        self._search.set_view(None)
        self._outline.hide()
        self._outline.show_outline_of(None)
        self._header.set_title(title)
        self._header.outline_button.hide()
        self._header.page_field.set_pages(())
        self._update_actions()

    def _show_loaded(self, loaded: LoadedPdf) -> None:
        place = self._pdf.place() if self._view is self._pdf else None
        self._pdf.show_pdf(loaded, place)
        self._header.outline_button.setVisible(self._outline.show_outline_of(loaded.document))
        self._is_loading = False
        self._patience.stop()
        if place is None:
            self._watch.watch(self._path)
        self._show_view(self._pdf)

    def _show_view(self, view: PdfView | TextView) -> None:
        self._view = view
        self._set_labels(self._labels)
        self._header.show_scale(view.scale_factor())
        self._stack.setCurrentWidget(view)
        self._search.set_view(view)
        self._show_page_number(view.current_page())
        self._update_actions()
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            act(view)

    def _relabel(self, page_labels: Sequence[str]) -> None:
        """Printed labels that were not known yet when the document was opened."""
        if page_labels:
            self._labels = tuple(page_labels)
            if self._view is not None and len(page_labels) == self._view.page_count():
                self._header.page_field.set_pages(self._labels)
                self._header.page_field.show_page(self._view.current_page())

    def _set_labels(self, labels: Sequence[str]) -> None:
        """Numbers, where the labels are not those of all pages."""
        self._labels = tuple(labels)
        if self._view is None:
            return
        pages = self._view.page_count()
        if len(self._labels) != pages:
            self._labels = tuple(str(number + 1) for number in range(pages))
        self._header.page_field.set_pages(self._labels)
        self._header.page_field.show_page(self._view.current_page())

    def _show_failure(self, error: DocumentError) -> None:
        if self._view is not None:
            return  # a file that is being written over: its pages stay until it can be read again
        path = self._path
        self._is_loading = False
        self._patience.stop()
        self._waiting.clear()
        self._pdf.show_pdf(None)
        self._show_message(failures.message(error), failures.hint(error))
        if isinstance(error, EncryptedError):
            self.password_required.emit(path)
        self.failed.emit(failures.message(error), failures.hint(error))

    def _show_opening(self) -> None:
        self._show_message("", self.tr("Opening"))

    def _show_message(self, message: str, hint: str) -> None:
        self._message.show_message(message, hint)
        self._stack.setCurrentWidget(self._message)

    def _reload(self) -> None:
        if self._path is not None:
            self._loader.load(self._path, self._password)

    def _when_open(self, act: Callable[[Pages], None]) -> None:
        if self._view is not None:
            act(self._view)
        elif self._is_loading:
            self._waiting.append(act)

    # -- moving

    def _jump_to(self, place: Place) -> None:
        self._when_open(lambda view: self._jump(view, place))

    def _jump(self, view: Pages, place: Place) -> None:
        self._history.leave(view.place())
        view.go_to(place)
        self._update_actions()

    def _cite(self, view: Pages, page: int, start: int, end: int) -> None:
        self._history.leave(view.place())
        view.show_citation(page, start, end)
        self._update_actions()

    def _put_back(self, view: Pages, page: int, zoom: float) -> None:
        view.set_zoom(zoom)
        view.go_to(Place(page))

    def _travel(self, way: Callable[[Place], Place | None]) -> None:
        if self._view is not None:
            place = way(self._view.place())
            if place is not None:
                self._view.go_to(place)
        self._update_actions()

    def _turn(self, pages: int) -> None:
        if self._view is not None:
            last = self._view.page_count() - 1
            self._view.go_to(Place(min(max(self._view.current_page() + pages, 0), last)))

    def _zoom(self, change: Callable[[float], float]) -> None:
        if self._view is not None:
            self._view.set_zoom(change(self._view.scale_factor()))

    # -- showing

    def _show_page_number(self, page: int) -> None:
        if self._view is not None:
            self._header.page_field.show_page(page)
            self.page_changed.emit(page)

    def _update_actions(self) -> None:
        do, is_open = self._commands, self._view is not None
        for action in do.all():
            action.setEnabled(is_open)
        do.back.setEnabled(is_open and self._history.can_go_back)
        do.forward.setEnabled(is_open and self._history.can_go_forward)
        do.copy.setEnabled(self._view is not None and bool(self._view.selected_text()))
        self._header.set_open(is_open)

    def _select_page(self) -> None:
        if self._view is not None:
            self._view.select_page()

    def _copy(self) -> None:
        if self._view is not None and self._view.selected_text():
            QGuiApplication.clipboard().setText(self._view.selected_text())

    def _open_menu(self, position: QPoint) -> None:
        do, menu = self._commands, QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([do.copy, do.select_page])
        menu.addSeparator()
        menu.addActions([do.find, do.back, do.forward])
        menu.popup(position)

    def _open_outline(self) -> None:
        page = self._view.current_page() if self._view is not None else 0
        self._outline.open_below(self._header.outline_button, page)

    def _ask_about_link(self, url: QUrl) -> None:
        ask_about_link(self, url)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The mouse's own back and forward buttons, over the pages."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            ways = {
                Qt.MouseButton.BackButton: self._commands.back,
                Qt.MouseButton.ForwardButton: self._commands.forward,
            }
            action = ways.get(event.button())
            if action is not None:
                action.trigger()
                return True
        return super().eventFilter(watched, event)
