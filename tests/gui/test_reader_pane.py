"""The reader pane: opening, moving, zooming, selecting, finding, going back."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from reader_helpers import (
    encrypted,
    numbered,
    opened,
    pixels_of,
    roman_labels,
    shown_pane,
    unusual_characters,
    with_links,
)

from complm_app.gui.reader import loading
from complm_app.gui.reader.loading import STEP_MS
from complm_app.gui.reader.pane import ReaderPane
from complm_app.gui.reader.places import Place
from complm_app.gui.reader.search_bar import SearchBar
from complm_app.gui.reader.zoom import FIT_PAGE, FIT_WIDTH

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),  # offscreen windows have no hints
    pytest.mark.qt_log_ignore("link with invalid location"),
]
LEFT = Qt.MouseButton.LeftButton


def position_of(pane: ReaderPane, page: int, words: str, side: str = "center") -> QPoint:
    """Where the words are in the viewport; `side` is left, center or right."""
    text = pane._pdf.page_text(page)
    start = text.index(words)
    assert pane._pdf._texts is not None
    (rect,) = pane._pdf.mark_rects(pane._pdf._texts.between(page, start, start + len(words)))
    inset = 2
    x = {"left": rect.left() + inset, "center": rect.center().x(), "right": rect.right() - inset}
    return QPoint(round(x[side]), round(rect.center().y()))


def page_point(pane: ReaderPane, page: int, x: float, y: float) -> QPoint:
    """A point of the page, in points from its upper left corner, in the viewport."""
    rect = pane._pdf.page_layout().rect_of(page, QRectF(x, y, 0, 0))
    return (rect.topLeft() - pane._pdf.scrolled()).toPoint()


def drag(qtbot: QtBot, viewport: QWidget, start: QPoint, end: QPoint) -> None:
    qtbot.mousePress(viewport, LEFT, pos=start)
    qtbot.mouseMove(viewport, start + (end - start) / 2)
    qtbot.mouseMove(viewport, end)
    qtbot.mouseRelease(viewport, LEFT, pos=end)


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


# -- zoom


def test_fitting_the_width_follows_the_width(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "three.pdf", 3))
    assert pane.state().zoom == FIT_WIDTH
    for width in (500, 900):
        pane.resize(width, 800)
        qtbot.waitUntil(lambda width=width: pane._pdf.width() == width)
        frame = pane._pdf.page_layout().frame(0)
        assert frame.width() == pane._pdf.viewport().width() - 36
        assert pane._pdf.horizontalScrollBar().maximum() == 0


def test_fitting_the_page_shows_all_of_it(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "three.pdf", 3))
    pane._commands.fit_page.trigger()
    frame = pane._pdf.page_layout().frame(0)
    assert pane.state().zoom == FIT_PAGE
    assert frame.height() == pytest.approx(pane._pdf.viewport().height() - 36, abs=1)


def test_zooming_and_resizing_keep_the_place(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "ten.pdf", 10))
    pane._pdf.go_to(Place(5, 0.4))
    do = pane._commands
    for action in (do.zoom_in, do.zoom_in, do.zoom_out, do.actual_size, do.fit_width):
        action.trigger()
        assert pane._pdf.place().page == 5
        assert pane._pdf.place().top == pytest.approx(0.4, abs=0.01)
    pane.resize(500, 600)
    qtbot.waitUntil(lambda: pane._pdf.width() == 500)
    assert pane._pdf.place().top == pytest.approx(0.4, abs=0.01)


def test_zooming_with_the_wheel_keeps_what_is_under_the_mouse(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "ten.pdf", 10))
    pane.restore(4, 2.0)
    mouse = QPointF(300, 200)
    before = pane._pdf.page_point(mouse)
    pane._pdf.zoom_around(2.6, mouse)
    after = pane._pdf.page_point(mouse)
    assert before is not None
    assert after is not None
    assert after[0] == before[0]
    assert (after[1] - before[1]).manhattanLength() < 2
    assert pane.state().zoom == pytest.approx(2.6)


def test_a_restored_reader_is_where_it_was_and_cannot_go_back(qtbot: QtBot, tmp_path: Path) -> None:
    path = numbered(tmp_path / "ten.pdf", 10)
    pane = shown_pane(qtbot)
    pane.open_document(path, "Ten", [])
    pane.restore(7, 1.25)
    qtbot.waitUntil(lambda: pane._view is not None)
    state = pane.state()
    assert (state.path, state.page, state.zoom) == (path, 7, 1.25)
    assert pane._header._scale.text() == "125 %"
    assert not pane._commands.back.isEnabled()


def test_a_picture_made_for_another_zoom_does_not_stay(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "three.pdf", 3))
    view = pane._pdf
    for _ in range(3):
        pane.restore(0, 0.4)
        view.viewport().repaint()
        pane.restore(0, 1.5)
        size = view.page_layout().frame(0).size()

        def is_sharp(size: object = size) -> bool:
            image = view._rendered.image(0)
            return image is not None and image.size() == size

        qtbot.waitUntil(is_sharp)


# -- selecting and copying


def test_dragging_selects_words_and_copy_puts_them_on_the_clipboard(
    qtbot: QtBot, tmp_path: Path
) -> None:
    pane = opened(qtbot, numbered(tmp_path / "three.pdf", 3))
    assert not pane._commands.copy.isEnabled()
    start = position_of(pane, 0, "number", "left") - QPoint(2, 0)
    drag(qtbot, pane._pdf.viewport(), start, position_of(pane, 0, "number", "right"))
    assert pane._pdf.selected_text() == "number"
    pane._commands.copy.trigger()
    assert QGuiApplication.clipboard().text() == "number"


def test_dragging_backwards_and_past_the_words_selects_the_same(
    qtbot: QtBot, tmp_path: Path
) -> None:
    pane = opened(qtbot, numbered(tmp_path / "three.pdf", 3))
    viewport = pane._pdf.viewport()
    left = position_of(pane, 0, "Page number 1", "left")
    right = position_of(pane, 0, "Page number 1", "right")
    drag(qtbot, viewport, right + QPoint(120, 0), left - QPoint(40, 0))
    assert pane._pdf.selected_text() == "Page number 1"


def test_a_selection_goes_on_over_pages(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "three.pdf", 3))
    pane._commands.fit_page.trigger()
    pane.resize(700, 900)
    pane.restore(0, 0.5)
    start = position_of(pane, 0, "the agreement", "left")
    drag(qtbot, pane._pdf.viewport(), start, position_of(pane, 1, "Page number 2", "right"))
    assert [part.page for part in pane._pdf.selection()] == [0, 1]
    assert pane._pdf.selected_text().endswith("AGREEMENT\nPage number 2")


def test_a_double_click_selects_the_word_and_a_third_click_the_line(
    qtbot: QtBot, tmp_path: Path
) -> None:
    pane = opened(qtbot, numbered(tmp_path / "three.pdf", 3))
    viewport = pane._pdf.viewport()
    there = position_of(pane, 0, "AGREEMENT")
    qtbot.mouseClick(viewport, LEFT, pos=there)
    qtbot.mouseDClick(viewport, LEFT, pos=there)
    assert pane._pdf.selected_text() == "AGREEMENT"
    qtbot.mouseClick(viewport, LEFT, pos=there)
    assert pane._pdf.selected_text() == "the agreement and the AGREEMENT"


def test_a_click_beside_the_text_ends_the_selection(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "three.pdf", 3))
    pane._commands.select_page.trigger()
    assert pane._pdf.selected_text() == "Page number 1\nthe agreement and the AGREEMENT"
    qtbot.mouseClick(pane._pdf.viewport(), LEFT, pos=QPoint(30, 40))
    assert pane._pdf.selected_text() == ""
    assert not pane._commands.copy.isEnabled()


def test_a_copied_word_keeps_the_hyphen_of_its_line_end(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, unusual_characters(tmp_path / "unusual.pdf"))
    pane._commands.select_page.trigger()
    assert pane._pdf.selected_text().endswith("a word is termi-\nnated by its line")


def test_a_selection_can_be_seen(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "three.pdf", 3))
    qtbot.waitUntil(lambda: pane._pdf._rendered.image(0) is not None)
    plain = pixels_of(pane._pdf.viewport())
    pane._commands.select_page.trigger()
    assert (pixels_of(pane._pdf.viewport()) != plain).any()


# -- finding


def find(qtbot: QtBot, pane: ReaderPane, words: str) -> None:
    pane._commands.find.trigger()
    with qtbot.waitSignal(pane._search._finder.finished):
        pane._search_bar.field.setText(words)


def test_searching_counts_matches_and_steps_around_the_end(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "three.pdf", 3))
    find(qtbot, pane, "agreement")
    seen = []
    for step in (0, 1, 1, 1, 1, 1, 1, -1):
        if step:
            (pane._commands.find_next if step > 0 else pane._commands.find_previous).trigger()
        seen.append((pane._search_bar.count.text(), pane.state().page))
    assert seen == [
        ("1 of 6", 0),
        ("2 of 6", 0),
        ("3 of 6", 1),
        ("4 of 6", 1),
        ("5 of 6", 2),
        ("6 of 6", 2),
        ("1 of 6", 0),
        ("6 of 6", 2),
    ]


def test_searching_starts_from_the_page_that_is_shown(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "five.pdf", 5))
    pane.show_page(3)
    find(qtbot, pane, "number")
    assert pane._search_bar.count.text() == "4 of 5"
    assert pane.state().page == 3


def test_case_matters_only_when_asked_for(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "three.pdf", 3))
    find(qtbot, pane, "AGREEMENT")
    assert pane._search.matches == 6
    with qtbot.waitSignal(pane._search._finder.finished):
        pane._search_bar.case.click()
    assert pane._search.matches == 3


@pytest.mark.parametrize("words", ["terminated by", "word is terminated", "line", "office"])
def test_words_are_found_over_line_ends_and_hyphens(
    qtbot: QtBot, tmp_path: Path, words: str
) -> None:
    pane = opened(qtbot, unusual_characters(tmp_path / "unusual.pdf"))
    find(qtbot, pane, words)
    assert pane._search_bar.count.text() == "1 of 1"


def test_words_that_are_not_there_are_said_not_to_be(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "three.pdf", 3))
    find(qtbot, pane, "(no[such")
    assert pane._search_bar.count.text() == "No matches"
    assert not pane._search_bar.next.isEnabled()


def test_one_match_is_not_called_matches(qtbot: QtBot) -> None:
    bar = SearchBar()
    qtbot.addWidget(bar)
    bar.field.setText("ferry")
    for total, said in ((1, "1 match"), (2, "2 matches")):
        bar.show_count(None, total, searching=False)
        assert bar.count.text() == said


def test_escape_closes_the_search_and_takes_its_marks_away(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "three.pdf", 3))
    find(qtbot, pane, "agreement")
    assert pane._pdf._matches
    qtbot.keyClick(pane._search_bar.field, Qt.Key.Key_Escape)
    assert not pane._search_bar.isVisible()
    assert not pane._pdf._matches


def test_another_document_is_searched_for_the_same_words(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "three.pdf", 3))
    find(qtbot, pane, "agreement")
    with qtbot.waitSignal(pane._search._finder.finished):
        pane.open_document(numbered(tmp_path / "two.pdf", 2), "Two", [])
    assert pane._search.matches == 4


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
