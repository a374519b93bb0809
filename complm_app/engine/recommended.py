"""Models that are known to work, with what their pages on the hub say of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recommended:
    repo: str
    parameters: int
    """Of the part that reads and writes text."""
    size_bytes: int
    """What is downloaded, in bfloat16."""
    nf4_bytes: int
    """Memory of the weights in NF4, computed from the shapes as installed.memory_needed does."""
    licence: str
    gated: bool = False
    """Its conditions have to be accepted on the hub first."""

    @property
    def name(self) -> str:
        return self.repo.rpartition("/")[2]


RECOMMENDED = (
    Recommended("Qwen/Qwen3-0.6B", 596_000_000, 1_510_000_000, 540_000_000, "Apache 2.0"),
    Recommended("Qwen/Qwen3-1.7B", 1_720_000_000, 4_080_000_000, 1_350_000_000, "Apache 2.0"),
    Recommended("Qwen/Qwen3-4B", 4_020_000_000, 8_060_000_000, 2_650_000_000, "Apache 2.0"),
    Recommended(
        "meta-llama/Llama-3.2-3B-Instruct",
        3_210_000_000,
        6_440_000_000,
        2_240_000_000,
        "Llama 3.2 Community License",
        gated=True,
    ),
    Recommended(
        "google/gemma-3-4b-it",
        3_880_000_000,
        8_640_000_000,
        3_000_000_000,
        "Gemma Terms of Use",
        gated=True,
    ),
    Recommended(
        "mistralai/Mistral-7B-Instruct-v0.3",
        7_250_000_000,
        14_500_000_000,
        4_140_000_000,
        "Apache 2.0",
    ),
)
