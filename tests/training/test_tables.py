"""Tables made by rule: what is asked of them stands in them."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from complm_app.engine.tokenizer import ModelTokenizer
from complm_app.training.fillings import Maker, Table, Words
from complm_app.training.prepare import Data, Stores, prepare, sample_texts
from complm_app.training.store import place_of
from complm_app.training.tables import MAKERS, as_read, table_documents
from tests.training.conftest import SEGMENT_TOKENS


@pytest.fixture(scope="module")
def with_tables(
    data: Data,
    tokenizer: ModelTokenizer,
    tokenizer_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Stores:
    folder = tmp_path_factory.mktemp("tables")
    given = replace(data, tables=1.0)
    return prepare(given, tokenizer, tokenizer_folder, SEGMENT_TOKENS, folder, 1, lambda _: None)


def test_every_answer_stands_in_its_table(data: Data) -> None:
    documents = list(table_documents(list(sample_texts(data, 10**6)) * 20, 1))
    tables = [table for document in documents for table in document if table.asked]
    assert len(tables) > 100
    assert any("\n" in table.text for table in tables)
    assert all(as_read(table).text.split() == table.text.split() for table in tables)
    assert all(answer in table.text for table in tables for _, answer in table.asked)


def test_tables_are_read_as_the_program_reads_them() -> None:
    rows = "Year Ended June 30, 2031 2030\nRevenue 1,204 1,180\nCost of sales 804 790"
    people = "Name Age Position\nAda North 56 Chief Executive Officer\nIra Stone 48 Controller"
    assert as_read(Table(rows, (("Revenue?", "1,204"),))) == Table(rows, (("Revenue?", "1,204"),))
    listed = as_read(Table(people, (("Who is the controller?", "Ira Stone"), ("Age?", "56\nIra"))))
    assert listed.text == people.replace("\n", " ")
    assert listed.asked == (("Who is the controller?", "Ira Stone"),)


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_every_kind_of_table_is_asked_about(maker: Maker) -> None:
    words = Words(("the annual budget", "a quiet river"), ("Ada North", "Kalb Works", "Ira Stone"))
    for seed in range(40):
        table = maker(words, random.Random(seed))
        assert table.asked
        assert "\n" in table.text
        assert as_read(table).asked == table.asked
        assert all(place_of(answer, table.text) >= 0 for _, answer in table.asked)


def test_the_same_prose_gives_the_same_tables(data: Data) -> None:
    texts = list(sample_texts(data, 10**6))
    assert list(table_documents(texts, 1)) == list(table_documents(texts, 2))


def test_answers_of_tables_are_slices_of_their_passage(
    with_tables: Stores, tokenizer: ModelTokenizer
) -> None:
    store = with_tables.tables
    assert store is not None
    passage = np.searchsorted(store.question_first, np.arange(len(store.questions)), "right") - 1
    for number, (start, end, first, last, _) in zip(passage, store.questions, strict=True):
        assert store.passage_start[number] <= first < last <= store.passage_start[number + 1]
        question = tokenizer.text_of(store.pool[start:end].tolist())
        answer = tokenizer.text_of(store.pool[first:last].tolist())
        assert question.strip()
        assert "\n" not in answer.strip()


def test_an_answer_is_found_as_a_number_of_its_own() -> None:
    assert place_of("8", "Note 18, 28.0 and 8.1 and 8") == 26
    assert place_of("art", "The heart of the art") == 17
    assert place_of("ear", "The heart") == 5
