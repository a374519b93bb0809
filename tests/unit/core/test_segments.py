"""Passages into sentences and segments."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest

from complm_app.core.segments import segment_spans, sentence_ends
from tests.unit.core.prose import PROSE


@pytest.mark.parametrize(
    "sentences",
    [
        ["It rained.", " The river rose!", " Who knew?", " Nobody…"],
        ["Mr. Smith met Dr. Jones in the U.S. Army.", " He left."],
        ["It cost $3.5 million.", " See No. 5 of Fig. 3.", " The end."],
        ['"Go!" he said.', ' "Why?"', " She left.", " (So it was.)", " Then night fell."],
        ["He works at Apple Inc.", " The firm grew.", " Acme Corp. Holdings rose."],
        ["J. K. Rowling wrote it.", " In the U.S.", " The law is clear."],
        ["Revenue rose in 2019.", " 34 percent came from abroad."],
        ["3. Definitions.", " (a) Net income means income."],
        ["They met at 5 p.m. Eastern time in Washington, D.C. Circuit judges sat."],
        ["e.g. Berlin, i.e. the capital, vs. Bonn."],
        ["第一句。", "第二句\uff01", "「第三句\uff1f」", "Done."],
        ["A title without an end", "\n\nA paragraph."],
        ["no end at all"],
        [],
    ],
)
def test_sentences_end_where_a_reader_would_end_them(sentences: list[str]) -> None:
    text = "".join(sentences)
    ends = sentence_ends(text)
    assert [text[a:b] for a, b in pairwise([0, *ends])] == sentences


def tokens_of(text: str, chance: random.Random) -> list[tuple[int, int]]:
    """Pieces of one to seven characters, some with the space before them, some cut in bytes."""
    spans: list[tuple[int, int]] = []
    position = 0
    while position < len(text):
        end = min(position + chance.randrange(1, 8), len(text))
        start = position
        if text[start] == " " and end - start > 1 and chance.random() < 0.5:
            start += 1
        spans += [(start, end)] * chance.choice([1, 1, 1, 1, 2])
        position = end
    return spans


def test_segments_cover_all_tokens_in_order_within_the_limit() -> None:
    chance = random.Random(3)
    for _ in range(200):
        text = PROSE * chance.randrange(4) + "\n" * chance.randrange(2)
        spans = tokens_of(text, chance)
        limit = chance.randrange(1, 80)
        segments = segment_spans(text, spans, limit)
        covered = [token for first, last in segments for token in range(first, last)]
        assert covered == list(range(len(spans)))
        assert all(0 < last - first <= limit for first, last in segments)


def word_spans(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r" ?\w+|[^\w\s]|\n", text)]


def cut(text: str, limit: int) -> list[str]:
    spans = word_spans(text)
    return [text[spans[a][0] : spans[b - 1][1]] for a, b in segment_spans(text, spans, limit)]


def test_whole_sentences_are_packed_up_to_the_limit() -> None:
    assert cut("One two. Three four. Five six seven eight. Nine.\n", 6) == [
        "One two. Three four.",
        " Five six seven eight.",
        " Nine.\n",
    ]


def test_a_sentence_longer_than_a_segment_is_cut_into_nearly_equal_pieces() -> None:
    text = "Short one. " + "Word " * 21 + "end. Short two."
    assert [len(word_spans(piece)) for piece in cut(text, 10)] == [3, 7, 8, 8, 3]


def test_segments_end_with_table_rows() -> None:
    rows = ["Year 2023 2022", "Revenue 211 198", "Gross margin 146 135", "Net income 72 71"]
    text = "\n".join(rows) + "\n"
    spans = [match.span() for match in re.finditer(r"\S+|\n", text)]
    cut = segment_spans(text, spans, 9)
    assert [text[spans[a][0] : spans[b - 1][1]] for a, b in cut] == [
        "Year 2023 2022\nRevenue 211 198\n",
        "Gross margin 146 135\n",
        "Net income 72 71\n",
    ]


def test_everything_is_one_segment_where_it_fits() -> None:
    assert cut(PROSE, 1000) == [PROSE.rstrip()]


def test_no_tokens_give_no_segments() -> None:
    assert segment_spans("", [], 20) == []


def test_a_segment_of_no_tokens_is_a_bug() -> None:
    with pytest.raises(ValueError, match="at least one token"):
        segment_spans("a", [(0, 1)], 0)
