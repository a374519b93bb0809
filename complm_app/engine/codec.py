"""Concept embeddings as bytes and back. numpy has no bfloat16, so 2-byte types pass as int16."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import groupby

import torch
from torch import Tensor

from complm_app.engine.protocol import Block, EmbeddingBlock

INT8 = "int8"
"""The dtype of a block in 8 bits."""

_DTYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16, "float32": torch.float32}
_CARRIERS = {2: (torch.int16, "<i2"), 4: (torch.int32, "<i4")}
"""For each item size: integers that hold the bits, in torch and little-endian in numpy."""


def encode(embeddings: Tensor, eight_bits: bool = False) -> EmbeddingBlock:
    """(rows, width) bfloat16, float16 or float32, on any device -> bytes.

    In 8 bits, a scale for each vector follows all the numbers: half the bytes of bfloat16, and a
    little less exact.
    """
    rows, width = embeddings.shape
    if eight_bits:
        return _in_eight_bits(embeddings.detach().cpu().float())
    integer, stored = _CARRIERS[embeddings.dtype.itemsize]
    bits = embeddings.detach().cpu().contiguous().view(integer).numpy()
    data = bits.astype(stored, copy=False).tobytes()
    return EmbeddingBlock(rows, width, str(embeddings.dtype).removeprefix("torch."), data)


def _in_eight_bits(values: Tensor) -> EmbeddingBlock:
    scale = values.abs().amax(dim=-1, keepdim=True).clamp(min=1e-30) / 127
    numbers = (values / scale).round().to(torch.int8).numpy()
    data = numbers.tobytes() + scale.numpy().astype("<f4", copy=False).tobytes()
    return EmbeddingBlock(values.shape[0], values.shape[1], INT8, data)


def decode(block: Block) -> Tensor:
    """Bytes -> (rows, width) on the CPU, in the block's own dtype; float32 for int8.

    Raises ValueError for a block whose bytes do not fit its shape.
    """
    return decode_all([block])


def decode_all(blocks: Sequence[Block], device: torch.device | None = None) -> Tensor:
    """Blocks one after another -> (rows, width) on the device, in the widest of their dtypes.

    Raises ValueError for blocks whose bytes do not fit their shapes, DamagedBlockError.
    """
    device = device or torch.device("cpu")
    groups = [list(group) for _, group in groupby(blocks, lambda b: (b.dtype, b.width))]
    runs = [_run(group, device) for group in groups]
    return runs[0] if len(runs) == 1 else torch.cat(runs)


def _run(blocks: list[Block], device: torch.device) -> Tensor:
    """Blocks of the same dtype and width. They pass to a graphics card while it goes on."""
    rows, width = sum(block.rows for block in blocks), blocks[0].width
    packed = blocks[0].dtype == INT8
    dtype = torch.int8 if packed else _DTYPES[blocks[0].dtype]
    raw = _laid_out(blocks, dtype.itemsize, 4 * rows if packed else 0, device.type == "cuda")
    there = raw.to(device, non_blocking=True)
    if not packed:
        return there.view(dtype).view(rows, width)
    numbers = there[4 * rows :].view(dtype).view(rows, width)
    return numbers * there[: 4 * rows].view(torch.float32).view(rows, 1)


def _laid_out(blocks: list[Block], item: int, scale_bytes: int, pinned: bool) -> Tensor:
    """All scales, then all numbers: uint8, each byte copied once."""
    width = blocks[0].width
    numbers = sum(block.rows for block in blocks) * width * item
    raw = torch.empty(scale_bytes + numbers, dtype=torch.uint8, pin_memory=pinned)
    view = raw.numpy().data
    at, scale_at = scale_bytes, 0
    for block in blocks:
        data = memoryview(block.data)
        own = block.rows * width * item
        if len(data) != own + (4 * block.rows if scale_bytes else 0):
            raise ValueError("a block's bytes do not fit its shape")
        view[at : at + own] = data[:own]
        view[scale_at : scale_at + len(data) - own] = data[own:]
        at, scale_at = at + own, scale_at + len(data) - own
    if sys.byteorder == "big":
        for part, size in ((raw[:scale_bytes], 4), (raw[scale_bytes:], item)):
            part.copy_(part.view(-1, size).flip(1).flatten())
    return raw


def onto(device: torch.device, values: Tensor) -> Tensor:
    """A copy on the device that does not wait for what the device is still doing."""
    if device.type != "cuda":
        return values.to(device)
    return values.pin_memory().to(device, non_blocking=True)
