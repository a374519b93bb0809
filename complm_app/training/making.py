"""From a model and some documents to a compressor with a report: what `complm train compressor`
does."""

from __future__ import annotations

import gc
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch

from complm_app.engine.folder import inspect
from complm_app.engine.loading import load_model
from complm_app.engine.protocol import Progress
from complm_app.errors import RequestError
from complm_app.training.compressor import CompressorOptions, train_compressor
from complm_app.training.corpus import Question, load_questions
from complm_app.training.documents import (
    OwnDocuments,
    cloze_questions,
    divide,
    hold_out,
    write_prose,
    write_questions,
)
from complm_app.training.loop import Report as ReportSteps
from complm_app.training.loop import Say
from complm_app.training.prepare import Data, one_at_a_time
from complm_app.training.report import Report, lines, measure, write
from complm_app.training.teacher import write_pairs

T = TypeVar("T")
OWN = "documents"
"""The folder in the run for what is made of the user's documents."""


class Watch(Protocol):
    """Runs steps to their end, and shows how far they are."""

    def __call__(self, steps: Generator[Progress, None, T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Making:
    """`documents`: passages by title, of which the model is to teach itself; None: only the
    options' data. `passages` of them are asked about, at most."""

    options: CompressorOptions
    documents: dict[str, list[str]] | None
    passages: int


@dataclass(frozen=True, slots=True)
class Made:
    folder: Path
    report: Report | None


def check_usual_ratio(model: Path, ratios: Sequence[int]) -> None:
    """Raises RequestError for ratios without the one that the model is set to use."""
    usual = inspect(model).settings.usual_ratio
    if usual is not None and usual not in (1, *ratios):
        raise RequestError(
            f"The model's usual ratio is {usual}, which the compressor would not have.",
            f"Add {usual} to --ratios, or give --keep-apart.",
        )


def make_compressor(making: Making, watch: Watch, steps: ReportSteps, say: Say) -> Made | None:
    """Trains what is not trained yet, measures and writes the report. None in the helping
    processes of a run on several devices. Raises ModelError, RequestError."""
    options = making.options
    data, questions = _data(making, watch, say)
    folder = train_compressor(replace(options, data=data), steps, say)
    if not _is_first_process():
        return None
    report = None
    if questions:
        say(f"measuring with {len(questions)} questions that were not learned from")
        gc.collect()
        model = load_model(options.model, compressor_folder=folder)
        report = watch(measure(model, questions, inspect(options.model).settings.usual_ratio))
    if report is None:
        say("nothing could be measured: there was too little text, or the model gave no answers")
    else:
        for line in lines(report):
            say(line)
    write(report, folder, inspect(options.model), _recipe(options))
    return Made(folder, report)


def _data(making: Making, watch: Watch, say: Say) -> tuple[Data, list[Question]]:
    """What is learned from, and the questions that are kept for measuring."""
    given = making.options.data
    if making.documents is None:
        return hold_out(given)
    learned, held_out = _own(making, divide(making.documents, making.passages), watch, say)
    prose, questions = (*given.prose, *learned.prose), (*given.questions, *learned.questions)
    return replace(given, prose=prose, questions=questions), held_out


def _own(making: Making, own: OwnDocuments, watch: Watch, say: Say) -> tuple[Data, list[Question]]:
    """Files in the run's folder, written once."""
    model, folder = making.options.model, making.options.folder / OWN
    with one_at_a_time():
        prose = write_prose(own.texts, folder / "prose.txt")
        learned, held_out = folder / "questions.jsonl", folder / "held-out.jsonl"
        if inspect(model).settings.answers == "quotes":
            say(
                "This model can only quote, so it cannot write questions: it learns from cloze "
                "questions over the documents."
            )
            return Data((prose,)), cloze_questions(own.held_out)
        if not (learned.exists() and held_out.exists()):
            say(f"the model asks about {len(own.learned) + len(own.held_out):,} passages")
            teacher = load_model(model)
            written = folder / "written.jsonl"
            write_questions(watch(write_pairs(teacher, own.held_out, written)), held_out)
            write_questions(watch(write_pairs(teacher, own.learned, written)), learned)
        pairs = load_questions(learned)
        say(f"the model asked and answered {len(pairs):,} questions")
        if not pairs:
            say("It wrote no question that it answers: it learns from clozes alone.")
            return Data((prose,)), load_questions(held_out) or cloze_questions(own.held_out)
        return Data((prose,), (learned,)), load_questions(held_out)


def _recipe(options: CompressorOptions) -> dict[str, Any]:
    """What the model card tells of the training; no paths."""
    losses = options.losses
    return {
        "minutes on plain text": options.text.minutes,
        "minutes on answers": options.answers.minutes,
        "losses": f"hidden states {losses.hidden}, KL {losses.kl}, labels {losses.labels}",
        "LoRA": f"rank {options.lora_rank}, layers {options.layers or 'all'}",
        "learning rate": options.rate,
        "batch": f"{options.rows} rows of {options.row_tokens} tokens",
        "seed": options.answers.seed,
    }


def _is_first_process() -> bool:
    from accelerate import PartialState

    return bool(PartialState(cpu=not torch.cuda.is_available()).is_main_process)
