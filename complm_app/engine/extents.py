"""A run of a prefix's KV as a safetensors file and back, checked.

There are few tensors, so that little has to be told of each. `full.0,2,3` holds what layers 0, 2
and 3 with full attention have: keys and values in turn, (2 * layers, positions, heads, head_dim).
`windows.1` holds what layers with a sliding window remember at the end, (2 * layers, heads,
positions, head_dim). In 8 bits, each vector has a scale: `full.0,2,3.scale`.
"""

from __future__ import annotations

import json
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

_DTYPES = {
    "BF16": torch.bfloat16,
    "F16": torch.float16,
    "F32": torch.float32,
    "I8": torch.int8,
}
_NAMES = {dtype: name for name, dtype in _DTYPES.items()}
_PAGE_WORDS = 512
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
    """uint8; in memory that a graphics card can read, where it was asked for."""
    header: dict[str, Any]

    def tensors(self, device: torch.device) -> Tensors:
        """On the device, as views of one copy of all bytes, made while the device goes on."""
        there = self.raw.to(device, non_blocking=True)
        length = max((entry["data_offsets"][1] for entry in self.header.values()), default=0)
        start = len(self.raw) - length
        return {
            name: there[start + begin : start + end]
            .view(_DTYPES[entry["dtype"]])
            .view(entry["shape"])
            for name, entry in self.header.items()
            for begin, end in [entry["data_offsets"]]
        }


def read_extent(file: Path, size: int, expected: int, pinned: bool) -> Stored:
    """Checked. On the CPU, in memory that a graphics card can read where `pinned`.

    Raises ValueError for a file that is not what was written, OSError.
    """
    raw = torch.empty(size, dtype=torch.uint8, pin_memory=pinned)
    with file.open("rb", buffering=0) as stream:
        if os.fstat(stream.fileno()).st_size != size:
            raise ValueError("its size is wrong")
        _fill(stream, raw.numpy().data)
    if checksum(raw.numpy()) != expected:
        raise ValueError("its checksum is wrong")
    (header_bytes,) = struct.unpack("<Q", raw[:8].numpy().tobytes())
    header: dict[str, Any] = json.loads(raw[8 : 8 + header_bytes].numpy().tobytes())
    header.pop("__metadata__", None)
    return Stored(raw, header)


def _fill(stream: Any, view: memoryview) -> None:
    done = 0
    while done < len(view):
        read = stream.readinto(view[done:])
        if not read:
            raise ValueError("it ended too early")
        done += read


def checksum(data: np.ndarray[Any, np.dtype[np.uint8]]) -> int:
    """Of bytes, at the speed of memory: sums of 4 KB pages, each times its place, so that a changed
    word, a page of zeros and pages in another order all tell. Against accidents, not attacks."""
    words = data[: len(data) // 8 * 8].view("<u8")
    whole = len(words) // _PAGE_WORDS * _PAGE_WORDS
    pages = words[:whole].reshape(-1, _PAGE_WORDS).sum(axis=1, dtype=np.uint64)
    places = np.arange(len(pages), dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    rest = data[whole * 8 :]
    last = (rest.astype(np.uint64) * np.arange(1, len(rest) + 1, dtype=np.uint64)).sum()
    return (int((pages * places).sum(dtype=np.uint64)) + int(last) * 31) % 2**63


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
def unpacked(stored: Stored, device: torch.device, dtype: torch.dtype) -> Tensors:
    """On the device, in the dtype, scales multiplied in."""
    there = stored.tensors(device)
    return {
        name: (tensor * there[name + _SCALE] if name + _SCALE in there else tensor).to(dtype)
        for name, tensor in there.items()
        if not name.endswith(_SCALE)
    }
