"""A little prose and some questions, made from tables, and what training makes of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from complm_app.engine.tokenizer import ModelTokenizer
from complm_app.training.prepare import Data, Stores, prepare, sample_texts
from complm_app.training.tokenizer import load_tokenizer, train_tokenizer

PLACES = ("Alder Bay", "Birch Point", "Cedar Falls", "Dune End", "Elm Ridge", "Fern Hollow")
THINGS = ("bridge", "mill", "lighthouse", "harbour", "library", "windmill", "chapel", "station")
PEOPLE = ("Ada North", "Ben West", "Cleo East", "Dov South", "Eve Moor", "Finn Lake")
SEGMENT_TOKENS = 16


def facts(place: int, thing: int) -> tuple[str, str, str]:
    year = 1800 + 7 * place + thing
    return PEOPLE[(place + thing) % len(PEOPLE)], str(year), f"{3 + place * thing} metres"


def paragraph(place: int, thing: int) -> str:
    builder, year, height = facts(place, thing)
    name, where = THINGS[thing], PLACES[place]
    return (
        f"The {name} of {where} was built by {builder} in {year}. It stands {height} above the "
        f"water, and it was repaired twice. Many people from {where} visit the {name} in summer."
    )


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    folder = tmp_path_factory.mktemp("data")
    documents, rows = [], []
    for place, where in enumerate(PLACES):
        paragraphs = [paragraph(place, thing) for thing in range(len(THINGS))]
        documents.append(f"{where}\n\n" + "\n\n".join(paragraphs) + "\n")
        for thing, context in enumerate(paragraphs):
            builder, year, _ = facts(place, thing)
            for question, answer in (
                (f"Who built the {THINGS[thing]} of {where}?", builder),
                (f"When was the {THINGS[thing]} of {where} built?", year),
            ):
                row = {"context": context, "question": question, "answers": [answer]}
                rows.append(row | {"title": where})
    (folder / "prose.txt").write_text("\0\n".join(documents), encoding="utf-8")
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return Data((folder / "prose.txt",), (folder / "questions.jsonl",))


@pytest.fixture(scope="session")
def tokenizer_folder(data: Data, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tokenizer")
    train_tokenizer(sample_texts(data, 100_000), 512).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tokenizer(tokenizer_folder: Path) -> ModelTokenizer:
    return load_tokenizer(tokenizer_folder)


@pytest.fixture(scope="session")
def stores(
    data: Data,
    tokenizer: ModelTokenizer,
    tokenizer_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Stores:
    folder = tmp_path_factory.mktemp("stores")
    return prepare(data, tokenizer, tokenizer_folder, SEGMENT_TOKENS, folder, 1, lambda text: None)
