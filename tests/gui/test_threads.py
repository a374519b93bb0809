"""Qt belongs to the window's thread; reader/loading.py says why. Others only emit signals."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest
from pytestqt.qtbot import QtBot

import complm_app.gui
from complm_app.gui.library_model import State
from tests.gui.conftest import OpenWindow, wait_for_state

OTHER_THREADS = re.compile(
    r"\b(QThread|QThreadPool|QRunnable|QtConcurrent|moveToThread|BlockingQueuedConnection)\b"
)


def test_no_object_of_qt_is_made_in_another_thread_or_moved_to_one() -> None:
    folder = Path(complm_app.gui.__file__).parent
    found = {
        f"{path.relative_to(folder)}: {name}"
        for path in folder.rglob("*.py")
        for name in OTHER_THREADS.findall(_code(path))
    }
    assert not found


def _code(path: Path) -> str:
    """Without the docstring of the module, which may name what must not be used."""
    return path.read_text(encoding="utf-8").split('"""', 2)[2]


@pytest.fixture
def called_in_other_threads() -> Iterator[set[str]]:
    """The names of the functions of Qt that threads of Python call, from here on."""
    called: set[str] = set()

    def note(frame: FrameType, event: str, function: object) -> None:
        owner = getattr(function, "__self__", None)
        bases = type(owner).__mro__
        if event == "c_call" and any(base.__module__.startswith("PySide6") for base in bases):
            called.add(getattr(function, "__name__", ""))

    threading.setprofile(note)
    yield called
    threading.setprofile(None)


@pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen windows have no hints
def test_other_threads_call_nothing_of_qt_but_emit(
    called_in_other_threads: set[str], open_window: OpenWindow, report: Path, qtbot: QtBot
) -> None:
    window = open_window()
    window.add([report])
    wait_for_state(qtbot, window, State.READY)
    window.reader.open_document(report, "Report")
    qtbot.waitUntil(lambda: window.reader.state().path is not None)
    assert called_in_other_threads == {"emit"}
