"""The lines of a page: what they look like, and which belong to a running header or footer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from complm_app.core.page_text import LINE_END_HYPHEN

EDGE_LINES = 3
"""How many lines at the top and at the bottom may belong to a header or footer."""
_NEIGHBOURS = 4
_SUPPORT = 0.4
_HEADER_WORDS = 15

_LINE = re.compile(f"[^\r\n\f\v\u2028\u2029{LINE_END_HYPHEN}]*")
_BREAK = re.compile("\r\n|[\r\n\f\v\u2028\u2029]|" + LINE_END_HYPHEN)
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[\W_]*(?:\d{1,5}|[ivxlc]{1,7})[\W_]*")
_BULLET = re.compile(
    r"\s*(?:[\u2022\u25cf\u25e6\u2023\u2043\u25aa\u25ab\u25a0\u25a1\u25cb\u2610\u27a2\u2666\u00b7\uf0b7\uf0a7]"
    r"|[-*+\u2013\u2014]\s|\(?(?:[a-z]|[ivx]{1,5}|\d{1,2})\)\s)"
)
_NUMBERED = re.compile(
    r"\s*(?:\d{1,3}(?:\.\d{1,3})*[.)]?|[A-Z]\.|[IVX]{1,5}\.|\u00a7)\s+[A-Z\u00c0-\u00de]"
)
_SENTENCE_END = re.compile(r"[.!?:;\u3002\uff01\uff1f][\"'\u201d\u2019\u00bb)\]]*\s*$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: text[start:end] without the white space around it."""

    start: int
    end: int
    text: str
    after_blank: bool
    cut: bool
    """It ends in a hyphen that cuts a word."""

    @property
    def ends_sentence(self) -> bool:
        return not self.cut and _SENTENCE_END.search(self.text) is not None

    @property
    def is_bullet(self) -> bool:
        return _BULLET.match(self.text) is not None

    @property
    def is_row(self) -> bool:
        """A table row: it ends in a number, and so is at least a third of it, and two."""
        tokens = self.text.split()
        numbers = sum(map(_is_number, tokens))
        return numbers >= 2 and numbers * 3 >= len(tokens) and _is_number(tokens[-1])

    @property
    def is_numbered(self) -> bool:
        return _NUMBERED.match(self.text) is not None


def _is_number(token: str) -> bool:
    return token[-1] in "0123456789)%\u2014-" and not any(map(str.isalpha, token))


def lines_of(text: str) -> list[Line]:
    """The lines of a page that are not blank."""
    lines: list[Line] = []
    position, blank = 0, False
    while position < len(text):
        found = _LINE.match(text, position)
        end = found.end() if found else position
        raw = text[position:end]
        stripped = raw.strip()
        if stripped:
            start = position + len(raw) - len(raw.lstrip())
            cut = text.startswith(LINE_END_HYPHEN, end)
            lines.append(Line(start, start + len(stripped), stripped, blank, cut))
        blank = not stripped
        brk = _BREAK.match(text, end)
        position = brk.end() if brk else end
    return lines


def without_running_lines(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """The pages less their headers and footers: short lines at the same place of pages nearby.

    A number in them may count the pages; any other difference makes it text. A page that has
    nothing else keeps them.
    """
    tops = [[_keys(line, i) for line in page[:EDGE_LINES]] for i, page in enumerate(pages)]
    bottoms = [
        [_keys(line, i) for line in reversed(page[-EDGE_LINES:])] for i, page in enumerate(pages)
    ]
    return [
        page[top : len(page) - bottom] or page
        for page, top, bottom in zip(pages, _repeated(tops), _repeated(bottoms), strict=True)
    ]


def _repeated(edges: Sequence[list[frozenset[str]]]) -> list[int]:
    """How many lines of each page, counted from its edge, stand on its neighbours too."""
    counts: Counter[tuple[int, str]] = Counter()
    result: list[int] = []
    for ahead in range(min(_NEIGHBOURS, len(edges))):
        counts.update(_places(edges[ahead]))
    for i, edge in enumerate(edges):
        if i + _NEIGHBOURS < len(edges):
            counts.update(_places(edges[i + _NEIGHBOURS]))
        if i > _NEIGHBOURS:
            counts.subtract(_places(edges[i - _NEIGHBOURS - 1]))
        nearby = min(i + _NEIGHBOURS, len(edges) - 1) - max(i - _NEIGHBOURS, 0) + 1
        needed = max(3, _SUPPORT * nearby)
        depth = 0
        while depth < len(edge) and any(counts[depth, key] >= needed for key in edge[depth]):
            depth += 1
        result.append(depth)
        if i % 1000 == 0:
            counts = +counts
    return result


def _places(edge: list[frozenset[str]]) -> list[tuple[int, str]]:
    return [(depth, key) for depth, keys in enumerate(edge) for key in keys]


def _keys(line: Line, page_index: int) -> frozenset[str]:
    """What the line looks like on another page, if one of its numbers counts the pages."""
    text = " ".join(line.text.casefold().split())
    if _PAGE_NUMBER.fullmatch(text):
        return frozenset({"<page number>"})
    if (
        line.cut
        or len(text.split()) > _HEADER_WORDS
        or (text.endswith(".") and text.count(" ") > 3)
    ):
        return frozenset()
    numbers = list(_NUMBER.finditer(text))
    shifted = (
        f"{text[: m.start()]}<{int(m[0]) - page_index}>{text[m.end() :]}"
        for m in numbers[:4]
        if len(m[0]) < 7
    )
    return frozenset({text, *shifted})
