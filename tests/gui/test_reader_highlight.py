"""Citations are marked exactly on their words, wherever and however large they are shown."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt, QVariantAnimation
from pytestqt.qtbot import QtBot
from reader_helpers import (
    SENTENCE,
    UNICODE_LINE,
    box_of,
    is_color,
    is_red,
    numbered,
    opened,
    pixels_of,
    shapes,
    unusual_characters,
)
from reportlab.pdfbase.pdfmetrics import stringWidth

from complm_app.gui.reader.page_text import PageTexts, as_copied
from complm_app.gui.reader.pane import ReaderPane
from complm_app.gui.reader.zoom import FIT_PAGE, FIT_WIDTH

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen windows have no hints

QUOTE = (0xFF, 0xE5, 0x8A)


def stored_text(path: Path, page: int) -> str:
    """As the library has it."""
    with pypdfium2.PdfDocument(path) as document:
        return str(document[page].get_textpage().get_text_range())


def cite(pane: ReaderPane, path: Path, page: int, words: str) -> None:
    start = stored_text(path, page).index(words)
    pane.show_citation(page, start, start + len(words))


def is_settled(pane: ReaderPane) -> bool:
    """Whether the page's picture was made for the size that it is shown in, and nothing fades."""
    citation = pane._pdf.citation()
    assert citation is not None
    image = pane._pdf._rendered.image(citation.page)
    frame = pane._pdf.page_layout().frame(citation.page)
    is_sharp = image is not None and image.size() == frame.size()
    return is_sharp and pane._pdf._fade.state() == QVariantAnimation.State.Stopped


def ink_and_mark(qtbot: QtBot, pane: ReaderPane) -> tuple[QRectF, QRectF]:
    """Where the red words and the finished mark are drawn, in pixels of the viewport."""
    viewport, found = pane._pdf.viewport(), []

    def drawn() -> bool:
        if not is_settled(pane):
            return False
        pixels = pixels_of(viewport)
        ink, mark = box_of(is_red(pixels)), box_of(is_color(pixels, QUOTE))
        found[:] = [ink, mark]
        return ink is not None and mark is not None

    qtbot.waitUntil(drawn)
    ink, mark = found
    assert ink is not None
    assert mark is not None
    return ink, mark


def assert_lies_on(ink: QRectF, mark: QRectF, scale: float) -> None:
    """Around the words, and nowhere larger than a pen's width."""
    assert mark.adjusted(-1, -1, 1, 1).contains(ink)
    assert ink.adjusted(*(side * (2.5 * scale + 2) for side in (-1, -1, 1, 1))).contains(mark)


@pytest.mark.parametrize("zoom", [0.55, 1.0, 1.37, 2.2])
@pytest.mark.parametrize("page", range(7))
def test_the_mark_lies_on_the_words_of_any_page_at_any_zoom(
    qtbot: QtBot, tmp_path: Path, page: int, zoom: float
) -> None:
    path = shapes(tmp_path / "shapes.pdf", in_red=page)
    pane = opened(qtbot, path)
    pane.restore(page, zoom)
    cite(pane, path, page, SENTENCE)
    ink, mark = ink_and_mark(qtbot, pane)
    assert_lies_on(ink, mark, zoom * pane._pdf._resolution)


@pytest.mark.parametrize("zoom", [FIT_WIDTH, FIT_PAGE])
def test_the_mark_lies_on_the_words_when_the_page_is_fitted(
    qtbot: QtBot, tmp_path: Path, zoom: float
) -> None:
    path = shapes(tmp_path / "shapes.pdf", in_red=1)
    pane = opened(qtbot, path)
    pane.restore(1, zoom)
    cite(pane, path, 1, SENTENCE)
    ink, mark = ink_and_mark(qtbot, pane)
    assert_lies_on(ink, mark, pane._pdf.scale_factor() * pane._pdf._resolution)


def test_the_mark_stays_on_the_words_when_they_are_scrolled_both_ways(
    qtbot: QtBot, tmp_path: Path
) -> None:
    path = shapes(tmp_path / "shapes.pdf", in_red=1)
    pane = opened(qtbot, path)
    pane.restore(1, 1.6)
    cite(pane, path, 1, SENTENCE)
    before, _ = ink_and_mark(qtbot, pane)
    across, down = pane._pdf.horizontalScrollBar(), pane._pdf.verticalScrollBar()
    across.setValue(across.value() + 23)
    down.setValue(down.value() - 131)
    ink, mark = ink_and_mark(qtbot, pane)
    assert ink.topLeft() == before.topLeft() + QPoint(-23, 131)
    assert_lies_on(ink, mark, 1.6 * pane._pdf._resolution)


def test_all_pages_can_be_scrolled_to_at_any_zoom(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, shapes(tmp_path / "shapes.pdf", in_red=0))
    for zoom in (0.3, 1.0, 1.234, 3.0):
        pane.restore(0, zoom)
        view, size = pane._pdf, pane._pdf.page_layout().size
        assert view.verticalScrollBar().maximum() == size.height() - view.viewport().height()
        beyond = max(size.width() - view.viewport().width(), 0)
        assert view.horizontalScrollBar().maximum() == beyond


