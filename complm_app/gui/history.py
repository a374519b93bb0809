"""Earlier chats: a list to search and to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from complm_app.core.library import Chat
from complm_app.gui.chat_lines import WHEN, ChatLines
from complm_app.gui.controls import Header, IconButton

CHAT = Qt.ItemDataRole.UserRole


class ChatList(QListWidget):
    """F2 renames a chat, Delete deletes it."""

    renamed_by_key = Signal()
    deleted_by_key = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.renamed_by_key.emit()
        elif event.matches(QKeySequence.StandardKey.Delete):
            self.deleted_by_key.emit()
        else:
            super().keyPressEvent(event)


class History(QWidget):
    """Escape leads back to the chat, Down from the field into the list."""

    searched = Signal(str)
    chosen = Signal(object)
    rename_wanted = Signal(object)
    delete_wanted = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit()
        self.list = ChatList()
        self._nothing = QLabel()
        self._build()
        self.field.textChanged.connect(self.searched)
        self.list.itemActivated.connect(lambda item: self.chosen.emit(item.data(CHAT)))
        self.list.itemClicked.connect(lambda item: self.chosen.emit(item.data(CHAT)))
        self.list.customContextMenuRequested.connect(self._show_menu)
        self.list.renamed_by_key.connect(lambda: self._with_current(self.rename_wanted))
        self.list.deleted_by_key.connect(lambda: self._with_current(self.delete_wanted))

    def _build(self) -> None:
        back = IconButton("arrow-left", self.tr("Back to the chat"))
        back.clicked.connect(self.closed)
        self.field.setPlaceholderText(self.tr("Search chats"))
        self.field.setAccessibleName(self.tr("Search chats"))
        self.field.setClearButtonEnabled(True)
        self.list.setAccessibleName(self.tr("Chats"))
        self.list.setItemDelegate(ChatLines(self.list))
        self.list.setMouseTracking(True)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._nothing.setObjectName("dim")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        header = Header()
        header.row.setContentsMargins(8, 0, 12, 1)
        header.row.addWidget(back)
        header.row.addWidget(self.field, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self.list, 1)
        column.addWidget(self._nothing, 1)

    def show_chats(self, chats: Sequence[Chat]) -> None:
        self.list.clear()
        for chat in chats:
            when = QDateTime.fromSecsSinceEpoch(int(chat.created_at))
            item = QListWidgetItem(chat.title, self.list)
            item.setData(CHAT, chat)
            item.setData(WHEN, QLocale().toString(when, QLocale.FormatType.ShortFormat))
            item.setToolTip(chat.title)
        self.list.setVisible(bool(chats))
        self._nothing.setText(
            self.tr("No chat has this in it") if self.field.text() else self.tr("No chats yet")
        )
        self._nothing.setVisible(not chats)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() == Qt.Key.Key_Down and self.field.hasFocus():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            self.list.setCurrentRow(0)
        else:
            super().keyPressEvent(event)

    def _with_current(self, wanted: SignalInstance) -> None:
        item = self.list.currentItem()
        if item is not None:
            wanted.emit(item.data(CHAT))

    def _show_menu(self, place: QPoint) -> None:
        item = self.list.itemAt(place)
        if item is None:
            return
        chat = item.data(CHAT)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Rename..."), lambda: self.rename_wanted.emit(chat))
        menu.addAction(self.tr("Delete"), lambda: self.delete_wanted.emit(chat))
        menu.popup(self.list.viewport().mapToGlobal(place))
