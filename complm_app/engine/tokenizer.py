"""Text into tokens and back, with control tokens kept out of what people and PDFs write."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from complm_app.core.keys import fingerprint


class ModelTokenizer:
    """protocol.TextTokenizer over a transformers fast tokenizer."""

    def __init__(self, tokenizer: Any, identity: str) -> None:
        """`identity` changes with the tokenizer's file."""
        self.source = tokenizer
        self.fingerprint = fingerprint("tokenizer", {"file": identity})
        self._control = tokenizer.backend_tokenizer
        self._text = without_control(self._control)

    def tokenize(self, texts: Sequence[str]) -> list[tuple[list[int], list[tuple[int, int]]]]:
        """For each text: token ids and their (start, end) characters.

        A control token that is written out in a text is read as the characters that it is.
        """
        encoded = self._text.encode_batch(list(texts), add_special_tokens=False)
        return [(encoding.ids, encoding.offsets) for encoding in encoded]

    def text_ids(self, text: str) -> list[int]:
        """Ids of a text that somebody wrote: no control tokens come out of it."""
        ids: list[int] = self._text.encode(text, add_special_tokens=False).ids
        return ids

    def prompt_ids(self, text: str) -> list[int]:
        """Ids of a text of our own or of a chat template, control tokens included."""
        ids: list[int] = self._control.encode(text, add_special_tokens=False).ids
        return ids

    def id_of(self, token: str) -> int | None:
        found: int | None = self._control.token_to_id(token)
        return found

    def text_of(self, ids: Sequence[int]) -> str:
        """Token ids -> text, without control tokens."""
        text: str = self._control.decode(list(ids), skip_special_tokens=True)
        return text

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """The text of every token id, with its leading space; half characters become U+FFFD."""
        size = self._control.get_vocab_size(with_added_tokens=True)
        names = [self._control.id_to_token(i) or "" for i in range(size)]
        if _is_byte_level(self._control):
            return tuple(_byte_level_text(name) for name in names)
        return tuple(name.replace("▁", " ") for name in names)


def without_control(backend: Any) -> Any:
    """A copy that never makes a control token out of text.

    Added tokens that hold no letter (runs of spaces or newlines) are plain text and stay.
    """
    from tokenizers import Tokenizer

    description = json.loads(backend.to_str())
    for token in description["added_tokens"]:
        token["special"] = token["special"] or any(c.isalpha() for c in token["content"])
    copy = Tokenizer.from_str(json.dumps(description))
    copy.encode_special_tokens = True
    copy.no_truncation()
    copy.no_padding()
    return copy


def _is_byte_level(backend: Any) -> bool:
    return '"type":"ByteLevel"' in json.dumps(
        json.loads(backend.to_str()).get("decoder"), separators=(",", ":")
    )


def _byte_table() -> dict[str, int]:
    """GPT-2's map from printable characters to bytes."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printable]
    table = {chr(b): b for b in printable}
    return table | {chr(256 + n): b for n, b in enumerate(others)}


_BYTES = _byte_table()


def _byte_level_text(name: str) -> str:
    if any(c not in _BYTES for c in name):
        return name
    return bytes(_BYTES[c] for c in name).decode("utf-8", errors="replace")
