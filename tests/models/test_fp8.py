"""Models in 8-bit floating point, by plain operations; test_fp8_on_card.py has the card's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from eight_bits import (
    adapter_of,
    bytes_of,
    compressor_of,
    embeddings_of,
    error,
    layer_of,
    likeness,
    numbers,
)
from reading import make_reader
from torch import nn

from complm_app.engine import placement
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
from complm_app.engine.loading import load_model
from complm_app.engine.plans import ReaderDone, ReadingPlan, ReadTokens
from complm_app.engine.reader import ModelReader
from complm_app.errors import ModelIncompatibleError, SettingsError
from complm_app.speed.subjects import check_dtype
from tests.tiny_models import ARCHITECTURES, TEXT

Folder = Callable[..., Path]


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
