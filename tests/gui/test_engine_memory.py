"""The status bar's word on memory."""

from __future__ import annotations

import subprocess
import sys

from pytestqt.qtbot import QtBot

from complm_app.gui.engine_memory import memory_of_children
from complm_app.gui.main_window import MainWindow

MEGABYTE = 2**20
HOLDING = f"held = b'x' * {64 * MEGABYTE}; print('ready', flush=True); input()"


def test_what_the_engine_takes_is_shown_as_long_as_there_is_one(
    window: MainWindow, qtbot: QtBot
) -> None:
    before = memory_of_children()
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDING], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    child.stdout.readline()
    try:
        assert memory_of_children() - before > 64 * MEGABYTE
        window.memory.look()
        qtbot.waitUntil(lambda: window.status.model.text().endswith("MB of memory"))
    finally:
        child.communicate(b"\n")


def test_nothing_is_said_of_memory_before_there_is_an_engine(window: MainWindow) -> None:
    window.status.show_model("Reader", 2)
    assert window.status.model.text() == "Reader · 2\u00d7"
    window.status.show_memory(900 * MEGABYTE)
    assert window.status.model.text() == "Reader · 2\u00d7 · 900 MB of memory"
    window.status.show_memory(1500 * MEGABYTE)
    assert window.status.model.text() == "Reader · 2\u00d7 · 1.5 GB of memory"
    window.status.show_memory(0)
    assert window.status.model.text() == "Reader · 2\u00d7"
