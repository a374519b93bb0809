"""Tokenizers of the kinds that Gemma, Mistral and Llama have, and chat templates like theirs."""

from __future__ import annotations

from typing import Any

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from tests.tiny_models import TEXT

GEMMA_TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}"
    "<start_of_turn>{{ 'model' if m.role == 'assistant' else m.role }}\n"
    "{{ m.content | trim }}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
MISTRAL_TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}"
    "{% if m.role == 'user' %}[INST] {{ m.content }}[/INST]{% else %} {{ m.content }}</s>"
    "{% endif %}{% endfor %}"
)
LLAMA_TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n"
    "{{ m.content | trim }}<|eot_id|>{% endfor %}"
    "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)
THINKING_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n<think>\n{% endif %}"
)
CONTROL = {
    "gemma": ("<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>"),
    "mistral": ("<s>", "</s>", "[INST]", "[/INST]"),
    "llama": (
        "<|begin_of_text|>",
        "<|eot_id|>",
        "<|start_header_id|>",
        "<|end_header_id|>",
    ),
    "thinking": ("<|endoftext|>", "<|im_end|>", "<|im_start|>"),
}
TEMPLATES = {
    "gemma": GEMMA_TEMPLATE,
    "mistral": MISTRAL_TEMPLATE,
    "llama": LLAMA_TEMPLATE,
    "thinking": THINKING_TEMPLATE,
}
FAMILIES = tuple(TEMPLATES)


def family_tokenizer(family: str) -> Any:
    """A transformers fast tokenizer, learnt from TEXT."""
    from transformers import PreTrainedTokenizerFast

    backend = _byte_level() if family in ("llama", "thinking") else _sentencepiece(family)
    byte_tokens = [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = trainers.BpeTrainer(
        vocab_size=680,
        special_tokens=["<unk>", *CONTROL[family]],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet() if _is_byte_level(family) else [],
        show_progress=False,
    )
    if _is_byte_level(family):
        backend.train_from_iterator(TEXT.splitlines() * 3, trainer)
    else:
        backend = _with_bytes(backend, family, byte_tokens)
    if family == "thinking":
        backend.add_tokens(["<think>", "</think>"])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend, bos_token=CONTROL[family][0], eos_token=CONTROL[family][1]
    )
    tokenizer.chat_template = TEMPLATES[family]
    return tokenizer


def _is_byte_level(family: str) -> bool:
    return family in ("llama", "thinking")


def _byte_level() -> Tokenizer:
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    return backend


def _sentencepiece(family: str) -> Tokenizer:
    """Spaces become ▁, and what is not in the vocabulary bytes; Mistral's puts one in front."""
    backend = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>"))
    spaces = normalizers.Replace(" ", "▁")
    end: list[Any] = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    if family == "mistral":
        backend.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), spaces])
        end.append(decoders.Strip(" ", 1, 0))
    else:
        backend.normalizer = spaces
        backend.pre_tokenizer = pre_tokenizers.Split(Regex("▁"), "merged_with_next")
    backend.decoder = decoders.Sequence(end)
    return backend


def _with_bytes(backend: Tokenizer, family: str, byte_tokens: list[str]) -> Tokenizer:
    """With a vocabulary of bytes, Latin letters and some merges, as SentencePiece leaves it."""
    letters = sorted({c for c in TEXT.replace(" ", "▁") if ord(c) < 128 or c == "▁"})
    merges = [("▁", c) for c in letters if c.isalpha()] + [("h", "e"), ("▁t", "he"), ("i", "n")]
    names = [
        "<unk>",
        *CONTROL[family],
        *byte_tokens,
        *letters,
        *dict.fromkeys(a + b for a, b in merges),
    ]
    vocabulary = {name: place for place, name in enumerate(names)}
    backend.model = models.BPE(
        vocab=vocabulary, merges=merges, byte_fallback=True, unk_token="<unk>", fuse_unk=True
    )
    backend.add_special_tokens(list(CONTROL[family]))
    return backend
