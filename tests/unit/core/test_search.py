import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from complm_app.core.library import Library
from complm_app.core.pdf import Page, PageState, ParsedDocument
from complm_app.core.search import about_documents, search, stem, telling_words
from complm_app.core.segments import Passage

FERRY = (
    "The ferry Aurora was built in 1912 at the Clyde yard.",
    "Fares rose to 12.50 crowns in 1931. Children paid half.",
    "The harbour master, Ms Nāgārjuna, keeps the timetable.",
    "A ferry crosses the sound every hour, and the crossing takes a quarter of an hour.",
)
BANK = ("The bank was built in 1912 by the river.", "Interest rose to 12.75 per cent.")


def add(library: Library, id: str, texts: tuple[str, ...]) -> None:
    pages = tuple(Page(n, str(n + 1), text, PageState.TEXT) for n, text in enumerate(texts))
    library.add_document(
        id=id,
        path=Path(id),
        parsed=ParsedDocument(id, pages, ()),
        passages=[Passage(n, 0, len(text), text) for n, text in enumerate(texts)],
        size_bytes=1,
    )


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library.db") as opened:
        add(opened, "ferry", FERRY)
        add(opened, "bank", BANK)
        yield opened


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("When was the ferry built?", FERRY[0]),
        ("What was the fare in 1931?", FERRY[1]),
        ("How much was 12.50?", FERRY[1]),
        ("Who is Nagarjuna?", FERRY[2]),
        ("How long do CROSSINGS take", FERRY[3]),
        ("Which banks were building?", BANK[0]),
    ],
)
def test_the_passage_that_answers_comes_first(library: Library, question: str, best: str) -> None:
    assert search(library, question, [], 5)[0].passage.text == best


def test_a_search_stays_within_the_documents_asked(library: Library) -> None:
    found = {hit.passage.document for hit in search(library, "built in 1912", ["bank"], 5)}
    assert found == {"bank"}
    assert len(search(library, "built in 1912", ["bank", "ferry"], 5)) >= 2
    assert search(library, "built in 1912", ["unknown"], 5) == []


def test_hits_come_best_first_and_at_most_as_many_as_asked(library: Library) -> None:
    scores = [hit.score for hit in search(library, "ferry built in 1912 hour", [], 10)]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) > 2
    assert len(search(library, "ferry built in 1912 hour", [], 2)) == 2
    assert search(library, "ferry", [], 0) == []


def test_words_in_one_sentence_beat_the_same_words_apart(library: Library) -> None:
    apart = "Anna steered the boat. It rained a lot then. The lighthouse of Karl stood alone."
    together = "It rained a lot then. Anna steered the boat to the lighthouse. Karl stood alone."
    add(library, "apart", (apart, together))
    add(library, "together", (together[::-1],))
    hits = search(library, "Who steered to the lighthouse?", ["apart"], 2)
    assert [hit.passage.text for hit in hits] == [together, apart]


def test_words_that_are_neighbours_in_the_question_count_as_neighbours(library: Library) -> None:
    beside = "Of all the workers, the night watch slept least in June."
    apart = "In June the watch of the workers slept least, of all at night."
    add(library, "staff", (apart, beside))
    hits = search(library, "How did the night watch sleep?", ["staff"], 2)
    assert [hit.passage.text for hit in hits] == [beside, apart]


def test_more_hits_than_are_weighed_anew_still_come_best_first(library: Library) -> None:
    add(library, "many", tuple(f"The pier number {n} is {'very ' * n}old." for n in range(120)))
    hits = search(library, "Is the pier old?", ["many"], 100)
    assert len({hit.passage.ordinal for hit in hits}) == 100
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_a_question_of_stop_words_only_is_searched_for_as_it_is(library: Library) -> None:
    assert telling_words("What is it?") == ["What", "is", "it"]
    add(library, "what", ("That is it.",))
    assert [hit.passage.document for hit in search(library, "what is it", [], 5)] == ["what"]


def test_a_question_without_any_known_word_finds_nothing(library: Library) -> None:
    assert search(library, "zeppelin quux", [], 5) == []


@pytest.mark.parametrize(
    "question",
    [
        "",
        " \n\t",
        "?!...",
        '"',
        '"ferry',
        "ferry*",
        "ferry AND",
        "NOT ferry OR",
        "NEAR(ferry, 1912)",
        "text: ferry ^ {a b} - +",
        "ferry'; DROP TABLE passage; --",
        "\N{FERRY}\N{ZERO WIDTH JOINER}\N{MAN}",
        "f\0erry\ud800",
        "\u0301\u0301 \u20e3",
        "渡し船はいつ造られましたか",
        "\U0001f1e9\U0001f1ea ²³ ½ Ⅷ ﬁ",
        "_ __ ferry_boat",
        "1,000.50,3 .5 5.",
        "ferry " * 2000,
        " ".join(f"word{n}" for n in range(2000)),
        "a" * 10_000,
        "(" * 10_000,
    ],
)
def test_no_question_breaks_the_search(library: Library, question: str) -> None:
    expected = 1 if re.search(r"\bferry\b", question) else 0
    assert len(search(library, question, [], 5)) >= expected


def test_a_question_of_ten_thousand_characters_takes_no_noticeable_time(library: Library) -> None:
    question = " ".join((*FERRY, *BANK) * 30)[:10_000]
    started = time.process_time()
    assert search(library, question, [], 5)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    "forms",
    ["cross crossing crossed crosses", "stop stopped stopping stops", "city cities", "état Etat"],
)
def test_the_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len({stem(word) for word in forms.split()}) == 1


def test_other_forms_of_a_word_are_found_that_its_stemmer_keeps_apart(tmp_path: Path) -> None:
    texts = ("We employed 120 people at the yard.", "The yard lies by the river.")
    with Library.open(tmp_path / "library.db") as opened:
        add(opened, "yard", texts)
        [first, *_] = search(opened, "How many employees has the yard?", [], 2)
    assert first.passage.text == texts[0]


@pytest.mark.parametrize(
    "question",
    [
        "What is this document about?",
        "Give me a summary",
        "Who is the author of this paper?",
        "Worum geht es in diesem Dokument?",
    ],
)
def test_a_question_about_documents_as_a_whole_finds_their_beginnings(
    library: Library, question: str
) -> None:
    found = [hit.passage.text for hit in search(library, question, ["ferry"], 2)]
    assert found == list(FERRY[:2])
    first = {hit.passage.text for hit in search(library, question, [], 2)}
    assert first == {FERRY[0], BANK[0]}


@pytest.mark.parametrize("question", ["What is this ferry about?", "When?", "Who wrote in 1931?"])
def test_other_questions_do_not(question: str) -> None:
    assert not about_documents(telling_words(question))
