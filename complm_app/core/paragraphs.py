"""Lines into paragraphs, paragraphs into passages of a useful size. All of one page."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from complm_app.core.lines import Line
from complm_app.core.page_text import without_leaders
from complm_app.core.sentences import sentence_ends

MERGED_WORDS = 120
LONGEST_WORDS = 220
_SHORT_WORDS = 40
_TARGET_WORDS = 160
_CHARACTERS_PER_WORD = 8
_NEARBY_LINES = 4
_HEADINGS_IN_A_ROW = 6

_WORD = re.compile(r"\S+")
_HEADING_MARK = re.compile(r"#{1,6}\s")
_HEADING_START = re.compile(r"(?:[\d.]+\s+)?[^\W\d_a-z]")
_LINE_BREAK = re.compile("(?=[\r\n])")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading, a list item or a table row: page text from start to end."""

    start: int
    end: int
    words: int
    lines: int
    heading: bool
    prose: bool
    row: bool


def blocks_of(lines: Sequence[Line]) -> list[Block]:
    """Groups the lines of a page into paragraphs."""
    blocks: list[Block] = []
    first = 0
    for i in range(1, len(lines) + 1):
        if i == len(lines) or _starts_paragraph(lines, i):
            blocks.append(_block(lines[first:i]))
            first = i
    return blocks


def passage_ranges(text: str, blocks: Sequence[Block]) -> list[tuple[int, int]]:
    """Character ranges of the passages: short blocks merged, long ones split."""
    ranges: list[tuple[int, int]] = []
    for group in _groups(blocks):
        start, end = group[0].start, group[-1].end
        if sum(block.words for block in group) > LONGEST_WORDS:
            ranges += _split(text, start, end)
        else:
            ranges.append((start, end))
    return ranges


def row_starts(blocks: Sequence[Block]) -> list[int]:
    """Offsets at which a table row, or what follows one, begins."""
    return [block.start for before, block in pairwise(blocks) if block.row or before.row]


def _starts_paragraph(lines: Sequence[Line], i: int) -> bool:
    line, before = lines[i], lines[i - 1]
    if before.cut:
        return False
    if line.after_blank or line.is_bullet or _HEADING_MARK.match(line.text):
        return True
    if _HEADING_MARK.match(before.text):
        return True
    if before.ends_sentence and _heads_what_follows(lines, i):
        return True
    if line.is_row or before.is_row:
        # A label that is longer than its line goes on: "(non-GAAP) 9.81 9.21".
        return before.is_row or before.ends_sentence or line.text[0].isalpha()
    width = _width(lines, i)
    left = len(before.text)
    deliberate = left + 1 + len(line.text.split(maxsplit=1)[0]) < 0.9 * width
    if not deliberate:
        return before.ends_sentence and line.is_numbered
    if line.text[0].islower():
        return False
    return before.ends_sentence or line.is_numbered or left < 0.65 * width


def _heads_what_follows(lines: Sequence[Line], i: int) -> bool:
    """A short line without an end, then a much longer one that begins anew; so are headings."""
    if lines[i].cut or lines[i].ends_sentence or not lines[i].text[0].isupper():
        return False
    for below in lines[i + 1 : i + 4]:
        if not below.text[0].isupper():
            return False
        if len(lines[i].text) < 0.5 * len(below.text):
            return True
    return False


def _width(lines: Sequence[Line], i: int) -> int:
    """The longest line nearby: the width of this column, in characters."""
    nearby = lines[max(i - _NEARBY_LINES, 0) : i + _NEARBY_LINES]
    return max(len(line.text) for line in nearby if not line.cut) if nearby else 0


def _block(lines: Sequence[Line]) -> Block:
    words = sum(_count_words(line.text) for line in lines)
    row = lines[-1].is_row
    prose = not row and (words >= 25 or (words >= 8 and lines[-1].ends_sentence))
    return Block(
        start=lines[0].start,
        end=lines[-1].end,
        words=words,
        lines=len(lines),
        heading=not (prose or row) and len(lines) <= 2 and _looks_like_heading(lines, words),
        prose=prose,
        row=row,
    )


def _count_words(text: str) -> int:
    """Also of scripts that put no spaces between words."""
    text = without_leaders(text)
    return max(len(text.split()), len(text) // _CHARACTERS_PER_WORD)


def _looks_like_heading(lines: Sequence[Line], words: int) -> bool:
    text = lines[0].text
    if _HEADING_MARK.match(text):
        return True
    if words > 14 or lines[0].is_bullet or lines[-1].text[-1] in ".,;":
        return False
    numeric = sum(token[0].isdigit() or token[0] in "$(\u20ac\u00a3" for token in text.split())
    return _HEADING_START.match(text) is not None and numeric * 2 <= words


def _groups(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    group: list[Block] = []
    for i, block in enumerate(blocks):
        if group and not _joins(group, block, opens_section=_opens_section(blocks, i)):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _joins(group: Sequence[Block], block: Block, *, opens_section: bool) -> bool:
    words = sum(member.words for member in group)
    if all(member.heading for member in group):
        return words <= MERGED_WORDS
    # A table is kept together where that is possible: its first row names the columns.
    of_table = not block.prose and any(member.row for member in group[-2:])
    if opens_section or words + block.words > (LONGEST_WORDS if of_table else MERGED_WORDS):
        return False
    if of_table:
        return True
    return words <= _SHORT_WORDS or block.words <= _SHORT_WORDS


def _opens_section(blocks: Sequence[Block], i: int) -> bool:
    """Whether it is a heading, or the first of several, with prose under it."""
    for block in blocks[i : i + _HEADINGS_IN_A_ROW]:
        if not block.heading:
            return block.prose and block is not blocks[i]
    return False


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Nearly equal parts, cut at a sentence's end, else at a line's, else between words."""
    part = text[start:end]
    count = -(-_count_words(part) // _TARGET_WORDS)
    sentences = [e for e in sentence_ends(part) if e < len(part)]
    lines = [match.start() for match in _LINE_BREAK.finditer(part)]
    words = [match.start() for match in _WORD.finditer(part)]
    cuts = [0]
    slack = len(part) // count // 6
    for k in range(1, count):
        ideal = k * len(part) // count
        near = (_nearest(offsets, ideal, slack) for offsets in (sentences, lines, words))
        cuts.append(next((cut for cut in near if cut is not None), ideal))
    cuts.append(len(part))
    return [_trimmed(text, start + a, start + b) for a, b in pairwise(cuts)]


def _nearest(offsets: Sequence[int], ideal: int, slack: int) -> int | None:
    at = bisect_left(offsets, ideal)
    best = min(offsets[max(at - 1, 0) : at + 1], key=lambda offset: abs(offset - ideal), default=-1)
    return best if best >= 0 and abs(best - ideal) <= slack else None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - (len(part) - len(part.rstrip()))
