"""Where a model goes, in how many bits, and how much it reads at once there; and why."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from complm_app.engine.folder import ModelFolder
from complm_app.engine.fp8 import fp8_works_on
from complm_app.engine.memory import (
    LEAST_POSITIONS,
    DeviceMemory,
    MemoryPlan,
    ModelSizes,
    Wanted,
    plan,
)
from complm_app.errors import ModelIncompatibleError, OutOfMemoryError, SettingsError

DEVICES = ("auto", "cpu", "cuda", "mps")
QUANTIZATIONS = ("auto", "none", "fp8", "nf4", "int8")

_CHUNKS = {"cpu": 512, "mps": 2048, "cuda": 4096}
"""Positions that are read at once."""
_MERGED_SHARE = 4
"""One part in so many of what is free: the rest is for KV."""
_SIZES = (
    "hidden_size",
    "intermediate_size",
    "num_attention_heads",
    "num_key_value_heads",
    "num_hidden_layers",
    "head_dim",
    "vocab_size",
    "tie_word_embeddings",
    "sliding_window",
    "use_sliding_window",
    "layer_types",
)


@dataclass(frozen=True, slots=True)
class Placement:
    device: str
    dtype: torch.dtype
    quantization: str
    """none, fp8, nf4 or int8."""
    reason: str
    window: int
    """Positions that the model reads well, whether they fit into memory or not."""
    sizes: ModelSizes
    plan: MemoryPlan

    @property
    def chunk(self) -> int:
        return _CHUNKS[self.device]

    def positions_free(self, kept: int) -> int:
        """How many positions can be read now, where `kept` bytes of KV may be given up."""
        room = device_memory(self.device).usable + kept - self.plan.work
        return self.sizes.positions_in(room, self.dtype.itemsize, self.window) if room > 0 else 0


def placements(found: ModelFolder, device: str, quantization: str) -> list[Placement]:
    """The one to take, and what to fall back to when memory runs out nevertheless.

    A model is put on one device as a whole, on the first graphics card where there are several. In
    4 bits a card of 8 GB holds 7 billion parameters; what is larger than that would be read through
    the bus for every token if a part of it lay in memory, slower than a smaller model on the card.
    So it is refused, and what to choose instead is said.

    Raises SettingsError, ModelIncompatibleError for what cannot be quantized so, OutOfMemoryError
    where none fits.
    """
    if device not in DEVICES or quantization not in QUANTIZATIONS:
        raise SettingsError(
            "There is no device {device!r} or no quantization {quantization!r}.",
            "Devices: {devices}. Quantizations: {quantizations}.",
            device=device,
            quantization=quantization,
            devices=", ".join(DEVICES),
            quantizations=", ".join(QUANTIZATIONS),
        )
    devices = [_usable_device(device)]
    if quantization == "fp8":
        check_fp8(devices[0])
        _check_whole(found)
    elif device == "auto" and devices != ["cpu"]:
        devices.append("cpu")
    planned = [plan_placement(found, each, quantization) for each in devices]
    smaller = [
        plan_placement(found, each.device, kind)
        for each in planned
        if quantization == "auto" and found.stored == "none"
        for kind in _smaller(each)
    ]
    fitting = [each for each in (*planned[:1], *smaller, *planned[1:]) if _may_fit(each)]
    if not fitting:
        raise _too_large(found, planned[-1])
    return fitting


def plan_placement(
    found: ModelFolder, device: str, quantization: str, memory: DeviceMemory | None = None
) -> Placement:
    """So that some memory stays free: memory.py says how much. `memory` None: as it is now."""
    dtype, why_dtype = _dtype(device)
    config = _text_config(found)
    values = {name: getattr(config, name, None) for name in _SIZES}
    sizes = ModelSizes.of({k: v for k, v in values.items() if v is not None})
    window = found.settings.window or config.max_position_embeddings
    kinds = _quantizations(found, device, quantization)
    wanted = Wanted(sizes, found.parameters, dtype.itemsize, window, _CHUNKS[device], kinds)
    chosen = plan(wanted, memory or device_memory(device))
    reasons = [*_why(found, quantization, chosen), *chosen.reasons]
    reason = "; ".join(dict.fromkeys(reasons)) + why_dtype
    return Placement(device, dtype, chosen.quantization, reason, window, sizes, chosen)


def device_memory(device: str) -> DeviceMemory:
    """What is free now; on a graphics card with what PyTorch holds and does not use."""
    if device == "cuda":
        free, total = torch.cuda.mem_get_info()
        unused = torch.cuda.memory_reserved() - torch.cuda.memory_allocated()
        return DeviceMemory(device, int(free + unused), int(total))
    import psutil  # type: ignore[import-untyped]

    found = psutil.virtual_memory()
    return DeviceMemory(device, int(found.available), int(found.total))


def room_to_merge(device: str) -> int:
    """Bytes that a loaded model's compressor may take to be faster."""
    return device_memory(device).usable // _MERGED_SHARE


