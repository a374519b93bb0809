"""On a graphics card, every path gives the logits of the plain one, in every family.

The reference is float32 on the processor. In bfloat16 ours may be no further from it than
transformers' own forward pass on the card is, up to chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from reading import (
    RunsOutOfMemory,
    logits_at_once,
    logits_read,
    make_reader,
    plan_of,
    read,
)
from torch import Tensor

from complm_app.core.cache import Cache
from complm_app.core.snapshots import Snapshots
from complm_app.engine import codec
from complm_app.engine.attention import use_fast_kernels
from complm_app.engine.compressor import ModelCompressor
from complm_app.engine.fused import works_on
from complm_app.engine.gates import plain_gates
from complm_app.engine.loading import load_model
from complm_app.engine.plans import ReaderDone, ReadingPlan, ReadTokens
from complm_app.engine.reader import ModelReader
from complm_app.engine.rotary import _Rotation, rotated
from complm_app.engine.snapshots import PrefixStore
from complm_app.speed.planned import compare
from complm_app.speed.run import SpeedRequest, measure
from complm_app.speed.subjects import plain_attention
from tests.tiny_models import ARCHITECTURES, TEXT

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")

DTYPES = (torch.float32, torch.bfloat16)
DOCUMENTS = (0, 1, "a", 2, 3, "b", 4)
Folder = Callable[..., Path]


@pytest.fixture(params=[(name, dtype) for name in ARCHITECTURES for dtype in DTYPES], ids=str)
def readers(request: pytest.FixtureRequest) -> tuple[ModelReader, ModelReader]:
    """The reference, and the same model on the card as the program runs it."""
    name, dtype = request.param
    on_card = make_reader(name, device="cuda", dtype=dtype)
    use_fast_kernels(on_card.model)
    return make_reader(name), on_card


def check(mine: Tensor, plain: Tensor, reference: Tensor) -> None:
    """`plain` is transformers' forward pass on the card."""
    mine, plain = mine.cpu().float(), plain.cpu().float()
    allowed = 2 * (plain - reference).norm() + 2e-3 * reference.norm()
    assert (mine - reference).norm() <= allowed


def plain_logits(reader: ModelReader, plan: ReadingPlan) -> Tensor:
    with plain_attention(reader.model):
        return logits_at_once(reader, plan)


@contextmanager
def documents_on_disk(
    reader: ModelReader, plan: ReadingPlan, folder: Path
) -> Iterator[ReadingPlan]:
    """The plan's documents are read and stored; what asks about them alone."""
    with Cache.open(folder / "cache.db") as cache:
        snapshots = Snapshots(cache, 1 << 30)
        reader.store = PrefixStore(snapshots, "m", extent_bytes=20_000, least_positions=1)
        lasting = ReadingPlan(plan.documents, (), "What?", 4, lasting=True)
        read(reader, lasting)
        while reader.rest():
            pass
        yield lasting


def test_kernels_of_our_own_work_here() -> None:
    """Where they do not, all is slower, and nothing else tells."""
    assert works_on(torch.device("cuda", torch.cuda.current_device()))


