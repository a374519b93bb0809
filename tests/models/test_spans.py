"""The search for the likeliest quotation, against all quotations that there are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from torch import Tensor

from complm_app.engine.quoting import Sources, Spelling
from complm_app.engine.spans import Branch, likeliest_quotation

STOP = 0
VOCABULARY = 8
SPELLING = Spelling(
    begins_word=np.ones(VOCABULARY, bool),
    ends_word=np.zeros(VOCABULARY, bool),
    breaks_line=np.zeros(VOCABULARY, bool),
    says=np.ones(VOCABULARY, bool),
    digit=np.zeros(VOCABULARY, bool),
    ends_in_digit=np.zeros(VOCABULARY, bool),
    point=np.zeros(VOCABULARY, bool),
)
SOURCES = ((3, 4, 5, 3, 6), (4, 7, 7))


class Table:
    """Logits that depend on all the tokens so far, and on nothing else."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __call__(self, tokens: Sequence[int]) -> Tensor:
        generator = torch.Generator().manual_seed(hash((self.seed, *tokens)) % 2**31)
        return 2 * torch.randn(VOCABULARY, generator=generator)

    def read(self, branches: Sequence[Branch], read_before: int) -> Tensor:
        return torch.stack([self(branch.tokens) for branch in branches])


def score(table: Table, tokens: Sequence[int]) -> float:
    whole = [*tokens, STOP]
    return sum(float(table(whole[:i]).log_softmax(-1)[t]) for i, t in enumerate(whole))


def all_quotations(most: int, sources: Sequence[tuple[int, ...]] = SOURCES) -> set[tuple[int, ...]]:
    return {
        run[i:j]
        for run in sources
        for i in range(len(run))
        for j in range(i + 1, min(len(run), i + most) + 1)
    }


@pytest.mark.parametrize("seed", range(20))
def test_a_wide_beam_finds_the_likeliest_of_all_quotations(seed: int) -> None:
    table = Table(seed)
    start = Sources(SOURCES, SPELLING).start
    found = likeliest_quotation(table(()), start, frozenset({STOP}), 6, table.read, width=50)
    assert found == max(all_quotations(5), key=lambda tokens: score(table, tokens))


@pytest.mark.parametrize("seed", range(20))
def test_doubt_about_whole_quotations_counts(seed: int) -> None:
    table = Table(seed)
    start = Sources(SOURCES, SPELLING).start

    def doubt(tokens: Sequence[int]) -> float:
        return -2.0 if len(tokens) < 3 else 0.0

    found = likeliest_quotation(table(()), start, frozenset({STOP}), 6, table.read, 50, doubt)
    likely = {tokens: score(table, tokens) + doubt(tokens) for tokens in all_quotations(5)}
    assert found == max(likely, key=lambda tokens: likely[tokens])


@pytest.mark.parametrize("width", [1, 2])
def test_a_narrow_beam_still_quotes(width: int) -> None:
    table = Table(1)
    start = Sources(SOURCES, SPELLING).start
    found = likeliest_quotation(table(()), start, frozenset({STOP}), 6, table.read, width)
    assert found in all_quotations(5)


def test_an_answer_that_is_cut_off_is_still_a_quotation() -> None:
    table = Table(2)
    start = Sources(SOURCES, SPELLING).start
    found = likeliest_quotation(table(()), start, frozenset({STOP}), 1, table.read)
    assert found in all_quotations(1)


def test_nothing_to_quote_gives_nothing() -> None:
    table = Table(3)
    start = Sources((), SPELLING).start
    assert likeliest_quotation(table(()), start, frozenset({STOP}), 6, table.read) == ()


def test_of_two_likely_quotations_the_one_from_the_better_source_is_taken() -> None:
    table = Table(4)
    for better in (0, 1):
        priors = [0.0 if source == better else -50.0 for source in range(len(SOURCES))]
        start = Sources(SOURCES, SPELLING, priors).start
        found = likeliest_quotation(table(()), start, frozenset({STOP}), 6, table.read, width=50)
        only = all_quotations(5, SOURCES[better : better + 1])
        assert found == max(only, key=lambda tokens: score(table, tokens))
