"""Where an answer's words stand: the verbatim check and the citations. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from complm_app.core.library import StoredPassage
from complm_app.core.lines import Line, lines_of
from complm_app.core.segments import sentence_ends
from complm_app.engine.protocol import Citation

CITATIONS = 3
RANKS_CITED = 5
"""An answer whose words stand in many passages is cited from the best few only."""
QUOTE_CHARACTERS = 400
"""A longer sentence (a table, a list) is quoted around the answer only."""
USUAL = 0.95
"""So many of a page's lines are no longer than a full one."""
EARLY = 0.9
"""A line to which the next word could have been added within this share of a full one was ended on
purpose. Letters are not all of one width."""
PART_CHARACTERS = 12
"""Shorter sentences of a long answer ("Yes.") stand everywhere and prove nothing."""

_ENDS = ".,;:!?"
_QUOTE_MARKS = frozenset("\"'`\u00b4\u2032\u2033\u201a\u201e")  # and the categories Pi, Pf
_DROPPED = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cn", "Co", "Cs", "Pd", "Pi", "Pf"})
_ASCII_DROPPED = dict.fromkeys([*range(33), *map(ord, "\"'`-"), 127])
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]+)[\"”“»]")
_LINE_BREAK = re.compile(r"[\r\n\t]")
_WORD = re.compile(r"\w{3,}|\d+")

Words = frozenset[str]


@dataclass(frozen=True, slots=True)
class PageSource:
    """What citations need to know about a page; both take (document, page index)."""

    text: Callable[[str, int], str]
    label: Callable[[str, int], str]


# ---- the verbatim check


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    """A character as it is compared; nothing for what does not count."""
    if character in _QUOTE_MARKS or unicodedata.category(character) in _DROPPED:
        return ""
    return unicodedata.normalize("NFKC", character).casefold()


def fold(text: str) -> str:
    """Text as it is compared: without case, white space, hyphens, quote marks and controls."""
    if text.isascii():
        return text.lower().translate(_ASCII_DROPPED)
    return "".join(map(_folded, text))


def _needle(quote: str) -> str:
    return fold(quote).strip(_ENDS)


def find_quote(quote: str, page_text: str) -> tuple[int, int] | None:
    """The first (start, end) at which `quote` stands in `page_text`, or None.

    Case, white space, hyphenation and quote marks do not count, nor does punctuation around
    the quote. Whole words and numbers only; nothing is guessed.
    """
    return next(find_quotes(quote, page_text), None)


def find_quotes(quote: str, page_text: str) -> Iterator[tuple[int, int]]:
    """All such places, from the first on."""
    needle = _needle(quote)
    haystack = fold(page_text)
    at = haystack.find(needle) if needle else -1
    if at < 0:
        return
    offsets = [i for i, character in enumerate(page_text) for _ in _folded(character)]
    while at >= 0:
        start, end = offsets[at], offsets[at + len(needle) - 1] + 1
        if not (_inside_word(page_text, start) or _inside_word(page_text, end)):
            yield start, end
        at = haystack.find(needle, at + 1)


def _inside_word(text: str, at: int) -> bool:
    """Whether an offset is between two characters of one word or one number (1,234.5)."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if before.isalnum() and after.isalnum():
        return True
    if before.isdigit() and after in ".,":
        return text[at + 1 : at + 2].isdigit()
    return before in ".," and after.isdigit() and at > 1 and text[at - 2].isdigit()


# ---- citations


def cite(
    answer: str, question: str, passages: Sequence[StoredPassage], pages: PageSource
) -> tuple[Citation, ...]:
    """Where the answer stands: at most three places, on different pages where there are several.

    `passages` are those that were read, the best match of the question first. The answer is
    looked for as a whole, else its quotations and sentences one by one. When its words stand
    nowhere, the passage that supports it best is cited, and the citation says so.
    """
    folded = [fold(passage.text) for passage in passages]
    wanted = _words(question)

    def places(part: str) -> Iterator[tuple[int, Citation]]:
        needle = _needle(part)
        for rank, passage in enumerate(passages):
            if needle and needle in folded[rank]:
                citation = _verbatim(part, wanted, passage, pages)
                if citation is not None:
                    yield rank, citation

    found = [
        citation
        for nth, (rank, citation) in enumerate(places(answer))
        if nth == 0 or rank < RANKS_CITED
    ]
    if not found:
        firsts = [next(places(part), None) for part in _parts(answer)]
        found = [first[1] for first in firsts if first is not None]
    if not found and passages:
        best = _supporting(_words(answer), wanted, passages)
        found = [_supported(_words(answer) | wanted, best, pages)]
    return tuple(_distinct_pages_first(found)[:CITATIONS])


def _words(text: str) -> Words:
    return frozenset(_WORD.findall(text.casefold()))


def _parts(answer: str) -> list[str]:
    """The quotations and sentences of an answer that are long enough to tell something."""
    parts = [*_QUOTED.findall(answer), *(answer[a:b] for a, b in _sentences(answer))]
    return [part for part in parts if len(_needle(part)) >= PART_CHARACTERS]


def _sentences(text: str, width: int = 0) -> list[tuple[int, int]]:
    """(start, end) of each sentence or table row, without the white space around it. `width`:
    characters of a full line."""
    ends = sentence_ends(_LINE_BREAK.sub(" ", text))
    lines = lines_of(text)
    rows = [offset for line in lines if line.is_row for offset in (line.start, line.end)]
    cuts = sorted({0, *ends, *rows, *_early_ends(lines, width), len(text)})
    return [_trimmed(text, start, end) for start, end in pairwise(cuts) if text[start:end].strip()]


def _early_ends(lines: Sequence[Line], width: int) -> Iterator[int]:
    """Ends of lines that had room for more, before one that begins anew: headings, entries of a
    list, rows of a table without numbers."""
    for line, following in pairwise(lines):
        word = following.text.split(maxsplit=1)[0]
        begins = word[0].isupper() or word[0].isdigit()
        if begins and not line.cut and len(line.text) + 1 + len(word) <= EARLY * width:
            yield line.end


@lru_cache(maxsize=64)
def _width(page_text: str) -> int:
    """Characters of the page's full lines."""
    lengths = sorted(len(line.text) for line in lines_of(page_text))
    return lengths[int(USUAL * (len(lengths) - 1))] if lengths else 0


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    inner = text[start:end]
    return end - len(inner.lstrip()), start + len(inner.rstrip())


