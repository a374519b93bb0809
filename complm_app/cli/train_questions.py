"""`complm train questions`: a model writes questions about prose, for a reader to learn from."""

from __future__ import annotations

import argparse
import math
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from complm_app.cli.options import add_json, positive
from complm_app.terminal import duration

if TYPE_CHECKING:
    from complm_app.training.synthesis import WritingProgress

SECONDS_BETWEEN_LINES = 15.0


def register(kinds: Any) -> None:
    text = "write questions about prose, and keep those that the model answers right itself"
    parser = kinds.add_parser("questions", help=text, description=text)
    parser.add_argument("--model", type=Path, required=True, metavar="DIR")
    parser.add_argument("--prose", type=Path, nargs="+", required=True, metavar="FILE.txt")
    parser.add_argument(
        "--run", dest="folder", type=Path, required=True, metavar="DIR", help="a reader's run"
    )
    parser.add_argument("--prose-bytes", type=positive, default=10**12, metavar="N")
    parser.add_argument("--segment-tokens", type=positive, default=32, metavar="S")
    parser.add_argument(
        "--count", type=positive, default=200_000, metavar="N", help="kept altogether; 200,000"
    )
    parser.add_argument("--minutes", type=float, metavar="M", help="stop after so many (no limit)")
    parser.add_argument("--batch", type=positive, default=1024, metavar="N", help="asked at once")
    parser.add_argument("--workers", type=positive, default=1, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from complm_app.training.prepare import Data
    from complm_app.training.synthesis import WritingOptions, write_questions

    options = WritingOptions(
        model=args.model,
        folder=args.folder,
        data=Data(prose=tuple(args.prose), prose_bytes=args.prose_bytes),
        count=args.count,
        minutes=args.minutes,
        batch=args.batch,
        seed=args.seed,
        segment_tokens=args.segment_tokens,
        workers=args.workers,
    )

    def say(text: str) -> None:
        args.out.note(f"{time.strftime('%H:%M:%S')}  {text}")
        sys.stderr.flush()

    last: WritingProgress | None = None
    told = -SECONDS_BETWEEN_LINES
    for last in write_questions(options, say):
        if time.monotonic() - told >= SECONDS_BETWEEN_LINES:
            say(line(last))
            told = time.monotonic()
    if last is not None:
        say(line(last))
    folder = str(args.folder / "written")
    counts = {"written": last.written, "kept": last.kept} if last else {}
    args.out.value({"questions": folder, **counts})
    args.out.say(f"The questions are in {folder}.")
    return 0


def line(progress: WritingProgress) -> str:
    share = progress.kept / max(1, progress.written)
    left = progress.seconds_left
    rest = f"  {duration(left)} left" if math.isfinite(left) else ""
    return (
        f"{progress.written:,} written  {progress.kept:,} kept ({share:.0%})  "
        f"{progress.written_per_second:,.0f}/s{rest}"
    )
