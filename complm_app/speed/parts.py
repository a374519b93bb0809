"""What a time to the first token is made of: each step alone, to see which one is waited for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from complm_app.core.blocks import StoredBlock
from complm_app.engine.parts import part_id, positions
from complm_app.engine.plans import Prefilled, ReadEmbeddings, ReadingPlan, ReadTokens
from complm_app.engine.prefix import Prefix
from complm_app.engine.reader import ModelReader
from complm_app.engine.snapshots import PrefixStore


class Parts:
    """Of a plan whose documents have been read before and lie on disk as `store` keeps them.

    All methods return seconds. `now` waits for the device.
    """

    def __init__(
        self,
        reader: ModelReader,
        store: PrefixStore,
        plan: ReadingPlan,
        now: Callable[[], float],
    ) -> None:
        self._reader = reader
        self._store = store
        self._now = now
        self._plan = replace(plan, documents=tuple(map(_in_memory, plan.documents)))
        documents = [ReadTokens(reader.prompt.before), *self._plan.documents]
        self._ids = [part_id(part) for part in documents]
        self._lengths = list(map(positions, documents))

    def read_ces(self, plan: ReadingPlan) -> float:
        """From the database into memory."""
        started = time.perf_counter()
        for part in plan.documents:
            _in_memory(part)
        return time.perf_counter() - started

    def read_plan(self) -> float:
        """CEs that are in memory, to the first token."""
        return self._read(self._now)

    def tell_plan(self) -> float:
        """The same, until a graphics card has been told of all its work. Where that takes as long
        as the work, the card waits for Python."""
        return self._read(time.perf_counter)

    def _read(self, now: Callable[[], float]) -> float:
        self._reader.shelf.clear()
        store, self._reader.store = self._reader.store, None
        try:
            started = self._now()
            steps = self._reader.read(self._plan)
            while not isinstance(next(steps), Prefilled):
                pass
            ended = now()
            steps.close()
        finally:
            self._reader.store = store
        return ended - started

    def read_snapshots(self) -> float:
        """Files into memory, as they are read for a restore."""
        chain = self._store.snapshots.chain(self._store.keys(self._ids))
        started = time.perf_counter()
        for reading in self._store.readings(chain, self._reader.model.device):
            reading.wait()
        return time.perf_counter() - started

    def restore(self) -> float:
        """Snapshots into a prefix on the device."""
        self._reader.release()
        model = self._reader.model
        started = self._now()
        prefix = Prefix(model.config)
        prefix.reserve(sum(self._lengths))
        for _ in self._store.restore(prefix, self._ids, self._lengths, model.device, model.dtype):
            pass
        return self._now() - started


def _in_memory(part: ReadTokens | ReadEmbeddings) -> ReadTokens | ReadEmbeddings:
    if isinstance(part, ReadEmbeddings) and isinstance(part.block, StoredBlock):
        return ReadEmbeddings(part.key, part.block.fetch())
    return part
