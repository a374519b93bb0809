"""What becomes of memory that was freed."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from typing import Any

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""glibc's numbers for mallopt."""
_LARGEST_BLOCK = 32 << 20
"""Bytes; more cannot be asked for."""
_KEPT = 256 << 20
"""Bytes at the heap's end, at most."""


def keep_freed_memory() -> None:
    """Blocks of megabytes that a model computes in stay with the program for its next layer.

    The C library would give them back to the system each time, and each of their pages would then
    cost a fault when it is next written to: a fifth of the time that a processor compresses in.
    """
    with suppress(OSError, AttributeError, ValueError):  # where the C library is not glibc
        library = _c_library()
        library.mallopt(_MMAP_THRESHOLD, _LARGEST_BLOCK)
        library.mallopt(_TRIM_THRESHOLD, _KEPT)


def give_freed_memory_back() -> None:
    with suppress(OSError, AttributeError, ValueError):
        _c_library().malloc_trim(0)


def _c_library() -> Any:
    """Raises ValueError where nothing is known of it."""
    if sys.platform != "linux":
        raise ValueError
    return ctypes.CDLL(None)
