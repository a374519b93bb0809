"""Pages into passages: what belongs together, and where it stands."""

from __future__ import annotations

import random
import re
import time
from itertools import pairwise

import pytest

from complm_app.core.page_text import readable, words_of
from complm_app.core.segments import Passage, passages_of
from tests.unit.core.prose import PROSE, page, texts, wrapped


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
