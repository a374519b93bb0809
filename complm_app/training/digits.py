"""Digits exchanged for others, so that numbers are read and not known by heart."""

from __future__ import annotations

import numpy as np

from complm_app.engine.packing import Ints
from complm_app.training.vocabulary import Vocabulary


def digit_orders(count: int, share: float, rng: np.random.Generator) -> Ints:
    """(count, 10): for a share of the rows, the digits in another order."""
    same = np.broadcast_to(np.arange(10), (count, 10))
    chosen = rng.random(count) < share
    return np.where(chosen[:, None], rng.permuted(same, axis=1), same)


def with_digits(ids: Ints, group: Ints, digits: Ints, vocabulary: Vocabulary) -> Ints:
    """Tokens with the digits of their groups."""
    for form, value in zip(vocabulary.digits, vocabulary.digit_of, strict=True):
        here = np.flatnonzero(value[ids] >= 0)
        changed = ids.copy()
        changed[here] = form[digits[group[here], value[ids[here]]]]
        ids = changed
    return ids
