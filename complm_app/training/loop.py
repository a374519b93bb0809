"""The training loop: batches from workers, several devices, checkpoints, progress, resumption."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset

from complm_app.engine.placement import has_fast_bfloat16
from complm_app.training.batches import Maker, stream
from complm_app.training.groups import Recipe, Source
from complm_app.training.optim import Optimizers, rate_scale
from complm_app.training.vocabulary import Vocabulary

STATE_FILE = "state.json"
OPTIMIZER_FILE = "optimizer.safetensors"


@dataclass(frozen=True, slots=True)
class LoopOptions:
    minutes: float
    """How long to train, compilation included."""
    steps: int | None = None
    """Train for so many updates instead, however long they take."""
    seed: int = 0
    workers: int = 1
    accumulate: int = 1
    """Batches per update."""
    save_minutes: float = 5.0
    compile: bool = True
    clip: float = 1.0
    decay: float = 0.4
    """Share of the training, at its end, over which the learning rate falls to zero."""


@dataclass(slots=True)
class State:
    """Where a run stands; saved beside the weights."""

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    step: int
    loss: dict[str, float]
    tokens: int
    tokens_per_second: float
    seconds_left: float


Report: TypeAlias = Callable[[str, TrainingProgress], None]
"""Is told a stage's name and how it goes."""
Say: TypeAlias = Callable[[str], None]


class _Batches(IterableDataset[Any]):
    """Each worker makes batches of its own, from a seed of its own."""

    def __init__(
        self,
        make: Maker,
        sources: Sequence[Source],
        vocabulary: Vocabulary,
        recipe: Recipe,
        seed: int,
    ) -> None:
        self.make, self.sources, self.vocabulary = make, sources, vocabulary
        self.recipe, self.seed = recipe, seed

    def __iter__(self) -> Iterator[Any]:
        worker = torch.utils.data.get_worker_info()
        seed = self.seed * 1009 + (worker.id if worker else 0)
        return stream(self.make, self.sources, self.vocabulary, self.recipe, seed)


def batch_loader(
    make: Maker,
    sources: Sequence[Source],
    vocabulary: Vocabulary,
    recipe: Recipe,
    options: LoopOptions,
    state: State,
) -> Iterator[Any]:
    """Endless batches, built by worker processes ahead of time. A resumed run sees new ones, and
    each of several devices its own."""
    from accelerate import PartialState

    place = PartialState(cpu=not torch.cuda.is_available()).process_index
    seed = options.seed + 7919 * state.step + 104_729 * place
    loader: DataLoader[Any] = DataLoader(
        _Batches(make, sources, vocabulary, recipe, seed),
        batch_size=None,
        num_workers=options.workers,
        prefetch_factor=4 if options.workers else None,
    )
    return iter(loader)


def read_state(folder: Path) -> State:
    file = folder / STATE_FILE
    return State(**json.loads(file.read_text())) if file.exists() else State()


def share_done(state: State, options: LoopOptions) -> float:
    """How much of the training is over; 1 or more: all."""
    if options.steps is not None:
        return state.step / options.steps
    return state.seconds / (options.minutes * 60)


def train(
    task: nn.Module,
    optimizers: Optimizers,
    batches: Iterator[Any],
    options: LoopOptions,
    folder: Path,
    save_weights: Callable[[Path], None],
    report: Callable[[TrainingProgress], None],
    around: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> State:
    """Trains until the time is over, starting where `folder` stands; saves at the end too.

    `task(batch)` returns a loss with a field `total` and a method `values`, for people. Weights
    are written by `save_weights`, optimizer state and counts by the loop. Forward and backward
    passes run inside `around()`, updates outside of it.
    """
    accelerator = _accelerator()
    state = read_state(folder)
    if (folder / OPTIMIZER_FILE).exists():
        optimizers.load(folder / OPTIMIZER_FILE)
    several = accelerator.num_processes > 1
    prepared = accelerator.prepare(task) if several else task
    clocks = torch.distributed.new_group(backend="gloo") if several else None
    last = saved = time.monotonic()
    window: list[tuple[float, int]] = []
    earlier: list[dict[str, torch.Tensor]] = []
    while (done := share_done(state, options)) < 1:
        with around():
            losses, tokens = _gradients(accelerator, prepared, batches, options)
        nn.utils.clip_grad_norm_(prepared.parameters(), options.clip)
        optimizers.step(rate_scale(done, options.decay))
        now = time.monotonic()
        state.step += 1
        state.tokens += tokens * accelerator.num_processes
        state.seconds = _agreed(state.seconds + now - last, clocks)
        window = [*window[-19:], (now - last, tokens * accelerator.num_processes)]
        last = now
        if accelerator.is_main_process:
            # To read this update's losses would mean to wait for the device, and let it wait.
            report(_progress(state, earlier or losses, window, options))
            earlier = losses
            if now - saved > options.save_minutes * 60:
                _save(folder, state, optimizers, save_weights)
                saved = now
    if accelerator.is_main_process:
        _save(folder, state, optimizers, save_weights)
    accelerator.wait_for_everyone()
    return state


def _accelerator() -> Any:
    from accelerate import Accelerator, DistributedDataParallelKwargs

    # Layers above a compressor's depth, and adapters in batches without compressed contexts, have
    # no gradient.
    unused = DistributedDataParallelKwargs(find_unused_parameters=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return Accelerator(
        mixed_precision="bf16" if has_fast_bfloat16(device) else "no",
        cpu=device == "cpu",
        kwargs_handlers=[unused],
    )


def _agreed(seconds: float, clocks: Any) -> float:
    """The first process's clock, so that all stop after the same step. Through the CPU: no process
    waits for its device."""
    if clocks is None:
        return seconds
    clock = torch.tensor([seconds], dtype=torch.float64)
    torch.distributed.broadcast(clock, 0, group=clocks)
    return float(clock)


def _gradients(
    accelerator: Any, task: nn.Module, batches: Iterator[Any], options: LoopOptions
) -> tuple[list[dict[str, torch.Tensor]], int]:
    losses, tokens = [], 0
    for _ in range(options.accumulate):
        batch = next(batches)
        with accelerator.autocast():
            loss = task(batch)
        accelerator.backward(loss.total / options.accumulate)
        losses.append(loss.values())
        tokens += batch.tokens
    return losses, tokens


def _progress(
    state: State,
    losses: Sequence[dict[str, torch.Tensor]],
    window: Sequence[tuple[float, int]],
    options: LoopOptions,
) -> TrainingProgress:
    seconds, tokens = np.sum(np.array(window), axis=0)
    values = [{k: float(v) for k, v in loss.items()} for loss in losses]
    means = {name: float(np.mean([v[name] for v in values])) for name in values[0]}
    left = max(options.minutes * 60 - state.seconds, 0.0)
    if options.steps is not None:
        left = (options.steps - state.step) * float(seconds) / len(window)
    return TrainingProgress(state.step, means, state.tokens, tokens / seconds, left)


def _save(
    folder: Path, state: State, optimizers: Optimizers, save_weights: Callable[[Path], None]
) -> None:
    """Weights first, then what says that they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    save_weights(folder)
    optimizers.save(folder / OPTIMIZER_FILE)
    (folder / STATE_FILE).write_text(json.dumps(asdict(state)))
