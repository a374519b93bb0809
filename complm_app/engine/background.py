"""Calls that wait for a network or a slow import, made so that a job can end meanwhile."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

STEP_SECONDS = 0.2
"""A job that waits takes a step so often: cancelling it takes effect no later."""
AHEAD = 32


class StoppedError(Exception):
    """Ends a producer whose receiver has gone."""


class Flow(Generic[T]):
    """What `produce` yields, in a thread of its own; leaving the block ends it.

    A thread cannot be broken off: one that still waits for the network is left to its time-out,
    and what it then gets is thrown away.
    """

    def __init__(self, produce: Callable[[], Iterator[T]]) -> None:
        self._produce = produce
        self._items: queue.Queue[tuple[T | None, BaseException | None]] = queue.Queue(AHEAD)
        self._stopped = threading.Event()

    def __enter__(self) -> Flow[T]:
        threading.Thread(target=self._run, name="complm-network", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()

    def __iter__(self) -> Generator[T | None, None, None]:
        """The items, and None wherever there was none for a while. Raises what `produce` raised."""
        while True:
            try:
                item, error = self._items.get(timeout=STEP_SECONDS)
            except queue.Empty:
                yield None
                continue
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            yield item

    def _run(self) -> None:
        try:
            for item in self._produce():
                self._put(item, None)
            self._put(None, StopIteration())
        except StoppedError:
            return
        except BaseException as error:
            self._put_last(error)

    def _put(self, item: T | None, error: BaseException | None) -> None:
        while not self._stopped.is_set():
            try:
                return self._items.put((item, error), timeout=STEP_SECONDS)
            except queue.Full:
                continue
        raise StoppedError

    def _put_last(self, error: BaseException) -> None:
        try:
            self._put(None, error)
        except StoppedError:
            return


def meanwhile(call: Callable[[], T]) -> Generator[None, None, T]:
    """Yields while `call` is at work in another thread; its result. Raises what it raises."""
    with Flow(lambda: iter([(call(),)])) as flow:
        for item in flow:
            if item is not None:
                return item[0]
            yield
    raise AssertionError("unreachable: the call either returns or raises")
