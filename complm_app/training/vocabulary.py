"""What training batches need to know of a tokenizer and its prompt format."""

from __future__ import annotations

from calendar import day_name, month_name
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from complm_app.engine.packing import Ints
from complm_app.engine.prompts import NOT_SAID, prompt_format
from complm_app.engine.tokenizer import ModelTokenizer
from complm_app.training.corpus import CLOZE_WORDS
from complm_app.training.tokenizer import BLANK

Run: TypeAlias = tuple[int, int]
"""Start and length."""

REPEAT = "Repeat the text that begins with:"
ASK = "Ask a question that is answered by:"
_ANSWER_MARK = "\ue0d2"
BLANKS = 2
"""How many of the variants of a filler are blanks instead of question words."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What batches need to know of a tokenizer: runs of constant tokens, and where words begin."""

    constants: Ints
    """All runs, one after another."""
    marks: Mapping[str, Run]
    """documents, passages, question, answer, none, end, repeat, ask, question_mark."""
    fillers: Ints
    """(kinds, variants, 2) runs that stand in a cloze question for its answer."""
    asks: NDArray[np.bool_]
    """(kinds, variants) whether the filler is a question word; else it is a blank."""
    begins_word: NDArray[np.bool_]
    """(vocabulary,)"""
    digits: Ints
    """(forms, 10) ids of the tokens that are one digit: alone, after a space."""
    digit_of: Ints
    """(forms, vocabulary) which digit a token is in a form; -1: none."""
    names: Ints
    """(names,) ids of the tokens that are a name, or the beginning of one, in an order of their
    own."""
    name_of: Ints
    """(vocabulary,) a token's place in `names`; -1: none."""
    end_id: int

    def ids_of(self, mark: str) -> list[int]:
        """Token ids of one of the marks."""
        start, length = self.marks[mark]
        ids: list[int] = self.constants[start : start + length].tolist()
        return ids

    @classmethod
    def of(cls, tokenizer: ModelTokenizer) -> Vocabulary:
        """For the model's own prompt format. Raises ModelIncompatibleError where it has none."""
        prompt = prompt_format(tokenizer)
        end_id = int(tokenizer.source.eos_token_id)
        none = [prompt.not_said] if prompt.not_said is not None else tokenizer.text_ids(NOT_SAID)
        runs = {
            "documents": prompt.before,
            "passages": prompt.passages,
            "question": prompt.question_start,
            "answer": prompt.answer_start,
            "none": none,
            "end": [answer_end(tokenizer)],
            "repeat": tokenizer.text_ids(prompt.lead + REPEAT),
            "ask": tokenizer.text_ids(prompt.lead + ASK),
            "question_mark": tokenizer.text_ids("?"),
        }
        blank = tokenizer.id_of(BLANK)
        blanks = [tokenizer.text_ids(" ____") if blank is None else [blank]] * BLANKS
        fillers = [[*map(tokenizer.text_ids, words), *blanks] for words in CLOZE_WORDS]
        width = max(map(len, fillers))
        fillers = [(row * width)[:width] for row in fillers]
        constants, places = _joined([*runs.values(), *chain.from_iterable(fillers)])
        begins = [not piece[:1].isalnum() for piece in tokenizer.pieces]
        ids = {piece: id for id, piece in enumerate(tokenizer.pieces)}
        forms = [[ids.get(f"{space}{digit}", -1) for digit in range(10)] for space in ("", " ")]
        whole = [form for form in forms if min(form) >= 0]
        digits = np.array(whole, dtype=np.int64).reshape(-1, 10)
        digit_of = np.full((len(digits), len(begins)), -1, dtype=np.int64)
        np.put_along_axis(digit_of, digits, np.arange(10)[None], axis=1)
        names = _names(tokenizer.pieces)
        name_of = np.full(len(begins), -1, dtype=np.int64)
        name_of[names] = np.arange(len(names))
        return cls(
            constants,
            dict(zip(runs, places, strict=False)),
            np.array(places[len(runs) :]).reshape(len(fillers), width, 2),
            np.array([[ids != blanks[0] for ids in row] for row in fillers]),
            np.array(begins, dtype=np.bool_),
            digits,
            digit_of,
            names,
            name_of,
            end_id,
        )


def _names(pieces: Sequence[str]) -> Ints:
    """Words with a capital that are not there in small letters too; shuffled, always alike. Months
    and days of the week are none: what is asked for by "when" is to be known as such."""
    known = set(pieces)
    dates = {name.lower() for name in (*month_name, *day_name)}
    found = [
        id
        for id, piece in enumerate(pieces)
        if piece[:1] == " "
        and piece[1:].isalpha()
        and piece[1].isupper()
        and piece.lower() not in known
        and piece[1:].lower() not in known | dates
    ]
    return np.random.default_rng(0).permutation(np.array(found, dtype=np.int64))


def answer_end(tokenizer: ModelTokenizer) -> int:
    """The token that the model writes when its answer is over: by its chat template, where it has
    one; what ends a turn need not be what ends a text (Gemma)."""
    end_id = int(tokenizer.source.eos_token_id)
    if not getattr(tokenizer.source, "chat_template", None):
        return end_id
    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": _ANSWER_MARK}]
    text: str = tokenizer.source.apply_chat_template(turns, tokenize=False)
    after = tokenizer.prompt_ids(text.rpartition(_ANSWER_MARK)[2].lstrip())
    return after[0] if after and not tokenizer.text_of(after[:1]) else end_id


def _joined(runs: Sequence[Sequence[int]]) -> tuple[Ints, list[Run]]:
    ends = np.cumsum([len(run) for run in runs]).tolist()
    places = [(end - len(run), len(run)) for end, run in zip(ends, runs, strict=True)]
    return np.array(list(chain.from_iterable(runs)), dtype=np.int64), places