def test_a_citation_is_brought_into_the_upper_third(qtbot: QtBot, tmp_path: Path) -> None:
    path = numbered(tmp_path / "numbered.pdf", 5)
    pane = opened(qtbot, path)
    cite(pane, path, 2, "agreement")
    citation = pane._pdf.citation()
    assert citation is not None
    assert citation.text == "agreement"
    (rect,) = pane._pdf.mark_rects(citation)
    assert 0 <= rect.top() <= rect.bottom() <= pane._pdf.viewport().height() / 3
    assert pane.state().page == 2


def test_a_citation_fades_in_and_stays_until_the_next_click(qtbot: QtBot, tmp_path: Path) -> None:
    path = shapes(tmp_path / "shapes.pdf", in_red=0)
    pane = opened(qtbot, path)
    cite(pane, path, 0, SENTENCE)
    assert pane._pdf._fade.duration() == 120
    ink_and_mark(qtbot, pane)
    viewport = pane._pdf.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert box_of(is_color(pixels_of(viewport), QUOTE)) is None


def test_a_second_citation_takes_the_place_of_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    path = numbered(tmp_path / "numbered.pdf", 3)
    pane = opened(qtbot, path)
    cite(pane, path, 0, "agreement")
    cite(pane, path, 2, "number")
    citation = pane._pdf.citation()
    assert citation is not None
    assert (citation.page, citation.text) == (2, "number")


def test_a_citation_asked_for_while_the_document_opens_is_shown_then(
    qtbot: QtBot, tmp_path: Path
) -> None:
    path = numbered(tmp_path / "numbered.pdf", 4)
    pane = opened(qtbot, numbered(tmp_path / "other.pdf", 1))
    pane.open_document(path, "Numbered", [])
    cite(pane, path, 3, "agreement")
    assert pane._view is None
    qtbot.waitUntil(lambda: pane._view is not None)
    citation = pane._pdf.citation()
    assert citation is not None
    assert (citation.page, citation.text) == (3, "agreement")


@pytest.mark.parametrize(
    ("words", "shown_as"),
    [
        ("a", "a"),
        ("b o", "b o"),
        ("office", "oWce"),
        ("end", "eVnd"),
        ("\U0001d538last", "Qlast"),
        ("last", "last"),
    ],
)
def test_offsets_count_characters_where_pdfium_counts_otherwise(
    qtbot: QtBot, tmp_path: Path, words: str, shown_as: str
) -> None:
    path = unusual_characters(tmp_path / "unusual.pdf")
    pane = opened(qtbot, path)
    cite(pane, path, 0, words)
    citation = pane._pdf.citation()
    assert citation is not None
    assert citation.text == words
    (rect,) = citation.rects
    before = UNICODE_LINE[: UNICODE_LINE.index(shown_as)]
    assert rect.left() == pytest.approx(20 + stringWidth(before, "Helvetica", 24), abs=3)
    assert rect.width() == pytest.approx(stringWidth(shown_as, "Helvetica", 24), abs=5)


def test_a_line_of_many_small_glyphs_has_one_mark(qtbot: QtBot, tmp_path: Path) -> None:
    path = numbered(tmp_path / "numbered.pdf", 1, words="a. b, 'c' - (i) l.i; it")
    pane = opened(qtbot, path)
    cite(pane, path, 0, "a. b, 'c' - (i) l.i; it and")
    citation = pane._pdf.citation()
    assert citation is not None
    assert len(citation.rects) == 1


def test_a_word_cut_by_a_line_end_is_marked_on_both_lines(qtbot: QtBot, tmp_path: Path) -> None:
    path = unusual_characters(tmp_path / "unusual.pdf")
    pane = opened(qtbot, path)
    cite(pane, path, 0, "termi\ufffenated")
    citation = pane._pdf.citation()
    assert citation is not None
    upper, lower = citation.rects
    assert upper.left() > lower.left()
    assert upper.bottom() < lower.top()
    assert as_copied(citation.text) == "termi-\nnated"


def test_offsets_outside_of_the_page_are_cut_to_it(qtbot: QtBot, tmp_path: Path) -> None:
    pane = opened(qtbot, numbered(tmp_path / "numbered.pdf", 2))
    for page, start, end in (
        (1, -5, 4),
        (1, 10, 99_999),
        (1, 50_000, 50_010),
        (9, 0, 5),
        (-1, 0, 5),
    ):
        pane.show_citation(page, start, end)
    citation = pane._pdf.citation()
    assert citation is not None
    assert citation.page == 1


@pytest.mark.shared
def test_the_words_of_real_filings_are_found_at_the_offsets_of_the_library(qtbot: QtBot) -> None:
    folder = Path(__file__).parents[2].parent / "shared" / "pdfs"
    if not folder.is_dir():
        pytest.skip("the project's evaluation data is not here")
    path = folder / "COSTCO_2023_8K_dated-2023-01-19.pdf"
    pane = opened(qtbot, path)
    texts = PageTexts(pane._pdf._loaded.document)
    for page in range(pane._pdf.page_count()):
        text = stored_text(path, page)
        assert texts.text(page) == text
        for word in list(re.finditer(r"\w+", text))[::7]:
            found = texts.between(page, word.start(), word.end())
            assert found.text == word[0]
            assert len(found.rects) == 1
