"""Linear layers in 8-bit floating point: half the memory, and products in half the time.

Weights are rounded once, with a scale for each row of them; what they are multiplied with at run
time, with a scale for each token. Products are summed up by a card's own units for float8_e4m3fn,
which RTX 40, L4, H100 and later ones have.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn

from complm_app.engine.fused import LARGEST, plainly_rounded_rows, rounded_rows

log = logging.getLogger(__name__)

_OLDEST_CARD = (8, 9)
"""Ada."""
_STEP = 16
"""What a layer takes and gives is a multiple of that: the card's units know nothing else."""
_READ_THE_SAME = (("q_proj", "k_proj", "v_proj"), ("gate_proj", "up_proj"))


class Rounding:
    """What the layers of a group are given: they are given the same, one after another, and the
    first of them rounds it for all."""

    def __init__(self) -> None:
        self._last: tuple[Tensor, Tensor, Tensor] | None = None

    def of(self, given: Tensor, is_last: bool) -> tuple[Tensor, Tensor]:
        """(..., width) -> (n, width) float8_e4m3fn, and (n, 1) float32: what LARGEST stands for in
        each row. What the last layer of a group is given is not kept."""
        kept = self._last
        if kept is not None and kept[0] is given:
            numbers, peaks = kept[1:]
        else:
            numbers, peaks = _rounded(given.reshape(-1, given.shape[-1]))
        self._last = None if is_last else (given, numbers, peaks)
        return numbers, peaks


class Fp8Linear(nn.Linear):
    """Not for training. Numbers are kept as their bits, so that nothing converts them: neither
    `to(dtype)`, nor peft, which gives an adapter the dtype of the weights if that is a float's."""

    scale_bits: Tensor

    def __init__(self, numbers: Tensor, peaks: Tensor, bias: Tensor | None) -> None:
        """`numbers`: (out, in) float8_e4m3fn. `peaks`: (out, 1) float32, what LARGEST stands for in
        each row. `bias`: (out,)."""
        rows, width = numbers.shape
        super().__init__(width, rows, bias=False, device="meta")
        self.weight = nn.Parameter(numbers.view(torch.uint8), requires_grad=False)
        # With the scale of what it is multiplied with, so that this one's peaks are enough.
        scale = (peaks / LARGEST**2).reshape(1, rows).contiguous()
        self.register_buffer("scale_bits", scale.view(torch.int32))
        if bias is not None:
            self.bias = nn.Parameter(bias, requires_grad=False)
        self.exact: Tensor | None = None
        """(out, in): what the weights were rounded from, as long as that is needed."""
        self.rounding = Rounding()
        self.is_last = True
        """Of the layers that share the rounding."""

    def forward(self, input: Tensor) -> Tensor:
        """(..., in) -> (..., out), same dtype."""
        shape = (*input.shape[:-1], self.out_features)
        if input.numel() == 0:
            return input.new_empty(shape)
        numbers, peaks = self.rounding.of(input, self.is_last)
        product = _card_product if input.is_cuda else _plain_product
        weight, scale = self.weight.view(torch.float8_e4m3fn), self.scale_bits.view(torch.float32)
        return product(numbers, peaks, weight, scale, self.bias).to(input.dtype).view(shape)

    def unpacked(self) -> Tensor:
        """(out, in) float32: the weights that it computes with."""
        scale = self.scale_bits.view(torch.float32).T * LARGEST
        return self.weight.view(torch.float8_e4m3fn).float() * scale


def _card_product(
    numbers: Tensor, peaks: Tensor, weight: Tensor, scale: Tensor, bias: Tensor | None
) -> Tensor:
    """(n, in), (n, 1), (out, in), (1, out), (out,) -> (n, out) bfloat16."""
    # cuBLAS 13 has no kernel that adds the bias of a layer that is 9,728 wide.
    product: Tensor = torch._scaled_mm(
        numbers,
        weight.t(),
        scale_a=peaks,
        scale_b=scale,
        out_dtype=torch.bfloat16,
        use_fast_accum=True,
    )
    return product if bias is None else product.add_(bias)


