"""Where the pages are: below each other, each centred, at one scale."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF


@dataclass(frozen=True, slots=True)
class PageLayout:
    """Pixels of the whole document, from its upper left corner. Plain numbers, as a document may
    have thousands of pages and is laid out anew with each step of a splitter."""

    points: Sequence[QSizeF]
    tops: Sequence[int]
    sizes: Sequence[tuple[int, int]]
    size: QSize
    middle: int
    """Twice the distance of all pages' middles from the left."""

    def __len__(self) -> int:
        return len(self.sizes)

    def frame(self, page: int) -> QRect:
        width, height = self.sizes[page]
        return QRect((self.middle - width) // 2, self.tops[page], width, height)

    def rect_of(self, page: int, rect: QRectF) -> QRectF:
        """A rectangle on a page, in points from its upper left corner -> pixels."""
        frame, scale_x, scale_y = self._scale(page)
        return QRectF(
            frame.x() + rect.x() * scale_x,
            frame.y() + rect.y() * scale_y,
            rect.width() * scale_x,
            rect.height() * scale_y,
        )

    def point_on(self, page: int, position: QPointF) -> QPointF:
        """Pixels -> points on that page, which may lie outside of it."""
        frame, scale_x, scale_y = self._scale(page)
        return QPointF((position.x() - frame.x()) / scale_x, (position.y() - frame.y()) / scale_y)

    def page_at(self, y: float) -> int:
        """The page at that height; between two pages, the upper one."""
        return max(bisect_right(self.tops, y) - 1, 0)

    def pages_between(self, top: int, bottom: int) -> range:
        """Those of which any part lies between these heights."""
        first = bisect_right(self.tops, top) - 1
        if first < 0 or self.tops[first] + self.sizes[first][1] <= top:
            first += 1
        return range(first, bisect_right(self.tops, bottom))

    def _scale(self, page: int) -> tuple[QRect, float, float]:
        frame, points = self.frame(page), self.points[page]
        return frame, frame.width() / points.width(), frame.height() / points.height()


def lay_out(
    points: Sequence[QSizeF], scale: float, margin: int, spacing: int, viewport_width: int
) -> PageLayout:
    """`scale`: pixels per point."""
    sizes = [(round(size.width() * scale), round(size.height() * scale)) for size in points]
    *tops, end = accumulate((height + spacing for _, height in sizes), initial=margin)
    width = max((width for width, _ in sizes), default=0) + 2 * margin
    size = QSize(width, max(end - spacing, 0) + margin)
    return PageLayout(points, tops, sizes, size, max(width, viewport_width))


def fitting_scale(points: QSizeF, width: float, height: float | None = None) -> float:
    """Pixels per point at which a page is as wide as `width`, and no higher than `height`."""
    scale = width / points.width()
    return scale if height is None else min(scale, height / points.height())
