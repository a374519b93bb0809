"""Brings back how the window was when it was last open: its panes, its document, its chat."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QSize, QTimer

if TYPE_CHECKING:
    from complm_app.gui.main_window import MainWindow

SIZE = (1440, 900)
LIBRARY_WIDTH, CHAT_WIDTH = 272, 452
FRAME = (8, 48)
"""What the system's frame may add to the window; it is not known before the window is shown."""
KEEP_AFTER_MS = 1000


class Restoring(QObject):
    """Keeps it also while the window is open: a crash must not lose more than a second of it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._soon = QTimer(self, singleShot=True, interval=KEEP_AFTER_MS)
        self._soon.timeout.connect(self._keep_meanwhile)

    def keep_soon(self, *_: object) -> None:
        """Something that is remembered has changed."""
        self._soon.start()

    def keep_now(self) -> None:
        """Waits for the disk."""
        self._soon.stop()
        self._keep()
        self._window.remembered.write()

    def _keep_meanwhile(self) -> None:
        self._keep()
        self._window.desk.background.run(self._window.remembered.write, lambda _: None)

    def _keep(self) -> None:
        window, keep = self._window, self._window.remembered.keep
        keep("window/geometry", window.saveGeometry())
        keep("window/panes", window.splitter.saveState())
        for nth, is_wanted in enumerate(window.folding.wanted()):
            keep(f"window/pane{nth}", is_wanted)
        window.reading.keep_place()
        row, unread = window.reading.row, window.intake.unread()
        keep("open/document", row.key if row is not None else "")
        keep("open/unread", json.dumps([(str(row.path), row.target) for row in unread]))
        keep("library/closed", json.dumps(window.documents.closed()))
        keep("library/sort", window.documents.sorted_by.value)
        keep("open/chat", window.chat.chat.id if window.chat.chat is not None else -1)

    def bring_back_layout(self) -> None:
        window, remembered = self._window, self._window.remembered
        # Before the width is known: a narrow window folds the library away again.
        for nth, action in enumerate(window.menus.panes):
            action.setChecked(remembered.flag(f"window/pane{nth}", True))
        if not window.restoreGeometry(remembered.bytes("window/geometry")):
            window.resize(self._first_size())
        sizes: QByteArray = remembered.bytes("window/panes")
        if not window.splitter.restoreState(sizes):
            reader = window.width() - LIBRARY_WIDTH - CHAT_WIDTH
            window.splitter.setSizes([LIBRARY_WIDTH, reader, CHAT_WIDTH])
        window.splitter.setHandleWidth(1)

    def _first_size(self) -> QSize:
        """No larger than what the screen has room for."""
        room = self._window.screen().availableSize() - QSize(*FRAME)
        return QSize(*SIZE).boundedTo(room)

    def bring_back_unread(self) -> None:
        """Files that were added and are not in the library yet are tried again; some may have
        come into it just before the program was killed."""
        there = {row.path for row in self._window.documents.rows()}
        for path, collection in self._window.remembered.files("open/unread"):
            if path not in there and path.exists():
                self._window.intake.add([path], collection, by_itself=True)

    def bring_back_session(self) -> None:
        """The document, its page and the chat that were open when the window was last closed."""
        window, remembered = self._window, self._window.remembered
        row = window.documents.row(remembered.text("open/document"))
        if row is not None:
            window.library.select([row.key], unfold=False)
            window.open_row(row)
        window.chat.open_by_id(int(remembered.number("open/chat", -1)))
