"""Plans for devices of sizes that this machine need not have."""

from __future__ import annotations

from typing import Any

import pytest

from complm_app.engine.memory import (
    GB,
    DeviceMemory,
    MemoryPlan,
    ModelSizes,
    Wanted,
    plan,
    ratio_for,
)
from complm_app.speed.shapes import SHAPES

QWEN3_4B = 4_022_468_096
GEMMA3_4B = 3_880_099_328


def sizes_of(shape: str) -> ModelSizes:
    return ModelSizes.of(SHAPES[shape])


def planned(
    card: float,
    shape: str = "qwen3-4b",
    parameters: int = QWEN3_4B,
    kinds: tuple[str, ...] = ("none", "nf4"),
    window: int = 40_960,
) -> MemoryPlan:
    """On a graphics card of so many GB of which half a GB is in use."""
    memory = DeviceMemory("cuda", int(card * GB) - GB // 2, int(card * GB))
    return plan(Wanted(sizes_of(shape), parameters, 2, window, 4096, kinds), memory)


def test_kv_and_weights_are_those_of_the_published_models() -> None:
    qwen = sizes_of("qwen3-4b")
    assert qwen.kv_bytes(1, 2) == 147_456
    assert qwen.weight_bytes(QWEN3_4B, "none", 2) == 2 * QWEN3_4B
    assert qwen.weight_bytes(QWEN3_4B, "nf4", 2) == pytest.approx(2.65 * GB, rel=0.02)
    # All but the embeddings takes half, and 4 bytes for each row of a matrix.
    in_fp8 = (2 * QWEN3_4B + 2 * 151_936 * 2560) / 2
    assert qwen.weight_bytes(QWEN3_4B, "fp8", 2) == pytest.approx(in_fp8, rel=0.002)
    gemma = sizes_of("gemma-3-4b")
    full, sliding = 5, 29
    one = 2 * 4 * 256 * 2
    assert gemma.kv_bytes(100_000, 2) == one * (full * 100_000 + sliding * 1024)


@pytest.mark.parametrize(
    ("card", "kind"), [(6, "nf4"), (8, "nf4"), (12, "none"), (16, "none"), (24, "none")]
)
def test_cards_that_people_have_can_read_with_a_4b_model(card: float, kind: str) -> None:
    made = planned(card)
    assert made.quantization == kind
    assert made.positions >= 8192
    assert (made.positions == 40_960) == (card >= 24)


@pytest.mark.parametrize("card", [4, 6, 8, 10, 12, 16, 24, 48, 80])
@pytest.mark.parametrize("shape", ["qwen3-4b", "llama-3.2-3b", "gemma-3-4b"])
def test_what_is_planned_leaves_the_reserve_free(card: float, shape: str) -> None:
    made = planned(card, shape, window=131_072)
    assert made.memory.reserve == (2 * GB if card >= 16 else card * GB // 10)
    assert made.positions == 0 or made.total <= made.memory.usable
    if made.positions < 131_072:
        assert "positions at once" in made.reasons[-1]
    more = planned(card + 4, shape, window=131_072)
    assert more.positions >= made.positions or more.quantization != made.quantization


def test_a_model_is_quantized_rather_than_left_with_too_little_to_read() -> None:
    made = planned(8)
    assert made.quantization == "nf4"
    assert "unquantized, its 8.0 GB would not leave 0.8 GB" in made.reasons[0]


def test_8_bits_are_taken_rather_than_4_where_the_card_computes_in_them() -> None:
    kinds = ("none", "fp8", "nf4")
    assert [planned(card, kinds=kinds).quantization for card in (6, 8, 12)] == [
        "nf4",
        "fp8",
        "none",
    ]


def test_a_model_that_does_not_fit_at_all_says_so() -> None:
    made = planned(2)
    assert (made.fits, made.positions) == (False, 0)


def test_a_choice_of_the_user_is_kept_and_the_window_shrinks() -> None:
    made = planned(12, kinds=("none",))
    assert made.quantization == "none"
    assert 1024 < made.positions < 40_960
    assert made.reasons == (
        f"it reads {made.positions:,} of 40,960 positions at once: "
        "more would not leave 1.2 GB of the graphics card's memory free",
    )


def test_positions_fill_the_room_and_not_more() -> None:
    sizes = sizes_of("gemma-3-4b")
    for room in (10_000_000, 200_000_000, 3_000_000_000):
        fit = sizes.positions_in(room, 2, 1_000_000)
        assert sizes.kv_bytes(fit, 2) <= room < sizes.kv_bytes(fit + 1, 2)
    assert sizes.positions_in(10**15, 2, 777) == 777


def test_a_smaller_window_is_made_up_for_by_a_higher_ratio() -> None:
    assert ratio_for(2, (2, 4, 8), 40_960, 40_960) == 2
    assert ratio_for(2, (2, 4, 8), 20_480, 40_960) == 4
    assert ratio_for(2, (2, 4, 8), 15_000, 40_960) == 8
    assert ratio_for(2, (2, 4, 8), 1_000, 40_960) == 8
    assert ratio_for(2, (2,), 1_000, 40_960) == 2


def test_configs_of_all_kinds_are_understood() -> None:
    plain: dict[str, Any] = {
        "hidden_size": 64,
        "num_attention_heads": 4,
        "num_hidden_layers": 2,
        "vocab_size": 100,
    }
    assert ModelSizes.of(plain).windows == (None, None)
    assert ModelSizes.of({"text_config": plain}).head_width == 16
    mistral = {**plain, "sliding_window": 8}
    assert ModelSizes.of(mistral).kv_bytes(100, 2) == 2 * 2 * 64 * 2 * 8
    assert ModelSizes.of({**mistral, "use_sliding_window": False}).windows == (None, None)
