"""A model writes questions about prose, answers them itself, and keeps those that it gets right.

Round-trip consistency as in Alberti et al. 2019 (arXiv 1906.05416).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch

from complm_app.engine.folder import TOKENIZER_FILE
from complm_app.engine.packing import Ints
from complm_app.engine.prompts import prompt_format
from complm_app.engine.tokenizer import ModelTokenizer
from complm_app.errors import RequestError
from complm_app.training.corpus import one_line
from complm_app.training.evaluation import ANSWER_TOKENS, normalised
from complm_app.training.loop import Say
from complm_app.training.needle import holds
from complm_app.training.prepare import Data, copy_tokenizer, prepare
from complm_app.training.store import TokenStore
from complm_app.training.tokenizer import load_tokenizer
from complm_app.training.vocabulary import Vocabulary
from complm_app.training.weights import load_for_training
from complm_app.training.written import Counts, counts_of, pack, save_chunk, spans_of

PASSAGE_TOKENS = 200
SPANS = 4
"""Of a passage that are asked for, at most."""
QUESTION_TOKENS = (4, 30)
MOST_WRITTEN = 32
ENDS = ("?", ".")


@dataclass(frozen=True, slots=True)
class WritingOptions:
    model: Path
    folder: Path
    """The run: its tokenizer, prepared prose and `written` are used or made."""
    data: Data
    count: int = 200_000
    """Questions kept after which to stop, those of earlier calls included."""
    minutes: float | None = None
    batch: int = 1024
    """Prompts at once; fewer where they do not fit the memory."""
    seed: int = 0
    segment_tokens: int = 32
    workers: int = 1
    temperature: float = 0.8
    top_p: float = 0.95


@dataclass(frozen=True, slots=True)
class WritingProgress:
    """Of this call and earlier ones; the speed is this call's."""

    written: int
    kept: int
    written_per_second: float
    seconds_left: float


