"""Draws the lines of the library: documents, and the headings of collections.

A document has a dot, its title, a quiet second line, and how far the work is.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from complm_app.gui.icons import icon
from complm_app.gui.library_model import ROW, SECTION, WITHIN, Row, Section, State
from complm_app.gui.theme import SIDE, Tokens, small_font, theme

ROW_HEIGHT = 51
HEADING_HEIGHT = 34
ICON = 14
TEXT_LEFT = SIDE + 17
_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
BAR_HEIGHT = 3


class LibraryDelegate(QStyledItemDelegate):
    """`target` is the section that would take what is being dragged."""

    target: int | None = None

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(120, ROW_HEIGHT if index.data(ROW) else HEADING_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row: Row | None = index.data(ROW)
        tokens, rect = theme().tokens, option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.target is not None and index.data(WITHIN) == self.target:
            painter.fillRect(rect, QColor(tokens.accent_ground))
        elif option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(tokens.selection))
        if row is not None:
            _draw_document(painter, rect, row, option, tokens)
        elif (section := index.data(SECTION)) is not None:
            _draw_heading(painter, rect, section, option, tokens)
        if option.state & QStyle.StateFlag.State_HasFocus:
            _draw_focus(painter, rect, tokens)
        painter.restore()


def chevron_left(rect: QRect) -> int:
    """Where in a heading the part begins that opens and closes it."""
    return rect.right() - SIDE - ICON - 6


def _draw_focus(painter: QPainter, rect: QRect, tokens: Tokens) -> None:
    """Where the keyboard is."""
    painter.fillRect(QRect(rect.left(), rect.top(), 2, rect.height()), QColor(tokens.accent))


def _draw_heading(
    painter: QPainter, rect: QRect, section: Section, option: QStyleOptionViewItem, tokens: Tokens
) -> None:
    """The name, small and bold; at the right whether it follows a folder and whether it is open."""
    line = rect.adjusted(0, 6, 0, 0)
    edge = rect.right() - SIDE + 6
    for name in ("chevron-down" if section.is_open else "chevron-right", _folder_icon(section)):
        if name:
            edge -= ICON + 6
            top = line.center().y() - ICON // 2
            icon(name, tokens.dim, ICON).paint(painter, edge, top, ICON, ICON)
    painter.setFont(small_font(option.font))
    painter.setPen(QColor(tokens.dim))
    if note := section.note():
        width = painter.fontMetrics().horizontalAdvance(note)
        edge -= width + 8
        painter.drawText(QRect(edge, line.top(), width, line.height()), _MIDDLE, note)
    painter.setFont(small_font(option.font, bold=True))
    left = rect.left() + SIDE
    room = max(0, edge - 8 - left)
    fitting = painter.fontMetrics().elidedText(section.title, Qt.TextElideMode.ElideRight, room)
    painter.drawText(QRect(left, line.top(), room, line.height()), _MIDDLE, fitting)


def _folder_icon(section: Section) -> str:
    return "folder-open" if section.folder is not None else ""


def _draw_document(
    painter: QPainter, rect: QRect, row: Row, option: QStyleOptionViewItem, tokens: Tokens
) -> None:
    _draw_dot(painter, rect, dot_color(row, tokens))
    _draw_texts(painter, rect, row, option, tokens)
    if row.share is not None:
        _draw_bar(painter, rect, row.share, tokens)


def dot_color(row: Row, tokens: Tokens) -> str:
    if row.state is State.READY and row.document and row.document.pages_without_text:
        return tokens.amber
    return {
        State.READY: tokens.ok,
        State.WORKING: tokens.accent,
        State.LOCKED: tokens.amber,
        State.FAILED: tokens.amber,
    }.get(row.state, tokens.line)


def _draw_dot(painter: QPainter, rect: QRect, color: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(QPointF(rect.left() + SIDE + 4, rect.top() + 17), 4, 4)


def _draw_texts(
    painter: QPainter, rect: QRect, row: Row, option: QStyleOptionViewItem, tokens: Tokens
) -> None:
    width = rect.width() - TEXT_LEFT - SIDE
    left = rect.left() + TEXT_LEFT
    lines = (
        (row.title, option.font, tokens.text, rect.top() + 7, 20),
        (row.details(), small_font(option.font), tokens.dim, rect.top() + 26, 16),
    )
    for text, font, color, top, height in lines:
        painter.setFont(font)
        painter.setPen(QColor(color))
        fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
        place = QRect(left, top, width, height)
        painter.drawText(place, _MIDDLE, fitting)


def _draw_bar(painter: QPainter, rect: QRect, share: float, tokens: Tokens) -> None:
    whole = QRectF(
        rect.left() + TEXT_LEFT, rect.bottom() - 6, rect.width() - TEXT_LEFT - SIDE - 10, BAR_HEIGHT
    )
    done = QRectF(whole)
    done.setWidth(whole.width() * share)
    painter.setPen(Qt.PenStyle.NoPen)
    for color, bar in ((tokens.line, whole), (tokens.accent, done)):
        painter.setBrush(QColor(color))
        painter.drawRoundedRect(bar, 1.5, 1.5)
