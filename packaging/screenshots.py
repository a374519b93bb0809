"""Pictures of the real window: `xvfb-run -a -s "-screen 0 1440x900x24" python
packaging/screenshots.py OUT`. With QT_SCALE_FACTOR=2 and a screen of 2880x1800 they are crisp.

Takes all states in turn, or those that --only names; --document adds files to work on, among them
such as are protected or cannot be read.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtWidgets import QDialog

from complm_app.gui.app import make_application, make_window
from complm_app.gui.cache_dialog import CacheDialog
from complm_app.gui.dialogs import CrashDialog, LineDialog, ask_password
from complm_app.gui.library_model import State
from complm_app.gui.models_dialog import ModelsDialog
from complm_app.gui.reader.actions import ReaderActions
from complm_app.gui.reader.header import ReaderHeader
from complm_app.gui.reader.search_bar import SearchBar
from complm_app.gui.restoring import SIZE
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
        self.window.resize(*SIZE)  # a bare X server draws no frames, so all of the screen is there
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

    def take(self, name: str, rest: float = 1.0) -> None:
        self.rest(rest)
        screen = self.window.screen()
        path = self.folder / f"{name}.png"
        screen.grabWindow(0).save(str(path))
        print(path, flush=True)

    def in_both_themes(self, name: str) -> None:
        for theme in ("light", "dark"):
            self.window.change_settings(theme=theme)
            self.take(f"{name}-{theme}")
        self.window.change_settings(theme="light")

    def dialog(self, dialog: QDialog, name: str) -> None:
        dialog.open()
        self.in_both_themes(name)
        dialog.reject()


def first_run(photographer: Photographer, args: argparse.Namespace) -> None:
    photographer.in_both_themes("first-run")


def working(photographer: Photographer, args: argparse.Namespace) -> None:
    """Files are read and compressed; a question is asked meanwhile."""
    window = photographer.window
    demo = window.documents.rows()[0]
    if not args.document:
        return
    window.add(args.document)
    photographer.wait(lambda: any((row.share or 0) > 0.3 for row in window.documents.rows()))
    photographer.take("working", rest=0.3)
    window.library.select([demo.key])
    window.open_row(demo)
    window.chat.ask(QUESTIONS[0])
    photographer.take("thinking", rest=0.1)
    photographer.wait(lambda: not window.chat.is_answering())
    window.status.set_paused(True)
    photographer.in_both_themes("paused")
    window.status.set_paused(False)
    photographer.wait(lambda: not window.intake.current or not window.intake.current.must_be_read)
    failed = [row for row in window.documents.rows() if row.state is State.FAILED]
    for dialog in window.findChildren(LineDialog):  # for a password
        dialog.reject()
    if failed:
        window.library.select([failed[0].key])
        window.open_row(failed[0])
        photographer.in_both_themes("failed")
    window.chat.new()


def overview(photographer: Photographer, args: argparse.Namespace) -> None:
    """Collections, a long document that is being compressed, answers with a citation shown: the
    last document is the long one, the one before it has a collection of its own."""
    if len(args.document) < 2:
        return
    window = photographer.window
    *short, contract, long = args.document
    demo = window.documents.rows()[0]
    window.desk.collections.make("Reports", [demo])
    window.desk.collections.make("Contracts")
    photographer.wait(lambda: len(window.documents.sections()) == 2)
    contracts, reports = window.documents.sections()
    window.add([contract], contracts.id)
    window.add(short, reports.id)
    rows = window.documents.rows
    photographer.wait(lambda: all(row.state is State.READY for row in rows()))
    _ask_about_demo(photographer, args)
    window.intake.add([long], reports.id)
    photographer.wait(lambda: rows()[-1].document and (rows()[-1].share or 0) > 0.3)
    photographer.in_both_themes("overview")


def _ask_about_demo(photographer: Photographer, args: argparse.Namespace) -> None:
    window = photographer.window
    demo = window.documents.rows()[0]
    window.library.select([demo.key])
    window.open_row(demo)
    for question in args.question or QUESTIONS:
        window.chat.ask(question)
        photographer.wait(lambda: not window.chat.is_answering())
    turn = window.chat_pane.conversation.turns[-1]
    if turn.chips:
        turn.chips[0].click()


def answer(photographer: Photographer, args: argparse.Namespace) -> None:
    window = photographer.window
    _ask_about_demo(photographer, args)
    composer = window.chat_pane.composer
    composer.box.setPlainText("Which repairs were put off, and why?")
    photographer.wait(lambda: composer.estimate.whole_text())
    photographer.in_both_themes("answer")
    composer.box.clear()


def stopped(photographer: Photographer, args: argparse.Namespace) -> None:
    """An answer that was stopped, one that is not in the document, and one that failed."""
    chat = photographer.window.chat
    chat.new()
    chat.ask("Who designed the Heron?")
    photographer.rest(0.05)
    chat.stop()
    photographer.wait(lambda: not chat.is_answering())
    chat.ask("What is the capital of Mongolia?")
    photographer.wait(lambda: not chat.is_answering())
    photographer.window.change_settings(ratio=1, answer_tokens=64)
    photographer.in_both_themes("stopped")
    photographer.window.change_settings(ratio=None)


def reader(photographer: Photographer, args: argparse.Namespace) -> None:
    """Search with its matches, then the outline."""
    pane = photographer.window.reader
    actions, header = pane.findChild(ReaderActions), pane.findChild(ReaderHeader)
    bar = pane.findChild(SearchBar)
    assert isinstance(actions, ReaderActions)
    assert isinstance(header, ReaderHeader)
    assert isinstance(bar, SearchBar)
    pane.show_page(5)
    actions.find.trigger()
    bar.field.setText("Tolley")
    photographer.in_both_themes("search")
    bar.close_search()
    header.outline_button.click()
    photographer.take("outline")
    for popup in photographer.app.topLevelWidgets():
        if popup.windowType() is popup.windowType().Popup:
            popup.hide()


def settings(photographer: Photographer, args: argparse.Namespace) -> None:
    photographer.dialog(SettingsDialog(photographer.window), "settings")


def models(photographer: Photographer, args: argparse.Namespace) -> None:
    photographer.dialog(ModelsDialog(photographer.window), "models")


def cache(photographer: Photographer, args: argparse.Namespace) -> None:
    photographer.dialog(CacheDialog(photographer.window), "cache")


def questions(photographer: Photographer, args: argparse.Namespace) -> None:
    """The dialogs that ask for a password and report a bug."""
    window = photographer.window
    dialog = ask_password(window, "Minutes, 1994", True, lambda password: None)
    photographer.in_both_themes("password")
    dialog.reject()
    photographer.dialog(CrashDialog("Traceback (most recent call last):\n  ...", window), "bug")


def history(photographer: Photographer, args: argparse.Namespace) -> None:
    photographer.window.chat_pane.show_history()
    photographer.in_both_themes("history")
    photographer.window.chat_pane.show_chat()


def collections(photographer: Photographer, args: argparse.Namespace) -> None:
    window = photographer.window
    [demo, *_] = window.documents.rows()
    window.desk.collections.make("Reports", [demo])
    photographer.wait(window.documents.sections)
    photographer.in_both_themes("collections")
    window.desk.collections.delete(window.documents.sections()[0])


def narrow(photographer: Photographer, args: argparse.Namespace) -> None:
    window = photographer.window
    window.resize(940, SIZE[1])
    photographer.take("narrow")
    window.resize(640, SIZE[1])
    window.folding.show_chat()
    photographer.take("narrow-chat")
    window.folding.show_reader()
    photographer.take("narrow-reader")
    window.menus.panes[0].setChecked(True)
    photographer.take("narrow-library")
    window.resize(*SIZE)


def empty(photographer: Photographer, args: argparse.Namespace) -> None:
    """All documents are removed, which can be undone; then the library is empty."""
    window = photographer.window
    window.chat.new()
    window.remove(window.documents.rows())
    photographer.in_both_themes("removed")
    window.intake.removal.settle()
    photographer.in_both_themes("empty")


STATES = {
    state.__name__.replace("_", "-"): state
    for state in (
        *(
            first_run,
            overview,
            working,
            answer,
            stopped,
            reader,
            settings,
            models,
            cache,
            questions,
        ),
        *(history, collections, narrow, empty),
    )
}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("`")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", action="append", choices=STATES, help="these states")
    parser.add_argument("--font", help="in place of the system's")
    parser.add_argument("--language", default="en", choices=LANGUAGES, help="of the window")
    parser.add_argument("--model", type=Path, help="in place of the bundled one")
    parser.add_argument("--document", type=Path, action="append", default=[], help="added too")
    parser.add_argument("--question", action="append", default=[], help="in place of the usual")
    args = parser.parse_args()
    photographer = Photographer(args.out, args.font, args.model, args.language)
    window = photographer.window
    photographer.wait(lambda: [row.state for row in window.documents.rows()] == [State.READY])
    for name in args.only or STATES:
        STATES[name](photographer, args)
    window.close()
    window.shut_down()
    return 0


if __name__ == "__main__":
    sys.exit(main())
