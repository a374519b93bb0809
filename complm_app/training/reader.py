"""Training the bundled reader: a vocabulary, then reading, then answering with the weights as NF4
will leave them, then NF4."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from complm_app.engine.folder import COMPRESSOR_FOLDER, TOKENIZER_FILE
from complm_app.engine.readout import CompressorConfig, Readout
from complm_app.errors import RequestError
from complm_app.training.batches import make_batch
from complm_app.training.gathered import gathered
from complm_app.training.groups import Recipe, Source
from complm_app.training.loop import (
    LoopOptions,
    Report,
    Say,
    batch_loader,
    read_state,
    share_done,
    train,
)
from complm_app.training.optim import optimizers_for
from complm_app.training.prepare import (
    Data,
    Stores,
    copy_tokenizer,
    one_at_a_time,
    prepare,
    sample_texts,
)
from complm_app.training.quantized import StraightThrough, stored_weights
from complm_app.training.shapes import Shape, new_reader, shape_of
from complm_app.training.task import ReadingTask, compiled
from complm_app.training.tokenizer import load_tokenizer, train_tokenizer
from complm_app.training.weights import add_lora, load_for_training, save_nf4, save_reader
from complm_app.training.written import chunks_in, with_written

NAME = "CompLM reader"
VOCABULARY_BYTES = 8_000_000
"""Of each prose file, that the vocabulary is learned from."""


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """All that a reader depends on."""

    folder: Path
    """The run: tokenizer, prepared data, a folder for each stage, and at the end the model."""
    data: Data
    shape: str
    reading: LoopOptions
    answering: LoopOptions
    rows: int = 16
    row_tokens: int = 1024
    segment_tokens: int = 32
    compressed: float = 0.5
    """Share of contexts read as CEs while answering is learned; before, two thirds of it."""
    twins: float = 0.0
    """Share of those that are read as tokens too, while answering is learned, so that one teaches
    the other."""
    gathered: float = 0.0
    """Share of the questions that people wrote whose contexts are as search gathers them, while
    answering is learned."""
    other_names: float = 0.0
    """Share of contexts in which names stand for other names."""
    ratios: tuple[int, ...] = (2,)
    start: Path | None = None
    """A model folder of the same shape to go on from, quantized or not, with its tokenizer."""
    compressor_layers: int | None = None
    lora_rank: int = 16
    passages: int | None = None
    """Passages that the model is to read at once at most; None: as many as fit the window."""
    written: Path | None = None
    """Questions that a model wrote about the prose; None: those in the run's folder, if any."""
    rate: float = 1.0
    """Of the usual learning rates: less, to go on without leaving what was found."""
    matrix_rate: float = 0.02
    other_rate: float = 2e-3


def train_reader(options: ReaderOptions, report: Report, say: Say) -> Path:
    """Runs what is not done yet of: vocabulary, data, reading, answering, NF4. Returns the model
    folder. Can be called again after any interruption, and goes on from there."""
    options.data.check()
    shape = shape_of(options.shape)
    tokenizer = _prepare_tokenizer(options, shape, say)
    stores = prepare(
        options.data,
        load_tokenizer(tokenizer),
        tokenizer,
        options.segment_tokens,
        options.folder / "data",
        max(options.reading.workers, torch.get_num_threads()),
        say,
    )
    stores = _with_questions(options, stores, say)
    reading, answering = options.folder / "reading", options.folder / "answering"
    if options.reading.minutes or options.start is None:
        _Stage(options, shape, stores, reading, None).run(report, say)
        before = reading
    else:
        before = options.start
    _Stage(options, shape, stores, answering, before).run(report, say)
    target = options.folder / "model"
    with one_at_a_time():
        if newer(answering, target):
            save_nf4(answering, target)
    return target


def _with_questions(options: ReaderOptions, stores: Stores, say: Say) -> Stores:
    """The prose with the questions that a model wrote about it, where there are some."""
    written = options.written or options.folder / "written"
    if not chunks_in(written):
        if options.written:
            raise RequestError(f"There are no written questions in {written}.", "Check the path.")
        return stores
    if stores.prose is None:
        raise RequestError("The written questions are about prose.", "Name it with --prose.")
    target = options.folder / "data" / f"prose-{options.segment_tokens}-asked"
    with one_at_a_time():
        prose = with_written(stores.prose, written, target)
    count = len(prose.questions) - len(stores.prose.questions)
    say(f"written about the prose: {count:,} questions")
    return replace(stores, prose=prose)


def newer(source: Path, target: Path) -> bool:
    """Whether a stage was trained on since the model was made of it."""
    weights = target / "model.safetensors"
    made = weights.stat().st_mtime if weights.exists() else 0.0
    return (source / "model.safetensors").stat().st_mtime > made


