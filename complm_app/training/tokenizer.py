"""The bundled reader's tokenizer: byte-level BPE with single digits, and its control tokens."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from complm_app.engine.folder import TOKENIZER_FILE, digest
from complm_app.engine.tokenizer import ModelTokenizer

END = "<|endoftext|>"
DOCUMENTS = "<|documents|>"
PASSAGES = "<|passages|>"
QUESTION = "<|question|>"
ANSWER = "<|answer|>"
NONE = "<|none|>"
BLANK = "<|blank|>"
CONTROL_TOKENS = (
    *(END, DOCUMENTS, PASSAGES, QUESTION, ANSWER, NONE, BLANK),
    *(f"<|reserved_{i}|>" for i in range(9)),
)

# Words with the space before them, digits one by one, punctuation apart from words: so that an
# answer is a slice of the tokens of the text in which it stands.
PATTERN = (
    r"'(?i:[sdmt]|ll|ve|re)(?!\p{L})| ?[\p{L}\p{M}]+| ?\p{N}"
    r"| ?[^\s\p{L}\p{N}]+|[\r\n]|\s+(?!\S)|\s"
)


def train_tokenizer(texts: Iterable[str], vocabulary: int) -> Any:
    """Learns a tokenizer of `vocabulary` entries; returns a transformers fast tokenizer."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(CONTROL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return wrap(tokenizer)


def load_tokenizer(folder: Path) -> ModelTokenizer:
    """The tokenizer of a model folder."""
    from transformers import AutoTokenizer

    source = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    return ModelTokenizer(source, digest([folder / TOKENIZER_FILE]))


def wrap(tokenizer: Any) -> Any:
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=END,
        additional_special_tokens=list(CONTROL_TOKENS[1:]),
        clean_up_tokenization_spaces=False,
    )
