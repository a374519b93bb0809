"""Pages into passages, and passages into segments. Pure functions, versioned."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from complm_app.core.lines import lines_of, without_running_lines
from complm_app.core.page_text import is_garbled, readable, words_of
from complm_app.core.paragraphs import blocks_of, passage_ranges, row_starts
from complm_app.core.sentences import sentence_ends

__all__ = [
    "SEGMENTATION_VERSION",
    "Passage",
    "each_passage",
    "passages_of",
    "segment_spans",
    "sentence_ends",
]

_LINE_END = re.compile(r"\n(?=.)")

SEGMENTATION_VERSION = 2


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph-sized piece of one page: the unit of retrieval and citation.

    `start` and `end` are character offsets in the page's text as extracted; `text`
    is that range made readable: one line, or one for each row of a table; hyphenated line
    ends are joined.
    """

    page_index: int
    start: int
    end: int
    text: str


def passages_of(page_texts: Sequence[str]) -> list[Passage]:
    """Cuts pages into passages, in reading order. A passage never crosses a page.

    Garbled pages give none; headers and footers that run through pages are left out.
    """
    return list(each_passage(page_texts))


def each_passage(page_texts: Sequence[str]) -> Iterator[Passage]:
    """passages_of, one at a time: about a millisecond a page."""
    words = words_of(page_texts)
    pages = [[] if is_garbled(text) else lines_of(text) for text in page_texts]
    for index, lines in enumerate(without_running_lines(pages)):
        text = page_texts[index]
        blocks = blocks_of(lines)
        rows = row_starts(blocks)
        for start, end in passage_ranges(text, blocks):
            cuts = [start, *rows[bisect_right(rows, start) : bisect_left(rows, end)], end]
            pieces = (readable(text[a:b], words) for a, b in pairwise(cuts))
            if any(map(str.isalnum, shown := "\n".join(filter(None, pieces)))):
                yield Passage(index, start, end, shown)


def segment_spans(
    text: str, token_spans: Sequence[tuple[int, int]], segment_tokens: int
) -> list[tuple[int, int]]:
    """Cuts a passage's tokens into segments: whole sentences or table rows, at most
    `segment_tokens` each.

    `token_spans` holds each token's (start, end) character offsets in `text`. Returns
    (first, last + 1) token index pairs that cover all tokens in order. A sentence that is
    longer than a segment is cut into pieces of nearly equal length.
    """
    if segment_tokens < 1:
        raise ValueError(f"a segment holds at least one token, not {segment_tokens}")
    count = len(token_spans)
    starts = [start for start, _ in token_spans]
    lines = [match.end() for match in _LINE_END.finditer(text)]
    stops = sorted({*sentence_ends(text), *lines, len(text)})[:-1]
    ends = [0, *(bisect_left(starts, stop) for stop in stops), count]
    spans: list[tuple[int, int]] = []
    first = 0
    while first < count:
        last = ends[bisect_right(ends, first + segment_tokens) - 1]
        if last > first:
            spans.append((first, last))
        else:
            last = ends[bisect_right(ends, first)]
            spans += _equal_pieces(first, last, segment_tokens)
        first = last
    return spans


def _equal_pieces(first: int, last: int, longest: int) -> list[tuple[int, int]]:
    length = last - first
    pieces = -(-length // longest)
    cuts = [first + i * length // pieces for i in range(pieces + 1)]
    return list(pairwise(cuts))
