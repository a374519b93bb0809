"""The reader pane: opening, moving, going back."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot
from reader_helpers import (
    LEFT,
    encrypted,
    find,
    numbered,
    opened,
    page_point,
    roman_labels,
    shown_pane,
    with_links,
)

from complm_app.gui.reader import loading
from complm_app.gui.reader.loading import STEP_MS

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),  # offscreen windows have no hints
    pytest.mark.qt_log_ignore("link with invalid location"),
]


# -- opening


def test_an_empty_reader_says_what_to_do(qtbot: QtBot) -> None:
    pane = shown_pane(qtbot)
    assert pane._message.text() == "Open a document from the library"
    assert pane._stack.currentWidget() is pane._message
    assert not any(action.isEnabled() for action in pane.actions())


def test_a_document_opens_at_its_first_page_with_its_printed_labels(
    qtbot: QtBot, tmp_path: Path
) -> None:
    pane = opened(qtbot, numbered(tmp_path / "five.pdf", 5), roman_labels(5))
    assert pane._header.page_field.text() == "i / 5"
    assert pane._header.title.text() == "five"
    assert pane.state().page == 0


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4\nbroken", b"plain words, no PDF"])
def test_a_file_that_is_no_pdf_is_a_quiet_message_and_a_signal(
    qtbot: QtBot, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(content)
    pane = shown_pane(qtbot)
    with qtbot.waitSignal(pane.failed) as failed:
        pane.open_document(path, "Broken", [])
    message, hint = failed.args or ("", "")
    assert message == "broken.pdf is damaged or not a PDF."
    assert hint
    assert pane._message.text() == f"{message}\n{hint}"
    assert pane._stack.currentWidget() is pane._message


def test_a_file_that_has_vanished_is_said_to_be_gone(qtbot: QtBot, tmp_path: Path) -> None:
    pane = shown_pane(qtbot)
    with qtbot.waitSignal(pane.failed) as failed:
        pane.open_document(tmp_path / "gone.pdf", "Gone", [])
    assert failed.args is not None
    assert failed.args[0] == "gone.pdf is no longer there."


def test_a_protected_document_asks_for_its_password_and_opens_with_it(
    qtbot: QtBot, tmp_path: Path
) -> None:
    path = encrypted(tmp_path / "secret.pdf", "tulip")
    pane = shown_pane(qtbot)
    with qtbot.waitSignals([pane.password_required, pane.failed], order="strict"):
        pane.open_document(path, "Secret", [])
    with qtbot.waitSignal(pane.failed) as failed:
        pane.open_document(path, "Secret", [], password="rose")
    assert failed.args is not None
    assert failed.args[0] == "The password of secret.pdf is not right."
    pane.open_document(path, "Secret", [], password="tulip")
    qtbot.waitUntil(lambda: pane._pdf.page_count() == 1)
    assert "agreement" in pane._pdf.page_text(0)


def test_only_the_document_asked_for_last_is_shown(qtbot: QtBot, tmp_path: Path) -> None:
    pane = shown_pane(qtbot)
    for pages in (3, 4, 5):
        path = numbered(tmp_path / f"{pages}.pdf", pages)
        pane.open_document(path, path.stem, [])
    qtbot.waitUntil(lambda: pane._view is not None)
    assert pane._pdf.page_count() == 5
    assert pane._header.title.text() == "5"


def test_closing_while_a_document_opens_leaves_the_reader_empty(
    qtbot: QtBot, tmp_path: Path
) -> None:
    pane = shown_pane(qtbot)
    pane.open_document(numbered(tmp_path / "one.pdf", 1), "One", [])
    pane.close_document()
    for thread in threading.enumerate():
        if thread.name == "reader-file":
            thread.join()
    qtbot.wait(10 * STEP_MS)
    assert pane._stack.currentWidget() is pane._message


def test_closing_while_pages_are_measured_lets_go_of_the_document(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "SLICE_SECONDS", -1)
    pane = shown_pane(qtbot)
    pane.open_document(numbered(tmp_path / "many.pdf", 40), "Many", [])
    qtbot.waitUntil(lambda: pane._loader.findChild(QPdfDocument) is not None)
    assert pane._view is None
    pane.close_document()
    qtbot.waitUntil(lambda: pane._loader.findChild(QPdfDocument) is None)
    assert pane._stack.currentWidget() is pane._message


def test_opening_the_open_document_again_keeps_the_page_and_takes_the_labels(
    qtbot: QtBot, tmp_path: Path
) -> None:
    path = numbered(tmp_path / "five.pdf", 5)
    pane = opened(qtbot, path)
    pane.show_page(3)
    pane.open_document(path, "New title", ["a", "b", "c", "d", "e"])
    assert pane._view is pane._pdf
    assert pane.state().page == 3
    assert pane._header.page_field.text() == "d / 5"


def test_the_file_is_not_kept_open(qtbot: QtBot, tmp_path: Path) -> None:
    path = numbered(tmp_path / "five.pdf", 5)
    pane = opened(qtbot, path)
    open_files = Path("/proc/self/fd")
    if open_files.is_dir():
        targets = [str(link.resolve()) for link in open_files.iterdir()]
        assert str(path) not in targets
    path.unlink()
    pane.show_page(4)
    assert "Page number 5" in pane._pdf.page_text(4)


def test_a_changed_file_is_shown_anew_on_the_same_page(qtbot: QtBot, tmp_path: Path) -> None:
    path = numbered(tmp_path / "five.pdf", 5)
    pane = opened(qtbot, path)
    pane.show_page(3)
    newer = numbered(tmp_path / "newer.pdf", 6, words="amendment")
    shutil.copyfile(newer, path)
    qtbot.waitUntil(lambda: pane._pdf.page_count() == 6)
    assert pane.state().page == 3
    assert "amendment" in pane._pdf.page_text(3)


def test_a_file_that_is_replaced_twice_is_noticed_twice(qtbot: QtBot, tmp_path: Path) -> None:
    path = numbered(tmp_path / "five.pdf", 5)
    pane = opened(qtbot, path)
    for pages in (6, 7):
        numbered(tmp_path / f"{pages}.pdf", pages).replace(path)
        qtbot.waitUntil(lambda pages=pages: pane._pdf.page_count() == pages)


def test_a_file_that_is_being_written_over_leaves_its_pages_on_the_screen(
    qtbot: QtBot, tmp_path: Path
) -> None:
    path = numbered(tmp_path / "five.pdf", 5)
    pane = opened(qtbot, path)
    with qtbot.waitSignal(pane._loader.failed):
        path.write_bytes(b"%PDF-1.4 half of it")
    assert pane._view is pane._pdf
    assert pane._pdf.page_count() == 5


# -- moving


def test_the_page_field_takes_a_printed_label_before_a_number(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "six.pdf", 6), roman_labels(6))
    field = pane._header.page_field
    for typed, page in (("2", 4), ("III", 2), ("6", 5), ("i", 0)):
        field.setFocus()
        field.setText(typed)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert pane.state().page == page
        assert field.text() == f"{roman_labels(6)[page]} / 6"


def test_a_page_that_does_not_exist_leaves_the_reader_where_it_is(
    qtbot: QtBot, tmp_path: Path
) -> None:
    pane = opened(qtbot, numbered(tmp_path / "five.pdf", 5))
    field = pane._header.page_field
    field.setFocus()
    for typed in ("99", "0", "x", ""):
        field.setText(typed)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert pane.state().page == 0


def test_scrolling_tells_the_page(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "five.pdf", 5))
    seen: list[int] = []
    pane.page_changed.connect(seen.append)
    bar = pane._pdf.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert seen == [4]
    assert pane._header.page_field.text() == "5 / 5"


def test_next_and_previous_page_stop_at_the_ends(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "three.pdf", 3))
    do = pane._commands
    pages = []
    for action in (do.previous_page, do.next_page, do.next_page, do.next_page, do.previous_page):
        action.trigger()
        pages.append(pane.state().page)
    assert pages == [0, 1, 2, 2, 1]


def test_back_and_forward_retrace_jumps_but_not_scrolling(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "ten.pdf", 10))
    back, forward = pane._commands.back, pane._commands.forward
    assert not back.isEnabled()
    pane.show_page(6)
    pane._commands.next_page.trigger()
    pane.show_citation(2, 0, 4)
    pages = []
    for action in (back, back, forward, forward):
        action.trigger()
        pages.append(pane.state().page)
    assert pages == [7, 0, 7, 2]
    assert back.isEnabled()
    assert not forward.isEnabled()


def test_the_mouses_own_buttons_go_back_and_forward(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "ten.pdf", 10))
    pane.show_page(6)
    viewport = pane._pdf.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.BackButton, pos=QPoint(100, 100))
    assert pane.state().page == 0
    qtbot.mouseClick(viewport, Qt.MouseButton.ForwardButton, pos=QPoint(100, 100))
    assert pane.state().page == 6


def test_another_document_starts_without_a_way_back(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "ten.pdf", 10))
    pane.show_page(6)
    pane.open_document(numbered(tmp_path / "other.pdf", 2), "Other", [])
    qtbot.waitUntil(lambda: pane._view is not None)
    assert not pane._commands.back.isEnabled()


def test_a_link_inside_the_document_leads_to_its_place_and_back(
    qtbot: QtBot, tmp_path: Path
) -> None:
    pane = opened(qtbot, with_links(tmp_path / "links.pdf"))
    pane.resize(700, 400)
    qtbot.waitUntil(lambda: pane.height() == 400)
    qtbot.mouseClick(pane._pdf.viewport(), LEFT, pos=page_point(pane, 0, 100, 185))
    assert pane.state().page == 2
    assert pane._pdf.place().top == pytest.approx(0.5, abs=0.02)
    pane._commands.back.trigger()
    assert pane.state().page == 0


def test_a_link_to_the_web_is_not_opened_without_asking(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_urls: list[QUrl] = []
    monkeypatch.setattr("complm_app.gui.reader.links.QDesktopServices.openUrl", opened_urls.append)
    pane = opened(qtbot, with_links(tmp_path / "links.pdf"))
    click = page_point(pane, 0, 100, 285)
    for button in (QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Open):
        qtbot.mouseClick(pane._pdf.viewport(), LEFT, pos=click)
        box = pane.findChildren(QMessageBox)[-1]
        assert "https://example.org/away" in box.informativeText()
        assert opened_urls == []
        box.button(button).click()
    assert [url.toString() for url in opened_urls] == ["https://example.org/away"]


def test_the_outline_leads_to_its_places(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, with_links(tmp_path / "links.pdf"))
    assert pane._header.outline_button.isVisible()
    tree = pane._outline.tree
    assert [tree.model().index(row, 0).data() for row in range(2)] == ["Beginning", "End"]
    tree.clicked.emit(tree.model().index(1, 0))
    assert pane.state().page == 2
    assert pane._commands.back.isEnabled()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_outline_opens_at_the_section_that_is_read(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, with_links(tmp_path / "links.pdf"))
    for page, section in ((0, "Beginning"), (2, "End")):
        pane.show_page(page)
        pane._header.outline_button.click()
        assert pane._outline.tree.currentIndex().data() == section
        pane._outline.hide()


def test_a_document_without_an_outline_has_no_button_for_it(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "two.pdf", 2))
    assert not pane._header.outline_button.isVisible()


# -- text documents

TEXT_PAGES = (
    "# Title\r\n\r\nA \U0001d538 first page.\r\n",
    "The second page says tulip.\n" * 60,
    "tulip end",
)


def test_text_is_shown_as_it_is_and_citations_are_marked(qtbot: QtBot) -> None:
    pane = shown_pane(qtbot)
    pane.open_text("Notes", TEXT_PAGES)
    for page, words in ((0, "first page"), (1, "says tulip"), (2, "end")):
        start = TEXT_PAGES[page].index(words)
        pane.show_citation(page, start, start + len(words))
        assert pane._text.cited_text() == words
        assert pane.state().page == page


def test_text_can_be_searched_zoomed_copied_and_left_by_back(qtbot: QtBot) -> None:
    pane = shown_pane(qtbot)
    pane.open_text("Notes", TEXT_PAGES)
    find(qtbot, pane, "tulip")
    assert pane._search_bar.count.text() == "1 of 61"
    pane._commands.zoom_in.trigger()
    assert pane.state().zoom > 1
    pane._search_bar.close_search()
    pane.show_page(0)
    pane._commands.select_page.trigger()
    assert pane._text.selected_text() == TEXT_PAGES[0].replace("\r\n", "\n")
    pane.show_page(2)
    pane._commands.back.trigger()
    assert pane.state().page == 0


# -- manners


def test_every_control_has_a_name_and_every_action_a_text(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "three.pdf", 3))
    pane._commands.find.trigger()
    controls = [*pane.findChildren(QAbstractButton), *pane.findChildren(QLineEdit)]
    unnamed = [
        control
        for control in controls
        if control.isVisible()
        and not (control.accessibleName() or control.toolTip())
        and not (isinstance(control, QAbstractButton) and control.text())
        and control.objectName() != "qt_clearbutton"
        and not isinstance(control.parent(), QLineEdit)
    ]
    assert unnamed == []
    assert all(action.text() and action.shortcuts() for action in pane.actions())
    assert pane._pdf.accessibleName() == "Pages"


def test_no_two_actions_have_the_same_keys(qtbot: QtBot) -> None:
    keys = [key.toString() for action in shown_pane(qtbot).actions() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))


def test_a_narrow_reader_keeps_title_page_and_search_and_lets_zooming_go(
    qtbot: QtBot, tmp_path: Path
) -> None:
    pane = opened(qtbot, numbered(tmp_path / "three.pdf", 3))
    for width, are_shown in ((300, False), (700, True)):
        pane.resize(width, 500)
        assert [each.isVisible() for each in pane._header._zooming] == [are_shown] * 3
