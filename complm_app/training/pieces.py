"""The runs of tokens that groups are put together from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from complm_app.engine.packing import Ints
from complm_app.training.vocabulary import Run


class Role(IntEnum):
    """What a token is in its group."""

    MARK = 0
    CONTEXT = 1
    QUESTION = 2
    CLOZE = 3
    ANSWER = 4
    COMPRESSED = 5
    """Of a context that is read as CEs."""
    ASKED = 6
    """A word of a stored question, which may be left out as a cloze's may."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Runs of tokens: place (constants first, then the pool), length, group, branch, order inside
    the branch, role; one column each."""

    columns: list[Ints]
    offset: int
    """Where the pool begins."""

    def constant(self, run: Run, group: Ints, branch: Any, order: int, role: Role) -> None:
        self.add(run[0], run[1], group, branch, order, role)

    def pool(
        self, start: Ints, length: Ints, group: Ints, branch: Any, order: int, role: Role
    ) -> None:
        self.add(start + self.offset, length, group, branch, order, role)

    def add(
        self, start: Any, length: Any, group: Ints, branch: Any, order: int, role: Role
    ) -> None:
        values = (start, length, group, branch, order, int(role))
        block = np.stack([np.broadcast_to(np.asarray(v), group.shape) for v in values])
        self.columns.append(block.astype(np.int64))

    def sorted(self) -> Ints:
        """(6, pieces), in reading order; pieces of the same order as they were added."""
        joined = np.concatenate(self.columns, axis=1)
        return joined[:, np.lexsort((joined[4], joined[3], joined[2]))]
