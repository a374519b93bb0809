"""The text of a PDF's pages and where it stands on them.

Offsets are characters of the page's text as the core stores it, so Python characters. PDFium,
and therefore QPdfDocument, counts UTF-16 units and some characters that have no text: its indexes
are greater after a character outside of the basic plane, or after one without text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar, cast

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF
from PySide6.QtPdf import QPdfDocument, QPdfSelection

_KEPT_PAGES = 2000
_LARGEST_GAP = 1.4  # between two words of a line, as a share of its height: with a full stop
_WORD = re.compile(r"[\w\ufffe\u00ad]+(?:['\u2019][\w\ufffe]+)*|[^\w\s]")
_LINE = re.compile(r"[^\r\n\ufffe]+\ufffe?")


_SAMPLE = 8
_Box: TypeAlias = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class TextRange:
    """Characters of one page and the rectangles that they fill, in points from its corner."""

    page: int
    start: int
    end: int
    text: str
    rects: tuple[QRectF, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    text: str
    textless: int
    """How many characters PDFium counts that are not in the text."""


class PageTexts:
    """Reads pages' text when it is asked for and keeps the latest ones."""

    def __init__(self, document: QPdfDocument) -> None:
        self._document = document
        self._pages: OrderedDict[int, _Page] = OrderedDict()
        self._lines: OrderedDict[int, tuple[QRectF, ...]] = OrderedDict()

    def text(self, page: int) -> str:
        return self._page(page).text

    def between(self, page: int, start: int, end: int) -> TextRange:
        """Characters start to end of a page; cut to what is there."""
        text = self.text(page)
        start, end = max(start, 0), min(end, len(text))
        if start >= end:
            return TextRange(page, start, start, "", ())
        first = self._index(page, utf16_length(text[:start]), bisect_right) - 1
        last = self._index(page, utf16_length(text[:end]), bisect_left)
        # QPdfDocument gives rectangles to as many characters as the selection's text is long.
        length = 2 * (last - first) - utf16_length(text[start:end])
        selection = self._document.getSelectionAtIndex(page, first, length)
        return TextRange(page, start, end, text[start:end], _rects(selection))

    def rects(self, page: int) -> tuple[QRectF, ...]:
        """Where there is text: about one rectangle for each line."""
        if page not in self._lines:
            _remember(self._lines, page, _rects(self._document.getAllText(page)))
        return self._lines[page]

    def whole(self, page: int) -> TextRange:
        text = self.text(page)
        return TextRange(page, 0, len(text), text, self.rects(page))

    def from_to(self, page: int, start: QPointF, end: QPointF) -> TextRange | None:
        """What a drag from one point to another selects, either way; None: nothing."""
        lines, text = self.rects(page), self.text(page)
        if not lines:
            return None
        # Points that are not in reading order lose the last character.
        ends = sorted((_nearest(lines, point) for point in (start, end)), key=QPointF.x)
        ends.sort(key=lambda point: _line_of(lines, point))
        selection = self._document.getSelection(page, *ends)
        if not selection.isValid() or selection.endIndex() <= selection.startIndex():
            return None
        first = self._offset(page, selection.startIndex())
        last = self._offset(page, selection.endIndex())
        return TextRange(page, first, last, text[first:last], _rects(selection))

    def word_at(self, page: int, point: QPointF) -> TextRange | None:
        return self._match_at(page, point, _WORD)

    def line_at(self, page: int, point: QPointF) -> TextRange | None:
        return self._match_at(page, point, _LINE)

    def _match_at(self, page: int, point: QPointF, pattern: re.Pattern[str]) -> TextRange | None:
        offset = self._offset_at(page, point)
        if offset is None:
            return None
        for match in pattern.finditer(self.text(page)):
            if match.start() <= offset < match.end():
                return self.between(page, match.start(), match.end())
        return None

    def _offset_at(self, page: int, point: QPointF) -> int | None:
        """The character under the point, or the nearest one on the line under it."""
        line = next((rect for rect in self.rects(page) if _grown(rect).contains(point)), None)
        if line is None:
            return None
        inside = _nearest((line,), point)
        to_the_right = self._document.getSelection(page, inside, _end_of(line))
        if to_the_right.isValid() and to_the_right.endIndex() > to_the_right.startIndex():
            return self._offset(page, to_the_right.startIndex())
        to_the_left = self._document.getSelection(page, _start_of(line), inside)
        if not to_the_left.isValid():
            return None
        return max(self._offset(page, to_the_left.endIndex()) - 1, 0)

    def _index(self, page: int, units: int, bisect: Callable[..., int]) -> int:
        """PDFium's index for so many UTF-16 units of text; of several, `bisect` chooses."""
        textless = self._page(page).textless
        indexes = range(units, units + textless + 1)
        if not textless:
            return bisect(indexes, units) + units
        return bisect(indexes, units, key=lambda index: self._units_before(page, index)) + units

    def _offset(self, page: int, index: int) -> int:
        """The character that PDFium's index stands for."""
        content = self._page(page)
        units = self._units_before(page, index) if content.textless else index
        return _characters(content.text, units)

    def _units_before(self, page: int, index: int) -> int:
        return utf16_length(self._document.getSelectionAtIndex(page, 0, index).text())

    def _page(self, page: int) -> _Page:
        if page not in self._pages:
            selection = self._document.getAllText(page)
            text = selection.text()
            textless = max(selection.endIndex() - utf16_length(text), 0)
            _remember(self._pages, page, _Page(text, textless))
        return self._pages[page]


