"""The real window over a temporary folder, with a model without weights."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from complm_app.core.cache import Cache
from complm_app.core.library import Library
from complm_app.engine.protocol import Model
from complm_app.engine.workspace import Workspace
from complm_app.gui.garbage import Collector
from complm_app.gui.library_model import State
from complm_app.gui.main_window import MainWindow
from complm_app.gui.restoring import SIZE
from complm_app.gui.theme import Theme
from complm_app.session import open_session
from tests.fakes import make_model
from tests.gui.documents import make_pdf

OpenWindow = Callable[..., MainWindow]


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    return QApplication


@pytest.fixture(scope="module", autouse=True)
def _collector(qapp: QApplication) -> Iterator[None]:
    """As in the program; and what a module leaves is gone before other tests begin threads."""
    collector = Collector()
    yield
    gc.collect()
    collector.stop()


@pytest.fixture(autouse=True)
def _english() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.English))


@pytest.fixture
def themed(qapp: QApplication) -> None:
    """The application has its theme, as make_application gives it one."""
    if qapp.findChild(Theme) is None:
        Theme(qapp, "light")


@pytest.fixture
def open_window(qapp: QApplication, themed: None, tmp_path: Path) -> Iterator[OpenWindow]:
    """Opens windows: (folder name, load, demo); the same folder twice is a restart."""
    windows: list[MainWindow] = []

    def open_one(
        folder: str = "data",
        load: Callable[[], Model] = make_model,
        demo: Path | None = None,
    ) -> MainWindow:
        session = open_session(tmp_path / folder)

        @contextmanager
        def workspace() -> Iterator[Workspace]:
            paths = session.paths
            with Library.open(paths.library_db) as library, Cache.open(paths.cache_db) as cache:
                yield Workspace(library, cache, load)

        window = MainWindow(session, workspace, demo)
        if window.remembered.is_first_run:
            window.resize(*SIZE)  # the screen of these tests is smaller
        windows.append(window)
        window.show()
        return window

    yield open_one
    for window in windows:
        window.close()
        window.shut_down()
        window.deleteLater()
    qapp.processEvents()


@pytest.fixture
def window(open_window: OpenWindow) -> MainWindow:
    return open_window()


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return make_pdf(
        tmp_path / "Harbour report.pdf",
        ["The harbour opened in the spring of 1987.", "The pilot boat is called Kestrel."],
        labels=["i", "1"],
    )


@pytest.fixture
def with_report(window: MainWindow, report: Path, qtbot: QtBot) -> MainWindow:
    """A window whose library holds the report, read and compressed."""
    window.add([report])
    wait_for_state(qtbot, window, State.READY)
    return window


def action_named(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text() == text)


def wait_for_state(
    qtbot: QtBot, window: MainWindow, state: State, count: int = 1, seconds: int = 10
) -> None:
    def reached() -> None:
        rows = window.documents.rows()
        assert [row.state for row in rows] == [state] * count, [row.error for row in rows]

    qtbot.waitUntil(reached, timeout=1000 * seconds)