def _plain_product(
    numbers: Tensor, peaks: Tensor, weight: Tensor, scale: Tensor, bias: Tensor | None
) -> Tensor:
    """The same in float32."""
    product = numbers.float() @ weight.float().t() * peaks * scale
    return product if bias is None else product + bias


def _rounded(rows: Tensor) -> tuple[Tensor, Tensor]:
    return rounded_rows(rows) or plainly_rounded_rows(rows)


# ---- from and to plain layers


def can_pack(module: nn.Module) -> bool:
    if type(module) is not nn.Linear:
        return False
    return module.in_features % _STEP == 0 and module.out_features % _STEP == 0


@torch.no_grad()
def packed(linear: nn.Linear, device: torch.device | str | None = None) -> Fp8Linear:
    """On `device`; None: on its own. Raises torch.OutOfMemoryError."""
    bias = None if linear.bias is None else linear.bias.detach().to(device)
    return Fp8Linear(*_rounded(linear.weight.detach().to(device)), bias)


@torch.no_grad()
def repacked(linear: Fp8Linear, weight: Tensor) -> Fp8Linear:
    """What can take its place among the layers that read the same. `weight`: (out, in)."""
    other = Fp8Linear(*_rounded(weight), linear.bias)
    other.rounding, other.is_last = linear.rounding, linear.is_last
    return other


def exact_weight(linear: Fp8Linear) -> Tensor:
    """(out, in): before it was rounded where that is still known, else after."""
    return linear.unpacked() if linear.exact is None else linear.exact


def pack_model(model: Any, device: torch.device | str, keep_exact: bool = False) -> None:
    """Puts a transformers model on `device`, all linear layers but the head in 8 bits: one after
    another, so that there is never more than one of them as it was. Layers of other widths than
    multiples of 16 stay as they are. `keep_exact`: until `forget_exact`, where they came from.
    Raises torch.OutOfMemoryError."""
    head = model.get_output_embeddings()
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if child is not head and can_pack(child):
                parent._modules[name] = new = packed(child, device)
                new.exact = child.weight.detach() if keep_exact else None
        for names in _READ_THE_SAME:
            _share_rounding([getattr(parent, name, None) for name in names])
    model.to(device)


def forget_exact(model: Any) -> None:
    for module in model.modules():
        if isinstance(module, Fp8Linear):
            module.exact = None


def _share_rounding(layers: list[Any]) -> None:
    if all(isinstance(layer, Fp8Linear) for layer in layers):
        rounding = Rounding()
        for layer in layers:
            layer.rounding, layer.is_last = rounding, layer is layers[-1]


# ---- whether it works


@lru_cache
def fp8_works_on(device: str) -> bool:
    """Whether products in 8 bits are those of the plain operations; on a graphics card alone."""
    if device != "cuda":
        return False
    try:
        card = torch.device("cuda", torch.cuda.current_device())
        if torch.cuda.get_device_capability(card) < _OLDEST_CARD:
            log.info("this graphics card does not compute in FP8")
            return False
        wrong = any(not _is_right(card, rows) for rows in (1, 5, 300))
    except (RuntimeError, AssertionError, AttributeError, TypeError) as e:
        log.info("this graphics card cannot be used with FP8: %s", e)
        return False
    if wrong:
        log.warning("products in FP8 are wrong on this graphics card, and it is not offered")
    return not wrong


@torch.inference_mode()
def _is_right(card: torch.device, rows: int) -> bool:
    generator = torch.Generator(card).manual_seed(0)
    whole = torch.randn(rows + 48, 64, generator=generator, device=card).bfloat16()
    given, (weight, scales) = plainly_rounded_rows(whole[:rows]), plainly_rounded_rows(whole[rows:])
    factors = *given, weight, scales.reshape(1, -1) / LARGEST**2, whole[0, :48].clone()
    exact = _plain_product(*factors)
    return bool((_card_product(*factors).float() - exact).norm() <= 0.01 * exact.norm())
