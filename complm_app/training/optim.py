"""Muon for matrices, AdamW for the rest; a schedule by share of the time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn


class BatchedMuon(torch.optim.Muon):
    """torch's Muon with one sequence of large kernels for all matrices of a shape, in the place of
    thousands of small ones: on an H100, the bundled reader's 98 matrices took a sixth of a step."""

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        assert closure is None, "not asked for here"
        for group in self.param_groups:
            by_shape: dict[torch.Size, list[tuple[Tensor, Tensor]]] = {}
            for parameter in group["params"]:
                if parameter.grad is not None:
                    pair = (parameter, parameter.grad)
                    by_shape.setdefault(parameter.shape, []).append(pair)
            for shape, pairs in by_shape.items():
                parameters = [parameter for parameter, _ in pairs]
                updates = orthogonal(self._with_momentum(pairs, group["momentum"]), group)
                rate = group["lr"] * max(1.0, shape[0] / shape[1]) ** 0.5
                torch._foreach_mul_(parameters, 1 - group["lr"] * group["weight_decay"])
                torch._foreach_add_(parameters, list(updates.float().unbind()), alpha=-rate)

    def _with_momentum(self, pairs: Sequence[tuple[Tensor, Tensor]], momentum: float) -> Tensor:
        """Parameters of one shape and their gradients -> (n, rows, columns), Nesterov's way."""
        for parameter, _ in pairs:
            if "momentum_buffer" not in self.state[parameter]:
                self.state[parameter]["momentum_buffer"] = torch.zeros_like(parameter)
        momenta = [self.state[parameter]["momentum_buffer"] for parameter, _ in pairs]
        gradients = [gradient for _, gradient in pairs]
        torch._foreach_lerp_(momenta, gradients, 1 - momentum)
        return torch.stack(torch._foreach_lerp(gradients, momenta, momentum))


def orthogonal(matrices: Tensor, group: Mapping[str, Any]) -> Tensor:
    """(n, rows, columns) -> the same in bfloat16, each nearly orthogonal: Newton-Schulz iterations
    with the coefficients of a Muon parameter group."""
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.bfloat16()
    x = x.mT if tall else x
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp(min=group["eps"])
    a, b, c = group["ns_coefficients"]
    for _ in range(group["ns_steps"]):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.mT if tall else x


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
                BatchedMuon(matrices, lr=matrix_rate, weight_decay=0.01, momentum=0.95)
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
