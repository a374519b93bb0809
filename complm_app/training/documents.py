"""The user's own documents as training data, and what of the data is kept for measuring."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from complm_app.core.library import Library
from complm_app.core.pdf import parse
from complm_app.core.segments import passages_of
from complm_app.errors import RequestError
from complm_app.training.corpus import (
    CLOZE_WORDS,
    Question,
    clozes,
    load_questions,
    one_line,
    passages_of_document,
    prose_documents,
)
from complm_app.training.prepare import Data
from complm_app.training.teacher import Passage

T = TypeVar("T")

LEAST_WORDS = 40
HELD_OUT = 100
"""Paragraphs that are kept for measuring, at most."""
_ONE_IN = 10
_PROSE_DOCUMENTS = 2000


@dataclass(frozen=True, slots=True)
class OwnDocuments:
    """Passages worth asking about, and all text."""

    learned: tuple[Passage, ...]
    held_out: tuple[Passage, ...]
    texts: dict[str, list[str]]
    """By title, in reading order, without what is held out."""


def from_files(files: Iterable[Path]) -> dict[str, list[str]]:
    """Each document's passages, by title. Raises DocumentError."""
    found: dict[str, list[str]] = {}
    for file in files:
        steps = parse(file)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                parsed = end.value
                break
        pages = [page.text for page in parsed.pages]
        found.setdefault(parsed.title, []).extend(p.text for p in passages_of(pages))
    return found


def from_library(file: Path) -> dict[str, list[str]]:
    """The same of all documents in a library. Raises StoreError."""
    found: dict[str, list[str]] = {}
    with Library.open(file) as library:
        for document in library.documents():
            texts = found.setdefault(document.title, [])
            texts += [passage.text for passage in library.passages(document.id)]
    return found


def divide(documents: dict[str, list[str]], most: int) -> OwnDocuments:
    """Every tenth passage is kept for measuring. `most` passages are asked about, at even
    distances. Raises RequestError where there are too few to learn from."""
    every = [
        Passage(title, text)
        for title, texts in documents.items()
        for text in dict.fromkeys(map(one_line, texts))
        if len(text.split()) >= LEAST_WORDS
    ]
    held_out = _spread(every[_ONE_IN // 2 :: _ONE_IN], HELD_OUT)
    if not held_out:
        raise RequestError(
            f"The documents hold {len(every)} passages of text: too few to learn from.",
            "Name more or longer documents.",
        )
    kept_apart = {passage.text for passage in held_out}
    learned = [passage for passage in every if passage.text not in kept_apart]
    texts = {
        title: [text for text in texts if one_line(text) not in kept_apart]
        for title, texts in documents.items()
    }
    return OwnDocuments(tuple(_spread(learned, most)), tuple(held_out), texts)


def cloze_questions(passages: Iterable[Passage], of_each: int = 4) -> list[Question]:
    """For models that only quote: sentences with a question word in the place of what is asked."""
    asked: list[Question] = []
    for passage in passages:
        for found in _spread(clozes(passage.text), of_each):
            before = passage.text[found.sentence_start : found.start].rstrip()
            after = passage.text[found.end : found.sentence_end].rstrip(" .!?\u2026\"'\u201d")
            question = f"{before}{CLOZE_WORDS[found.kind][0]}{after}?".strip()
            answer = passage.text[found.start : found.end]
            asked.append(Question(question, passage.text, (answer,), passage.title))
    return asked


def write_prose(texts: dict[str, list[str]], file: Path) -> Path:
    documents = ("\n\n".join(passages) + "\n" for passages in texts.values())
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\0\n".join(documents), encoding="utf-8")
    return file


def write_questions(questions: Iterable[Question], file: Path) -> Path:
    """In the form that `load_questions` reads."""
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = (
        {"question": q.question, "context": q.context, "answers": q.answers, "title": q.title}
        for q in questions
    )
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def hold_out(data: Data) -> tuple[Data, list[Question]]:
    """Keeps some paragraphs of the question files, or else some documents of the prose, from being
    learned. Returns what is learned, and questions about the rest; none where there is too little
    text. The same files are always divided in the same way."""
    data.check()
    questions = list(chain.from_iterable(map(load_questions, data.questions)))
    if questions:
        contexts = list(dict.fromkeys(one_line(q.context) for q in questions))
        kept = frozenset(_spread(contexts, min(HELD_OUT, len(contexts) // _ONE_IN)))
        asked = [replace(q, context=one_line(q.context)) for q in questions]
        return replace(data, held_out=kept), [q for q in asked if q.context in kept]
    texts = list(islice(chain.from_iterable(map(prose_documents, data.prose)), _PROSE_DOCUMENTS))
    chosen = _spread(texts, min(HELD_OUT, len(texts) // _ONE_IN))
    passages = [Passage("", passage) for t in chosen for passage in passages_of_document(t)[:2]]
    return replace(data, held_out=frozenset(chosen)), cloze_questions(passages)


def _spread(items: Sequence[T], count: int) -> list[T]:
    """At most `count` of them, at even distances."""
    count = min(count, len(items))
    return [items[(2 * i + 1) * len(items) // (2 * count)] for i in range(count)]
