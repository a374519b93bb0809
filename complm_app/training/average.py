"""One model of several: the mean of weights that training led to from a common start.

Where runs ended in the same valley, the middle of it answers better than any of its sides and costs
nothing more: model soups (Wortsman et al. 2022, arXiv 2203.05482).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from torch import Tensor

from complm_app.engine.folder import (
    ADAPTER_FILE,
    COMPRESSOR_FOLDER,
    SETTINGS_FILE,
    TOKENIZER_FILE,
    inspect,
)
from complm_app.engine.readout import WEIGHTS_FILE
from complm_app.errors import RequestError
from complm_app.training.weights import load_for_training, plain_weights, save_nf4

_ALIKE = (
    SETTINGS_FILE,
    TOKENIZER_FILE,
    f"{COMPRESSOR_FOLDER}/compressor.json",
    f"{COMPRESSOR_FOLDER}/adapter_config.json",
)
"""Files in which models must not differ whose weights are to be mixed."""


def average(models: Sequence[Path], shares: Sequence[float], run: Path) -> Path:
    """Writes the mean in float32 to the run's `average`, from which training can go on, and stored
    in NF4 to its `model`, which is returned.

    Models may be stored in NF4 themselves. Raises RequestError for models that differ in more than
    their weights, ModelError for one that cannot be read.
    """
    from safetensors.torch import load_file, save_file

    _check(models, shares)
    total = sum(shares)
    parts = [share / total for share in shares]
    mean, target = run / "average", run / "model"
    shutil.rmtree(mean, ignore_errors=True)
    shutil.copytree(models[0], mean, ignore=shutil.ignore_patterns("*.safetensors", "state.json"))
    (mean / "config.json").unlink()
    states = (_state(folder, mean) for folder in models)
    save_file(_mean(states, parts), mean / "model.safetensors", {"format": "pt"})
    for name in (ADAPTER_FILE, WEIGHTS_FILE):
        files = [folder / COMPRESSOR_FOLDER / name for folder in models]
        if files[0].exists():
            states = (load_file(file) for file in files)
            save_file(_mean(states, parts), mean / COMPRESSOR_FOLDER / name, {"format": "pt"})
    save_nf4(mean, target)
    return target


def _check(models: Sequence[Path], shares: Sequence[float]) -> None:
    if len(models) < 2 or len(models) != len(shares) or min(shares) <= 0:
        raise RequestError(
            "A mean needs two models or more, and a share above 0 for each.",
            "Name as many --shares as --models, or none.",
        )
    for folder in models:
        inspect(folder)
        for name in _ALIKE:
            if _settings(models[0] / name) != _settings(folder / name):
                raise RequestError(
                    f"{folder} and {models[0]} differ in {name}: their weights do not mix.",
                    "Take models that were trained from the same start with the same options.",
                )


def _settings(file: Path) -> Any:
    """What a JSON file holds, names in lists sorted: PEFT writes sets; without the version that
    wrote it. None: there is no file."""
    if not file.exists():
        return None
    held = json.loads(file.read_text(encoding="utf-8"))
    return {
        key: sorted(value) if isinstance(value, list) and _are_names(value) else value
        for key, value in held.items()
        if key != "peft_version"
    }


def _are_names(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _state(folder: Path, settings: Path) -> dict[str, Tensor]:
    """A model's plain weights; its settings, as they are without quantization, go to `settings`."""
    model = load_for_training(folder, frozen=False)
    model.config.save_pretrained(settings)
    return plain_weights(model)


def _mean(states: Iterable[Mapping[str, Tensor]], parts: Sequence[float]) -> dict[str, Tensor]:
    """Raises RequestError where shapes or names differ."""
    total: dict[str, Tensor] = {}
    for state, part in zip(states, parts, strict=True):
        if total and {n: t.shape for n, t in total.items()} != {
            n: t.shape for n, t in state.items()
        }:
            raise RequestError(
                "The models' weights have different shapes.", "Take models of the same shape."
            )
        for name, weight in state.items():
            share = weight.float() * part
            total[name] = total[name] + share if name in total else share
    return {name: weight.contiguous() for name, weight in total.items()}
