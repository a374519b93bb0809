"""What a batch holds, and that packing changes nothing that the model sees."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from complm_app.engine.readout import CompressorConfig, Readout
from complm_app.engine.tokenizer import ModelTokenizer
from complm_app.errors import RequestError
from complm_app.training.batches import Batch, Maker, make_batch, make_pair
from complm_app.training.groups import Recipe, Source, make_groups
from complm_app.training.pieces import Role
from complm_app.training.prepare import Stores
from complm_app.training.shapes import new_reader, shape_of
from complm_app.training.task import ReadingTask, hidden_states, input_embeddings

RECIPE = Recipe(rows=4, row_tokens=256, context_tokens=(40, 120), branches=3, unanswerable=0.2)


def question_source(stores: Stores) -> Source:
    assert stores.questions is not None
    return Source(stores.questions, "questions", 1.0)


def batch_of(stores: Stores, recipe: Recipe, seed: int = 0) -> Batch:
    rng = np.random.default_rng(seed)
    return make_batch([question_source(stores)], stores.vocabulary, recipe, rng)


def branches(batch: Batch) -> list[tuple[np.ndarray, np.ndarray]]:
    """Flat positions of each question's context and of its own branch."""
    group, branch = batch.group.ravel(), batch.branch.ravel()
    pairs = np.unique(np.stack([group, branch], 1)[branch > 0], axis=0)
    return [
        (
            np.flatnonzero((group == g) & (branch == 0)),
            np.flatnonzero((group == g) & (branch == b)),
        )
        for g, b in pairs
    ]


@pytest.fixture(scope="module")
def model() -> torch.nn.Module:
    torch.manual_seed(0)
    return new_reader(shape_of("tiny")).eval()


def test_a_packed_question_is_read_as_if_it_stood_alone(
    stores: Stores, model: torch.nn.Module
) -> None:
    batch = batch_of(stores, RECIPE)
    with torch.inference_mode():
        packed = hidden_states(model, input_embeddings(model, None, batch), batch)[0]
        for context, own in branches(batch)[:6]:
            ids = batch.input_ids.ravel()[np.r_[context, own]]
            alone = model.model(torch.from_numpy(ids)[None]).last_hidden_state[0]
            torch.testing.assert_close(
                packed.flatten(0, 1)[own], alone[len(context) :], rtol=1e-4, atol=1e-4
            )


def test_labels_are_the_next_tokens_of_answers(stores: Stores, tokenizer: ModelTokenizer) -> None:
    batch = batch_of(stores, RECIPE)
    label = dict(zip(batch.label_at[: batch.answers], batch.label[: batch.answers], strict=True))
    texts = set()
    for _, own in branches(batch):
        written = [int(label[at]) for at in own if at in label]
        assert written[-1] == stores.vocabulary.end_id
        texts.add(tokenizer.text_of(written).strip())
    assert texts & {"Ada North", "Ben West", "Cleo East", "Dov South", "Eve Moor", "Finn Lake"}


def test_unanswerable_questions_are_answered_by_the_token_that_says_so(stores: Stores) -> None:
    batch = batch_of(
        stores, Recipe(rows=4, row_tokens=256, context_tokens=(40, 120), unanswerable=1)
    )
    none = stores.vocabulary.constants[stores.vocabulary.marks["none"][0]]
    assert (batch.label[: batch.answers] == none).mean() > 0.3


def test_a_compressed_context_leaves_one_place_for_each_embedding(stores: Stores) -> None:
    recipe = Recipe(rows=4, row_tokens=256, context_tokens=(40, 120), compressed=1.0, verbatim=0)
    batch = batch_of(stores, recipe)
    assert batch.segments is not None
    used = np.unique(batch.embedding[batch.embedding >= 0])
    assert (used == np.arange(len(used))).all()
    assert int(batch.segments.slot.max()) + 1 == len(used)
    tokens = int((batch.segments.segment > 0).sum())
    assert tokens / 2 <= len(used) < tokens / 2 + batch.segments.segment.max()


