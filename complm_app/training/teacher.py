"""The frozen model as its own teacher: it asks about passages and answers from them.

No labels are needed to distil a compressor (CompLLM, arXiv 2509.19228, section 3.2): what the
student is to match is what the model itself does when it reads the text uncompressed.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from complm_app.engine.plans import ReaderDone, ReadingPlan
from complm_app.engine.prompts import chat_format
from complm_app.engine.protocol import Model, Progress
from complm_app.engine.workspace import mode_of, paced
from complm_app.errors import RequestError
from complm_app.training.corpus import Question
from complm_app.training.evaluation import Paragraph, read_paragraph

QUESTIONS = 3
"""Asked of each passage."""
QUESTION_TOKENS = 40
ANSWER_TOKENS = 64
INSTRUCTION = (
    "Write questions about the text below, as somebody might ask who has not seen it. Each must "
    "name what it is about and be answered by the text. Write in the language of the text, one "
    "question on each line, and nothing else."
)
_LIST_MARK = re.compile(r"^\W*(?:\d{1,2}[.):]\s*)?\W*")


@dataclass(frozen=True, slots=True)
class Passage:
    title: str
    text: str


def write_pairs(
    model: Model, passages: Sequence[Passage], file: Path
) -> Generator[Progress, None, list[Question]]:
    """Questions that the model asks about each passage, with its answers.

    A line of `file` for each passage, so that it goes on where it was stopped. Raises
    ModelIncompatibleError for a model without a chat template.
    """
    written = _written(file)
    started, before = time.perf_counter(), len(written)
    with file.open("a", encoding="utf-8") as stream:
        for number, passage in enumerate(passages, 1):
            if passage.text not in written:
                pairs = list(_pairs(model, passage.text))
                row = {"title": passage.title, "context": passage.text, "pairs": pairs}
                stream.write(json.dumps(row) + "\n")
                stream.flush()
                written[passage.text] = pairs
            seconds = time.perf_counter() - started
            yield paced("asking", number, len(passages), "passages", number - before, seconds)
    return [
        Question(question, passage.text, (answer,), passage.title)
        for passage in passages
        for question, answer in written[passage.text]
    ]


def questions_in(text: str) -> list[str]:
    """The questions among the lines that a model wrote, without what numbers them."""
    lines = (_LIST_MARK.sub("", line).strip() for line in text.splitlines())
    kept = (line for line in lines if line.endswith(("?", "\uff1f")) and 8 <= len(line) <= 300)
    return list(dict.fromkeys(kept))[:QUESTIONS]


@contextmanager
def asking(reader: Any) -> Iterator[None]:
    """Inside the block a ModelReader is asked to write questions instead of to answer one."""
    before = reader.prompt
    reader.prompt = chat_format(reader.tokenizer, INSTRUCTION, "Your task")
    try:
        yield
    finally:
        reader.prompt = before


def _pairs(model: Model, text: str) -> Iterator[tuple[str, str]]:
    """What the model says that the passage does not answer is left out."""
    paragraph = read_paragraph(mode_of(model, 1), text)
    with asking(model.reader):
        task = f"Write {QUESTIONS} questions."
        asked = questions_in(_answer(model, paragraph, task, QUESTIONS * QUESTION_TOKENS))
    for question in asked:
        if answer := _answer(model, paragraph, question, ANSWER_TOKENS):
            yield question, answer


def _answer(model: Model, paragraph: Paragraph, question: str, tokens: int) -> str:
    plan = ReadingPlan(paragraph.parts, (), question, tokens, (paragraph.ids,))
    for step in model.reader.read(plan):
        if isinstance(step, ReaderDone):
            return step.text if step.found else ""
    raise RuntimeError("the reader ended without a result")


def _written(file: Path) -> dict[str, list[tuple[str, str]]]:
    """What is there already; a line that was broken off is taken away."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        return {}
    whole, _, rest = file.read_bytes().rpartition(b"\n")
    if rest:
        file.write_bytes(whole + b"\n" if whole else b"")
    try:
        rows = [json.loads(line) for line in whole.splitlines()]
        return {row["context"]: [(q, a) for q, a in row["pairs"]] for row in rows}
    except (ValueError, KeyError, TypeError) as e:
        raise RequestError(
            f"{file} does not hold what the model wrote: {e!r}.", "Delete it, or repair the line."
        ) from e
