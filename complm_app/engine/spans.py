"""The likeliest quotation: a beam search over the places of the sources.

The first token of a span says little about the whole: of several beginnings the one is right
whose continuation and end are likely too. All candidates share the cache and are read in one
forward pass, each attending to its own tokens only.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor

from complm_app.engine.quoting import Quotation

BEAM_WIDTH = 4
CONSIDERED = 4
"""Times the width: so many of the likeliest tokens have their place looked up."""


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """A quotation so far, and its log-probability; without the prior of where it stands."""

    score: float
    tokens: tuple[int, ...]
    quotation: Quotation
    columns: tuple[int, ...]
    """Which of the tokens read during the search are its own, counted from the first."""


Doubt: TypeAlias = Callable[[Sequence[int]], float]
"""The token ids of a whole quotation -> what is to be added to its log-probability, at most 0."""


ReadBranches: TypeAlias = Callable[[Sequence[Branch], int], Tensor]
"""Reads each branch's last token; (how many tokens the search has read before) -> float32 logits
(branches, vocabulary)."""


def likeliest_quotation(
    logits: Tensor,
    start: Quotation,
    stop_ids: frozenset[int],
    most_tokens: int,
    read: ReadBranches,
    width: int = BEAM_WIDTH,
    doubt: Doubt = lambda tokens: 0.0,
) -> tuple[int, ...]:
    """The token ids of the quotation of at most `most_tokens` with the highest probability: its
    end, the prior of its source and the doubt about it included, among those that a beam of `width`
    finds. `logits` (vocabulary,) are the first token's. Empty where nothing can be quoted.
    """
    live = [Branch(0.0, (), start, ())]
    log_probabilities = logits.log_softmax(-1)[None]
    best: tuple[float, tuple[int, ...]] = (float("-inf"), ())
    read_before = 0
    for _ in range(most_tokens):
        best = max([best, *_ended(live, log_probabilities, stop_ids, doubt)])
        grown = _grown(live, log_probabilities, width)
        # A longer quotation is never likelier than its beginning.
        live = [
            Branch(score, tokens, quotation, (*columns, read_before + place))
            for place, (score, tokens, quotation, columns) in enumerate(grown)
            if score + quotation.prior > best[0]
        ]
        if not live:
            return best[1]
        log_probabilities = read(live, read_before).log_softmax(-1)
        read_before += len(live)
    cut_off = [(_likely(branch, doubt), branch.tokens) for branch in live]
    return max([best, *cut_off])[1]


def _likely(branch: Branch, doubt: Doubt) -> float:
    return branch.score + branch.quotation.prior + doubt(branch.tokens)


def _ended(
    live: Sequence[Branch], log_probabilities: Tensor, stop_ids: frozenset[int], doubt: Doubt
) -> list[tuple[float, tuple[int, ...]]]:
    stops = sorted(stop_ids)
    return [
        (_likely(branch, doubt) + float(row[stops].max()), branch.tokens)
        for branch, row in zip(live, log_probabilities, strict=True)
        if branch.tokens and branch.quotation.may_end
    ]


def _grown(
    live: Sequence[Branch], log_probabilities: Tensor, width: int
) -> list[tuple[float, tuple[int, ...], Quotation, tuple[int, ...]]]:
    """The `width` likeliest continuations of all branches."""
    candidates = []
    for branch, row in zip(live, log_probabilities, strict=True):
        allowed = torch.from_numpy(branch.quotation.next_tokens()).to(row.device)
        values, places = row[allowed].topk(min(CONSIDERED * width, len(allowed)))
        for token, value in zip(allowed[places].tolist(), values.tolist(), strict=True):
            quotation = branch.quotation.followed_by(token)
            candidates.append((branch.score + value, (*branch.tokens, token), quotation, branch))
    best = heapq.nlargest(width, candidates, key=lambda grown: grown[0] + grown[2].prior)
    return [(score, tokens, quotation, branch.columns) for score, tokens, quotation, branch in best]
