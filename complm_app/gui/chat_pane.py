"""The right pane: one chat, earlier ones, and the box to ask in."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from complm_app.gui.composer import Composer
from complm_app.gui.controls import Banner, ElidedLabel, Header, IconButton
from complm_app.gui.conversation import ConversationView
from complm_app.gui.history import History


class ChatPane(QFrame):
    history_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chatPane")
        self.setAccessibleName(self.tr("Chat"))
        self.title = ElidedLabel(self.tr("New chat"))
        self.more = IconButton("ellipsis", self.tr("More about this chat"))
        self.history_button = QPushButton(self.tr("History"))
        self.banner = Banner(parent=self)
        self.conversation = ConversationView()
        self.composer = Composer()
        self.history = History()
        self._stack = QStackedWidget()
        self._build()
        self.history_button.clicked.connect(self.show_history)
        self.history.closed.connect(self.show_chat)

    def _build(self) -> None:
        chat = QWidget()
        inside = QVBoxLayout(chat)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        for part in (self._header(), self.banner):
            inside.addWidget(part)
        inside.addWidget(self.conversation, 1)
        inside.addWidget(self.composer)
        self._stack.addWidget(chat)
        self._stack.addWidget(self.history)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.setTabOrder(self.composer.box, self.composer.button)

    def _header(self) -> Header:
        header = Header()
        self.title.setObjectName("title")
        self.history_button.setObjectName("quietLink")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        header.row.addWidget(self.title, 1)
        header.row.addWidget(self.history_button)
        header.row.addWidget(self.more)
        return header

    def set_menu(self, menu: QMenu) -> None:
        self.more.setMenu(menu)

    def show_history(self) -> None:
        self._stack.setCurrentWidget(self.history)
        self.history_wanted.emit()
        self.history.field.setFocus()

    def show_chat(self) -> None:
        self._stack.setCurrentIndex(0)
        self.composer.box.setFocus()
