"""A chat that goes on: the earlier turns stand in the prompt as the template has them, and what was
read of them is not read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from families import FAMILIES, family_tokenizer
from reading import (
    RunsOutOfMemory,
    answer_at_once,
    logits_at_once,
    logits_read,
    make_reader,
    plan_of,
    read,
    same,
)

from complm_app.engine.plans import EarlierTurn, ReadingPlan
from complm_app.engine.prompts import INSTRUCTION, chat_format, prompt_format
from complm_app.engine.reader import ModelReader
from complm_app.engine.tokenizer import ModelTokenizer
from complm_app.errors import RequestError
from tests.tiny_models import ARCHITECTURES, TEXT, make_text_tokenizer

TURNS = (
    EarlierTurn("Who was the captain?", "Maria Łukasz."),
    EarlierTurn("When did she sail?", "On 3 May 1989."),
    EarlierTurn("How many passengers?", "1,204."),
)


@pytest.fixture(params=ARCHITECTURES)
def reader(request: pytest.FixtureRequest) -> ModelReader:
    return make_reader(request.param)


def after(
    reader: ModelReader, turns: int, question: str = "And then?", verbatim: Sequence[int] = ()
) -> ReadingPlan:
    """A question after so many turns."""
    plan = plan_of(reader, (0, 1, "a"), question, verbatim)
    return replace(plan, earlier=TURNS[:turns])


@pytest.mark.parametrize("family", FAMILIES)
def test_earlier_turns_stand_where_the_template_has_them(family: str) -> None:
    tokenizer = ModelTokenizer(family_tokenizer(family), family)
    form = prompt_format(tokenizer)
    assert form.between is not None
    turn = form.turn(tokenizer.text_ids("Who?"), tokenizer.text_ids("Maria."))
    given = [*form.before, *tokenizer.text_ids(TEXT), *turn]
    spelled = tokenizer.source.backend_tokenizer.decode(given, skip_special_tokens=False)
    first = f"{INSTRUCTION}\n\nDocuments:\n{TEXT}\nQuestion: Who?"
    rendered = tokenizer.source.apply_chat_template(
        [
            {"role": "user", "content": first},
            {"role": "assistant", "content": "Maria."},
            {"role": "user", "content": "AND NOW"},
        ],
        tokenize=False,
        add_generation_prompt=True,
        enable_thinking=False,
    )
    loose = (lambda text: text.replace(" ", "")) if family == "mistral" else str
    assert loose(spelled) == loose(rendered.split("AND NOW")[0])


def test_a_template_that_takes_one_turn_only_follows_no_chat() -> None:
    tokenizer = make_text_tokenizer(chat=True)
    tokenizer.source.chat_template = (
        "{% if messages | length > 1 %}{{ raise_exception('one turn') }}{% endif %}"
        "{{ messages[0].content }}<|im_end|>"
    )
    assert chat_format(tokenizer).between is None


def test_models_that_quote_follow_no_chat() -> None:
    quoting = make_reader(chat=False, quotes=True)
    assert not quoting.follows_chats
    with pytest.raises(RequestError, match="cannot follow"):
        quoting.overhead("What?", TURNS[:1])


@pytest.mark.parametrize("verbatim", [(), (1,)])
def test_every_turn_of_a_chat_gives_the_logits_of_reading_all_at_once(
    reader: ModelReader, verbatim: tuple[int, ...]
) -> None:
    for turns, question in enumerate([*(turn.question for turn in TURNS), "Where?"]):
        plan = after(reader, turns, question, verbatim)
        assert same(logits_read(reader, plan), logits_at_once(reader, plan))
        text, reused = read(reader, plan)
        assert text == answer_at_once(reader, plan) != ""
        assert reused > 100


def test_documents_and_all_turns_before_the_last_are_reused(reader: ModelReader) -> None:
    reused, overheads = [], []
    for turns in range(4):
        plan = after(reader, turns)
        reused.append(read(reader, plan)[1])
        overheads.append(reader.overhead(plan.question, plan.earlier))
    first_turn, second_turn, _ = (b - a for a, b in pairwise(overheads))
    assert reused[0] == 0
    assert reused[2] == reused[1] + first_turn
    assert reused[3] == reused[2] + second_turn


def test_another_chat_about_the_same_documents_reuses_them(reader: ModelReader) -> None:
    for turns in range(4):
        read(reader, after(reader, turns))
    other = after(reader, 0, "Something else?")
    assert same(logits_read(reader, other), logits_at_once(reader, other))
    first = after(reader, 0)
    assert read(reader, first)[1] > 60


def test_memory_that_runs_out_while_turns_are_read_loses_nothing(reader: ModelReader) -> None:
    read(reader, after(reader, 0))
    reader.chunk = 256
    full = RunsOutOfMemory(most=100)
    hook = reader.model.model.layers[1].register_forward_pre_hook(full)
    plan = after(reader, 3, "And then, what became of the ship and of all those who were on it?")
    mine = logits_read(reader, plan)
    hook.remove()
    assert full.times > 0
    assert same(mine, logits_at_once(reader, plan))
