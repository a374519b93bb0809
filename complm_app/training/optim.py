"""Muon for matrices, AdamW for the rest; a schedule by share of the time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn


class Optimizers:
    """Several optimizers as one. Muon (Jordan et al. 2024) takes the matrices of the layers;
    embeddings, norms and readouts learn with AdamW."""

    def __init__(
        self,
        matrices: Iterable[nn.Parameter],
        others: Iterable[nn.Parameter],
        matrix_rate: float,
        other_rate: float,
    ) -> None:
        self.parts: list[torch.optim.Optimizer] = []
        if matrices := list(matrices):
            self.parts.append(
                torch.optim.Muon(matrices, lr=matrix_rate, weight_decay=0.01, momentum=0.95)
            )
        if others := list(others):
            self.parts.append(
                torch.optim.AdamW(
                    others, lr=other_rate, betas=(0.9, 0.95), weight_decay=0.0, fused=True
                )
            )
        self._rates = [[g["lr"] for g in part.param_groups] for part in self.parts]

    def step(self, scale: float) -> None:
        """One update at `scale` times the base learning rates; clears the gradients."""
        for part, rates in zip(self.parts, self._rates, strict=True):
            for group, rate in zip(part.param_groups, rates, strict=True):
                group["lr"] = rate * scale
            part.step()
            part.zero_grad(set_to_none=True)

    def save(self, file: Path) -> None:
        """All state as one safetensors file."""
        tensors: dict[str, Tensor] = {}
        for number, part in enumerate(self.parts):
            for key, state in part.state_dict()["state"].items():
                for name, value in state.items():
                    tensors[f"{number}.{key}.{name}"] = torch.as_tensor(value).contiguous()
        save_file(tensors, file)

    def load(self, file: Path) -> None:
        tensors = load_file(file)
        for number, part in enumerate(self.parts):
            whole = part.state_dict()
            state: dict[int, dict[str, Any]] = {}
            for key, value in tensors.items():
                part_number, parameter, name = key.split(".", 2)
                if int(part_number) == number:
                    state.setdefault(int(parameter), {})[name] = value
            part.load_state_dict({"state": state, "param_groups": whole["param_groups"]})


def optimizers_for(task: nn.Module, matrix_rate: float, other_rate: float) -> Optimizers:
    """Muon for the matrices of the layers, AdamW for all else that is trainable."""
    trainable = [(n, p) for n, p in task.named_parameters() if p.requires_grad]
    matrices = [p for n, p in trainable if p.ndim == 2 and ".layers." in n and "lora_" not in n]
    chosen = {id(p) for p in matrices}
    others = [p for _, p in trainable if id(p) not in chosen]
    return Optimizers(matrices, others, matrix_rate, other_rate)


def rate_scale(done: float, decay: float, warm_up: float = 0.02) -> float:
    """Learning rate scale at a share `done` of the time: rises, stays, falls linearly to zero
    over the last `decay` of it."""
    if done < warm_up:
        return max(done / warm_up, 0.01)
    return min(1.0, max((1.0 - done) / decay, 0.0)) if decay else 1.0
