"""Distilling a compressor into a frozen reader: LoRA and readout learn, nothing else does.

As in CompLLM (arXiv 2509.19228, section 3.2) the student reads concept embeddings and is to have
the hidden states that the teacher, the same model, has when it reads the tokens. Beside that: KL
divergence of their predictions, the labels themselves, and before all that a stage on plain text
(continuation and reconstruction, as in ARC-Encoder). Each can be switched off.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, kl_div, log_softmax, smooth_l1_loss

from complm_app.engine.folder import COMPRESSOR_FOLDER, inspect
from complm_app.engine.packing import ReadoutKind
from complm_app.engine.readout import CompressorConfig, Readout
from complm_app.errors import RequestError
from complm_app.training.batches import Pair, make_pair
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
from complm_app.training.prepare import Data, Stores, prepare
from complm_app.training.task import compiled, hidden_states, input_embeddings, logits_of
from complm_app.training.tokenizer import load_tokenizer
from complm_app.training.weights import (
    adapter,
    add_lora,
    check_trainable,
    load_for_training,
    save_compressor,
    use_checkpointing,
)


@dataclass(frozen=True, slots=True)
class LossWeights:
    """0 switches a loss off, and with it the work for it."""

    hidden: float = 1.0
    kl: float = 1.0
    labels: float = 0.0


@dataclass(frozen=True, slots=True)
class CompressorOptions:
    """All that a compressor depends on."""

    model: Path
    folder: Path
    """The run: prepared data and a folder for each stage."""
    data: Data
    text: LoopOptions
    """The stage on plain text; 0 minutes: none."""
    answers: LoopOptions
    readout: ReadoutKind = "mean"
    ratios: tuple[int, ...] = (2,)
    segment_tokens: int = 32
    bidirectional: bool = True
    layers: int | None = None
    lora_rank: int = 16
    losses: LossWeights = LossWeights()
    rate: float = 5e-4
    rows: int = 8
    row_tokens: int = 1024
    prepared: Path | None = None
    """Where prepared data is kept that several runs share; None: in this run's folder."""
    checkpointing: bool = False
    """Layers are computed twice instead of kept: slower, with much less memory."""


@dataclass(frozen=True, slots=True)
class DistillationLoss:
    """`total` has the gradient; a loss that is switched off is None."""

    total: Tensor
    parts: dict[str, Tensor]

    def values(self) -> dict[str, Tensor]:
        return self.parts


class DistillationTask(nn.Module):
    """Teacher and student are one model: without and with compressed contexts."""

    def __init__(self, model: Any, readout: Readout, weights: LossWeights) -> None:
        super().__init__()
        self.model = model
        self.readout = readout
        self.weights = weights

    def forward(self, pair: Pair) -> DistillationLoss:
        count = pair.student.answers
        with torch.no_grad(), adapter(self.model, on=False):
            taught = self._states(pair, student=False)
        read = self._states(pair, student=True)
        parts: dict[str, Tensor] = {}
        if self.weights.hidden:
            parts["hidden"] = hidden_loss(read, taught)
        logits = logits_of(self.model, read[-1])
        if self.weights.kl:
            with torch.no_grad():
                teacher = log_softmax(logits_of(self.model, taught[-1]), dim=-1)
            student = log_softmax(logits, dim=-1)
            parts["kl"] = kl_div(student, teacher, log_target=True, reduction="batchmean")
        label = torch.from_numpy(pair.student.label[:count]).to(logits.device)
        if self.weights.labels:
            parts["labels"] = cross_entropy(logits, label)
        total = sum((getattr(self.weights, k) * v for k, v in parts.items()), logits.new_zeros(()))
        right = (logits.argmax(-1) == label).float().mean()
        return DistillationLoss(total, {k: v.detach() for k, v in parts.items()} | {"right": right})

    def _states(self, pair: Pair, student: bool) -> list[Tensor]:
        """(answers, width) hidden states of every layer where answers are predicted."""
        batch = pair.student if student else pair.teacher
        embeddings = input_embeddings(self.model, self.readout if student else None, batch)
        with adapter(self.model, on=False):
            layers = hidden_states(
                self.model, embeddings, batch, every_layer=bool(self.weights.hidden)
            )
        at = torch.from_numpy(batch.label_at[: batch.answers]).to(embeddings.device)
        return [states.flatten(0, 1)[at] for states in layers]


