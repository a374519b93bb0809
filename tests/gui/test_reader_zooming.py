"""The reader pane: zooming, fitting, and what stays in its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot
from reader_helpers import (
    numbered,
    opened,
    shown_pane,
)

from complm_app.gui.reader.places import Place
from complm_app.gui.reader.zoom import FIT_PAGE, FIT_WIDTH

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),  # offscreen windows have no hints
    pytest.mark.qt_log_ignore("link with invalid location"),
]


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
