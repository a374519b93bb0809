"""Times one length, ratio and number format, with the program's own code.

Only the baseline is not ours: transformers' forward pass over the uncompressed tokens.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch

from complm_app.core.snapshots import Snapshots
from complm_app.engine.compressor import ModelCompressor
from complm_app.engine.plans import Prefilled, ReaderDone, ReadingPlan, ReadTokens
from complm_app.engine.snapshots import PrefixStore
from complm_app.engine.workspace import Unwritten, Workspace, embeddings, mode_of
from complm_app.errors import OutOfMemoryError
from complm_app.speed.memory import forget_peak, peak_bytes
from complm_app.speed.parts import Parts
from complm_app.speed.source import OTHER_QUESTION, QUESTION, Source, plan_of, random_ids
from complm_app.speed.subjects import ENDLESS, Subject, plain_attention

Row: TypeAlias = dict[str, Any]

LONG_SECONDS = 3.0
"""Beside so long a run, what the first one has to set up does not count."""
SHORT_SECONDS = 0.1
SHORT_RUNS = 4
"""So many times more runs of what is that short: another program holds up one of them for longer
than it takes, and the median of three is soon one of those."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The uncompressed side of a row; None: it did not fit into memory."""

    full_s: float | None
    kv_bytes_full: int | None
    decode_full_tps: float | None


