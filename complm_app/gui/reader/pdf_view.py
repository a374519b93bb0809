"""PDF pages that can be selected from, copied from and followed through their links."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QElapsedTimer, QPoint, QPointF, QRectF, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtPdf import QPdfLink, QPdfLinkModel
from PySide6.QtWidgets import QApplication, QWidget

from complm_app.gui.reader.colors import ReaderColors
from complm_app.gui.reader.loading import LoadedPdf
from complm_app.gui.reader.page_text import TextRange, as_copied
from complm_app.gui.reader.pdf_pages import PdfPages
from complm_app.gui.reader.places import Place

_LEFT = Qt.MouseButton.LeftButton
SCROLL_MS, SCROLL_SHARE = 30, 0.3


class PdfView(PdfPages):
    """`followed`: a link inside of the document, with the place that it leads to."""

    followed = Signal(object)
    external_link = Signal(QUrl)
    selection_changed = Signal()
    menu_requested = Signal(QPoint)

    def __init__(self, colors: ReaderColors, parent: QWidget) -> None:
        super().__init__(colors, parent)
        self._links: QPdfLinkModel | None = None
        self._anchor: tuple[int, QPointF] | None = None
        self._pressed = QPointF()
        self._dragging = False
        self._since_double_click = QElapsedTimer()
        self._auto_scroll = QTimer(self, interval=SCROLL_MS)
        self._auto_scroll.timeout.connect(self._scroll_while_dragging)
        self.viewport().setMouseTracking(True)

    def show_pdf(self, loaded: LoadedPdf | None, place: Place | None = None) -> None:
        self._anchor, self._dragging = None, False
        if self._links is not None:
            self._links.deleteLater()
        self._links = None
        super().show_pdf(loaded, place)
        self.selection_changed.emit()

    # -- selection

    def selected_text(self) -> str:
        return as_copied("\n".join(part.text for part in self.selection()))

    def select_page(self) -> None:
        """All text of the current page."""
        if self._texts is not None:
            self._select((self._texts.whole(self.current_page()),))

    def select(self, page: int, start: int, end: int) -> None:
        if self._texts is not None:
            self._select((self._texts.between(page, start, end),))

    def _select(self, parts: tuple[TextRange, ...]) -> None:
        self._selection = tuple(part for part in parts if part.text)
        self.viewport().update()
        self.selection_changed.emit()

    def _select_to(self, position: QPointF) -> None:
        there = self.page_point(position)
        if self._anchor is None or there is None:
            return
        self._select(tuple(self._parts(*sorted((self._anchor, there), key=_page_then_height))))

    def _parts(self, start: tuple[int, QPointF], end: tuple[int, QPointF]) -> Iterator[TextRange]:
        """What lies between two points, page by page."""
        assert self._texts is not None
        for page in range(start[0], end[0] + 1):
            corner = self.page_layout().points[page]
            first = start[1] if page == start[0] else QPointF(0, 0)
            last = end[1] if page == end[0] else QPointF(corner.width(), corner.height())
            part = self._texts.from_to(page, first, last)
            if part is not None:
                yield part

    # -- links

    def link_at(self, position: QPointF) -> QPdfLink | None:
        there = self.page_point(position)
        if there is None:
            return None
        page, point = there
        link = self._links_of(page).linkAt(point)
        return link if link.isValid() or link.url().isValid() else None

    def _links_of(self, page: int) -> QPdfLinkModel:
        """Looked for when the mouse first comes over a page: that takes PDFium milliseconds."""
        if self._links is None:
            assert self._loaded is not None
            self._links = QPdfLinkModel(self)
            self._links.setPage(page)
            self._links.setDocument(self._loaded.document)
        elif self._links.page() != page:
            self._links.setPage(page)
        return self._links

    def _follow(self, link: QPdfLink) -> None:
        if link.url().isValid() and not link.url().isEmpty():
            self.external_link.emit(link.url())
        elif 0 <= link.page() < self.page_count():
            height = self.page_layout().points[link.page()].height()
            self.followed.emit(Place(link.page(), max(link.location().y(), 0) / height))

    # -- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != _LEFT:
            event.ignore()
            return
        self.clear_citation()
        if self._is_third_click(event):
            self._select_around(event.position(), line=True)
            return
        self._pressed, self._dragging = event.position(), False
        self._anchor = self.page_point(event.position())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons() & _LEFT:
            self._show_cursor(event.position())
        elif self._anchor is not None:
            moved = (event.position() - self._pressed).manhattanLength()
            self._dragging = self._dragging or moved >= QApplication.startDragDistance()
            if self._dragging:
                self._select_to(event.position())
                self._auto_scroll.start()
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != _LEFT:
            event.ignore()
            return
        self._auto_scroll.stop()
        if self._anchor is not None and not self._dragging:
            self._select(())
            link = self.link_at(event.position())
            if link is not None:
                self._follow(link)
        self._anchor, self._dragging = None, False
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != _LEFT:
            event.ignore()
            return
        self._anchor = None
        self._pressed = event.position()
        self._since_double_click.start()
        self._select_around(event.position(), line=False)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_requested.emit(event.globalPos())

    def _is_third_click(self, event: QMouseEvent) -> bool:
        timer = self._since_double_click
        near = (event.position() - self._pressed).manhattanLength() < 8
        quick = timer.isValid() and timer.elapsed() < QApplication.doubleClickInterval()
        return near and quick

    def _select_around(self, position: QPointF, *, line: bool) -> None:
        there = self.page_point(position)
        if self._texts is None or there is None:
            return
        found = self._texts.line_at(*there) if line else self._texts.word_at(*there)
        self._select((found,) if found else ())

    def _scroll_while_dragging(self) -> None:
        position = self.viewport().mapFromGlobal(self.cursor().pos())
        beyond = min(position.y(), 0) or max(position.y() - self.viewport().height(), 0)
        if beyond and self._dragging:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + round(beyond * SCROLL_SHARE))
            self._select_to(QPointF(position))

    def _show_cursor(self, position: QPointF) -> None:
        self.viewport().setCursor(self._cursor_at(position))

    def _cursor_at(self, position: QPointF) -> Qt.CursorShape:
        there = self.page_point(position)
        if self._texts is None or there is None:
            return Qt.CursorShape.ArrowCursor
        if self.link_at(position) is not None:
            return Qt.CursorShape.PointingHandCursor
        over_text = any(_grown(rect).contains(there[1]) for rect in self._texts.rects(there[0]))
        return Qt.CursorShape.IBeamCursor if over_text else Qt.CursorShape.ArrowCursor


def _page_then_height(where: tuple[int, QPointF]) -> tuple[int, float]:
    return where[0], where[1].y()


def _grown(rect: QRectF) -> QRectF:
    return rect.adjusted(-2, -2, 2, 2)
