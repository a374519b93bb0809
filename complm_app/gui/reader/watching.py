"""Noticing that the open file has changed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

SETTLE_MS = 300


class FileWatch(QObject):
    """`changed` once a file has been written or replaced and has been left alone for a moment."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._stamp: tuple[int, int] | None = None
        self._watcher = QFileSystemWatcher(self)
        self._settling = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._watcher.fileChanged.connect(self._settling.start)
        self._watcher.directoryChanged.connect(self._settling.start)
        self._settling.timeout.connect(self._look)

    def watch(self, path: Path | None) -> None:
        """The folder too: many programs save by replacing the file, which ends a file's watch."""
        watched = self._watcher.files() + self._watcher.directories()
        if watched:
            self._watcher.removePaths(watched)
        self._settling.stop()
        self._path = path
        self._stamp = _stamp(path)
        if path is not None and self._stamp is not None:
            self._watcher.addPaths([str(path), str(path.parent)])

    def _look(self) -> None:
        stamp = _stamp(self._path)
        if self._path is None or stamp is None or stamp == self._stamp:
            return
        self._stamp = stamp
        if str(self._path) not in self._watcher.files():
            self._watcher.addPath(str(self._path))
        self.changed.emit()


def _stamp(path: Path | None) -> tuple[int, int] | None:
    """Changes with the file's content; None: there is no such file."""
    if path is None:
        return None
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