@pytest.mark.parametrize("readout", ["mean", "eos"])
def test_what_is_read_compressed_does_not_depend_on_its_neighbours(
    stores: Stores, model: torch.nn.Module, readout: str
) -> None:
    recipe = Recipe(
        rows=4, row_tokens=256, context_tokens=(40, 120), compressed=1.0, readout=readout
    )
    head = Readout(CompressorConfig(readout, (2,), 16, 64, bidirectional=readout == "mean"))
    torch.nn.init.normal_(head.linear.weight, std=0.1)
    batch = batch_of(stores, recipe)
    other = batch_of(stores, recipe)
    assert batch.segments is not None
    assert other.segments is not None
    with torch.inference_mode():
        before = input_embeddings(model, head, batch)
        other.segments.input_ids[-1] = 3  # the last row is padding and other segments
        after = input_embeddings(model, head, other)
    first = batch.embedding.ravel() == 0
    torch.testing.assert_close(before.flatten(0, 1)[first], after.flatten(0, 1)[first])


def test_teacher_and_student_are_asked_the_same(stores: Stores) -> None:
    recipe = Recipe(
        rows=4, row_tokens=256, context_tokens=(40, 120), compressed=1.0, context_weight=0
    )
    rng = np.random.default_rng(3)
    pair = make_pair([question_source(stores)], stores.vocabulary, recipe, rng)
    count = pair.teacher.answers
    assert count == pair.student.answers > 20
    assert (pair.teacher.label[:count] == pair.student.label[:count]).all()
    assert (pair.teacher.embedding == -1).all()
    assert (pair.student.embedding >= 0).any()
    same = pair.teacher.input_ids.ravel()[pair.teacher.label_at[:count]]
    assert (same == pair.student.input_ids.ravel()[pair.student.label_at[:count]]).all()


def test_cloze_questions_lose_words_but_keep_their_answer(
    stores: Stores, tokenizer: ModelTokenizer
) -> None:
    assert stores.prose is not None
    source = Source(stores.prose, "cloze", 1.0)
    recipe = Recipe(
        rows=4, row_tokens=256, context_tokens=(60, 120), unanswerable=0, word_dropout=0.9
    )
    batch = make_batch([source], stores.vocabulary, recipe, np.random.default_rng(0))
    label = dict(zip(batch.label_at[: batch.answers], batch.label[: batch.answers], strict=True))
    for context, own in branches(batch):
        text = tokenizer.text_of(batch.input_ids.ravel()[context].tolist())
        written = [int(label[at]) for at in own if at in label]
        assert tokenizer.text_of(written).strip() in text


def test_a_question_that_is_turned_round_is_what_the_answer_is_asked_by(
    stores: Stores, tokenizer: ModelTokenizer
) -> None:
    recipe = Recipe(rows=4, row_tokens=256, context_tokens=(40, 120), unanswerable=0.3, asking=1.0)
    batch = batch_of(stores, recipe)
    label = dict(zip(batch.label_at[: batch.answers], batch.label[: batch.answers], strict=True))
    marks = stores.vocabulary
    asked = 0
    for context, own in branches(batch):
        ids = batch.input_ids.ravel()[own].tolist()
        written = [int(label[at]) for at in own if at in label]
        if ids[0] != marks.ids_of("ask")[0]:
            assert written[0] == marks.ids_of("none")[0]
            continue
        asked += 1
        given = ids[len(marks.ids_of("ask")) : ids.index(marks.ids_of("question")[0])]
        assert tokenizer.text_of(given) in tokenizer.text_of(
            batch.input_ids.ravel()[context].tolist()
        )
        assert tokenizer.text_of(written).strip().split()[0] in {"Who", "When"}
        assert written[-1] == marks.end_id
    assert asked > 3


def test_numbers_become_other_numbers_everywhere_alike(
    stores: Stores, tokenizer: ModelTokenizer
) -> None:
    recipe = replace(RECIPE, other_digits=1.0, unanswerable=0.0, compressed=0.5)
    changed = batch_of(stores, recipe, seed=2)
    plain = batch_of(stores, replace(recipe, other_digits=0.0), seed=2)
    digits = set(stores.vocabulary.digits.ravel().tolist())
    differ = changed.input_ids != plain.input_ids
    assert differ.any()
    assert set(changed.input_ids[differ].tolist()) <= digits
    for group in np.unique(changed.group[differ]):
        here = changed.group == group
        pairs = {
            (tokenizer.text_of([a]).strip(), tokenizer.text_of([b]).strip())
            for a, b in zip(plain.input_ids[here], changed.input_ids[here], strict=True)
            if a in digits
        }
        assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
    assert changed.segments is not None
    assert plain.segments is not None
    other = changed.segments.input_ids != plain.segments.input_ids
    assert other.any()
    assert set(changed.segments.input_ids[other].tolist()) <= digits


