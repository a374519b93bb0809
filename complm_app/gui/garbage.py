"""Python's garbage collector, in the window's thread alone.

It runs in whichever thread happens to make the object that is one too many, and what it finds may
be widgets: destroyed in another thread than the window's, they end the process.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 250


class Collector(QObject):
    """From now on collects what Python would, when it would, but in the thread that made this,
    between two events."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(_collect_some)
        self._timer.start(INTERVAL_MS)

    def stop(self) -> None:
        """Leaves it to Python again."""
        self._timer.stop()
        gc.enable()


def _collect_some() -> None:
    """The oldest generation that is due, and with it the younger ones."""
    due = [count > most > 0 for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True)]
    if due[0]:
        gc.collect(2 if all(due) else 1 if due[1] else 0)
