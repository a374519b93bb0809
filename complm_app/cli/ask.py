"""`complm ask "question"`: an answer with the pages that it stands on."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from complm_app.cli.options import add_json, add_model, add_ratio, session_of
from complm_app.cli.output import Output
from complm_app.errors import RequestError
from complm_app.terminal import counted, duration

if TYPE_CHECKING:
    from complm_app.cli.runner import Runner
    from complm_app.core.library import Library
    from complm_app.engine.protocol import Answered, Event


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("ask", help="ask a question about documents")
    parser.add_argument("question")
    parser.add_argument(
        "--document",
        action="append",
        default=[],
        metavar="FILE_OR_ID",
        help="ask only this one; may be repeated (default: the whole library)",
    )
    parser.add_argument(
        "--collection",
        action="append",
        default=[],
        metavar="NAME",
        help="ask the documents of this collection; may be repeated",
    )
    add_ratio(parser)
    add_model(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from complm_app.cli.runner import Runner

    with Runner(session_of(args)) as runner:
        documents = resolve(runner, args.document, args.ratio)
        documents = tuple(dict.fromkeys((*documents, *collected(runner, args.collection))))
        answered = ask(runner, args.out, args.question, documents, args.ratio)
        show_evidence(args.out, runner, answered)
    args.out.value(as_json(answered))
    return 0


def resolve(runner: Runner, references: list[str], ratio: int | None) -> tuple[str, ...]:
    """Ids of documents. A file that the library does not know is added first."""
    from complm_app.cli.add import add_file
    from complm_app.core.library import Library

    found = []
    with Library.open(runner.session.paths.library_db) as library:
        for reference in references:
            known = _known(library, reference)
            found.append(known or add_file(runner, Path(reference), None, ratio).document)
    return tuple(dict.fromkeys(found))


def collected(runner: Runner, names: list[str]) -> list[str]:
    """Ids of the documents in these collections. Raises RequestError: one is empty or unknown."""
    from complm_app.core.library import Library

    if not names:
        return []
    with Library.open(runner.session.paths.library_db) as library:
        found = []
        for name in names:
            inside = library.documents_in(library.collection(name).id)
            if not inside:
                raise RequestError(
                    f"The collection {name!r} is empty.",
                    "Add a file to it with: complm add --collection NAME FILE",
                )
            found += inside
    return found


def _known(library: Library, reference: str) -> str | None:
    """The id that a reference stands for; None: a file that is not in the library yet.

    The file as it is now decides, not its name: it may have changed since it was added.
    """
    from complm_app.core.keys import document_id

    path = Path(reference)
    if not path.exists():
        return library.find(reference).id
    wanted = document_id(path)
    return wanted if wanted in {document.id for document in library.documents()} else None


def ask(
    runner: Runner, out: Output, question: str, documents: tuple[str, ...], ratio: int | None
) -> Answered:
    """The answer, streamed to the terminal as it comes."""
    from complm_app.engine.protocol import Token

    def stream(event: Event) -> None:
        if isinstance(event, Token):
            out.say(event.text, end="")

    answered = answer_of(runner, question, documents, ratio, stream)
    out.say()
    return answered


def answer_of(
    runner: Runner,
    question: str,
    documents: tuple[str, ...],
    ratio: int | None,
    on_event: Callable[[Event], None] = lambda event: None,
) -> Answered:
    from complm_app.engine.jobs import answer
    from complm_app.engine.protocol import Answered, AnswerRequest

    settings = runner.session.settings
    request = AnswerRequest(
        question,
        documents,
        ratio or settings.ratio,
        answer_tokens=settings.answer_tokens,
        verbatim_tokens=settings.verbatim_tokens,
    )
    result = runner.run(lambda workspace: answer(workspace, request), on_event=on_event)
    assert isinstance(result, Answered)
    return result


def show_evidence(out: Output, runner: Runner, answered: Answered) -> None:
    """Pages and quotes below an answer, and one quiet line of what it took."""
    from complm_app.core.library import Library

    if out.as_json:
        return
    with Library.open(runner.session.paths.library_db) as library:
        titles = {document.id: document.title for document in library.documents()}
    for citation in answered.citations:
        title = f", {titles[citation.document]}" if len(titles) > 1 else ""
        out.say(f"  page {citation.label}{title}: “{citation.quote}”")
    out.say(out.quiet(cost(answered)))


def cost(answered: Answered) -> str:
    """`Read 12 of 12 pages. 312 of 312 segments reused. First word after 0.8 s.`"""
    coverage, segments, timings = answered.coverage, answered.segments, answered.timings
    parts = [f"Read {coverage.pages_read} of {counted(coverage.pages_total, 'page')}"]
    if coverage.mode != "whole":
        parts[0] += " (the best passages)"
    if coverage.limit:
        parts.append(coverage.limit)
    if segments.total:
        parts.append(f"{segments.reused:,} of {counted(segments.total, 'segment')} reused")
    parts.append(f"first word after {duration(timings.first_token_s)}")
    return "; ".join(parts) + "."


def as_json(answered: Answered) -> dict[str, object]:
    coverage, timings = answered.coverage, answered.timings
    seconds = ("plan_s", "compress_s", "prefill_s", "first_token_s", "total_s")
    return {
        "answer": answered.text,
        "found": answered.found,
        "citations": [
            {
                "document": citation.document,
                "page": citation.page_index + 1,
                "label": citation.label,
                "quote": citation.quote,
                "verbatim": citation.verbatim,
            }
            for citation in answered.citations
        ],
        "coverage": {
            "pages_read": coverage.pages_read,
            "pages_total": coverage.pages_total,
            "mode": coverage.mode,
            **({"limit": coverage.limit} if coverage.limit else {}),
        },
        "segments": {
            "total": answered.segments.total,
            "reused": answered.segments.reused,
            "compressed": answered.segments.compressed,
        },
        "timings": {name: round(getattr(timings, name), 4) for name in seconds},
        "model": answered.model,
        "ratio": answered.ratio,
    }
