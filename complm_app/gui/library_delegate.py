"""Draws the lines of the library: documents, and the headings of collections.

A document has a dot, its title, a quiet second line, and how far the work is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from complm_app.gui.icons import icon
from complm_app.gui.library_model import ROW, SECTION, WITHIN, Row, Section, State
from complm_app.gui.theme import SIDE, Tokens, small_font, theme

ROW_HEIGHT = 51
HEADING_HEIGHT = 34
ICON = 14
TEXT_LEFT = SIDE + 17
BAR_HEIGHT = 3
_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_SELECTED = QStyle.StateFlag.State_Selected.value
_FOCUSED = QStyle.StateFlag.State_HasFocus.value


class _Face:
    """A font with its colour; what fits into a width is found once for each text."""

    def __init__(self, font: QFont, color: str) -> None:
        self.font, self.pen = font, QPen(QColor(color))
        self.metrics = QFontMetrics(font)
        self.fitting = lru_cache(maxsize=4096)(self._fitting)

    def _fitting(self, text: str, width: int) -> str:
        return self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)

    def draw(self, painter: QPainter, place: QRect, text: str) -> None:
        painter.setFont(self.font)
        painter.setPen(self.pen)
        painter.drawText(place, _MIDDLE, self.fitting(text, place.width()))


@dataclass(frozen=True, slots=True)
class _Look:
    """What lines are drawn with in one theme and one font."""

    tokens: Tokens
    font: QFont
    title: _Face
    details: _Face
    heading: _Face
    note: _Face
    selection: QBrush
    target: QBrush
    accent: QBrush
    line: QBrush
    dots: dict[str, QBrush]


def _look(tokens: Tokens, font: QFont) -> _Look:
    small, bold = small_font(font), small_font(font, bold=True)
    return _Look(
        tokens,
        font,
        title=_Face(font, tokens.text),
        details=_Face(small, tokens.dim),
        heading=_Face(bold, tokens.dim),
        note=_Face(small, tokens.dim),
        selection=QBrush(QColor(tokens.selection)),
        target=QBrush(QColor(tokens.accent_ground)),
        accent=QBrush(QColor(tokens.accent)),
        line=QBrush(QColor(tokens.line)),
        dots={c: QBrush(QColor(c)) for c in (tokens.ok, tokens.accent, tokens.amber, tokens.line)},
    )


class LibraryDelegate(QStyledItemDelegate):
    """`target` is the section that would take what is being dragged."""

    target: int | None = None
    _kept: _Look | None = None

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
        look, rect, state = self._look(option), option.rect, option.state.value
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.target is not None and index.data(WITHIN) == self.target:
            painter.fillRect(rect, look.target)
        elif state & _SELECTED:
            painter.fillRect(rect, look.selection)
        if row is not None:
            _draw_document(painter, rect, row, look)
        elif (section := index.data(SECTION)) is not None:
            _draw_heading(painter, rect, section, look)
        if state & _FOCUSED:
            _draw_focus(painter, rect, look)
        painter.restore()

    def _look(self, option: QStyleOptionViewItem) -> _Look:
        """Made anew when the theme or the font has changed."""
        tokens, font, kept = theme().tokens, option.font, self._kept
        if kept is None or kept.tokens is not tokens or kept.font != font:
            kept = self._kept = _look(tokens, QFont(font))  # the option's own goes with it
        return kept


def chevron_left(rect: QRect) -> int:
    """Where in a heading the part begins that opens and closes it."""
    return rect.right() - SIDE - ICON - 6


def _draw_focus(painter: QPainter, rect: QRect, look: _Look) -> None:
    """Where the keyboard is."""
    painter.fillRect(QRect(rect.left(), rect.top(), 2, rect.height()), look.accent)


def _draw_heading(painter: QPainter, rect: QRect, section: Section, look: _Look) -> None:
    """The name, small and bold; at the right whether it follows a folder and whether it is open."""
    line = rect.adjusted(0, 6, 0, 0)
    edge = rect.right() - SIDE + 6
    for name in ("chevron-down" if section.is_open else "chevron-right", _folder_icon(section)):
        if name:
            edge -= ICON + 6
            top = line.center().y() - ICON // 2
            icon(name, look.tokens.dim, ICON).paint(painter, edge, top, ICON, ICON)
    if note := section.note():
        width = look.note.metrics.horizontalAdvance(note) + 1
        edge -= width + 8
        look.note.draw(painter, QRect(edge, line.top(), width, line.height()), note)
    left = rect.left() + SIDE
    place = QRect(left, line.top(), max(0, edge - 8 - left), line.height())
    look.heading.draw(painter, place, section.title)


def _folder_icon(section: Section) -> str:
    return "folder-open" if section.folder is not None else ""


def _draw_document(painter: QPainter, rect: QRect, row: Row, look: _Look) -> None:
    top, left = rect.top(), rect.left() + TEXT_LEFT
    width = rect.width() - TEXT_LEFT - SIDE
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.dots[dot_color(row, look.tokens)])
    painter.drawEllipse(rect.left() + SIDE, top + 13, 8, 8)
    look.title.draw(painter, QRect(left, top + 7, width, 20), row.title)
    look.details.draw(painter, QRect(left, top + 26, width, 16), row.details())
    if row.share is not None:
        _draw_bar(painter, rect, row.share, look)


def dot_color(row: Row, tokens: Tokens) -> str:
    match row.state:
        case State.READY if not (row.document and row.document.pages_without_text):
            return tokens.ok
        case State.READY | State.LOCKED | State.FAILED:
            return tokens.amber
        case State.WORKING:
            return tokens.accent
        case _:
            return tokens.line


def _draw_bar(painter: QPainter, rect: QRect, share: float, look: _Look) -> None:
    whole = QRectF(
        rect.left() + TEXT_LEFT, rect.bottom() - 6, rect.width() - TEXT_LEFT - SIDE - 10, BAR_HEIGHT
    )
    done = QRectF(whole)
    done.setWidth(whole.width() * share)
    painter.setPen(Qt.PenStyle.NoPen)
    for brush, bar in ((look.line, whole), (look.accent, done)):
        painter.setBrush(brush)
        painter.drawRoundedRect(bar, 1.5, 1.5)
