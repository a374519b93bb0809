"""A PDF's pages below each other, with marks laid on the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from PySide6.QtCore import (
    QMargins,
    QPointF,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    QTimer,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QScroller, QWidget

from complm_app.gui.reader.colors import ReaderColors
from complm_app.gui.reader.loading import LoadedPdf
from complm_app.gui.reader.matches import Match
from complm_app.gui.reader.page_layout import PageLayout, fitting_scale, lay_out
from complm_app.gui.reader.page_text import PageTexts, TextRange
from complm_app.gui.reader.places import Place
from complm_app.gui.reader.rendering import RenderedPages
from complm_app.gui.reader.zoom import FIT_PAGE, FIT_WIDTH, within_limits

FADE_MS = 120
MARGIN, SPACING = 18, 14


class PdfPages(QAbstractScrollArea):
    """Scrolls, zooms and paints. Marks are multiplied onto the pages, so ink stays as dark."""

    page_changed = Signal(int)
    scale_changed = Signal(float)

    def __init__(self, colors: ReaderColors, parent: QWidget) -> None:
        super().__init__(parent)
        self._colors = colors
        self._resolution = QGuiApplication.primaryScreen().logicalDotsPerInch() / 72.0
        self._loaded: LoadedPdf | None = None
        self._texts: PageTexts | None = None
        self._rendered = RenderedPages(self)
        self._rendered.changed.connect(self.viewport().update)
        self._layout = lay_out((), 1.0, MARGIN, SPACING, 0)
        self._zoom, self._factor, self._page = FIT_WIDTH, 1.0, 0
        self._citation: TextRange | None = None
        self._selection: tuple[TextRange, ...] = ()
        self._matches: Mapping[int, Sequence[Match]] = {}
        self._current_match: Match | None = None
        self._match_rects: dict[Match, tuple[QRectF, ...]] = {}
        self._unplaced: dict[Match, None] = {}  # in the order of their painting
        self._fade = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=FADE_MS)
        self._fade.valueChanged.connect(self.viewport().update)
        self._placing = QTimer(self, interval=0, singleShot=True)
        self._placing.timeout.connect(self._place_one_match)
        self.verticalScrollBar().valueChanged.connect(self._note_page)
        self._set_up_view()

    def _set_up_view(self) -> None:
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.verticalScrollBar().setSingleStep(40)
        self.horizontalScrollBar().setSingleStep(40)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        # A bar that comes and goes would change the width that pages are fitted to.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)

    # -- the document

    def show_pdf(self, loaded: LoadedPdf | None, place: Place | None = None) -> None:
        """Shows a document from its beginning, or from `place`; None: nothing."""
        self._forget_marks()
        previous, self._loaded = self._loaded, loaded
        self._texts = PageTexts(loaded.document) if loaded else None
        self._page = 0
        self._rendered.set_document(loaded.document if loaded else None)
        if previous:
            previous.document.deleteLater()
        self._factor = self._fitting_factor()
        self._lay_out()
        self.scale_changed.emit(self._factor)
        self.go_to(place or Place(0))

    def page_count(self) -> int:
        return len(self._loaded.sizes) if self._loaded else 0

    def page_text(self, page: int) -> str:
        return self._texts.text(page) if self._texts else ""

    # -- where one is

    def current_page(self) -> int:
        return self._page

    def place(self) -> Place:
        layout = self._layout
        if not layout:
            return Place(0)
        y = self.verticalScrollBar().value()
        page = layout.page_at(y + SPACING)
        frame = layout.frame(page)
        return Place(page, (y - frame.y()) / frame.height())

    def go_to(self, place: Place) -> None:
        """Brings that place to the upper edge, with a little of the desk above a page's top."""
        layout = self._layout
        if not layout:
            return
        page = min(max(place.page, 0), len(layout) - 1)
        frame = layout.frame(page)
        offset = place.top * frame.height() if place.top else -SPACING
        self.verticalScrollBar().setValue(round(frame.y() + offset))
        self._set_page(page)

    def page_layout(self) -> PageLayout:
        """Where the pages are, in pixels from the upper left corner of the whole."""
        return self._layout

    def _lay_out(self) -> None:
        """Anew, for another document, zoom or width."""
        sizes = self._loaded.sizes if self._loaded else ()
        scale, viewport = self._factor * self._resolution, self.viewport().size()
        self._layout = lay_out(sizes, scale, MARGIN, SPACING, viewport.width())
        beyond = self._layout.size - viewport
        self.horizontalScrollBar().setRange(0, max(beyond.width(), 0))
        self.horizontalScrollBar().setPageStep(viewport.width())
        self.verticalScrollBar().setRange(0, max(beyond.height(), 0))
        self.verticalScrollBar().setPageStep(viewport.height())
        self.viewport().update()

    def scrolled(self) -> QPointF:
        return QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def page_point(self, position: QPointF) -> tuple[int, QPointF] | None:
        """A position in the viewport -> the page there, and points from that page's corner."""
        layout = self._layout
        if not layout:
            return None
        where = position + self.scrolled()
        page = layout.page_at(where.y())
        return page, layout.point_on(page, where)

    def _note_page(self) -> None:
        layout = self._layout
        if layout:
            y = self.verticalScrollBar().value() + self.viewport().height() / 3
            self._set_page(layout.page_at(y))

    def _set_page(self, page: int) -> None:
        if page != self._page:
            self._page = page
            self.page_changed.emit(page)

    # -- zoom

    def zoom(self) -> float:
        return self._zoom

    def scale_factor(self) -> float:
        """1.0: as large as on paper."""
        return self._factor

    def set_zoom(self, zoom: float) -> None:
        """A factor, FIT_WIDTH or FIT_PAGE; what is at the upper edge stays there."""
        self._zoom = zoom
        self._fit()

    def _fit(self) -> None:
        """Lays the pages out, with the same part of the same page at the upper edge."""
        factor = self._fitting_factor()
        place, page = self.place(), self._page
        is_new, self._factor = factor != self._factor, factor
        self._lay_out()
        if self._layout:
            frame = self._layout.frame(place.page)
            self.verticalScrollBar().setValue(round(frame.y() + place.top * frame.height()))
            self._set_page(page)
        if is_new:
            self.scale_changed.emit(factor)

    def _fitting_factor(self) -> float:
        if self._zoom > 0 or not self.page_count():
            return within_limits(self._zoom or 1.0)
        sizes = self._loaded.sizes if self._loaded else ()
        area = self.viewport().size().shrunkBy(QMargins(MARGIN, MARGIN, MARGIN, MARGIN))
        if self._zoom == FIT_PAGE:
            scale = fitting_scale(sizes[self._page], area.width(), area.height())
        else:
            scale = fitting_scale(max(sizes, key=QSizeF.width), area.width())
        return within_limits(scale / self._resolution)

    def zoom_around(self, factor: float, position: QPointF) -> None:
        """Zooms so that what lies under a position of the viewport stays under it."""
        there = self.page_point(position)
        if there is None:
            return
        self.set_zoom(within_limits(factor))
        page, point = there
        corner = self.page_layout().rect_of(page, QRectF(point, point)).topLeft() - position
        self.horizontalScrollBar().setValue(round(corner.x()))
        self.verticalScrollBar().setValue(round(corner.y()))

    # -- marks

    def show_citation(self, page: int, start: int, end: int) -> None:
        """Marks these characters and brings them into the upper third."""
        if self._texts is None or not 0 <= page < self.page_count():
            return
        self._citation = self._texts.between(page, start, end)
        if self._citation.rects:
            self._bring_up(self._citation)
        else:
            self.go_to(Place(page))
        self._fade.start()

    def clear_citation(self) -> None:
        self._citation = None
        self.viewport().update()

    def set_matches(
        self, matches: Mapping[int, Sequence[Match]], current: Match | None = None
    ) -> None:
        """By page. The current one is brought into view."""
        if not matches:
            self._match_rects.clear()
            self._unplaced.clear()
        is_new = current is not None and current != self._current_match
        self._matches, self._current_match = matches, current
        if is_new and current is not None and self._texts is not None:
            found = self._texts.between(current.page, current.start, current.end)
            self._match_rects[current] = found.rects
            self._bring_up(found, unless_visible=True)
        self.viewport().update()

    def mark_rects(self, range_: TextRange) -> list[QRectF]:
        """Where a mark on these characters is painted, in pixels of the viewport."""
        return [rect.translated(-self.scrolled()) for rect in self._mark(range_.page, range_.rects)]

    def citation(self) -> TextRange | None:
        return self._citation

    def selection(self) -> tuple[TextRange, ...]:
        return self._selection

    def _forget_marks(self) -> None:
        self._fade.stop()
        self._citation, self._selection = None, ()
        self._matches, self._current_match = {}, None
        self._match_rects.clear()
        self._unplaced.clear()

    def _bring_up(self, range_: TextRange, unless_visible: bool = False) -> None:
        rects = self._mark(range_.page, range_.rects)
        if not rects:
            return
        hull = rects[0]
        for rect in rects[1:]:
            hull = hull.united(rect)
        view = QRectF(self.viewport().rect()).translated(self.scrolled())
        if not (unless_visible and view.contains(hull)):
            self.verticalScrollBar().setValue(round(hull.y() - view.height() / 6))
            if not view.left() <= hull.left() <= hull.right() <= view.right():
                self.horizontalScrollBar().setValue(round(hull.x() - MARGIN))
        self._set_page(range_.page)

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self.palette().color(QPalette.ColorRole.Dark))
        painter.translate(-self.scrolled())
        visible = self._visible_pages()
        for page in visible:
            self._paint_page(painter, page)
            self._paint_marks(painter, page)
        painter.end()
        self._rendered.want(self._sizes_of(visible))

    def _visible_pages(self) -> range:
        top = self.verticalScrollBar().value()
        return self._layout.pages_between(top, top + self.viewport().height())

    def _sizes_of(self, visible: range) -> Iterator[tuple[int, QSize]]:
        """In pixels of the screen: first the pages that are seen, then the one after and before."""
        ratio = self.devicePixelRatioF()
        for page in (*visible, visible.stop, visible.start - 1):
            if 0 <= page < self.page_count():
                yield page, self._layout.frame(page).size() * ratio

    def _paint_page(self, painter: QPainter, page: int) -> None:
        frame = self._layout.frame(page)
        painter.fillRect(frame.adjusted(-1, -1, 1, 1), self.palette().color(QPalette.ColorRole.Mid))
        painter.fillRect(frame, Qt.GlobalColor.white)
        image = self._rendered.image(page)
        if image is not None:
            stretched = image.size() != frame.size() * self.devicePixelRatioF()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, stretched)
            painter.drawImage(frame, image)

    def _paint_marks(self, painter: QPainter, page: int) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        for match in self._matches.get(page, ()):
            self._fill(painter, page, self._rects_of(match), self._match_color(match))
        if self._citation and self._citation.page == page:
            color = _faded(QColor(self._colors.quote), self._fade.currentValue())
            self._fill(painter, page, self._citation.rects, color)
        for selected in self._selection:
            if selected.page == page:
                self._fill(painter, page, selected.rects, self._selection_color())
        painter.restore()

    def _fill(self, painter: QPainter, page: int, rects: Iterable[QRectF], color: QColor) -> None:
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        for rect in self._mark(page, rects):
            path.addRoundedRect(rect, 2, 2)
        painter.fillPath(path, color)

    def _mark(self, page: int, rects: Iterable[QRectF]) -> list[QRectF]:
        """Glyph boxes are tight: a mark is a little larger, like one made with a pen."""
        layout = self._layout
        return [layout.rect_of(page, rect.adjusted(-1, -1.5, 1, 1.5)) for rect in rects]

    def _match_color(self, match: Match) -> QColor:
        current = match == self._current_match
        return QColor(self._colors.current_match if current else self._colors.match)

    def _selection_color(self) -> QColor:
        accent = self.palette().color(QPalette.ColorRole.Highlight)
        return _faded(accent, 0.35)

    def _rects_of(self, match: Match) -> tuple[QRectF, ...]:
        """Known at once, or looked up after the painting: each takes PDFium some milliseconds."""
        if match not in self._match_rects and match not in self._unplaced:
            self._unplaced[match] = None
            self._placing.start()
        return self._match_rects.get(match, ())

    def _place_one_match(self) -> None:
        if self._unplaced and self._texts is not None:
            match = next(iter(self._unplaced))
            del self._unplaced[match]
            found = self._texts.between(match.page, match.start, match.end)
            self._match_rects[match] = found.rects
            self.viewport().update()
        if self._unplaced:
            self._placing.start()

    # -- events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        steps = event.angleDelta().y() / 120
        self.zoom_around(self._factor * 1.1**steps, event.position())
        event.accept()


def _faded(color: QColor, opacity: float) -> QColor:
    """The colour as it looks through so much of white: what multiplying needs in place of alpha."""
    return QColor.fromRgbF(
        1 - (1 - color.redF()) * opacity,
        1 - (1 - color.greenF()) * opacity,
        1 - (1 - color.blueF()) * opacity,
    )
