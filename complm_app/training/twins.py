"""Contexts that are read twice in one batch, compressed and as tokens: what the model makes of the
tokens teaches it what to make of the CEs (self-distillation; as arXiv 2509.19228 distils from the
frozen model, but of a model that is itself being trained)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from complm_app.engine.packing import Ints, place_in_run
from complm_app.training.groups import Groups
from complm_app.training.pieces import Role


def with_twins(groups: Groups, share: float, rng: np.random.Generator) -> Groups:
    """Behind a share of the groups with a compressed context, the same group uncompressed."""
    count = len(groups.source)
    doubled = (groups.source >= 0) & (rng.random(count) < share)
    if not doubled.any():
        return groups
    original = np.repeat(np.arange(count), 1 + doubled)
    is_twin = place_in_run(original) == 1
    number = np.flatnonzero(~is_twin)
    again = doubled[groups.group]
    of_token = np.concatenate([np.arange(len(groups.ids)), np.flatnonzero(again)])
    group = np.concatenate([number[groups.group], number[groups.group[again]] + 1])
    role = np.concatenate(
        [groups.role, np.where(groups.role == Role.COMPRESSED, Role.CONTEXT, groups.role)[again]]
    )
    order = np.argsort(group, kind="stable")
    of_token = of_token[order]
    return replace(
        groups,
        ids=groups.ids[of_token],
        group=group[order],
        branch=groups.branch[of_token],
        role=role[order],
        source=np.where(is_twin, -1, groups.source[original]),
        source_tokens=np.where(is_twin, 0, groups.source_tokens[original]),
        slots=np.where(is_twin, 0, groups.slots[original]),
        exchange=groups.exchange.of(original),
        twin_of=np.where(is_twin, number[original], np.arange(len(original))),
    )


def twin_labels(label_group: Ints, twin_of: Ints) -> tuple[Ints, Ints]:
    """(labels,) whose group each label is of, in the groups' order -> (pairs,) of the groups that
    were read twice: which labels are of the CEs, and which the same of the tokens."""
    is_twin: NDArray[np.bool_] = twin_of[label_group] != label_group
    if not is_twin.any():
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    most = int(np.bincount(label_group).max(initial=0)) + 1
    key = twin_of[label_group] * most + place_in_run(label_group)
    student, teacher = np.flatnonzero(~is_twin), np.flatnonzero(is_twin)
    _, at, there = np.intersect1d(
        key[student], key[teacher], assume_unique=True, return_indices=True
    )
    return student[at], teacher[there]