Kept = TypeVar("Kept")


def _remember(kept: OrderedDict[int, Kept], page: int, value: Kept) -> None:
    kept[page] = value
    if len(kept) > _KEPT_PAGES:
        kept.popitem(last=False)


def as_copied(text: str) -> str:
    """As it stands on the page: PDFium has put a mark in place of a hyphen and its line end."""
    return text.replace("\ufffe", "-\n").replace("\r\n", "\n")


def utf16_length(text: str) -> int:
    """As Qt counts characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _characters(text: str, units: int) -> int:
    """How many characters the first so many UTF-16 units of a text are."""
    if text.isascii():
        return min(units, len(text))
    head = text[:units].encode("utf-16-le", "surrogatepass")[: 2 * units]
    return len(head.decode("utf-16-le", "ignore"))


def _rects(selection: QPdfSelection) -> tuple[QRectF, ...]:
    """One for each line, where PDFium often has one for each letter.

    They are rounded to points, so that of a full stop or a line end nothing may be left.
    """
    bounds = selection.bounds()
    is_upright = all(_is_upright(polygon) for polygon in bounds[:_SAMPLE])
    lines: list[_Box] = []
    for polygon in bounds:
        left, top, right, bottom = cast(_Box, polygon.boundingRect().getCoords())
        if left == right and top == bottom:
            continue
        box = (left, top, right, bottom)
        if lines and _goes_on(lines[-1], box, is_upright):
            lines[-1] = _united(lines[-1], box)
        else:
            lines.append(box)
    return tuple(QRectF(QPointF(*line[:2]), QPointF(*line[2:])) for line in lines)


def _is_upright(polygon: QPolygonF) -> bool:
    """On a page that is turned by a quarter QtPdf gives one side of a rectangle the wrong way."""
    diagonal = polygon.at(2) - polygon.at(0)
    return diagonal.x() * diagonal.y() >= 0


def _goes_on(line: _Box, box: _Box, is_upright: bool) -> bool:
    """Whether a box goes on with the line before it."""
    if not is_upright:
        line, box = _turned(line), _turned(box)
    shared = min(line[3], box[3]) - max(line[1], box[1])
    gap = max(box[0] - line[2], line[0] - box[2])
    line_height, height = line[3] - line[1], box[3] - box[1]
    is_beside = gap < _LARGEST_GAP * max(line_height, height)
    return is_beside and shared >= 0.4 * min(line_height, height) - 1


def _united(one: _Box, other: _Box) -> _Box:
    left, top = min(one[0], other[0]), min(one[1], other[1])
    return left, top, max(one[2], other[2]), max(one[3], other[3])


def _turned(box: _Box) -> _Box:
    return box[1], box[0], box[3], box[2]


def _nearest(rects: tuple[QRectF, ...], point: QPointF) -> QPointF:
    """The point itself, or the nearest one inside of one of the rectangles."""
    inside = (_clamped(rect, point) for rect in rects)
    return min(inside, key=lambda other: _distance(point, other))


def _line_of(rects: tuple[QRectF, ...], point: QPointF) -> float:
    """The height of the line that holds the point."""
    return next((rect.center().y() for rect in rects if rect.contains(point)), point.y())


def _clamped(rect: QRectF, point: QPointF) -> QPointF:
    x = min(max(point.x(), rect.left() + 0.1), rect.right() - 0.1)
    y = min(max(point.y(), rect.top() + 0.1), rect.bottom() - 0.1)
    return QPointF(x, y)


def _distance(one: QPointF, other: QPointF) -> float:
    """Lines first: a point beside a line belongs to it, not to a nearer one above."""
    return 4 * abs(one.y() - other.y()) + abs(one.x() - other.x())


def _grown(rect: QRectF) -> QRectF:
    return rect.adjusted(-2, -3, 2, 3)


def _start_of(line: QRectF) -> QPointF:
    return QPointF(line.left() + 0.1, line.center().y())


def _end_of(line: QRectF) -> QPointF:
    return QPointF(line.right() - 0.1, line.center().y())
