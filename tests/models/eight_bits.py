"""Layers and models, and how far apart what they compute is."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from complm_app.engine import codec
from complm_app.engine.adapter import Adapter
from complm_app.engine.compressor import ModelCompressor
from complm_app.engine.protocol import Model
from tests.tiny_models import TEXT, make_text_tokenizer


def layer_of(width: int = 256, rows: int = 128, bias: bool = False) -> nn.Linear:
    torch.manual_seed(3)
    return nn.Linear(width, rows, bias=bias).requires_grad_(False)


def numbers(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(5))


def error(mine: Tensor, exact: Tensor) -> float:
    return float((mine.float() - exact.float()).norm() / exact.float().norm())


def bytes_of(module: nn.Module) -> int:
    return sum(t.nbytes for t in (*module.parameters(), *module.buffers()))


@torch.inference_mode()
def likeness(model: Any, whole: Any) -> float:
    """Mean cosine of the logits for a text."""
    ids = torch.tensor([make_text_tokenizer(chat=True).text_ids(TEXT)])
    mine, exact = (each(ids.to(each.device)).logits.float().cpu() for each in (model, whole))
    return float(torch.cosine_similarity(mine, exact, -1).mean())


def compressor_of(model: Model) -> ModelCompressor:
    assert isinstance(model.compressor, ModelCompressor)
    return model.compressor


def embeddings_of(model: Model) -> Tensor:
    tokens = [ids for ids, _ in model.tokenizer.tokenize(TEXT.splitlines())]
    blocks = compressor_of(model).compress([ids[:12] for ids in tokens], 2)
    return torch.cat([codec.decode(block).float() for block in blocks])


def adapter_of(model: Model) -> Adapter:
    return compressor_of(model).adapter
