"""Models in 8-bit floating point: on a processor by plain operations, on a card by its units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from reading import logits_at_once, logits_read, make_reader, plan_of, read, read_prefix
from torch import Tensor, nn

from complm_app.engine import codec, placement
from complm_app.engine.adapter import Adapter
from complm_app.engine.attention import use_fast_kernels
from complm_app.engine.compressor import ModelCompressor
from complm_app.engine.decoding import _GRAPHS_FAIL, Steps, can_step
from complm_app.engine.folder import inspect
from complm_app.engine.fp8 import (
    Fp8Linear,
    Rounding,
    can_pack,
    exact_weight,
    fp8_works_on,
    pack_model,
    packed,
    repacked,
)
from complm_app.engine.fused import plainly_rounded_rows, rounded_rows, rounding_works_on
from complm_app.engine.loading import load_model
from complm_app.engine.plans import ReaderDone, ReadingPlan, ReadTokens
from complm_app.engine.protocol import Model
from complm_app.engine.reader import ModelReader
from complm_app.errors import ModelIncompatibleError, SettingsError
from complm_app.speed.memory import forget_peak, peak_bytes
from complm_app.speed.planned import compare
from complm_app.speed.run import SpeedRequest, measure
from complm_app.speed.subjects import check_dtype, plain_attention
from tests.tiny_models import ARCHITECTURES, TEXT, make_text_tokenizer

Folder = Callable[..., Path]
DOCUMENTS = (0, 1, "a", 2, 3, "b", 4)

NEW_CARD = torch.cuda.is_available() and torch.cuda.get_device_capability() >= (8, 9)
on_a_card = pytest.mark.skipif(not NEW_CARD, reason="there is no card that computes in FP8")


def layer_of(width: int = 256, rows: int = 128, bias: bool = False) -> nn.Linear:
    torch.manual_seed(3)
    return nn.Linear(width, rows, bias=bias).requires_grad_(False)


def numbers(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(5))


def error(mine: Tensor, exact: Tensor) -> float:
    return float((mine.float() - exact.float()).norm() / exact.float().norm())


def bytes_of(module: nn.Module) -> int:
    return sum(t.nbytes for t in (*module.parameters(), *module.buffers()))


@pytest.fixture
def on_a_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it were one that a model may be put on in FP8."""
    monkeypatch.setattr(placement, "fp8_works_on", lambda device: True)


# ---- a layer


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("shape", [(7, 256), (1, 5, 256), (2, 3, 4, 256), (1, 1, 256), (256,)])
def test_products_are_those_of_the_layer_up_to_rounding(shape: tuple[int, ...], bias: bool) -> None:
    layer, given = layer_of(bias=bias), numbers(*shape)
    made = packed(layer)(given)
    assert (made.shape, made.dtype) == ((*shape[:-1], 128), given.dtype)
    assert 0 < error(made, layer(given)) < 0.04


def test_nothing_and_zeros_are_read_too() -> None:
    layer = packed(layer_of())
    assert layer(torch.empty(1, 0, 256)).shape == (1, 0, 128)
    assert torch.equal(layer(torch.zeros(3, 256)), torch.zeros(3, 128))


def test_rounding_twice_changes_nothing() -> None:
    layer = packed(layer_of())
    whole = layer.unpacked()
    assert error(whole, layer_of().weight) < 0.04
    assert torch.equal(repacked(layer, whole).weight, layer.weight)
    torch.testing.assert_close(repacked(layer, whole).unpacked(), whole)


def test_a_weight_takes_a_byte_and_a_row_a_scale() -> None:
    assert bytes_of(packed(layer_of())) == 256 * 128 + 4 * 128


def test_another_dtype_leaves_the_numbers_as_they_are() -> None:
    layer = packed(layer_of(bias=True))
    before, scale = layer.unpacked(), layer.scale_bits.clone()
    layer.to(torch.bfloat16)
    assert torch.equal(layer.unpacked(), before)
    assert torch.equal(layer.scale_bits, scale)
    assert layer(numbers(2, 256).bfloat16()).dtype == torch.bfloat16


