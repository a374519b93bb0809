"""A compressor's LoRA: linear layers that take the place of the model's own while it compresses.

Where memory allows they are whole matrices, W + BA, as fast as the model's own; else peft's layers,
which read W and BA one after the other. Either way the reader's own layers stay as they are.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from complm_app.engine.fp8 import Fp8Linear, exact_weight, repacked
from complm_app.engine.memory import SCALE_BYTES

log = logging.getLogger(__name__)

_LAYER = re.compile(r"\.layers\.(\d+)\.")


@dataclass(frozen=True, slots=True)
class Place:
    """One linear layer: where it stands in the model, the model's own, and what adapts it."""

    parent: nn.Module
    name: str
    """In `parent`."""
    layer: int | None
    """The number of the model's layer that it is in."""
    own: nn.Module
    adapted: nn.Module


class Adapter:
    """Off, except inside `on`."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = tuple(places)
        self._put(on=False)

    @contextmanager
    def on(self) -> Iterator[None]:
        self._put(on=True)
        try:
            yield
        finally:
            self._put(on=False)

    def _put(self, on: bool) -> None:
        for place in self.places:
            place.parent._modules[place.name] = place.adapted if on else place.own

    def within(self, layers: int | None) -> Adapter:
        """What of it is used while only so many layers are run; None: all."""
        return Adapter([place for place in self.places if _is_run(place.layer, layers)])

    @property
    def unpacks(self) -> bool:
        """Whether weights that are kept in 4 bits are unpacked in every pass."""
        kept = [p.own for p in self.places if not isinstance(p.adapted, nn.Linear)]
        return any(getattr(m.weight, "quant_state", None) is not None for m in kept)

    @property
    def merged_bytes(self) -> int:
        """Of the matrices that are held beside the model's own."""
        merged = [p.adapted for p in self.places if isinstance(p.adapted, nn.Linear)]
        return sum(t.nbytes for m in merged for t in (m.weight, *m.buffers()))


def adapter_of(wrapped: Any, layers: int | None, room_bytes: int) -> Adapter:
    """Takes peft's layers out of a PeftModel, which leaves the model as it was.

    `layers`: only so many are run while compressing; None: all. The matrices are merged where
    they take no more than `room_bytes`.
    """
    from peft.tuners.tuners_utils import BaseTunerLayer

    model = wrapped.base_model.model
    dtype, parents = model.dtype, dict(model.named_modules())
    found = [(n, m) for n, m in parents.items() if isinstance(m, BaseTunerLayer)]
    run = [(n, m) for n, m in found if _is_run(_layer_of(n), layers)]
    merge = all(_can_merge(m) for _, m in run)
    merge = merge and sum(_matrix_bytes(m, dtype) for _, m in run) <= room_bytes
    for name, module in found:
        parent, _, leaf = name.rpartition(".")
        parents[parent]._modules[leaf] = module.get_base_layer()
    adapted = _all_merged([m for _, m in run], dtype) if merge else [m for _, m in run]
    places = []
    for (name, module), layer in zip(run, adapted, strict=True):
        parent, _, leaf = name.rpartition(".")
        own = module.get_base_layer()
        places.append(Place(parents[parent], leaf, _layer_of(name), own, layer))
    return Adapter(places)


def _all_merged(modules: Sequence[Any], dtype: torch.dtype) -> Sequence[Any]:
    """The modules themselves where memory runs out nevertheless."""
    try:
        return [merged(module, dtype) for module in modules]
    except torch.OutOfMemoryError:
        log.info("there is no room to merge the compressor's matrices")
    torch.cuda.empty_cache()
    return modules


def _layer_of(name: str) -> int | None:
    number = _LAYER.search(f".{name}")
    return int(number[1]) if number else None


def _is_run(layer: int | None, layers: int | None) -> bool:
    return layers is None or layer is None or layer < layers


def _can_merge(module: Any) -> bool:
    """Plain LoRA on a linear layer: not its variants, whose output is no matrix product, and not
    on LLM.int8's layers, which round what they are given too."""
    base = module.get_base_layer()
    if not isinstance(base, nn.Linear) or hasattr(base.weight, "SCB"):
        return False
    [name] = module.active_adapters
    return not module.fan_in_fan_out and name not in module.lora_variant


def _matrix_bytes(module: Any, dtype: torch.dtype) -> int:
    base = module.get_base_layer()
    if isinstance(base, Fp8Linear):
        return base.out_features * (base.in_features + SCALE_BYTES)
    return int(base.in_features * base.out_features * dtype.itemsize)


@torch.inference_mode()
def merged(module: Any, dtype: torch.dtype) -> nn.Linear:
    """W + BA, in float32 until the end. Quantized weights are unpacked; of a layer in FP8 it is in
    FP8 too, rounded once where W is still known as it was: rounded again on top of rounded ones, W
    would swallow most of BA."""
    base = module.get_base_layer()
    [name] = module.active_adapters
    lora_a, lora_b = module.lora_A[name].weight, module.lora_B[name].weight
    whole = _whole_weight(base).to(lora_a.device, torch.float32)
    update = lora_b.float() @ lora_a.float() * module.scaling[name]
    if isinstance(base, Fp8Linear):
        return repacked(base, whole + update).eval()
    with torch.device("meta"):
        linear = nn.Linear(base.in_features, base.out_features, bias=False)
    linear.weight = nn.Parameter((whole + update).to(dtype), requires_grad=False)
    if base.bias is not None:
        linear.bias = nn.Parameter(base.bias.detach().to(dtype), requires_grad=False)
    return linear.eval()


def _whole_weight(base: Any) -> Tensor:
    """(out, in), on any device."""
    from peft.utils.integrations import dequantize_module_weight

    if isinstance(base, Fp8Linear):
        return exact_weight(base)
    weight: Tensor = dequantize_module_weight(base)
    return weight
