"""The kernels' arithmetic, compiled for the processor; test_graphics_card.py has the kernels."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.cuda.jiterator import _CodeParser
from torch.nn.functional import silu

from complm_app.engine.fused import (
    LARGEST,
    MOST_PARTS,
    gate_source,
    gated,
    plainly_rounded_rows,
    rotation_source,
    rounded_rows,
    rounding_source,
    sum_source,
    weighed_sum,
)

COMPILER = shutil.which("g++") or shutil.which("clang++")
ON_PROCESSOR = """
#include <cmath>
#include <cstdint>
#include <cstring>
static float __uint_as_float(unsigned int bits) {
  float value; memcpy(&value, &bits, 4); return value;
}
static unsigned int __float_as_uint(float value) {
  unsigned int bits; memcpy(&bits, &value, 4); return bits;
}
"""
Kernel = Callable[..., Tensor]


@pytest.fixture
def compiled(tmp_path: Path) -> Callable[[str], Kernel]:
    if COMPILER is None:
        pytest.skip("there is no C++ compiler")

    def kernel_of(code: str) -> Kernel:
        name = _CodeParser(code).function_name
        count = code[code.index(f"{name}(") :].split(")")[0].count("T ")
        pointers = ", ".join(f"const int64_t* x{n}" for n in range(count))
        given = ", ".join(f"x{n}[i]" for n in range(count))
        loop = f"for (int64_t i = 0; i < n; i++) out[i] = {name}<int64_t>({given});"
        entry = f'extern "C" void run(int64_t n, int64_t* out, {pointers}) {{ {loop} }}'
        (tmp_path / "a.cpp").write_text(ON_PROCESSOR + code + entry)
        library = tmp_path / f"{name}.so"
        command = [COMPILER, "-O1", "-shared", "-fPIC", "-o", library, tmp_path / "a.cpp"]
        subprocess.run(command, check=True)
        run = ctypes.CDLL(str(library)).run

        def kernel(*tensors: Tensor) -> Tensor:
            packed = [tensor.contiguous().view(torch.int64) for tensor in tensors]
            out = torch.empty_like(packed[0])
            places = [ctypes.c_void_p(each.data_ptr()) for each in (out, *packed)]
            run(ctypes.c_int64(out.numel()), *places)
            return out.view(torch.bfloat16)

        return kernel

    return kernel_of


def numbers(count: int) -> Tensor:
    return (torch.randn(count, 400, generator=torch.Generator().manual_seed(count)) * 5).bfloat16()


def test_a_gate_is_rounded_once(compiled: Callable[[str], Kernel]) -> None:
    opened, passing = numbers(2)
    exact = (silu(opened.float()) * passing.float()).bfloat16()
    torch.testing.assert_close(compiled(gate_source())(opened, passing), exact, rtol=0.005, atol=0)


def test_what_is_no_number_stays_none(compiled: Callable[[str], Kernel]) -> None:
    opened = torch.tensor([torch.nan, torch.inf, -torch.inf, 1e38]).bfloat16()
    made = compiled(gate_source())(opened, torch.full_like(opened, 1e38))
    assert made.isnan().tolist() == [True, False, True, False]
    assert made[[1, 3]].tolist() == [torch.inf, torch.inf]


def test_a_rotation_is_the_sum_of_two_products(compiled: Callable[[str], Kernel]) -> None:
    a, b, to_a, to_b = numbers(4)
    exact = (a.float() * to_a + b.float() * to_b).bfloat16()
    made = compiled(rotation_source())(a, b, to_a, to_b)
    torch.testing.assert_close(made, exact, rtol=0.005, atol=0.01)


@pytest.mark.parametrize("count", range(2, MOST_PARTS + 1))
def test_parts_are_weighed_by_their_own_shares(
    compiled: Callable[[str], Kernel], count: int
) -> None:
    parts = list(numbers(count))
    shares = torch.rand(100, count + count % 2)  # one for four numbers
    pairs = [two.contiguous() for two in shares.split(2, dim=-1)]
    made = compiled(sum_source(count))(*parts, *pairs)
    exact = sum(p.float() * shares[:, n].repeat_interleave(4) for n, p in enumerate(parts))
    assert isinstance(exact, Tensor)
    torch.testing.assert_close(made, exact.bfloat16(), rtol=0.005, atol=0.02)


EVERY_NUMBER = torch.arange(-(2**15), 2**15, dtype=torch.int32).to(torch.int16).view(torch.bfloat16)
"""Of bfloat16."""


def rounded_by_kernel(kernel: Kernel, rows: Tensor, peaks: Tensor) -> Tensor:
    """(n, 8) bfloat16, (n, 1) float32 -> (n, 8) float8_e4m3fn."""
    pairs = torch.cat([peaks, torch.full_like(peaks, torch.nan)], dim=-1)
    return kernel(rows[:, :4], rows[:, 4:], pairs).view(torch.float8_e4m3fn)


@pytest.mark.parametrize("peak", [448, 1, 0.0371, 3.14159, 70_000, 2.0**-99, 1e30])
def test_every_number_is_rounded_to_the_nearest_of_8_bits(
    compiled: Callable[[str], Kernel], peak: float
) -> None:
    rows = EVERY_NUMBER.view(-1, 8)
    peaks = torch.full((len(rows), 1), float(peak))
    scaled = rows.float() * (peaks.reciprocal() * LARGEST)
    exact = scaled.clamp(-LARGEST, LARGEST).to(torch.float8_e4m3fn)
    made = rounded_by_kernel(compiled(rounding_source()), rows, peaks)
    torch.testing.assert_close(made.float(), exact.float(), rtol=0, atol=0, equal_nan=True)


def test_rows_are_rounded_with_their_own_scales(compiled: Callable[[str], Kernel]) -> None:
    rows = numbers(8).view(-1, 8) * torch.logspace(-30, 30, 400, dtype=torch.bfloat16)[:, None]
    rows[17] = 0
    exact, peaks = plainly_rounded_rows(rows)
    assert exact.dtype == torch.float8_e4m3fn
    assert torch.equal(peaks, rows.abs().amax(-1, keepdim=True).float())
    assert torch.equal(exact.float().abs().amax(-1) == LARGEST, peaks[:, 0] > 0)
    made = rounded_by_kernel(compiled(rounding_source()), rows, peaks)
    assert torch.equal(made.float(), exact.float())


def test_a_processor_keeps_to_plain_operations() -> None:
    a, b = numbers(2).view(2, 1, 2, 50, 4)
    assert gated(a, b) is None
    assert weighed_sum([a, b], [torch.zeros(1, 2, 50)] * 2) is None
    assert rounded_rows(a[0, 0]) is None
