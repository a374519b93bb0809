"""Concept embeddings as bytes and back. numpy has no bfloat16, so 2-byte types pass as int16."""

from __future__ import annotations

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
    bits = embeddings.detach().cpu().contiguous().view(integer).numpy().astype(stored)
    return EmbeddingBlock(rows, width, str(embeddings.dtype).removeprefix("torch."), bits.tobytes())


def decode(block: EmbeddingBlock) -> Tensor:
    """Bytes -> (rows, width) on the CPU, in the block's own dtype.

    Raises ValueError for a block whose bytes do not fit its shape.
    """
    dtype = _DTYPES[block.dtype]
    _, stored = _CARRIERS[dtype.itemsize]
    bits = np.frombuffer(block.data, stored).reshape(block.rows, block.width)
    return torch.from_numpy(bits.astype(stored[1:])).view(dtype)
