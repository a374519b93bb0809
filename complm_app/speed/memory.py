"""The most memory that was in use."""

from __future__ import annotations

import sys
from typing import Any

import torch


def forget_peak(device: str) -> None:
    if device == "cuda":
        torch.cuda.reset_peak_memory_stats()


def peak_bytes(device: str) -> int:
    """On a graphics card, since `forget_peak`, what PyTorch had in use there; otherwise, the most
    that this process has ever taken."""
    if device == "cuda":
        return int(torch.cuda.max_memory_allocated())
    if sys.platform == "win32":
        import psutil  # type: ignore[import-untyped]

        memory: Any = psutil.Process().memory_info()
        return int(memory.peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
