"""Evaluations over several ratios and lengths, and their charts."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from complm_app.cli.options import positive, session_of
from complm_app.cli.output import Output
from complm_app.session import load
from complm_app.terminal import ProgressLine

if TYPE_CHECKING:
    from complm_app.plots import Chart


def add_plot(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help=f"also draw {what}")


def add_ratios_and_plot(parser: argparse.ArgumentParser) -> None:
    text = "one after the other (for --plot: all of the model's); prints a list, with times"
    parser.add_argument("--ratios", type=positive, nargs="+", metavar="N", help=text)
    add_plot(parser, "F1 and time to the first token against the ratio")


def run_ratios(args: argparse.Namespace) -> int:
    """`complm eval squad --ratios`: one model, all ratios."""
    from complm_app.training.corpus import load_questions
    from complm_app.training.evaluation import timed_squad

    out: Output = args.out
    questions = load_questions(args.data)[: args.limit]
    model = load(session_of(args))
    line = ProgressLine(sys.stderr)
    rows: list[dict[str, Any]] = []
    for ratio in args.ratios or (1, *(model.compressor.ratios if model.compressor else ())):
        steps = timed_squad(model, questions, ratio)
        try:
            while True:
                line.update(next(steps), f"ratio {ratio}")
        except StopIteration as end:
            rows.append(end.value.as_dict())
        finally:
            line.clear()
        row = rows[-1]
        out.say(
            f"{row['n']} questions at ratio {ratio}: exact match {row['exact_match']:.1f}, "
            f"F1 {row['f1']:.1f}, first token after {1000 * row['first_token_s']:.0f} ms"
        )
    out.value(rows)
    if args.plot:
        draw(ratio_charts(rows), args.plot, out)
    return 0


def draw(charts: Sequence[Chart], file: Path, out: Output) -> None:
    from complm_app.plots import save_charts

    save_charts(charts, file)
    out.note(f"The chart is in {file}.")


def ratio_charts(rows: Sequence[dict[str, Any]]) -> list[Chart]:
    from complm_app.plots import Chart, Line

    across = "tokens per concept embedding (1: uncompressed)"
    f1 = Line("F1", tuple((row["ratio"], row["f1"]) for row in rows), 3)
    times = Line("first token", tuple((r["ratio"], r["first_token_s"]) for r in rows), 1)
    return [
        Chart("Answers by compression ratio", across, "F1, percent", [f1], log_y=False),
        Chart("Time to the first token", across, "seconds", [times], log_y=False),
    ]


def needle_charts(summaries: Sequence[dict[str, Any]]) -> list[Chart]:
    """`summaries` are of `complm eval needle`, one for each length."""
    from complm_app.plots import Chart, Line

    by_depth = [
        Line(
            f"{summary['pages']} pages",
            tuple((100 * float(d), 100 * rate) for d, rate in sorted_depths(summary)),
            number,
        )
        for number, summary in enumerate(summaries)
    ]
    lengths = sorted((summary["pages"], 100 * summary["accuracy"]) for summary in summaries)
    by_length = Line("all depths", tuple(lengths), 3)
    share = "found, percent"
    return [
        Chart(
            "Facts found, by depth", "depth in the document, percent", share, by_depth, False, False
        ),
        Chart("Facts found, by length", "pages", share, [by_length], log_y=False),
    ]


def sorted_depths(summary: dict[str, Any]) -> list[tuple[str, float]]:
    return sorted(summary["by_depth"].items(), key=lambda item: float(item[0]))
