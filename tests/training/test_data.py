"""Text into tokens, passages, answers, clozes and segments."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from complm_app.engine.tokenizer import ModelTokenizer
from complm_app.errors import RequestError
from complm_app.training.corpus import Question, clozes, load_questions, passages_of_document
from complm_app.training.prepare import Data, Stores
from complm_app.training.store import Encoding, TokenStore, question_store
from complm_app.training.tokenizer import load_tokenizer

SEGMENT_TOKENS = 16


def test_digits_are_tokens_of_their_own_and_words_keep_their_space(
    tokenizer: ModelTokenizer,
) -> None:
    ids = tokenizer.text_ids("built in 1807 (again)")
    pieces = [tokenizer.text_of([i]) for i in ids]
    assert "".join(pieces) == "built in 1807 (again)"
    assert not any("(" in piece and any(c.isalpha() for c in piece) for piece in pieces)
    digits = [tokenizer.text_of([i]).strip() for i in tokenizer.text_ids("1807")]
    assert digits == ["1", "8", "0", "7"]


def test_every_answer_is_a_slice_of_its_passage(stores: Stores, tokenizer: ModelTokenizer) -> None:
    store = stores.questions
    assert store is not None
    asked = {
        tokenizer.text_of(store.pool[a:b].tolist()).strip(): tokenizer.text_of(
            store.pool[c:d].tolist()
        ).strip()
        for a, b, c, d, _ in store.questions
    }
    assert asked["Who built the mill of Alder Bay?"] == "Ben West"
    assert asked["When was the chapel of Dune End built?"] == "1827"
    assert len(asked) == 96


def test_questions_belong_to_the_passage_that_answers_them(stores: Stores) -> None:
    store = stores.questions
    assert store is not None
    for passage in range(len(store.passage_start) - 1):
        first, last = store.question_first[passage : passage + 2]
        start, end = store.passage_start[passage : passage + 2]
        assert last - first == 2
        assert (store.questions[first:last, 2] >= start).all()
        assert (store.questions[first:last, 3] <= end).all()


def test_clozes_are_dates_numbers_and_names_inside_their_sentence() -> None:
    text = "The old mill was built by Ada North in 1807. It has 14 windows, and a roof of slate."
    found = {text[c.start : c.end]: c for c in clozes(text)}
    assert {"Ada North", "1807", "14"} <= set(found)
    assert "The" not in found
    ada = found["Ada North"]
    assert text[ada.sentence_start : ada.sentence_end].strip() == text[: text.index(" It")]


def test_segments_cover_a_passage_and_none_is_too_long(stores: Stores) -> None:
    store = stores.prose
    assert store is not None
    end = int(store.passage_start[-1])
    starts = np.flatnonzero(store.segment_start[:end])
    assert set(store.passage_start[:-1]) <= set(starts)
    assert np.diff(np.append(starts, end)).max() <= SEGMENT_TOKENS


def test_short_paragraphs_are_joined_and_long_ones_cut_at_sentences() -> None:
    long = " ".join(f"This is sentence number {i} of a long paragraph." for i in range(60))
    passages = passages_of_document(f"A title\n\n{long}")
    assert passages[0].startswith("A title This is sentence")
    assert len(passages) > 1
    assert all(passage.endswith(".") for passage in passages)
    assert " ".join(passages) == f"A title {long}"


def test_a_line_that_is_no_question_is_named(tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"context": "c", "question": "q", "answers": []}\n{"context": 1}\n')
    with pytest.raises(RequestError, match="line 2"):
        load_questions(file)


def test_missing_training_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"gone\.txt"):
        Data(prose=(tmp_path / "gone.txt",)).check()


def test_a_store_is_the_same_when_it_is_loaded_again(stores: Stores, tmp_path: Path) -> None:
    store = stores.questions
    assert store is not None
    store.save(tmp_path)
    again = TokenStore.load(tmp_path)
    assert (again.pool == store.pool).all()
    assert (again.spans == store.spans).all()


def test_free_answers_have_tokens_of_their_own(tokenizer_folder: Path) -> None:
    rows = [
        Question(f"What is {i}?", f"This is passage {i} of all.", (f"It is {i}",), "All")
        for i in range(3)
    ]
    encoding = Encoding(tokenizer_folder / "tokenizer.json", SEGMENT_TOKENS, " ", quotes=False)
    store = question_store(rows, encoding, 1)
    text_of = load_tokenizer(tokenizer_folder).text_of
    found = [
        (text_of(store.pool[a:b].tolist()).strip(), text_of(store.pool[c:d].tolist()))
        for a, b, c, d, _ in store.questions
    ]
    assert found == [(f"What is {i}?", f"It is {i}") for i in range(3)]
    assert store.questions[:, 4].tolist() == store.passage_start[1:].tolist()
    quoting = Encoding(tokenizer_folder / "tokenizer.json", SEGMENT_TOKENS, " ")
    assert len(question_store(rows, quoting, 1).questions) == 0
