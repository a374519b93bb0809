"""Weights in and out of training: LoRA put into a model, plain and NF4 model folders."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from complm_app.engine.folder import ADAPTER_FILE, COMPRESSOR_FOLDER, SETTINGS_FILE, inspect
from complm_app.engine.readout import WEIGHTS_FILE, Readout
from complm_app.errors import ModelIncompatibleError, RequestError

_KINDS = {"full_attention", "sliding_attention"}
_NO_PART_OF_A_MODEL = ("model*.safetensors", "optimizer.safetensors", "state.json")
_PEFT_PREFIX = "base_model.model."


@contextmanager
def adapter(model: nn.Module, on: bool) -> Iterator[None]:
    """Switches LoRA layers, inside the block, without touching what is trainable.

    PEFT's own switch also freezes what it turns off, which would lose the gradients of a forward
    pass that is still to be differentiated.
    """
    from peft.tuners.tuners_utils import BaseTunerLayer

    layers = [m for m in model.modules() if isinstance(m, BaseTunerLayer)]
    before = [layer._disable_adapters for layer in layers]
    for layer in layers:
        layer._disable_adapters = not on
    try:
        yield
    finally:
        for layer, disabled in zip(layers, before, strict=True):
            layer._disable_adapters = disabled


def load_for_training(folder: Path, frozen: bool = True) -> Any:
    """A model folder's reader with float32 weights, without its compressor.

    One that is stored quantized and is to stay as it is stays quantized on a GPU; on the CPU,
    where gradients do not pass bitsandbytes' kernels, it is dequantized.
    """
    from complm_app.engine.loading import quiet_libraries, text_model

    with quiet_libraries():
        kind, options = text_model(inspect(folder))
        model = kind.from_pretrained(
            folder,
            **options,
            dtype=torch.float32,
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
            attn_implementation="sdpa",
        )
        if getattr(model, "is_quantized", False) and not (frozen and torch.cuda.is_available()):
            model = model.dequantize().float()
    return model


def check_trainable(model: Any) -> None:
    """Raises ModelIncompatibleError for a model that is not a stack of layers with attention:
    there, questions cannot share a context."""
    decoder = getattr(model, model.base_model_prefix, None)
    kinds = set(getattr(model.config, "layer_types", None) or ())
    built_so = hasattr(decoder, "layers") and hasattr(decoder, "embed_tokens")
    if not built_so or kinds - _KINDS:
        raise ModelIncompatibleError(
            f"A compressor cannot be trained for a model of the kind {model.config.model_type!r}.",
            "Choose a language model such as Qwen3, Llama, Gemma 3 or Mistral.",
        )


def use_checkpointing(model: Any) -> None:
    """From now on, layers are computed again in the backward pass instead of being kept.

    The adapters are then as they were in the forward pass, where `adapter` may have switched them.
    Dropout stays off: only the layers themselves are told that they are in training.
    """
    from contextlib import nullcontext

    from transformers.modeling_layers import GradientCheckpointingLayer

    from complm_app.engine.loading import quiet_libraries

    def contexts() -> tuple[Any, Any]:
        return nullcontext(), adapter(model, on=adapter_is_on(model))

    with quiet_libraries():
        model.gradient_checkpointing_enable({"use_reentrant": False, "context_fn": contexts})
    for module in model.modules():
        if isinstance(module, GradientCheckpointingLayer):
            module.training = True


def adapter_is_on(model: nn.Module) -> bool:
    from peft.tuners.tuners_utils import BaseTunerLayer

    layers = (m for m in model.modules() if isinstance(m, BaseTunerLayer))
    return any(not layer._disable_adapters for layer in layers)


def linear_layers(model: Any) -> list[str]:
    """The names of the layers' matrices: q_proj, down_proj and so on."""
    layers = getattr(model, model.base_model_prefix).layers
    named = layers.named_modules()
    return sorted({n.rpartition(".")[2] for n, m in named if isinstance(m, nn.Linear)})


