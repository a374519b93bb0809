"""Hyphens, odd characters, and lines that are on every page."""

from __future__ import annotations

import pytest

from complm_app.core.page_text import readable, words_of
from tests.unit.core.prose import PROSE, page, texts


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
