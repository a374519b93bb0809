"""Questions with known answers, and how well they are answered. Imports no torch by itself."""

from __future__ import annotations

import re
import statistics
import string
import time
from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from complm_app.core.keys import segment_key
from complm_app.core.segments import segment_spans
from complm_app.engine.plans import (
    PieceOfAnswer,
    ReadEmbeddings,
    ReaderDone,
    ReadingPlan,
    ReadTokens,
)
from complm_app.engine.protocol import Model, Progress
from complm_app.engine.workspace import Mode, mode_of, paced
from complm_app.errors import RequestError
from complm_app.training.corpus import Question

ANSWER_TOKENS = 32


@dataclass(frozen=True, slots=True)
class SquadScore:
    """exact_match and f1 are percentages, as usual for SQuAD."""

    n: int
    exact_match: float
    f1: float
    seconds: float
    ratio: int


@dataclass(frozen=True, slots=True)
class RatioResult:
    """`first_token_s`: median, from a question to the answer's first piece, of the first question
    about each paragraph; the paragraph is compressed already, and nothing of it read."""

    score: SquadScore
    first_token_s: float

    def as_dict(self) -> dict[str, float]:
        return asdict(self.score) | {"first_token_s": self.first_token_s}


# SQuAD 1.1's official measures


def normalised(text: str) -> str:
    """Lower case, without punctuation, articles and extra spaces."""
    kept = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", kept).split())


def exact_match(answer: str, golds: Sequence[str]) -> bool:
    return any(normalised(answer) == normalised(gold) for gold in golds)


def f1(answer: str, golds: Sequence[str]) -> float:
    """Overlap of words with the best of the gold answers, 0 to 1."""
    return max(
        (_overlap(normalised(answer).split(), normalised(g).split()) for g in golds), default=0.0
    )


def _overlap(answer: Sequence[str], gold: Sequence[str]) -> float:
    common = sum((Counter(answer) & Counter(gold)).values())
    if common == 0:
        return 0.0
    return 2 * common / (len(answer) + len(gold))


def squad(
    model: Model, questions: Sequence[Question], ratio: int | None
) -> Generator[Progress, None, SquadScore]:
    """Asks each question of its own paragraph, all of it compressed (ratio 1: none of it)."""
    return (yield from timed_squad(model, questions, ratio)).score


def timed_squad(
    model: Model, questions: Sequence[Question], ratio: int | None
) -> Generator[Progress, None, RatioResult]:
    """`squad`, and how soon answers begin."""
    mode = mode_of(model, ratio)
    started = time.perf_counter()
    scores: list[tuple[bool, float]] = []
    times: list[float] = []
    for context, asked in groupby(questions, lambda question: question.context):
        paragraph = read_paragraph(mode, context)
        for nth, question in enumerate(asked):
            answer, first_token_s = ask_timed(model, paragraph, question.question)
            if nth == 0 and first_token_s is not None:
                times.append(first_token_s)
            golds = question.answers
            scores.append((exact_match(answer, golds), f1(answer, golds)))
            yield asking(len(scores), len(questions), time.perf_counter() - started)
    n = max(1, len(scores))
    exact, overlap = (100 * sum(column) / n for column in zip((0, 0.0), *scores, strict=True))
    score = SquadScore(len(scores), exact, overlap, time.perf_counter() - started, mode.ratio)
    return RatioResult(score, statistics.median(times) if times else 0.0)


def asking(done: int, total: int, seconds: float) -> Progress:
    return paced("asking", done, total, "questions", done, seconds)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What the reader is given of it, and its tokens."""

    parts: tuple[ReadTokens | ReadEmbeddings, ...]
    ids: tuple[int, ...]


def read_paragraph(mode: Mode, text: str) -> Paragraph:
    """Cut and compressed just as a passage of a document is."""
    [(ids, spans)] = mode.model.tokenizer.tokenize([text + "\n"])
    whole = tuple(ids)
    if mode.compressor is None:
        return Paragraph((ReadTokens(whole),), whole)
    cuts = segment_spans(text + "\n", spans, mode.segment_tokens)
    segments = [whole[first:last] for first, last in cuts]
    keys = [segment_key(mode.fingerprint, segment) for segment in segments]
    blocks = mode.compressor.compress(segments, mode.ratio)
    parts = tuple(ReadEmbeddings(key, block) for key, block in zip(keys, blocks, strict=True))
    return Paragraph(parts, whole)


def ask_paragraph(model: Model, paragraph: Paragraph, question: str) -> str:
    """The answer; empty when the reader says that there is none."""
    return ask_timed(model, paragraph, question)[0]


def ask_timed(model: Model, paragraph: Paragraph, question: str) -> tuple[str, float | None]:
    """The answer, and the seconds to its first piece; None where there is none."""
    plan = ReadingPlan(paragraph.parts, (), question, ANSWER_TOKENS, (paragraph.ids,))
    started = time.perf_counter()
    first: float | None = None
    for step in model.reader.read(plan):
        if isinstance(step, PieceOfAnswer) and first is None:
            first = time.perf_counter() - started
        if isinstance(step, ReaderDone):
            return step.text if step.found else "", first
    raise RuntimeError("the reader ended without a result")


# Articles as PDFs


def articles(questions: Sequence[Question]) -> dict[str, list[str]]:
    """Each title with its distinct paragraphs, in the file's order."""
    found: dict[str, dict[str, None]] = {}
    for question in questions:
        found.setdefault(question.title, {})[question.context] = None
    return {title: list(paragraphs) for title, paragraphs in found.items()}


def spread(questions: Sequence[Question], limit: int | None) -> list[Question]:
    """At most `limit` of them, at even distances, so that every article has its share."""
    n = len(questions)
    count = min(limit or n, n)
    return [questions[index * n // count] for index in range(count)]


def write_article(title: str, paragraphs: Sequence[str], target: Path) -> None:
    """A PDF of several pages. Raises RequestError without reportlab."""
    try:
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.pdfbase.pdfmetrics import registerFont
        from reportlab.pdfbase.ttfonts import TTFont
        from reportlab.platypus import Paragraph as Flowing
        from reportlab.platypus import SimpleDocTemplate
    except ImportError as e:
        raise RequestError(
            "This evaluation makes PDFs and needs reportlab.", "Install it: pip install reportlab"
        ) from e
    from xml.sax.saxutils import escape

    registerFont(TTFont("Vera", "Vera.ttf"))
    body = ParagraphStyle("body", fontName="Vera", fontSize=10, leading=14, spaceAfter=9)
    heading = ParagraphStyle("heading", parent=body, fontSize=16, leading=22)
    story = [Flowing(escape(title), heading), *(Flowing(escape(text), body) for text in paragraphs)]
    SimpleDocTemplate(str(target), title=title, invariant=1).build(story)


def page_holds(page_text: str, golds: Sequence[str]) -> bool:
    """Whether a gold answer stands on the page, line ends and hyphens at them aside."""
    page = normalised(page_text)
    joined = normalised(re.sub(r"-\s*\n\s*", "", page_text))
    return any(gold in page or gold in joined for gold in map(normalised, golds) if gold)
