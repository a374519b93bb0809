"""How much is kept of what, whether it is sound, and how it is made again or cleared."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from complm_app.gui.cache_dialog import CacheDialog
from complm_app.gui.library_model import State
from complm_app.gui.main_window import MainWindow
from tests.gui.conftest import wait_for_state
from tests.gui.documents import make_pdf

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture
def dialog(with_report: MainWindow, tmp_path: Path, qtbot: QtBot) -> CacheDialog:
    """Of a library with two documents."""
    pages = [f"Tide {n} came at {n} past seven and went before noon." for n in range(4)]
    with_report.add([make_pdf(tmp_path / "Tides.pdf", pages)])
    wait_for_state(qtbot, with_report, State.READY, count=2)
    made = CacheDialog(with_report)
    qtbot.waitUntil(lambda: len(titles(made)) == 2)
    return made


def titles(dialog: CacheDialog) -> list[str]:
    places = range(dialog.list.topLevelItemCount())
    return [dialog.list.topLevelItem(place).text(0) for place in places]


def press(dialog: CacheDialog, text: str) -> None:
    """A button of the question that the dialog asks."""
    (box,) = dialog.findChildren(QMessageBox)
    next(button for button in box.buttons() if button.text() == text).click()


def test_the_documents_are_listed_with_model_and_size_the_largest_first(
    dialog: CacheDialog,
) -> None:
    assert titles(dialog) == ["Tides", "Harbour report"]
    first = dialog.list.topLevelItem(0)
    assert first.text(1) == "Fake · 2\u00d7"
    assert first.text(2) == "432 bytes"


def test_the_cache_is_checked_and_all_of_it_cleared(dialog: CacheDialog, qtbot: QtBot) -> None:
    dialog.check.click()
    qtbot.waitUntil(lambda: dialog.outcome.text().endswith("entries are sound."))
    assert dialog.clear.text() == "Clear all"
    qtbot.waitUntil(dialog.clear.isEnabled)
    dialog.clear.click()
    assert len(titles(dialog)) == 2
    press(dialog, "Clear all")
    qtbot.waitUntil(lambda: titles(dialog) == [])
    assert dialog.outcome.text() == "The cache is empty. The next answers take longer."


def test_what_is_selected_is_cleared_and_the_rest_stays(dialog: CacheDialog, qtbot: QtBot) -> None:
    dialog.list.topLevelItem(0).setSelected(True)
    assert (dialog.rebuild.text(), dialog.clear.text()) == ("Rebuild", "Clear")
    dialog.clear.click()
    qtbot.waitUntil(lambda: titles(dialog) == ["Harbour report"])


def test_what_is_rebuilt_is_compressed_again(
    dialog: CacheDialog, with_report: MainWindow, qtbot: QtBot
) -> None:
    states: list[State] = []
    tides = with_report.documents.rows()[1]
    with_report.documents.dataChanged.connect(lambda *_: states.append(tides.state))
    dialog.list.topLevelItem(0).setSelected(True)
    dialog.rebuild.click()
    qtbot.waitUntil(lambda: State.WORKING in states and tides.state is State.READY)
    again = CacheDialog(with_report)
    qtbot.waitUntil(lambda: len(titles(again)) == 2)
    assert titles(again) == ["Tides", "Harbour report"]


def test_nothing_is_cleared_or_rebuilt_where_the_question_is_answered_with_cancel(
    dialog: CacheDialog, qtbot: QtBot
) -> None:
    for button in (dialog.clear, dialog.rebuild):
        button.click()
        (box,) = dialog.findChildren(QMessageBox)
        box.button(QMessageBox.StandardButton.Cancel).click()
        qtbot.waitUntil(lambda: not dialog.findChildren(QMessageBox))
        assert button.isEnabled()
    assert len(titles(dialog)) == 2


def test_a_dialog_that_was_closed_meanwhile_is_left_alone(
    dialog: CacheDialog, with_report: MainWindow, qtbot: QtBot
) -> None:
    dialog.open()
    dialog.rebuild.click()
    press(dialog, "Rebuild all")
    dialog.reject()
    looked: list[object] = []
    with_report.slow_stores.run(lambda library, cache: None, looked.append)
    qtbot.waitUntil(lambda: bool(looked))
    wait_for_state(qtbot, with_report, State.READY, count=2)