def test_only_layers_that_a_card_can_take_are_packed() -> None:
    assert can_pack(nn.Linear(16, 32))
    assert not can_pack(nn.Linear(16, 40))
    assert not can_pack(nn.Linear(24, 32))
    assert not can_pack(packed(nn.Linear(16, 32)))


def test_layers_that_read_the_same_round_it_once_and_keep_nothing() -> None:
    rounding, given = Rounding(), numbers(4, 64)
    first = rounding.of(given, is_last=False)
    assert rounding.of(given, is_last=False)[0] is first[0]
    assert rounding.of(given.clone(), is_last=False)[0] is not first[0]
    rounding.of(given, is_last=True)
    assert rounding._last is None


# ---- a model


@torch.inference_mode()
def likeness(model: Any, whole: Any) -> float:
    """Mean cosine of the logits for a text."""
    ids = torch.tensor([make_text_tokenizer(chat=True).text_ids(TEXT)])
    mine, exact = (each(ids.to(each.device)).logits.float().cpu() for each in (model, whole))
    return float(torch.cosine_similarity(mine, exact, -1).mean())


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_model_in_8_bits_reads_nearly_as_before(architecture: str) -> None:
    whole, reader = make_reader(architecture), make_reader(architecture)
    pack_model(reader.model, "cpu")
    assert likeness(reader.model, whole.model) > 0.97
    layers = [m for m in reader.model.modules() if isinstance(m, nn.Linear)]
    plain = [m for m in layers if not isinstance(m, Fp8Linear)]
    assert plain == [reader.model.get_output_embeddings()]
    assert len(layers) == 2 * 7 + 1
    assert {m.rounding._last for m in layers if isinstance(m, Fp8Linear)} == {None}
    assert reader.model.dtype == torch.float32


def compressor_of(model: Model) -> ModelCompressor:
    assert isinstance(model.compressor, ModelCompressor)
    return model.compressor


def embeddings_of(model: Model) -> Tensor:
    tokens = [ids for ids, _ in model.tokenizer.tokenize(TEXT.splitlines())]
    blocks = compressor_of(model).compress([ids[:12] for ids in tokens], 2)
    return torch.cat([codec.decode(block).float() for block in blocks])


def adapter_of(model: Model) -> Adapter:
    return compressor_of(model).adapter


@pytest.mark.usefixtures("on_a_processor")
def test_it_loads_compresses_and_answers(model_folder: Folder) -> None:
    folder = model_folder("qwen3", "mean")
    model, whole = load_model(folder, "cpu", "fp8"), load_model(folder, "cpu", "none")
    assert "FP8 (8 bits): as asked for" in model.description
    tokens = [tuple(ids) for ids, _ in model.tokenizer.tokenize(TEXT.splitlines())]
    *_, done = model.reader.read(ReadingPlan((ReadTokens(tokens[0]),), (), "Who?", 4))
    assert isinstance(done, ReaderDone)
    pair = embeddings_of(model), embeddings_of(whole)
    assert torch.cosine_similarity(*pair, -1).mean() > 0.97
    assert compressor_of(model).fingerprint(2) != compressor_of(whole).fingerprint(2)
    assert isinstance(model.reader, ModelReader)
    assert model.reader.identity != whole.reader.identity  # type: ignore[attr-defined]
    packed_layers = [m for m in model.reader.model.modules() if isinstance(m, Fp8Linear)]
    assert all(layer.exact is None for layer in packed_layers)
    assert model.memory is not None
    assert model.memory.model == pytest.approx(bytes_of(model.reader.model), rel=0.1)


