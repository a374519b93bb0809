import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from complm_app.core import stored_blocks
from complm_app.core.blocks import DamagedBlockError, EmbeddingBlock
from complm_app.core.cache import Cache, SegmentRow, SegmentTotals
from complm_app.core.keys import segment_key
from complm_app.errors import StoreCorruptError

PRINT, OTHER_PRINT = "f" * 64, "0" * 64


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with Cache.open(tmp_path / "cache.db") as opened:
        yield opened


def segment(passage: int, first_token: int, *ids: int, fingerprint: str = PRINT) -> SegmentRow:
    return SegmentRow(passage, first_token, ids, segment_key(fingerprint, ids))


def block(filling: int = 1, size: int = 8) -> EmbeddingBlock:
    return EmbeddingBlock(2, size // 4, "bfloat16", bytes([filling]) * size)


THREE = [segment(0, 0, 1, 2), segment(0, 2, 3), segment(4, 0, 1, 2)]  # the last: the first's text


def tamper(path: Path, sql: str, *values: object) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(sql, values)
    connection.close()


def test_segments_come_back_in_order_all_or_of_some_passages(cache: Cache) -> None:
    cache.put_segments(PRINT, "d", THREE[::-1])
    assert cache.segments(PRINT, "d") == THREE
    assert cache.segments(PRINT, "d", [4, 9]) == THREE[2:]
    assert cache.segments(PRINT, "d", []) == []
    assert cache.segments(OTHER_PRINT, "d") == []


def test_a_document_without_any_text_counts_as_segmented(cache: Cache) -> None:
    assert not cache.has_segments(PRINT, "d")
    cache.put_segments(PRINT, "d", [])
    assert cache.has_segments(PRINT, "d")
    assert not cache.has_segments(OTHER_PRINT, "d")
    assert cache.counts(PRINT, "d") == SegmentTotals(0, 0, 0, 0)


def test_segmenting_again_replaces_what_was_there(cache: Cache) -> None:
    cache.put_segments(PRINT, "d", THREE)
    cache.put_segments(PRINT, "d", THREE[:1])
    assert cache.segments(PRINT, "d") == THREE[:1]


def test_missing_gives_each_text_once_in_order_and_at_most_the_limit(cache: Cache) -> None:
    cache.put_segments(PRINT, "d", THREE)
    assert cache.missing(PRINT, "d", 10) == THREE[:2]
    assert cache.missing(PRINT, "d", 1) == THREE[:1]
    cache.put_blocks(PRINT, [(THREE[0].key, block())])
    assert cache.missing(PRINT, "d", 10) == [THREE[1]]


def test_counts_are_of_segments_and_source_tokens(cache: Cache) -> None:
    cache.put_segments(PRINT, "d", THREE)
    assert cache.counts(PRINT, "d") == SegmentTotals(3, 0, 5, 0)
    cache.put_blocks(PRINT, [(THREE[0].key, block())])
    assert cache.counts(PRINT, "d") == SegmentTotals(3, 2, 5, 4)


def test_the_same_text_in_another_document_needs_no_second_compression(cache: Cache) -> None:
    cache.put_segments(PRINT, "d", THREE)
    cache.put_blocks(PRINT, [(s.key, block()) for s in THREE[:2]])
    cache.put_segments(PRINT, "e", [segment(7, 0, 3), segment(7, 1, 9)])
    assert cache.missing(PRINT, "e", 10) == [segment(7, 1, 9)]


def test_another_compressor_finds_none_of_them(cache: Cache) -> None:
    cache.put_segments(PRINT, "d", THREE)
    cache.put_blocks(PRINT, [(s.key, block()) for s in THREE[:2]])
    others = [segment(0, 0, 1, 2, fingerprint=OTHER_PRINT)]
    cache.put_segments(OTHER_PRINT, "d", others)
    assert cache.missing(OTHER_PRINT, "d", 10) == others


def test_blocks_come_back_bit_for_bit_and_unknown_keys_are_left_out(cache: Cache) -> None:
    stored = {f"key{n}": block(n % 256) for n in range(1200)}
    cache.put_blocks(PRINT, list(stored.items()))
    assert cache.blocks([*stored, "unknown"]) == stored
    assert cache.blocks([]) == {}


def test_blocks_that_are_stored_again_replace_the_old_ones(cache: Cache) -> None:
    cache.put_blocks(PRINT, [("k", block(1))])
    cache.put_blocks(PRINT, [("k", block(2))])
    assert cache.blocks(["k"]) == {"k": block(2)}
    assert cache.verify().blocks == 1


def test_five_thousand_blocks_are_read_in_a_quarter_of_a_second_of_cpu_time(cache: Cache) -> None:
    keys = [f"key{n}" for n in range(5000)]
    cache.put_blocks(PRINT, [(key, block(1, 2000)) for key in keys])
    started = time.process_time()
    assert len(cache.blocks(keys)) == 5000
    assert time.process_time() - started < 0.25  # 0.03 s on an idle machine


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE embedding SET data = x'0101010101010102' WHERE key = 'bad'",
        "UPDATE embedding SET data = x'01' WHERE key = 'bad'",
        "UPDATE embedding SET rows = 3 WHERE key = 'bad'",
        "UPDATE embedding SET dtype = 'float8' WHERE key = 'bad'",
        "UPDATE embedding SET data = x'', rows = 0, checksum = 0 WHERE key = 'bad'",
    ],
)
def test_a_damaged_block_is_deleted_logged_and_missing(
    cache: Cache, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    cache.put_blocks(PRINT, [("bad", block()), ("good", block())])
    tamper(cache.path, damage)
    with caplog.at_level(logging.WARNING):
        assert cache.blocks(["bad", "good"]) == {"good": block()}
    assert "bad" in caplog.text
    assert cache.verify().blocks == 1


def test_located_blocks_are_read_when_they_are_asked_for(cache: Cache) -> None:
    keys = [f"{n:04}" for n in range(1200)]
    cache.put_blocks(PRINT, [(key, block(n % 200)) for n, key in enumerate(keys[:-1])])
    found = cache.located(keys)
    assert list(found) == keys[:-1]
    assert found == cache.blocks(keys) == found
    one = found["0007"]
    assert (one.rows, one.width, one.dtype, one.data) == (2, 2, "bfloat16", bytes([7]) * 8)
    assert one != found["0008"]


def test_blocks_read_ahead_are_the_right_ones_in_any_order(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_blocks, "_PORTION_BYTES", 20)
    monkeypatch.setattr(stored_blocks, "_PORTIONS_AHEAD", 3)
    keys = [f"{n:02}" for n in range(50)]
    cache.put_blocks(PRINT, [(key, block(n)) for n, key in enumerate(keys)])
    for order in (keys, keys[::-1], [*keys[30:], *keys[:10], *keys[20:25] * 3]):
        found = cache.located(keys)
        assert [found[key].data for key in order] == [bytes([int(key)]) * 8 for key in order]


def test_blocks_of_which_some_were_asked_for_do_not_keep_the_file_open(tmp_path: Path) -> None:
    with Cache.open(tmp_path / "cache.db") as cache:
        cache.put_blocks(PRINT, [(f"{n}", block()) for n in range(9)])
        found = cache.located(f"{n}" for n in range(9))
        assert found["4"].data == block().data
    threads = [thread.name for thread in threading.enumerate()]
    assert not any(name.startswith("blocks") for name in threads)
    assert not (tmp_path / "cache.db-wal").exists()  # the last connection removes it


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE embedding SET checksum = 1 WHERE key = 'bad'",
        "UPDATE embedding SET rows = 3 WHERE key = 'bad'",
        "DELETE FROM embedding WHERE key = 'bad'",
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_located_block_that_is_damaged_or_gone_says_so_and_is_missing_then(
    cache: Cache, damage: str, when: str
) -> None:
    cache.put_blocks(PRINT, [("bad", block()), ("good", block())])
    found = cache.located(["bad", "good"])
    tamper(cache.path, damage)
    if when == "before":
        found = cache.located(["bad", "good"])
    assert found["good"].data == block().data
    if "bad" in found:
        with pytest.raises(DamagedBlockError):
            _ = found["bad"].data
    assert list(cache.located(["bad", "good"])) == ["good"]


def test_verify_deletes_damaged_blocks_and_says_how_many(cache: Cache) -> None:
    cache.put_blocks(PRINT, [("bad", block()), ("good", block())])
    tamper(cache.path, "UPDATE embedding SET checksum = 1 WHERE key = 'bad'")
    assert cache.verify().removed == 1
    assert (cache.verify().blocks, cache.verify().removed) == (1, 0)


def test_a_forgotten_document_leaves_only_what_others_use(cache: Cache) -> None:
    cache.put_segments(PRINT, "d", THREE)
    cache.put_segments(PRINT, "e", [segment(0, 0, 3)])
    cache.put_blocks(PRINT, [(s.key, block()) for s in THREE[:2]])
    cache.forget_document("d")
    assert not cache.has_segments(PRINT, "d")
    assert cache.blocks([s.key for s in THREE]) == {THREE[1].key: block()}
    cache.forget_document("e")
    assert cache.verify().blocks == 0


def test_eviction_takes_what_was_used_longest_ago_until_the_file_fits(cache: Cache) -> None:
    keys = [f"{n:04}" for n in range(500)]
    cache.put_blocks(PRINT, [(key, block(1, 4000)) for key in keys])
    tamper(cache.path, "UPDATE embedding_use SET used_at = 1000")
    used = cache.blocks(keys[:100])
    budget = cache.size_bytes() // 2
    assert cache.evict(budget) >= 250
    assert cache.size_bytes() <= budget
    assert cache.blocks(used) == used


def test_a_cache_within_its_budget_is_left_alone(cache: Cache) -> None:
    cache.put_blocks(PRINT, [("k", block())])
    assert cache.evict(cache.size_bytes()) == 0
    assert "k" in cache.blocks(["k"])


def test_an_impossible_budget_empties_the_cache_and_ends(cache: Cache) -> None:
    cache.put_blocks(PRINT, [(f"{n}", block()) for n in range(10)])
    assert cache.evict(0) == 10
    assert cache.evict(0) == 0


def test_uses_are_remembered_when_the_cache_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with Cache.open(path) as cache:
        cache.put_blocks(PRINT, [("a", block(1, 4000)), ("b", block(1, 4000))])
        tamper(path, "UPDATE embedding_use SET used_at = 1000")
        cache.blocks(["a"])
    with Cache.open(path) as cache:
        cache.evict(cache.size_bytes() - 1)
        assert set(cache.blocks(["a", "b"])) == {"a"}


def test_clearing_frees_the_disk_and_the_cache_goes_on_working(cache: Cache) -> None:
    empty = cache.size_bytes()
    cache.put_segments(PRINT, "d", THREE)
    cache.put_blocks(PRINT, [(f"{n}", block(1, 4000)) for n in range(500)])
    assert cache.size_bytes() > 2_000_000
    cache.clear()
    assert cache.size_bytes() <= empty + 3 * 8192
    assert not cache.has_segments(PRINT, "d")
    cache.put_blocks(PRINT, [("k", block())])
    assert cache.blocks(["k"]) == {"k": block()}


def test_a_damaged_file_is_set_aside_and_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    for number in (1, 2):
        path.write_bytes(b"not a database, but a text" * 50)
        with Cache.open(path) as cache:
            assert cache.rebuilt
            cache.put_blocks(PRINT, [("k", block())])
        assert (tmp_path / f"cache.db.corrupt-{number}").read_bytes().startswith(b"not a database")
    with Cache.open(path) as cache:
        assert not cache.rebuilt
        assert cache.blocks(["k"]) == {"k": block()}


def test_damage_that_is_found_while_reading_is_repaired_at_the_next_open(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    keys = [f"{n:04}" for n in range(500)]
    with Cache.open(path) as cache:
        cache.put_blocks(PRINT, [(key, block(1, 4000)) for key in keys])
    data = path.read_bytes()
    path.write_bytes(data[: 8192 * 12] + b"\xaa" * (len(data) - 8192 * 12))
    with Cache.open(path) as cache:
        assert not cache.rebuilt
        with pytest.raises(StoreCorruptError) as caught:
            cache.blocks(keys)
        assert "Start again" in caught.value.hint
    with Cache.open(path) as cache:
        assert cache.rebuilt
        assert cache.blocks(keys) == {}


def test_a_damaged_file_is_warned_of_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "cache.db").write_bytes(b"not a database" * 500)
    Cache.open(tmp_path / "cache.db").close()
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_verify_finds_a_damaged_file_which_is_then_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with Cache.open(path) as cache:
        cache.put_blocks(PRINT, [(f"{n}", block(1, 4000)) for n in range(500)])
    data = path.read_bytes()
    path.write_bytes(data[: 8192 * 12] + b"\xaa" * (len(data) - 8192 * 12))
    with Cache.open(path) as cache:
        assert cache.verify().problems != ()
    with Cache.open(path) as cache:
        assert cache.rebuilt
        assert cache.verify().problems == ()
