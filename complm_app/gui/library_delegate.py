"""Draws a document's row: a dot, the title, a quiet second line, and how far the work is."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from complm_app.gui.library_model import ROW, Row, State
from complm_app.gui.theme import SIDE, Tokens, small_font, theme

ROW_HEIGHT = 51
TEXT_LEFT = SIDE + 17
BAR_HEIGHT = 3


class LibraryDelegate(QStyledItemDelegate):
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(120, ROW_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row: Row = index.data(ROW)
        tokens, rect = theme().tokens, option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(tokens.selection))
        _draw_dot(painter, rect, dot_color(row, tokens))
        _draw_texts(painter, rect, row, option, tokens)
        if row.share is not None:
            _draw_bar(painter, rect, row.share, tokens)
        painter.restore()


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
        painter.drawText(
            place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), fitting
        )


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
