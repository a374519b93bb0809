"""Whether a reader says so when the answer is not there. Imports no torch by itself."""

from __future__ import annotations

import random
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from complm_app.engine.protocol import Model, Progress
from complm_app.engine.workspace import Mode, mode_of
from complm_app.errors import RequestError
from complm_app.training.corpus import Question
from complm_app.training.evaluation import (
    Paragraph,
    articles,
    ask_paragraph,
    asking,
    f1,
    read_paragraph,
)


@dataclass(frozen=True, slots=True)
class AbstainScore:
    """Of "the document does not say" as the positive class, from 0 to 1."""

    n: int
    """Readings: each question is asked twice."""
    balanced_accuracy: float
    precision: float
    """0 when the reader never abstained."""
    recall: float
    f1: float
    """In percent, of the answers to questions asked of their own paragraph."""
    ratio: int
    threshold: float | None
    """How likely the reader must think that there is no answer; None: it has no threshold."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with a paragraph of another article."""

    question: Question
    elsewhere: str


@dataclass(frozen=True, slots=True)
class Reading:
    answerable: bool
    abstained: bool
    overlap: float = 0.0


def pairs(everything: Sequence[Question], limit: int | None, seed: int = 0) -> list[Pair]:
    """The first `limit` questions, each with a paragraph of another article of the whole file.

    Questions of one paragraph get the same other one, so that it is compressed once. Raises
    RequestError for a file with one article.
    """
    paragraphs = articles(everything)
    if len(paragraphs) < 2:
        raise RequestError(
            "The questions are all about one article.",
            "Give a file with questions about several; each line's title names its article.",
        )
    dice = random.Random(seed)
    found: list[Pair] = []
    for (title, _), asked in groupby(everything[:limit], lambda q: (q.title, q.context)):
        other = dice.choice([name for name in paragraphs if name != title])
        elsewhere = dice.choice(paragraphs[other])
        found.extend(Pair(question, elsewhere) for question in asked)
    return found


def abstain(
    model: Model, asked: Sequence[Pair], ratio: int | None, threshold: float | None = None
) -> Generator[Progress, None, AbstainScore]:
    """Asks each question of its own paragraph and of the other one.

    `threshold` is what the score reports; see threshold_of and set_threshold.
    """
    mode = mode_of(model, ratio)
    started = time.perf_counter()
    readings: list[Reading] = []
    for reading in _readings(mode, asked):
        readings.append(reading)
        yield asking(len(readings), 2 * len(asked), time.perf_counter() - started)
    return score(readings, mode.ratio, threshold, time.perf_counter() - started)


def _readings(mode: Mode, asked: Sequence[Pair]) -> Iterator[Reading]:
    for (context, elsewhere), group in groupby(asked, lambda p: (p.question.context, p.elsewhere)):
        questions = [pair.question for pair in group]
        own = read_paragraph(mode, context)
        yield from (_reading(mode.model, own, question, True) for question in questions)
        other = read_paragraph(mode, elsewhere)
        yield from (_reading(mode.model, other, question, False) for question in questions)


def _reading(model: Model, paragraph: Paragraph, question: Question, answerable: bool) -> Reading:
    text = ask_paragraph(model, paragraph, question.question)
    return Reading(answerable, not text, f1(text, question.answers))


def score(
    readings: Sequence[Reading], ratio: int, threshold: float | None, seconds: float
) -> AbstainScore:
    own = [reading for reading in readings if reading.answerable]
    other = [reading for reading in readings if not reading.answerable]
    rightly = sum(reading.abstained for reading in other)
    abstained = rightly + sum(reading.abstained for reading in own)
    recall = rightly / max(1, len(other))
    answered = sum(not reading.abstained for reading in own) / max(1, len(own))
    return AbstainScore(
        n=len(readings),
        balanced_accuracy=(recall + answered) / 2,
        precision=rightly / max(1, abstained),
        recall=recall,
        f1=100 * sum(reading.overlap for reading in own) / max(1, len(own)),
        ratio=ratio,
        threshold=threshold,
        seconds=seconds,
    )


def threshold_of(model: Model, folder: Path) -> float | None:
    """Above which probability of "not said" a quoting model gives no answer; None: of others.

    `folder` is what the model was loaded from.
    """
    from complm_app.engine.folder import inspect
    from complm_app.engine.reader import ModelReader

    reader = model.reader
    quotes = inspect(folder).settings.answers == "quotes"
    if not quotes or not isinstance(reader, ModelReader) or reader.prompt.not_said is None:
        return None
    return reader.abstain_above


def set_threshold(model: Model, folder: Path, threshold: float) -> None:
    """Until the model is loaded again. Raises RequestError for a model without a threshold."""
    from complm_app.engine.reader import ModelReader

    if threshold_of(model, folder) is None or not isinstance(model.reader, ModelReader):
        raise RequestError(
            f"{model.name} has no threshold: it writes that the document does not say.",
            "Leave --threshold out.",
        )
    model.reader.abstain_above = threshold
