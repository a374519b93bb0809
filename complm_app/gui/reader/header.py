"""The strip over the pages: back and forward, title, page, zoom, search."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QToolButton, QWidget

from complm_app.gui import words
from complm_app.gui.controls import ElidedLabel, Header, IconButton
from complm_app.gui.reader.actions import ReaderActions

ZOOMING_FROM = 420
"""Pixels of the header's width."""


class ReaderHeader(Header):
    """Buttons for the reader's actions, and a page field."""

    page_entered = Signal(int)

    def __init__(self, actions: ReaderActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel()
        self.title.setObjectName("title")
        self.title.setAccessibleName(self.tr("Title of the document"))
        self.page_field = PageField()
        self.page_field.entered.connect(self.page_entered)
        self.outline_button = IconButton("list", self.tr("Outline"))
        self.outline_button.setVisible(False)
        self._scale = _scale_button(actions)
        self._zooming = (
            _button("minus", actions.zoom_out),
            self._scale,
            _button("plus", actions.zoom_in),
        )
        self._lay_out(actions)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for all, zooming is left to the menu and the keys."""
        super().resizeEvent(event)
        for control in self._zooming:
            control.setVisible(event.size().width() >= ZOOMING_FROM)

    def _lay_out(self, actions: ReaderActions) -> None:
        self.row.addWidget(_button("chevron-left", actions.back))
        self.row.addWidget(_button("chevron-right", actions.forward))
        self.row.addWidget(self.outline_button)
        self.row.addSpacing(4)
        self.row.addWidget(self.title, 1)
        self.row.addWidget(self.page_field)
        for control in self._zooming:
            self.row.addWidget(control)
        self.row.addWidget(_button("search", actions.find))

    def set_title(self, title: str) -> None:
        self.title.setText(title)

    def set_open(self, is_open: bool) -> None:
        """Whether there is a document that the controls are for."""
        for control in (self.page_field, self._scale, self.outline_button):
            control.setEnabled(is_open)

    def show_scale(self, factor: float) -> None:
        self._scale.setText(self.tr("{percent} %").format(percent=round(factor * 100)))
        self._scale.setAccessibleDescription(self._scale.text())


_TO_TYPE = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class PageField(QLineEdit):
    """Shows "17 / 212" and takes a printed label or a number; `entered` has the page's index."""

    entered = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: tuple[str, ...] = ()
        self._page = 0
        self.setFixedWidth(92)
        self.setAccessibleName(self.tr("Page"))
        self.setToolTip(self.tr("Page: enter a printed page number"))
        self.returnPressed.connect(self._go)

    def set_pages(self, labels: Sequence[str]) -> None:
        self._labels = tuple(labels)
        self.show_page(0)

    def show_page(self, page: int) -> None:
        self._page = page
        if not self.isModified():
            self._show()

    def _show(self) -> None:
        known = self._page < len(self._labels)
        counted = self.tr("{page} / {pages}")
        label = self._labels[self._page] if known else ""
        self.setText(counted.format(page=label, pages=len(self._labels)) if known else "")
        self.setCursorPosition(0)

    def _go(self) -> None:
        typed = self.text().strip()
        page = page_named(typed, self._labels)
        if page is None:
            page = page_named(typed.rpartition("/")[0].strip(), self._labels)
        if page is None:
            self.selectAll()
            return
        self.setModified(False)
        self.clearFocus()
        self.entered.emit(page)
        self._show()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in _TO_TYPE:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        had_focus = self.hasFocus()
        super().mousePressEvent(event)
        if not had_focus:
            self.selectAll()  # the click itself has put the cursor somewhere

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._show()
            self.clearFocus()
        else:
            super().keyPressEvent(event)


def page_named(text: str, labels: Sequence[str]) -> int | None:
    """The page with that printed label, in any case; failing that, the page that it counts to."""
    folded = text.casefold()
    for index, label in enumerate(labels):
        if folded and label.casefold() == folded:
            return index
    if text.isdecimal() and 1 <= int(text) <= len(labels):
        return int(text) - 1
    return None


def _button(icon: str, action: QAction) -> IconButton:
    """A button that does what the action does, while the action can be done."""
    button = IconButton(icon, action.text())
    keys = action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)
    button.setToolTip(f"{action.text()} ({keys})" if keys else action.text())
    button.clicked.connect(action.trigger)
    action.enabledChanged.connect(button.setEnabled)
    button.setEnabled(action.isEnabled())
    return button


def _scale_button(actions: ReaderActions) -> QToolButton:
    button = QToolButton()
    button.setAccessibleName(words.tr("Zoom"))
    button.setToolTip(words.tr("Zoom"))
    button.setMinimumWidth(52)
    button.setFixedHeight(28)
    menu = QMenu(button)
    menu.addActions([actions.fit_width, actions.fit_page, actions.actual_size])
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button
