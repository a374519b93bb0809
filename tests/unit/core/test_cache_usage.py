"""What the cache keeps of which document, and for which model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from complm_app.core.cache import Cache
from complm_app.core.cache_usage import forget, note_compressor, usage
from tests.unit.core.test_cache import OTHER_PRINT, PRINT, THREE, block, segment

OTHERS = [segment(0, 0, 1, 2, fingerprint=OTHER_PRINT)]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with Cache.open(tmp_path / "cache.db") as opened:
        yield opened


@pytest.fixture
def filled(cache: Cache) -> Cache:
    """d and e, which begins as d does, for one compressor; d for another one too."""
    cache.put_segments(PRINT, "d", THREE)
    cache.put_segments(PRINT, "e", THREE[:1])
    cache.put_segments(OTHER_PRINT, "d", OTHERS)
    cache.put_blocks(PRINT, [(THREE[0].key, block(size=800)), (THREE[1].key, block(size=80))])
    cache.put_blocks(OTHER_PRINT, [(OTHERS[0].key, block(size=8))])
    note_compressor(cache, PRINT, "Qwen3-4B", 2)
    return cache


def test_each_document_is_counted_for_each_model_and_the_largest_comes_first(
    filled: Cache,
) -> None:
    found = [(u.document, u.model, u.ratio, u.segments, u.size_bytes) for u in usage(filled)]
    assert found == [
        ("d", "Qwen3-4B", 2, 3, 880 + 4 * 5),  # what stands in it twice is kept once
        ("e", "Qwen3-4B", 2, 1, 800 + 4 * 2),
        ("d", "", 0, 1, 8 + 4 * 2),
    ]


def test_a_document_without_any_segment_takes_nothing(cache: Cache) -> None:
    cache.put_segments(PRINT, "d", [])
    [only] = usage(cache)
    assert (only.segments, only.size_bytes) == (0, 0)


def test_what_is_forgotten_leaves_what_other_documents_and_models_use(filled: Cache) -> None:
    forget(filled, usage(filled)[:1])
    assert [(u.document, u.fingerprint) for u in usage(filled)] == [
        ("e", PRINT),
        ("d", OTHER_PRINT),
    ]
    assert filled.stored_keys([THREE[0].key, THREE[1].key, OTHERS[0].key]) == {
        THREE[0].key,
        OTHERS[0].key,
    }


def test_a_compressor_that_is_named_again_has_its_last_name(filled: Cache) -> None:
    note_compressor(filled, PRINT, "Qwen3-4B-2507", 2)
    assert usage(filled)[0].model == "Qwen3-4B-2507"
