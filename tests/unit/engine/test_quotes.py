"""The verbatim check, and which places an answer is cited from."""

from __future__ import annotations

import pytest

from complm_app.core.library import StoredPassage
from complm_app.engine.protocol import Citation
from complm_app.engine.quotes import (
    CITATIONS,
    QUOTE_CHARACTERS,
    PageSource,
    cite,
    find_quote,
)


@pytest.mark.parametrize(
    ("quote", "page", "found"),
    [
        ("the ferry", "When the ferry left", "the ferry"),
        ("The Ferry", "when THE FERRY left", "THE FERRY"),
        (
            "annual report of 2019",
            "the annual\r\n  report of\t2019 says",
            "annual\r\n  report of\t2019",
        ),
        ("an example here", "an exam-\r\nple here", "an exam-\r\nple here"),
        ("an example here", "an exam\ufffe\r\nple here", "an exam\ufffe\r\nple here"),
        ("an exam\u00adple", "an example", "an example"),
        ("long-term debt", "the long-\r\nterm debt", "long-\r\nterm debt"),
        ('he said "yes" twice', "he said \u201cyes\u201d twice", "he said \u201cyes\u201d twice"),
        ("the river's edge", "the river\u2019s edge", "river"),
        ("first class", "\ufb01rst class", "\ufb01rst class"),
        ("Paris.", "in Paris, France", "Paris"),
        ("“Paris”", "in Paris, France", "Paris"),
        ("5.6", "not 15.6, not 5.61, but 5.6%", "5.6"),
        ("straße", "die STRASSE", "STRASSE"),
    ],
)
def test_a_quote_is_found_whatever_its_spacing_case_and_marks(
    quote: str, page: str, found: str
) -> None:
    place = find_quote(quote, page)
    assert place is not None
    assert found in page[slice(*place)]
    assert find_quote(page[slice(*place)], page) == place


@pytest.mark.parametrize(
    ("quote", "page"),
    [
        ("the barge", "When the ferry left"),
        ("art", "a part of it"),
        ("par", "a part of it"),
        ("234", "1,234 people"),
        ("1", "1.5 metres"),
        ("5", "1.5 metres"),
        ("19", "in 1998"),
        ("", "anything"),
        ("...", "and so on ... and on"),
        ("ferries", "the ferry"),
    ],
)
def test_what_does_not_stand_there_word_for_word_is_not_found(quote: str, page: str) -> None:
    assert find_quote(quote, page) is None


def test_a_later_whole_word_is_found_behind_an_earlier_part_of_one() -> None:
    page = "A party in a par excellence place"
    place = find_quote("par", page)
    assert place is not None
    assert page[slice(*place)] == "par"
    assert place[0] > page.index("party")


# ---- citations

PAGES = {
    (
        "a",
        0,
    ): "Heading\r\nThe ferry was built in 1998. It carries forty\r\ncars. The crew is small.",
    ("a", 1): "In 1998 the river froze.\r\nNobody crossed for a month.",
    ("b", 0): "The harbour master is Ada Quist. She was born in 1998.",
}
SOURCE = PageSource(
    text=lambda document, index: PAGES[document, index],
    label=lambda document, index: f"{document}-{index + 1}",
)


def passage(document: str, index: int) -> StoredPassage:
    text = PAGES[document, index]
    return StoredPassage(document, index, index, 0, len(text), " ".join(text.split()))


ALL = [passage(*place) for place in PAGES]


def cited(
    answer: str, question: str = "", passages: list[StoredPassage] | None = None
) -> tuple[Citation, ...]:
    return cite(answer, question, ALL if passages is None else passages, SOURCE)


def assert_stands_on_its_page(citation: Citation) -> None:
    page = PAGES[citation.document, citation.page_index]
    assert " ".join(page[citation.start : citation.end].split()) == citation.quote
    assert citation.quote


def test_a_citation_quotes_the_sentence_in_which_the_answer_stands() -> None:
    (citation,) = cited("forty cars", "How many cars does it carry?")
    assert citation == Citation(
        document="a",
        page_index=0,
        label="a-1",
        start=PAGES["a", 0].index("It carries"),
        end=PAGES["a", 0].index(" The crew"),
        quote="It carries forty cars.",
        verbatim=True,
    )


def test_the_best_ranked_passage_that_holds_the_answer_comes_first() -> None:
    citations = cited("1998", "When was Ada born?", [ALL[2], ALL[1], ALL[0]])
    assert [c.document for c in citations] == ["b", "a", "a"]
    assert citations[0].quote == "She was born in 1998."


