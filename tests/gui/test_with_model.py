"""The whole window over the bundled model."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from complm_app.gui.library_model import State
from complm_app.gui.main_window import MainWindow
from complm_app.session import BUNDLED_MODEL, DEMO_DOCUMENT, open_session, open_workspace
from tests.gui.conftest import wait_for_state

pytestmark = [
    pytest.mark.skipif(not BUNDLED_MODEL.is_dir(), reason="the bundled model is not there"),
    pytest.mark.qt_log_ignore(
        "This plugin does not support propagateSizeHints", "bookmark with invalid location"
    ),
    pytest.mark.filterwarnings("default"),  # torch's own, in the worker's thread
]


def test_the_first_start_reads_the_demo_and_answers_with_pages(
    themed: None, tmp_path: Path, qtbot: QtBot
) -> None:
    session = open_session(tmp_path)
    window = MainWindow(session, lambda: open_workspace(session), demo=DEMO_DOCUMENT)
    window.show()
    try:
        wait_for_state(qtbot, window, State.READY, seconds=120)
        window.chat_pane.conversation.suggestions()[0].click()
        qtbot.waitUntil(lambda: not window.chat.is_answering(), timeout=120_000)
        shown = window.chat_pane.conversation.turns[0].shown
        assert shown is not None
        assert shown.text
        assert shown.coverage.pages_total == 12
        assert shown.segments.compressed == 0
        assert shown.found == bool(shown.citations)
    finally:
        window.close()
        window.shut_down()
