"""Plain text and Markdown into pages. The pages joined are the text, character for character."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence

PAGE_CHARACTERS = 3000
_SHORTEST, _LONGEST = 1800, 3600

# Where a page may end, best first: before a heading, after a blank line, a line, a word.
_CUTS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"^(?=#{1,6}[ \t])",
        r"(?<=\n)[ \t]*\r?\n",
        r"\n",
        r"(?<=[.!?])[ \t]+",
        r"[ \t]+",
    )
)
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_CLOSING_MARKS = re.compile(r"(?:(?<=\s)|^)#++\s*$")
_FENCE = re.compile(r"[ ]{0,3}(```|~~~)")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> str | None:
    """The text in UTF-8 or UTF-16, without its byte order mark; None when it is not text."""
    try:
        text = data.decode(_encoding(data))
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def split_pages(text: str) -> list[str]:
    """Pages of about 3,000 characters, cut at the end of a paragraph where there is one."""
    pages: list[str] = []
    position = 0
    while len(text) - position > _LONGEST:
        cut = _cut(text, position)
        pages.append(text[position:cut])
        position = cut
    return [*pages, text[position:]] if position < len(text) else pages


def markdown_headings(pages: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """(title, page index, level from 0) of each # heading outside of code."""
    in_code = False
    for index, page in enumerate(pages):
        for line in page.splitlines():
            if _FENCE.match(line):
                in_code = not in_code
            elif not in_code and (heading := _HEADING.match(line)):
                title = _CLOSING_MARKS.sub("", heading[2]).strip()
                if title:
                    yield title, index, len(heading[1]) - 1


def _encoding(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    # Western text in UTF-16 without a mark: every second byte is zero, mostly.
    even, odd = data[0:1000:2], data[1:1000:2]
    if 0 in odd and 0 not in even and odd.count(0) * 4 > len(odd):
        return "utf-16-le"
    if 0 in even and 0 not in odd and even.count(0) * 4 > len(even):
        return "utf-16-be"
    return "utf-8"


def _cut(text: str, position: int) -> int:
    ideal = position + PAGE_CHARACTERS
    for pattern in _CUTS:
        found = [
            match.end()
            for match in pattern.finditer(text, position + _SHORTEST, position + _LONGEST)
            if match.end() > position
        ]
        if found:
            return min(found, key=lambda end: abs(end - ideal))
    return ideal
