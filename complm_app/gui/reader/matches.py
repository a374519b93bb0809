"""Finding words in a document's pages, a few milliseconds at a time.

QPdfSearchModel cannot respect upper and lower case, and finds nothing that runs over a line's
end; this searches the text that citations refer to.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

SLICE_SECONDS = 0.008
NEWS_SECONDS = 0.1
_SPACES = re.compile(r"\s+")
_CUT = "[\ufffe\u00ad]?"


@dataclass(frozen=True, slots=True, order=True)
class Match:
    page: int
    start: int
    end: int


def pattern_of(words: str, match_case: bool) -> re.Pattern[str] | None:
    """What to look for: any white space for a space, words cut at a line's end as well."""
    parts = _SPACES.split(words.strip())
    if parts == [""]:
        return None
    expressions = (_CUT.join(map(re.escape, part)) for part in parts)
    return re.compile(r"\s+".join(expressions), re.NOFLAG if match_case else re.IGNORECASE)


class Finder(QObject):
    """Searches the pages from the current one on and around; `changed` tells of more matches."""

    changed = Signal()
    finished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.by_page: dict[int, list[Match]] = {}
        self.ordered: list[Match] = []
        self.is_searching = False
        self._first = 0
        self._has_news, self._next_news = False, 0.0
        self._work: Iterator[list[Match]] = iter(())
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)

    def search(
        self,
        words: str,
        match_case: bool,
        pages: int,
        page_text: Callable[[int], str],
        first: int = 0,
    ) -> None:
        """Starts again; no words: no matches."""
        self.stop()
        pattern = pattern_of(words, match_case)
        self.by_page, self.ordered, self._first = {}, [], first
        self.is_searching = pattern is not None and pages > 0
        if pattern is not None:
            order = (*range(first, pages), *range(min(first, pages)))
            self._work = (_on_page(pattern, page, page_text(page)) for page in order)
            self._timer.start()
        self.changed.emit()

    def stop(self) -> None:
        self._timer.stop()
        self.is_searching = False

    def nearest(self) -> Match | None:
        """The first match on the page that the search started from, or after it, or of all."""
        after = (match for match in self.ordered if match.page >= self._first)
        return next(after, self.ordered[0] if self.ordered else None)

    def next_to(self, match: Match | None, step: int) -> Match | None:
        """The next one, or with -1 the one before; around the end."""
        if not self.ordered:
            return None
        if match is None or match not in self.by_page.get(match.page, ()):
            return self.nearest()
        return self.ordered[(bisect_left(self.ordered, match) + step) % len(self.ordered)]

    def number_of(self, match: Match) -> int:
        """Counts from 1."""
        return bisect_left(self.ordered, match) + 1

    def _go_on(self) -> None:
        until = perf_counter() + SLICE_SECONDS
        while perf_counter() < until:
            matches = next(self._work, None)
            if matches is None:
                self.stop()
                self.changed.emit()
                self.finished.emit()
                return
            self._add(matches)
        if self._has_news and until > self._next_news:
            self._has_news, self._next_news = False, until + NEWS_SECONDS
            self.changed.emit()

    def _add(self, matches: list[Match]) -> None:
        if matches:
            self.by_page[matches[0].page] = matches
            self._has_news = True
        for match in matches:
            insort(self.ordered, match)


def _on_page(pattern: re.Pattern[str], page: int, text: str) -> list[Match]:
    return [Match(page, found.start(), found.end()) for found in pattern.finditer(text)]
