"""Shows a file in the system's file manager, selected in its folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher
from PySide6.QtGui import QDesktopServices, QGuiApplication

from complm_app.errors import ComplmError
from complm_app.gui import words

_SERVICE, _OBJECT = "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1"
PATIENCE_MS = 5000
"""A file manager that is not running has to be started."""


def reveal(path: Path) -> None:
    """Raises ComplmError when it is not there any more; then its folder is shown, if it is."""
    if path.is_dir():
        _open_folder(path)
    elif not path.exists():
        if path.parent.is_dir():
            _open_folder(path.parent)
        raise ComplmError(
            words.fill(words.tr("“%1” is not where it was when it was added."), path.name),
            words.tr("Add it again from its new place. Its text stays in the library until then."),
        )
    elif sys.platform == "win32":
        subprocess.Popen(["explorer", "/select,", str(path)])
    elif sys.platform == "darwin":
        subprocess.Popen(["open", "-R", str(path)])
    else:
        _ask_file_manager(path)


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _ask_file_manager(path: Path) -> None:
    """On Linux: by the interface that file managers share; where none answers, the folder opens.
    Does not wait for the answer."""
    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        _open_folder(path.parent)
        return
    call = QDBusMessage.createMethodCall(_SERVICE, _OBJECT, _SERVICE, "ShowItems")
    uri = QUrl.fromLocalFile(str(path)).toString(QUrl.ComponentFormattingOption.FullyEncoded)
    call.setArguments([[uri], ""])
    watcher = QDBusPendingCallWatcher(bus.asyncCall(call, PATIENCE_MS), QGuiApplication.instance())

    def answered() -> None:
        if watcher.isError():
            _open_folder(path.parent)
        watcher.deleteLater()

    watcher.finished.connect(answered)
