"""What was planned of a graphics card's memory, beside what reading then takes of it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any, TypeAlias

import torch

from complm_app.engine.memory import ModelSizes
from complm_app.engine.plans import Prefilled, ReadTokens
from complm_app.errors import SettingsError
from complm_app.speed.memory import forget_peak, peak_bytes
from complm_app.speed.run import SpeedRequest, subject_of
from complm_app.speed.source import plan_of, random_ids
from complm_app.speed.subjects import QUANTIZATIONS, Subject

Row: TypeAlias = dict[str, Any]
PARTS = ("model", "compressor", "kv", "work")


def compare(request: SpeedRequest) -> Iterator[Row]:
    """For each dtype and length, read word for word. Raises what `measure` raises, and
    SettingsError without a graphics card: nothing else tells exactly what a program takes."""
    if request.device == "cpu" or not torch.cuda.is_available():
        raise SettingsError(
            "Memory is only measured on a graphics card.", "Use --device cuda where there is one."
        )
    for dtype in request.dtypes:
        before = torch.cuda.memory_allocated()
        subject = subject_of(request, dtype)
        merged = subject.eos.adapter.merged_bytes
        loaded = torch.cuda.memory_allocated() - before
        for tokens in request.lengths:
            yield _row(subject, tokens, loaded - merged, merged)
        subject.reader.release()
        del subject
        gc.collect()
        torch.cuda.empty_cache()


def _row(subject: Subject, tokens: int, model: int, merged: int) -> Row:
    reader, config = subject.reader, subject.model.config
    reader.release()
    gc.collect()
    start = torch.cuda.memory_allocated()
    forget_peak("cuda")
    plan = plan_of((ReadTokens(random_ids(tokens, config.vocab_size)),))
    steps = reader.read(plan)
    while not isinstance(next(steps), Prefilled):
        pass
    list(steps)
    [prefix] = reader.shelf.kept
    measured = {
        "model": model,
        "compressor": merged,
        "kv": prefix.size_bytes,
        "work": peak_bytes("cuda") - start - prefix.size_bytes,
    }
    planned = planned_bytes(subject, tokens + reader.overhead(plan.question))
    total = sum(measured.values())
    return {
        "tokens": tokens,
        "dtype": subject.dtype,
        **{f"{part}_bytes": measured[part] for part in PARTS},
        **{f"{part}_planned_bytes": planned[part] for part in PARTS},
        "total_bytes": total,
        "total_planned_bytes": sum(planned.values()),
        "planned_to_measured": sum(planned.values()) / total,
    }


def planned_bytes(subject: Subject, positions: int) -> dict[str, int]:
    """As a plan for a model folder has them."""
    sizes = ModelSizes.of(subject.model.config.get_text_config().to_dict())
    item = subject.model.dtype.itemsize
    quantization = QUANTIZATIONS[subject.dtype]
    return {
        "model": sizes.weight_bytes(parameters_of(subject.model.config), quantization, item),
        "compressor": subject.eos.adapter.merged_bytes,
        "kv": sizes.kv_bytes(positions, item),
        "work": sizes.work_bytes(subject.reader.chunk, item, quantization),
    }


def parameters_of(config: Any) -> int:
    """Of a model that need not be made for it."""
    from transformers import AutoModelForCausalLM

    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    return sum(parameter.numel() for parameter in model.parameters())
