"""Operations on bfloat16 in one kernel that PyTorch does in several, each through memory.

The kernels are compiled when a model is loaded, by NVRTC, which comes with PyTorch for CUDA and
needs no compiler, on Windows either. PyTorch offers it as `torch.cuda.jiterator`, without a promise
to keep it: what it gives is compared with the plain operations first, and those are used where it
differs or fails. It knows functions of single numbers; ours are int64, each four of bfloat16 that
lie side by side, or eight of float8_e4m3fn, so that a thread takes 8 bytes at a time. Results are
rounded once, at the end.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn.functional import pad, silu

log = logging.getLogger(__name__)

MOST_PARTS = 5
"""A kernel takes eight tensors: so many parts, and their shares in twos."""
AT_ONCE = 4
LARGEST = 448.0
"""Of float8_e4m3fn."""
LEAST_PEAK = 2.0**-100
"""A row of numbers smaller than that is one of zeros in 8 bits."""

_NUMBERS = """
template <typename T> float number(T four, int place) {
  return __uint_as_float(static_cast<unsigned int>((four >> (16 * place)) & 0xffff) << 16);
}
template <typename T> float share(T two, int place) {
  return __uint_as_float(static_cast<unsigned int>((two >> (32 * place)) & 0xffffffff));
}
template <typename T> T rounded(float value, int place) {
  unsigned int bits = __float_as_uint(value);
  bool is_nan = (bits & 0x7fffffffu) > 0x7f800000u;
  unsigned int nearest = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  return static_cast<T>(is_nan ? 0x7fffu : nearest) << (16 * place);
}
"""
_FUNCTION = """
template <typename T> T {name}({arguments}) {{
  T four = 0;
  for (int place = 0; place < 4; place++) {{
    four |= rounded<T>({value}, place);
  }}
  return four;
}}
"""
_IN_BYTES = """
template <typename T> T byte_of(float value) {
  unsigned int bits = __float_as_uint(value);
  unsigned int sign = (bits >> 24) & 0x80u;
  bits &= 0x7fffffffu;
  if (bits > 0x7f800000u) return sign | 0x7fu;  // NaN
  if (bits >= 0x43e00000u) return sign | 0x7eu;  // 448 and more
  if (bits < 0x3c800000u) {  // 2^-6: below it, steps of 2^-9, which are those of floats at 2^14
    return sign | (__float_as_uint(__uint_as_float(bits) + 16384.0f) - 0x46800000u);
  }
  return sign | (((bits + 0x7ffffu + ((bits >> 20) & 1u)) >> 20) - 960u);
}
template <typename T> T bytes_of(float first, float second) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 890
  unsigned short both;
  asm("cvt.rn.satfinite.e4m3x2.f32 %0, %1, %2;" : "=h"(both) : "f"(second), "f"(first));
  return both;
#else
  return byte_of<T>(first) | (byte_of<T>(second) << 8);
