"""The sizes of published models, to be filled with random weights: speed does not depend on them.

From the config.json of Qwen/Qwen3-4B, Qwen/Qwen3-1.7B, meta-llama/Llama-3.2-3B and
google/gemma-3-4b-it (its text model).
"""

from __future__ import annotations

from typing import Any

from complm_app.errors import RequestError

_QWEN3: dict[str, Any] = {
    "model_type": "qwen3",
    "vocab_size": 151936,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "max_position_embeddings": 131072,
    "rms_norm_eps": 1e-6,
    "rope_theta": 1_000_000.0,
    "tie_word_embeddings": True,
}

SHAPES: dict[str, dict[str, Any]] = {
    "qwen3-4b": {
        **_QWEN3,
        "hidden_size": 2560,
        "intermediate_size": 9728,
        "num_hidden_layers": 36,
        "num_attention_heads": 32,
    },
    "qwen3-1.7b": {
        **_QWEN3,
        "hidden_size": 2048,
        "intermediate_size": 6144,
        "num_hidden_layers": 28,
        "num_attention_heads": 16,
    },
    "llama-3.2-3b": {
        "model_type": "llama",
        "vocab_size": 128256,
        "hidden_size": 3072,
        "intermediate_size": 8192,
        "num_hidden_layers": 28,
        "num_attention_heads": 24,
        "num_key_value_heads": 8,
        "head_dim": 128,
        "max_position_embeddings": 131072,
        "rms_norm_eps": 1e-5,
        "rope_theta": 500_000.0,
        "tie_word_embeddings": True,
    },
    "gemma-3-4b": {
        "model_type": "gemma3_text",
        "vocab_size": 262208,
        "hidden_size": 2560,
        "intermediate_size": 10240,
        "num_hidden_layers": 34,
        "num_attention_heads": 8,
        "num_key_value_heads": 4,
        "head_dim": 256,
        "max_position_embeddings": 131072,
        "query_pre_attn_scalar": 256,
        "sliding_window": 1024,
        "layer_types": [
            "full_attention" if layer % 6 == 5 else "sliding_attention" for layer in range(34)
        ],
        "rms_norm_eps": 1e-6,
        "tie_word_embeddings": True,
    },
    "small": {
        **_QWEN3,
        "vocab_size": 32000,
        "hidden_size": 1536,
        "intermediate_size": 6144,
        "num_hidden_layers": 12,
        "num_attention_heads": 16,
    },
    "tiny": {
        **_QWEN3,
        "vocab_size": 512,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 16,
    },
}


def config_of(shape: str) -> Any:
    """The transformers config of a shape. Raises RequestError."""
    from transformers import AutoConfig

    if shape not in SHAPES:
        raise RequestError(f"There is no shape {shape!r}.", f"Choose from {', '.join(SHAPES)}.")
    values = dict(SHAPES[shape])
    special = {"bos_token_id": None, "eos_token_id": 0, "pad_token_id": 0}
    return AutoConfig.for_model(values.pop("model_type"), **values, **special)
