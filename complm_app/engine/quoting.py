"""Answers that are quotations: which tokens may come next, so that the text stands in a source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from complm_app.core.sentences import word_set

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

_BARRIER = -1
_SMALL_WORDS = word_set(
    """
    a an the this that these those
    i you he she it we they me him her us them my your his its our their
    of in on at by for from with into as and or but
    """
)


@dataclass(frozen=True)
class Spelling:
    """What the quoter knows of each token id. All arrays have one entry for every id."""

    begins_word: Flags
    """Starts with a space or with a character of no word: here a word may begin."""
    ends_word: Flags
    """Ends with a character of no word: what comes next begins a word."""
    breaks_line: Flags
    says: Flags
    """Has a letter or a digit, and is more than a pronoun, an article or a preposition: "$", "We"
    and "of the" are no answers."""
    digit: Flags
    """Begins with a digit, without a space before it."""
    ends_in_digit: Flags
    point: Flags
    """A comma or a full stop, which between digits is part of the number."""

    @classmethod
    def of(cls, pieces: Sequence[str]) -> Spelling:
        """From the text of every token id. Half characters (U+FFFD) count as letters."""
        return cls(
            np.array([bool(p) and not _in_word(p[0]) for p in pieces], dtype=np.bool_),
            np.array([bool(p) and not _in_word(p[-1]) for p in pieces], dtype=np.bool_),
            np.array(["\n" in p for p in pieces], dtype=np.bool_),
            np.array([any(map(_in_word, p)) and not _is_small(p) for p in pieces], dtype=np.bool_),
            np.array([p[:1].isdigit() for p in pieces], dtype=np.bool_),
            np.array([p[-1:].isdigit() for p in pieces], dtype=np.bool_),
            np.array([p in (",", ".") for p in pieces], dtype=np.bool_),
        )


def _is_small(piece: str) -> bool:
    """US, IT and A are other words than us, it and a."""
    word = piece.strip()
    return word == "I" or (word.lower() in _SMALL_WORDS and not word.isupper())


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "\ufffd"


class Sources:
    """All token runs that an answer may be quoted from."""

    def __init__(
        self, runs: Sequence[Sequence[int]], spelling: Spelling, priors: Sequence[float] = ()
    ) -> None:
        """`priors` are log-probabilities that the answer stands in each run, up to a constant."""
        barrier = np.array([_BARRIER])
        pieces = [barrier]
        for run in runs:
            pieces += [np.asarray(run, dtype=np.int64), barrier]
        tokens = np.concatenate(pieces)
        lengths = [1, *(len(run) + 1 for run in runs)]
        self.priors = np.repeat([0.0, *(priors or [0.0] * len(runs))], lengths)
        """One for each position; a barrier has that of the run before it."""
        # A quotation stays on one line of its source.
        line_ends = (tokens >= 0) & spelling.breaks_line[tokens]
        self.tokens: Ints = np.where(line_ends, _BARRIER, tokens)
        is_token = self.tokens >= 0
        before = np.roll(self.tokens, 1)
        after_word = (before == _BARRIER) | spelling.ends_word[before]
        self.begins: Flags = ~is_token | spelling.begins_word[self.tokens] | after_word
        inside = _points_in_numbers(self.tokens, spelling)
        self.begins[inside] = self.begins[inside + 1] = False
        """Whether a word begins at a position; true at barriers, where a word has ended."""
        self.says = spelling.says

    @cached_property
    def start(self) -> Quotation:
        """Nothing quoted yet: any beginning of a word may come next."""
        return Quotation(self, np.flatnonzero(self.begins & (self.tokens >= 0)), False, False)


def _points_in_numbers(tokens: Ints, spelling: Spelling) -> Ints:
    """Positions of commas and full stops between digits: 1,234.5 is one number."""
    at = np.flatnonzero(spelling.point[tokens[1:-1]] & (tokens[1:-1] >= 0)) + 1
    before, after = tokens[at - 1], tokens[at + 1]
    digits = spelling.ends_in_digit[before] & spelling.digit[after]
    return at[digits & (before >= 0) & (after >= 0)]


@dataclass(frozen=True, slots=True, eq=False)
class Quotation:
    """What has been quoted so far, as the positions in the sources that may come next."""

    sources: Sources
    positions: Ints
    may_end: bool
    """Whether the words so far are whole words, the next one begins at some occurrence, and they
    say something."""
    says: bool

    def next_tokens(self) -> Ints:
        """The distinct token ids that may come next, sorted."""
        tokens = np.unique(self.sources.tokens[self.positions])
        return tokens[tokens >= 0]

    @property
    def prior(self) -> float:
        """Of the best source in which it stands; never rises as a quotation grows."""
        return float(self.sources.priors[self.positions].max())

    def followed_by(self, token: int) -> Quotation:
        """The quotation with one more token, which must be one of `next_tokens`."""
        here = self.positions[self.sources.tokens[self.positions] == token]
        if not len(here):
            raise ValueError(f"token {token} does not follow in any source")
        says = self.says or bool(self.sources.says[token])
        whole = bool(self.sources.begins[here + 1].any())
        return Quotation(self.sources, here + 1, whole and says, says)
