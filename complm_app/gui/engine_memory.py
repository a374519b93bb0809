"""How much memory the processes take that read and answer for the window."""

from __future__ import annotations

import psutil  # type: ignore[import-untyped]
from PySide6.QtCore import QObject, QTimer, Signal

from complm_app.gui.background import Background
from complm_app.gui.bridge import Bridge

PAUSE_MS = 2000


class EngineMemory(QObject):
    """Looks as long as jobs are worked on: what is taken changes with them."""

    changed = Signal(int)
    """Bytes; 0: there is no such process."""

    def __init__(self, bridge: Bridge, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.look)
        bridge.happened.connect(self._look_soon)

    def _look_soon(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    def look(self) -> None:
        self._background.run(memory_of_children, self.changed.emit)


def memory_of_children() -> int:
    """Bytes that the processes started by this one take."""
    return sum(map(_memory_of, psutil.Process().children(recursive=True)))


def _memory_of(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:  # it has ended meanwhile
        return 0
