"""The window's language: CompLM's own translations and Qt's, for its buttons and menus."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

FOLDER = Path(__file__).parent / "translations"
LANGUAGES = {"en": "English", "de": "Deutsch", "zh_Hans": "简体中文"}
"""By the names of their files, in their own words. English is what the code says."""


def language_for(choice: str, wanted: Sequence[str]) -> str:
    """One of LANGUAGES: `choice`, or for "system" the first of `wanted` that there is.

    `wanted` are names as QLocale.uiLanguages gives them: "de-AT", "zh-Hans-CN", "zh-CN".
    """
    if choice != "system":
        return choice
    for name in wanted:
        locale = QLocale(name)
        for language in LANGUAGES:
            ours = QLocale(language)
            if (locale.language(), locale.script()) == (ours.language(), ours.script()):
                return language
    return "en"


def install(app: QCoreApplication, choice: str) -> str:
    """Makes `app` speak the language chosen in the settings; gives the one that it is.

    Numbers and sizes are written as the system does where it speaks the same language.
    """
    system = QLocale.system()
    language = language_for(choice, system.uiLanguages())
    locale = QLocale(language)
    QLocale.setDefault(system if system.language() is locale.language() else locale)
    if language != "en":
        qt = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        _load(app, locale, "complm", FOLDER)
        _load(app, locale, "qtbase", qt)
    return language


def _load(app: QCoreApplication, locale: QLocale, name: str, folder: Path) -> None:
    translator = QTranslator(app)
    if not translator.load(locale, name, "_", str(folder)):
        raise FileNotFoundError(f"{folder} has no {name} for {locale.name()}")
    app.installTranslator(translator)
