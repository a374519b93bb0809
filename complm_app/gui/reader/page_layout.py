"""Where the pages are: below each other, each centred, at one scale."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF


@dataclass(frozen=True, slots=True)
class PageLayout:
    """Pixels of the whole document, from its upper left corner."""

    points: tuple[QSizeF, ...]
    pages: tuple[QRect, ...]
    size: QSize

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
        return max(bisect_right(self.pages, y, key=QRect.y) - 1, 0)

    def pages_between(self, top: int, bottom: int) -> range:
        """Those of which any part lies between these heights."""
        first = bisect_left(self.pages, top, key=QRect.bottom)
        return range(first, bisect_right(self.pages, bottom, key=QRect.y))

    def _scale(self, page: int) -> tuple[QRect, float, float]:
        frame, points = self.pages[page], self.points[page]
        return frame, frame.width() / points.width(), frame.height() / points.height()


def lay_out(
    points: Sequence[QSizeF], scale: float, margin: int, spacing: int, viewport_width: int
) -> PageLayout:
    """`scale`: pixels per point."""
    sizes = [(size * scale).toSize() for size in points]
    width = max((size.width() for size in sizes), default=0) + 2 * margin
    top = margin
    pages = []
    for size in sizes:
        left = (max(width, viewport_width) - size.width()) // 2
        pages.append(QRect(left, top, size.width(), size.height()))
        top += size.height() + spacing
    return PageLayout(tuple(points), tuple(pages), QSize(width, max(top - spacing, 0) + margin))


def fitting_scale(points: QSizeF, width: float, height: float | None = None) -> float:
    """Pixels per point at which a page is as wide as `width`, and no higher than `height`."""
    scale = width / points.width()
    return scale if height is None else min(scale, height / points.height())
