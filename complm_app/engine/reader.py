"""Reads a plan into a KV cache and writes the answer, token by token."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from itertools import chain
from typing import Any, TypeAlias

import torch
from torch import Tensor

from complm_app.core.search import stem, telling_words, words_of
from complm_app.core.snapshots import Snapshots
from complm_app.engine.decoding import Steps, can_step
from complm_app.engine.memory import LEAST_POSITIONS
from complm_app.engine.parts import Part, embedded, part_id, positions
from complm_app.engine.plans import (
    EarlierTurn,
    PieceOfAnswer,
    Prefilled,
    ReaderDone,
    ReadingPlan,
    ReadTokens,
)
from complm_app.engine.prefill import (
    LEAST_CHUNK,
    forward,
    read_documents,
    read_question,
    writing_to,
)
from complm_app.engine.prefix import Prefix, Shelf
from complm_app.engine.prompts import NOT_SAID, PromptFormat
from complm_app.engine.protocol import Progress, ReaderStep
from complm_app.engine.quoting import Sources, Spelling
from complm_app.engine.snapshots import PrefixStore
from complm_app.engine.spans import BEAM_WIDTH, Branch, Doubt, likeliest_quotation
from complm_app.engine.stopped import card_lost
from complm_app.engine.streaming import AnswerText
from complm_app.engine.tokenizer import ModelTokenizer
from complm_app.engine.warming import warming_up
from complm_app.errors import OutOfMemoryError, RequestError, StoreError

log = logging.getLogger(__name__)

SCORE_WEIGHT = 8.0
"""Log-odds that an answer gains where its passage's score in search is higher by one. As odds that
it stands there, scores are worth 4 (conditional logit on 937 questions of SQuAD-dev's first 1,000);
a small reader is too sure of itself, and twice that found the most pages of them."""

ECHO_DOUBT = 2.0
"""What an answer whose words all stand in the question loses of its log-probability. One in a
hundred of SQuAD's training answers is so, half of them to questions that name what to choose from;
of a reader's own, without doubt, one in twenty."""

_WARM = object()
_NEXT_QUESTION = 256
"""Positions that memory is made for beyond what is read: the next question may be longer."""

Reading: TypeAlias = Generator[ReaderStep, None, None]


class ModelReader:
    """protocol.Reader over a transformers causal LM in eval mode.

    `quotes`: answers are held to the words of the plan's sources. `chunk` is how many positions
    are read at once: memory stays flat, and a question can be cancelled between two chunks. With
    `quotes`, no answer is given where the model thinks with more than `abstain_above` of its
    probability that there is none. `identity` changes with all that changes the KV of a text.
    `positions_free` tells how many positions memory has room for where so many bytes of kept
    prefixes may be given up; None: for as many as the window has.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: ModelTokenizer,
        prompt: PromptFormat,
        *,
        name: str,
        window: int,
        stop_ids: frozenset[int],
        quotes: bool,
        chunk: int,
        abstain_above: float = 0.5,
        identity: str = "",
        positions_free: Callable[[int], int] | None = None,
    ) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.prompt = prompt
        self.name = name
        self._window = window
        self._positions_free = positions_free
        self.stop_ids = stop_ids
        self.chunk = chunk
        self.abstain_above = abstain_above
        self.shelf = Shelf(model.config)
        self.identity = identity
        self.store: PrefixStore | None = None
        self._cold = warming_up(model) if model.device.type == "cuda" else None
        self._spelling = Spelling.of(tokenizer.pieces) if quotes else None

    @property
    def window(self) -> int:
        """Positions that can be read now: the model's own, or as many as memory has room for."""
        if self._positions_free is None:
            return self._window
        fit = max(LEAST_POSITIONS, self._positions_free(self.shelf.size_bytes))
        return min(self._window, fit)

    @property
    def limit(self) -> str:
        now = self.window
        if now == self._window:
            return ""
        return f"memory has room for {now:,} of the {self._window:,} positions of {self.name}"

    @property
    def follows_chats(self) -> bool:
        """Models that quote answer each question from the documents alone."""
        return self._spelling is None and self.prompt.between is not None

    def overhead(self, question: str, earlier: Sequence[EarlierTurn] = ()) -> int:
        """Positions that prompt, earlier turns and question take."""
        turns = sum(positions(turn) for turn in self._turns(earlier))
        return self.prompt.overhead(self._question_ids(question)) + turns

    def read(self, plan: ReadingPlan) -> Reading:
        """Raises RequestError for a plan that does not fit the window, OutOfMemoryError, and
        EngineStoppedError where the graphics card answers no more."""
        documents: list[Part] = [ReadTokens(self.prompt.before), *plan.documents]
        turns, question = self._turns(plan.earlier), self._question_parts(plan)
        self._check_fits(plan, [*documents, *turns, *question])
        prefix = self.shelf.take([part_id(part) for part in (*documents, *turns)])
        prefix.lasting = len(documents) if plan.lasting else 0
        sound = False
        try:
            parts = documents, turns, question
            logits = yield from self._prefill(prefix, *parts, plan.answer_tokens)
            yield from self._write(prefix, plan, logits)
            sound = True
        except GeneratorExit:
            sound = True  # closed at a yield, between two forward passes
            raise
        except torch.OutOfMemoryError as e:
            e.__traceback__ = None  # it would hold on to the work that did not fit
            prefix.release()
            gc.collect()
            self.release()
            raise _out_of_memory(sum(map(positions, documents))) from e
        except torch.AcceleratorError as e:
            raise card_lost() from e
        finally:
            if sound:
                self._keep(prefix)

    def _question_ids(self, question: str) -> list[int]:
        return self.tokenizer.text_ids(self.prompt.lead + question)

    def _question_parts(self, plan: ReadingPlan) -> list[Part]:
        tail = ReadTokens(tuple(self.prompt.tail(self._question_ids(plan.question))))
        if not plan.verbatim:
            return [tail]
        return [ReadTokens(self.prompt.passages), *plan.verbatim, tail]

    def _turns(self, earlier: Sequence[EarlierTurn]) -> list[Part]:
        """Raises RequestError for a model that cannot follow a chat."""
        if earlier and not self.follows_chats:
            raise RequestError(
                "{model} cannot follow a chat.", "Ask without earlier turns.", model=self.name
            )
        return [
            ReadTokens(
                self.prompt.turn(
                    self._question_ids(turn.question), self.tokenizer.text_ids(turn.answer)
                )
            )
            for turn in earlier
        ]

    def _check_fits(self, plan: ReadingPlan, parts: Sequence[Part]) -> None:
        needed = sum(map(positions, parts)) + plan.answer_tokens
        if needed > self.window:
            raise RequestError(
                "The question needs {needed:,} positions, and {model} reads {window:,}.",
                "Ask about fewer documents, or use a higher compression ratio.",
                needed=needed,
                model=self.name,
                window=self.window,
            )

    def _prefill(
        self,
        prefix: Prefix,
        documents: Sequence[Part],
        turns: Sequence[Part],
        question: Sequence[Part],
        room: int = 0,
    ) -> Generator[ReaderStep, None, Tensor]:
        """Reads what the prefix does not hold yet, then the question; returns its logits.

        Makes room for `room` positions more. Where memory runs out, lets the other kept prefixes
        go and reads on in chunks half as long.
        """
        total = sum(map(positions, [*documents, *turns, *question]))
        if self._positions_free is not None and self._positions_free(0) < total - prefix.length:
            self.release()
        prefix.reserve(total + room + _NEXT_QUESTION)
        chunk = self.chunk
        while True:
            try:
                yield from self._restore(prefix, documents, total)
                reused = prefix.length
                following = total - sum(map(positions, documents))
                left = yield from read_documents(
                    self.model, prefix, documents, chunk, total, following
                )
                if len(prefix.parts) == len(documents):
                    prefix.mark()
                kept = [*documents, *turns]
                logits = read_question(self.model, prefix, left, kept, question, chunk)
                break
            except torch.OutOfMemoryError:
                if chunk <= LEAST_CHUNK:
                    raise
                chunk = max(LEAST_CHUNK, chunk // 2)
            self.release()
            prefix.rewind(len(prefix.parts))
        yield Prefilled(reused_positions=reused, positions=total)
        return logits

    def _restore(self, prefix: Prefix, documents: Sequence[Part], total: int) -> Reading:
        """What of the documents lies on disk, read or not."""
        if self.store is None or not prefix.can_rewind:
            return
        ids, lengths = [part_id(part) for part in documents], list(map(positions, documents))
        model = self.model
        for _ in self.store.restore(prefix, ids, lengths, model.device, model.dtype):
            yield Progress("prefill", prefix.length, total, "tokens")

    def keep_prefixes(self, snapshots: Snapshots, eight_bits: bool) -> None:
        """From now on, keeps on disk what it has read, and finds there what it has not."""
        self.store = PrefixStore(snapshots, self.identity, eight_bits=eight_bits)

    def rest(self) -> bool:
        """Gets a graphics card ready, or writes a part of a prefix to disk. False: nothing is
        left."""
        if self._cold is not None:
            if next(self._cold, _WARM) is not _WARM:
                return True
            self._cold = None
        if self.store is None:
            return False
        if self.store.get_ready(self.model.device):
            return True
        for prefix in reversed(self.shelf.kept):
            try:
                if prefix.lasting and self.store.store_some(prefix):
                    return True
            except (OSError, StoreError) as e:
                log.warning("what was read is not kept on disk: %s", e)
                prefix.lasting = False
        return False

    def release(self) -> None:
        """Lets go of all memory that answers could do without."""
        self.shelf.clear()
        if self.model.device.type == "cuda":
            torch.cuda.empty_cache()

    def _write(self, prefix: Prefix, plan: ReadingPlan, logits: Tensor) -> Reading:
        text = AnswerText(self.tokenizer.text_of, withheld=NOT_SAID, thinking=self.prompt.thinking)
        for token in self._tokens(prefix, plan, logits):
            if piece := text.add(token):
                yield PieceOfAnswer(piece)
        last = text.finish()
        found = bool(text.text) and text.text != NOT_SAID
        if found and last:
            yield PieceOfAnswer(last)
        yield ReaderDone(text.text if found else "", found)

    def _tokens(self, prefix: Prefix, plan: ReadingPlan, logits: Tensor) -> Iterator[int]:
        """The answer's tokens; none for an answer that is not in the documents."""
        if self._spelling is None:
            return self._freely(prefix, plan, logits)
        if self._abstains(logits):
            return iter(())
        best = max(plan.scores, default=0.0)
        priors = [SCORE_WEIGHT * (score - best) for score in plan.scores]
        start = Sources(plan.sources, self._spelling, priors).start
        base = prefix.length

        def read(branches: Sequence[Branch], read_before: int) -> Tensor:
            if prefix.can_branch:
                return self._read_branches(prefix, base, branches, read_before)
            return forward(self.model, prefix, self._embed(branches))[None]

        width = BEAM_WIDTH if prefix.can_branch else 1
        most, doubt = plan.answer_tokens, self._echo_doubt(plan.question)
        return iter(likeliest_quotation(logits, start, self.stop_ids, most, read, width, doubt))

    def _echo_doubt(self, question: str) -> Doubt:
        asked = frozenset(map(stem, words_of(question)))

        def doubt(tokens: Sequence[int]) -> float:
            said = telling_words(self.tokenizer.text_of(tokens))
            return -ECHO_DOUBT if said and asked.issuperset(map(stem, said)) else 0.0

        return doubt

    def _freely(self, prefix: Prefix, plan: ReadingPlan, logits: Tensor) -> Iterator[int]:
        """Greedily, each token as soon as it is known. A model that begins to think is made to
        stop at once: its thoughts would take up the answer's length."""
        token, left = int(logits.argmax()), plan.answer_tokens
        if self.prompt.thinking and token == self.prompt.thinking[0] and left > 1:
            thought = ReadTokens((token, *self.prompt.no_thoughts))
            logits = forward(self.model, prefix, embedded(self.model, [thought]))
            token, left = int(logits.argmax()), left - 1
        with closing(self._following(prefix, token, left - 1)) as following:
            for each in chain([token], following):
                if each in self.stop_ids or each == self.prompt.not_said:
                    return
                yield each

    def _following(self, prefix: Prefix, token: int, most: int) -> Generator[int, None, None]:
        """At most so many tokens after this one."""
        if most > 0 and self.model.device.type == "cuda" and can_step(self.model, prefix):
            prefix.steps = prefix.steps or Steps(self.model)
            yield from prefix.steps.run(prefix, token, most)
            return
        for _ in range(most):
            read = embedded(self.model, [ReadTokens((token,))])
            token = int(forward(self.model, prefix, read).argmax())
            yield token

    @torch.inference_mode()
    def _read_branches(
        self, prefix: Prefix, base: int, branches: Sequence[Branch], read_before: int
    ) -> Tensor:
        """Reads the last token of each branch -> float32 logits (branches, vocabulary)."""
        embeddings = self._embed(branches)
        shape = (len(branches), base + read_before + len(branches))
        mask = torch.zeros(shape, dtype=torch.bool, device=embeddings.device)
        mask[:, :base] = True
        for row, branch in enumerate(branches):
            mask[row, [base + column for column in branch.columns]] = True
        position = base + len(branches[0].tokens) - 1
        result = self.model(
            inputs_embeds=embeddings[None],
            attention_mask=mask[None, None],
            position_ids=torch.full((1, len(branches)), position, device=embeddings.device),
            **writing_to(self.model, prefix),
        )
        logits: Tensor = result.logits[0].float()
        return logits

    def _abstains(self, logits: Tensor) -> bool:
        """Whether the token that says so has more of the probability than the model's threshold."""
        if self.prompt.not_said is None:
            return False
        return float(logits.softmax(-1)[self.prompt.not_said]) > self.abstain_above

    def _embed(self, branches: Sequence[Branch]) -> Tensor:
        """(branches, width): the last token of each."""
        return embedded(self.model, [ReadTokens(tuple(b.tokens[-1] for b in branches))])

    def _keep(self, prefix: Prefix) -> None:
        """Leaves the question and the answer, keeps prompt and documents."""
        if prefix.can_rewind:
            prefix.rewind(len(prefix.parts))
            self.shelf.put(prefix)


def _out_of_memory(needed: int) -> OutOfMemoryError:
    return OutOfMemoryError(
        "There is not enough memory on the graphics card to read {needed:,} positions.",
        "Ask about fewer documents, use a higher compression ratio, or close other programs.",
        needed=needed,
    )
