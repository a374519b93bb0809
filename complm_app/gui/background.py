"""Runs work that may take its time in a thread of its own, such as looks at files and folders."""

from __future__ import annotations

import queue
import threading
import traceback
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

T = TypeVar("T")


class Background(QObject):
    """One thing after the other; `then` gets the result later, in the window's thread."""

    crashed = Signal(str)
    _finished = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._stopping = False
        self._finished.connect(self._deliver)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def run(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        self._work.put(lambda: self._do(work, then))

    def stop(self) -> None:
        """Drops what has not begun and waits for what has."""
        self._stopping = True
        self._work.put(None)
        self._thread.join()

    def _deliver(self, call: Callable[[], None]) -> None:
        if not self._stopping:
            call()

    # ---- below: only this object's own thread

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            if not self._stopping:
                work()

    def _do(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        try:
            result = work()
        except Exception:
            self.crashed.emit(traceback.format_exc())
        else:
            self._finished.emit(partial(then, result))
