"""SQuAD's measures, and the evaluation with a model without weights."""

from __future__ import annotations

import json
import lzma
from collections.abc import Generator
from pathlib import Path

import pypdf
import pytest

from complm_app.engine.protocol import Progress
from complm_app.errors import RequestError
from complm_app.training.corpus import Question, load_questions
from complm_app.training.evaluation import (
    SquadScore,
    articles,
    exact_match,
    f1,
    normalised,
    page_holds,
    spread,
    squad,
    write_article,
)
from tests.fakes import make_model


def question(number: int, title: str = "Rivers", context: str = "") -> Question:
    return Question(f"What is {number}?", context or f"Paragraph {number}.", (str(number),), title)


def finish(steps: Generator[Progress, None, SquadScore]) -> tuple[list[Progress], SquadScore]:
    seen = []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            return seen, end.value


def test_case_punctuation_articles_and_spaces_do_not_count() -> None:
    assert normalised("  The Norman-French,  a  Duke!") == "normanfrench duke"
    assert exact_match("the Duke.", ["King", "duke"])
    assert not exact_match("Dukes", ["duke"])


def test_f1_is_the_overlap_with_the_best_gold_answer() -> None:
    assert f1("in October 1973", ["October 1973", "1973"]) == pytest.approx(0.8)
    assert f1("the the", ["the"]) == 0.0
    assert f1("nothing", []) == 0.0


def test_words_count_as_often_as_they_stand_in_both() -> None:
    assert f1("no no no", ["no"]) == pytest.approx(0.5)


@pytest.mark.parametrize("ratio", [1, 2, 4])
def test_a_reader_that_finds_the_sentence_scores_at_every_ratio(ratio: int) -> None:
    context = "The Heron was built in Skarholm. The Otter was built in Tolley."
    asked = [
        Question("Where was the Heron built?", context, ("Heron was built in Skarholm.",), ""),
        Question("Where was the Otter built?", context, ("Otter was built in Skarholm.",), ""),
    ]
    progress, score = finish(squad(make_model(), asked, ratio))
    assert (score.n, score.ratio) == (2, ratio)
    assert score.exact_match == 50.0
    assert 50.0 < score.f1 < 100.0
    assert [step.done for step in progress] == [1, 2]


def test_an_answer_that_is_not_found_scores_nothing() -> None:
    asked = [Question("Zymurgy?", "The Heron was built in Skarholm.", ("Heron",), "")]
    _, score = finish(squad(make_model(), asked, None))
    assert (score.exact_match, score.f1) == (0.0, 0.0)


def test_no_questions_give_a_score_of_zero() -> None:
    _, score = finish(squad(make_model(), [], 1))
    assert (score.n, score.exact_match, score.f1) == (0, 0.0, 0.0)


def test_a_ratio_that_the_model_does_not_have_is_refused() -> None:
    with pytest.raises(RequestError):
        finish(squad(make_model(exact=True), [question(1)], 2))


@pytest.mark.parametrize("name", ["questions.jsonl", "questions.jsonl.xz"])
def test_questions_are_read_from_plain_and_compressed_files(tmp_path: Path, name: str) -> None:
    line = {"context": "C é.", "question": "Q?", "answers": ["A", "B"], "title": "T"}
    data = (json.dumps(line) + "\n\n").encode()
    file = tmp_path / name
    file.write_bytes(lzma.compress(data) if name.endswith("xz") else data)
    assert load_questions(file) == [Question("Q?", "C é.", ("A", "B"), "T")]


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"question": "Q"}', b"\xff\xfe"])
def test_a_file_without_questions_is_an_error_in_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(content)
    with pytest.raises(RequestError, match="not a file of questions"):
        load_questions(file)


def test_a_missing_or_damaged_file_is_an_error_in_words(tmp_path: Path) -> None:
    damaged = tmp_path / "questions.jsonl.xz"
    damaged.write_bytes(b"not compressed")
    for file in (damaged, tmp_path / "none.jsonl"):
        with pytest.raises(RequestError, match="cannot be read"):
            load_questions(file)


def test_a_limited_choice_is_spread_over_all_articles() -> None:
    everything = [question(n, title=str(n // 10)) for n in range(100)]
    chosen = spread(everything, 10)
    assert [q.title for q in chosen] == [str(n) for n in range(10)]
    assert spread(everything, None) == everything
    assert spread(everything[:3], 10) == everything[:3]


def test_an_article_becomes_a_pdf_with_all_its_paragraphs(tmp_path: Path) -> None:
    asked = [question(n, context=f"Paragraph {n} <on> {'water ' * 200}& rivers.") for n in range(9)]
    [(title, paragraphs)] = articles([*asked, asked[0]]).items()
    assert len(paragraphs) == 9
    file = tmp_path / "article.pdf"
    write_article(title, paragraphs, file)
    pages = [page.extract_text() for page in pypdf.PdfReader(file).pages]
    assert len(pages) > 1
    words = " ".join(" ".join(pages).split())
    assert all(f"Paragraph {n} <on>" in words for n in range(9))


def test_a_page_holds_an_answer_across_line_ends() -> None:
    page = "The embargo caused an oil\r\ncri-\r\nsis, or shock."
    assert page_holds(page, ["the oil crisis", "elsewhere"])
    assert not page_holds(page, ["elsewhere", "the"])
