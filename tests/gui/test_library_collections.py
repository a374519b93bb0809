"""Collections in the library's pane: made, filled by dragging, asked, folded, deleted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from complm_app.gui.dialogs import LineDialog
from complm_app.gui.library_delegate import HEADING_HEIGHT, ROW_HEIGHT, chevron_left
from complm_app.gui.library_model import OTHERS, ROW, SECTION, Row, Section, Sort, State
from complm_app.gui.main_window import MainWindow
from tests.gui.conftest import action_named, wait_for_state
from tests.gui.documents import make_pdf
from tests.gui.driving import ask, drop

OpenWindow = Callable[..., MainWindow]

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


def lines(window: MainWindow) -> list[str]:
    """What the list shows; headings in brackets."""
    model = window.documents
    indexes = [model.index(place) for place in range(model.rowCount())]
    return [f"[{i.data()}]" if i.data(SECTION) else str(i.data()) for i in indexes]


def section(window: MainWindow, name: str) -> Section:
    return next(each for each in window.documents.sections() if each.title == name)


def row(window: MainWindow, title: str) -> Row:
    return next(each for each in window.documents.rows() if each.title == title)


@pytest.fixture
def boats(with_report: MainWindow, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    """Two documents, and an empty collection, Boats."""
    drop(with_report, make_pdf(tmp_path / "tides.pdf", ["High tide comes twice a day."]))
    wait_for_state(qtbot, with_report, State.READY, count=2)
    with_report.desk.collections.make("Boats")
    qtbot.waitUntil(lambda: len(with_report.documents.sections()) == 1)
    return with_report


@pytest.fixture
def filled(boats: MainWindow, qtbot: QtBot) -> MainWindow:
    """Boats holds the report."""
    boats.desk.collections.put([row(boats, "Harbour report")], section(boats, "Boats").id)
    qtbot.waitUntil(lambda: section(boats, "Boats").count == 1)
    return boats


def drag(window: MainWindow, title: str, onto: str, *, copy: bool = False) -> None:
    """Drops a document's line onto another line, as the mouse would."""
    model, view = window.documents, window.library.list
    places = [model.index(place) for place in range(model.rowCount())]
    dragged = next(index for index in places if index.data() == title and index.data(ROW))
    target = next(index for index in places if index.data() == onto)
    data = model.mimeData([dragged])
    action = Qt.DropAction.CopyAction if copy else Qt.DropAction.MoveAction
    event = _Drop(
        QPointF(view.visualRect(target).center()),
        action,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.setDropAction(action)
    event.sender = view
    view.dropEvent(event)


class _Drop(QDropEvent):
    """Qt knows the source of a drag only while one is under way."""

    sender: object = None

    def source(self) -> object:  # type: ignore[override]
        return self.sender


def test_without_collections_the_list_has_no_headings(with_report: MainWindow) -> None:
    assert lines(with_report) == ["Harbour report"]


def test_a_new_collection_is_named_in_a_dialog(with_report: MainWindow, qtbot: QtBot) -> None:
    action_named(with_report.library.menus.menu(None), "New collection...").trigger()
    dialog = with_report.findChild(LineDialog)
    qtbot.keyClicks(dialog.findChild(QLineEdit), "Boats")
    qtbot.keyClick(dialog.findChild(QLineEdit), Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: lines(with_report) == ["[Boats]", "[Other documents]", "Harbour report"]
    )


def test_a_document_is_dragged_into_a_collection_and_out_again(
    boats: MainWindow, qtbot: QtBot
) -> None:
    drag(boats, "tides", "Boats")
    qtbot.waitUntil(
        lambda: lines(boats) == ["[Boats]", "tides", "[Other documents]", "Harbour report"]
    )
    drag(boats, "tides", "Harbour report")
    qtbot.waitUntil(
        lambda: lines(boats) == ["[Boats]", "[Other documents]", "Harbour report", "tides"]
    )


def test_a_document_that_is_copied_stands_in_both_collections(
    filled: MainWindow, qtbot: QtBot
) -> None:
    filled.desk.collections.make("Harbours")
    qtbot.waitUntil(lambda: "[Harbours]" in lines(filled))
    drag(filled, "Harbour report", "Harbours", copy=True)
    qtbot.waitUntil(lambda: lines(filled).count("Harbour report") == 2)
    assert [each.title for each in filled.documents.rows()] == ["Harbour report", "tides"]


def test_files_from_elsewhere_are_dropped_into_a_collection(
    boats: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    view = boats.library.list
    heading = view.visualRect(boats.documents.heading_of(section(boats, "Boats").id)).center()
    assert boats.library.section_below(boats, view.viewport().mapTo(boats, heading))
    boats.add([make_pdf(tmp_path / "new.pdf", ["The Kestrel is new."])], section(boats, "Boats").id)
    assert "new" in lines(boats)[:2]
    wait_for_state(qtbot, boats, State.READY, count=3)
    assert lines(boats)[:2] == ["[Boats]", "new"]


def test_a_collection_that_is_selected_is_the_scope_of_the_chat(
    filled: MainWindow, qtbot: QtBot
) -> None:
    filled.library.select_section(section(filled, "Boats").id)
    assert filled.library.scope() == ([row(filled, "Harbour report")], ["Boats"])
    turn = ask(qtbot, filled, "What is the pilot boat called?")
    assert turn.shown is not None
    assert turn.shown.coverage.pages_total == 2


def test_an_empty_collection_is_not_the_whole_library(boats: MainWindow, qtbot: QtBot) -> None:
    boats.library.select_section(section(boats, "Boats").id)
    turn = ask(qtbot, boats, "What is the pilot boat called?")
    assert turn.banner.message() == "This collection is empty."


def test_what_comes_into_a_selected_collection_comes_into_the_scope(
    filled: MainWindow, qtbot: QtBot
) -> None:
    boats = section(filled, "Boats")
    filled.library.select_section(boats.id)
    filled.desk.collections.put([row(filled, "tides")], boats.id)
    with qtbot.waitSignal(filled.library.scope_changed) as emitted:
        pass
    assert [each.title for each in emitted.args[0]] == ["Harbour report", "tides"]


def test_headings_are_lower_than_documents(filled: MainWindow) -> None:
    heights = [filled.library.list.rowHeight(place) for place in range(4)]
    assert heights == [HEADING_HEIGHT, ROW_HEIGHT, HEADING_HEIGHT, ROW_HEIGHT]


def test_documents_have_their_height_again_when_the_headings_have_gone(
    filled: MainWindow, qtbot: QtBot
) -> None:
    filled.desk.collections.delete(section(filled, "Boats"))
    qtbot.waitUntil(lambda: filled.documents.sections() == [])
    heights = [filled.library.list.rowHeight(place) for place in range(2)]
    assert heights == [ROW_HEIGHT, ROW_HEIGHT]


def test_a_collection_is_folded_by_its_chevron_and_by_the_arrow_keys(
    filled: MainWindow, qtbot: QtBot
) -> None:
    view, boats = filled.library.list, section(filled, "Boats")
    rect = view.visualRect(filled.documents.heading_of(boats.id))
    place = QPoint(chevron_left(rect) + 8, rect.center().y())
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert lines(filled) == ["[Boats]", "[Other documents]", "tides"]
    filled.library.select_section(boats.id)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert lines(filled)[1] == "Harbour report"
    filled.library.select([row(filled, "Harbour report").key])
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.currentIndex().data() == "Boats"


def test_a_folded_collection_opens_for_what_is_looked_for(filled: MainWindow) -> None:
    filled.documents.set_open(section(filled, "Boats").id, False)
    filled.library.filter.setText("harbour")
    assert lines(filled) == ["[Boats]", "Harbour report"]
    filled.library.filter.clear()
    filled.library.select([row(filled, "Harbour report").key])
    assert filled.library.selected() == [row(filled, "Harbour report")]


def test_what_is_folded_and_sorted_is_remembered(
    filled: MainWindow, open_window: OpenWindow, qtbot: QtBot
) -> None:
    filled.documents.set_open(OTHERS, False)
    action_named(filled.library.menus.menu(None), "Sort by title").trigger()
    filled.close()
    filled.shut_down()
    second = open_window()
    qtbot.waitUntil(lambda: lines(second) == ["[Boats]", "Harbour report", "[Other documents]"])
    assert second.documents.sorted_by.value == "title"


def test_the_menus_check_the_order_that_the_list_has(filled: MainWindow) -> None:
    filled.documents.sort_by(Sort.PAGES)
    for text in ("Sort by length", "Sort by title"):
        menu = filled.library.menus.menu(None)
        action_named(menu, text).trigger()
        menu.aboutToShow.emit()
        assert [a.text() for a in menu.actions() if a.isChecked()] == [text]
    assert lines(filled) == ["[Boats]", "Harbour report", "[Other documents]", "tides"]


def test_a_collection_is_renamed(filled: MainWindow, qtbot: QtBot) -> None:
    filled.library.select_section(section(filled, "Boats").id)
    filled.library.menus.rename.trigger()
    field = filled.findChild(LineDialog).findChild(QLineEdit)
    assert field.text() == "Boats"
    field.setText("Ships")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: lines(filled)[0] == "[Ships]")


def test_a_name_that_is_taken_is_refused_in_a_banner(filled: MainWindow, qtbot: QtBot) -> None:
    filled.desk.collections.make("boats")
    qtbot.waitUntil(lambda: filled.reading.banner.isVisible())
    assert "already" in filled.reading.banner.message()


def test_delete_on_a_collection_asks_and_keeps_its_documents(
    filled: MainWindow, qtbot: QtBot
) -> None:
    filled.library.select_section(section(filled, "Boats").id)
    filled.library.menus.remove.trigger()
    box = filled.findChild(QMessageBox)
    assert box.text() == "Delete the collection “Boats”? Its documents stay in the library."
    action = next(button for button in box.buttons() if button.text() == "Delete")
    QApplication.processEvents()
    action.click()
    qtbot.waitUntil(lambda: lines(filled) == ["Harbour report", "tides"])


def test_a_document_is_put_in_and_taken_out_by_its_menu(filled: MainWindow, qtbot: QtBot) -> None:
    tides = row(filled, "tides")
    filled.library.select([tides.key])
    below = action_named(filled.library.menus.menu(tides), "Add to collection").menu()
    action_named(below, "Boats").trigger()
    qtbot.waitUntil(lambda: section(filled, "Boats").count == 2)
    filled.library.select([tides.key])
    action_named(filled.library.menus.menu(tides), "Take out of “Boats”").trigger()
    qtbot.waitUntil(lambda: section(filled, "Boats").count == 1)


def test_a_removed_document_comes_back_into_its_collection(
    filled: MainWindow, qtbot: QtBot
) -> None:
    filled.remove([row(filled, "Harbour report")])
    assert "Harbour report" not in lines(filled)
    filled.intake.removal.undo()
    assert lines(filled)[:2] == ["[Boats]", "Harbour report"]
    wait_for_state(qtbot, filled, State.READY, count=2)
