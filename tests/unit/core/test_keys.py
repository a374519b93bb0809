import hashlib
import os
from pathlib import Path

import pytest

from complm_app.core.keys import document_id, fingerprint, segment_key, token_bytes, token_ids
from complm_app.errors import UnreadableError


def test_a_document_is_known_by_the_sha256_of_its_bytes(tmp_path: Path) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(b"\0\xff" * 300_000)
    assert document_id(file) == hashlib.sha256(b"\0\xff" * 300_000).hexdigest()


def test_a_copy_under_an_odd_name_is_the_same_document(tmp_path: Path) -> None:
    first, second = tmp_path / "a.pdf", tmp_path / "b \N{FERRY}\n.pdf"
    first.write_bytes(b"text")
    second.write_bytes(b"text")
    assert document_id(first) == document_id(second)


@pytest.mark.parametrize("name", ["missing.pdf", "", "with\0nul", "n" * 5000])
def test_what_cannot_be_read_is_an_error_with_a_hint(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        document_id(tmp_path / name)
    assert caught.value.hint


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
def test_a_pipe_is_refused_without_waiting_for_its_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableError, match="not a file"):
        document_id(tmp_path / "pipe")


def test_a_fingerprint_does_not_depend_on_the_order_of_its_parts() -> None:
    assert fingerprint("compressor", {"a": 1, "b": [2, "x"]}) == fingerprint(
        "compressor", {"b": [2, "x"], "a": 1}
    )


def test_a_fingerprint_changes_with_every_part_and_with_its_kind() -> None:
    prints = {
        fingerprint("compressor", {"ratio": 2}),
        fingerprint("compressor", {"ratio": 4}),
        fingerprint("compressor", {"ratio": "2"}),
        fingerprint("compressor", {"ratio": 2, "name": None}),
        fingerprint("tokenizer", {"ratio": 2}),
    }
    assert len(prints) == 5


def test_fingerprints_stay_the_same_from_release_to_release() -> None:
    """A change here makes every user compress everything again."""
    known = fingerprint("compressor", {"ratio": 2, "model": "M\u00fc"})
    assert known == "f1396dad2df45e69131e05616bcd2a8c293f792edc796352a2b3af6ef85d56f3"
    assert segment_key(known, [1, 2, 16383]) == "f1da28e8c33906a015cf49ceca2b339b"


def test_a_segment_key_depends_on_the_compressor_and_on_every_token() -> None:
    keys = {
        segment_key("f", [1, 2]),
        segment_key("f", [2, 1]),
        segment_key("f", [1, 2, 0]),
        segment_key("g", [1, 2]),
    }
    assert len(keys) == 4
    assert segment_key("f", (1, 2)) in keys


def test_token_ids_survive_the_round_trip_through_little_endian_bytes() -> None:
    assert token_bytes([1, 256]) == b"\1\0\0\0\0\1\0\0"
    assert token_ids(token_bytes([0, 2**31 - 1])) == (0, 2**31 - 1)
