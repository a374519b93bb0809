"""Draws the lines of the earlier chats: a title, and below it when the chat was begun."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from complm_app.gui.theme import SIDE, small_font, theme

WHEN = Qt.ItemDataRole.UserRole + 1
"""The words for when it was begun."""
HEIGHT = 51
_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_MARKED = QStyle.StateFlag.State_Selected.value | QStyle.StateFlag.State_MouseOver.value


class ChatLines(QStyledItemDelegate):
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(120, HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        tokens, rect = theme().tokens, option.rect
        painter.save()
        if option.state.value & _MARKED:
            painter.fillRect(rect, QColor(tokens.selection))
        left, width = rect.left() + SIDE, rect.width() - 2 * SIDE
        for top, height, font, color, text in (
            (7, 20, option.font, tokens.text, index.data()),
            (26, 16, small_font(option.font), tokens.dim, index.data(WHEN)),
        ):
            fitting = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.setFont(font)
            painter.setPen(QColor(color))
            painter.drawText(QRect(left, rect.top() + top, width, height), _MIDDLE, fitting)
        painter.restore()
