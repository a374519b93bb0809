"""Several threads that compute at the same time, each on one core and with work of its own.

Torch's own threads share every operation and wait for each other after it, so that one whose core
another program needs holds up all. Lanes wait for each other at the end only, so that they may
take the last core too. All have the caller's priority: it would wait for one that had less.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, TypeVar

import torch

T = TypeVar("T")
R = TypeVar("R")

LEAST_TOKENS = 256
"""In a lane: with fewer it is slow."""
GOOD_TOKENS = 1024
"""In a share: more of them at once are hardly faster."""
THREAD_NAME = "complm-lane"


def cores() -> int:
    """That this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def lanes_for(model: Any) -> int:
    """How many pay for a model: as many as torch has threads, and one for the core that these
    leave free. 1 on a graphics card, and where weights are quantized: such layers
    change themselves while they are run."""
    whole = all(each.is_floating_point() for each in model.parameters())
    if model.device.type != "cpu" or not whole:
        return 1
    return max(1, min(cores(), torch.get_num_threads() + 1))


class Lanes:
    """`count` threads, of which the caller's is one. The others begin with the first work, and end
    when this is no longer referred to."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool = ThreadPoolExecutor(max(1, count - 1), THREAD_NAME, initializer=_compute_alone)

    def shares(self, tokens: int) -> int:
        """Into how many parts to cut work of so many tokens. 1 where it would not fill more lanes
        than torch has threads: then these are faster. Else two for each lane, where they are of
        a good size: a lane that is held up leaves more to the others."""
        lanes = min(self.count, tokens // LEAST_TOKENS)
        if lanes <= torch.get_num_threads():
            return 1
        return lanes * 2 if tokens >= lanes * 2 * GOOD_TOKENS else lanes

    def run(self, work: Callable[[T], R], shares: Sequence[T]) -> list[R]:
        """What `work` returns for each share. Raises what it raises; no lane is then at work."""
        if len(shares) == 1:
            return [work(shares[0])]
        with _one_thread():
            futures = [self._pool.submit(work, share) for share in shares]
            try:
                # From the end, where the other lanes come last.
                own = {n: work(shares[n]) for n in _not_begun(futures)}
                return [own[n] if n in own else each.result() for n, each in enumerate(futures)]
            finally:
                wait([each for each in futures if not each.cancel()])


def shares_of(segments: Sequence[Sequence[int]], count: int) -> list[Sequence[Sequence[int]]]:
    """At most `count` runs of whole segments, in order, each with about as many tokens."""
    total = sum(map(len, segments))
    runs: list[list[Sequence[int]]] = [[] for _ in range(count)]
    before = 0
    for segment in segments:
        middle = before + len(segment) / 2
        runs[min(count - 1, int(middle * count / total))].append(segment)
        before += len(segment)
    return [run for run in runs if run]


def _not_begun(futures: Sequence[Future[Any]]) -> Iterator[int]:
    """Takes back the last that no lane has begun, and tells its number; again until none is."""
    return (n for n in reversed(range(len(futures))) if futures[n].cancel())


@contextmanager
def _one_thread() -> Iterator[None]:
    """This thread computes alone inside the block; afterwards with torch's threads, as before, and
    so do threads that begin later: a lane's own setting had become that of new threads too."""
    before = torch.get_num_threads()
    _compute_alone()
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _compute_alone() -> None:
    torch.set_num_threads(1)