def _prepare_tokenizer(options: ReaderOptions, shape: Shape, say: Say) -> Path:
    folder = options.folder / "tokenizer"
    with one_at_a_time():
        if options.start:
            copy_tokenizer(options.start, folder)
        if not (folder / TOKENIZER_FILE).exists():
            if not options.data.prose:
                raise RequestError("There is no prose to train on.", "Name files with --prose.")
            say(f"learning a vocabulary of {shape.vocabulary:,}")
            texts = sample_texts(options.data, min(options.data.prose_bytes, VOCABULARY_BYTES))
            train_tokenizer(texts, shape.vocabulary).save_pretrained(folder)
    return folder


@dataclass(frozen=True, slots=True)
class _Stage:
    """Reading (`before` is None) or answering, which goes on from `before`."""

    options: ReaderOptions
    shape: Shape
    stores: Stores
    folder: Path
    before: Path | None

    def run(self, report: Report, say: Say) -> None:
        name = self.folder.name
        loop = self.options.answering if self.before else self.options.reading
        state = read_state(self.folder)
        if share_done(state, loop) >= 1:
            say(f"{name}: done, {state.tokens:,} tokens")
            return
        begun = (self.folder / "config.json").exists()
        start = self.folder if begun else self.before or self.options.start
        model = load_for_training(start, frozen=False) if start else new_reader(self.shape)
        recipe = self._recipe()
        readout = None
        if self.options.compressed:
            compressor = start / COMPRESSOR_FOLDER if start else None
            add_lora(model, self.options.lora_rank, self.options.compressor_layers, compressor)
            model.requires_grad_(True)
            readout = self._readout(compressor)
        task = compiled(ReadingTask(model, readout), loop.compile)
        say(f"{name}: {sum(p.numel() for p in task.parameters()):,} parameters")
        train(
            task,
            optimizers_for(
                task,
                self.options.rate * self.options.matrix_rate,
                self.options.rate * self.options.other_rate,
            ),
            batch_loader(make_batch, self._sources(), self.stores.vocabulary, recipe, loop, state),
            loop,
            self.folder,
            lambda into: save_reader(
                model, readout, self.options.folder / "tokenizer", into, self._settings(readout)
            ),
            lambda progress: report(name, progress),
            StraightThrough(stored_weights(model)) if self.before else nullcontext,
        )

    def _settings(self, readout: Readout | None) -> dict[str, object]:
        """What complm.json holds: the window is what it was trained with."""
        settings: dict[str, object] = {
            "name": NAME,
            "usual_ratio": min(readout.config.ratios) if readout else 1,
            "answers": "quotes",
            "window": self.options.row_tokens,
        }
        if self.options.passages:
            settings["passages"] = self.options.passages
        return settings

    def _readout(self, compressor: Path | None) -> Readout:
        if compressor and compressor.exists():
            return Readout.load(compressor)
        return Readout(
            CompressorConfig(
                readout="mean",
                ratios=tuple(sorted(self.options.ratios)),
                segment_tokens=self.options.segment_tokens,
                width=self.shape.width,
                bidirectional=True,
                layers=self.options.compressor_layers,
            )
        )

    def _recipe(self) -> Recipe:
        reading = Recipe(
            rows=self.options.rows,
            row_tokens=self.options.row_tokens,
            context_tokens=(100, self.options.row_tokens * 2 // 3),
            branches=16,
            compressed=self.options.compressed * 2 / 3,
            ratios=self.options.ratios,
            compressor_row=8 * self.options.segment_tokens,
            labels=0.6,
            context_weight=0.5,
            repeated=0.8,
            asking=0.1,
            question_dropout=0.3,
            other_digits=0.3,
            other_names=self.options.other_names,
        )
        if self.before is None:
            return reading
        return replace(
            reading,
            branches=12,
            compressed=self.options.compressed,
            twins=self.options.twins,
            unanswerable=0.15,
            asking=0.05,
            labels=0.2,
            context_weight=0.1,
        )

    def _sources(self) -> list[Source]:
        """Mostly prose at first, mostly questions then. There are so few questions that more of
        them would be learned by heart."""
        prose, questions = self.stores.prose, self.stores.questions
        tables = self.stores.tables
        sources = []
        if prose is not None:
            asked = (0.36 if self.before else 0.25) if len(prose.questions) else 0.0
            if asked:
                sources.append(Source(prose, "questions", asked))
            sources.append(Source(prose, "cloze", (0.53 if self.before else 0.67) - asked))
            sources.append(Source(prose, "text", 0.05 if self.before else 0.20))
        if tables is not None:
            sources.append(Source(tables, "questions", 0.15 if self.before else 0.08))
        if questions is not None:
            share = 0.24 if self.before else 0.05
            together = self.options.gathered * share if self.before else 0.0
            sources.append(Source(questions, "questions", share - together))
            sources.append(Source(questions, "cloze", 0.03))
            if together:
                found = gathered(questions, np.random.default_rng(self.options.answering.seed))
                sources.append(Source(found, "questions", together, whole=True))
        return sources
