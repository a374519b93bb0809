"""Small widgets that several panes use."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from complm_app.errors import ComplmError
from complm_app.gui import failures
from complm_app.gui.icons import icon, pixmap
from complm_app.gui.theme import SIDE, theme


class IconButton(QToolButton):
    """A flat button with an icon in the theme's quiet colour; its name is also its tooltip."""

    def __init__(self, name: str, label: str, size: int = 16, parent: QWidget | None = None):
        super().__init__(parent)
        self._name = name
        self.setIconSize(QSize(size, size))
        self.setFixedSize(size + 12, size + 12)
        self.set_label(label)
        self._draw()

    def set_label(self, label: str) -> None:
        self.setToolTip(label)
        self.setAccessibleName(label)

    def set_icon(self, name: str) -> None:
        self._name = name
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        self.setIcon(icon(self._name, theme().tokens.dim, self.iconSize().width()))


class IconLabel(QWidget):
    """An icon in one of the theme's colours, by its token's name."""

    def __init__(self, name: str, color: str, size: int = 16, parent: QWidget | None = None):
        super().__init__(parent)
        self._name, self._color = name, color
        self.setFixedSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        color = getattr(theme().tokens, self._color)
        painter = QPainter(self)
        drawing = pixmap(self._name, color, self.width(), self.devicePixelRatioF())
        painter.drawPixmap(0, 0, drawing)


class ElidedLabel(QLabel):
    """One line that ends in an ellipsis where there is no room; the whole is its tooltip."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:
        whole = " ".join(text.split())
        if whole == self._whole:
            return  # a new layout of all around it would cost more than a frame of a list
        self._whole = whole
        self.setToolTip(self._whole)
        self.setAccessibleName(self._whole)
        self._fit()
        self.updateGeometry()

    def whole_text(self) -> str:
        return self._whole

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        metrics = self.fontMetrics()
        frame = hint.width() - metrics.horizontalAdvance(self.text())
        return QSize(metrics.horizontalAdvance(self._whole) + frame + 1, hint.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(36, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.contentsRect().width()
        fitting = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room)
        super().setText(fitting)


class Header(QFrame):
    """The strip over a pane, 42 high."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self.setFixedHeight(43)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(SIDE, 0, 8, 1)
        self.row.setSpacing(6)


class Banner(QFrame):
    """What went wrong and what to do next, in place; never a dialog.

    `name` is banner, inlineBanner (among other things) or note (nothing went wrong).
    """

    closed = Signal()

    def __init__(self, name: str = "banner", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._message, self._hint = QLabel(), QLabel()
        self._hint.setObjectName("quiet")
        self._button = QPushButton()
        self._button.setObjectName("link")
        self._button.setAutoDefault(False)
        self._button.clicked.connect(self._act)
        self._button.hide()
        self._action: Callable[[], None] | None = None
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        for label in (self._message, self._hint):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._message)
        texts.addWidget(self._hint)
        close = IconButton("x", self.tr("Close this message"), 14)
        close.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(SIDE, 8, 8, 8)
        if self.objectName() != "note":
            row.addWidget(IconLabel("triangle-alert", "amber"), 0, Qt.AlignmentFlag.AlignTop)
            row.addSpacing(4)
        row.addLayout(texts, 1)
        row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)

    def show_error(
        self, error: ComplmError, action: str = "", act: Callable[[], None] | None = None
    ) -> None:
        self.show_message(failures.message(error), failures.hint(error), action, act)

    def show_message(
        self, message: str, hint: str = "", action: str = "", act: Callable[[], None] | None = None
    ) -> None:
        """`action` is the text of a button that does `act` and closes the banner."""
        self._message.setText(message)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self._action = act
        self.setAccessibleName(f"{message} {hint}".strip())
        self.show()

    def message(self) -> str:
        return self._message.text()

    def dismiss(self) -> None:
        self.hide()
        self.closed.emit()

    def _act(self) -> None:
        action = self._action
        self.dismiss()
        if action is not None:
            action()


class FlowLayout(QLayout):
    """Items side by side, as words of a line are; each as wide as it wants to be."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 6) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, move: bool) -> int:
        """The height that the items take in so much width."""
        top = rect.y()
        for line in self._lines(rect.width()):
            height = max(hint.height() for _, hint in line)
            left = rect.x()
            for item, hint in line if move else ():
                place = QPoint(left, top + (height - hint.height()) // 2)
                item.setGeometry(QRect(place, hint))
                left += hint.width() + self.spacing()
            top += height + self.spacing()
        return max(0, top - self.spacing() - rect.y())

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        room = 0
        for item in self._items:
            widget = item.widget()
            if widget is not None and widget.isHidden():
                continue
            hint = item.sizeHint().boundedTo(QSize(width, 1 << 20))
            if hint.width() > room:
                lines.append([])
                room = width
            lines[-1].append((item, hint))
            room -= hint.width() + self.spacing()
        return lines
