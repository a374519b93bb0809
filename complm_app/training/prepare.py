"""Training data from files to token stores, made once and kept in the run's folder."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import torch

from complm_app.engine.folder import TOKENIZER_FILE
from complm_app.engine.prompts import prompt_format
from complm_app.engine.tokenizer import ModelTokenizer
from complm_app.errors import RequestError
from complm_app.training.corpus import load_questions, one_line, prose_documents
from complm_app.training.store import (
    Encoding,
    TokenStore,
    prose_store,
    question_store,
    table_store,
)
from complm_app.training.tables import table_documents
from complm_app.training.vocabulary import Vocabulary

DONE = "done-4"
"""Changes when stores get another shape, so that older ones are made again."""


@dataclass(frozen=True, slots=True)
class Data:
    """Files to learn from."""

    prose: tuple[Path, ...] = ()
    questions: tuple[Path, ...] = ()
    prose_bytes: int = 10**12
    """Taken of each prose file, at most."""
    tables: float = 0.0
    """Share of the prose's documents that are read once more with made-up tables in them."""
    held_out: frozenset[str] = frozenset()
    """Documents of prose, and paragraphs with questions, in one line, that are not learned from."""

    def check(self) -> None:
        """Raises RequestError for a file that is not there."""
        for path in (*self.prose, *self.questions):
            if not path.is_file():
                raise RequestError(f"There is no file {path}.", "Check the path.")


@dataclass(frozen=True, slots=True)
class Stores:
    """None: no such data was given."""

    prose: TokenStore | None
    questions: TokenStore | None
    tables: TokenStore | None
    vocabulary: Vocabulary


def one_at_a_time() -> AbstractContextManager[None]:
    """Among the processes of a run on several devices, the first one enters before the others."""
    from accelerate import PartialState

    state = PartialState(cpu=not torch.cuda.is_available())
    manager: AbstractContextManager[None] = state.main_process_first()
    return manager


def copy_tokenizer(model: Path, folder: Path) -> None:
    """A model folder's tokenizer, where `folder` has none yet."""
    if not (folder / TOKENIZER_FILE).exists():
        folder.mkdir(parents=True, exist_ok=True)
        for file in model.glob("tokenizer*"):
            shutil.copy(file, folder)


def sample_texts(data: Data, bytes_each: int) -> Iterator[str]:
    """The first `bytes_each` characters of every prose file, in documents."""
    for file in data.prose:
        taken = 0
        for text in prose_documents(file):
            if text not in data.held_out:
                yield text
            taken += len(text)
            if taken > bytes_each:
                break


def prepare(
    data: Data,
    tokenizer: ModelTokenizer,
    tokenizer_folder: Path,
    segment_tokens: int,
    folder: Path,
    workers: int,
    say: Callable[[str], None],
) -> Stores:
    """Stores under `folder`, memory-mapped. What is half made is made again."""
    lead = prompt_format(tokenizer).lead
    quotes = prompt_format(tokenizer).not_said is not None
    encoding = Encoding(tokenizer_folder / TOKENIZER_FILE, segment_tokens, lead, quotes)
    made: dict[str, TokenStore | None] = {"prose": None, "questions": None, "tables": None}
    given = {"prose": data.prose, "questions": data.questions, "tables": data.tables and data.prose}
    for name in filter(given.get, given):
        kept = folder / f"{name}-{segment_tokens}"
        with one_at_a_time():
            if not (kept / DONE).exists():
                say(f"preparing {name}")
                shutil.rmtree(kept, ignore_errors=True)
                _make(name, data, encoding, workers).save(kept)
                (kept / DONE).touch()
        store = made[name] = TokenStore.load(kept)
        say(f"{name}: {len(store.pool):,} tokens, {len(store.questions):,} questions")
    return Stores(**made, vocabulary=Vocabulary.of(tokenizer))


def _make(name: str, data: Data, encoding: Encoding, workers: int) -> TokenStore:
    if name == "prose":
        return prose_store(sample_texts(data, data.prose_bytes), encoding, workers)
    if name == "tables":
        chance = random.Random(0)
        texts = (t for t in sample_texts(data, data.prose_bytes) if chance.random() < data.tables)
        return table_store(table_documents(texts, workers), encoding, workers)
    every = chain.from_iterable(load_questions(file) for file in data.questions)
    rows = (row for row in every if one_line(row.context) not in data.held_out)
    return question_store(rows, encoding, workers)
