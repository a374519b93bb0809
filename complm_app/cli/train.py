"""`complm train reader|questions|average|compressor`: making models, resumable, with progress."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from complm_app.cli import train_ablation, train_questions
from complm_app.cli.options import add_json, positive, session_of
from complm_app.cli.output import Output
from complm_app.errors import RequestError
from complm_app.terminal import ProgressLine, duration

if TYPE_CHECKING:
    from complm_app.engine.protocol import Progress
    from complm_app.training.compressor import CompressorOptions
    from complm_app.training.loop import LoopOptions, TrainingProgress
    from complm_app.training.prepare import Data

T = TypeVar("T")
SECONDS_BETWEEN_LINES = 15.0
_SHARES = (
    ("--compressed", 0.5, "of the contexts that are read as CEs while answering is learned"),
    ("--twins", 0.0, "of those that are read uncompressed too: one reading teaches the other"),
    (
        "--gathered",
        0.0,
        "of the given questions whose contexts are the passages that search finds for them, "
        "not neighbours",
    ),
    ("--other-names", 0.0, "of the contexts in which names stand for other names"),
    (
        "--tables",
        0.0,
        "of the prose's documents that are read again with made-up tables to be asked about",
    ),
    ("--rate", 1.0, "of the usual learning rates"),
)
"""Options of `train reader`, their defaults, and what they are shares of."""


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("train", help="make a reader or a compressor")
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    _register_reader(kinds)
    train_questions.register(kinds)
    _register_average(kinds)
    _register_compressor(kinds)
    train_ablation.register(kinds, _add_common)


def _register_reader(kinds: Any) -> None:
    text = "train a small reader from nothing: vocabulary, reading, answering, NF4"
    reader = kinds.add_parser("reader", help=text, description=text)
    _add_common(reader)
    reader.add_argument("--shape", default="base", help="tiny, small, medium or base")
    reader.add_argument(
        "--start", type=Path, metavar="DIR", help="go on from this model instead of from nothing"
    )
    reader.add_argument(
        "--reading-minutes",
        type=float,
        default=15.0,
        metavar="M",
        help="0, with --start: answering goes on at once",
    )
    reader.add_argument("--answering-minutes", type=float, default=10.0, metavar="M")
    for name, default, meaning in _SHARES:
        text = f"{meaning} (default: {default:g})"
        reader.add_argument(name, type=float, default=default, metavar="SHARE", help=text)
    reader.add_argument(
        "--passages",
        type=positive,
        metavar="N",
        help="read at once at most (default: all that fit)",
    )
    reader.add_argument(
        "--written",
        type=Path,
        metavar="DIR",
        help="questions that `train questions` wrote (default: those in the run's folder, if any)",
    )
    reader.set_defaults(run=run_reader)


def _register_average(kinds: Any) -> None:
    text = "the mean of readers that were trained from a common start, stored in NF4"
    average = kinds.add_parser("average", help=text, description=text)
    average.add_argument("--models", type=Path, nargs="+", required=True, metavar="DIR")
    average.add_argument(
        "--shares", type=float, nargs="+", metavar="S", help="of each (default: all alike)"
    )
    average.add_argument(
        "--run", dest="folder", type=Path, required=True, metavar="DIR", help="everything goes here"
    )
    add_json(average)
    average.set_defaults(run=run_average)


def _register_compressor(kinds: Any) -> None:
    text = "distil a compressor into a frozen model: LoRA and readout"
    compressor = kinds.add_parser("compressor", help=text, description=text)
    _add_common(compressor)
    compressor.add_argument("--model", type=Path, required=True, metavar="DIR")
    compressor.add_argument("--readout", choices=("mean", "eos"), default="mean")
    compressor.add_argument(
        "--causal",
        action="store_true",
        help="a segment's tokens see only what stands before them (as in the paper)",
    )
    compressor.add_argument("--text-minutes", type=float, default=5.0, metavar="M")
    compressor.add_argument("--answers-minutes", type=float, default=10.0, metavar="M")
    compressor.add_argument("--hidden", type=float, default=1.0, metavar="WEIGHT")
    compressor.add_argument("--kl", type=float, default=1.0, metavar="WEIGHT")
    compressor.add_argument("--labels", type=float, default=0.0, metavar="WEIGHT")
    compressor.add_argument(
        "--checkpointing",
        action="store_true",
        help="needs much less memory, and a third more time: layers are computed twice",
    )
    compressor.add_argument("--rate", type=float, default=5e-4, metavar="RATE")
    compressor.add_argument(
        "--documents",
        type=Path,
        nargs="*",
        metavar="FILE",
        help="the model teaches itself from these; without names, and where no other data is "
        "given, from the library's",
    )
    compressor.add_argument(
        "--passages",
        type=positive,
        default=1000,
        metavar="N",
        help="that the model asks questions about, at most; 1000",
    )
    compressor.add_argument(
        "--insist",
        action="store_true",
        help="put the compressor into the model's folder even where it keeps less than 80%% of "
        "what the text adds to the answers",
    )
    compressor.add_argument(
        "--keep-apart",
        action="store_true",
        help="leave the compressor in the run's folder instead of putting it into the model's",
    )
    compressor.set_defaults(run=run_compressor)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--run", dest="folder", type=Path, required=True, metavar="DIR", help="everything goes here"
    )
    parser.add_argument("--prose", type=Path, nargs="*", default=[], metavar="FILE.txt")
    parser.add_argument("--questions", type=Path, nargs="*", default=[], metavar="FILE.jsonl")
    parser.add_argument("--prose-bytes", type=positive, default=10**12, metavar="N")
    parser.add_argument("--ratios", type=positive, nargs="+", default=[2], metavar="N")
    parser.add_argument("--segment-tokens", type=positive, default=32, metavar="S")
    parser.add_argument("--layers", type=positive, help="of the compressor (default: all)")
    parser.add_argument("--lora-rank", type=positive, default=16, metavar="R")
    parser.add_argument("--rows", type=positive, default=16, metavar="N", help="of a batch")
    parser.add_argument("--row-tokens", type=positive, default=1024, metavar="N")
    parser.add_argument("--accumulate", type=positive, default=1, metavar="N")
    parser.add_argument("--workers", type=positive, default=1, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-compile", action="store_true", help="start sooner, run slower")
    add_json(parser)


def run_reader(args: argparse.Namespace) -> int:
    from complm_app.training.reader import ReaderOptions, train_reader

    options = ReaderOptions(
        folder=args.folder,
        data=_data(args),
        shape=args.shape,
        reading=_loop(args, args.reading_minutes, decay=0.0),
        answering=_loop(args, args.answering_minutes, decay=0.9),
        rows=args.rows,
        row_tokens=args.row_tokens,
        segment_tokens=args.segment_tokens,
        start=args.start,
        compressed=args.compressed,
        twins=args.twins,
        gathered=args.gathered,
        other_names=args.other_names,
        ratios=tuple(args.ratios),
        compressor_layers=args.layers,
        lora_rank=args.lora_rank,
        passages=args.passages,
        written=args.written,
        rate=args.rate,
    )
    reporter = Reporter(args.out)
    model = train_reader(options, reporter.progress, reporter.say)
    return _finish(args.out, "model", model)


def run_average(args: argparse.Namespace) -> int:
    from complm_app.training.average import average

    shares = args.shares or [1.0] * len(args.models)
    return _finish(args.out, "model", average(args.models, shares, args.folder))


def run_compressor(args: argparse.Namespace) -> int:
    from complm_app.training.compressor import install
    from complm_app.training.making import Making, check_usual_ratio, make_compressor
    from complm_app.training.report import check_kept

    if not any((args.hidden, args.kl, args.labels)):
        raise RequestError(
            "All losses are switched off.", "Give --hidden, --kl or --labels a weight above 0."
        )
    if not args.keep_apart:
        check_usual_ratio(args.model, args.ratios)
    reporter = Reporter(args.out)
    making = Making(compressor_options(args), _documents(args), args.passages)
    made = make_compressor(making, reporter.watch, reporter.progress, reporter.say)
    if made is None:
        return 0
    if args.keep_apart:
        return _finish(args.out, "compressor", made.folder)
    if not args.insist:
        check_kept(made.report, made.folder)
    return _finish(args.out, "compressor", install(made.folder, args.model))


def compressor_options(args: argparse.Namespace) -> CompressorOptions:
    """What `train compressor` has options for; where `train ablation` has none, the defaults."""
    from complm_app.training.compressor import CompressorOptions, LossWeights

    given = vars(args)
    losses = {name: given[name] for name in ("hidden", "kl", "labels") if name in given}
    others = {name: given[name] for name in ("readout", "checkpointing") if name in given}
    return CompressorOptions(
        model=args.model,
        folder=args.folder,
        data=_data(args),
        text=_loop(args, args.text_minutes),
        answers=_loop(args, args.answers_minutes),
        ratios=tuple(args.ratios),
        segment_tokens=args.segment_tokens,
        bidirectional=not given.get("causal", False),
        layers=args.layers,
        lora_rank=args.lora_rank,
        losses=LossWeights(**losses),
        rate=args.rate,
        rows=args.rows,
        row_tokens=args.row_tokens,
        **others,
    )


def _documents(args: argparse.Namespace) -> dict[str, list[str]] | None:
    """Those that are named; all of the library where `--documents` names none, or where there is
    no other data."""
    from complm_app.training.documents import from_files, from_library

    if args.documents:
        return from_files(args.documents)
    if args.documents is None and (args.prose or args.questions):
        return None
    return from_library(session_of(args).paths.library_db)


def _data(args: argparse.Namespace) -> Data:
    from complm_app.training.prepare import Data

    tables = getattr(args, "tables", 0.0)
    return Data(tuple(args.prose), tuple(args.questions), args.prose_bytes, tables)


def _loop(args: argparse.Namespace, minutes: float, decay: float = 0.4) -> LoopOptions:
    from complm_app.training.loop import LoopOptions

    return LoopOptions(
        minutes=minutes,
        seed=args.seed,
        workers=args.workers,
        accumulate=args.accumulate,
        compile=not args.no_compile,
        decay=decay,
    )


def _finish(out: Output, what: str, folder: Path) -> int:
    out.value({what: str(folder)})
    out.say(f"The {what} is in {folder}.")
    return 0


class Reporter:
    """Lines on stderr: means since the last one, tokens a second, time left."""

    def __init__(self, out: Output) -> None:
        self._out = out
        self._stage = ""
        self._written = time.monotonic()
        self._sums: dict[str, float] = {}
        self._count = 0
        self._line = ProgressLine(sys.stderr)

    def watch(self, steps: Generator[Progress, None, T]) -> T:
        """What the steps return; a line on the terminal shows how far they are."""
        try:
            while True:
                self._line.update(next(steps))
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            self._line.clear()

    def say(self, text: str) -> None:
        self._out.note(f"{time.strftime('%H:%M:%S')}  {text}")

    def progress(self, stage: str, progress: TrainingProgress) -> None:
        if stage != self._stage:
            self._stage, self._sums, self._count = stage, {}, 0
        for name, value in progress.loss.items():
            self._sums[name] = self._sums.get(name, 0.0) + value
        self._count += 1
        now = time.monotonic()
        if now - self._written >= SECONDS_BETWEEN_LINES or progress.seconds_left == 0:
            means = "  ".join(f"{n} {v / self._count:.3f}" for n, v in self._sums.items())
            self.say(
                f"{stage} {progress.step}  {means}  {progress.tokens / 1e6:.1f}M tokens  "
                f"{progress.tokens_per_second:,.0f}/s  {duration(progress.seconds_left)} left"
            )
            sys.stderr.flush()
            self._written, self._sums, self._count = now, {}, 0
