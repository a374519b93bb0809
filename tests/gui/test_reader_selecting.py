"""The reader pane: selecting, copying, finding."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from reader_helpers import (
    LEFT,
    drag,
    find,
    numbered,
    opened,
    pixels_of,
    position_of,
    unusual_characters,
)

from complm_app.gui.reader.search_bar import SearchBar

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),  # offscreen windows have no hints
    pytest.mark.qt_log_ignore("link with invalid location"),
]


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
