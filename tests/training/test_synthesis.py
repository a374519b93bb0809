"""Questions that a model writes about prose: what is kept, and how a reader gets them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from complm_app.engine.tokenizer import ModelTokenizer
from complm_app.errors import RequestError
from complm_app.training.batches import make_batch
from complm_app.training.groups import Recipe, Source
from complm_app.training.loop import LoopOptions
from complm_app.training.prepare import Data, Stores
from complm_app.training.reader import ReaderOptions, train_reader
from complm_app.training.shapes import new_reader, shape_of
from complm_app.training.store import TokenStore
from complm_app.training.synthesis import Writer, WritingOptions, is_sound, write_questions
from complm_app.training.weights import save_reader
from complm_app.training.written import (
    Counts,
    counts_of,
    load_written,
    pack,
    save_chunk,
    spans_of,
    with_written,
)

pytestmark = pytest.mark.filterwarnings("ignore")  # of the libraries, while they train


@pytest.fixture(scope="module")
def model(tokenizer_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    save_reader(new_reader(shape_of("tiny")), None, tokenizer_folder, folder, {"name": "tiny"})
    return folder


@pytest.fixture
def prose(stores: Stores) -> TokenStore:
    assert stores.prose is not None
    return stores.prose


def options_for(model: Path, folder: Path, data: Data) -> WritingOptions:
    return WritingOptions(model, folder, replace(data, questions=()), batch=8, segment_tokens=16)


def write_one(
    prose: TokenStore, tokenizer: ModelTokenizer, folder: Path, passages: list[int]
) -> None:
    """A chunk with one question about each passage's first span."""
    rows = []
    for passage in passages:
        start, end = prose.spans[prose.span_first[passage], :2].tolist()
        rows.append((tokenizer.text_ids(f" What stands in number {passage}?"), passage, start, end))
    counts = counts_of(folder, prose)
    after = Counts(counts.written + 9, counts.kept + len(rows), counts.place, counts.chunks + 1)
    save_chunk(folder, prose, pack(rows), after)


def test_a_question_must_be_ended_and_must_not_say_its_answer() -> None:
    assert is_sound("Who built the mill of Alder Bay?", 9, "Ben West")
    assert not is_sound("Who built the mill of Alder", 7, "Ben West")
    assert not is_sound("Who was Ben West of Alder Bay?", 9, "Ben West")
    assert not is_sound("Who?", 2, "Ben West")
    assert not is_sound("Who built the mill of Alder Bay?", 9, "the")


def test_spans_of_a_passage_are_of_different_kinds(prose: TokenStore) -> None:
    passages = np.arange(len(prose.passage_start) - 1)
    rows = spans_of(prose, passages, 3, np.random.default_rng(0))
    kinds = {tuple(row[1:]): row for row in rows.tolist()}
    for passage in passages:
        first, last = prose.span_first[passage : passage + 2]
        there = {tuple(r[:2]): int(r[4]) for r in prose.spans[first:last].tolist()}
        chosen = [there[place] for place in kinds if place in there]
        assert len(chosen) == min(3, last - first)
        assert len(set(chosen)) == min(3, len(set(there.values())))


