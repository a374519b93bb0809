from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from peft import LoraConfig, PeftModel

from complm_app.core.cache import Cache
from complm_app.engine import adapter, codec, loading
from complm_app.engine.compressor import ModelCompressor, most_on_card
from complm_app.engine.lanes import Lanes
from complm_app.engine.loading import load_model
from complm_app.engine.packing import flatten, pack_segments
from complm_app.engine.plans import ReadEmbeddings, ReaderDone, ReadingPlan
from complm_app.engine.protocol import Compressor, Model
from complm_app.engine.rates import Rate
from complm_app.engine.readout import concept_embeddings
from complm_app.errors import OutOfMemoryError
from tests.tiny_models import ARCHITECTURES, TEXT, add_compressor, save_model

Load = Callable[..., Model]
Folder = Callable[..., Path]


def segments_of(model: Model) -> list[list[int]]:
    tokens = [ids for ids, _ in model.tokenizer.tokenize(TEXT.splitlines())]
    return [ids[:12] for ids in tokens] + [ids[12:17] for ids in tokens]


def compressor_of(model: Model) -> ModelCompressor:
    assert isinstance(model.compressor, ModelCompressor)
    return model.compressor


def answer(model: Model, parts: tuple[ReadEmbeddings, ...]) -> str:
    plan = ReadingPlan(parts, (), "Who was the captain?", 12)
    *_, done = model.reader.read(plan)
    assert isinstance(done, ReaderDone)
    return done.text


