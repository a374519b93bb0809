"""Pictures of the real window: `xvfb-run -a -s "-screen 0 1440x900x24" python
packaging/screenshots.py OUT`. With QT_SCALE_FACTOR=2 and a screen of 2880x1800 they are crisp."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from complm_app.gui.app import make_application, make_window
from complm_app.gui.cache_dialog import CacheDialog
from complm_app.gui.library_model import State
from complm_app.gui.models_dialog import ModelsDialog
from complm_app.gui.settings_dialog import SettingsDialog
from complm_app.gui.translation import LANGUAGES
from complm_app.session import open_session

PATIENCE_SECONDS = 300.0
QUESTIONS = (
    "Who was the millionth passenger?",
    "What level did the gauge at Tolley reach?",
)


class Photographer:
    """Drives the window as a user would and takes its picture when it is in a state."""

    def __init__(self, folder: Path, font: str | None, model: Path | None, language: str) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.app = make_application("light", language)
        if font:
            family = self.app.font()
            family.setFamilies([font])
            self.app.setFont(family)
        session = open_session(Path(tempfile.mkdtemp(prefix="complm-pictures-")), model)
        self.window = make_window(session)
        self.window.show()

    def wait(self, until: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
        end = time.monotonic() + seconds
        while not until():
            if time.monotonic() > end:
                raise TimeoutError("the window did not get into the state to photograph")
            self.app.processEvents()
            time.sleep(0.005)

    def rest(self, seconds: float) -> None:
        """Lets animations and the pages' drawing come to an end."""
        end = time.monotonic() + seconds
        self.wait(lambda: time.monotonic() > end)

    def take(self, name: str) -> None:
        self.rest(1.0)
        screen = self.window.screen()
        path = self.folder / f"{name}.png"
        screen.grabWindow(0).save(str(path))
        print(path)

    def in_both_themes(self, name: str) -> None:
        for theme in ("light", "dark"):
            self.window.change_settings(theme=theme)
            self.take(f"{name}-{theme}")
        self.window.change_settings(theme="light")


def first_run(photographer: Photographer) -> None:
    window = photographer.window
    photographer.wait(lambda: [r.state for r in window.documents.rows()] == [State.READY])
    photographer.in_both_themes("first-run")


def working(photographer: Photographer, documents: Sequence[Path]) -> None:
    window = photographer.window
    demo = window.documents.rows()[0]
    window.add(documents)
    window.library.select([demo.key])
    window.open_row(demo)
    photographer.wait(
        lambda: any((row.share or 0) > 0.3 for row in window.documents.rows()),
    )
    photographer.take("working")


def answer(photographer: Photographer, questions: Sequence[str]) -> None:
    window = photographer.window
    for question in questions:
        window.chat.ask(question)
        photographer.wait(lambda: not window.chat.is_answering())
    composer = window.chat_pane.composer
    composer.box.setPlainText("Which repairs were put off, and why?")
    photographer.wait(lambda: composer.estimate.whole_text())
    turn = window.chat_pane.conversation.turns[-1]
    if turn.chips:
        turn.chips[0].click()
    photographer.in_both_themes("answer")


def settings(photographer: Photographer) -> None:
    dialog = SettingsDialog(photographer.window)
    dialog.open()
    photographer.in_both_themes("settings")
    dialog.reject()


def models(photographer: Photographer) -> None:
    dialog = ModelsDialog(photographer.window)
    dialog.open()
    photographer.in_both_themes("models")
    dialog.reject()


def cache(photographer: Photographer) -> None:
    window = photographer.window
    dialog = CacheDialog(window)
    dialog.open()
    photographer.in_both_themes("cache")
    dialog.reject()


def history(photographer: Photographer) -> None:
    photographer.window.chat_pane.show_history()
    photographer.in_both_themes("history")
    photographer.window.chat_pane.show_chat()


def collections(photographer: Photographer) -> None:
    window = photographer.window
    [demo, *_] = window.documents.rows()
    window.desk.collections.make("Reports", [demo])
    photographer.wait(window.documents.sections)
    photographer.in_both_themes("collections")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--font", help="in place of the system's")
    parser.add_argument("--language", default="en", choices=LANGUAGES, help="of the window")
    parser.add_argument("--model", type=Path, help="in place of the bundled one")
    parser.add_argument("--document", type=Path, action="append", default=[], help="added too")
    parser.add_argument("--question", action="append", default=[], help="in place of the usual")
    args = parser.parse_args()
    photographer = Photographer(args.out, args.font, args.model, args.language)
    first_run(photographer)
    if args.document:
        working(photographer, args.document)
    answer(photographer, args.question or QUESTIONS)
    settings(photographer)
    models(photographer)
    cache(photographer)
    history(photographer)
    collections(photographer)
    photographer.window.close()
    photographer.window.shut_down()
    return 0


if __name__ == "__main__":
    sys.exit(main())
