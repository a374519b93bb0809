"""`complm bench window`: how soon the window shows, and whether it keeps up with what goes on."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from complm_app.cli.gui import has_display
from complm_app.cli.options import add_json, add_model, positive, session_of
from complm_app.cli.output import Output


def register(kinds: Any) -> None:
    text = "the window: start, gaps while it works, frames of a large library, memory"
    parser = kinds.add_parser("window", help=text, description=text)
    parser.add_argument("--pages", type=positive, default=1000, metavar="N", help="of the PDF read")
    parser.add_argument(
        "--documents", type=positive, default=5000, metavar="N", help="in the large library"
    )
    add_model(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """On the display that there is, or else without one."""
    if not has_display(sys.platform, os.environ):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from complm_app.gui.window_bench import measure, quantile

    out: Output = args.out
    figures = measure(session_of(args), args.pages, args.documents)
    row = figures.as_dict()
    out.value(row)
    for name, value in row.items():
        out.say(f"{name:26} {value:,.4g}")
    for name, spans, share in figures.details():
        wall, cpu = quantile(spans.wall_ms, share), quantile(spans.cpu_ms, share)
        out.note(f"{name:26} {wall:.1f} ms by the clock, {cpu:.1f} ms of computing ({share:.1%})")
    return 0
