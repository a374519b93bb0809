"""Content hashes: what a document, a compressor and a segment are known by."""

from __future__ import annotations

import hashlib
import json
import stat
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

from complm_app.errors import UnreadableError


def document_id(path: Path) -> str:
    """SHA-256 of the file's bytes, hex. Raises UnreadableError."""
    try:
        # Before opening: a pipe would wait for ever, and a device never ends.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableError(
                "{file!r} is not a file.", "Choose a single document.", file=path.name
            )
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as e:
        raise UnreadableError(
            "There is no file {path!r}.", "Check the name.", path=str(path)
        ) from e
    except PermissionError as e:
        raise UnreadableError(
            "You may not read {path!r}.",
            "Change the file's permissions, or copy it.",
            path=str(path),
        ) from e
    except (OSError, ValueError) as e:  # ValueError: a NUL in the name
        raise UnreadableError(
            "{path!r} cannot be read: {reason}.",
            "Check the disk, or copy the file.",
            path=str(path),
            reason=e,
        ) from e


def fingerprint(kind: str, parts: Mapping[str, object]) -> str:
    """A hash of JSON values under a tag, hex: equal parts in any order give the same one."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(f"complm/{kind}/v1\0{canonical}".encode()).hexdigest()


def segment_key(fingerprint: str, token_ids: Sequence[int]) -> str:
    """What the CEs of these tokens are stored under, hex."""
    tagged = f"complm/segment/v1\0{fingerprint}\0".encode()
    return hashlib.blake2b(tagged + token_bytes(token_ids), digest_size=16).hexdigest()


def token_bytes(token_ids: Sequence[int]) -> bytes:
    """int32, little-endian, on every machine."""
    return struct.pack(f"<{len(token_ids)}i", *token_ids)


def token_ids(data: bytes) -> tuple[int, ...]:
    """The reverse of token_bytes."""
    return struct.unpack(f"<{len(data) // 4}i", data)
