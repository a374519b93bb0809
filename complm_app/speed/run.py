"""All rows of `complm bench speed`."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

from complm_app.core.cache import Cache
from complm_app.core.library import Library
from complm_app.engine.loading import leave_a_core_free
from complm_app.engine.workspace import Workspace
from complm_app.speed.measure import Bench, Row
from complm_app.speed.subjects import Subject, from_folder, from_shape

COLUMNS = (
    "tokens",
    "ratio",
    "dtype",
    "full_s",
    "online_eos_s",
    "online_s",
    "cached_s",
    "prefix_s",
    "prefix_disk_s",
    "kv_bytes_full",
    "kv_bytes",
    "decode_full_tps",
    "decode_tps",
    "peak_bytes",
)


@dataclass(frozen=True, slots=True)
class SpeedRequest:
    """`model` is a folder or the name of a shape."""

    model: Path | str
    lengths: tuple[int, ...]
    ratios: tuple[int, ...]
    dtypes: tuple[str, ...] = ("bf16",)
    device: str = "auto"
    runs: int = 3


def measure(request: SpeedRequest, say: Callable[[str], None]) -> Iterator[Row]:
    """Row by row. `say` gets a line for every value, as soon as it is known.

    Raises RequestError, SettingsError, ModelError; what does not fit into memory is None.
    """
    for dtype in request.dtypes:
        subject = subject_of(request, dtype)
        with empty_workspace(subject) as workspace:
            bench = Bench(subject, workspace, request.runs, say)
            for tokens in request.lengths:
                baseline = bench.baseline(tokens)
                for ratio in request.ratios:
                    yield bench.row(tokens, ratio, baseline)
        del subject, workspace, bench
        gc.collect()


def subject_of(request: SpeedRequest, dtype: str) -> Subject:
    device = request.device
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu":
        leave_a_core_free()  # as the program itself does
    if isinstance(request.model, Path):
        return from_folder(request.model, dtype, request.ratios, device)
    return from_shape(request.model, dtype, request.ratios, device)


@contextmanager
def empty_workspace(subject: Subject) -> Iterator[Workspace]:
    with tempfile.TemporaryDirectory(prefix="complm-speed-") as name:
        folder = Path(name)
        with Library.open(folder / "library.db") as library, Cache.open(folder / "cache.db") as c:
            yield Workspace(library, c, lambda: subject.as_model(subject.ours))
