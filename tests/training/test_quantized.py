"""Training for weights that will be stored in NF4."""

from __future__ import annotations

import pytest
import torch

from complm_app.training.quantized import StraightThrough, as_nf4, stored_weights
from complm_app.training.shapes import new_reader, shape_of
from complm_app.training.weights import add_lora


def test_weights_become_what_bitsandbytes_makes_of_them() -> None:
    functional = pytest.importorskip("bitsandbytes.functional")
    torch.manual_seed(0)
    weights = torch.randn(64, 192) * 0.02
    weights[0, :64] = 0
    stored = functional.quantize_4bit(weights, blocksize=64, quant_type="nf4")
    torch.testing.assert_close(as_nf4(weights), functional.dequantize_4bit(*stored))


def test_gradients_are_those_at_the_stored_weights_and_the_exact_ones_come_back() -> None:
    torch.manual_seed(0)
    weights = torch.nn.Parameter(torch.randn(2, 64))
    before = weights.detach().clone()
    with StraightThrough([weights])():
        assert not torch.equal(weights, before)
        (weights**2).sum().backward()
    assert torch.equal(weights, before)
    torch.testing.assert_close(weights.grad, 2 * as_nf4(before))


def test_what_is_stored_are_the_matrices_of_the_layers_without_adapters() -> None:
    model = new_reader(shape_of("tiny"))
    count = len(stored_weights(model))
    assert count == 7 * len(model.model.layers)
    add_lora(model, 4, 1, None)
    assert len(stored_weights(model)) == count
