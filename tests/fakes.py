"""A model without weights, for tests of what surrounds models. Everything in it is deterministic.

Its tokens are words. Its CEs hold the tokens that they stand for, so that its reader reads what
it is given, whether tokens or CEs, and nothing else: a test that asks about something that the
plan left out gets no answer.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field

from complm_app.engine.plans import (
    EarlierTurn,
    PieceOfAnswer,
    Prefilled,
    ReadEmbeddings,
    ReaderDone,
    ReadingPlan,
    ReadTokens,
)
from complm_app.engine.protocol import EmbeddingBlock, Model, Progress, ReaderStep
from complm_app.errors import OutOfMemoryError

_TOKEN = re.compile(r"\s*(?:\w+|[^\w\s])|\s+")
_WORD = re.compile(r"\w{4,}")
_ASKED = frozenset({"what", "when", "where", "which", "does", "many", "much"})
_IDS: dict[str, int] = {}  # of every token that was made in this process, and the reverse
_SPELLING: list[str] = []


class FakeTokenizer:
    """protocol.TextTokenizer: a token is a word, or a mark, with the spaces before it."""

    fingerprint = "words"

    def tokenize(self, texts: Sequence[str]) -> list[tuple[list[int], list[tuple[int, int]]]]:
        return [self._tokenize(text) for text in texts]

    def _tokenize(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        spans = [match.span() for match in _TOKEN.finditer(text)]
        return [_token(text[start:end]) for start, end in spans], spans


def _token(word: str) -> int:
    if word not in _IDS:
        _IDS[word] = len(_SPELLING)
        _SPELLING.append(word)
    return _IDS[word]


def text_of(tokens: Sequence[int]) -> str:
    return "".join(_SPELLING[token] for token in tokens)


@dataclass
class FakeCompressor:
    """protocol.Compressor: a CE holds the `ratio` tokens that it stands for.

    `calls` are the token counts of the batches that were compressed. `fits` is how many tokens
    fit into its memory at once.
    """

    segment_tokens: int = 16
    ratios: tuple[int, ...] = (2, 4)
    batch: int = 64
    fits: int = 1_000_000
    works_ahead: bool = False
    calls: list[int] = field(default_factory=list)

    def fingerprint(self, ratio: int) -> str:
        return f"fake-{self.segment_tokens}-{ratio}"

    def batch_tokens(self) -> int:
        return self.batch

    def compress(self, segments: Sequence[Sequence[int]], ratio: int) -> list[EmbeddingBlock]:
        tokens = sum(map(len, segments))
        if tokens > self.fits:
            raise OutOfMemoryError("There is not enough memory to compress.", "Close programs.")
        self.calls.append(tokens)
        return [_block(segment, ratio) for segment in segments]

    def begin(
        self, segments: Sequence[Sequence[int]], ratio: int
    ) -> Callable[[], list[EmbeddingBlock]]:
        if not self.works_ahead:
            return lambda: self.compress(segments, ratio)
        made = self.compress(segments, ratio)
        return lambda: made


def _block(segment: Sequence[int], ratio: int) -> EmbeddingBlock:
    """int32 token ids, -1 where the last CE stands for fewer; stored as if they were float32."""
    rows = -(-len(segment) // ratio)
    padded = [*segment, *[-1] * (rows * ratio - len(segment))]
    return EmbeddingBlock(rows, ratio, "float32", struct.pack(f"<{len(padded)}i", *padded))


def tokens_in(part: ReadTokens | ReadEmbeddings) -> tuple[int, ...]:
    """The tokens that the reader sees in a part of a plan."""
    if isinstance(part, ReadTokens):
        return part.ids
    values = struct.unpack(f"<{len(part.block.data) // 4}i", part.block.data)
    return tuple(value for value in values if value >= 0)


@dataclass
class FakeReader:
    """protocol.Reader: answers with the first sentence read that shares most words with the
    question, word by word; without such words the answer is not there.

    `plans` are those that it was given. `closed` counts the readings that were broken off, and
    `releases` how often it was asked for its memory.
    """

    name: str = "Fake"
    window: int = 100_000
    plans: list[ReadingPlan] = field(default_factory=list)
    closed: int = 0
    releases: int = 0
    limit: str = ""
    chats: bool = False
    _kept: tuple[object, ...] = ()

    @property
    def follows_chats(self) -> bool:
        return self.chats

    def overhead(self, question: str, earlier: Sequence[EarlierTurn] = ()) -> int:
        turns = (f"{turn.question} {turn.answer}" for turn in earlier)
        return 4 + sum(len(text.split()) for text in (question, *turns))

    def keep_prefixes(self, snapshots: object, eight_bits: bool) -> None:
        """It keeps nothing on disk."""

    def rest(self) -> bool:
        return False

    def release(self) -> None:
        self.releases += 1
        self._kept = ()

    def read(self, plan: ReadingPlan) -> Generator[ReaderStep, None, None]:
        self.plans.append(plan)
        try:
            positions = sum(map(_positions, plan.documents))
            yield Progress("prefill", 0, positions, "tokens")
            yield Prefilled(self._reused(plan), positions + self.overhead(plan.question))
            text = best_sentence(seen_by(plan), plan.question)
            words = text.split(" ")[: plan.answer_tokens] if text else []
            for nth, word in enumerate(words):
                yield PieceOfAnswer(f" {word}" if nth else word)
            yield ReaderDone(" ".join(words), bool(words))
        except GeneratorExit:
            self.closed += 1
            raise

    def _reused(self, plan: ReadingPlan) -> int:
        """Positions that this plan begins with as the one before did."""
        reused = 0
        for part, kept in zip(plan.documents, self._kept, strict=False):
            if part != kept:
                break
            reused += _positions(part)
        self._kept = plan.documents
        return reused


def _positions(part: ReadTokens | ReadEmbeddings) -> int:
    return len(part.ids) if isinstance(part, ReadTokens) else part.block.rows


def seen_by(plan: ReadingPlan) -> str:
    """All the text that a plan hands to the reader."""
    return "".join(text_of(tokens_in(part)) for part in (*plan.documents, *plan.verbatim))


def best_sentence(text: str, question: str) -> str:
    wanted = set(_WORD.findall(question.lower())) - _ASKED
    sentences = re.split(r"(?<=[.!?])\s+|\n", text)
    shared = [len(wanted & set(_WORD.findall(s.lower()))) for s in sentences]
    best = max(shared, default=0)
    return sentences[shared.index(best)].strip() if best else ""


def make_model(
    *,
    window: int = 100_000,
    usual_ratio: int = 2,
    compressor: FakeCompressor | None = None,
    exact: bool = False,
    passages: int | None = None,
) -> Model:
    """`exact`: a model without a compressor."""
    return Model(
        name="Fake",
        tokenizer=FakeTokenizer(),
        reader=FakeReader(window=window),
        compressor=None if exact else compressor or FakeCompressor(),
        usual_ratio=usual_ratio,
        passages=passages,
    )
