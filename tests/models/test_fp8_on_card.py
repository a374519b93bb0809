"""FP8 on a graphics card that computes in it: as the plain operations have it, on all paths."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from eight_bits import (
    adapter_of,
    bytes_of,
    embeddings_of,
    error,
    layer_of,
    likeness,
    numbers,
)
from reading import logits_at_once, logits_read, make_reader, plan_of, read, read_prefix
from torch import nn

from complm_app.engine.attention import use_fast_kernels
from complm_app.engine.decoding import _GRAPHS_FAIL, Steps, can_step
from complm_app.engine.fp8 import (
    Fp8Linear,
    fp8_works_on,
    pack_model,
    packed,
)
from complm_app.engine.fused import plainly_rounded_rows, rounded_rows, rounding_works_on
from complm_app.engine.loading import load_model
from complm_app.engine.plans import ReaderDone, ReadingPlan, ReadTokens
from complm_app.engine.reader import ModelReader
from complm_app.speed.memory import forget_peak, peak_bytes
from complm_app.speed.planned import compare
from complm_app.speed.run import SpeedRequest, measure
from complm_app.speed.subjects import plain_attention
from tests.tiny_models import ARCHITECTURES

NEW_ENOUGH = torch.cuda.is_available() and torch.cuda.get_device_capability() >= (8, 9)
pytestmark = pytest.mark.skipif(not NEW_ENOUGH, reason="there is no card that computes in FP8")

Folder = Callable[..., Path]
DOCUMENTS = (0, 1, "a", 2, 3, "b", 4)


def test_a_card_computes_in_8_bits_with_our_kernel() -> None:
    """Where it does not, FP8 is refused, or slower; nothing else tells."""
    assert fp8_works_on("cuda")
    assert rounding_works_on(torch.device("cuda", torch.cuda.current_device()))


@pytest.mark.parametrize("rows", [1, 2, 3, 16, 17, 1000])
@pytest.mark.parametrize("width", [16, 32, 256, 2560])
def test_a_card_rounds_as_plain_operations_do(rows: int, width: int) -> None:
    given = (numbers(rows, 2 * width) * numbers(rows, 1).exp()).bfloat16().cuda()
    given[rows // 2] = 0
    for each in (given, given[:, :width], given[:, width:]):
        made = rounded_rows(each)
        assert made is not None
        assert made[0].is_contiguous()
        assert made[1].is_contiguous()
        for mine, plain in zip(made, plainly_rounded_rows(each), strict=True):
            assert torch.equal(mine.float(), plain.float())


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize(("width", "rows"), [(256, 128), (64, 32), (16, 16), (9728, 2560)])
@pytest.mark.parametrize("count", [1, 2, 5, 16, 33, 1000])
def test_products_on_a_card_are_those_of_the_processor(
    count: int, width: int, rows: int, bias: bool
) -> None:
    layer, given = layer_of(width, rows, bias).bfloat16(), numbers(1, count, width).bfloat16()
    on_card, on_processor = packed(layer, "cuda"), packed(layer)
    assert torch.equal(on_card.weight.cpu(), on_processor.weight)
    made = on_card(given.cuda())
    assert (made.shape, made.dtype) == ((1, count, rows), torch.bfloat16)
    assert error(made.cpu(), on_processor(given)) < 0.02  # a card sums up in less than float32


@torch.inference_mode()
def test_a_layer_is_recorded_and_replayed() -> None:
    layer, given = packed(layer_of().bfloat16(), "cuda"), torch.zeros(1, 1, 256).bfloat16().cuda()
    layer(given)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        made = layer(given)
    for scale in (1, 100, 0):
        given.copy_(numbers(1, 1, 256) * scale)
        graph.replay()
        assert torch.equal(made, layer(given))


@pytest.fixture(params=ARCHITECTURES)
def readers(request: pytest.FixtureRequest) -> tuple[ModelReader, ModelReader]:
    """The same 8-bit weights: read in float32 on the processor, and on the card as the program
    does."""
    reference = make_reader(request.param, dtype=torch.bfloat16)
    on_card = make_reader(request.param, device="cuda", dtype=torch.bfloat16)
    pack_model(on_card.model, "cuda")
    use_fast_kernels(on_card.model)
    reference.model.float()
    pack_model(reference.model, "cpu")
    return reference, on_card


def test_all_ways_to_read_are_as_exact_as_the_plain_one(
    readers: tuple[ModelReader, ModelReader],
) -> None:
    reference, reader = readers
    for documents in ((0, 1, "a"), DOCUMENTS, DOCUMENTS):
        plan = plan_of(reference, documents, "Who was the captain?", verbatim=[1])
        exact = logits_at_once(reference, plan)
        with plain_attention(reader.model):
            plain = logits_at_once(reader, plan)
        allowed = 2 * error(plain.cpu(), exact) + 0.02
        assert error(logits_read(reader, plan).cpu(), exact) <= allowed
        assert error(logits_at_once(reader, plan).cpu(), exact) <= allowed
    assert read(reader, plan_of(reference, DOCUMENTS))[1] > 100


def test_a_recorded_step_writes_what_the_same_step_writes(
    readers: tuple[ModelReader, ModelReader],
) -> None:
    _, reader = readers
    recorded, plain = read_prefix(reader), read_prefix(reader)
    assert can_step(reader.model, recorded)
    steps = Steps(reader.model)
    written = list(steps.run(recorded, 40, 30))
    assert steps._graph is not None
    setattr(reader.model, _GRAPHS_FAIL, True)
    assert list(Steps(reader.model).run(plain, 40, 30)) == written


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_card_loads_compresses_and_answers(model_folder: Folder, architecture: str) -> None:
    folder = model_folder(architecture, "mean")
    whole = load_model(folder, "cuda", "none")
    model = load_model(folder, "cuda", "fp8")
    assert isinstance(model.reader, ModelReader)
    assert isinstance(whole.reader, ModelReader)
    assert likeness(model.reader.model, whole.reader.model) > 0.97
    assert all(isinstance(p.adapted, Fp8Linear) for p in adapter_of(model).places)
    assert embeddings_of(model).equal(embeddings_of(model))
    pair = embeddings_of(model), embeddings_of(whole)
    assert torch.cosine_similarity(*pair, -1).mean() > 0.97
    tensors = (*model.reader.model.parameters(), *model.reader.model.buffers())
    assert all(tensor.is_cuda for tensor in tensors)
    plan = ReadingPlan((ReadTokens(tuple(range(50, 90))),), (), "Who?", 12)
    *_, done = model.reader.read(plan)
    *_, again = model.reader.read(plan)
    *_, third = model.reader.read(plan)
    assert isinstance(done, ReaderDone)
    assert third == again
    assert model.memory is not None
    assert model.memory.model == pytest.approx(bytes_of(model.reader.model), rel=0.1)


class ManyLayers(nn.Sequential):
    """What `pack_model` knows of a model."""

    def get_output_embeddings(self) -> None:
        return None


def test_a_whole_model_is_never_on_the_card() -> None:
    packed(layer_of(2048, 2048).bfloat16(), "cuda")  # makes room for what stays
    model = ManyLayers(*(layer_of(2048, 2048).bfloat16() for _ in range(20)))
    before = torch.cuda.memory_allocated()
    forget_peak("cuda")
    pack_model(model, "cuda")
    assert peak_bytes("cuda") - before < 1.3 * bytes_of(model)


def test_memory_is_planned_within_a_tenth_of_what_is_taken_in_8_bits() -> None:
    assert fp8_works_on("cuda")  # which takes cuBLAS's own memory, as the first product does
    for row in compare(SpeedRequest("small", (16_000,), (2,), ("fp8",), "cuda")):
        assert row["planned_to_measured"] == pytest.approx(1, abs=0.1), row


def test_rows_of_the_benchmark_are_measured_in_8_bits() -> None:
    lines: list[str] = []
    [row] = measure(SpeedRequest("tiny", (2000,), (2,), ("fp8",), "cuda", runs=1), lines.append)
    assert not any("out of memory" in line for line in lines)
    assert row["dtype"] == "fp8"
    assert all(value for value in row.values())
