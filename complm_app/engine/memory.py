"""What a model, what it reads, and the work on it take of a device's memory. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

GB = 1_000_000_000
LARGE_DEVICE = 16 * GB
LEAST_POSITIONS = 1024
"""A model that cannot read as many positions at once is of no use."""
GOOD_POSITIONS = 8192
"""Rather than read fewer, a model is quantized."""
NF4_BYTES = 0.516
"""For each number: 4 bits, and with double quantization 0.127 more for the scales."""
SCALE_BYTES = 4
"""FP8's scale, for each row of a matrix."""
DEVICE_NAMES = {"cpu": "memory", "cuda": "the graphics card's memory", "mps": "memory"}
_PREFIXES_SHARE = 2
"""Kept prefixes may take one part in so many of what is free beside the model."""


@dataclass(frozen=True, slots=True)
class DeviceMemory:
    """Bytes of a device: cpu, cuda or mps."""

    device: str
    free: int
    total: int

    @property
    def reserve(self) -> int:
        """What stays free for other programs: 2 GB, or a tenth of a small graphics card."""
        small = self.device == "cuda" and self.total < LARGE_DEVICE
        return self.total // 10 if small else 2 * GB

    @property
    def usable(self) -> int:
        return max(0, self.free - self.reserve)


@dataclass(frozen=True, slots=True)
class ModelSizes:
    """What of a transformers config decides about memory."""

    width: int
    feed_forward: int
    heads: int
    key_value_heads: int
    head_width: int
    vocabulary: int
    tied: bool
    windows: tuple[int | None, ...]
    """For each layer the positions that it looks back; None: all."""

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> ModelSizes:
        """`config` is config.json's content. Raises KeyError for one without the usual names."""
        values = config.get("text_config") or config
        heads, layers = int(values["num_attention_heads"]), int(values["num_hidden_layers"])
        width = int(values["hidden_size"])
        return cls(
            width=width,
            feed_forward=int(values.get("intermediate_size") or 4 * width),
            heads=heads,
            key_value_heads=int(values.get("num_key_value_heads") or heads),
            head_width=int(values.get("head_dim") or width // heads),
            vocabulary=int(values["vocab_size"]),
            tied=bool(values.get("tie_word_embeddings", True)),
            windows=_windows(values, layers),
        )

    def weight_bytes(self, parameters: int, quantization: str, item: int) -> int:
        """`quantization` is none, fp8, nf4 or int8: these leave embeddings and head as they are."""
        whole = self.vocabulary * self.width * (1 if self.tied else 2)
        each = {
            "none": float(item),
            "fp8": 1 + SCALE_BYTES / self.width,
            "nf4": NF4_BYTES,
            "int8": 1.0,
        }
        whole = min(whole, parameters)
        return round(whole * item + (parameters - whole) * each[quantization])

    def kv_bytes(self, positions: int, item: int) -> int:
        """Keys and values of all layers."""
        one = 2 * self.key_value_heads * self.head_width * item
        return sum(one * (positions if w is None else min(positions, w)) for w in self.windows)

    def work_bytes(self, chunk: int, item: int, quantization: str) -> int:
        """Beside weights and KV while `chunk` positions are read: what a layer computes, the logits
        of one position, and where the weights are quantized a matrix that is unpacked, or in FP8
        what the matrix is given, in 8 bits."""
        attention = (3 * self.heads + 2 * self.key_value_heads) * self.head_width
        layer = chunk * (4 * self.width + attention + 3 * self.feed_forward) * item
        matrix = 0 if quantization == "none" else self.width * self.feed_forward * item
        if quantization == "fp8":
            matrix = chunk * self.feed_forward
        return layer + 8 * self.vocabulary + matrix

    def positions_in(self, room: int, item: int, most: int) -> int:
        """How many positions' KV fit into `room` bytes, at most `most`."""
        if self.kv_bytes(most, item) <= room:
            return most
        low, high = 0, most
        while low < high - 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.kv_bytes(middle, item) <= room else (low, middle)
        return low


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """Bytes, and what was chosen to stay within them. `reasons` are for people."""

    memory: DeviceMemory
    quantization: str
    model: int
    work: int
    positions: int
    """That can be read at once; 0: the model does not fit."""
    kv: int
    """Of all these positions."""
    reasons: tuple[str, ...]
    compressor: int = 0
    """Of the matrices that a compressor has of its own."""

    @property
    def fits(self) -> bool:
        return self.positions >= LEAST_POSITIONS

    @property
    def total(self) -> int:
        return self.model + self.compressor + self.work + self.kv

    @property
    def prefix_budget(self) -> int:
        """What prefixes may take that are kept for the next questions."""
        room = self.memory.usable - self.model - self.compressor - self.work
        return max(0, room // _PREFIXES_SHARE)

    def as_dict(self) -> dict[str, object]:
        return {
            "device": self.memory.device,
            "total_bytes": self.memory.total,
            "free_bytes": self.memory.free,
            "left_free_bytes": self.memory.reserve,
            "quantization": self.quantization,
            "model_bytes": self.model,
            "compressor_bytes": self.compressor,
            "work_bytes": self.work,
            "kv_bytes": self.kv,
            "positions": self.positions,
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a plan is made for. `quantizations` are tried in turn; the first that leaves room to
    read well is taken, else the one that leaves the most."""

    sizes: ModelSizes
    parameters: int
    item: int
    """Bytes of an unquantized number."""
    window: int
    """Positions that the model reads well."""
    chunk: int
    quantizations: Sequence[str]


def plan(wanted: Wanted, memory: DeviceMemory) -> MemoryPlan:
    plans = [_plan(wanted, memory, kind) for kind in wanted.quantizations]
    enough = min(wanted.window, GOOD_POSITIONS)
    good = [each for each in plans if each.positions >= enough]
    return good[0] if good else max(plans, key=lambda each: each.positions)


def _plan(wanted: Wanted, memory: DeviceMemory, quantization: str) -> MemoryPlan:
    sizes = wanted.sizes
    model = sizes.weight_bytes(wanted.parameters, quantization, wanted.item)
    work = sizes.work_bytes(wanted.chunk, wanted.item, quantization)
    room = memory.usable - model - work
    positions = sizes.positions_in(room, wanted.item, wanted.window) if room > 0 else 0
    kv = sizes.kv_bytes(positions, wanted.item)
    reasons = _reasons(wanted, memory, quantization, positions)
    return MemoryPlan(memory, quantization, model, work, positions, kv, reasons)


def _reasons(
    wanted: Wanted, memory: DeviceMemory, quantization: str, positions: int
) -> tuple[str, ...]:
    left = f"{memory.reserve / GB:.3g} GB of {DEVICE_NAMES[memory.device]} free"
    reasons = []
    if quantization != "none" and quantization != wanted.quantizations[0]:
        whole = wanted.sizes.weight_bytes(wanted.parameters, "none", wanted.item)
        reasons.append(f"unquantized, its {whole / GB:.1f} GB would not leave {left}")
    if positions < wanted.window:
        reasons.append(window_reason(positions, wanted.window, left))
    return tuple(reasons)


def window_reason(positions: int, window: int, left: str) -> str:
    return f"it reads {positions:,} of {window:,} positions at once: more would not leave {left}"


def ratio_for(usual: int, ratios: Sequence[int], positions: int, window: int) -> int:
    """The compression ratio at which what fits into memory stands for as much text as the window
    does at the usual ratio; else the highest."""
    higher = sorted(ratio for ratio in ratios if ratio >= usual)
    enough = [ratio for ratio in higher if positions * ratio >= window * usual]
    return enough[0] if enough else max([usual, *higher])


def _windows(values: Mapping[str, Any], layers: int) -> tuple[int | None, ...]:
    window = int(values.get("sliding_window") or 0)
    if not window or values.get("use_sliding_window") is False:
        return (None,) * layers
    kinds = values.get("layer_types")
    if kinds is None:
        every = int(values.get("sliding_window_pattern") or 0)
        full = [every > 0 and (n + 1) % every == 0 for n in range(layers)]
        return tuple(None if each else window for each in full)
    return tuple(window if kind == "sliding_attention" else None for kind in kinds)
