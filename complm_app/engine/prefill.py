"""Reads parts into a prefix, chunk by chunk: memory stays flat, and every chunk can be the last."""

from __future__ import annotations

import inspect
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import torch
from torch import Tensor

from complm_app.engine.parts import Part, chunks, embedded, part_id, positions
from complm_app.engine.prefix import Prefix
from complm_app.engine.protocol import Progress
from complm_app.engine.rotary import fast_rotary

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
    with fast_rotary(model):
        result = model(
            inputs_embeds=embeddings[None], logits_to_keep=1, **writing_to(model, prefix)
        )
    logits: Tensor = result.logits[0, -1].float()
    return logits


Chunk: TypeAlias = tuple[Tensor, list[Part]]
"""Embeddings (n, width), and the parts that have then been read to their ends."""


def read_documents(
    model: Any, prefix: Prefix, parts: Sequence[Part], chunk: int, total: int, following: int
) -> Generator[Progress, None, Chunk | None]:
    """Reads what of `parts` the prefix does not hold yet; it must hold none but their first.
    Returns a last chunk that is left to be read with the `following` positions after it: they
    would make a pass of their own through all weights.

    Closing it between two steps leaves the prefix sound, with the parts that were read. After
    torch.OutOfMemoryError it has to be rewound to its parts.
    """
    reused, started = prefix.length, time.perf_counter()
    before = None
    laid_out = _exact if prefix.can_branch else _by_part
    for rows, done in laid_out(model, parts[len(prefix.parts) :], chunk):
        if prefix.can_branch and len(rows) + following <= chunk:
            return rows, done
        forward(model, prefix, rows)
        _add(prefix, done)
        before = _wait_for(model.device, before)
        yield _progress(reused, prefix.length, total, time.perf_counter() - started)
    return None


def read_question(
    model: Any,
    prefix: Prefix,
    left: Chunk | None,
    kept: Sequence[Part],
    question: Sequence[Part],
    chunk: int,
) -> Tensor:
    """Reads what of the kept parts the prefix does not hold yet, which are what was left of the
    documents and a chat's earlier turns, then the question, which is not kept -> logits
    (vocabulary,) after it."""
    new = kept[len(prefix.parts) :]
    if left is not None:
        rows, parts = left
        rest = embedded(model, [*new[len(parts) :], *question])
        logits = forward(model, prefix, torch.cat([rows, rest]))
        _add(prefix, new)
        return logits
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


def _by_part(model: Any, parts: Sequence[Part], chunk: int) -> Iterator[Chunk]:
    """Whole parts: a sliding window can only be left at a part's end."""
    for group in chunks(parts, chunk):
        yield embedded(model, group), group


def _exact(model: Any, parts: Sequence[Part], chunk: int) -> Iterator[Chunk]:
    """Chunks of exactly that length, and a last one: kernels are prepared for one length."""
    left: Tensor | None = None
    unread = deque(parts)
    at, end = 0, 0
    for group in chunks(parts, chunk):
        rows = embedded(model, group)
        left = rows if left is None else torch.cat([left, rows])
        while len(left) >= chunk:
            at += chunk
            done = []
            while unread and end + positions(unread[0]) <= at:
                end += positions(unread[0])
                done.append(unread.popleft())
            yield left[:chunk], done
            left = left[chunk:]
    if left is not None and len(left):
        yield left, list(unread)


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