def test_names_become_other_names_everywhere_alike(stores: Stores) -> None:
    recipe = replace(RECIPE, other_names=1.0, unanswerable=0.0, compressed=0.5)
    changed = batch_of(stores, recipe, seed=2)
    plain = batch_of(stores, replace(recipe, other_names=0.0), seed=2)
    names = set(stores.vocabulary.names.tolist())
    assert len(names) > 3
    differ = changed.input_ids != plain.input_ids
    assert differ.any()
    assert {*changed.input_ids[differ].tolist(), *plain.input_ids[differ].tolist()} <= names
    for group in np.unique(changed.group[differ]):
        here = changed.group == group
        pairs = set(zip(plain.input_ids[here], changed.input_ids[here], strict=True))
        assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
    assert changed.segments is not None
    assert plain.segments is not None
    other = changed.segments.input_ids != plain.segments.input_ids
    assert set(changed.segments.input_ids[other].tolist()) <= names


def test_stored_questions_lose_words_as_searches_do(stores: Stores) -> None:
    recipe = replace(RECIPE, question_dropout=0.9, asking=0.0)
    rng = np.random.default_rng(1)
    source = question_source(stores)
    dropped = make_groups(source, stores.vocabulary, recipe, 2, 0, rng)
    rng = np.random.default_rng(1)
    kept = make_groups(source, stores.vocabulary, replace(recipe, question_dropout=0.0), 2, 0, rng)
    asked = [int((groups.role == Role.ASKED).sum()) for groups in (dropped, kept)]
    assert 0.3 * asked[1] < asked[0] < 0.95 * asked[1]
    for role in (Role.ANSWER, Role.CONTEXT, Role.MARK):
        assert (dropped.role == role).sum() == (kept.role == role).sum()


def test_contexts_are_read_both_ways_and_asked_the_same(stores: Stores) -> None:
    recipe = Recipe(
        rows=4, row_tokens=256, context_tokens=(40, 120), compressed=0.7, twins=0.6, verbatim=0
    )
    batch = batch_of(stores, recipe)
    assert len(batch.student) == len(batch.teacher) > 20
    assert len(set(batch.student)) == len(set(batch.teacher)) == len(batch.student)
    assert (batch.label[batch.student] == batch.label[batch.teacher]).all()
    assert max(batch.student.max(), batch.teacher.max()) < batch.answers
    group, ids = batch.group.ravel(), batch.input_ids.ravel()
    student, teacher = batch.label_at[batch.student], batch.label_at[batch.teacher]
    assert (ids[student] == ids[teacher]).all()
    compressed = set(group[batch.embedding.ravel() >= 0])
    assert set(group[student]) <= compressed
    assert not set(group[teacher]) & compressed
    assert len(compressed) > len(set(group[student]))  # a share of them


def test_a_reading_of_embeddings_learns_from_that_of_the_tokens(
    stores: Stores, model: torch.nn.Module
) -> None:
    recipe = Recipe(rows=4, row_tokens=256, context_tokens=(40, 120), compressed=0.7, twins=1)
    head = Readout(CompressorConfig("mean", (2,), 16, 64, bidirectional=True))
    batch = batch_of(stores, recipe)
    task = ReadingTask(model, head)
    loss = task(batch)
    labels = task(replace(batch, student=batch.student[:0], teacher=batch.teacher[:0]))
    assert labels.apart == 0
    assert loss.apart > 0
    share = len(batch.student) / batch.answers
    torch.testing.assert_close(loss.total, labels.total + share * loss.apart)
    (from_tokens,) = torch.autograd.grad(loss.total - labels.total, head.linear.weight)
    assert from_tokens.abs().sum() > 0


@pytest.mark.parametrize("make", [make_batch, make_pair])
def test_where_no_question_fits_it_is_said_what_to_do(stores: Stores, make: Maker) -> None:
    recipe = Recipe(rows=2, row_tokens=16, context_tokens=(40, 120), branches=40)
    with pytest.raises(RequestError, match="16 tokens") as caught:
        make([question_source(stores)], stores.vocabulary, recipe, np.random.default_rng(0))
    assert "--row-tokens" in caught.value.hint
