"""Attention in blocks sees what the dense mask lets it see."""

from __future__ import annotations

import pytest
import torch

from complm_app.training.attention import block_mask, branch_mask, in_blocks
from complm_app.training.shapes import SHAPES, new_reader


@pytest.mark.filterwarnings("ignore:flex_attention called without torch.compile")
def test_attention_in_blocks_gives_what_the_dense_mask_gives() -> None:
    torch.manual_seed(0)
    model = new_reader(SHAPES["tiny"]).eval()
    group = torch.tensor([[1] * 70 + [2] * 70 + [0] * 20, [3] * 160])
    branch = torch.tensor([[0] * 50 + [1] * 10 + [2] * 10 + [0] * 90, [0] * 130 + [1] * 30])
    embeddings = torch.randn(2, 160, model.config.hidden_size)
    with torch.no_grad():
        dense = model.model(inputs_embeds=embeddings, attention_mask=branch_mask(group, branch))
        with in_blocks(model.model):
            blocks = model.model(inputs_embeds=embeddings, attention_mask=block_mask(group, branch))
    torch.testing.assert_close(
        blocks.last_hidden_state, dense.last_hidden_state, rtol=1e-4, atol=1e-4
    )
    assert model.config._attn_implementation == "sdpa"
