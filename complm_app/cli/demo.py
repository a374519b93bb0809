"""`complm demo`: adds a document and asks it questions, to see what CompLM does."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from complm_app.cli.options import add_model, add_ratio, session_of
from complm_app.cli.output import Output
from complm_app.session import DEMO_DOCUMENT
from complm_app.terminal import counted

QUESTIONS = (
    "Who designed the Heron?",
    "What level did the gauge at Tolley reach?",
)


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("demo", help="add a document, ask it two questions")
    parser.add_argument("--document", type=Path, metavar="FILE", help="instead of the demo report")
    parser.add_argument("--question", action="append", default=[], help="may be repeated")
    add_ratio(parser)
    add_model(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """One worker for all questions: the second one finds what the first one left in memory."""
    from complm_app.cli.add import add_file, summary
    from complm_app.cli.ask import ask, show_evidence
    from complm_app.cli.runner import Runner

    out: Output = args.out
    file = args.document or DEMO_DOCUMENT
    questions = args.question or (QUESTIONS if args.document is None else ())
    with Runner(session_of(args)) as runner:
        out.say(f"Adding {file}")
        added = add_file(runner, file, None, args.ratio)
        out.say(out.quiet(summary(added)))
        for question in questions:
            out.say(f"\n> {question}")
            answered = ask(runner, out, question, (added.document,), args.ratio)
            show_evidence(out, runner, answered)
            kept = answered.timings.reused_positions
            if kept:
                read = counted(answered.timings.read_positions, "position")
                out.say(out.quiet(f"{kept:,} of {read} were still in memory."))
    out.say(f'\nAsk your own: complm ask --document "{file}" "your question"')
    return 0
