"""Digits and names exchanged for others, so that they are read and not known by heart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from complm_app.engine.packing import Ints
from complm_app.training.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Exchange:
    """For each group what stands for what; the same in contexts, questions and answers."""

    digits: Ints
    """(groups, 10) what each digit becomes."""
    names: Ints
    """(groups,) how many places further in the vocabulary's names each becomes another one."""

    def of(self, groups: Ints) -> Exchange:
        """That of some groups, in this order."""
        return Exchange(self.digits[groups], self.names[groups])


def exchanges(count: int, digits: float, names: float, rng: np.random.Generator) -> Exchange:
    """For `count` groups; `digits` and `names` are the shares of groups with others."""
    same = np.broadcast_to(np.arange(10), (count, 10))
    chosen = rng.random(count) < digits
    orders = np.where(chosen[:, None], rng.permuted(same, axis=1), same)
    shifts = rng.integers(1, 1 << 30, size=count)
    return Exchange(orders, np.where(rng.random(count) < names, shifts, 0))


def exchanged(ids: Ints, group: Ints, exchange: Exchange, vocabulary: Vocabulary) -> Ints:
    """Tokens with the digits and the names of their groups."""
    for form, value in zip(vocabulary.digits, vocabulary.digit_of, strict=True):
        here = np.flatnonzero(value[ids] >= 0)
        changed = ids.copy()
        changed[here] = form[exchange.digits[group[here], value[ids[here]]]]
        ids = changed
    names = vocabulary.names
    if len(names) and exchange.names.any():
        here = np.flatnonzero(vocabulary.name_of[ids] >= 0)
        ids = ids.copy()
        ids[here] = names[
            (vocabulary.name_of[ids[here]] + exchange.names[group[here]]) % len(names)
        ]
    return ids
