"""In which order files are read and compressed, and what becomes of them at the next start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from complm_app.engine.local import Emit, OpenWorkspace
from complm_app.engine.protocol import AddRequest, Progress, Request
from complm_app.gui.library_model import Row, State
from complm_app.gui.main_window import MainWindow
from complm_app.session import open_session
from tests.gui.conftest import wait_for_state
from tests.gui.documents import make_pdf
from tests.gui.driving import drop
from tests.gui.test_library_collections import lines

OpenWindow = Callable[..., MainWindow]

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


class HandMadeEngine:
    """Engine: remembers what it is asked for; a test says what happens."""

    def __init__(self, emit: Emit, open_workspace: OpenWorkspace) -> None:
        self.emit = emit
        self.requests: list[Request] = []
        self.cancelled: list[int] = []

    def submit(self, request: Request) -> int:
        self.requests.append(request)
        return len(self.requests)

    def cancel(self, job: int) -> None:
        self.cancelled.append(job)

    def set_paused(self, paused: bool) -> None:
        """Nothing moves by itself anyway."""

    def stop(self) -> None:
        """There is nothing to wait for."""


@pytest.fixture
def engines() -> list[HandMadeEngine]:
    return []


@pytest.fixture
def by_hand(
    qapp: QApplication, themed: None, tmp_path: Path, engines: list[HandMadeEngine]
) -> Iterator[MainWindow]:
    """A window whose engine is `engines[0]`."""

    def start(emit: Emit, open_workspace: OpenWorkspace) -> HandMadeEngine:
        engines.append(HandMadeEngine(emit, open_workspace))
        return engines[-1]

    window = MainWindow(open_session(tmp_path / "by hand"), nullcontext, None, start)  # type: ignore[arg-type]
    window.show()
    yield window
    window.close()
    window.shut_down()
    window.deleteLater()


def test_a_file_is_not_put_aside_for_others_before_it_is_in_the_library(
    by_hand: MainWindow, engines: list[HandMadeEngine], tmp_path: Path, qtbot: QtBot
) -> None:
    """Else two long ones would put each other aside for ever, each read again and again."""
    by_hand.add([make_pdf(tmp_path / f"{name}.pdf", ["One page."]) for name in ("one", "two")])
    [engine] = engines
    assert [type(request) for request in engine.requests] == [AddRequest]
    for stage, unit in (("reading", "pages"), ("segmenting", "pages"), ("loading", "models")):
        with qtbot.waitSignal(by_hand.bridge.happened):
            engine.emit(1, Progress(stage, 3, 9, unit, document="of one"))
        assert engine.cancelled == []
    with qtbot.waitSignal(by_hand.bridge.happened):
        engine.emit(1, Progress("segmenting", 3, 9, "passages", document="of one"))
    assert engine.cancelled == [1]


def test_several_files_that_cannot_be_read_are_told_of_together(
    with_report: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    broken = [tmp_path / f"{name}.pdf" for name in ("one", "two", "three")]
    for path in broken:
        path.write_bytes(b"%PDF-1.7\n1 0 obj and no more")
    drop(with_report, *broken)
    qtbot.waitUntil(lambda: len(failed(with_report)) == 3)
    banner = with_report.reading.banner
    assert banner.message() == "3 documents could not be read."
    with_report.open_row(failed(with_report)[0])
    assert banner.message() == "“one.pdf” is cut off: the end of the PDF is missing."


def failed(window: MainWindow) -> list[Row]:
    return [row for row in window.documents.rows() if row.state is State.FAILED]


def test_of_a_file_that_was_removed_nothing_is_said_any_more(
    with_report: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\n1 0 obj and no more")
    drop(with_report, broken)
    qtbot.waitUntil(lambda: len(failed(with_report)) == 1)
    assert with_report.reading.banner.isVisible()
    with_report.remove(failed(with_report))
    assert not with_report.reading.banner.isVisible()


def test_all_files_that_failed_are_tried_again_with_one_click(
    with_report: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    broken = [tmp_path / f"{name}.pdf" for name in ("one", "two")]
    for path in broken:
        path.write_bytes(b"%PDF-1.7\n1 0 obj and no more")
    drop(with_report, *broken)
    qtbot.waitUntil(lambda: with_report.reading.banner.message().startswith("2 documents"))
    for path in broken:
        make_pdf(path, [f"This is {path.stem}."])
    with_report.failed_documents.try_again()
    wait_for_state(qtbot, with_report, State.READY, count=3)


def test_a_file_that_could_not_be_read_is_still_there_at_the_next_start(
    with_report: MainWindow, open_window: OpenWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\n1 0 obj and no more")
    drop(with_report, broken)
    qtbot.waitUntil(lambda: len(failed(with_report)) == 1)
    with_report.close()
    with_report.shut_down()
    second = open_window()
    qtbot.waitUntil(lambda: len(failed(second)) == 1)
    assert second.reading.banner.isHidden()  # its row says it; nobody has added it just now


def test_a_file_that_waited_for_its_collection_comes_into_it_at_the_next_start(
    with_report: MainWindow, open_window: OpenWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    with_report.desk.collections.make("Boats")
    qtbot.waitUntil(lambda: bool(with_report.documents.sections()))
    with_report.status.set_paused(True)
    [boats] = with_report.documents.sections()
    with_report.add([make_pdf(tmp_path / "Kestrel.pdf", ["A pilot boat."])], boats.id)
    with_report.close()
    with_report.shut_down()
    second = open_window()
    wait_for_state(qtbot, second, State.READY, count=2)
    assert lines(second)[:2] == ["[Boats]", "Kestrel"]


def test_a_window_that_was_closed_without_a_document_opens_none_by_itself(
    with_report: MainWindow, open_window: OpenWindow, qtbot: QtBot
) -> None:
    with_report.library.list.clearSelection()
    with_report.reading.close()
    with_report.close()
    with_report.shut_down()
    second = open_window()
    wait_for_state(qtbot, second, State.READY)
    assert second.reading.row is None
    assert second.library.selected() == []


def test_the_first_document_of_a_folder_that_is_added_is_opened(
    window: MainWindow, report: Path, qtbot: QtBot
) -> None:
    drop(window, report.parent)
    wait_for_state(qtbot, window, State.READY)
    assert window.reading.row is window.documents.rows()[0]


def test_a_crash_before_the_demo_is_read_still_leaves_it_open_with_its_questions(
    open_window: OpenWindow, report: Path, qtbot: QtBot
) -> None:
    first = open_window(demo=report)
    first.status.set_paused(True)
    qtbot.waitUntil(lambda: first.reading.row is not None)
    first.restoring.keep_now()
    first.shut_down()  # and nothing is kept any more
    second = open_window(demo=report)
    wait_for_state(qtbot, second, State.READY)
    assert second.reading.row is second.documents.rows()[0]
    assert len(second.chat_pane.conversation.suggestions()) == 3