def add_lora(model: Any, rank: int, layers: int | None, start: Path | None) -> None:
    """Puts LoRA into the model's first `layers` (None: all), in place; it goes on from a
    compressor folder `start`."""
    from peft import LoraConfig, inject_adapter_in_model, set_peft_model_state_dict
    from safetensors.torch import load_file

    config = LoraConfig(
        r=rank,
        lora_alpha=2 * rank,
        target_modules=linear_layers(model),
        layers_to_transform=None if layers is None else list(range(layers)),
        task_type="CAUSAL_LM",
    )
    inject_adapter_in_model(config, model)
    if start is None or not (start / ADAPTER_FILE).exists():
        return
    saved = load_file(start / ADAPTER_FILE)
    state = {name.removeprefix(_PEFT_PREFIX): value for name, value in saved.items()}
    report = set_peft_model_state_dict(model, state)
    if report.unexpected_keys or any("lora_" in name for name in report.missing_keys):
        raise ModelIncompatibleError(
            f"The adapter in {start} is not one of this model with rank {rank} in as many layers.",
            "Train with the same options as before, or in a new folder.",
        )


def save_compressor(model: Any, readout: Readout, folder: Path) -> None:
    """The LoRA in PEFT's format, and the readout."""
    from peft import get_peft_model_state_dict
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    config = model.peft_config["default"]
    config.inference_mode = True
    config.save_pretrained(folder)
    config.inference_mode = False
    state = {_PEFT_PREFIX + k: v for k, v in _plain(get_peft_model_state_dict(model)).items()}
    save_file(state, folder / ADAPTER_FILE, {"format": "pt"})
    readout.save(folder)


def save_reader(
    model: Any,
    readout: Readout | None,
    tokenizer_folder: Path,
    folder: Path,
    settings: Mapping[str, object],
) -> None:
    """A model folder with plain float32 weights: a stage of training that can go on.

    `settings` is what its complm.json is to hold.
    """
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(tokenizer_folder, folder, dirs_exist_ok=True)
    model.config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    save_file(plain_weights(model), folder / "model.safetensors", {"format": "pt"})
    about = json.dumps(settings, indent=2)
    (folder / SETTINGS_FILE).write_text(about + "\n", encoding="utf-8")
    if readout is not None:
        save_compressor(model, readout, folder / COMPRESSOR_FOLDER)


def save_nf4(source: Path, target: Path) -> None:
    """A model folder with NF4 weights (double quantization); all else is copied. Raises
    RequestError where bitsandbytes is not installed."""
    if importlib.util.find_spec("bitsandbytes") is None:
        raise RequestError(
            "The model is trained, but cannot be quantized: bitsandbytes is not installed.",
            "Install it and give the same command again: only this step is left.",
        )
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig

    from complm_app.engine.loading import quiet_libraries

    nf4 = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )
    with quiet_libraries():
        model = AutoModelForCausalLM.from_pretrained(
            source,
            dtype=torch.bfloat16,
            quantization_config=nf4,
            device_map={"": "cpu"},
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
        )
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(*_NO_PART_OF_A_MODEL))
        model.save_pretrained(target)
    for name in (ADAPTER_FILE, WEIGHTS_FILE):
        _halve(target / COMPRESSOR_FOLDER / name)


def _halve(file: Path) -> None:
    """The file's tensors in bfloat16, in which they are computed with anyway."""
    from safetensors.torch import load_file, save_file

    if file.exists():
        state = {name: value.bfloat16() for name, value in load_file(file).items()}
        save_file(state, file, {"format": "pt"})


def plain_weights(model: Any) -> dict[str, Tensor]:
    """In float32 on the CPU, under the names that the weights had before LoRA was put in."""
    tied = {"lm_head.weight"} if model.config.tie_word_embeddings else set()
    return _plain(
        {
            name.replace(".base_layer.", "."): value
            for name, value in model.state_dict().items()
            if "lora_" not in name and name not in tied
        }
    )


def _plain(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().float().cpu().contiguous() for name, value in state.items()}