def test_what_a_model_wrote_is_kept_when_it_answers_it_right(
    model: Path,
    data: Data,
    prose: TokenStore,
    tokenizer: ModelTokenizer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writer = Writer(options_for(model, tmp_path, data), tokenizer)
    spans = spans_of(prose, np.arange(4), 2, np.random.default_rng(0))
    question = tokenizer.text_ids(" Which of all things is meant here?")
    right = [prose.pool[start:end].tolist() for _, start, end in spans[::2].tolist()]
    wrong = [tokenizer.text_ids(" nothing of it") for _ in right]
    replies = [
        [question] * len(spans),
        [ids for pair in zip(right, wrong, strict=True) for ids in pair],
    ]
    monkeypatch.setattr(writer, "_generate", lambda prompts, what: replies.pop(0))
    kept = writer.questions(prose, spans)
    assert [row[1:] for row in kept] == [tuple(row) for row in spans[::2].tolist()]
    assert all(list(row[0]) == question for row in kept)


def test_prompts_that_do_not_fit_the_memory_are_asked_in_halves(
    model: Path, data: Data, tokenizer: ModelTokenizer, tmp_path: Path
) -> None:
    import torch

    writer = Writer(options_for(model, tmp_path, data), tokenizer)
    whole = writer._model.generate
    sizes: list[int] = []

    def narrow(**inputs: torch.Tensor) -> object:
        sizes.append(len(inputs["input_ids"]))
        if sizes[-1] > 2:
            raise torch.OutOfMemoryError
        return whole(**inputs)

    prompts = [[5, 6, 7 + i] + [8] * i for i in range(6)]
    wanted = writer._generate(prompts, "answers")
    writer._model.generate = narrow
    assert writer._generate(prompts, "answers") == wanted
    assert sizes == [6, 3, 1, 1, 1, 1, 1, 1]


def test_writing_goes_on_where_it_stood(model: Path, data: Data, tmp_path: Path) -> None:
    options = options_for(model, tmp_path, data)
    said: list[str] = []
    steps = write_questions(options, said.append)
    first = next(steps)
    steps.close()
    rest = list(write_questions(options, said.append))
    whole = len(list((tmp_path / "written").glob("chunk-*.npz")))
    assert rest[-1].written > rest[0].written > first.written > 0
    assert whole == 1 + len(rest)
    assert not list(write_questions(options, said.append))


def test_written_questions_are_asked_of_their_passages(
    prose: TokenStore, stores: Stores, tokenizer: ModelTokenizer, tmp_path: Path
) -> None:
    write_one(prose, tokenizer, tmp_path / "written", [5, 2])
    write_one(prose, tokenizer, tmp_path / "written", [3, 2])
    store = with_written(prose, tmp_path / "written", tmp_path / "asked")
    assert isinstance(store.pool, np.memmap)
    assert (store.pool[: len(prose.pool)] == prose.pool).all()
    assert len(store.segment_start) == len(store.pool)
    ruled = np.diff(prose.question_first)
    assert ruled.sum() > 0
    assert np.flatnonzero(np.diff(store.question_first) - ruled).tolist() == [2, 3, 5]
    for passage in (2, 3, 5):
        start, end = store.questions[store.question_first[passage + 1] - 1, :2]
        text = tokenizer.text_of(store.pool[start:end].tolist())
        assert text == f" What stands in number {passage}?"
    recipe = Recipe(rows=4, row_tokens=256, context_tokens=(40, 120), asking=0.5)
    rng = np.random.default_rng(0)
    batch = make_batch([Source(store, "questions", 1.0)], stores.vocabulary, recipe, rng)
    assert batch.answers > 20
    write_one(prose, tokenizer, tmp_path / "written", [1])
    assert (
        len(with_written(prose, tmp_path / "written", tmp_path / "asked").questions)
        == 4 + ruled.sum()
    )


def test_questions_about_other_prose_are_refused(
    prose: TokenStore, tokenizer: ModelTokenizer, tmp_path: Path
) -> None:
    write_one(prose, tokenizer, tmp_path, [0])
    other = np.array(prose.pool)
    other[: len(other) // 2] += 1
    with pytest.raises(RequestError, match="other prose"):
        load_written(tmp_path, replace(prose, pool=other))


def test_a_reader_learns_from_the_questions_in_its_folder(
    prose: TokenStore, tokenizer: ModelTokenizer, model: Path, data: Data, tmp_path: Path
) -> None:
    write_one(prose, tokenizer, tmp_path / "written", [0, 1, 2])
    loop = LoopOptions(minutes=1, steps=1, workers=0, compile=False)
    options = ReaderOptions(
        *(tmp_path, data, "tiny", loop, loop),
        rows=4,
        row_tokens=256,
        segment_tokens=16,
        start=model,
    )
    said: list[str] = []
    train_reader(options, lambda *_: None, said.append)
    assert "written about the prose: 3 questions" in said
    with pytest.raises(RequestError, match="no written questions"):
        train_reader(replace(options, written=tmp_path / "gone"), lambda *_: None, said.append)
