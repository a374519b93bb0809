"""An answer in words: what it says, what it stands on, what it took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from complm_app.core.library import Turn
from complm_app.engine.protocol import Answered, Citation, Coverage, SegmentCounts, Timings
from complm_app.gui import words


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as it is shown, whether it was given just now or long ago."""

    question: str
    text: str
    found: bool
    citations: tuple[Citation, ...]
    coverage: Coverage
    segments: SegmentCounts
    timings: Timings
    model: str
    ratio: int
    titles: Mapping[str, str]
    turn: int | None = None
    """The turn that it is stored as."""


def shown_of(question: str, answered: Answered, titles: Mapping[str, str]) -> Shown:
    return Shown(
        question,
        answered.text if answered.found else words.not_said(answered.text),
        answered.found,
        answered.citations,
        answered.coverage,
        answered.segments,
        answered.timings,
        answered.model,
        answered.ratio,
        titles,
        answered.turn,
    )


def shown_from(turn: Turn) -> Shown:
    """A stored turn; what is stored in it are dicts."""
    coverage: dict[str, Any] = dict(turn.coverage)
    coverage["unread_documents"] = tuple(coverage.get("unread_documents", ()))
    return Shown(
        turn.question,
        turn.answer if turn.found else words.not_said(turn.answer),
        turn.found,
        tuple(Citation(**citation) for citation in turn.citations),
        Coverage(**coverage),
        SegmentCounts(**turn.segments),
        Timings(**turn.timings),
        turn.model,
        turn.ratio,
        turn.titles or {},
        turn.id,
    )


def quiet_line(shown: Shown) -> str:
    reused = words.segments(shown.segments) if shown.segments.total else ""
    return words.joined(
        words.coverage(shown.coverage), reused, words.first_word(shown.timings.first_token_s)
    )


def cost(shown: Shown) -> str:
    timings = shown.timings
    lines = [
        words.fill(words.tr("%1, ratio %2"), shown.model, shown.ratio),
        words.fill(words.tr("Choosing what to read: %1"), words.seconds(timings.plan_s)),
        words.fill(words.tr("Compressing: %1"), words.seconds(timings.compress_s)),
        words.fill(words.tr("Reading: %1"), words.seconds(timings.prefill_s)),
    ]
    if timings.read_positions:
        lines.append(
            words.fill(
                words.tr("%1 of %2 positions were still in memory"),
                words.number(timings.reused_positions),
                words.number(timings.read_positions),
            )
        )
    limit = shown.coverage.limit
    if limit:
        lines.append(f"{limit[0].upper()}{limit[1:]}")
    return "\n".join(lines)


def as_markdown(title: str, turns: Sequence[Shown]) -> str:
    """A chat to keep: questions, answers, and the pages that they stand on."""
    parts, on_page = [f"# {title}"], words.tr("page %1")
    for turn in turns:
        quotes = [
            f"> {' '.join(c.quote.split())}  \n"
            f"> — {turn.titles.get(c.document, '')}, {words.fill(on_page, c.label)}"
            for c in turn.citations
        ]
        parts += [f"## {turn.question}", turn.text, *quotes, f"*{quiet_line(turn)}*"]
    return "\n\n".join(parts) + "\n"