@pytest.mark.parametrize("shape", [(1, 8, 2100, 128), (1, 1, 5, 64), (1, 4, 1, 16)])
def test_rotations_are_as_exact_as_the_plain_ones(shape: tuple[int, ...]) -> None:
    q = torch.randn(shape[0], shape[2], shape[1], shape[3], device="cuda").bfloat16()
    angles = torch.rand(1, shape[2], shape[3] // 2, device="cuda").repeat(1, 1, 2) * 6
    cos, sin = angles.cos().bfloat16(), angles.sin().bfloat16()
    given = q.transpose(1, 2), q[:, :, :1].transpose(1, 2)
    exact = rotated(*(each.float() for each in (*given, cos, sin)))
    for mine, right in zip(_Rotation()(*given, cos, sin), exact, strict=True):
        assert mine.shape == right.shape
        assert mine.transpose(1, 2).is_contiguous()
        torch.testing.assert_close(mine.float(), right, rtol=0.01, atol=0.01)


@pytest.mark.parametrize("architecture", ["qwen3", "llama", "mistral"])
def test_gates_are_fused_where_they_are_the_usual_ones(architecture: str) -> None:
    model = make_reader(architecture, device="cuda", dtype=torch.bfloat16).model
    plain = model.model.layers[0].mlp
    use_fast_kernels(model)
    assert "forward" in vars(plain)
    hidden = torch.randn(1, 7, 64, device="cuda").bfloat16()
    with torch.inference_mode():
        mine = plain(hidden)
        with plain_gates(model):
            assert "forward" not in vars(plain)
            torch.testing.assert_close(mine, plain(hidden), rtol=0.05, atol=0.02)
    assert "forward" in vars(plain)


def test_reading_in_chunks_on_top_of_a_prefix_and_at_once_agree(
    readers: tuple[ModelReader, ModelReader],
) -> None:
    reference, reader = readers
    for documents in ((0, 1, "a"), DOCUMENTS, DOCUMENTS):
        plan = plan_of(reference, documents, "Who was the captain?", verbatim=[1])
        right, plain = logits_at_once(reference, plan), plain_logits(reader, plan)
        check(logits_read(reader, plan), plain, right)
        check(logits_at_once(reader, plan), plain, right)
    assert read(reader, plan_of(reference, DOCUMENTS))[1] > 100


def test_a_prefix_from_disk_gives_the_logits_of_the_one_in_memory(
    readers: tuple[ModelReader, ModelReader], tmp_path: Path
) -> None:
    reference, reader = readers
    plan = plan_of(reference, DOCUMENTS, "Who was the captain?")
    right, plain = logits_at_once(reference, plan), plain_logits(reader, plan)
    with documents_on_disk(reader, plan, tmp_path) as lasting:
        from_memory = logits_read(reader, plan)
        reader.release()
        assert torch.equal(logits_read(reader, plan), from_memory)
        check(from_memory, plain, right)
        reader.release()
        assert read(reader, lasting)[1] > 100


def test_a_card_that_is_ready_has_nothing_left_to_do_and_answers_as_before(
    readers: tuple[ModelReader, ModelReader],
) -> None:
    reference, reader = readers
    assert reader.rest()
    while reader.rest():
        pass
    plan = plan_of(reference, DOCUMENTS, "Who was the captain?")
    right, plain = logits_at_once(reference, plan), plain_logits(reader, plan)
    check(logits_read(reader, plan), plain, right)


def test_a_card_finds_out_that_what_it_was_given_of_a_prefix_is_damaged(
    readers: tuple[ModelReader, ModelReader], tmp_path: Path
) -> None:
    reference, reader = readers
    plan = plan_of(reference, DOCUMENTS, "Who was the captain?")
    right, plain = logits_at_once(reference, plan), plain_logits(reader, plan)
    with documents_on_disk(reader, plan, tmp_path):
        for file in (folder := tmp_path / "prefixes").iterdir():
            data = bytearray(file.read_bytes())
            data[-5] ^= 1
            file.write_bytes(data)
        reader.release()
        check(logits_read(reader, plan), plain, right)
        assert not list(folder.iterdir())


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_answer_is_the_one_without_any_cache(architecture: str) -> None:
    reference, reader = make_reader(architecture), make_reader(architecture, device="cuda")
    use_fast_kernels(reader.model)
    plan = plan_of(reference, DOCUMENTS, answer_tokens=40)
    assert read(reader, plan)[0] == read(reference, plan)[0] != ""


@pytest.mark.parametrize("readout", ["mean", "eos"])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_concept_embeddings_are_those_of_the_processor(
    model_folder: Folder, architecture: str, readout: str
) -> None:
    folder = model_folder(architecture, readout)
    made = []
    for device in ("cpu", "cuda"):
        model = load_model(folder, device, "none")
        assert isinstance(model.compressor, ModelCompressor)
        tokens = [ids for ids, _ in model.tokenizer.tokenize(TEXT.splitlines())]
        segments = [ids[:12] for ids in tokens] + [ids[12:17] for ids in tokens]
        first, again = (model.compressor.compress(segments, 2) for _ in range(2))
        assert first == again
        made.append(first)
    for mine, reference in zip(*made, strict=True):
        pair = codec.decode(mine).float(), codec.decode(reference).float()
        assert torch.nn.functional.cosine_similarity(*pair).min() > 0.98


@pytest.mark.parametrize("eight_bits", [False, True])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
def test_stored_embeddings_reach_the_card_as_they_are(dtype: torch.dtype, eight_bits: bool) -> None:
    blocks = [codec.encode(torch.randn(rows, 33).to(dtype), eight_bits) for rows in (1, 7, 30)]
    there = codec.decode_all(blocks, torch.device("cuda"))
    assert torch.equal(there.cpu(), codec.decode_all(blocks))


@pytest.mark.parametrize("quantization", ["none", "nf4", "int8"])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_quantization_loads_compresses_and_answers(
    model_folder: Folder, architecture: str, quantization: str
) -> None:
    if quantization != "none":
        pytest.importorskip("bitsandbytes")
    model = load_model(model_folder(architecture, "mean"), "cuda", quantization)
    tokens = [tuple(ids) for ids, _ in model.tokenizer.tokenize(TEXT.splitlines())]
    assert model.compressor is not None
    assert model.compressor.compress([tokens[1]], 2)[0].rows == -(-len(tokens[1]) // 2)
    plan = ReadingPlan((ReadTokens(tokens[0]), ReadTokens(tokens[2])), (), "Who?", 12)
    *_, done = model.reader.read(plan)
    assert isinstance(done, ReaderDone)
    assert isinstance(model.reader, ModelReader)
    *_, again = model.reader.read(plan)
    *_, third = model.reader.read(plan)
    assert third == again
    if quantization == "none":  # else rounding depends on how many rows are read at once
        assert again == done
    assert model.memory is not None
    assert (model.memory.compressor > 0) == (quantization != "int8")
    weights = sum(p.nbytes for p in model.reader.model.parameters())
    if quantization != "nf4":  # whose scales are kept beside the parameters
        assert model.memory.model == pytest.approx(weights, rel=0.1)


def test_the_logits_of_quantized_weights_are_those_of_the_processor(model_folder: Folder) -> None:
    """Rounding to 4 bits changes random weights much, so whole ones are no measure."""
    pytest.importorskip("bitsandbytes")
    for quantization, least in (("none", 0.98), ("nf4", 0.97), ("int8", 0.95)):
        logits = []
        for device in ("cpu", "cuda"):
            reader = load_model(model_folder("qwen3"), device, quantization).reader
            assert isinstance(reader, ModelReader)
            ids = torch.tensor([reader.tokenizer.text_ids(TEXT)], device=device)
            with torch.inference_mode():
                logits.append(reader.model(ids).logits.float().cpu())
        assert torch.nn.functional.cosine_similarity(*logits, -1).mean() > least, quantization


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_chunks_that_do_not_fit_are_halved(architecture: str) -> None:
    reference = make_reader(architecture)
    reader = make_reader(architecture, device="cuda", chunk=256)
    use_fast_kernels(reader.model)
    read(reader, plan_of(reference, (0,)))
    plan = plan_of(reference, DOCUMENTS)
    full = RunsOutOfMemory(most=80)
    hook = reader.model.model.layers[1].register_forward_pre_hook(full)
    mine = logits_read(reader, plan)
    hook.remove()
    assert full.times > 0
    check(mine, plain_logits(reader, plan), logits_at_once(reference, plan))


@contextmanager
def little_memory(free_bytes: int) -> Iterator[None]:
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_reserved() + free_bytes) / total)
    try:
        yield
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
        torch.cuda.empty_cache()


def test_a_card_that_is_really_full_is_read_on_in_smaller_chunks() -> None:
    """In float32 the attention over a chunk needs memory that grows with its square."""
    reader = make_reader(device="cuda", chunk=8192)
    use_fast_kernels(reader.model)
    reader._window = 1 << 20
    plan = plan_of(reader, (0, 1, "a", 2) * 60, answer_tokens=2)
    whole = read(reader, plan)
    reader.release()
    with little_memory(free_bytes=150_000_000):
        assert read(reader, plan) == whole


def test_rows_of_the_benchmark_are_measured_on_the_card() -> None:
    lines: list[str] = []
    request = SpeedRequest("tiny", (2000,), (2, 4), ("bf16",), "cuda", runs=1)
    rows = list(measure(request, lines.append))
    assert not any("out of memory" in line for line in lines)
    for row in rows:
        assert all(value for value in row.values())


def test_memory_is_planned_within_a_tenth_of_what_is_taken() -> None:
    """A model of half a billion parameters, so that small things do not count."""
    request = SpeedRequest("small", (16_000,), (2,), ("bf16", "nf4"), "cuda")
    for row in compare(request):
        assert row["planned_to_measured"] == pytest.approx(1, abs=0.1), row
