"""The parts of a reading plan: what identifies them, how long they are, and what a model sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, TypeAlias

import torch
from torch import Tensor

from complm_app.engine import codec
from complm_app.engine.plans import ReadEmbeddings, ReadTokens
from complm_app.engine.prefix import PartId

Part: TypeAlias = ReadTokens | ReadEmbeddings


def part_id(part: Part) -> PartId:
    return part.ids if isinstance(part, ReadTokens) else part.key


def positions(part: Part) -> int:
    return len(part.ids) if isinstance(part, ReadTokens) else part.block.rows


def chunks(parts: Sequence[Part], limit: int) -> Iterator[list[Part]]:
    """Runs of whole parts of at most `limit` positions; a part that is longer stands alone."""
    waiting: list[Part] = []
    waiting_positions = 0
    for part in parts:
        if waiting and waiting_positions + positions(part) > limit:
            yield waiting
            waiting, waiting_positions = [], 0
        waiting.append(part)
        waiting_positions += positions(part)
    if waiting:
        yield waiting


@torch.inference_mode()
def embedded(model: Any, parts: Sequence[Part]) -> Tensor:
    """(n, width) in the model's input space, on its device. CEs are there already; token
    embeddings pass through the model's own layer, which scales them where it does."""
    layer = model.get_input_embeddings()
    weight = layer.weight
    runs: list[Tensor] = []
    for kind, group in groupby(parts, type):
        if kind is ReadTokens:
            ids = [i for part in group if isinstance(part, ReadTokens) for i in part.ids]
            runs.append(layer(codec.onto(weight.device, torch.tensor(ids))))
        else:
            blocks = [part.block for part in group if isinstance(part, ReadEmbeddings)]
            runs.append(codec.decode_all(blocks, weight.device).to(weight.dtype))
    return torch.cat(runs)
