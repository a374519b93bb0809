"""The window speaks German and Simplified Chinese, all of it."""

from __future__ import annotations

import ast
import re
import string
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from complm_app.errors import ModelIncompatibleError, Phrase, TooLargeError
from complm_app.gui import failures, words
from complm_app.gui.cache_dialog import CacheDialog
from complm_app.gui.library_model import State
from complm_app.gui.main_window import MainWindow
from complm_app.gui.models_dialog import ModelsDialog
from complm_app.gui.settings_dialog import SettingsDialog
from complm_app.gui.translation import FOLDER, LANGUAGES, install, language_for
from tests.gui.conftest import wait_for_state
from tests.gui.driving import ask

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging"))
import translations

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

OpenWindow = Callable[..., MainWindow]
Speak = Callable[[str], object]
PLACES = re.compile(r"%L?[1-9n]")


@pytest.fixture
def speak(qapp: QApplication) -> Iterator[Speak]:
    """Makes the application speak a language, until the end of the test."""
    before = set(qapp.findChildren(QTranslator))
    yield lambda language: install(qapp, language)
    for translator in set(qapp.findChildren(QTranslator)) - before:
        qapp.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(QLocale(QLocale.Language.English))


def files() -> list[Path]:
    return [FOLDER / f"complm_{language}.ts" for language in translations.LANGUAGES]


# ---- the files


def test_the_settings_offer_the_languages_that_there_are() -> None:
    assert list(LANGUAGES) == ["en", *translations.LANGUAGES]


def test_all_texts_of_the_code_are_translated() -> None:
    assert translations.problems() == []


def test_what_the_window_loads_is_what_the_translators_wrote(tmp_path: Path) -> None:
    for file in files():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    translations.release(tmp_path)
    for file in files():
        name = file.with_suffix(".qm").name
        assert (FOLDER / name).read_bytes() == (tmp_path / name).read_bytes(), name


@pytest.mark.parametrize("file", files(), ids=lambda file: file.stem)
def test_translations_keep_the_places_of_values(file: Path) -> None:
    for _, source, forms, _ in translations.entries(file):
        for form in forms:
            assert sorted(PLACES.findall(form)) == sorted(PLACES.findall(source)), source
            assert names(form) == names(source), source
            assert form.startswith(" ") == source.startswith(" ") or file.stem.endswith("Hans")
            assert form == form.rstrip(), source