def test_within_a_passage_the_sentence_nearest_to_the_question_is_quoted() -> None:
    PAGES["c", 0] = "The mill opened in 1950. The bridge, too, opened in 1950."
    (citation,) = cited("1950", "When did the bridge open?", [passage("c", 0)])
    assert citation.quote == "The bridge, too, opened in 1950."


def test_at_most_three_places_are_cited_and_other_pages_before_the_same_page() -> None:
    halves = []
    for index in range(4):
        text = "The toll is nine crowns. Cash only. Again: the toll is nine crowns."
        PAGES["d", index] = text
        middle = text.index("Again")
        for ordinal, (start, end) in enumerate([(0, middle), (middle, len(text))]):
            halves.append(
                StoredPassage("d", 2 * index + ordinal, index, start, end, text[start:end])
            )
    citations = cited("nine crowns", "What is the toll?", halves)
    assert len(citations) == CITATIONS
    assert [c.page_index for c in citations] == [0, 1, 2]


def test_words_that_stand_in_many_passages_are_cited_from_the_best_few_only() -> None:
    others = []
    for index in range(10):
        PAGES["e", index] = "Quay." if index not in (0, 9) else "The Sunday ferry is free."
        others.append(passage("e", index))
    assert [c.page_index for c in cited("The Sunday ferry", "", others)] == [0]


def test_the_quotations_of_a_free_answer_are_cited_one_by_one() -> None:
    answer = 'It says "the river froze" and later that "the harbour master is Ada Quist".'
    citations = cited(answer)
    assert [(c.document, c.page_index) for c in citations] == [("a", 1), ("b", 0)]
    assert all(c.verbatim for c in citations)


def test_an_answer_in_other_words_is_cited_from_what_supports_it_and_says_so() -> None:
    (citation,) = cited("Ada Quist runs the port.", "Who is in charge of the harbour?")
    assert not citation.verbatim
    assert citation.quote == "The harbour master is Ada Quist."


def test_of_a_table_the_row_is_quoted_in_which_the_answer_stands() -> None:
    page = (
        "Year Ended June 30, 2023 2022\r\nRevenue $ 211,915 $ 198,270\r\nNet income 72,361 72,738"
    )
    pages = PageSource(lambda _document, _index: page, lambda _document, _index: "58")
    read = StoredPassage("a", 0, 57, 0, len(page), page.replace("\r", ""))
    [citation] = cite("211,915", "What was revenue in 2023?", [read], pages)
    assert citation.quote == "Revenue $ 211,915 $ 198,270"


def test_a_line_that_had_room_for_more_ends_what_is_quoted() -> None:
    prose = "The cooperative was founded by two hundred people of the towns at the river, who\r\n"
    prose += (
        "Ada Quist had asked to meet. They signed the charter in the back room of an inn and\r\n"
    )
    rows = (
        "Date Event\r\n8 January Four apprentices begin\r\n11 March The gauge reads 5.92 metres\r\n"
    )
    page = prose + "went home\r\n" + rows + "20 March Lines 1 and 3 run again"
    pages = PageSource(lambda _document, _index: page, lambda _document, _index: "1")
    read = [StoredPassage("a", 0, 0, 0, len(page), page.replace("\r", ""))]
    assert cite("5.92 metres", "", read, pages)[0].quote == "11 March The gauge reads 5.92 metres"
    quote = cite("Ada Quist", "", read, pages)[0].quote
    assert quote.startswith("The cooperative")  # a full line, though the next word is a name
    assert quote.endswith("to meet.")


def test_a_very_long_sentence_is_quoted_around_the_answer_only() -> None:
    row = " ".join(f"item {n} costs {n} crowns;" for n in range(200))
    PAGES["f", 0] = f"Prices: {row}"
    (citation,) = cited("item 120 costs 120 crowns", "", [passage("f", 0)])
    assert "item 120 costs 120 crowns" in citation.quote
    assert len(citation.quote) <= QUOTE_CHARACTERS
    assert citation.quote[0] != " "
    assert_stands_on_its_page(citation)


def test_a_citation_lies_inside_the_passage_that_was_read() -> None:
    text = PAGES["a", 0]
    start = text.index("The crew")
    part = StoredPassage("a", 1, 0, start, len(text), text[start:])
    (citation,) = cited("small", "", [part])
    assert (citation.start, citation.end) == (start, len(text))


def test_every_quote_stands_on_its_page() -> None:
    answers = ["1998", "forty cars", "The crew", "Something else.", "month", "Ada Quist. She"]
    for answer in answers:
        for citation in cited(answer, "When was it?"):
            assert_stands_on_its_page(citation)


def test_nothing_read_means_nothing_cited() -> None:
    assert cited("1998", "When?", []) == ()
