"""Reads parts into a prefix, chunk by chunk: memory stays flat, and every chunk can be the last."""

from __future__ import annotations

import inspect
import time
from collections.abc import Generator, Sequence
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from complm_app.engine.parts import Part, chunks, embedded, part_id, positions
from complm_app.engine.prefix import Prefix
from complm_app.engine.protocol import Progress

LEAST_CHUNK = 64
"""Positions; where even these do not fit into memory, nothing does."""


@lru_cache
def _cache_argument(kind: Any) -> str:
    """What a model's forward calls its KV cache: transformers 5.24 renamed it."""
    return "cache" if "cache" in inspect.signature(kind.forward).parameters else "past_key_values"


def writing_to(model: Any, prefix: Prefix) -> dict[str, Any]:
    """Arguments of a forward pass that reads on top of the prefix."""
    kind: Any = type(model)
    return {_cache_argument(kind): prefix.cache, "use_cache": True}


@torch.inference_mode()
def forward(model: Any, prefix: Prefix, embeddings: Tensor) -> Tensor:
    """(n, width) -> float32 logits (vocabulary,) after the last position."""
    result = model(inputs_embeds=embeddings[None], logits_to_keep=1, **writing_to(model, prefix))
    logits: Tensor = result.logits[0, -1].float()
    return logits


def read_documents(
    model: Any, prefix: Prefix, parts: Sequence[Part], chunk: int, total: int
) -> Generator[Progress, None, None]:
    """Reads what of `parts` the prefix does not hold yet; it must hold none but their first.

    Closing it between two steps leaves the prefix sound, with the parts that were read. After
    torch.OutOfMemoryError it has to be rewound to its parts.
    """
    reused, started = prefix.length, time.perf_counter()
    before = None
    for group in chunks(parts[len(prefix.parts) :], chunk):
        forward(model, prefix, embedded(model, group))
        _add(prefix, group)
        before = _wait_for(model.device, before)
        yield _progress(reused, prefix.length, total, time.perf_counter() - started)


def read_question(
    model: Any, prefix: Prefix, kept: Sequence[Part], question: Sequence[Part], chunk: int
) -> Tensor:
    """Reads what of the kept parts the prefix does not hold yet, which are a chat's earlier turns,
    then the question, which is not kept -> logits (vocabulary,) after it."""
    new = kept[len(prefix.parts) :]
    if new and not prefix.can_branch:  # a window could not go back to where the turns end
        _read(model, prefix, new, chunk)
        _add(prefix, new)
        prefix.mark(passing=True)
        return _read(model, prefix, question, chunk)
    logits = _read(model, prefix, [*new, *question], chunk)
    _add(prefix, new)
    return logits


def _read(model: Any, prefix: Prefix, parts: Sequence[Part], chunk: int) -> Tensor:
    logits = torch.empty(0)
    for group in chunks(parts, chunk):
        logits = forward(model, prefix, embedded(model, group))
    return logits


def _add(prefix: Prefix, parts: Sequence[Part]) -> None:
    prefix.add([part_id(part) for part in parts], [positions(part) for part in parts])


def _wait_for(device: torch.device, before: Any) -> Any:
    """Waits for the chunk before this one, so that the graphics card always has one to do, and
    never more: progress is true, and a question that is cancelled ends soon."""
    if device.type != "cuda":
        return None
    if before is not None:
        before.synchronize()
    return torch.cuda.current_stream().record_event()


def _progress(reused: int, done: int, total: int, seconds: float) -> Progress:
    rate = (done - reused) / max(seconds, 1e-9)
    return Progress("prefill", done, total, "tokens", rate, (total - done) / rate)