#endif
}
template <typename T> T two_bytes(T four, int place, float scale) {
  return bytes_of<T>(number(four, place) * scale, number(four, place + 1) * scale);
}
template <typename T> T complm_rounding(T first, T second, T peak) {
  float scale = (1.0f / fmaxf(share(peak, 0), LEAST)) * LARGEST;
  T eight = two_bytes(first, 0, scale) | (two_bytes(first, 2, scale) << 16);
  T last = two_bytes(second, 0, scale) | (two_bytes(second, 2, scale) << 16);
  return eight | (last << 32);
}
"""


def source(name: str, arguments: Sequence[str], value: str) -> str:
    """Of a function of so many int64, `value` being what each of the four numbers becomes."""
    listed = ", ".join(f"T {argument}" for argument in arguments)
    return (_NUMBERS + _FUNCTION.format(name=name, arguments=listed, value=value)).strip()


@lru_cache
def rotation_source() -> str:
    value = "number(a, place) * number(to_a, place) + number(b, place) * number(to_b, place)"
    return source("complm_rotation", ("a", "b", "to_a", "to_b"), value)


@lru_cache
def gate_source() -> str:
    opened = "number(a, place) / (1.0f + expf(-number(a, place)))"
    return source("complm_gate", ("a", "b"), f"{opened} * number(b, place)")


@lru_cache
def sum_source(parts: int) -> str:
    """Of parts, each times its share; two shares are in one number."""
    names = [f"part{n}" for n in range(parts)]
    shares = [f"shares{n}" for n in range((parts + 1) // 2)]
    terms = [
        f"number({name}, place) * share(shares{n // 2}, {n % 2})" for n, name in enumerate(names)
    ]
    return source(f"complm_sum_of_{parts}", [*names, *shares], " + ".join(terms))


@lru_cache
def rounding_source() -> str:
    """Of eight numbers of bfloat16, and in the lower half of an int64 the float32 that LARGEST is
    to stand for, into eight of float8_e4m3fn."""
    largest, least = f"{LARGEST:.1f}f", f"{LEAST_PEAK!r}f"
    in_bytes = _IN_BYTES.replace("LARGEST", largest).replace("LEAST", least)
    return (_NUMBERS + in_bytes).strip()


@lru_cache
def _kernel(code: str) -> Callable[..., Tensor]:
    from torch.cuda.jiterator import _create_jit_fn

    kernel: Callable[..., Tensor] = _create_jit_fn(code)
    return kernel


# ---- what the kernels do, where they can; else None


def rotation_tables(to_first: Tensor, to_second: Tensor) -> tuple[Tensor, Tensor] | None:
    """(1, 1, n, d) twice: what the first and the second half of each head are to be multiplied
    with, for `rotation` in all layers."""
    fits = to_first.shape[-1] % (2 * AT_ONCE) == 0 and _are_in_fours(to_first, to_second)
    return (_in_halves(to_first), _in_halves(to_second)) if fits else None


def rotation(states: Tensor, tables: tuple[Tensor, Tensor]) -> Tensor | None:
    """(1, heads, n, d) -> the same, the sum of what the tables make of both halves."""
    return _rotation(states, tables) if _is_in_fours(states) else None


def gated(opened: Tensor, passing: Tensor) -> Tensor | None:
    """silu(opened) * passing, of one shape."""
    return _gated(opened, passing) if _are_in_fours(opened, passing) else None


def weighed_sum(parts: Sequence[Tensor], weights: Sequence[Tensor]) -> Tensor | None:
    """(1, heads, n, d) each, and (1, heads, n) float32 each: the logarithms of their shares."""
    some = 1 < len(parts) <= MOST_PARTS and _are_in_fours(*parts)
    return _weighed_sum(parts, weights) if some else None


def rounded_rows(rows: Tensor) -> tuple[Tensor, Tensor] | None:
    """(n, width) -> the same in float8_e4m3fn, and (n, 1) float32: what LARGEST stands for in
    each row, its largest amount."""
    fits = rows.shape[-1] % (2 * AT_ONCE) == 0 and _is_in_fours(rows)
    return _rounded_rows(rows) if fits and rounding_works_on(rows.device) else None


def plainly_rounded_rows(rows: Tensor) -> tuple[Tensor, Tensor]:
    """`rounded_rows` by PyTorch's own operations, for rows of any kind, anywhere."""
    peaks = torch.linalg.vector_norm(rows, torch.inf, dim=-1, keepdim=True, dtype=torch.float32)
    scales = peaks.clamp(min=LEAST_PEAK).reciprocal() * LARGEST
    return (rows.float() * scales).to(torch.float8_e4m3fn), peaks


def _rounded_rows(rows: Tensor) -> tuple[Tensor, Tensor]:
    # Written into the lower halves of int64, as the kernel takes it: nothing has to convert it.
    pairs = torch.empty(len(rows), 2, dtype=torch.float32, device=rows.device)
    peaks = pairs[:, :1]
    torch.linalg.vector_norm(rows, torch.inf, dim=-1, keepdim=True, dtype=torch.float32, out=peaks)
    fours = _in_fours(rows)
    eights = _kernel(rounding_source())(fours[:, ::2], fours[:, 1::2], pairs.view(torch.int64))
    return eights.view(torch.float8_e4m3fn), peaks.contiguous()


def _in_halves(table: Tensor) -> Tensor:
    return _in_fours(table).view(*table.shape[:-1], 2, -1)


def _rotation(states: Tensor, tables: tuple[Tensor, Tensor]) -> Tensor:
    first, second = _in_fours(states).unsqueeze(-2).chunk(2, dim=-1)
    return _kernel(rotation_source())(first, second, *tables).view(states.dtype).flatten(-2)


