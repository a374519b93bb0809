"""Concept embeddings of a segment as bytes: here, or in the cache until they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from complm_app.errors import StoreError


@dataclass(frozen=True, slots=True)
class EmbeddingBlock:
    """CEs as stored bytes: little-endian, row-major, shape (rows, width)."""

    rows: int
    width: int
    dtype: str
    """bfloat16, float16, float32; or int8, with a float32 scale for each row after all rows."""
    data: bytes = field(repr=False)


class DamagedBlockError(StoreError):
    """A block that was there is damaged, and gone from the cache: it has to be made again."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredBlock:
    """An EmbeddingBlock whose bytes are read from the cache each time that they are asked for."""

    rows: int
    width: int
    dtype: str
    fetch: Callable[[], EmbeddingBlock] = field(repr=False)
    """Raises DamagedBlockError, StoreError."""

    @property
    def data(self) -> bytes:
        return self.fetch().data

    def __eq__(self, other: object) -> bool:
        """By their bytes."""
        if isinstance(other, StoredBlock):
            return self.fetch() == other.fetch()
        return isinstance(other, EmbeddingBlock) and self.fetch() == other

    def __hash__(self) -> int:
        return hash((self.rows, self.width, self.dtype))


Block: TypeAlias = EmbeddingBlock | StoredBlock
