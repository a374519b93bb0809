"""Reading in chunks, within the memory that there is."""

from __future__ import annotations

import weakref
from dataclasses import replace
from typing import Any

import pytest
import torch
from reading import (
    RunsOutOfMemory,
    answer_at_once,
    logits_at_once,
    logits_read,
    make_reader,
    parts_of,
    plan_of,
    read,
    same,
)
from torch import Tensor

from complm_app.engine.attention import use_fast_kernels
from complm_app.engine.parts import positions
from complm_app.engine.plans import (
    ReadingPlan,
)
from complm_app.engine.protocol import Progress
from complm_app.engine.reader import ModelReader
from complm_app.errors import EngineStoppedError, OutOfMemoryError
from tests.tiny_models import ARCHITECTURES


def test_a_long_reading_tells_how_far_it_is() -> None:
    reader = make_reader()
    steps = [step for step in reader.read(plan_of(reader)) if isinstance(step, Progress)]
    assert len(steps) > 3
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert (
        steps[-1].done < steps[-1].total == sum(map(positions, parts_of(reader, plan_of(reader))))
    )


def test_a_full_graphics_card_is_said_and_leaves_no_half_read_prefix(reader: ModelReader) -> None:
    """The second layer fails as PyTorch does, when the first has already read a chunk."""
    plan = plan_of(reader)
    reading = reader.read(plan)
    seen: list[weakref.ref[Tensor]] = []
    watch = reader.model.model.layers[0].register_forward_hook(
        lambda module, inputs, output: seen.append(weakref.ref(output))
    )
    next(reading)
    hook = reader.model.model.layers[1].register_forward_pre_hook(run_out_of_memory)
    with pytest.raises(OutOfMemoryError) as failed:
        list(reading)
    hook.remove()
    watch.remove()
    assert "fewer documents" in failed.value.hint
    assert all(kept() is None for kept in seen)  # although the error is still there
    assert read(reader, plan) == (answer_at_once(reader, plan), 0)


def test_a_graphics_card_that_is_lost_is_told_as_what_it_is(
    reader: ModelReader, caplog: pytest.LogCaptureFixture
) -> None:
    def lost(module: torch.nn.Module, inputs: object) -> None:
        raise torch.AcceleratorError("CUDA error: unspecified launch failure")

    reader.model.model.layers[1].register_forward_pre_hook(lost)
    with pytest.raises(EngineStoppedError):
        list(reader.read(plan_of(reader)))
    assert "unspecified launch failure" in caplog.text
    assert reader.shelf.kept == []


def run_out_of_memory(module: torch.nn.Module, inputs: object) -> None:
    raise torch.OutOfMemoryError("CUDA out of memory.")


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_chunks_that_do_not_fit_into_memory_are_halved(architecture: str) -> None:
    reader = make_reader(architecture, chunk=256)
    read(reader, plan_of(reader, [0]))
    plan = plan_of(reader, [0, 1, "a", 2, 3, "b", 4])
    full = RunsOutOfMemory(most=80)
    hook = reader.model.model.layers[1].register_forward_pre_hook(full)
    assert same(logits_read(reader, plan), logits_at_once_without(hook, reader, plan))
    assert full.times > 0
    assert read(reader, plan)[0] == answer_at_once(reader, plan)


def logits_at_once_without(hook: Any, reader: ModelReader, plan: ReadingPlan) -> Tensor:
    hook.remove()
    return logits_at_once(reader, plan)


@pytest.mark.parametrize("chunk", [20, 512])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_attention_for_chunks_gives_the_logits_of_the_plain_one(
    architecture: str, chunk: int
) -> None:
    reader = make_reader(architecture, chunk=chunk)
    plan = plan_of(reader, verbatim=[1])
    plain = logits_at_once(reader, plan)
    use_fast_kernels(reader.model)
    assert same(logits_read(reader, plan), plain)
    assert same(logits_read(reader, plan), plain)
    assert same(logits_at_once(reader, plan), plain)


def test_the_window_is_as_large_as_memory_has_room_for() -> None:
    reader = make_reader()
    assert (reader.window, reader.limit) == (512, "")
    reader._window, reader._positions_free = 8192, lambda kept: 3000 + kept // 10**9
    assert reader.window == 3000
    assert "3,000 of the 8,192 positions" in reader.limit
    reader._positions_free = lambda kept: 10_000
    assert (reader.window, reader.limit) == (8192, "")


def test_kept_prefixes_make_room_for_a_longer_reading() -> None:
    reader = make_reader()
    read(reader, plan_of(reader, [3, 4]))
    reader._positions_free = lambda kept: 1_000_000 if kept else 0
    plan = plan_of(reader, [0, 1, "a"])
    assert read(reader, plan)[0] == answer_at_once(reader, plan)
    assert len(reader.shelf.kept) == 1


@pytest.mark.parametrize("chunk", [7, 20, 64])
def test_full_attention_reads_in_chunks_of_one_length_and_can_be_closed_in_any(chunk: int) -> None:
    """A kernel that is prepared for a length is then always given it; parts end inside chunks."""
    reader = make_reader(chunk=chunk)
    lengths: list[int] = []
    reader.model.model.layers[0].register_forward_pre_hook(
        lambda module, inputs: lengths.append(inputs[0].shape[1])
    )
    plan = plan_of(reader)
    total = sum(map(positions, parts_of(reader, plan)[: 1 + len(plan.documents)]))
    read(reader, replace(plan, answer_tokens=1))
    assert lengths[: total // chunk] == [chunk] * (total // chunk)
    for steps in range(1, total // chunk + 1):
        reader.shelf.clear()
        reading = reader.read(plan)
        for _ in range(steps):
            next(reading)
        reading.close()
        assert all(kept.length == kept.ends[-1] for kept in reader.shelf.kept)
        assert same(logits_read(reader, plan), logits_at_once(reader, plan))


def test_the_end_of_the_documents_is_read_with_the_question() -> None:
    reader = make_reader(chunk=64)
    lengths: list[int] = []
    reader.model.model.layers[0].register_forward_pre_hook(
        lambda module, inputs: lengths.append(inputs[0].shape[1])
    )
    for documents in ((0,), (0, 1, "a", 2), (3, 4)):
        plan = plan_of(reader, documents, answer_tokens=1)
        total = sum(map(positions, parts_of(reader, plan)))
        reader.shelf.clear()
        lengths.clear()
        assert same(logits_read(reader, plan), logits_at_once(reader, plan))
        prefilled = lengths[:-1]  # the last one is the reference
        assert sum(prefilled) == total
        assert len(prefilled) <= total // 64 + 1
        lengths.clear()
        read(reader, plan)
        assert lengths == [positions(parts_of(reader, plan)[-1])]
