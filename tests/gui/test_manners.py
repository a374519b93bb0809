"""Keyboard, names for screen readers, narrow windows, themes, settings, a second start."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from complm_app.config import Settings, load_settings
from complm_app.core.library import Chat
from complm_app.engine.protocol import Progress
from complm_app.gui.cache_dialog import CacheDialog
from complm_app.gui.instance import Instance
from complm_app.gui.library_model import State, row_of
from complm_app.gui.main_window import MainWindow
from complm_app.gui.models_dialog import ModelsDialog
from complm_app.gui.settings_dialog import SettingsDialog
from complm_app.gui.shown import as_markdown
from complm_app.gui.theme import DARK, LIGHT, Tokens, theme
from complm_app.session import reading_choice
from tests.gui.conftest import action_named, wait_for_state
from tests.gui.documents import document, make_pdf
from tests.gui.driving import ask, drop

OpenWindow = Callable[..., MainWindow]

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)


def unnamed(parent: QWidget) -> list[str]:
    """Controls that a screen reader would have no words for; what a control is made of not."""
    return [
        f"{type(control).__name__} {control.objectName()}"
        for control in parent.findChildren(QWidget)
        if isinstance(control, CONTROLS)
        and not control.isHidden()
        and not is_part_of_another(control)
        and not (control.accessibleName() or getattr(control, "text", str)())
    ]


def is_part_of_another(control: QWidget) -> bool:
    above = control.parentWidget()
    while above is not None and not isinstance(above, CONTROLS):
        above = above.parentWidget()
    return above is not None or control.objectName().startswith("qt_")


def test_the_window_loads_no_torch() -> None:
    code = "import sys, complm_app.gui.app; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_control_has_a_name(with_report: MainWindow, qtbot: QtBot) -> None:
    ask(qtbot, with_report, "What is the pilot boat called?")
    assert unnamed(with_report) == []


@pytest.mark.parametrize("make", [SettingsDialog, ModelsDialog, CacheDialog])
def test_every_control_of_the_dialogs_has_a_name(
    window: MainWindow, make: Callable[[MainWindow], QWidget]
) -> None:
    assert unnamed(make(window)) == []


def test_tab_leads_from_filter_to_list_to_question(with_report: MainWindow, qtbot: QtBot) -> None:
    with_report.activateWindow()
    with_report.library.filter.setFocus()
    seen = []
    for _ in range(40):
        focused = QApplication.focusWidget()
        seen.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    wanted = (
        with_report.library.filter,
        with_report.library.add_button,
        with_report.library.list,
        with_report.chat_pane.history_button,
        with_report.chat_pane.composer.box,
    )
    places = [seen.index(widget) for widget in wanted]
    assert places == sorted(places)


def test_the_library_folds_away_in_a_narrow_window_and_comes_back(window: MainWindow) -> None:
    for width, shown in ((1200, True), (900, False), (1200, True)):
        window.folding.fit(width)
        assert window.library.isVisible() is shown


def test_reader_and_chat_take_turns_in_a_very_narrow_window(window: MainWindow) -> None:
    window.folding.fit(700)
    assert (window.reader_side.isVisible(), window.chat_pane.isVisible()) == (True, False)
    window.folding.show_chat()
    assert (window.reader_side.isVisible(), window.chat_pane.isVisible()) == (False, True)
    window.folding.fit(1200)
    assert (window.reader_side.isVisible(), window.chat_pane.isVisible()) == (True, True)


def test_a_library_that_was_folded_away_is_shown_when_it_is_wanted(window: MainWindow) -> None:
    window.folding.fit(900)
    assert not window.menus.panes[0].isChecked()
    window.menus.panes[0].trigger()
    assert window.library.isVisible()
    window.folding.fit(1200)
    assert window.library.isVisible()


def test_a_library_that_is_only_folded_away_is_there_at_the_next_start(
    window: MainWindow, open_window: OpenWindow
) -> None:
    window.folding.fit(900)
    window.restoring.keep_now()
    window.folding.fit(1200)
    second = open_window()
    assert second.library.isVisible()


def test_a_pane_that_the_user_hid_stays_hidden(window: MainWindow) -> None:
    window.folding.fit(1200)
    window.menus.panes[0].setChecked(False)
    window.folding.fit(900)
    window.folding.fit(1200)
    assert not window.library.isVisible()


def test_the_theme_changes_without_a_restart_and_is_stored(window: MainWindow) -> None:
    window.change_settings(theme="dark")
    assert theme().tokens is DARK
    assert window.palette().window().color() == QColor(DARK.ground)
    assert load_settings(window.session.paths.settings_file).theme == "dark"
    window.change_settings(theme="light")
    assert theme().tokens is LIGHT


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_all_text_stands_out_from_its_ground(tokens: Tokens) -> None:
    texts = {
        "text": (tokens.text, (tokens.ground, tokens.pane, tokens.selection, tokens.accent_ground)),
        "dim": (tokens.dim, (tokens.ground, tokens.pane, tokens.selection)),
        "accent": (tokens.accent, (tokens.pane, tokens.accent_ground)),
        "ok": (tokens.ok, (tokens.pane,)),
        "amber": (tokens.amber, (tokens.pane, tokens.amber_ground)),
        "on accent": (tokens.on_accent, (tokens.accent,)),
    }
    weak = [
        (name, ground, round(contrast(color, ground), 2))
        for name, (color, grounds) in texts.items()
        for ground in grounds
        if contrast(color, ground) < 4.5
    ]
    assert weak == []


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    parts = QColor(color).getRgbF()[:3]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_settings_are_stored_as_they_are_changed(window: MainWindow) -> None:
    dialog = SettingsDialog(window)
    ratio = dialog.findChild(QComboBox, "ratio")
    ratio.setCurrentIndex(1)
    dialog.reject()
    assert window.settings.ratio == 1
    assert load_settings(window.session.paths.settings_file) == Settings(ratio=1)


@pytest.mark.parametrize("name", ["embeddings_in_8_bits", "prefixes_in_8_bits"])
def test_what_is_kept_can_be_stored_in_8_bits(window: MainWindow, name: str) -> None:
    dialog = SettingsDialog(window)
    dialog.findChild(QCheckBox, name).click()
    dialog.reject()
    stored = load_settings(window.session.paths.settings_file)
    assert stored == Settings(**{name: True})
    changed = replace(window.session, settings=stored)
    assert reading_choice(changed) != reading_choice(replace(changed, settings=Settings()))


def test_a_second_start_hands_its_files_to_the_first_one(
    qapp: QApplication, tmp_path: Path, qtbot: QtBot
) -> None:
    first, second = Instance(tmp_path), Instance(tmp_path)
    assert first.begin([])
    files = [tmp_path / "a.pdf", tmp_path / "b with ümlaut.pdf"]
    with qtbot.waitSignal(first.files_received) as received:
        assert not second.begin(files)
    assert received.args == [files]
    first.end()


def test_windows_on_different_data_do_not_know_of_each_other(
    qapp: QApplication, tmp_path: Path
) -> None:
    first, second = Instance(tmp_path / "one"), Instance(tmp_path / "two")
    assert first.begin([])
    assert second.begin([])
    first.end()
    second.end()


def test_chats_are_found_renamed_and_deleted(with_report: MainWindow, qtbot: QtBot) -> None:
    ask(qtbot, with_report, "What is the pilot boat called?")
    with_report.chat.new()
    ask(qtbot, with_report, "When did the harbour open?")
    history = with_report.chat_pane.history
    with_report.chat_pane.show_history()
    qtbot.waitUntil(lambda: history.list.count() == 2)
    qtbot.keyClicks(history.field, "kestrel")
    qtbot.waitUntil(lambda: history.list.count() == 1)
    chat = history.list.item(0).data(Qt.ItemDataRole.UserRole)
    with_report.chat.rename(chat, "Boats")
    qtbot.waitUntil(lambda: history.list.item(0).text() == "Boats")
    with_report.chat.delete(chat)
    qtbot.waitUntil(lambda: history.list.count() == 0)


def test_chats_are_renamed_deleted_and_left_with_the_keyboard(
    with_report: MainWindow, qtbot: QtBot
) -> None:
    ask(qtbot, with_report, "What is the pilot boat called?")
    history = with_report.chat_pane.history
    with_report.chat_pane.show_history()
    qtbot.waitUntil(lambda: history.list.count() == 1)
    qtbot.keyClick(history.field, Qt.Key.Key_Down)
    with qtbot.waitSignal(history.rename_wanted):
        qtbot.keyClick(history.list, Qt.Key.Key_F2)
    with qtbot.waitSignal(history.delete_wanted):
        qtbot.keyClick(history.list, Qt.Key.Key_Delete)
    for dialog in with_report.findChildren(QDialog):
        dialog.close()
    qtbot.keyClick(history.list, Qt.Key.Key_Escape)
    assert with_report.chat_pane.conversation.isVisible()


def test_the_question_box_is_as_high_as_its_lines(window: MainWindow, qtbot: QtBot) -> None:
    box = window.chat_pane.composer.box
    line = box.fontMetrics().lineSpacing()
    box.setPlainText("one")
    qtbot.waitUntil(lambda: line <= box.height() < 2 * line)
    box.setPlainText("one\ntwo\nthree")
    qtbot.waitUntil(lambda: 3 * line <= box.height() < 4 * line)


def test_what_would_do_nothing_is_grey_in_its_menu_and_its_keys_stay(
    with_report: MainWindow, qtbot: QtBot
) -> None:
    menus = {action.text(): action.menu() for action in with_report.menuBar().actions()}
    again = action_named(menus["&Chat"], "Ask again")
    menus["&Chat"].aboutToShow.emit()
    assert not again.isEnabled()
    menus["&Chat"].aboutToHide.emit()
    assert again.isEnabled()
    ask(qtbot, with_report, "What is the pilot boat called?")
    menus["&Chat"].aboutToShow.emit()
    assert again.isEnabled()
    menus["&File"].aboutToShow.emit()
    names = ("Show in file manager", "Remove from library", "Rename collection...")
    enabled = [action_named(menus["&File"], name).isEnabled() for name in names]
    assert enabled == [True, True, False]


def test_work_is_paused_from_the_menu_and_goes_on(
    window: MainWindow, report: Path, qtbot: QtBot
) -> None:
    pause = next(a for a in window.findChildren(QAction) if a.text().startswith("Pause reading"))
    pause.trigger()
    assert (window.bridge.paused, pause.isChecked()) == (True, True)
    drop(window, report)
    assert window.status.what.text().startswith("Paused")
    window.status.pause.click()
    assert (window.bridge.paused, pause.isChecked()) == (False, False)
    wait_for_state(qtbot, window, State.READY)


def test_the_time_left_is_that_of_all_documents_that_wait(window: MainWindow) -> None:
    progress = Progress("compressing", 5000, 10_000, "tokens", 100.0, 50.0)
    row = row_of(document("long", pages=10), State.WORKING)
    row.progress = progress
    window.status.show_work(row, 0, 0)
    assert window.status.pace.text() == "50 % · 100 tokens/s · 50 s left"
    window.status.show_work(row, 1, 70)  # 70 pages of 1,000 tokens: 700 s more
    assert window.status.pace.text() == "50 % · 100 tokens/s · 12 min left"
    assert window.status.what.text() == "Compressing long · 1 waiting"


def test_after_a_crash_document_chat_and_panes_are_as_they_were(
    open_window: OpenWindow, report: Path, qtbot: QtBot
) -> None:
    first = open_window()
    drop(first, report)
    wait_for_state(qtbot, first, State.READY)
    first.menus.panes[0].setChecked(False)
    ask(qtbot, first, "What is the pilot boat called?")
    stored = first.session.paths.config / "window.ini"
    wanted = ("pane0=false", f"chat={first.chat.chat.id}" if first.chat.chat else "no chat")
    qtbot.waitUntil(lambda: stored.is_file() and all(text in stored.read_text() for text in wanted))
    # The first window is neither closed nor told anything: as if its process had been killed.
    second = open_window()
    qtbot.waitUntil(lambda: second.reader.state().path == report)
    qtbot.waitUntil(lambda: len(second.chat_pane.conversation.turns) == 1)
    assert not second.library.isVisible()


def test_an_earlier_chat_is_shown_as_it_was(with_report: MainWindow, qtbot: QtBot) -> None:
    first = ask(qtbot, with_report, "What is the pilot boat called?")
    chat, text, line = with_report.chat.chat, first.text, first.quiet.text()
    assert isinstance(chat, Chat)
    with_report.chat.new()
    with_report.chat.open(chat)
    qtbot.waitUntil(lambda: len(with_report.chat_pane.conversation.turns) == 1)
    turn = with_report.chat_pane.conversation.turns[0]
    assert (turn.text, turn.quiet.text(), len(turn.chips)) == (text, line, 1)


def test_an_exported_chat_names_documents_and_pages(
    with_report: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    turn = ask(qtbot, with_report, "What is the pilot boat called?")
    with_report.chat.export(tmp_path / "chat.md")
    text = (tmp_path / "chat.md").read_text(encoding="utf-8")
    assert turn.shown is not None
    assert text == as_markdown("What is the pilot boat called?", [turn.shown])
    assert "> The pilot boat is called Kestrel.  \n> — Harbour report, page 1" in text


def test_a_removed_document_is_out_of_the_scope_at_once(
    with_report: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    drop(with_report, make_pdf(tmp_path / "tides.pdf", ["High tide comes twice a day."]))
    wait_for_state(qtbot, with_report, State.READY, count=2)
    with_report.remove([with_report.documents.rows()[1]])
    assert with_report.library.selected() == []
    turn = ask(qtbot, with_report, "When does high tide come?")
    assert turn.text == "The document does not say."
