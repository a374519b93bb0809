"""A model folder into a placed, quantized model, with the reason for each choice."""

from __future__ import annotations

import gc
import importlib.util
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from complm_app.core.keys import fingerprint
from complm_app.engine.attention import use_fast_kernels
from complm_app.engine.compressor import ModelCompressor, load_compressor
from complm_app.engine.folder import TOKENIZER_FILE, ModelFolder, digest, inspect
from complm_app.engine.fp8 import forget_exact, pack_model
from complm_app.engine.heap import give_freed_memory_back, keep_freed_memory
from complm_app.engine.lanes import cores
from complm_app.engine.memory import ratio_for
from complm_app.engine.placement import Placement, placements, room_to_merge
from complm_app.engine.prompts import PromptFormat, prompt_format
from complm_app.engine.protocol import Model
from complm_app.engine.reader import ModelReader
from complm_app.engine.tokenizer import ModelTokenizer
from complm_app.errors import ModelIncompatibleError, OutOfMemoryError, Phrase

_NAMES = {"none": "", "fp8": "FP8 (8 bits)", "nf4": "NF4 (4 bits)", "int8": "LLM.int8 (8 bits)"}
_TEXT_PART = {
    r"^language_model\.model\.": "model.",
    r"^model\.language_model\.": "model.",
    r"^language_model\.lm_head\.": "lm_head.",
}
_DEVICE_NAMES = {"cpu": "the processor", "cuda": "the graphics card", "mps": "Apple's GPU"}


def load_model(
    folder: Path,
    device: str = "auto",
    quantization: str = "auto",
    embeddings_in_8_bits: bool = False,
    compressor_folder: Path | None = None,
) -> Model:
    """Loads reader and, where the folder has one, compressor; or the compressor that is named.

    `device` is auto, cpu, cuda or mps; `quantization` is auto, none, fp8, nf4 or int8. A model
    that is stored quantized can be unpacked (none), but not quantized in another way. Raises
    SettingsError, ModelMissingError, ModelIncompatibleError or OutOfMemoryError.
    """
    found = inspect(folder)
    if compressor_folder is not None:
        # At what ratio the folder's own compressor is used says nothing about this one.
        settings = replace(found.settings, usual_ratio=None)
        found = replace(found, compressor=compressor_folder, settings=settings)
    return _loaded(found, device, quantization, embeddings_in_8_bits)


def _loaded(
    found: ModelFolder, device: str, quantization: str, embeddings_in_8_bits: bool
) -> Model:
    _free_memory_of_earlier_models()
    with quiet_libraries():
        tokenizer = _load_tokenizer(found)
        prompt = prompt_format(tokenizer)
        placement, model = _load_where_it_fits(found, device, quantization)
        if placement.device == "cpu":
            keep_freed_memory()
        rounding, room = _rounding(found, placement), room_to_merge(placement.device)
        compressor = load_compressor(found, model, tokenizer, rounding, embeddings_in_8_bits, room)
        forget_exact(model)
        use_fast_kernels(model)
    if len(tokenizer.source) > model.get_input_embeddings().weight.shape[0]:
        raise _incompatible(found, Phrase("its tokenizer has more tokens than the model knows"))
    if compressor is not None:
        with_compressor = replace(placement.plan, compressor=compressor.adapter.merged_bytes)
        placement = replace(placement, plan=with_compressor)
    identity = _identity(found, placement, tokenizer, compressor)
    reader = _reader(found, placement, model, tokenizer, prompt, identity)
    ratio, why_ratio = _usual_ratio(found, placement, compressor)
    return Model(
        name=found.settings.name,
        tokenizer=tokenizer,
        reader=reader,
        compressor=compressor,
        usual_ratio=ratio,
        description=_description(found, placement) + why_ratio,
        passages=found.settings.passages,
        memory=placement.plan,
        position_bytes=placement.sizes.kv_bytes(1, placement.dtype.itemsize),
    )


def _reader(
    found: ModelFolder,
    placement: Placement,
    model: Any,
    tokenizer: ModelTokenizer,
    prompt: PromptFormat,
    identity: str,
) -> ModelReader:
    reader = ModelReader(
        model,
        tokenizer,
        prompt,
        name=found.settings.name,
        window=placement.window,
        stop_ids=_stop_ids(found, model, tokenizer),
        quotes=found.settings.answers == "quotes",
        abstain_above=found.settings.abstain_above,
        chunk=placement.chunk,
        identity=identity,
        positions_free=placement.positions_free,
    )
    reader.shelf.budget_bytes = placement.plan.prefix_budget
    return reader


