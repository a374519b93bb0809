"""Concept embeddings as bytes and back. numpy has no bfloat16, so 2-byte types pass as int16."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
import torch
from torch import Tensor

from complm_app.engine.protocol import EmbeddingBlock

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


def decode(block: EmbeddingBlock) -> Tensor:
    """Bytes -> (rows, width) on the CPU, in the block's own dtype; float32 for int8.

    Raises ValueError for a block whose bytes do not fit its shape.
    """
    return decode_all([block])


def decode_all(blocks: Sequence[EmbeddingBlock]) -> Tensor:
    """Blocks one after another -> (rows, width) on the CPU, in the widest of their dtypes.

    Raises ValueError for blocks whose bytes do not fit their shapes.
    """
    runs = [_run(list(group)) for _, group in groupby(blocks, lambda b: (b.dtype, b.width))]
    return runs[0] if len(runs) == 1 else torch.cat(runs)


def _run(blocks: list[EmbeddingBlock]) -> Tensor:
    """Blocks of the same dtype and width."""
    width, rows = blocks[0].width, sum(block.rows for block in blocks)
    if blocks[0].dtype == INT8:
        numbers = _joined([b.data[: b.rows * width] for b in blocks], "i1").reshape(rows, width)
        scales = _joined([b.data[b.rows * width :] for b in blocks], "<f4").reshape(rows, 1)
        return torch.from_numpy(numbers.astype(np.float32) * scales)
    dtype = _DTYPES[blocks[0].dtype]
    _, stored = _CARRIERS[dtype.itemsize]
    bits = _joined([block.data for block in blocks], stored).reshape(rows, width)
    return torch.from_numpy(bits.astype(stored[1:], copy=False)).view(dtype)


def _joined(pieces: list[bytes], dtype: str) -> Any:
    # A bytearray: torch warns of memory that must not be written to.
    return np.frombuffer(bytearray().join(pieces), dtype)


def onto(device: torch.device, values: Tensor) -> Tensor:
    """A copy on the device that does not wait for what the device is still doing."""
    if device.type != "cuda":
        return values.to(device)
    return values.pin_memory().to(device, non_blocking=True)