def free_memory(device: str) -> int:
    """Bytes that a model could take on this device now."""
    return device_memory(device).free


def _quantizations(found: ModelFolder, device: str, asked: str) -> Sequence[str]:
    """To be tried in turn."""
    if found.stored == "none":
        return _all_quantizations(device) if asked == "auto" else (asked,)
    if asked == "none":
        return ("none",)
    # With NF4 weights, 1,024 tokens take a processor 5 times as long as with bfloat16 ones.
    return ("none", found.stored) if asked == "auto" and device == "cpu" else (found.stored,)


def _all_quantizations(device: str) -> Sequence[str]:
    """Of a model that is stored whole, the largest first."""
    fp8 = ("fp8",) if fp8_works_on(device) else ()
    nf4 = ("nf4",) if importlib.util.find_spec("bitsandbytes") is not None else ()
    return ("none", *fp8, *nf4)


def _smaller(placement: Placement) -> Sequence[str]:
    kinds = _all_quantizations(placement.device)
    return kinds[kinds.index(placement.quantization) + 1 :]


def _check_whole(found: ModelFolder) -> None:
    if found.stored != "none":
        raise ModelIncompatibleError(
            "{model} is stored quantized, and cannot be read in FP8.",
            "Choose another quantization, or get the version of it that is not quantized.",
            model=found.settings.name,
        )


def check_fp8(device: str) -> None:
    """Raises SettingsError for a device that cannot compute in it."""
    if not fp8_works_on(device):
        raise SettingsError(
            "FP8 needs a graphics card that computes in it: NVIDIA's RTX 40, L4, H100 or later.",
            "Choose another quantization: auto, or nf4 to save memory.",
        )


def _why(found: ModelFolder, asked: str, chosen: MemoryPlan) -> list[str]:
    if found.stored == "none":
        if asked != "auto":
            return ["as asked for"]
        return ["it fits into memory"] if chosen.quantization == "none" else []
    if chosen.quantization != "none":
        return ["as it is stored"]
    if asked == "none":
        return ["unpacked, as asked for"]
    return ["unpacked, which is faster and fits into memory"]


def _may_fit(placement: Placement) -> bool:
    """Into all memory that is free: an estimate should not forbid what may just work."""
    chosen = placement.plan
    least = placement.sizes.kv_bytes(LEAST_POSITIONS, placement.dtype.itemsize)
    return chosen.model + chosen.work + least <= chosen.memory.free


def _text_config(found: ModelFolder) -> Any:
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(
        str(found.path), local_files_only=True, trust_remote_code=False
    )
    return config.get_text_config()


def _usable_device(device: str) -> str:
    present = {
        "cpu": True,
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
    }
    if device == "auto":
        return next(name for name in ("cuda", "mps", "cpu") if present[name])
    if not present[device]:
        raise SettingsError(
            "This machine has no {device} device that PyTorch can use.",
            "Set the device to auto or cpu in the settings.",
            device=device,
        )
    return device


def has_fast_bfloat16(device: str) -> bool:
    """Some processors emulate it, many times slower than float32."""
    return device != "cpu" or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def _dtype(device: str) -> tuple[torch.dtype, str]:
    if has_fast_bfloat16(device):
        return torch.bfloat16, ""
    return torch.float32, "; computed in float32, since this processor has no fast bfloat16"


def _too_large(found: ModelFolder, placement: Placement) -> OutOfMemoryError:
    needed, free = placement.plan.model + placement.plan.work, placement.plan.memory.free
    values = {"model": found.settings.name, "needed": needed / 1e9, "free": free / 1e9}
    if placement.quantization != "none":
        return OutOfMemoryError(
            "{model} needs about {needed:.1f} GB of memory, and {free:.1f} GB are free.",
            "Close other programs, or choose a smaller model: one needs a single device.",
            **values,
        )
    return OutOfMemoryError(
        "{model} needs about {needed:.1f} GB of memory, and {free:.1f} GB are free.",
        "Close other programs, choose a smaller model, or set the quantization to NF4 in the "
        "settings.",
        **values,
    )
