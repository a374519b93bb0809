"""A document of random tokens, cut into segments, as a question meets it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from complm_app.core.blocks import Block
from complm_app.core.cache import SegmentRow
from complm_app.core.keys import segment_key
from complm_app.engine.plans import ReadEmbeddings, ReadingPlan, ReadTokens
from complm_app.engine.workspace import Mode

QUESTION = "What does the report say about this?"
OTHER_QUESTION = "Who wrote it, and when?"
DECODED_TOKENS = 32

Parts: TypeAlias = tuple[ReadTokens | ReadEmbeddings, ...]


def random_ids(tokens: int, vocabulary: int) -> tuple[int, ...]:
    """The same ones for the same numbers."""
    return tuple(random.Random(tokens).choices(range(1, vocabulary), k=tokens))


@dataclass(frozen=True, slots=True)
class Source:
    """`rows` are the segments that the mode's compressor reads."""

    mode: Mode
    rows: tuple[SegmentRow, ...]

    @classmethod
    def of(cls, ids: Sequence[int], mode: Mode) -> Source:
        step = mode.segment_tokens
        runs = [tuple(ids[start : start + step]) for start in range(0, len(ids), step)]
        rows = [
            SegmentRow(0, n * step, run, segment_key(mode.fingerprint, run))
            for n, run in enumerate(runs)
        ]
        return cls(mode, tuple(rows))

    @property
    def keys(self) -> list[str]:
        return [row.key for row in self.rows]

    def parts(self, blocks: Mapping[str, Block]) -> Parts:
        return tuple(ReadEmbeddings(key, blocks[key]) for key in self.keys)


def plan_of(parts: Parts, question: str = QUESTION) -> ReadingPlan:
    return ReadingPlan(parts, (), question, DECODED_TOKENS, lasting=True)
