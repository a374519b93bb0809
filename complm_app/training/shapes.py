"""Shapes of the bundled reader: Qwen3's architecture, made small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from complm_app.errors import RequestError


@dataclass(frozen=True, slots=True)
class Shape:
    layers: int
    width: int
    feed_forward: int
    heads: int
    key_value_heads: int
    vocabulary: int
    window: int
    head_width: int = 64


SHAPES = {
    "tiny": Shape(2, 64, 128, 2, 1, 512, 512, 32),
    "small": Shape(8, 256, 768, 4, 2, 8192, 1024),
    "medium": Shape(10, 384, 1152, 6, 3, 8192, 2048),
    "base": Shape(14, 512, 1536, 8, 4, 16384, 4096),
}


def shape_of(name: str) -> Shape:
    if name not in SHAPES:
        raise RequestError(f"There is no shape {name!r}.", f"Choose from {', '.join(SHAPES)}.")
    return SHAPES[name]


def new_reader(shape: Shape) -> Any:
    """A reader with random weights, float32."""
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        vocab_size=shape.vocabulary,
        hidden_size=shape.width,
        intermediate_size=shape.feed_forward,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.key_value_heads,
        head_dim=shape.head_width,
        max_position_embeddings=shape.window,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=0,
        pad_token_id=0,
        rope_theta=100_000.0,
    )
    config._attn_implementation = "sdpa"
    return Qwen3ForCausalLM(config)
