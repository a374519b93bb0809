"""Pages into passages, passages into segments."""

from __future__ import annotations

import random
import re
import time
from itertools import pairwise

import pytest

from complm_app.core.page_text import readable, words_of
from complm_app.core.segments import Passage, passages_of, segment_spans, sentence_ends

PROSE = (
    "The committee met on the third of May to hear the engineers, who had come by the night train "
    "and were still tired. They reported that the bridge would bear the load, provided that the "
    "two eastern piers were rebuilt before the winter floods set in again. "
)


def wrapped(text: str, width: int = 80) -> str:
    """As PDFium gives it: lines of nearly equal length, \r\n between them."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\r\n".join(lines)


def page(*paragraphs: str) -> str:
    return "\r\n".join(wrapped(paragraph) for paragraph in paragraphs)


def texts(*page_texts: str) -> list[str]:
    return [passage.text for passage in passages_of(page_texts)]


# ---- paragraphs


def test_wrapped_lines_become_one_passage_on_one_line() -> None:
    assert texts(page(PROSE)) == [PROSE.strip()]


def test_a_paragraph_ends_where_a_line_ends_early() -> None:
    first, second = PROSE * 2, PROSE.replace("committee", "council") * 2
    assert texts(page(first, second)) == [first.strip(), second.strip()]


def test_a_blank_line_ends_a_paragraph() -> None:
    text = f"{PROSE * 2}\n\n{PROSE * 2}\n \n{PROSE * 2}"
    assert texts(text) == [(PROSE * 2).strip()] * 3


def test_a_heading_joins_the_paragraph_under_it() -> None:
    first, second = texts(page(PROSE * 2, "Costs of the Eastern Piers", PROSE * 2))
    assert first == (PROSE * 2).strip()
    assert second.startswith("Costs of the Eastern Piers The committee")


def test_several_headings_stay_with_what_they_head() -> None:
    heads = ("PART II", "Item 7", "Liquidity and Resources")
    first, second = texts(page(PROSE * 2, *heads, PROSE * 2))
    assert first == (PROSE * 2).strip()
    assert second.startswith("PART II Item 7 Liquidity and Resources The committee")


def test_numbered_clauses_are_paragraphs_even_after_full_lines() -> None:
    clause = PROSE * 2
    first, second = texts(page(f"9.1 Term. {clause}", f"9.2 Notice. {clause}"))
    assert first.startswith("9.1 Term.")
    assert second.startswith("9.2 Notice.")


def test_a_number_in_running_text_starts_nothing() -> None:
    before = "The firm has been in the business of building bridges and tunnels since the spring of"
    after = "2019. It now employs two hundred people in four countries, half of them engineers."
    assert texts(f"{before}\r\n{after}") == [f"{before} {after}"]


def test_short_neighbours_are_merged() -> None:
    items = [f"• Item number {n} of the list" for n in range(60)]
    merged = texts("\r\n".join(items))
    assert 2 < len(merged) < 6
    assert all(len(text.split()) <= 120 for text in merged)
    assert " ".join(merged) == " ".join(items)


def test_a_table_keeps_its_rows_and_stays_with_what_names_its_columns() -> None:
    head = ["INCOME STATEMENTS", "Year Ended June 30, 2023 2022"]
    rows = [f"Income of kind {n} $ {n * 3},481 $ {n * 7},112" for n in range(20)]
    table = [*head, *rows[:10], "Expenses:", *rows[10:]]
    [passage] = texts("\r\n".join(table))
    assert passage.split("\n") == table


def test_a_long_table_is_split_between_rows() -> None:
    rows = [f"Item number {n} {n * 3},481 {n * 7},112" for n in range(90)]
    parts = texts("\r\n".join(rows))
    assert [len(text.split()) for text in parts] == [220, 220, 10]
    assert "\n".join(parts).split("\n") == rows


def test_a_label_that_is_longer_than_its_line_stays_with_its_numbers() -> None:
    rows = ["Revenue 12 14", "Diluted earnings per share", "(non-GAAP) 9.81 9.21", "Margin 3 4"]
    [passage] = texts("\r\n".join(rows))
    assert passage.split("\n") == [rows[0], f"{rows[1]} {rows[2]}", rows[3]]


def test_bullets_stay_with_the_line_that_announces_them() -> None:
    text = page("We have three aims:", "• Build the bridge.", "• Open it.", "• Keep it standing.")
    assert texts(text) == ["We have three aims: • Build the bridge. • Open it. • Keep it standing."]


def test_a_long_paragraph_is_split_at_sentence_ends() -> None:
    parts = texts(page(PROSE * 12))
    assert len(parts) > 2
    assert all(len(part.split()) <= 220 for part in parts)
    assert all(part.endswith(".") for part in parts)
    assert " ".join(parts) == (PROSE * 12).strip()


def test_text_without_spaces_is_split_too() -> None:
    parts = texts("桥梁很长。" * 1000)
    assert all(len(part) < 2000 for part in parts)
    assert "".join(parts) == "桥梁很长。" * 1000


def test_columns_narrower_than_the_page_are_not_broken_into_lines() -> None:
    left, right = wrapped(PROSE * 2, 40), wrapped(PROSE.replace("May", "June") * 2, 38)
    assert texts(f"{left}\r\n{right}") == [
        (PROSE * 2).strip(),
        (PROSE.replace("May", "June") * 2).strip(),
    ]


# ---- pages and offsets


def test_a_passage_never_crosses_a_page() -> None:
    half = len(PROSE) // 2
    passages = passages_of([PROSE[:half], PROSE[half:]])
    assert [passage.page_index for passage in passages] == [0, 1]


def test_pages_without_readable_text_give_no_passage() -> None:
    assert passages_of(["", " \r\n \r\n", "\ue001\ue002\ue003 \ue004\ue005", "\ufffd\ufffd"]) == []


def test_offsets_cover_exactly_the_passage() -> None:
    first, second = passages_of([page("Heading Line", PROSE * 2, PROSE * 2)])
    text = page("Heading Line", PROSE * 2, PROSE * 2)
    assert text[first.start : first.end].startswith("Heading Line\r\nThe committee")
    assert text[second.start : second.end].startswith("The committee")
    assert second.end == len(text)


def random_page(chance: random.Random) -> str:
    pieces = [
        "The bridge",
        "exam-\r\nple",
        "con\ufffesectetuer",
        ".",
        "? ",
        "\r\n",
        "\n\n",
        " ",
        "• x",
    ]
    pieces += [
        "9.2 Law",
        "Heading",
        "ﬁnal",
        "\u00ad",
        "\x00",
        "12,345 ",
        "桥。",
        "a" * 30,
        "(b) no",
        "\f",
    ]
    return "".join(chance.choices(pieces, k=chance.randrange(400)))


def test_offsets_hold_for_random_pages() -> None:
    chance = random.Random(11)
    for _ in range(60):
        pages = [random_page(chance) for _ in range(chance.randrange(1, 8))]
        passages = passages_of(pages)
        words = words_of(pages)
        for passage in passages:
            raw = pages[passage.page_index][passage.start : passage.end]
            lines = passage.text.split("\n")
            assert without_breaks(readable(raw, words)) == without_breaks(passage.text)
            assert all(line and line == " ".join(line.split()) for line in lines)
        assert_in_order(passages)


def without_breaks(text: str) -> str:
    """A word is not joined across the rows of a table."""
    return re.sub(r"[\s-]", "", text)


def assert_in_order(passages: list[Passage]) -> None:
    for before, after in pairwise(passages):
        assert (before.page_index, before.end) < (after.page_index, after.start + 1)


def test_no_word_of_random_prose_is_lost() -> None:
    chance = random.Random(5)
    vocabulary = re.findall(r"\w+", PROSE)
    for _ in range(30):
        words = chance.choices(vocabulary, k=600)
        ends = ["." if chance.random() < 0.1 else "" for _ in words]
        lines = "".join(
            word + end + ("\r\n" if chance.random() < 0.15 else " ")
            for word, end in zip(words, ends, strict=True)
        )
        assert re.findall(r"\w+", " ".join(texts(lines))) == words


@pytest.mark.parametrize(
    "piece",
    [". ", ".", "a", "J. ", "1. ", "Abc\r\n", "a-\r\n", "ab\ufffe", "# ", "\n", '."', "\ue000a"],
)
def test_hostile_repetition_takes_linear_time(piece: str) -> None:
    started = time.process_time()
    passages_of([piece * 20_000])
    assert time.process_time() - started < 2.0


# ---- hyphens and characters


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("an exam-\r\nple of it", "an example of it"),
        ("an exam\ufffeple of it", "an example of it"),
        ("an exam\u00ad\r\nple of it", "an example of it"),
        ("soft\u00adware", "software"),
        ("from 2019-\r\n2021 on", "from 2019-2021 on"),
        ("the Anglo-\r\nSaxon kings", "the Anglo-Saxon kings"),
        ("a dash -\r\nlike this", "a dash - like this"),
        ("well-known", "well-known"),
        ("the ﬁnal eﬀort", "the final effort"),
        ("The flood . . . . . . . 6", "The flood 6"),
        ("The flood.......6 and...", "The flood 6 and..."),
        ("a\x00b\x02c\u200bd", "abcd"),
        ("tab\tand  nbsp\u00a0here", "tab and nbsp here"),
    ],
)
def test_a_range_is_made_readable(raw: str, expected: str) -> None:
    assert readable(raw) == expected


@pytest.mark.parametrize(
    ("elsewhere", "expected"),
    [
        ("A long-term view.", "long-term"),
        ("A longterm view.", "longterm"),
        ("How long is a term?", "long-term"),
        ("Nothing of the kind.", "longterm"),
    ],
)
def test_the_rest_of_the_document_tells_whether_a_hyphen_stays(
    elsewhere: str, expected: str
) -> None:
    words = words_of([elsewhere, "our long-\r\nterm debt"])
    assert readable("our long-\r\nterm debt", words) == f"our {expected} debt"


# ---- headers and footers


def book(count: int, header: str, footer: str) -> list[str]:
    return [
        "\r\n".join(
            [header.format(n), page(f"This is text {n * n}. " + PROSE * 2), footer.format(n)]
        )
        for n in range(1, count + 1)
    ]


@pytest.mark.parametrize(
    ("header", "footer"),
    [
        ("Annual Report 2023", "{}"),
        ("ACME CORP", "Page {} of 12"),
        ("Table of Contents\r\nACME CORP\r\n(Continued)", "F-{}"),
        ("{}  ACME Corp", "Confidential"),
    ],
)
def test_running_headers_and_footers_are_left_out(header: str, footer: str) -> None:
    found = texts(*book(12, header, footer))
    assert len(found) == 12
    for n, text in enumerate(found, start=1):
        assert text == f"This is text {n * n}. {PROSE * 2}".strip()


def test_headers_that_alternate_between_left_and_right_pages_are_left_out() -> None:
    pages = book(12, "", "{}")
    pages = [
        ("Chapter One" if n % 2 else "The Great Bridge") + text for n, text in enumerate(pages)
    ]
    assert all(text.startswith("This is text") for text in texts(*pages))


def test_page_numbers_are_left_out_where_roman_ones_turn_into_arabic() -> None:
    numerals = ["i", "ii", "- 1 -", "- 2 -", "- 3 -", "- 4 -"]
    pages = [f"{PROSE * 2}\r\n{numeral}" for numeral in numerals]
    assert texts(*pages) == [(PROSE * 2).strip()] * 6


def test_a_first_line_whose_numbers_do_not_count_pages_is_text() -> None:
    pages = [f"Invoice total {n * 37 % 91} euros\r\n{page(PROSE * 2)}" for n in range(12)]
    assert all(text.startswith("Invoice total") for text in texts(*pages))


def test_a_sentence_is_no_header_however_often_it_is_repeated() -> None:
    pages = [f"The code of leaf {n} is {n + 3}.\r\n{page(PROSE * 2)}" for n in range(12)]
    assert all(text.startswith("The code of leaf") for text in texts(*pages))


def test_a_page_with_nothing_but_a_header_keeps_it() -> None:
    assert texts(*["This page is blank"] * 5) == ["This page is blank"] * 5


def test_two_pages_are_too_few_to_tell_a_header() -> None:
    assert all(text.startswith("ACME CORP") for text in texts(*book(2, "ACME CORP", "")))


# ---- sentences


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


# ---- segments


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
