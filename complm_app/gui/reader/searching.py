"""Ties the search bar to the pages: marks matches, and steps from one to the next."""

from __future__ import annotations

from PySide6.QtCore import QObject

from complm_app.gui.reader.matches import Finder, Match
from complm_app.gui.reader.pages import Pages
from complm_app.gui.reader.search_bar import SearchBar


class DocumentSearch(QObject):
    def __init__(self, bar: SearchBar, parent: QObject) -> None:
        super().__init__(parent)
        self._bar = bar
        self._finder = Finder(self)
        self._view: Pages | None = None
        self._match: Match | None = None
        self._finder.changed.connect(self._show)
        bar.query_changed.connect(self._find)
        bar.next_wanted.connect(lambda: self.step(1))
        bar.previous_wanted.connect(lambda: self.step(-1))
        bar.closed.connect(self.end)

    @property
    def matches(self) -> int:
        return len(self._finder.ordered)

    @property
    def current(self) -> Match | None:
        return self._match

    def set_view(self, view: Pages | None) -> None:
        """Another document: what was found in the last one is forgotten, the words are not."""
        self._finder.stop()
        self._view = view
        if self._bar.isVisible() and view is not None:
            self._find(self._bar.field.text(), self._bar.case.isChecked())

    def open(self) -> None:
        if self._view is None:
            return
        was_open = self._bar.isVisible()
        self._bar.open_search(self._view.selected_text().strip())
        if not was_open and self._bar.field.text():
            self._find(self._bar.field.text(), self._bar.case.isChecked())

    def step(self, step: int) -> None:
        """To the next match, or with -1 to the one before; opens the bar where it is closed."""
        if not self._bar.isVisible():
            self.open()
            return
        self._match = self._finder.next_to(self._match, step)
        self._show()

    def end(self) -> None:
        self._finder.stop()
        self._match = None
        if self._view is not None:
            self._view.set_matches({})
            self._view.setFocus()

    def _find(self, words: str, match_case: bool) -> None:
        if self._view is None:
            return
        self._match = None
        self._view.set_matches({})
        self._finder.search(
            words,
            match_case,
            self._view.page_count(),
            self._view.page_text,
            self._view.current_page(),
        )

    def _show(self) -> None:
        if self._view is None:
            return
        finder = self._finder
        if self._match is None:
            self._match = finder.nearest()
        self._view.set_matches(finder.by_page, self._match)
        number = None if self._match is None else finder.number_of(self._match)
        self._bar.show_count(number, len(finder.ordered), searching=finder.is_searching)
