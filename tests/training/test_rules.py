"""Questions made by rule: what is asked, and that the answer stands where they say."""

from __future__ import annotations

import random

import pytest

from complm_app.training.clauses import Asked
from complm_app.training.english import base_form
from complm_app.training.rules import document_questions, rule_questions

PASSAGE = (
    "The old mill was built by Ada North in 1790. Ada North, the keeper of the northern light, "
    "acquired the Elm Ridge quarry on May 3, 1801. It reports to the Harbour Board (HB). The "
    "Harbour Board has 212 employees. Net sales increased by 12% to a new height. If the gate is "
    "left open, the water falls at once. To open the gate, turn the upper wheel twice. The "
    "Borrower shall pay all fees of the Lender. “Closing Date” means the day on which the last "
    "document is signed; no other day."
)


def asked_of(text: str, tries: int = 60) -> set[tuple[str, str]]:
    """All that is asked in several tries: question in small letters, answer."""
    found: set[tuple[str, str]] = set()
    for seed in range(tries):
        for made in rule_questions(text, 20, random.Random(seed)):
            found.add((made.question.lower().rstrip("?"), text[made.start : made.end]))
    return found


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("when was the old mill built by ada north", "1790"),
        ("by whom was the old mill built in 1790", "Ada North"),
        ("who is the keeper of the northern light", "Ada North"),
        ("what does hb stand for", "Harbour Board"),
        ("how many employees does the harbour board have", "212"),
        ("by how much did net sales increase", "12%"),
        ("what happens if the gate is left open", "the water falls at once"),
        ("how do i open the gate", "turn the upper wheel twice"),
        ("what shall the borrower do", "pay all fees of the Lender"),
        ("what is the definition of closing date", "the day on which the last document is signed"),
    ],
)
def test_what_is_asked(question: str, answer: str) -> None:
    assert (question, answer) in asked_of(PASSAGE)


def test_a_question_of_truth_is_answered_by_the_sentence() -> None:
    sentence = "The old mill was built by Ada North in 1790."
    questions = {question for question, answer in asked_of(PASSAGE) if answer == sentence}
    assert any(question.startswith("was the old mill built") for question in questions)


def test_the_same_chance_asks_the_same() -> None:
    made = [rule_questions(PASSAGE, 4, random.Random(7)) for _ in range(2)]
    assert made[0] == made[1]
    assert len(made[0]) == 4


@pytest.mark.parametrize(
    "text", ["", "Yes.", "1.1 2.2 3.3", "It was. They were. There is.", "A" * 5000, "(" * 400]
)
def test_what_no_rule_understands_is_left_alone(text: str) -> None:
    assert rule_questions(text, 4, random.Random(0)) == []


def test_no_answer_is_empty_and_none_is_longer_than_its_sentence() -> None:
    made: list[Asked] = rule_questions(PASSAGE, 50, random.Random(3))
    assert made
    for each in made:
        answer = PASSAGE[each.start : each.end]
        assert answer.strip() == answer != ""
        assert len(answer) < 200


@pytest.mark.parametrize(
    ("past", "base"),
    [
        *(("acquired", "acquire"), ("signed", "sign"), ("carried", "carry"), ("stopped", "stop")),
        *(("won", "win"), ("changed", "change"), ("opened", "open"), ("called", "call")),
        *(("need", None), ("table", None)),
    ],
)
def test_base_forms(past: str, base: str | None) -> None:
    assert base_form(past) == base


def test_a_document_is_about_what_its_first_sentence_says() -> None:
    text = "Ada North Ada North was the keeper of the light at Skerry from 1840 to 1862. She wrote."
    made = [document_questions(text, "Ada North", random.Random(n)) for n in range(200)]
    answers = {text[asked.start : asked.end] for each in made for asked in each}
    assert answers == {
        "Ada North",
        "Ada North was the keeper of the light at Skerry from 1840 to 1862.",
    }
    assert not all(made)


def test_a_beginning_that_says_nothing_is_not_what_a_document_is_about() -> None:
    text = "and so on, without end, as it had been in those years. " + "Rain fell. " * 40
    assert not any(document_questions(text, "and so on", random.Random(n)) for n in range(100))