@pytest.mark.parametrize("readout", ["mean", "eos"])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("ratio", [2, 4])
def test_each_segment_becomes_its_share_of_embeddings(
    load: Load, architecture: str, readout: str, ratio: int
) -> None:
    model = load(architecture, readout)
    segments = segments_of(model)
    blocks = compressor_of(model).compress(segments, ratio)
    assert [block.rows for block in blocks] == [-(-len(s) // ratio) for s in segments]
    assert {block.width for block in blocks} == {64}
    assert all(torch.isfinite(codec.decode(block)).all() for block in blocks)


@pytest.mark.parametrize("readout", ["mean", "eos"])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_segment_is_read_alone(load: Load, architecture: str, readout: str) -> None:
    model = load(architecture, readout)
    compressor, segments = compressor_of(model), segments_of(model)
    together = compressor.compress(segments, 2)
    for segment, block in zip(segments, together, strict=True):
        [alone] = compressor.compress([segment], 2)
        mine, reference = codec.decode(block).float(), codec.decode(alone).float()
        # bfloat16: rows of other lengths are summed in another order
        assert torch.nn.functional.cosine_similarity(mine, reference).min() > 0.99


@pytest.mark.parametrize("readout", ["mean", "eos"])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_same_segments_give_the_same_bytes_again(
    load: Load, architecture: str, readout: str
) -> None:
    model = load(architecture, readout)
    first, second = (compressor_of(model).compress(segments_of(model), 2) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_embeddings_from_the_cache_give_the_answer_of_fresh_ones(
    load: Load, architecture: str
) -> None:
    """Before and after a restart, and whatever was compressed and read in between."""
    model = load(architecture, "mean")
    blocks = compressor_of(model).compress(segments_of(model), 2)
    fresh = tuple(ReadEmbeddings(f"{i}", block) for i, block in enumerate(blocks))
    first = answer(model, fresh)
    compressor_of(model).compress(segments_of(model)[:3], 4)
    assert answer(model, fresh) == first
    assert answer(load(architecture, "mean"), fresh) == first


def test_the_adapter_is_off_while_reading(load: Load) -> None:
    with_adapter, without = load("qwen3", "mean"), load("qwen3")
    expected = answer(without, ())
    assert answer(with_adapter, ()) == expected != ""
    compressor_of(with_adapter).compress(segments_of(with_adapter), 2)
    assert answer(with_adapter, ()) == expected


def test_the_adapter_is_on_while_compressing(load: Load) -> None:
    model = load("qwen3", "eos")
    segments = segments_of(model)
    before = compressor_of(model).compress(segments, 2)
    places = compressor_of(model).adapter.places
    assert places
    for place in places:
        assert isinstance(place.adapted, torch.nn.Linear)
        assert isinstance(place.own, torch.nn.Linear)
        place.adapted.weight.data.copy_(place.own.weight)
    assert compressor_of(model).compress(segments, 2) != before


@pytest.mark.parametrize("quantization", ["none", "nf4", "int8"])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_merged_matrices_give_the_embeddings_of_the_two_small_ones(
    model_folder: Folder, monkeypatch: pytest.MonkeyPatch, architecture: str, quantization: str
) -> None:
    folder = model_folder(architecture, "mean")
    merged = load_model(folder, "cpu", quantization)
    monkeypatch.setattr(loading, "room_to_merge", lambda device: 0)
    apart = load_model(folder, "cpu", quantization)
    assert compressor_of(apart).adapter.merged_bytes == 0
    assert (compressor_of(merged).adapter.merged_bytes > 0) == (quantization != "int8")
    assert compressor_of(merged).fingerprint(2) == compressor_of(apart).fingerprint(2)
    segments = segments_of(merged)
    pairs = zip(*(compressor_of(m).compress(segments, 2) for m in (merged, apart)), strict=True)
    close = torch.nn.functional.cosine_similarity
    for mine, reference in pairs:
        assert close(codec.decode(mine).float(), codec.decode(reference).float()).min() > 0.99


@pytest.mark.parametrize("readout", ["mean", "eos"])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_segments_in_one_row_give_the_embeddings_of_rows_with_written_masks(
    load: Load, architecture: str, readout: str
) -> None:
    """In float32, and to rounding the same as each segment read alone by transformers' own."""
    model = load(architecture, readout)
    compressor, segments = compressor_of(model), segments_of(model)
    decoder = compressor.model.to(torch.float32)
    head = compressor.readout.to(torch.float32)
    packed = compressor._packed(segments, 2)
    assert len(packed.segment) == 1
    ids, lengths = flatten(segments)
    rows = pack_segments(ids, lengths, 2, head.config.readout, compressor._eos_id, 64)
    with torch.inference_mode():
        mine = concept_embeddings(decoder, head, packed)
        decoder.set_attn_implementation("sdpa")
        theirs = [concept_embeddings(decoder, head, each) for each in (rows, packed)]
    for reference in theirs:
        torch.testing.assert_close(mine, reference, rtol=1e-4, atol=1e-4)


def test_matrices_that_find_no_room_are_left_apart(
    model_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = model_folder("qwen3", "mean")
    whole = load_model(folder, "cpu", "none")
    merge, left = adapter.merged, [True, True, True]

    def merged(module: object, dtype: torch.dtype) -> torch.nn.Linear:
        if not left:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        left.pop()
        return merge(module, dtype)

    monkeypatch.setattr(adapter, "merged", merged)
    apart = load_model(folder, "cpu", "none")
    assert compressor_of(apart).adapter.merged_bytes == 0
    first, other = (compressor_of(m).compress(segments_of(m), 2)[0] for m in (whole, apart))
    assert torch.allclose(codec.decode(first), codec.decode(other), rtol=0.05, atol=0.05)


def test_only_the_layers_that_are_run_are_merged(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m", "qwen3")
    add_compressor(folder, "mean")
    whole = compressor_of(load_model(folder, device="cpu")).adapter
    config = folder / "compressor" / "compressor.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "layers": 1}))
    half = compressor_of(load_model(folder, device="cpu")).adapter
    assert half.merged_bytes * 2 == whole.merged_bytes
    assert len(whole.within(1).places) == len(half.places)


def test_the_fingerprint_is_the_same_after_a_restart(load: Load) -> None:
    first, second = load("qwen3", "mean").compressor, load("qwen3", "mean").compressor
    assert isinstance(first, ModelCompressor)
    assert isinstance(second, ModelCompressor)
    assert first.fingerprint(2) == second.fingerprint(2) != first.fingerprint(4)


@pytest.mark.parametrize(
    "file", ["model", "compressor/adapter_model", "compressor/readout"], ids=lambda f: f[-12:]
)
def test_other_weights_have_another_fingerprint(
    model_folder: Folder, tmp_path: Path, file: str
) -> None:
    original = model_folder("qwen3", "mean")
    changed = tmp_path / "changed"
    shutil.copytree(original, changed)
    weights = changed / f"{file}.safetensors"
    data = bytearray(weights.read_bytes())
    data[-3] ^= 1
    weights.write_bytes(data)
    assert fingerprint_of(changed) != fingerprint_of(original)


def test_another_tokenizer_has_another_fingerprint(model_folder: Folder, tmp_path: Path) -> None:
    original = model_folder("qwen3", "mean")
    changed = tmp_path / "changed"
    shutil.copytree(original, changed)
    tokenizer = json.loads((changed / "tokenizer.json").read_text())
    tokenizer["model"]["merges"].pop()
    (changed / "tokenizer.json").write_text(json.dumps(tokenizer))
    assert fingerprint_of(changed) != fingerprint_of(original)


def fingerprint_of(folder: Path) -> str:
    compressor: Compressor | None = load_model(folder, device="cpu").compressor
    assert compressor is not None
    return compressor.fingerprint(2)


def test_a_full_graphics_card_is_said_and_leaves_the_adapter_off(load: Load) -> None:
    model = load("qwen3", "mean")
    expected = answer(model, ())
    layer = compressor_of(model).model.model.layers[1]
    hook = layer.register_forward_pre_hook(run_out_of_memory)
    with pytest.raises(OutOfMemoryError):
        compressor_of(model).compress(segments_of(model), 2)
    hook.remove()
    assert answer(model, ()) == expected


def run_out_of_memory(module: torch.nn.Module, inputs: object) -> None:
    raise torch.OutOfMemoryError("CUDA out of memory.")


def test_no_segments_give_no_embeddings(load: Load) -> None:
    assert compressor_of(load("qwen3", "mean")).compress([], 2) == []


def test_a_segment_longer_than_a_row_is_compressed_too(load: Load) -> None:
    model = load("qwen3", "eos")
    [ids] = [ids for ids, _ in model.tokenizer.tokenize([TEXT * 3])]
    [block] = compressor_of(model).compress([ids], 2)
    assert block.rows == -(-len(ids) // 2) > 128


def test_compressing_in_half_the_layers_gives_other_embeddings(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "m", "qwen3")
    add_compressor(folder, "mean")
    whole = load_model(folder, device="cpu")
    config = folder / "compressor" / "compressor.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "layers": 1}))
    half = load_model(folder, device="cpu")
    mine = compressor_of(half).compress(segments_of(half), 2)
    assert mine != compressor_of(whole).compress(segments_of(whole), 2)
    assert len(compressor_of(half).model.model.layers) == 2


def test_embeddings_in_8_bits_have_keys_of_their_own_and_are_kept_whole(
    model_folder: Folder, tmp_path: Path
) -> None:
    folder = model_folder("qwen3", "mean")
    plain, packed = load_model(folder, "cpu"), load_model(folder, "cpu", embeddings_in_8_bits=True)
    assert compressor_of(packed).fingerprint(2) != compressor_of(plain).fingerprint(2)
    blocks = compressor_of(packed).compress(segments_of(packed), 2)
    for mine, reference in zip(
        blocks, compressor_of(plain).compress(segments_of(plain), 2), strict=True
    ):
        close = torch.nn.functional.cosine_similarity
        assert close(codec.decode(mine), codec.decode(reference).float()).min() > 0.999
    with Cache.open(tmp_path / "cache.db") as cache:
        cache.put_blocks("any", [(f"{n}", block) for n, block in enumerate(blocks)])
        assert list(cache.blocks(f"{n}" for n in range(len(blocks))).values()) == blocks
        assert cache.verify().removed == 0


def test_a_fast_processor_compresses_more_at_once(load: Callable[..., Model]) -> None:
    compressor = load("qwen3", "mean").compressor
    assert isinstance(compressor, ModelCompressor)
    assert compressor.batch_tokens() == 1024
    compressor.compress([tuple(range(5, 15))] * 4, 2)
    assert compressor._pace.amount == 40
    compressor._lanes = Lanes(2)
    for per_second, tokens in ((100_000, 4096), (8192, 4096), (4000, 2000), (100, 1024)):
        compressor._pace = Rate()
        compressor._pace.add(per_second, 1.0)
        assert compressor.batch_tokens() == tokens


@pytest.mark.parametrize(
    ("per_second", "room_tokens", "tokens"),
    [
        (None, 1 << 20, 4096),
        (1e6, 1 << 20, 32768),
        (1e6, 20_000, 16384),
        (40_000, 1 << 20, 16384),
        (4000, 1 << 20, 4096),
        (1e6, 0, 4096),
    ],
)
def test_a_card_that_unpacks_weights_does_it_for_as_many_tokens_as_time_and_memory_allow(
    per_second: float | None, room_tokens: int, tokens: int
) -> None:
    pace = Rate()
    pace.add(per_second or 0, 1.0)
    assert most_on_card(pace.seconds_for, lambda n: 1000 * n, 1000 * room_tokens) == tokens


def test_only_an_adapter_beside_packed_weights_has_them_unpacked(model_folder: Folder) -> None:
    pytest.importorskip("bitsandbytes")
    for quantization, room, unpacks in (
        ("nf4", 0, True),
        ("nf4", 1 << 30, False),
        ("none", 0, False),
    ):
        model = load_model(model_folder("qwen3"), "cpu", quantization).reader.model  # type: ignore[attr-defined]
        with loading.quiet_libraries():
            config = LoraConfig(target_modules=["q_proj"], inference_mode=True)
            wrapped = PeftModel(model, config, autocast_adapter_dtype=False)
        assert adapter.adapter_of(wrapped, None, room).unpacks is unpacks