@pytest.mark.usefixtures("on_a_processor")
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_merged_adapter_is_rounded_once(
    model_folder: Folder, architecture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = model_folder(architecture, "mean")
    merged, whole = load_model(folder, "cpu", "fp8"), load_model(folder, "cpu", "none")
    for mine, exact in zip(adapter_of(merged).places, adapter_of(whole).places, strict=True):
        assert isinstance(mine.adapted, Fp8Linear)
        assert isinstance(mine.own, Fp8Linear)
        assert isinstance(exact.adapted, nn.Linear)
        once = packed(exact.adapted).weight  # but for bfloat16 in between
        assert torch.eq(mine.adapted.weight, once).float().mean() > 0.95
        assert mine.adapted.rounding is mine.own.rounding
    taken = [bytes_of(place.adapted) for place in adapter_of(merged).places]
    assert adapter_of(merged).merged_bytes == sum(taken)
    assert not adapter_of(merged).unpacks
    monkeypatch.setattr("complm_app.engine.loading.room_to_merge", lambda device: 0)
    apart = load_model(folder, "cpu", "fp8")
    assert adapter_of(apart).merged_bytes == 0
    pair = embeddings_of(merged), embeddings_of(apart)
    assert torch.cosine_similarity(*pair, -1).mean() > 0.97


def test_what_the_weights_were_is_known_as_long_as_it_is_needed() -> None:
    layer = layer_of()
    mine = packed(layer)
    mine.exact = layer.weight
    assert exact_weight(mine) is layer.weight
    mine.exact = None
    assert torch.equal(exact_weight(mine), mine.unpacked())


# ---- where it may be asked for


def test_a_processor_is_refused(model_folder: Folder) -> None:
    with pytest.raises(SettingsError, match="graphics card") as refused:
        load_model(model_folder("qwen3"), "cpu", "fp8")
    assert "nf4" in refused.value.hint
    with pytest.raises(SettingsError, match="graphics card"):
        check_dtype("fp8", "cpu")
    assert not fp8_works_on("cpu")


@pytest.mark.usefixtures("on_a_processor")
def test_a_model_that_is_stored_quantized_is_refused(model_folder: Folder) -> None:
    stored = replace(inspect(model_folder("qwen3")), stored="nf4")
    with pytest.raises(ModelIncompatibleError, match="stored quantized"):
        placement.placements(stored, "cpu", "fp8")


@pytest.mark.usefixtures("on_a_processor")
def test_8_bits_are_tried_before_4_where_the_device_computes_in_them(
    model_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = inspect(model_folder("qwen3"))
    kinds = [each.quantization for each in placement.placements(found, "cpu", "auto")]
    assert kinds == ["none", "fp8", "nf4"]
    large = replace(found, parameters=int(placement.free_memory("cpu") * 0.55))
    assert placement.plan_placement(large, "cpu", "auto").quantization == "fp8"


# ---- on a card


@on_a_card
def test_a_card_computes_in_8_bits_with_our_kernel() -> None:
    """Where it does not, FP8 is refused, or slower; nothing else tells."""
    assert fp8_works_on("cuda")
    assert rounding_works_on(torch.device("cuda", torch.cuda.current_device()))


@on_a_card
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


@on_a_card
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
    assert error(made.cpu(), on_processor(given)) < 0.01


@on_a_card
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


@on_a_card
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


@on_a_card
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


@on_a_card
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


@on_a_card
def test_a_whole_model_is_never_on_the_card() -> None:
    packed(layer_of(2048, 2048).bfloat16(), "cuda")  # makes room for what stays
    model = ManyLayers(*(layer_of(2048, 2048).bfloat16() for _ in range(20)))
    before = torch.cuda.memory_allocated()
    forget_peak("cuda")
    pack_model(model, "cuda")
    assert peak_bytes("cuda") - before < 1.3 * bytes_of(model)


@on_a_card
def test_memory_is_planned_within_a_tenth_of_what_is_taken_in_8_bits() -> None:
    for row in compare(SpeedRequest("small", (16_000,), (2,), ("fp8",), "cuda")):
        assert row["planned_to_measured"] == pytest.approx(1, abs=0.1), row


@on_a_card
def test_rows_of_the_benchmark_are_measured_in_8_bits() -> None:
    lines: list[str] = []
    [row] = measure(SpeedRequest("tiny", (2000,), (2,), ("fp8",), "cuda", runs=1), lines.append)
    assert not any("out of memory" in line for line in lines)
    assert row["dtype"] == "fp8"
    assert all(value for value in row.values())