class Bench:
    """Measures a subject in a library of its own. All values are medians of `runs`, or more where
    they are short, after one that does not count unless it was long; None where something did not
    fit into memory."""

    def __init__(
        self, subject: Subject, workspace: Workspace, runs: int, say: Callable[[str], None]
    ) -> None:
        self.subject = subject
        self.workspace = workspace
        self.runs = runs
        self._say = say
        self._device = subject.model.device.type
        snapshots = Snapshots(workspace.cache, ENDLESS)
        self._prefixes = PrefixStore(snapshots, subject.name, least_positions=1)

    def baseline(self, tokens: int) -> Baseline:
        ids = random_ids(tokens, self.subject.model.config.vocab_size)
        full_s = self._cell(f"{tokens:,} tokens, full", lambda: self._median(self._full(ids)))
        exact = plan_of((ReadTokens(ids),))
        decode = self._cell(f"{tokens:,} tokens, decode", lambda: self._median(self._decode(exact)))
        kept = self._kept_bytes() if decode is not None else None
        self._release()
        return Baseline(full_s, kept, decode)

    def row(self, tokens: int, ratio: int, baseline: Baseline) -> Row:
        forget_peak(self._device)
        name = f"{tokens:,} tokens at {ratio}x"
        ours = self._source(tokens, ratio, self.subject.ours)
        paper = self._source(tokens, ratio, self.subject.eos)
        online_eos = self._cell(f"{name}, online eos", lambda: self._median(self._online(paper)))
        online = self._cell(f"{name}, online", lambda: self._median(self._online(ours)))
        cached = self._cell(f"{name}, cached", lambda: self._median(self._cached(ours)))
        prefix = self._cell(f"{name}, prefix", lambda: self._median(self._next_question(ours)))
        kept = self._kept_bytes() if prefix is not None else None
        from_disk = self._cell(f"{name}, from disk", lambda: self._median(self._from_disk(ours)))
        decode = self._cell(f"{name}, decode", lambda: self._median(self._decode_from(ours)))
        parts = self._parts(name, ours)
        row = {
            "tokens": tokens,
            "ratio": ratio,
            "dtype": self.subject.dtype,
            "full_s": baseline.full_s,
            "online_eos_s": online_eos,
            "online_s": online,
            "cached_s": cached,
            "prefix_s": prefix,
            "prefix_disk_s": from_disk,
            "kv_bytes_full": baseline.kv_bytes_full,
            "kv_bytes": kept,
            "decode_full_tps": baseline.decode_full_tps,
            "decode_tps": decode,
            "peak_bytes": peak_bytes(self._device),
            "parts": parts,
        }
        self.subject.reader.store = None
        self.workspace.cache.clear()
        self._release()
        return row

    # ---- what is measured: each prepares, and returns what is to be run again and again

    def _full(self, ids: Sequence[int]) -> Callable[[], float]:
        """transformers' own prefill of prompt, document and question, to the first token."""
        reader, model = self.subject.reader, self.subject.model
        question = reader.prompt.tail(reader.tokenizer.text_ids(QUESTION))
        everything = torch.tensor([[*reader.prompt.before, *ids, *question]]).to(model.device)

        @torch.inference_mode()
        def read() -> None:
            logits = model(input_ids=everything, use_cache=True, logits_to_keep=1).logits
            int(logits[0, -1].argmax())

        def run() -> float:
            with plain_attention(model):
                return self._seconds(read)

        return run

    def _online(self, source: Source) -> Callable[[], float]:
        """Nothing is there yet: compress, read, first token."""

        def run() -> float:
            self.subject.reader.shelf.clear()
            with Unwritten(self.workspace, source.mode) as unwritten:
                steps = embeddings(self.workspace, source.mode, source.rows, unwritten)
                seconds = self._seconds(
                    lambda: self._read(plan_of(source.parts(_result(steps)[0])))
                )
            self.workspace.cache.clear()
            return seconds

        return run

    def _cached(self, source: Source) -> Callable[[], float]:
        """The CEs come from the database."""
        self._store(source)

        def run() -> float:
            self.subject.reader.shelf.clear()
            return self._seconds(lambda: self._read(self._plan(source)))

        return run

    def _next_question(self, source: Source) -> Callable[[], float]:
        """The last question's prefix is still there."""
        plan = self._plan(source)
        self._read(plan)
        other = plan_of(plan.documents, OTHER_QUESTION)
        return lambda: self._seconds(lambda: self._read(other))

    def _from_disk(self, source: Source) -> Callable[[], float]:
        """The last question's prefix lies on disk, as after a restart."""
        reader = self.subject.reader
        reader.store = self._prefixes
        plan = self._plan(source)
        self._read(plan)
        while reader.rest():
            pass
        other = plan_of(plan.documents, OTHER_QUESTION)

        def run() -> float:
            reader.release()
            return self._seconds(lambda: self._read(other))

        return run

    def _decode_from(self, source: Source) -> Callable[[], float]:
        return self._decode(self._plan(source))

    def _decode(self, plan: ReadingPlan) -> Callable[[], float]:
        """Tokens a second, from the second token on."""
        self._read(plan)

        def run() -> float:
            started = ended = 0.0
            for step in self.subject.reader.read(plan):
                if isinstance(step, Prefilled):
                    started = self._now()
                elif isinstance(step, ReaderDone):
                    ended = self._now()
            return (plan.answer_tokens - 1) / (ended - started)

        return run

    def _parts(self, name: str, source: Source) -> dict[str, float | None]:
        """What the times above are made of, each measured alone."""
        parts = Parts(self.subject.reader, self._prefixes, self._plan(source), self._now)
        kinds = {
            "ces_read_s": lambda: parts.read_ces(self._plan(source)),
            "ces_in_memory_s": parts.read_plan,
            "ces_in_memory_host_s": parts.tell_plan,
            "snapshot_read_s": parts.read_snapshots,
            "snapshot_restore_s": parts.restore,
        }
        return {
            kind: self._cell(f"{name}, {kind}", lambda run=run: self._median(run))  # type: ignore[misc]
            for kind, run in kinds.items()
        }

    def _store(self, source: Source) -> None:
        with Unwritten(self.workspace, source.mode) as unwritten:
            _result(embeddings(self.workspace, source.mode, source.rows, unwritten))

    def _plan(self, source: Source) -> ReadingPlan:
        return plan_of(source.parts(self.workspace.cache.located(source.keys)))

    def _read(self, plan: ReadingPlan) -> None:
        """To the first token."""
        steps = self.subject.reader.read(plan)
        while not isinstance(next(steps), Prefilled):
            pass
        self._now()
        steps.close()

    def _kept_bytes(self) -> int:
        """The KV of [prompt][documents]."""
        [prefix] = self.subject.reader.shelf.kept
        return prefix.kv_bytes

    def _source(self, tokens: int, ratio: int, compressor: ModelCompressor) -> Source:
        ids = random_ids(tokens, self.subject.model.config.vocab_size)
        return Source.of(ids, mode_of(self.subject.as_model(compressor), ratio))

    # ---- how it is measured

    def _cell(self, name: str, measure: Callable[[], float]) -> float | None:
        try:
            value = measure()
        except (torch.OutOfMemoryError, OutOfMemoryError, MemoryError):
            self._release()
            self._say(f"{name}: out of memory")
            return None
        self._say(f"{name}: {value:,.4g}")
        return value

    def _median(self, run: Callable[[], float]) -> float:
        started = self._now()
        first = run()
        took = self._now() - started
        kept = [first] if took > LONG_SECONDS else []
        kept += [run() for _ in range(self.runs - len(kept))]
        if took < SHORT_SECONDS:
            kept += [run() for _ in range((SHORT_RUNS - 1) * self.runs)]
        return statistics.median(kept)

    def _seconds(self, work: Callable[[], None]) -> float:
        started = self._now()
        work()
        return self._now() - started

    def _now(self) -> float:
        """Seconds on a clock, when the device has done all that it was given."""
        if self._device == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter()

    def _release(self) -> None:
        self.subject.reader.release()
        gc.collect()
        self.subject.reader.release()


def _result(steps: Any) -> Any:
    """What a generator returns, its events passed over."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
