"""Models are listed, fetched from a hub on this computer, stopped, gone on with, used, removed."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from complm_app.config import load_settings
from complm_app.gui.library_model import State
from complm_app.gui.main_window import MainWindow
from complm_app.gui.model_rows import ModelRow
from complm_app.gui.models_dialog import ModelsDialog
from complm_app.gui.settings_dialog import SettingsDialog
from complm_app.hub_token import load_token
from tests.gui.conftest import wait_for_state
from tests.hub_server import Hub, serve

REPO = "ferry/Aurora-1B"

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


def model_files() -> dict[str, bytes]:
    """As much of a model as is looked at before it is loaded."""
    header = {"model.layers.0.weight": {"dtype": "BF16", "shape": [256, 512]}}
    header["model.layers.0.weight"]["data_offsets"] = [0, 262144]
    head = json.dumps(header).encode()
    return {
        "config.json": b'{"model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"]}',
        "tokenizer.json": b"{}",
        "model.safetensors": struct.pack("<Q", len(head)) + head + bytes(262144),
    }


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serve({REPO: model_files()}) as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "elsewhere" / "Boreas-1B"
    place.mkdir(parents=True)
    for name, content in model_files().items():
        (place / name).write_bytes(content)
    return place


@pytest.fixture
def dialog(window: MainWindow, hub: Hub, qtbot: QtBot) -> ModelsDialog:
    window.change_settings(mirror=hub.url)
    made = ModelsDialog(window)
    qtbot.waitUntil(lambda: "CompLM reader" in rows(made))
    return made


def rows(dialog: ModelsDialog) -> dict[str, ModelRow]:
    return {row.title.whole_text(): row for row in dialog.area.widget().findChildren(ModelRow)}


def button(dialog: ModelsDialog, row: str, name: str) -> QAbstractButton:
    found = rows(dialog)[row].findChildren(QAbstractButton)
    [wanted] = [each for each in found if each.accessibleName().startswith(name)]
    return wanted


def press(box: QMessageBox, text: str) -> None:
    [wanted] = [each for each in box.findChildren(QPushButton) if each.text() == text]
    wanted.click()


def test_the_bundled_model_and_the_recommended_ones_are_shown(dialog: ModelsDialog) -> None:
    shown = rows(dialog)
    assert "compresses\u00a02\u00d7" in shown["CompLM reader"].details.text()
    assert "In use" in [label.text() for label in shown["CompLM reader"].findChildren(QLabel)]
    assert "conditions\u00a0to\u00a0accept" in shown["gemma-3-4b-it"].details.text()


def test_downloads_have_to_be_allowed_first(
    dialog: ModelsDialog, window: MainWindow, hub: Hub, qtbot: QtBot
) -> None:
    dialog.name.setText(REPO)
    dialog.download.click()
    assert dialog.banner.message() == "CompLM is set to stay offline."
    assert not hub.tokens
    assert window.settings.offline
    dialog.banner.findChild(QPushButton, "link").click()
    assert not load_settings(window.session.paths.settings_file).offline
    qtbot.waitUntil(lambda: "Aurora-1B" in rows(dialog), timeout=60_000)
    assert hub.tokens == {None}


def test_a_download_is_paused_gone_on_with_and_used(
    dialog: ModelsDialog, window: MainWindow, hub: Hub, qtbot: QtBot
) -> None:
    window.change_settings(offline=False)
    hub.hold.clear()
    dialog.name.setText(REPO)
    dialog.download.click()
    qtbot.waitUntil(lambda: " of " in rows(dialog)[REPO].details.text(), timeout=60_000)
    qtbot.waitUntil(lambda: bool(hub.asked_for("model.safetensors")), timeout=60_000)
    button(dialog, REPO, "Pause").click()
    qtbot.waitUntil(lambda: rows(dialog)[REPO].details.text().startswith("Stopped"))
    hub.hold.set()
    button(dialog, REPO, "Go on").click()
    qtbot.waitUntil(lambda: "Aurora-1B" in rows(dialog), timeout=60_000)
    button(dialog, "Aurora-1B", "Use").click()
    used = window.session.paths.models / "Aurora-1B"
    assert load_settings(window.session.paths.settings_file).model == used
    assert window.status.model.text() == "Aurora-1B"


def test_a_cancelled_download_leaves_nothing(
    dialog: ModelsDialog, window: MainWindow, hub: Hub, qtbot: QtBot
) -> None:
    window.change_settings(offline=False)
    hub.hold.clear()
    dialog.name.setText(REPO)
    dialog.download.click()
    qtbot.waitUntil(lambda: bool(hub.asked_for("model.safetensors")), timeout=60_000)
    button(dialog, REPO, "Cancel").click()
    qtbot.waitUntil(lambda: REPO not in rows(dialog))
    qtbot.waitUntil(lambda: not list(window.session.paths.models.glob(".*.part")))


def test_what_goes_wrong_is_said_in_the_dialog(
    dialog: ModelsDialog, window: MainWindow, qtbot: QtBot
) -> None:
    window.change_settings(offline=False)
    dialog.name.setText("ferry/Zephyr")
    dialog.download.click()
    qtbot.waitUntil(lambda: "no model ferry/Zephyr" in dialog.banner.message(), timeout=60_000)
    dialog.name.setText("not a name")
    dialog.download.click()
    assert "not the name of a model" in dialog.banner.message()


def test_a_download_goes_on_in_sight_while_the_dialog_is_closed(
    dialog: ModelsDialog, window: MainWindow, hub: Hub, qtbot: QtBot
) -> None:
    window.change_settings(offline=False)
    assert window.transfers.isHidden()
    hub.hold.clear()
    dialog.name.setText(REPO)
    dialog.download.click()
    dialog.reject()
    assert window.transfers.text().startswith("Downloading Aurora-1B")
    hub.hold.set()
    qtbot.waitUntil(lambda: window.transfers.text() == "Aurora-1B can be used now", timeout=60_000)
    window.transfers.click()
    assert window.transfers.isHidden()
    window.findChild(ModelsDialog).reject()


def test_a_download_that_fails_while_the_dialog_is_closed_is_told_when_it_opens(
    dialog: ModelsDialog, window: MainWindow, qtbot: QtBot
) -> None:
    window.change_settings(offline=False)
    dialog.name.setText("ferry/Zephyr")
    dialog.download.click()
    dialog.reject()
    qtbot.waitUntil(lambda: window.transfers.text() == "A model could not be added", timeout=60_000)
    assert "no model ferry/Zephyr" in window.transfers.toolTip()
    opened = ModelsDialog(window)
    assert "no model ferry/Zephyr" in opened.banner.message()
    assert window.transfers.isHidden()
    opened.reject()


def test_return_in_a_field_does_not_close_the_dialogs(
    dialog: ModelsDialog, settings: SettingsDialog, qtbot: QtBot
) -> None:
    for shown, field in ((dialog, dialog.name), (settings, settings.mirror)):
        shown.show()
        field.setText("ferry/Zephyr")
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert shown.isVisible()
    assert dialog.banner.message() == "CompLM is set to stay offline."
    assert settings.problem.text()


def test_a_folder_is_added_where_it_is_and_removed(
    dialog: ModelsDialog, window: MainWindow, folder: Path, qtbot: QtBot
) -> None:
    press(dialog.ask_how_to_add(folder), "Use where it is")
    qtbot.waitUntil(lambda: "Boreas-1B" in rows(dialog), timeout=60_000)
    button(dialog, "Boreas-1B", "Use").click()
    assert window.settings.model == folder
    button(dialog, "Boreas-1B", "Remove").click()
    press(dialog.findChild(QMessageBox), "Remove")
    qtbot.waitUntil(lambda: "Boreas-1B" not in rows(dialog))
    assert window.settings.model is None
    assert folder.is_dir()


def test_another_ratio_compresses_the_library_anew(with_report: MainWindow, qtbot: QtBot) -> None:
    states: list[State] = []
    with_report.documents.dataChanged.connect(
        lambda *_: states.append(with_report.documents.rows()[0].state)
    )
    with_report.change_settings(ratio=4)
    assert State.WAITING in states
    wait_for_state(qtbot, with_report, State.READY)


@pytest.fixture
def settings(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> SettingsDialog:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    return SettingsDialog(window)


def test_a_token_is_stored_and_forgotten_and_never_shown(
    settings: SettingsDialog, window: MainWindow, qtbot: QtBot
) -> None:
    file = window.session.paths.token_file
    settings.token.setText("hf_secret")
    settings.token.editingFinished.emit()
    assert load_token(file) == "hf_secret"
    assert (settings.token.text(), settings.token.placeholderText()) == ("", "Stored")
    settings.findChild(QPushButton, "forgetToken").click()
    assert load_token(file) is None


@pytest.mark.parametrize("address", ["hub.example.org", "http://hub.example.org"])
def test_a_mirror_that_is_no_address_is_refused(
    settings: SettingsDialog, window: MainWindow, address: str
) -> None:
    settings.mirror.setText(address)
    settings.mirror.editingFinished.emit()
    assert "https://" in settings.problem.text()
    assert window.settings.mirror is None
    settings.mirror.setText("https://hub.example.org")
    settings.mirror.editingFinished.emit()
    assert settings.problem.text() == ""
    assert window.settings.mirror == "https://hub.example.org"