def write_questions(options: WritingOptions, say: Say) -> Iterator[WritingProgress]:
    """Adds to the run's `written`, from where it stands, until there are enough, the time is over
    or the prose is used up. Raises RequestError for prose that nothing can be asked about."""
    store, tokenizer = _prepare(options, say)
    folder = options.folder / "written"
    counts = before = counts_of(folder, store)
    passages = _passages(store, options.seed)
    writer = Writer(options, tokenizer)
    began = time.monotonic()
    while counts.kept < options.count and counts.place < len(passages):
        step = max(1, options.batch // SPANS)
        chosen = np.sort(passages[counts.place : counts.place + step])
        rng = np.random.default_rng([options.seed, counts.place])
        torch.manual_seed(int(rng.integers(2**31)))
        spans = spans_of(store, chosen, SPANS, rng)
        kept = writer.questions(store, spans)
        counts = Counts(
            counts.written + len(spans),
            counts.kept + len(kept),
            counts.place + len(chosen),
            counts.chunks + 1,
        )
        save_chunk(folder, store, pack(kept), counts)
        seconds = time.monotonic() - began
        yield _progress(options, before, counts, seconds)
        if options.minutes is not None and seconds >= 60 * options.minutes:
            return


def _prepare(options: WritingOptions, say: Say) -> tuple[TokenStore, ModelTokenizer]:
    options.data.check()
    folder = options.folder / "tokenizer"
    copy_tokenizer(options.model, folder)
    files = [at / TOKENIZER_FILE for at in (folder, options.model)]
    if files[0].read_bytes() != files[1].read_bytes():
        raise RequestError(
            "The run has another tokenizer than the model.", "Choose another folder for --run."
        )
    tokenizer = load_tokenizer(folder)
    stores = prepare(
        options.data,
        tokenizer,
        folder,
        options.segment_tokens,
        options.folder / "data",
        options.workers,
        say,
    )
    if stores.prose is None:
        raise RequestError("There is no prose to ask about.", "Name files with --prose.")
    return stores.prose, tokenizer


def _passages(store: TokenStore, seed: int) -> Ints:
    """Those that can be asked about, in random order."""
    short = np.diff(store.passage_start) <= PASSAGE_TOKENS
    fit = np.flatnonzero(short & (np.diff(store.span_first) > 0))
    if not len(fit):
        raise RequestError(
            "Nothing can be asked about this prose.", "Give more of it, in whole sentences."
        )
    order: Ints = np.random.default_rng(seed).permutation(fit)
    return order


def _progress(
    options: WritingOptions, before: Counts, now: Counts, seconds: float
) -> WritingProgress:
    written, kept = now.written - before.written, now.kept - before.kept
    left = (options.count - now.kept) * seconds / kept if kept else float("inf")
    if options.minutes is not None:
        left = min(left, 60 * options.minutes - seconds)
    return WritingProgress(now.written, now.kept, written / max(seconds, 1e-9), max(left, 0.0))


class Writer:
    """A model that asks and answers, many prompts at once."""

    def __init__(self, options: WritingOptions, tokenizer: ModelTokenizer) -> None:
        model = load_for_training(options.model, frozen=False)
        cuda = torch.cuda.is_available()
        self._model = (model.to("cuda", torch.bfloat16) if cuda else model).eval()
        self._tokenizer = tokenizer
        self._lead = prompt_format(tokenizer).lead
        self._marks = Vocabulary.of(tokenizer)
        self._end = self._marks.ids_of("end")[0]
        self._batch = options.batch
        self._sampling = {"temperature": options.temperature, "top_p": options.top_p, "top_k": 0}

    def questions(
        self, store: TokenStore, spans: Ints
    ) -> list[tuple[Sequence[int], int, int, int]]:
        """What is kept of the questions written for (spans, 3) rows of passage, start and end: the
        question's token ids and its row."""
        rows = spans.tolist()
        contexts = [
            store.pool[store.passage_start[p] : store.passage_start[p + 1]].tolist()
            for p, _, _ in rows
        ]
        answers = [store.pool[start:end].tolist() for _, start, end in rows]
        texts = [self._tokenizer.text_of(answer).strip() for answer in answers]
        asks = [
            self._prompt(c, "ask", a, "question") for c, a in zip(contexts, answers, strict=True)
        ]
        made = [self._question(ids) for ids in self._generate(asks, "questions")]
        sound = [
            (i, ids)
            for i, (ids, text) in enumerate(zip(made, texts, strict=True))
            if ids is not None and is_sound(self._tokenizer.text_of(ids), len(ids), text)
        ]
        checks = [self._prompt(contexts[i], "question", ids, "answer") for i, ids in sound]
        given = self._generate(checks, "answers")
        return [
            (ids, rows[i][0], rows[i][1], rows[i][2])
            for (i, ids), answer in zip(sound, given, strict=True)
            if answer is not None
            and normalised(self._tokenizer.text_of(answer)) == normalised(texts[i])
        ]

    def _prompt(self, context: list[int], first: str, ids: list[int], then: str) -> list[int]:
        marks = self._marks
        before = [*marks.ids_of("documents"), *context, *marks.ids_of(first)]
        return [*before, *ids, *marks.ids_of(then)]

    def _question(self, ids: list[int] | None) -> list[int] | None:
        """As the tokenizer would cut it, and as a person would ask it."""
        if ids is None:
            return None
        return self._tokenizer.text_ids(self._lead + one_line(self._tokenizer.text_of(ids)))

    def _generate(
        self, prompts: Sequence[list[int]], what: Literal["questions", "answers"]
    ) -> list[list[int] | None]:
        """What the model writes up to its end; None where it came to none. Prompts of like length
        go together."""
        order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
        out: list[list[int] | None] = [None] * len(prompts)
        start = 0
        while start < len(order):
            part = order[start : start + self._batch]
            written = self._generate_part([prompts[i] for i in part], what)
            if written is None:
                self._batch = max(1, len(part) // 2)
                torch.cuda.empty_cache()
                continue
            for i, ids in zip(part, written, strict=True):
                out[i] = ids[: ids.index(self._end)] if self._end in ids else None
            start += len(part)
        return out

    def _generate_part(self, prompts: list[list[int]], what: str) -> list[list[int]] | None:
        """None: they do not fit the memory. Raises torch's error where not even one does."""
        from transformers import GenerationConfig

        width = max(map(len, prompts))
        padded = [[self._end] * (width - len(prompt)) + prompt for prompt in prompts]
        seen = [[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts]
        asking = what == "questions"
        config = GenerationConfig(
            do_sample=asking,
            max_new_tokens=MOST_WRITTEN if asking else ANSWER_TOKENS,
            eos_token_id=self._end,
            pad_token_id=self._end,
            **(self._sampling if asking else {}),
        )
        device = self._model.device
        try:
            with torch.inference_mode():
                out = self._model.generate(
                    input_ids=torch.tensor(padded, device=device),
                    attention_mask=torch.tensor(seen, device=device),
                    generation_config=config,
                )
        except torch.OutOfMemoryError:
            if len(prompts) == 1:
                raise
            return None
        ids: list[list[int]] = out[:, width:].tolist()
        return ids


def is_sound(question: str, tokens: int, answer: str) -> bool:
    """Whether it is worth being answered: of a fair length, ended, and not saying the answer."""
    fair = QUESTION_TOKENS[0] <= tokens <= QUESTION_TOKENS[1]
    return (
        fair
        and question.rstrip().endswith(ENDS)
        and bool(normalised(answer))
        and not holds(question, answer)
    )
