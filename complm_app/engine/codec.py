"""Concept embeddings as bytes and back. numpy has no bfloat16, so 2-byte types pass as int16."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
import torch
from torch import Tensor

from complm_app.engine.protocol import EmbeddingBlock

_DTYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16, "float32": torch.float32}
_CARRIERS = {2: (torch.int16, "<i2"), 4: (torch.int32, "<i4")}
"""For each item size: integers that hold the bits, in torch and little-endian in numpy."""


def encode(embeddings: Tensor) -> EmbeddingBlock:
    """(rows, width) bfloat16, float16 or float32, on any device -> bytes."""
    rows, width = embeddings.shape
    integer, stored = _CARRIERS[embeddings.dtype.itemsize]
    bits = embeddings.detach().cpu().contiguous().view(integer).numpy()
    data = bits.astype(stored, copy=False).tobytes()
    return EmbeddingBlock(rows, width, str(embeddings.dtype).removeprefix("torch."), data)


def decode(block: EmbeddingBlock) -> Tensor:
    """Bytes -> (rows, width) on the CPU, in the block's own dtype.

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
    dtype, width = _DTYPES[blocks[0].dtype], blocks[0].width
    _, stored = _CARRIERS[dtype.itemsize]
    # A bytearray: torch warns of memory that must not be written to.
    data = bytearray().join(block.data for block in blocks)
    bits = np.frombuffer(data, stored).reshape(sum(block.rows for block in blocks), width)
    return torch.from_numpy(bits.astype(stored[1:], copy=False)).view(dtype)
