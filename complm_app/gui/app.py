"""Starts the window: the application, its one instance, and what catches errors."""

from __future__ import annotations

import gc
import os
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from ctypes import CDLL
from functools import partial
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLibraryInfo, QLoggingCategory, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from complm_app import __version__
from complm_app.engine.process import EngineProcess
from complm_app.errors import ComplmError
from complm_app.gui.garbage import Collector
from complm_app.gui.instance import Instance
from complm_app.gui.main_window import MainWindow
from complm_app.gui.theme import Theme
from complm_app.gui.translation import install
from complm_app.session import DEMO_DOCUMENT, Session, open_session, open_workspace, with_settings

QUIT_SECONDS = 1.5
SWITCH_SECONDS = 0.0005
"""The databases' thread runs Python too: Python's usual 5 ms are long for a call from Qt."""


def run_app(
    files: Sequence[Path],
    data_dir: Path | None,
    watch: Callable[[MainWindow], object] = lambda window: None,
) -> int:
    """Shows the window with `files` and stays until it is closed; the process's exit code.

    When a window with the same data is open, that one gets the files. `watch` is given the window
    before it is shown.
    """
    check_libraries()
    session = open_session(data_dir)
    app = make_application(session.settings.theme, session.settings.language)
    instance = Instance(session.paths.data)
    if not instance.begin(files):
        return 0
    window = make_window(session)
    instance.files_received.connect(window.receive)
    sys.excepthook = lambda *error: _report(window, *error)
    watch(window)
    window.show()
    window.add([path.absolute() for path in files])
    code = app.exec()
    instance.end()
    return _leave(window, code)


def check_libraries() -> None:
    """Raises ComplmError where Qt would end the process: a library that it needs is missing."""
    needs_x = sys.platform == "linux" and os.environ.get("DISPLAY")
    if not needs_x or os.environ.get("QT_QPA_PLATFORM") or os.environ.get("WAYLAND_DISPLAY"):
        return
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
    try:
        CDLL(str(plugins / "platforms" / "libqxcb.so"))
    except OSError as e:
        raise ComplmError(
            "The window cannot start: {reason}.",
            "Install what is missing, for example with: "
            "sudo apt install libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1",
            reason=e,
        ) from e


def make_window(session: Session, demo: Path | None = DEMO_DOCUMENT) -> MainWindow:
    """The window over the session's model and databases."""
    sys.setswitchinterval(SWITCH_SECONDS)
    follows = session == with_settings(session, session.settings)  # no other model was asked for
    window = MainWindow(session, partial(open_workspace, session, follows), demo, EngineProcess)
    Collector(window)
    _spare_collector()
    window.intake.listed.connect(_spare_collector)
    return window


def _spare_collector() -> None:
    """What is there now stays: Python's garbage collector need not look through it again, which
    would stop the window for two frames each time."""
    gc.freeze()


def make_application(theme: str, language: str = "system") -> QApplication:
    """The QApplication in the window's look and language."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    app = QApplication(sys.argv[:1])
    # QtPdf warns of every bookmark that names a page without a place on it, which is allowed.
    QLoggingCategory.setFilterRules("qt.pdf.bookmarks=false")
    app.setApplicationName("CompLM")
    app.setApplicationDisplayName("CompLM")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("complm")
    install(app, language)
    Theme(app, theme)
    return app


def _report(
    window: MainWindow,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
) -> None:
    report = "".join(traceback.format_exception(kind, error, trace))
    sys.stderr.write(report)
    window.show_crash(report)


def _leave(window: MainWindow, code: int) -> int:
    """Waits for the engine and the databases, but not long.

    Everything is committed step by step, so that the process may end at any moment.
    """
    ending = threading.Thread(target=window.shut_down, daemon=True)
    ending.start()
    ending.join(QUIT_SECONDS)
    if ending.is_alive():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code
