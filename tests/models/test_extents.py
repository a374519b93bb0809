"""Files of kept prefixes: written, read back by threads and in buffers, added up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from reading import unlocked
from safetensors.torch import load_file
from torch import Tensor

from complm_app.core.snapshots import Extent
from complm_app.engine import extent_reading
from complm_app.engine.extent_reading import BUFFERS, PIECE_BYTES, readings
from complm_app.engine.extents import (
    CHECKSUMS,
    checksum,
    checksum_there,
    stored_in,
    write_extent,
)

FILE = "a.safetensors"


def test_a_file_comes_back_as_it_was_written(tmp_path: Path) -> None:
    tensors = {
        "full.0,3": [torch.randn(2, 5, 8).to(torch.bfloat16) for _ in range(4)],
        "windows.1": [torch.randint(-9, 9, (2, 5, 7), dtype=torch.int8)],
        "windows.1.scale": [torch.randn(2, 5, 1)],
    }
    size, total = write_extent(tensors, tmp_path / "sub" / FILE)
    [reading] = readings([extent("a", size, total)], lambda _: tmp_path / "sub" / FILE, None)
    assert reading.wait() == total
    back = stored_in(reading.raw).tensors()
    assert back.keys() == tensors.keys() == load_file(tmp_path / "sub" / FILE).keys()
    assert all(torch.equal(back[name], torch.stack(tensors[name])) for name in tensors)
    assert [file.name for file in (tmp_path / "sub").iterdir()] == [FILE]


def extent(key: str, size: int, total: int) -> Extent:
    return Extent(key, None, 1, 1, True, size, total)


SIZES = (8, 4096, PIECE_BYTES, PIECE_BYTES - 4096, 2 * PIECE_BYTES + 4113, 5000, 777, 9, 40_000)


@pytest.mark.parametrize("kept", [None, 1 << 20], ids=["memory of their own", "buffers"])
def test_extents_come_in_their_order_whole_and_added_up(
    tmp_path: Path, kept: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that no buffer has room for too, and more than there are buffers."""
    chain = []
    for size in SIZES:
        data = np.random.default_rng(size).integers(0, 256, size, dtype=np.uint8)
        (tmp_path / str(size)).write_bytes(data)
        chain.append(extent(str(size), size, checksum(data)))
    buffers = None
    if kept:
        monkeypatch.setattr(extent_reading, "BUFFER_BYTES", kept)
        monkeypatch.setattr(extent_reading, "_page_locked", lambda size: torch.empty(size).byte())
        buffers = unlocked()
    for reading, expected in zip(readings(chain, tmp_path.joinpath, buffers), chain, strict=True):
        total = reading.wait()
        assert reading.extent == expected
        assert reading.raw.numpy().tobytes() == (tmp_path / expected.key).read_bytes()
        assert int(checksum_there(reading.raw)) % CHECKSUMS == expected.checksum
        assert total == (0 if kept else expected.checksum)


class Taken:
    """A CUDA event that happens when it is waited for; what it stands for must be there still."""

    def __init__(self, raw: Tensor, data: bytes) -> None:
        self.raw, self.data, self.happened = raw, data, False

    def query(self) -> bool:
        return self.happened

    def synchronize(self) -> None:
        assert self.raw.numpy().tobytes() == self.data
        self.happened = True


def test_a_buffer_waits_for_the_card_before_it_is_used_again(tmp_path: Path) -> None:
    count = 3 * BUFFERS
    for number in range(count):
        (tmp_path / str(number)).write_bytes(bytes([number]) * 4096)
    events = []
    chain = [extent(str(number), 4096, 0) for number in range(count)]
    for reading in readings(chain, tmp_path.joinpath, unlocked()):
        reading.wait()
        data = (tmp_path / reading.extent.key).read_bytes()
        assert reading.buffer is not None
        reading.buffer.taken = Taken(reading.raw, data)
        events.append(reading.buffer.taken)
    assert [event.happened for event in events] == [True] * (count - BUFFERS) + [False] * BUFFERS


def test_the_checksum_tells_changed_words_zeroed_and_swapped_pages() -> None:
    data = np.random.default_rng(0).integers(0, 256, 5 * 4096 + 13, dtype=np.uint8)
    changed = data.copy()
    changed[-1] ^= 1
    zeroed = data.copy()
    zeroed[4096:8192] = 0
    swapped = np.concatenate([data[4096:8192], data[:4096], data[8192:]])
    pieces = data[:8192], data[8192:]
    assert sum(checksum(p, n) for p, n in zip(pieces, (0, 2), strict=True)) % CHECKSUMS == checksum(
        data
    )
    sums = {checksum(each) for each in (data, changed, zeroed, swapped, data[:-1])}
    assert len(sums) == 5
    assert all(0 <= total < 2**63 for total in sums)