def names(text: str) -> set[str | None]:
    """The values that a text of str.format names; in others, braces are braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_no_text_is_where_qts_tool_does_not_see_it() -> None:
    """As inside an f-string."""
    contexts, sources, _, _ = zip(*translations.entries(files()[0]), strict=True)
    assert all(contexts)  # what a module's own `tr` says would have none: words.tr, not tr
    known = set(sources)
    for file in translations.GUI.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "tr":
                assert isinstance(node.args[0], ast.Constant), f"{file}:{node.lineno}"
                assert node.args[0].value in known, f"{file}:{node.lineno}"


# ---- the choice


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (["de-AT", "de", "en"], "de"),
        (["zh-Hans-CN", "zh-CN", "zh"], "zh_Hans"),
        (["zh-Hant-TW", "zh-TW"], "en"),
        (["fr-FR", "fr", "de-DE"], "de"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_the_first_language_that_there_is_is_taken(wanted: list[str], language: str) -> None:
    assert language_for("system", wanted) == language


def test_the_settings_choice_comes_before_the_systems() -> None:
    assert language_for("zh_Hans", ["de-DE"]) == "zh_Hans"


# ---- the window


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_the_window_shows_nothing_in_english(
    language: str,
    speak: Speak,
    open_window: OpenWindow,
    report: Path,
    qtbot: QtBot,
) -> None:
    speak(language)
    file = FOLDER / f"complm_{language}.ts"
    sources = {s for _, s, forms, _ in translations.entries(file) if forms[0] != s}
    same = {form for _, _, forms, _ in translations.entries(file) for form in forms}
    window = open_window()
    window.add([report])
    wait_for_state(qtbot, window, State.READY)
    dialogs = [
        SettingsDialog(window),
        ModelsDialog(window),
        CacheDialog(window),
    ]
    shown = {text for each in (window, *dialogs) for text in texts_of(each)}
    assert len(shown) > 100
    assert shown & ((sources | {"Close", "&Close", "Cancel"}) - same) == set()
    for dialog in dialogs:
        dialog.close()


def texts_of(window: QWidget) -> Iterator[str]:
    """What can be read on a window, pointed at, or heard from a screen reader."""
    for widget in (window, *window.findChildren(QWidget)):
        yield from (widget.windowTitle(), widget.toolTip(), widget.accessibleName())
        match widget:
            case QLabel() | QAbstractButton():
                yield widget.text()
            case QLineEdit() | QPlainTextEdit():
                yield widget.placeholderText()
            case QComboBox():
                yield from (widget.itemText(place) for place in range(widget.count()))
            case QMenu():
                yield widget.title()
            case QDialogButtonBox():
                yield from (button.text() for button in widget.buttons())
    for action in window.findChildren(QAction):
        yield from (action.text(), action.toolTip())


@pytest.mark.parametrize("language", ["en", *translations.LANGUAGES])
def test_the_settings_cut_no_label(language: str, speak: Speak, open_window: OpenWindow) -> None:
    speak(language)
    dialog = SettingsDialog(open_window())
    dialog.show()
    labels = [label for label in dialog.findChildren(QLabel) if label.buddy() is not None]
    assert len(labels) > 8
    assert [each.text() for each in labels if each.sizeHint().width() > each.width()] == []
    dialog.close()


@pytest.mark.parametrize("language", ["en", *translations.LANGUAGES])
def test_each_menu_has_a_key_of_its_own(
    language: str, speak: Speak, open_window: OpenWindow
) -> None:
    speak(language)
    titles = [action.text() for action in open_window().menuBar().actions()]
    keys = [title[title.index("&") + 1].casefold() for title in titles]
    assert len(set(keys)) == len(titles) > 4


# ---- errors and numbers


def test_errors_are_said_in_the_windows_language(speak: Speak) -> None:
    error = TooLargeError(
        "{file} has {count:,} pages; at most {limit:,} can be read.",
        "Split it into smaller files.",
        file="a.pdf",
        count=20_001,
        limit=20_000,
    )
    assert failures.whole(error) == f"{error.message} {error.hint}"
    speak("de")
    assert (
        failures.message(error)
        == "a.pdf hat 20.001 Seiten; höchstens 20.000 können gelesen werden."
    )
    assert failures.hint(error) == "Teilen Sie die Datei in kleinere auf."


def test_what_the_document_does_not_say_is_said_in_the_windows_language(
    speak: Speak, open_window: OpenWindow, report: Path, qtbot: QtBot
) -> None:
    speak("de")
    window = open_window()
    window.add([report])
    wait_for_state(qtbot, window, State.READY)
    turn = ask(qtbot, window, "Zebras?")
    assert turn.text == "Das Dokument sagt dazu nichts."


def test_phrases_in_errors_are_translated_too(speak: Speak) -> None:
    speak("de")
    error = ModelIncompatibleError(
        "The model in {folder} cannot be used: {reason}.",
        folder="m",
        reason=Phrase("it names no token that ends an answer"),
    )
    assert failures.whole(error) == (
        "Das Modell in m kann nicht verwendet werden: "
        "es nennt kein Token, das eine Antwort beendet."
    )


def test_numbers_are_written_as_the_language_does(speak: Speak) -> None:
    assert words.pages(1200) == "1,200 pages"
    speak("de")
    assert words.pages(1200) == "1.200 Seiten"
    assert words.size(1_500_000) == "1,4 MB"
    speak("zh_Hans")
    assert words.pages(1200) == "1,200 页"
