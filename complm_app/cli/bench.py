"""`complm bench document`: a file from drop to answers, timed step by step; and other kinds."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from complm_app.cli import bench_speed, bench_window
from complm_app.cli.options import add_json, add_model, add_ratio, session_of
from complm_app.cli.output import Output
from complm_app.session import Session
from complm_app.terminal import duration

QUESTIONS = ("What is this document about?", "When did it happen?")


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("bench", help="measure speed on this computer")
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    text = "a file from drop to ready, and two questions; in a library of its own"
    document = kinds.add_parser("document", help=text, description=text)
    document.add_argument("file", type=Path, metavar="FILE")
    document.add_argument("--question", action="append", help="the first, then the second one")
    add_ratio(document)
    add_model(document)
    add_json(document)
    document.set_defaults(run=run_document)
    bench_speed.register(kinds)
    bench_window.register(kinds)


def run_document(args: argparse.Namespace) -> int:
    """Seconds do not count the loading of the model."""
    from complm_app.paths import Paths

    out: Output = args.out
    session = session_of(args)
    questions = args.question or QUESTIONS
    with tempfile.TemporaryDirectory(prefix="complm-bench-") as folder:
        paths = Paths.under(Path(folder))
        paths.create()
        row = measure(replace(session, paths=paths), args.file, questions, args.ratio)
    out.value(row)
    for name, value in row.items():
        shown = f"{value:,.4g}" if isinstance(value, float) else value
        out.say(f"{name:26} {shown}")
    out.say(out.quiet(f"From drop to the first word: {duration(float(row['drop_to_word_s']))}."))
    return 0


def measure(
    session: Session, file: Path, questions: Sequence[str], ratio: int | None
) -> dict[str, Any]:
    from complm_app.cli.add import add_file
    from complm_app.cli.ask import answer_of
    from complm_app.cli.runner import Runner
    from complm_app.engine.jobs import compress_document
    from complm_app.engine.protocol import Compressed, CompressRequest

    with Runner(session) as runner:
        added = add_file(runner, file, None, 1)
        request = CompressRequest(added.document, ratio or session.settings.ratio)
        compressed = runner.run(lambda workspace: compress_document(workspace, request), file.name)
        assert isinstance(compressed, Compressed)
        answers = [answer_of(runner, q, (added.document,), ratio) for q in questions]
    first = answers[0].timings.first_token_s
    return {
        "pages": added.pages,
        "tokens": compressed.tokens,
        "read_s": added.seconds,
        "read_pages_per_s": added.pages / added.seconds,
        "compress_s": compressed.seconds,
        "compress_tokens_per_s": compressed.tokens / max(compressed.seconds, 1e-9),
        "drop_to_word_s": added.seconds + compressed.seconds + first,
        "first_question_s": first,
        "next_question_s": answers[-1].timings.first_token_s,
        "segments_reused": answers[-1].segments.reused,
        "mode": answers[-1].coverage.mode,
        "model": answers[-1].model,
        "ratio": answers[-1].ratio,
    }
