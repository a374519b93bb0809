"""A reader that quotes: several beginnings side by side, and nothing but the sources' words."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from reading import (
    make_reader,
    plan_of,
)

from complm_app.engine.parts import embedded
from complm_app.engine.plans import (
    ReaderDone,
    ReadTokens,
)
from complm_app.engine.prefill import forward
from complm_app.engine.prefix import Prefix
from complm_app.engine.quoting import Sources, Spelling
from complm_app.engine.spans import Branch
from tests.tiny_models import ARCHITECTURES, TEXT


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_quoting_models_write_only_what_stands_in_a_source(architecture: str) -> None:
    reader = make_reader(architecture, chat=False, quotes=True)
    questions = ["What?", "When did it sail?", "Who?", "How many cups of coffee?", "Where to?"]
    found = 0
    for question in questions:
        steps = list(reader.read(plan_of(reader, [0, 1, 2, 3, 4], question, answer_tokens=4)))
        done = steps[-1]
        assert isinstance(done, ReaderDone)
        assert done.text in TEXT
        assert done.found == bool(done.text)
        found += done.found
    assert found


def test_the_source_that_matches_far_better_is_quoted() -> None:
    reader = make_reader(chat=False, quotes=True)
    plan = plan_of(reader, [0, 1, 2, 3, 4], "What?", answer_tokens=4)
    for best, source in enumerate(plan.sources):
        scores = tuple(100.0 * (place == best) for place in range(len(plan.sources)))
        *_, done = reader.read(replace(plan, scores=scores))
        assert isinstance(done, ReaderDone)
        assert done.text
        assert done.text in reader.tokenizer.text_of(source)


def test_words_of_the_question_are_doubted_as_an_answer() -> None:
    reader = make_reader(chat=False, quotes=True)
    doubt = reader._echo_doubt("Which ferries does the TARDIS replace?")
    for answer, doubted in (
        ("the TARDIS", True),
        ("TARDIS", True),
        ("the ferry", True),  # another form of the same word
        ("the TARDIS of 1963", False),
        ("1963", False),
    ):
        assert (doubt(reader.tokenizer.text_ids(answer)) < 0) is doubted, answer


def test_a_quoting_model_without_sources_finds_nothing() -> None:
    reader = make_reader(chat=False, quotes=True)
    *_, done = reader.read(plan_of(reader, ["a", "b"]))
    assert done == ReaderDone("", False)


@pytest.mark.parametrize("architecture", ["qwen3", "llama"])
def test_branches_read_side_by_side_equal_each_read_alone(architecture: str) -> None:
    reader = make_reader(architecture, chat=False, quotes=True)
    nothing = Sources((), Spelling.of(reader.tokenizer.pieces)).start

    def alone(*ids: int) -> torch.Tensor:
        prefix = Prefix(reader.model.config)
        return forward(reader.model, prefix, embedded(reader.model, [ReadTokens(ids)]))

    prefix = Prefix(reader.model.config)
    forward(reader.model, prefix, embedded(reader.model, [ReadTokens((5, 6, 7))]))
    first = [Branch(0.0, (8,), nothing, (0,)), Branch(0.0, (9,), nothing, (1,))]
    logits = reader._read_branches(prefix, 3, first, 0)
    torch.testing.assert_close(logits[1], alone(5, 6, 7, 9), rtol=1e-4, atol=1e-4)
    second = [Branch(0.0, (9, 10), nothing, (1, 2)), Branch(0.0, (8, 11), nothing, (0, 3))]
    logits = reader._read_branches(prefix, 3, second, 2)
    torch.testing.assert_close(logits[0], alone(5, 6, 7, 9, 10), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(logits[1], alone(5, 6, 7, 8, 11), rtol=1e-4, atol=1e-4)