def _verbatim(
    part: str, wanted: Words, passage: StoredPassage, pages: PageSource
) -> Citation | None:
    """The sentence of the passage in which `part` stands, the closest to the question."""
    page = pages.text(passage.document, passage.page_index)
    text = page[passage.start : passage.end]
    sentences = _sentences(text, _width(page))
    around = [_around(place, sentences, text) for place in find_quotes(part, text)]
    if not around:
        return None
    start, end = max(around, key=lambda span: len(wanted & _words(text[slice(*span)])))
    return _citation(passage, pages, start, end, verbatim=True)


def _around(
    place: tuple[int, int], sentences: Sequence[tuple[int, int]], text: str
) -> tuple[int, int]:
    """The sentences that a place touches; of very long ones, the words around it."""
    touched = [span for span in sentences if span[0] < place[1] and place[0] < span[1]]
    start, end = touched[0][0], touched[-1][1]
    if end - start <= QUOTE_CHARACTERS:
        return start, end
    margin = max(QUOTE_CHARACTERS - (place[1] - place[0]), 0) // 2
    if place[0] - start > margin:
        start = _word_start(text, place[0] - margin, place[0])
    if end - place[1] > margin:
        end = _word_end(text, place[1], place[1] + margin)
    return start, end


def _word_start(text: str, low: int, high: int) -> int:
    """The first beginning of a word in low..high; high if there is none."""
    space = re.compile(r"\s+").search(text, low, high)
    return space.end() if space else high


def _word_end(text: str, low: int, high: int) -> int:
    """The last end of a word in low..high; low if there is none."""
    cut = max(text.rfind(space, low, high) for space in " \r\n")
    return low + len(text[low:cut].rstrip()) if cut > low else low


def _supporting(answer: Words, question: Words, passages: Sequence[StoredPassage]) -> StoredPassage:
    """The passage with most of the answer's own words; of equals, the best match."""
    own = (answer - question) or answer
    return max(passages, key=lambda passage: len(own & _words(passage.text)))


def _supported(wanted: Words, passage: StoredPassage, pages: PageSource) -> Citation:
    """The passage's sentence that shares most words with question and answer."""
    page = pages.text(passage.document, passage.page_index)
    text = page[passage.start : passage.end]
    start, end = max(
        _sentences(text, _width(page)) or [(0, len(text))],
        key=lambda span: len(wanted & _words(text[slice(*span)])),
    )
    if end - start > QUOTE_CHARACTERS:
        end = _word_end(text, start, start + QUOTE_CHARACTERS)
    return _citation(passage, pages, start, end, verbatim=False)


def _citation(
    passage: StoredPassage, pages: PageSource, start: int, end: int, *, verbatim: bool
) -> Citation:
    """`start` and `end` are offsets in the passage's part of the page."""
    text = pages.text(passage.document, passage.page_index)
    start, end = passage.start + start, passage.start + end
    return Citation(
        document=passage.document,
        page_index=passage.page_index,
        label=pages.label(passage.document, passage.page_index),
        start=start,
        end=end,
        quote=" ".join(text[start:end].split()),
        verbatim=verbatim,
    )


def _distinct_pages_first(citations: Sequence[Citation]) -> list[Citation]:
    """Each place once; the first of every page before the others."""
    firsts: dict[tuple[str, int], Citation] = {}
    places: dict[tuple[str, int, int], Citation] = {}
    for citation in citations:
        firsts.setdefault((citation.document, citation.page_index), citation)
        places.setdefault((citation.document, citation.page_index, citation.start), citation)
    return list(dict.fromkeys([*firsts.values(), *places.values()]))
