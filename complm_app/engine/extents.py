"""A run of a prefix's KV as a safetensors file and back, checked.

There are few tensors, so that little has to be told of each. `full.0,2,3` holds what layers 0, 2
and 3 with full attention have: keys and values in turn, (2 * layers, positions, heads, head_dim).
`windows.1` holds what layers with a sliding window remember at the end, (2 * layers, heads,
positions, head_dim). In 8 bits, each vector has a scale: `full.0,2,3.scale`.
"""

from __future__ import annotations

import json
import math
import os
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor

from complm_app.core.snapshots import UNFINISHED

Tensors: TypeAlias = dict[str, Tensor]
Stacks: TypeAlias = Mapping[str, Sequence[Tensor]]
"""Under each name tensors of one shape, to be stored as one."""
Bytes: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"

_DTYPES = {
    "BF16": torch.bfloat16,
    "F16": torch.float16,
    "F32": torch.float32,
    "I8": torch.int8,
}
_NAMES = {dtype: name for name, dtype in _DTYPES.items()}
PAGE_BYTES = 4096
CHECKSUMS = 2**63
"""How many checksums there are: the database has signed numbers."""
_PAGE_WORDS = PAGE_BYTES // 8
_SCALE = ".scale"


def write_extent(tensors: Stacks, file: Path) -> tuple[int, int]:
    """All of the file or nothing; its size and checksum. Raises OSError."""
    data = serialized(tensors).numpy()
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(f".{os.getpid()}{UNFINISHED}")
    try:
        unfinished.write_bytes(data.data)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return len(data), checksum(data)


@torch.inference_mode()
def serialized(tensors: Stacks) -> Tensor:
    """The bytes of a safetensors file, on the CPU. They leave a graphics card in one copy."""
    ordered = sorted(tensors.items(), key=lambda item: -item[1][0].itemsize)  # so all are aligned
    header: dict[str, Any] = {}
    at = 0
    for name, stack in ordered:
        length, shape = sum(tensor.nbytes for tensor in stack), [len(stack), *stack[0].shape]
        place = {"dtype": _NAMES[stack[0].dtype], "shape": shape}
        header[name] = {**place, "data_offsets": [at, at + length]}
        at += length
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    start = struct.pack("<Q", len(text)) + text
    on_card = any(stack[0].is_cuda for stack in tensors.values())
    raw = torch.empty(len(start) + at, dtype=torch.uint8, pin_memory=on_card)
    raw[: len(start)] = torch.frombuffer(bytearray(start), dtype=torch.uint8)
    if ordered:
        flat = [tensor.reshape(-1).view(torch.uint8) for _, stack in ordered for tensor in stack]
        raw[len(start) :].copy_(torch.cat(flat))
    return raw


@dataclass(frozen=True, slots=True)
class Stored:
    """A file's bytes, and where in them each tensor lies."""

    raw: Tensor
    """(size,) uint8, on the CPU."""
    header: dict[str, Any]

    def tensors(self, there: Tensor | None = None) -> Tensors:
        """Views of `there`, which is a copy of the bytes on a device; None: of the bytes."""
        raw = self.raw if there is None else there
        length = max((entry["data_offsets"][1] for entry in self.header.values()), default=0)
        start = len(raw) - length
        return {
            name: raw[start + begin : start + end]
            .view(_DTYPES[entry["dtype"]])
            .view(entry["shape"])
            for name, entry in self.header.items()
            for begin, end in [entry["data_offsets"]]
        }


def stored_in(raw: Tensor) -> Stored:
    """(size,) uint8 on the CPU: a file's bytes, which may not be checked yet.

    Raises ValueError where no such header is in them.
    """
    data = raw.numpy().data
    (header_bytes,) = struct.unpack("<Q", bytes(data[:8]).ljust(8, b"\0"))
    room = len(raw) - 8 - header_bytes
    is_whole = room >= 0 and header_bytes % 8 == 0
    header: Any = json.loads(bytes(data[8 : 8 + header_bytes])) if is_whole else None
    if not isinstance(header, dict):
        raise ValueError("it has no header")
    header.pop("__metadata__", None)
    ends = [_end_of(entry) for entry in header.values()]
    if max(ends, default=0) != room:
        raise ValueError("its header tells of another size")
    return Stored(raw, header)


def _end_of(entry: Any) -> int:
    """Where a tensor ends. Raises ValueError for an entry that makes no sense."""
    try:
        (start, end), dtype = entry["data_offsets"], _DTYPES[entry["dtype"]]
        sizes = [int(size) for size in entry["shape"]]
        is_sound = min(start, *sizes) >= 0 and start % dtype.itemsize == 0
        if not is_sound or math.prod(sizes) * dtype.itemsize != end - start:
            raise ValueError("a tensor in its header has another size")
    except (KeyError, TypeError) as e:
        raise ValueError("its header makes no sense") from e
    return int(end)


def checksum(data: Bytes, first_page: int = 0) -> int:
    """Of bytes, at the speed of memory: sums of 4 KB pages, each times its place, so that a changed
    word, a page of zeros and pages in another order all tell. Against accidents, not attacks.

    `data` begins with the page of that number: the checksums of pieces that end with a page add
    up, modulo CHECKSUMS, to that of the whole.
    """
    words = data[: len(data) // 8 * 8].view("<u8")
    whole = len(words) // _PAGE_WORDS * _PAGE_WORDS
    pages = words[:whole].reshape(-1, _PAGE_WORDS).sum(axis=1, dtype=np.uint64)
    places = np.arange(first_page, first_page + len(pages), dtype=np.uint64) * np.uint64(2)
    rest = data[whole * 8 :]
    last = (rest.astype(np.uint64) * np.arange(1, len(rest) + 1, dtype=np.uint64)).sum()
    total = (pages * (places + np.uint64(1))).sum(dtype=np.uint64)
    return (int(total) + int(last) * 31) % CHECKSUMS


def checksum_there(raw: Tensor) -> Tensor:
    """(size,) uint8 -> (1,) int64 on the same device: modulo CHECKSUMS what `checksum` gives."""
    whole = len(raw) // PAGE_BYTES
    pages = raw[: whole * PAGE_BYTES].view(torch.int64).view(whole, _PAGE_WORDS).sum(1)
    places = torch.arange(1, 2 * whole + 1, 2, device=raw.device)
    rest = raw[whole * PAGE_BYTES :]
    weights = torch.arange(31, 31 * (len(rest) + 1), 31, device=raw.device)
    return torch.cat([pages.mul_(places), rest * weights]).sum(0, keepdim=True)


def in_eight_bits(tensors: Stacks) -> Stacks:
    """Each tensor as int8 with a scale for each vector of its last dimension."""
    found: dict[str, list[Tensor]] = {}
    for name, stack in tensors.items():
        scales = [t.abs().amax(dim=-1, keepdim=True).float().clamp(min=1e-12) / 127 for t in stack]
        pairs = zip(stack, scales, strict=True)
        found[name] = [(t.float() / scale).round().to(torch.int8) for t, scale in pairs]
        found[name + _SCALE] = scales
    return found


@torch.inference_mode()
def unpacked(there: Tensors, dtype: torch.dtype) -> Tensors:
    """In the dtype, scales multiplied in."""
    return {
        name: (tensor * there[name + _SCALE] if name + _SCALE in there else tensor).to(dtype)
        for name, tensor in there.items()
        if not name.endswith(_SCALE)
    }
