"""What is measured: a model, its reader, and two compressors, all of them the program's own."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from complm_app.core.keys import fingerprint
from complm_app.engine.adapter import Adapter, adapter_of
from complm_app.engine.attention import use_fast_kernels
from complm_app.engine.compressor import ModelCompressor
from complm_app.engine.fp8 import pack_model
from complm_app.engine.gates import plain_gates
from complm_app.engine.loading import load_model, quiet_libraries
from complm_app.engine.norms import plain_norms
from complm_app.engine.placement import check_fp8, has_fast_bfloat16
from complm_app.engine.prompts import INSTRUCTION, PromptFormat
from complm_app.engine.protocol import Model
from complm_app.engine.reader import ModelReader
from complm_app.engine.readout import CompressorConfig, Readout
from complm_app.engine.tokenizer import ModelTokenizer
from complm_app.errors import ModelIncompatibleError
from complm_app.speed.shapes import config_of

PAPER_SEGMENT = 20
"""Tokens; CompLLM (arXiv 2509.19228), section 4."""
OUR_SEGMENT = 128
PROMPT_TOKENS = 48
ENDLESS = _ROOMY = 1 << 40
QUANTIZATIONS = {"bf16": "none", "fp8": "fp8", "nf4": "nf4"}
"""What load_model calls the dtypes."""
LORA = {
    "r": 16,
    "lora_alpha": 32,
    "target_modules": [
        "q_proj",
        "k_proj",
        "v_proj",
        "o_proj",
        "gate_proj",
        "up_proj",
        "down_proj",
    ],
}


@dataclass(frozen=True, slots=True)
class Subject:
    """`ours` reads out averages of half the layers' states, or what the model's folder says; `eos`
    is as in the paper: S = 20, all layers, a slot for every `ratio` tokens."""

    name: str
    dtype: str
    """bf16, fp8 or nf4; on a processor without bfloat16, bf16 stands for float32."""
    model: Any
    reader: ModelReader
    ours: ModelCompressor
    eos: ModelCompressor

    def as_model(self, compressor: ModelCompressor) -> Model:
        ratio = compressor.ratios[0]
        return Model(self.name, self.reader.tokenizer, self.reader, compressor, ratio)


def from_shape(shape: str, dtype: str, ratios: Sequence[int], device: str) -> Subject:
    """Random weights. Raises RequestError, and what check_dtype raises."""
    from transformers import AutoModelForCausalLM

    config = config_of(shape)
    with quiet_libraries(), torch.device(device):
        check_dtype(dtype, device)
        model = AutoModelForCausalLM.from_config(
            config, dtype=_fast_dtype(device), attn_implementation="sdpa"
        )
        model.eval().requires_grad_(False)
        if dtype == "nf4":
            _quantize(model)
        elif dtype == "fp8":
            pack_model(model, device)
        adapter = _random_adapter(model, merge=dtype != "nf4")
    tokenizer = _letters()
    prompt = PromptFormat(tuple(tokenizer.text_ids(INSTRUCTION)[:PROMPT_TOKENS]), (), (), (), None)
    return _subject(shape, dtype, model, tokenizer, prompt, adapter, None, ratios)


def from_folder(folder: Path, dtype: str, ratios: Sequence[int], device: str) -> Subject:
    """A model that is there; without a compressor, it gets one with random weights.

    Raises SettingsError and ModelError.
    """
    check_dtype(dtype, device)
    loaded = load_model(folder, device, QUANTIZATIONS[dtype])
    reader, compressor = loaded.reader, loaded.compressor
    assert isinstance(reader, ModelReader)
    assert compressor is None or isinstance(compressor, ModelCompressor)
    with quiet_libraries():
        added = None if compressor else _random_adapter(reader.model, merge=dtype != "nf4")
    adapter = compressor.adapter if compressor else added
    assert adapter is not None
    prompt = replace(reader.prompt, not_said=None)
    trained = compressor.readout if compressor else None
    return _subject(
        loaded.name, dtype, reader.model, reader.tokenizer, prompt, adapter, trained, ratios
    )


def check_dtype(dtype: str, device: str) -> None:
    """Raises SettingsError for fp8 on a device without it, ModelIncompatibleError for nf4 without
    bitsandbytes."""
    if dtype == "fp8":
        check_fp8(device)
    if dtype == "nf4" and importlib.util.find_spec("bitsandbytes") is None:
        raise ModelIncompatibleError(
            "NF4 needs the bitsandbytes library, which is not installed.",
            "Install it, or measure with --dtype bf16.",
        )


def _subject(
    name: str,
    dtype: str,
    model: Any,
    tokenizer: ModelTokenizer,
    prompt: PromptFormat,
    adapter: Adapter,
    trained: Readout | None,
    ratios: Sequence[int],
) -> Subject:
    on_gpu = model.device.type == "cuda"
    use_fast_kernels(model)
    reader = ModelReader(
        model,
        tokenizer,
        prompt,
        name=name,
        window=ENDLESS,
        stop_ids=frozenset(),
        quotes=False,
        chunk=4096 if on_gpu else 512,
    )
    reader.shelf.budget_bytes = 0
    width, layers = model.config.hidden_size, model.config.num_hidden_layers
    every = tuple(ratios)
    paper = CompressorConfig("eos", every, PAPER_SEGMENT, width, bidirectional=False)
    usual = CompressorConfig("mean", every, OUR_SEGMENT, width, True, max(1, layers // 2))
    if trained is not None:
        usual = replace(trained.config, ratios=every)

    def compressor(config: CompressorConfig) -> ModelCompressor:
        readout = Readout(config).to(model.device, model.dtype).eval().requires_grad_(False)
        identity: dict[str, object] = {"speed": name, "readout": config.readout, "dtype": dtype}
        return ModelCompressor(model, adapter.within(config.layers), readout, 0, identity)

    return Subject(name, dtype, model, reader, compressor(usual), compressor(paper))


def _fast_dtype(device: str) -> torch.dtype:
    return torch.bfloat16 if has_fast_bfloat16(device) else torch.float32


def _random_adapter(model: Any, merge: bool) -> Adapter:
    from peft import LoraConfig, PeftModel

    config = LoraConfig(**LORA, inference_mode=True)
    wrapped = PeftModel(model, config, autocast_adapter_dtype=False)
    for name, parameter in wrapped.named_parameters():
        if "lora_" in name:
            parameter.data = parameter.data.to(model.device, model.dtype)
    return adapter_of(wrapped, None, _ROOMY if merge else 0)


def _quantize(model: Any) -> None:
    """All linear layers but the head into NF4 with double quantization, as BitsAndBytesConfig
    does for a model that is loaded from files."""
    from bitsandbytes.nn import Linear4bit

    found = [n for n, m in model.named_modules() if type(m) is torch.nn.Linear and n != "lm_head"]
    for name in found:
        old = model.get_submodule(name)
        new = Linear4bit(
            old.in_features,
            old.out_features,
            bias=old.bias is not None,
            compute_dtype=old.weight.dtype,
            compress_statistics=True,
            quant_type="nf4",
            device="meta",
        )
        device, weight = old.weight.device, old.weight.data
        new.weight = type(new.weight)(
            weight, requires_grad=False, compress_statistics=True, quant_type="nf4", module=new
        )
        if old.bias is not None:
            new.bias = old.bias
        model.set_submodule(name, new.to(device), strict=True)


def _letters() -> ModelTokenizer:
    """A tokenizer of single bytes: enough to write a question with."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = ["<|endoftext|>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    backend = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens(["<|endoftext|>"])
    source = PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="<|endoftext|>")
    return ModelTokenizer(source, fingerprint("letters", {}))


@contextmanager
def plain_attention(model: Any) -> Iterator[None]:
    """The model as transformers runs it, inside the block."""
    ours = model.config._attn_implementation
    model.set_attn_implementation("sdpa")
    try:
        with plain_norms(model), plain_gates(model):
            yield
    finally:
        model.set_attn_implementation(ours)
