"""Plain text and Markdown documents, as the text that citations refer to."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate, islice

from PySide6.QtCore import QEvent, QPoint, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from complm_app.gui.reader.colors import ReaderColors, is_dark
from complm_app.gui.reader.matches import Match
from complm_app.gui.reader.page_text import utf16_length
from complm_app.gui.reader.pdf_pages import FADE_MS
from complm_app.gui.reader.places import Place
from complm_app.gui.reader.zoom import within_limits

MOST_MATCHES_SHOWN = 2000
_LINE_END = re.compile(r"\r\n|\r")


class TextView(QPlainTextEdit):
    """The pages joined, which is the file's text. Offsets count characters of one page."""

    page_changed = Signal(int)
    scale_changed = Signal(float)
    selection_changed = Signal()
    menu_requested = Signal(QPoint)

    def __init__(self, colors: ReaderColors, parent: QWidget) -> None:
        super().__init__(parent)
        self._colors = colors
        self._pages: tuple[str, ...] = ()
        self._starts: tuple[int, ...] = ()
        self._zoom, self._page = 1.0, 0
        self._citation: tuple[int, int, int] | None = None
        self._matches: Mapping[int, Sequence[Match]] = {}
        self._current_match: Match | None = None
        self._fade = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=FADE_MS)
        self._fade.valueChanged.connect(self._mark)
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(24)
        self.verticalScrollBar().valueChanged.connect(self._note_page)
        self.copyAvailable.connect(self.selection_changed)

    def show_text(self, pages: Sequence[str]) -> None:
        self._citation, self._matches, self._current_match = None, {}, None
        self._pages = tuple(pages)
        lengths = (_length(page) for page in self._pages)
        self._starts = tuple(islice(accumulate(lengths, initial=0), len(self._pages)))
        self._page = 0
        self.setPlainText("".join(self._pages))
        self.selection_changed.emit()

    def page_count(self) -> int:
        return len(self._pages)

    def page_text(self, page: int) -> str:
        return self._pages[page]

    def current_page(self) -> int:
        return self._page

    def place(self) -> Place:
        position = self.firstVisibleBlock().position()
        page = self._page_of(position)
        length = max(_length(self._pages[page]), 1) if self._pages else 1
        start = self._starts[page] if self._pages else 0
        return Place(page, (position - start) / length)

    def go_to(self, place: Place) -> None:
        if not self._pages:
            return
        page = min(max(place.page, 0), len(self._pages) - 1)
        inside = round(place.top * _length(self._pages[page]))
        block = self.document().findBlock(max(self._starts[page] + inside, 0))
        self.verticalScrollBar().setValue(block.firstLineNumber())
        self._set_page(page)

    # -- zoom

    def zoom(self) -> float:
        return self._zoom

    def scale_factor(self) -> float:
        return self._zoom

    def set_zoom(self, zoom: float) -> None:
        """A factor; text always fits the width, so fitting is 1."""
        place, page = self.place(), self._page
        self._zoom = within_limits(zoom) if zoom > 0 else 1.0
        font = self.font()
        font.setPointSizeF(max(QWidget().font().pointSizeF() * self._zoom, 1.0))
        self.setFont(font)
        self.go_to(place)
        self._set_page(page)
        self.scale_changed.emit(self._zoom)

    # -- marks

    def show_citation(self, page: int, start: int, end: int) -> None:
        if not 0 <= page < len(self._pages):
            return
        self._citation = (page, start, end)
        self._bring_up(self._cursor(page, start, end))
        self._set_page(page)
        self._fade.start()

    def clear_citation(self) -> None:
        self._citation = None
        self._mark()

    def set_matches(
        self, matches: Mapping[int, Sequence[Match]], current: Match | None = None
    ) -> None:
        is_new = current is not None and current != self._current_match
        self._matches, self._current_match = matches, current
        if is_new and current is not None:
            self._bring_up(self._cursor(current.page, current.start, current.end))
            self._set_page(current.page)
        self._mark()

    def cited_text(self) -> str:
        """What the citation's mark lies on."""
        return self._cursor(*self._citation).selectedText() if self._citation else ""

    def _mark(self) -> None:
        """Selections are laid over the text in this order."""
        shown = islice((m for found in self._matches.values() for m in found), MOST_MATCHES_SHOWN)
        marks = [self._mark_of(m, self._match_color(m)) for m in shown]
        if self._current_match is not None:
            current = self._current_match
            marks.append(self._mark_of(current, self._match_color(current)))
        if self._citation is not None:
            color = QColor(self._named("quote"))
            color.setAlphaF(self._fade.currentValue() or 0.0)
            marks.append(self._selection_of(self._cursor(*self._citation), color))
        self.setExtraSelections(marks)

    def _mark_of(self, match: Match, color: QColor) -> QTextEdit.ExtraSelection:
        return self._selection_of(self._cursor(match.page, match.start, match.end), color)

    def _match_color(self, match: Match) -> QColor:
        return QColor(self._named("current_match" if match == self._current_match else "match"))

    def _named(self, role: str) -> str:
        dark = is_dark(self.palette())
        return str(getattr(self._colors, f"{role}_on_dark_text" if dark else role))

    def _selection_of(self, cursor: QTextCursor, color: QColor) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        selection.cursor = cursor
        selection.format = QTextCharFormat()
        selection.format.setBackground(color)
        return selection

    def _cursor(self, page: int, start: int, end: int) -> QTextCursor:
        text = self._pages[page]
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._starts[page] + _length(text[: max(start, 0)]))
        cursor.setPosition(
            self._starts[page] + _length(text[: max(end, 0)]), QTextCursor.MoveMode.KeepAnchor
        )
        return cursor

    def _bring_up(self, cursor: QTextCursor) -> None:
        block = self.document().findBlock(cursor.selectionStart())
        lines = self.viewport().height() // max(self.fontMetrics().lineSpacing(), 1)
        self.verticalScrollBar().setValue(max(block.firstLineNumber() - lines // 6, 0))

    # -- selection

    def selected_text(self) -> str:
        return self.textCursor().selection().toPlainText()

    def select_page(self) -> None:
        if self._pages:
            self.setTextCursor(self._cursor(self._page, 0, len(self._pages[self._page])))

    # -- events

    def _page_of(self, position: int) -> int:
        return max(bisect_right(self._starts, position) - 1, 0)

    def _note_page(self) -> None:
        if self._pages:
            height = self.viewport().height() // 3
            self._set_page(self._page_of(self.cursorForPosition(QPoint(24, height)).position()))

    def _set_page(self, page: int) -> None:
        if page != self._page:
            self._page = page
            self.page_changed.emit(page)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_requested.emit(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self._zoom * 1.1 ** (event.angleDelta().y() / 120))
        else:
            super().wheelEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_fade"):
            self._mark()


def _length(text: str) -> int:
    """How many positions of a QTextDocument a text takes: line ends are one each."""
    return utf16_length(_LINE_END.sub("\n", text))
