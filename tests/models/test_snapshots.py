"""Prefixes on disk: whatever was read before, where, and what became of the files, the next token's
logits are those of reading everything at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import torch
from reading import (
    logits_at_once,
    logits_read,
    make_reader,
    parts_of,
    plan_of,
    read,
    same,
    unlocked,
)
from torch import Tensor

from complm_app.core.cache import Cache
from complm_app.core.snapshots import Snapshots, extent_bytes
from complm_app.engine.extent_reading import BUFFERS, Buffers
from complm_app.engine.parts import part_id, positions
from complm_app.engine.plans import ReadingPlan
from complm_app.engine.prefix import Prefix
from complm_app.engine.reader import ModelReader
from complm_app.engine.snapshots import PrefixStore
from tests.tiny_models import ARCHITECTURES, make_model

DOCUMENTS = (0, 1, "a", 2, 3, "b", 4)
GIB = 1024**3


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with Cache.open(tmp_path / "cache.db") as opened:
        yield opened


def reader_on(
    cache: Cache,
    architecture: str = "qwen3",
    *,
    identity: str = "model",
    eight_bits: bool = False,
    budget: int = GIB,
    extent_bytes: int = 20_000,
    buffers: Buffers | None = None,
) -> ModelReader:
    """A model that was just loaded, with many small files on disk."""
    reader = make_reader(architecture)
    reader.store = PrefixStore(
        Snapshots(cache, budget),
        identity,
        eight_bits=eight_bits,
        extent_bytes=extent_bytes,
        least_positions=1,
        buffers=buffers,
    )
    return reader


def lasting(plan: ReadingPlan) -> ReadingPlan:
    return ReadingPlan(
        plan.documents, plan.verbatim, plan.question, plan.answer_tokens, plan.sources, lasting=True
    )


def ask(reader: ModelReader, documents: tuple[int | str, ...] = DOCUMENTS, question: str = "What?"):  # type: ignore[no-untyped-def]
    """The answer and the positions that were reused; then the reader rests."""
    answer = read(reader, lasting(plan_of(reader, documents, question)))
    while reader.rest():
        pass
    return answer


def files(cache: Cache) -> list[Path]:
    return sorted((cache.path.parent / "prefixes").iterdir())


@pytest.fixture(params=ARCHITECTURES)
def architecture(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def from_disk(cache: Cache, architecture: str, plan: ReadingPlan) -> Tensor:
    return logits_read(reader_on(cache, architecture), plan)


def test_from_disk_from_memory_and_at_once_give_the_same_logits(
    cache: Cache, architecture: str
) -> None:
    first = reader_on(cache, architecture)
    ask(first)
    assert len(files(cache)) > (1 if architecture == "mistral" else 3) - 1
    plan = plan_of(first, DOCUMENTS, "Who was the captain?", verbatim=[1])
    at_once = logits_at_once(first, plan)
    from_memory = logits_read(first, plan)
    stored = from_disk(cache, architecture, plan)
    assert same(from_memory, at_once)
    assert torch.equal(stored, from_memory)
    as_a_card = reader_on(cache, architecture, buffers=unlocked())
    assert torch.equal(logits_read(as_a_card, plan), from_memory)


def test_after_a_restart_no_document_is_read_again(cache: Cache, architecture: str) -> None:
    first = reader_on(cache, architecture)
    answer, nothing = ask(first)
    second = reader_on(cache, architecture)
    again, reused = ask(second)
    _, in_memory = ask(first)
    assert (again, nothing, reused) == (answer, 0, in_memory)
    assert reused > 100


def test_documents_that_are_added_extend_what_is_on_disk(cache: Cache, architecture: str) -> None:
    ask(reader_on(cache, architecture), (0, 1, "a"))
    before = {file: file.read_bytes() for file in files(cache)}
    second = reader_on(cache, architecture)
    _, reused = ask(second, (0, 1, "a", 2, 3))
    assert reused > 30
    assert before.items() <= {file: file.read_bytes() for file in files(cache)}.items()
    assert len(files(cache)) > len(before)
    plan = plan_of(second, (0, 1, "a", 2, 3, "b"))
    assert same(from_disk(cache, architecture, plan), logits_at_once(second, plan))


def test_memory_holds_less_than_the_disk(cache: Cache, architecture: str) -> None:
    """The prefix in memory is extended from the disk, not read anew."""
    ask(reader_on(cache, architecture))
    second = reader_on(cache, architecture)
    second.store, store = None, second.store
    ask(second, (0, 1))
    second.store = store
    plan = plan_of(second, DOCUMENTS)
    at_once = logits_at_once(second, plan)
    assert same(logits_read(second, plan), at_once)
    assert read(second, plan)[1] > 100


@pytest.mark.parametrize("architecture", ["qwen3", "llama"])
def test_documents_that_differ_later_on_share_the_files_of_their_beginning(
    cache: Cache, architecture: str
) -> None:
    ask(reader_on(cache, architecture), (0, 1, 2, 3, "a"))
    before = len(files(cache))
    second = reader_on(cache, architecture)
    _, reused = ask(second, (0, 1, 2, 4, "b"))
    assert reused > 40
    assert before < len(files(cache)) < 2 * before
    plan = plan_of(second, (0, 1, 2, 4, "b"))
    assert same(from_disk(cache, architecture, plan), logits_at_once(second, plan))


DAMAGE = {
    "a changed byte": lambda data: data[:-100] + bytes([data[-100] ^ 1]) + data[-99:],
    "a changed header": lambda data: data[:12] + b"?" + data[13:],
    "cut off": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "zeros": lambda data: data[:4096] + bytes(len(data) - 4096),
    "gone": None,
}


@pytest.mark.parametrize("late", [False, True], ids=["checked by threads", "checked when taken"])
@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("architecture", ["qwen3", "gemma3"])
def test_damaged_files_are_dropped_and_made_again(
    cache: Cache, architecture: str, damage: str, late: bool
) -> None:
    buffers = unlocked() if late else None
    first = reader_on(cache, architecture)
    ask(first)
    whole = files(cache)
    for file in whole[1:]:
        change = DAMAGE[damage]
        data = file.read_bytes()
        file.unlink()
        if change is not None:
            file.write_bytes(change(data))
    plan = plan_of(first, DOCUMENTS, "Who?")
    second = reader_on(cache, architecture, buffers=buffers)
    assert same(logits_read(second, plan), logits_at_once(first, plan))
    ask(reader_on(cache, architecture))
    assert files(cache) == whole
    assert ask(reader_on(cache, architecture))[1] > 100


def test_an_index_that_names_other_parts_is_not_believed(cache: Cache, tmp_path: Path) -> None:
    first = reader_on(cache)
    ask(first)
    with closing(sqlite3.connect(tmp_path / "cache.db")) as connection, connection:
        changed = connection.execute("UPDATE snapshot SET parts = parts + 100").rowcount
    assert changed > 1
    plan = plan_of(first, DOCUMENTS, "Who?")
    second = reader_on(cache)
    assert same(logits_read(second, plan), logits_at_once(first, plan))


def test_another_model_does_not_find_them(cache: Cache) -> None:
    ask(reader_on(cache))
    assert ask(reader_on(cache, identity="other weights"))[1] == 0


def test_what_was_read_for_one_question_only_is_not_written(cache: Cache) -> None:
    reader = reader_on(cache)
    read(reader, plan_of(reader))
    assert reader.rest() is False
    assert not (cache.path.parent / "prefixes").exists()


def test_eight_bits_take_half_the_space_and_are_not_mixed_with_sixteen(cache: Cache) -> None:
    ask(reader_on(cache))
    full = extent_bytes(cache)
    assert ask(reader_on(cache, eight_bits=True))[1] == 0
    assert extent_bytes(cache) - full < 0.4 * full  # of float32
    reader = reader_on(cache, eight_bits=True)
    plan = plan_of(reader, DOCUMENTS)
    mine, reference = logits_read(reader, plan), logits_at_once(reader, plan)
    assert torch.nn.functional.cosine_similarity(mine, reference, dim=0) > 0.999
    assert read(reader, plan)[1] > 100


def test_the_budget_is_kept_and_the_prefix_in_use_stays(cache: Cache) -> None:
    ask(reader_on(cache))
    one = extent_bytes(cache)
    small = reader_on(cache, budget=cache.size_bytes() + one // 3)
    ask(small, (4, 3, 2, 1, 0, "a"))
    assert one // 2 < extent_bytes(cache) <= one * 4 // 3
    assert sum(file.stat().st_size for file in files(cache)) == extent_bytes(cache)
    assert ask(reader_on(cache), (4, 3, 2, 1, 0, "a"))[1] > 100
    plan = plan_of(small, DOCUMENTS)
    assert same(from_disk(cache, "qwen3", plan), logits_at_once(small, plan))


def test_a_prefix_larger_than_the_budget_is_not_written(cache: Cache) -> None:
    ask(reader_on(cache, budget=cache.size_bytes() + 50_000))
    assert extent_bytes(cache) == 0


def test_clearing_evicting_and_forgetting_a_document_delete_the_files(cache: Cache) -> None:
    for delete in (cache.clear, lambda: cache.evict(0), lambda: cache.forget_document("any")):
        ask(reader_on(cache))
        assert files(cache)
        delete()
        assert files(cache) == []
        assert extent_bytes(cache) == 0


def test_a_reading_that_is_closed_while_it_comes_from_disk_leaves_all_sound(
    cache: Cache, architecture: str
) -> None:
    ask(reader_on(cache, architecture))
    for steps in (1, 2, 3):
        reader = reader_on(cache, architecture)
        plan = plan_of(reader, DOCUMENTS)
        reading = reader.read(plan)
        for _ in range(steps):
            next(reading)
        reading.close()
        assert same(logits_read(reader, plan), logits_at_once(reader, plan))


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_every_position_comes_back_as_it_was(cache: Cache, device: str) -> None:
    """From far more extents than there are buffers; on a card, from such that take a while to be
    copied."""
    if device == "cuda" and not torch.cuda.is_available():
        pytest.skip("there is no CUDA device")
    config, count, each = make_model("qwen3", 0).config, 120, 20_000 if device == "cuda" else 5
    parts, lengths = [str(number) for number in range(count)], [each] * count
    shape = 2, 1, config.num_key_value_heads, sum(lengths), config.head_dim
    prefix = Prefix(config)
    for layer in prefix.cache.layers:
        layer.update(*torch.randn(shape, device=device, dtype=torch.bfloat16))
    prefix.add(parts, lengths)
    prefix.lasting = count
    store = PrefixStore(
        Snapshots(cache, GIB),
        "m",
        extent_bytes=2 * each * prefix.bytes_per_position,
        least_positions=1,
        buffers=unlocked() if device == "cpu" else None,
    )
    while store.store_some(prefix):
        pass
    for _ in range(2):
        back, where = Prefix(config), prefix.cache.layers[0].keys.device
        assert len(list(store.restore(back, parts, lengths, where, torch.bfloat16))) > 4 * BUFFERS
        for mine, right in zip(back.cache.layers, prefix.cache.layers, strict=True):
            assert torch.equal(mine.keys, right.keys)
            assert torch.equal(mine.values, right.values)


def test_memory_for_all_that_comes_from_disk_is_taken_once(cache: Cache) -> None:
    first = reader_on(cache)
    ask(first)
    parts = parts_of(first, plan_of(first, DOCUMENTS))[: 1 + len(DOCUMENTS)]
    ids, lengths = [part_id(part) for part in parts], list(map(positions, parts))
    store, prefix = reader_on(cache).store, Prefix(first.model.config)
    assert store is not None
    places = []
    for _ in store.restore(prefix, ids, lengths, first.model.device, first.model.dtype):
        places.append(prefix.cache.layers[0].buffers[0].data_ptr())
    assert len(places) > 2
    assert len(set(places)) == 1
    assert prefix.length == prefix.cache.layers[0].keys.shape[-2] == sum(lengths)


def test_a_full_disk_keeps_nothing_and_harms_nothing(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> tuple[int, int]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("complm_app.engine.snapshots.write_extent", full)
    reader = reader_on(cache)
    ask(reader)
    plan = plan_of(reader, DOCUMENTS)
    assert same(logits_read(reader, plan), logits_at_once(reader, plan))


def test_memory_that_cannot_be_locked_leaves_the_documents_to_be_read(cache: Cache) -> None:
    def refused(size: int) -> Tensor:
        raise MemoryError(f"{size} bytes")

    ask(reader_on(cache))
    reader = reader_on(cache, buffers=Buffers(refused))
    plan = plan_of(reader, DOCUMENTS)
    assert same(logits_read(reader, plan), logits_at_once(reader, plan))
    assert ask(reader_on(cache))[1] > 100