def _load_where_it_fits(
    found: ModelFolder, device: str, quantization: str
) -> tuple[Placement, Any]:
    """Where memory runs out against all plans, quantized or on another device."""
    try:
        first, *others = placements(found, device, quantization)
    except (OSError, ValueError, KeyError, AttributeError) as e:
        raise _incompatible(found, Phrase("its config makes no sense: {reason}", reason=e)) from e
    for placement in (first, *others):
        try:
            return placement, _load_weights(found, placement)
        except OutOfMemoryError:
            if placement is (others or [first])[-1]:
                raise
        if placement.device == "cuda":
            torch.cuda.empty_cache()
    raise AssertionError("unreachable: the last one either loads or raises")


def _free_memory_of_earlier_models() -> None:
    gc.collect()
    give_freed_memory_back()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def leave_a_core_free() -> None:
    """For the window and for other programs.

    Torch's threads wait for each other after every operation, so that one that has to share its
    core holds up all: with a second program at work, two threads on two cores were 60 times slower
    than one.
    """
    torch.set_num_threads(max(1, min(torch.get_num_threads(), cores() - 1)))


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Without the libraries' progress bars, hints and warnings, inside the block.

    What matters to a user reaches them as an error or in the model's description.
    """
    from transformers.utils import logging as transformers_logging

    verbosity = transformers_logging.get_verbosity()
    bars = transformers_logging.is_progress_bar_enabled()
    bitsandbytes_log = logging.getLogger("bitsandbytes")
    level = bitsandbytes_log.level
    transformers_logging.set_verbosity(logging.CRITICAL)
    transformers_logging.disable_progress_bar()
    bitsandbytes_log.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _import_bitsandbytes()
            yield
    finally:
        bitsandbytes_log.setLevel(level)
        transformers_logging.set_verbosity(verbosity)
        if bars:
            transformers_logging.enable_progress_bar()


def _import_bitsandbytes() -> None:
    """Keeps it from two things that it does when it is imported, and that nobody asked for:
    where the `kernels` package is installed, it downloads compiled code and runs it; and it has
    torch.compile prepare functions, which takes a second, and a C++ compiler when they run."""
    if "bitsandbytes" in sys.modules or importlib.util.find_spec("bitsandbytes") is None:
        return
    with _replaced(sys.modules, "kernels", None), _replaced(vars(torch), "compile", _as_it_is):
        importlib.import_module("bitsandbytes")


def _as_it_is(function: Any = None, **_options: Any) -> Any:
    return function or _as_it_is


@contextmanager
def _replaced(names: dict[str, Any], name: str, value: Any) -> Iterator[None]:
    """`names[name]` is `value` inside the block, and what it was after it."""
    before = {name: names[name]} if name in names else {}
    names[name] = value
    try:
        yield
    finally:
        del names[name]
        names.update(before)


def _load_tokenizer(found: ModelFolder) -> ModelTokenizer:
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(
            str(found.path), use_fast=True, local_files_only=True, trust_remote_code=False
        )
        return ModelTokenizer(tokenizer, digest([found.path / TOKENIZER_FILE]))
    except Exception as e:  # the tokenizers library raises bare Exception
        raise _incompatible(
            found, Phrase("its tokenizer cannot be read: {reason}", reason=e)
        ) from e


def _load_weights(found: ModelFolder, placement: Placement) -> Any:
    in_fp8 = placement.quantization == "fp8"
    try:
        kind, options = text_model(found)
        model, report = kind.from_pretrained(
            str(found.path),
            **options,
            dtype=placement.dtype,
            device_map={"": "cpu" if in_fp8 else placement.device},
            **_quantization(found, placement),
            **_attention(found),
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
            output_loading_info=True,
        )
        if in_fp8:
            pack_model(model, placement.device, keep_exact=found.compressor is not None)
    except (torch.OutOfMemoryError, MemoryError) as e:
        raise OutOfMemoryError(
            "There is not enough memory for {model}.",
            "Close other programs, choose a smaller model, or set the quantization to NF4 in the "
            "settings.",
            model=found.settings.name,
        ) from e
    except Exception as e:  # transformers raises OSError, ValueError, RuntimeError and more
        raise _incompatible(found, Phrase("it cannot be loaded: {reason}", reason=e)) from e
    if missing := sorted(report["missing_keys"]):
        raise _incompatible(
            found,
            Phrase(
                "{count} weights are missing, {first} first", count=len(missing), first=missing[0]
            ),
        )
    if found.stored != "none" and placement.quantization == "none":
        # Unpacking gives the precision of the file, whatever was asked for.
        model = model.dequantize().to(placement.dtype)
    return model.eval().requires_grad_(False)


def text_model(found: ModelFolder) -> tuple[Any, dict[str, Any]]:
    """The class to load, and arguments for it. Of a model that also sees pictures, such as
    gemma-3-4b-it, only the part that reads and writes text: the rest would take memory for
    nothing."""
    from transformers import MODEL_FOR_CAUSAL_LM_MAPPING, AutoConfig, AutoModelForCausalLM

    config = AutoConfig.from_pretrained(
        str(found.path), local_files_only=True, trust_remote_code=False
    )
    text = config.get_text_config()
    if text is config:
        return AutoModelForCausalLM, {}
    if found.stored != "none":
        text.quantization_config = config.quantization_config
    return MODEL_FOR_CAUSAL_LM_MAPPING[type(text)], {"config": text, "key_mapping": _TEXT_PART}


def _attention(found: ModelFolder) -> dict[str, Any]:
    """Arguments for from_pretrained. Scores that are capped, as Gemma2's, need the attention that
    is spelled out: transformers 5.17 takes another, and passes over the cap."""
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(
        str(found.path), local_files_only=True, trust_remote_code=False
    ).get_text_config()
    capped = getattr(config, "attn_logit_softcapping", None) is not None
    return {"attn_implementation": "eager"} if capped else {}


def _quantization(found: ModelFolder, placement: Placement) -> dict[str, Any]:
    """Arguments for from_pretrained; none at all for a model that is stored quantized: even
    `quantization_config=None` would keep its own from being read."""
    from transformers import BitsAndBytesConfig

    if found.stored != "none" or placement.quantization in ("none", "fp8"):
        return {}
    if placement.quantization == "int8":
        return {"quantization_config": BitsAndBytesConfig(load_in_8bit=True)}
    nf4 = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=placement.dtype,
    )
    return {"quantization_config": nf4}


def _rounding(found: ModelFolder, placement: Placement) -> str:
    """How the weights were rounded; unpacking does not undo it."""
    return placement.quantization if found.stored == "none" else found.stored


def _identity(
    found: ModelFolder,
    placement: Placement,
    tokenizer: ModelTokenizer,
    compressor: ModelCompressor | None,
) -> str:
    """Changes with all that changes the KV of a text."""
    import transformers

    # The compressor's has the weights' in it, and hashing them takes time.
    weights = compressor.fingerprint(1) if compressor else digest(found.weights)
    parts = {
        "weights": weights,
        "config": json.dumps(found.config, sort_keys=True),
        "rounding": _rounding(found, placement),
        "computed": [placement.quantization, str(placement.dtype)],
        "tokenizer": tokenizer.fingerprint,
        "transformers": transformers.__version__,
    }
    return fingerprint("reader", parts)


def _stop_ids(found: ModelFolder, model: Any, tokenizer: ModelTokenizer) -> frozenset[int]:
    generation = model.generation_config.eos_token_id
    several = generation if isinstance(generation, list) else [generation]
    ids = frozenset(i for i in [*several, tokenizer.source.eos_token_id] if i is not None)
    if not ids:
        raise _incompatible(found, Phrase("it names no token that ends an answer"))
    return ids


def _usual_ratio(
    found: ModelFolder, placement: Placement, compressor: ModelCompressor | None
) -> tuple[int, str]:
    """Where memory leaves no room for the model's own window, more is compressed; and why."""
    ratios = compressor.ratios if compressor else (1,)
    wanted = found.settings.usual_ratio
    if wanted is not None and wanted not in (1, *ratios):
        raise _incompatible(
            found, Phrase("its usual ratio {ratio} is none of its compressor's", ratio=wanted)
        )
    usual = wanted or min(ratios)
    if compressor is None or usual == 1:
        return usual, ""
    chosen = ratio_for(usual, ratios, placement.plan.positions, placement.window)
    if chosen == usual:
        return usual, ""
    return chosen, f" It compresses {chosen} to 1, so that as much text as possible fits."


def _description(found: ModelFolder, placement: Placement) -> str:
    dtype = str(placement.dtype).removeprefix("torch.")
    kind = _NAMES[placement.quantization] or dtype
    return (
        f"{found.settings.name} runs on {_DEVICE_NAMES[placement.device]} in {kind}: "
        f"{placement.reason}."
    )


def _incompatible(found: ModelFolder, why: Phrase) -> ModelIncompatibleError:
    return ModelIncompatibleError(
        "The model in {folder} cannot be used: {reason}.",
        "Get the model again, or choose another one.",
        folder=found.path,
        reason=why,
    )
