"""Memory that a layer has freed costs the next one nothing."""

from __future__ import annotations

import ctypes
import sys

import pytest
import torch

from complm_app.engine.heap import give_freed_memory_back, keep_freed_memory

resource = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallopt"), reason="not glibc"
)


def faults_of_a_layer() -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    blocks = [torch.ones(4 << 20, dtype=torch.uint8) for _ in range(20)]
    del blocks
    after: int = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    return after - before


def test_what_was_freed_is_used_again_without_asking_the_system() -> None:
    pages = 20 * (4 << 20) // resource.getpagesize()
    assert faults_of_a_layer() > pages // 2
    keep_freed_memory()
    assert min(faults_of_a_layer() for _ in range(5)) < pages // 20
    give_freed_memory_back()
    assert faults_of_a_layer() > pages // 2