def hidden_loss(student: list[Tensor], teacher: list[Tensor]) -> Tensor:
    """CompLLM, equation 2: smooth L1 in units of the teacher's standard deviation, over layers."""
    losses = [
        smooth_l1_loss(s.float() / scale, t.float() / scale)
        for s, t in zip(student, teacher, strict=True)
        for scale in (t.float().std().clamp(min=1e-6),)
    ]
    return torch.stack(losses).sum()


def train_compressor(options: CompressorOptions, report: Report, say: Say) -> Path:
    """Runs what is not done yet of: data, plain text, answers. Returns the compressor's folder in
    the run. Raises ModelError for a model that cannot be used, RequestError for missing data."""
    inspect(options.model)
    options.data.check()
    if not options.data.questions and not options.data.prose:
        raise RequestError(
            "There is nothing to train on.", "Name files with --prose, --questions or both."
        )
    tokenizer = load_tokenizer(options.model)
    stores = prepare(
        options.data,
        tokenizer,
        options.model,
        options.segment_tokens,
        (options.prepared or options.folder) / "data",
        max(options.answers.workers, torch.get_num_threads()),
        say,
    )
    before: Path | None = None
    for name, loop in (("text", options.text), ("answers", options.answers)):
        if loop.minutes:
            _run_stage(name, loop, options, stores, before, report, say)
            before = options.folder / name
    if before is None:
        raise RequestError("Both stages have 0 minutes.", "Give one of them some time.")
    return before / COMPRESSOR_FOLDER


def install(compressor: Path, model: Path) -> Path:
    """Puts a trained compressor into its model's folder, in the place of one that is there."""
    target = model / COMPRESSOR_FOLDER
    fresh = model / f"{COMPRESSOR_FOLDER}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(compressor, fresh)
    if target.exists():
        shutil.rmtree(target)
    fresh.rename(target)
    return target


def _run_stage(
    name: str,
    loop: LoopOptions,
    options: CompressorOptions,
    stores: Stores,
    before: Path | None,
    report: Report,
    say: Say,
) -> None:
    folder = options.folder / name
    state = read_state(folder)
    if share_done(state, loop) >= 1:
        say(f"{name}: done, {state.tokens:,} tokens")
        return
    saved = folder if (folder / COMPRESSOR_FOLDER).exists() else before
    start = saved / COMPRESSOR_FOLDER if saved else None
    model = load_for_training(options.model).requires_grad_(False)
    check_trainable(model)
    add_lora(model, options.lora_rank, options.layers, start)
    if options.checkpointing:
        use_checkpointing(model)
    readout = Readout.load(start) if start else Readout(_config(options, model.config.hidden_size))
    weights = LossWeights(0.0, options.losses.kl, 1.0) if name == "text" else options.losses
    task = DistillationTask(model, readout, weights)
    task = compiled(task, loop.compile and not options.checkpointing)
    trainable = sum(p.numel() for p in task.parameters() if p.requires_grad)
    say(f"{name}: {trainable:,} parameters learn")
    sources = _sources(name, stores)
    train(
        task,
        optimizers_for(task, options.rate, options.rate),
        batch_loader(make_pair, sources, stores.vocabulary, _recipe(options), loop, state),
        loop,
        folder,
        lambda into: save_compressor(model, readout, into / COMPRESSOR_FOLDER),
        lambda progress: report(name, progress),
    )


def _config(options: CompressorOptions, width: int) -> CompressorConfig:
    return CompressorConfig(
        readout=options.readout,
        ratios=options.ratios,
        segment_tokens=options.segment_tokens,
        width=width,
        bidirectional=options.bidirectional,
        layers=options.layers,
    )


def _recipe(options: CompressorOptions) -> Recipe:
    return Recipe(
        rows=options.rows,
        row_tokens=options.row_tokens,
        context_tokens=(100, options.row_tokens // 2),
        compressed=1.0,
        ratios=options.ratios,
        readout=options.readout,
        compressor_row=8 * options.segment_tokens * (1 if options.readout == "mean" else 2),
        verbatim=0.2,
        context_weight=0.0,
    )


def _sources(name: str, stores: Stores) -> list[Source]:
    """Plain text for the first stage; questions and clozes for the other."""
    every = [store for store in (stores.prose, stores.questions) if store is not None]
    if name == "text":
        return [Source(store, "text", 1.0) for store in every]
    sources = [Source(store, "cloze", 0.15) for store in every]
    if stores.questions is not None:
        sources.append(Source(stores.questions, "questions", 0.7))
    return sources