def _gated(opened: Tensor, passing: Tensor) -> Tensor:
    return _kernel(gate_source())(_in_fours(opened), _in_fours(passing)).view(opened.dtype)


def _weighed_sum(parts: Sequence[Tensor], weights: Sequence[Tensor]) -> Tensor:
    stacked = pad(torch.stack([*weights], dim=-1), (0, len(parts) % 2), value=-torch.inf)
    pairs = torch.softmax(stacked, dim=-1).view(torch.int64)
    total = _kernel(sum_source(len(parts)))(
        *map(_in_fours, parts), *pairs.tensor_split(pairs.shape[-1], dim=-1)
    )
    return total.view(parts[0].dtype)


def _are_in_fours(*tensors: Tensor) -> bool:
    return all(_is_in_fours(tensor) for tensor in tensors) and works_on(tensors[0].device)


def _is_in_fours(tensor: Tensor) -> bool:
    places = (*tensor.stride()[:-1], tensor.storage_offset(), tensor.shape[-1])
    return (
        tensor.is_cuda
        and tensor.dtype == torch.bfloat16
        and tensor.numel() > 0
        and tensor.stride(-1) == 1
        and tensor.data_ptr() % (2 * AT_ONCE) == 0
        and all(place % AT_ONCE == 0 for place in places)
    )


def _in_fours(tensor: Tensor) -> Tensor:
    return tensor.view(torch.int64)


# ---- whether they work


@lru_cache
def works_on(card: torch.device) -> bool:
    """Whether the kernels give what the plain operations give; compiles them."""
    return _all_agree(_differences(card))


@lru_cache
def rounding_works_on(card: torch.device) -> bool:
    """Of `rounded_rows`, which only cards need that compute in 8 bits."""
    return _all_agree(_rounding_differences(card))


def _all_agree(differences: Iterator[str]) -> bool:
    try:
        wrong = next(differences, None)
    except (RuntimeError, AttributeError, ImportError, AssertionError, TypeError) as e:
        log.info("kernels of our own are not used, PyTorch's plain ones are: %s", e)
        return False
    if wrong is not None:
        log.warning("our kernel for %s differs from PyTorch's own, and is not used", wrong)
    return wrong is None


@torch.inference_mode()
def _differences(card: torch.device) -> Iterator[str]:
    """The names of kernels that are wrong."""
    generator = torch.Generator(card).manual_seed(0)

    def numbers(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator, device=card).bfloat16()

    states, first, second = numbers(1, 300, 4, 32).transpose(1, 2), *numbers(2, 1, 1, 300, 32)
    a, b = (half.float().repeat(1, 1, 1, 2) for half in states.chunk(2, dim=-1))
    tables = _in_halves(first), _in_halves(second)
    if not _agree(_rotation(states, tables), a * first + b * second):
        yield "rotation"
    for opened, passing in (numbers(2, 1, 300, 64), numbers(2, 1, 300, 128)[..., :64]):
        if not _agree(_gated(opened, passing), silu(opened.float()) * passing):
            yield "gates"
    for count in range(2, MOST_PARTS + 1):
        parts = [numbers(1, 300, 4, 32).transpose(1, 2) for _ in range(count)]
        weights = [numbers(1, 4, 300).float() for _ in range(count)]
        shares = torch.softmax(torch.stack(weights), dim=0)[..., None]
        if not _agree(_weighed_sum(parts, weights), (torch.stack(parts) * shares).sum(0)):
            yield f"sums of {count}"


@torch.inference_mode()
def _rounding_differences(card: torch.device) -> Iterator[str]:
    generator = torch.Generator(card).manual_seed(0)
    whole = torch.randn(300, 128, generator=generator, device=card)
    whole[7] = 0
    for rows in (whole.bfloat16(), (whole * 1e-3).bfloat16()[:, :64], whole.bfloat16()[:1]):
        pairs = zip(_rounded_rows(rows), plainly_rounded_rows(rows), strict=True)
        if not all(torch.equal(mine.float(), plain.float()) for mine, plain in pairs):
            yield "rounding"


def _agree(mine: Tensor, exact: Tensor) -> bool:
    """But for the rounding to bfloat16."""
    return torch.allclose(mine.float(), exact, rtol=0.01, atol=0.01)
