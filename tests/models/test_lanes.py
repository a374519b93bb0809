"""Several threads compress at once, and nobody else notices."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from complm_app.engine import codec, lanes
from complm_app.engine.compressor import ModelCompressor
from complm_app.engine.lanes import THREAD_NAME, Lanes, lanes_for, shares_of
from complm_app.engine.loading import load_model
from complm_app.engine.protocol import Model
from complm_app.errors import OutOfMemoryError
from tests.tiny_models import ARCHITECTURES

Load = Callable[..., Model]
SEGMENTS = [[5 + (13 * n + k) % 200 for k in range(9 + n % 8)] for n in range(120)]
TOKENS = sum(map(len, SEGMENTS))
SECONDS = 30.0
"""For another thread, at most."""


@pytest.fixture
def two_threads() -> Iterator[None]:
    """Of torch."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def with_lanes(model: Model, count: int) -> ModelCompressor:
    assert isinstance(model.compressor, ModelCompressor)
    model.compressor._lanes = Lanes(count)
    return model.compressor


def lane_threads() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name.startswith(THREAD_NAME)]


@pytest.mark.parametrize("readout", ["mean", "eos"])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_lanes_give_the_embeddings_of_one_lane(load: Load, architecture: str, readout: str) -> None:
    model = load(architecture, readout)
    alone = with_lanes(model, 1).compress(SEGMENTS, 2)
    several = with_lanes(model, 3)
    assert several._lanes.shares(TOKENS) == 3
    for mine, reference in zip(several.compress(SEGMENTS, 2), alone, strict=True):
        assert mine.rows == reference.rows
        one, other = codec.decode(mine).float(), codec.decode(reference).float()
        # bfloat16: rows of other lengths are summed in another order
        assert torch.nn.functional.cosine_similarity(one, other).min() > 0.99


def test_all_lanes_work_at_once_and_results_keep_their_order() -> None:
    together = threading.Barrier(3)

    def work(share: int) -> int:
        together.wait(SECONDS)
        return share * share

    assert Lanes(3).run(work, range(6)) == [0, 1, 4, 9, 16, 25]


def test_the_caller_does_what_a_lane_that_is_held_up_leaves() -> None:
    rest, others = threading.Event(), []

    def work(share: int) -> None:
        if threading.current_thread() is not threading.main_thread():
            others.append(share)
            assert rest.wait(SECONDS)
        elif share == 1:
            rest.set()

    Lanes(2).run(work, range(5))
    assert others in ([], [0])


@pytest.mark.parametrize("failing", ["the caller", "another lane"])
def test_an_error_reaches_the_caller_when_no_lane_is_at_work(failing: str) -> None:
    together, ended = threading.Barrier(2), []

    def work(share: int) -> None:
        together.wait(SECONDS)
        mine = threading.current_thread() is threading.main_thread()
        if mine == (failing == "the caller"):
            raise KeyError(share)
        ended.append(share)

    pair = Lanes(2)
    for _ in range(2):
        with pytest.raises(KeyError):
            pair.run(work, range(2))
        assert len(ended) == 1
        ended.clear()


def test_memory_that_runs_out_in_lanes_is_said_and_leaves_the_model_as_it_was(load: Load) -> None:
    compressor = with_lanes(load("qwen3", "mean"), 2)
    expected = compressor.compress(SEGMENTS, 2)
    hook = compressor.model.model.layers[1].register_forward_pre_hook(run_out_of_memory)
    with pytest.raises(OutOfMemoryError):
        compressor.compress(SEGMENTS, 2)
    hook.remove()
    for place in compressor.adapter.places:
        assert getattr(place.parent, place.name) is place.own
    assert compressor.compress(SEGMENTS, 2) == expected


def run_out_of_memory(module: torch.nn.Module, inputs: object) -> None:
    raise torch.OutOfMemoryError("CUDA out of memory.")


@pytest.mark.usefixtures("two_threads")
def test_a_lane_has_one_thread_and_all_others_have_as_many_as_before() -> None:
    together = threading.Barrier(3)

    def threads(_: object) -> int:
        together.wait(SECONDS)
        return torch.get_num_threads()

    assert Lanes(3).run(threads, range(3)) == [1, 1, 1]
    later: list[int] = []
    thread = threading.Thread(target=lambda: later.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert [torch.get_num_threads(), *later] == [2, 2]


@pytest.mark.parametrize(
    ("cores", "threads", "count"),
    [(1, 1, 1), (2, 1, 2), (2, 2, 2), (4, 3, 4), (8, 7, 8), (16, 15, 16), (16, 4, 5)],
)
def test_there_is_a_lane_for_each_core(
    load: Load, monkeypatch: pytest.MonkeyPatch, cores: int, threads: int, count: int
) -> None:
    monkeypatch.setattr(lanes, "cores", lambda: cores)
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    compressor = load("qwen3", "mean").compressor
    assert isinstance(compressor, ModelCompressor)
    assert compressor._lanes.count == count


def test_quantized_layers_are_run_in_one_lane(model_folder: Callable[..., Path]) -> None:
    compressor = load_model(model_folder("qwen3", "mean"), "cpu", "nf4").compressor
    assert isinstance(compressor, ModelCompressor)
    assert lanes_for(compressor.model) == compressor._lanes.count == 1


@pytest.mark.parametrize(
    ("tokens", "shares"), [(511, 1), (512, 2), (1024, 2), (4095, 2), (4096, 4)]
)
def test_small_batches_are_cut_less(tokens: int, shares: int) -> None:
    assert Lanes(2).shares(tokens) == shares


@pytest.mark.usefixtures("two_threads")
def test_few_lanes_are_left_to_the_threads_of_torch() -> None:
    assert [Lanes(3).shares(tokens) for tokens in (512, 768)] == [1, 3]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 200])
def test_shares_are_even_and_in_order(count: int) -> None:
    shares = shares_of(SEGMENTS, count)
    assert [segment for share in shares for segment in share] == SEGMENTS
    assert len(shares) == min(count, len(SEGMENTS))
    sizes = [sum(map(len, share)) for share in shares]
    assert max(sizes) - min(sizes) <= 2 * max(map(len, SEGMENTS))


def test_lanes_end_with_the_model(load: Load) -> None:
    gc.collect()
    before = lane_threads()
    model = load("qwen3", "mean")
    with_lanes(model, 3).compress(SEGMENTS, 2)
    mine = [each for each in lane_threads() if each not in before]
    assert mine
    del model
    gc.collect()
    for each in mine:
        each.join(SECONDS)
    assert not any(each.is_alive() for each in mine)
