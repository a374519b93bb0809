"""Norms in one kernel give what the model's own give, and are put aside for the plain path."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from complm_app.engine import norms
from complm_app.engine.norms import fuse_norms, plain_norms
from tests.tiny_models import ARCHITECTURES, make_model


class OtherRMSNorm(torch.nn.Module):
    """One that is like none that is known."""

    def __init__(self) -> None:
        super().__init__()
        self.weight, self.eps = torch.nn.Parameter(torch.ones(64)), 1e-6

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        return hidden * self.weight


def fused_of(model: Any) -> list[tuple[Any, Any]]:
    found = [(module, norms._fused(module)) for module in norms._norms(model)]
    assert found
    return found


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_norm_of_the_known_families_has_a_fused_form(
    architecture: str, dtype: torch.dtype
) -> None:
    model = make_model(architecture, 0)
    for module, _ in fused_of(model):
        torch.nn.init.normal_(module.weight, mean=20.0)  # where one more or less is hard to tell
    for module, fused in fused_of(model.to(dtype)):
        hidden = torch.randn(3, 5, module.weight.shape[0], dtype=dtype) * 4
        assert fused is not None
        rounding = 1e-5 if dtype == torch.float32 else 0.02
        with torch.inference_mode():
            torch.testing.assert_close(fused(hidden), module(hidden), rtol=rounding, atol=1e-4)


def test_a_norm_of_another_kind_is_left_alone() -> None:
    assert norms._fused(OtherRMSNorm()) is None
    assert norms._fused(torch.nn.RMSNorm(64, eps=1e-6)) is None


def test_inside_the_block_the_norms_are_the_models_own() -> None:
    model = make_model("qwen3", 0)
    norm = model.model.norm
    assert "forward" not in vars(norm)
    fuse_norms(model)
    fused = vars(norm)["forward"]
    with plain_norms(model):
        assert "forward" not in vars(norm)
    assert vars(norm)["forward"] is fused


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_what_is_normed_stays_as_it_was(dtype: torch.dtype) -> None:
    model = make_model("qwen3", 0).to(dtype)
    fuse_norms(model)
    hidden = torch.randn(2, 3, 64).to(dtype)
    before = hidden.clone()
    with torch.inference_mode():
        model.model.norm(hidden)
    assert torch.equal(hidden, before)
