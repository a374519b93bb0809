"""The list of documents: filtering, sorting, what its rows say."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from complm_app.gui.library_model import LibraryModel, State, row_of
from complm_app.gui.main_window import MainWindow
from tests.gui.conftest import action_named, wait_for_state
from tests.gui.documents import document, make_pdf
from tests.gui.driving import drop

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


def test_the_list_keeps_its_selection_when_it_is_filtered_and_sorted(
    with_report: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    drop(with_report, make_pdf(tmp_path / "a tide table.pdf", ["High tide comes twice a day."]))
    wait_for_state(qtbot, with_report, State.READY, count=2)
    tides = with_report.documents.rows()[1]
    with_report.library.select([tides.key])
    action_named(with_report.library.menus.menu(None), "Sort by title").trigger()
    assert with_report.documents.index_of(tides.key).row() == 0
    with_report.library.filter.setText("tide")
    assert with_report.library.selected() == [tides]


def test_pages_without_text_are_counted_in_the_row() -> None:
    row = row_of(document("scan", pages=1040, pages_without_text=12), State.READY)
    assert row.details() == "12 of 1,040 pages have no text"
    assert row_of(document("Letter", pages=9, pages_without_text=1)).details() == (
        "1 of 9 pages has no text"
    )


def test_five_thousand_documents_are_filtered_without_a_widget_or_a_query_a_row(
    qapp: QApplication,
) -> None:
    model = LibraryModel()
    model.put(row_of(document(f"report {n}")) for n in range(5000))
    model.filter("REPORT 42")
    assert model.rowCount() == 111
