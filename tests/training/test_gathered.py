"""Contexts of the passages that search finds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from complm_app.engine.tokenizer import ModelTokenizer
from complm_app.errors import RequestError
from complm_app.training.batches import make_batch
from complm_app.training.gathered import PASSAGES, gathered
from complm_app.training.groups import Recipe, Source
from complm_app.training.prepare import Stores
from complm_app.training.store import TokenStore


def passages_of(store: TokenStore, document: int) -> list[tuple[int, ...]]:
    numbers = range(*store.document_start[document : document + 2].tolist())
    return [
        tuple(store.pool[store.passage_start[n] : store.passage_start[n + 1]].tolist())
        for n in numbers
    ]


def asked_of(store: TokenStore, passage: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    rows = store.questions[store.question_first[passage] : store.question_first[passage + 1]]
    return [
        (tuple(store.pool[a:b].tolist()), tuple(store.pool[c:d].tolist()))
        for a, b, c, d, _ in rows.tolist()
    ]


def test_a_context_holds_passages_of_one_document_in_its_order(stores: Stores) -> None:
    plain = stores.questions
    assert plain is not None
    found = gathered(plain, np.random.default_rng(0))
    documents = [passages_of(plain, n) for n in range(len(plain.document_start) - 1)]
    asked = {
        text: asked_of(plain, n)
        for n, text in enumerate(text for document in documents for text in document)
    }
    contexts = [passages_of(found, n) for n in range(len(found.document_start) - 1)]
    assert len(contexts) == len(plain.questions)  # two of each passage
    apart = []
    for number, context in enumerate(contexts):
        [home] = [document for document in documents if context[0] in document]
        places = [home.index(text) for text in context]
        assert places == sorted(set(places))
        assert len(places) == min(PASSAGES, len(home))
        first = int(found.document_start[number])
        for at, text in enumerate(context):
            assert asked_of(found, first + at) == asked[text]
        apart.append(places[-1] - places[0])
    assert max(apart) >= PASSAGES  # they are not neighbours alone


def test_what_must_be_read_of_an_answer_lies_in_its_passage(stores: Stores) -> None:
    assert stores.questions is not None
    found = gathered(stores.questions, np.random.default_rng(0))
    passage = np.repeat(np.arange(len(found.passage_start) - 1), np.diff(found.question_first))
    assert (found.questions[:, 2] >= found.passage_start[passage]).all()
    assert (found.questions[:, 4] <= found.passage_start[passage + 1]).all()
    assert (found.questions[:, 3] <= found.questions[:, 4]).all()


def test_documents_of_one_passage_have_nothing_to_gather(stores: Stores) -> None:
    plain = stores.questions
    assert plain is not None
    alone = replace(plain, document_start=np.arange(len(plain.passage_start)))
    with pytest.raises(RequestError, match="same document"):
        gathered(alone, np.random.default_rng(0))


def test_long_documents_are_searched_in_pieces(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stores.questions is not None
    monkeypatch.setattr("complm_app.training.gathered.SEARCHED", 3)
    found = gathered(stores.questions, np.random.default_rng(0))
    assert set(np.diff(found.document_start).tolist()) == {2, 3}  # of 8: 3, 3 and 2


def test_a_batch_of_whole_contexts_answers_from_them(
    stores: Stores, tokenizer: ModelTokenizer
) -> None:
    assert stores.questions is not None
    found = gathered(stores.questions, np.random.default_rng(0))
    recipe = Recipe(rows=4, row_tokens=512, branches=3, unanswerable=0.0)
    source = Source(found, "questions", 1.0, whole=True)
    batch = make_batch([source], stores.vocabulary, recipe, np.random.default_rng(1))
    group, branch = batch.group.ravel(), batch.branch.ravel()
    built = 0
    for number in np.unique(group[group > 0]).tolist():
        here = (group == number) & (branch == 0)
        context = tokenizer.text_of(batch.input_ids.ravel()[here].tolist())
        assert context.count(" was built by ") == PASSAGES
        for place in range(1, int(branch[group == number].max()) + 1):
            own = (group == number) & (branch == place)
            text = tokenizer.text_of(batch.input_ids.ravel()[own].tolist())
            if "Who built" in text:
                built += 1
                assert text.rpartition("?")[2].strip() in context
    assert built
