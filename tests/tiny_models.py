"""Tiny models with random weights, of the true architectures, saved as people's folders are."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from complm_app.engine.tokenizer import ModelTokenizer

ARCHITECTURES = ("qwen3", "llama", "gemma3", "mistral")
WINDOW = 16  # of the sliding layers of gemma3 and mistral: shorter than the test documents
VOCABULARY = 700

TEXT = """The ferry Aurora left the harbour of Tallinn at 7:45 on 3 May 1989.
Its captain, Maria Łukasz, had 1,204 passengers on board, and a cargo of “old pianos”.
The crossing to Helsinki took four hours; the café on deck 5 sold 312 cups of coffee.
In 1991 the ship was renamed, and in 2003 it was sold to a company in Piraeus.
日本語の文書も読めます。 🚢 Ships are measured in gross tons, not in tonnes.
"""

CONTROL = (
    "<|endoftext|>",
    "<|documents|>",
    "<|passages|>",
    "<|question|>",
    "<|answer|>",
    "<|none|>",
)
CHAT_CONTROL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
CHAT_TEMPLATE = (
    "{% for m in messages %}"
    "<|im_start|>{{ m.role }}\n{{ m.content | trim }}<|im_end|>\n"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)


def make_tokenizer(chat: bool) -> Any:
    """A byte-level BPE learnt from TEXT, with the control tokens of a chat or of our own."""
    from transformers import PreTrainedTokenizerFast

    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=500,
        special_tokens=list(CHAT_CONTROL if chat else CONTROL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    backend.train_from_iterator(TEXT.splitlines() * 3, trainer)
    if chat:
        backend.add_tokens(["<think>", "</think>"])  # as in Qwen3: control, yet not "special"
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend, eos_token="<|im_end|>" if chat else "<|endoftext|>"
    )
    tokenizer.chat_template = CHAT_TEMPLATE if chat else None
    return tokenizer


def make_text_tokenizer(chat: bool) -> ModelTokenizer:
    return ModelTokenizer(make_tokenizer(chat), "made for a test")


def make_model(architecture: str, eos_id: int, dtype: torch.dtype = torch.float32) -> Any:
    """Two layers of width 64."""
    import transformers

    torch.manual_seed(7)
    shape: dict[str, Any] = {
        "vocab_size": VOCABULARY,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "max_position_embeddings": 2048,
        "eos_token_id": eos_id,
        "bos_token_id": None,
        "pad_token_id": None,
        "initializer_range": 0.2,  # so large that different inputs give different outputs
    }
    if architecture == "qwen3":
        config = transformers.Qwen3Config(**shape, tie_word_embeddings=True)
    elif architecture == "llama":
        config = transformers.LlamaConfig(**shape)
    elif architecture == "gemma2":  # which has no attention by sdpa
        config = transformers.Gemma2Config(**shape, sliding_window=WINDOW)
    elif architecture == "mistral":
        config = transformers.MistralConfig(**shape, sliding_window=WINDOW)
    else:
        config = transformers.Gemma3TextConfig(
            **shape,
            sliding_window=WINDOW,
            layer_types=["sliding_attention", "full_attention"],
            query_pre_attn_scalar=16,
            tie_word_embeddings=False,  # else random weights only ever repeat the last token
        )
    return transformers.AutoModelForCausalLM.from_config(config, dtype=dtype).eval()


def save_model(folder: Path, architecture: str, **settings: Any) -> Path:
    """A folder as `load_model` takes it. Quoting models get our control tokens, others a chat's."""
    tokenizer = make_tokenizer(chat=settings.get("answers", "free") == "free")
    model = make_model(architecture, tokenizer.eos_token_id)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    (folder / "complm.json").write_text(json.dumps({"name": architecture, **settings}))
    return folder


def add_compressor(folder: Path, readout: str, ratios: tuple[int, ...] = (2, 4)) -> None:
    """A compressor with random weights, in the files that training writes."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    from complm_app.engine.readout import CompressorConfig, Readout

    torch.manual_seed(11)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        base = AutoModelForCausalLM.from_pretrained(folder)
        lora = LoraConfig(
            r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"], init_lora_weights=False
        )
        get_peft_model(base, lora).save_pretrained(folder / "compressor")
    bidirectional = readout == "mean"
    config = CompressorConfig(readout, ratios, 12, 64, bidirectional)  # type: ignore[arg-type]
    head = Readout(config)
    torch.nn.init.normal_(head.linear.weight, std=0.1)
    head.save(folder / "compressor")
