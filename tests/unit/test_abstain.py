"""Questions asked of the right and of the wrong article, and what counts as abstaining."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from complm_app.cli import main
from complm_app.engine.protocol import Progress
from complm_app.errors import RequestError
from complm_app.session import BUNDLED_MODEL, load, open_session
from complm_app.training.abstain import (
    AbstainScore,
    Reading,
    abstain,
    pairs,
    score,
    set_threshold,
    threshold_of,
)
from complm_app.training.corpus import Question
from tests.fakes import make_model

SHIPS = "The Heron was built in Skarholm. The Otter was built in Tolley."
BREAD = "Flour is ground from wheat. Dough is kneaded by hand."
HERON = Question("Where was the Heron built?", SHIPS, ("Heron was built in Skarholm.",), "Ships")
FLOUR = Question("What is flour ground from?", BREAD, ("wheat",), "Bread")


def finish(steps: Generator[Progress, None, AbstainScore]) -> tuple[list[Progress], AbstainScore]:
    seen = []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            return seen, end.value


@pytest.mark.parametrize("ratio", [1, 2, 4])
def test_a_reader_that_answers_only_from_the_right_article_scores_fully(ratio: int) -> None:
    progress, result = finish(abstain(make_model(), pairs([HERON, FLOUR], None), ratio))
    assert (result.n, result.ratio) == (4, ratio)
    assert (result.balanced_accuracy, result.precision, result.recall) == (1.0, 1.0, 1.0)
    assert result.f1 > 50
    assert [step.done for step in progress] == [1, 2, 3, 4]
    assert {step.total for step in progress} == {4}


def test_a_wrong_article_that_shares_words_is_answered_wrongly() -> None:
    lure = Question("What was built by hand?", "The Heron was built by hand.", ("Heron",), "Boats")
    _, result = finish(abstain(make_model(), pairs([lure, FLOUR], 1), 1))
    assert (result.recall, result.precision, result.balanced_accuracy) == (0.0, 0.0, 0.5)


def test_abstaining_is_the_positive_class() -> None:
    readings = [
        *[Reading(answerable=True, abstained=True)] * 1,
        *[Reading(answerable=True, abstained=False, overlap=0.5)] * 3,
        *[Reading(answerable=False, abstained=True)] * 2,
        *[Reading(answerable=False, abstained=False, overlap=1.0)] * 2,
    ]
    result = score(readings, 2, 0.5, 1.0)
    assert result.precision == pytest.approx(2 / 3)
    assert result.recall == 0.5
    assert result.balanced_accuracy == pytest.approx((0.5 + 0.75) / 2)
    assert result.f1 == pytest.approx(37.5)


def test_the_other_paragraph_is_of_another_article_and_the_same_each_time() -> None:
    everything = [
        Question(f"Q{n}?", f"Paragraph {n // 2}.", ("a",), f"Article {n // 10}") for n in range(40)
    ]
    chosen = pairs(everything, 12)
    assert [pair.question for pair in chosen] == everything[:12]
    titles = {question.context: question.title for question in everything}
    assert all(titles[pair.elsewhere] != pair.question.title for pair in chosen)
    assert len({pair.elsewhere for pair in chosen}) > 2
    assert chosen == pairs(everything, 12)
    assert chosen[0].elsewhere == chosen[1].elsewhere


def test_one_article_alone_is_an_error_in_words() -> None:
    with pytest.raises(RequestError, match="one article"):
        pairs([HERON], None)


def test_the_threshold_decides_what_is_answered(tmp_path: Path) -> None:
    model = load(open_session(tmp_path))
    asked = pairs([HERON, FLOUR], None)
    set_threshold(model, BUNDLED_MODEL, 0.0)
    assert threshold_of(model, BUNDLED_MODEL) == 0.0
    _, never = finish(abstain(model, asked, 1, 0.0))
    assert (never.recall, never.balanced_accuracy) == (1.0, 0.5)
    set_threshold(model, BUNDLED_MODEL, 1.0)
    _, always = finish(abstain(model, asked, 1, 1.0))
    assert (always.recall, always.balanced_accuracy) == (0.0, 0.5)


def test_a_model_without_a_threshold_takes_none() -> None:
    model = make_model()
    assert threshold_of(model, BUNDLED_MODEL) is None
    with pytest.raises(RequestError, match="no threshold"):
        set_threshold(model, BUNDLED_MODEL, 0.5)


@pytest.mark.parametrize("threshold", ["-0.1", "1.5", "nan", "often"])
def test_a_threshold_that_is_no_probability_is_wrong_usage(
    threshold: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", "abstain", "--data", "a.jsonl", f"--threshold={threshold}"]) == 2
    assert "--threshold" in capsys.readouterr().err
