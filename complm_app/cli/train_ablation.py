"""`complm train ablation`: what each part of a compressor is worth."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from complm_app.errors import RequestError


def register(kinds: Any, add_common: Callable[[argparse.ArgumentParser], None]) -> None:
    text = "train a compressor for each variant of its parts, all else the same, and compare them"
    parser = kinds.add_parser("ablation", help=text, description=text)
    add_common(parser)
    parser.add_argument("--model", type=Path, required=True, metavar="DIR")
    parser.add_argument("--text-minutes", type=float, default=0.5, metavar="M", help="of each")
    parser.add_argument("--answers-minutes", type=float, default=1.0, metavar="M", help="of each")
    parser.add_argument("--rate", type=float, default=5e-4, metavar="RATE")
    parser.add_argument(
        "--variants", nargs="+", metavar="NAME", help="only these (default: all; --list names them)"
    )
    parser.add_argument("--list", action="store_true", help="say which variants there are")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from complm_app.cli.train import Reporter, compressor_options
    from complm_app.training.ablation import ablate, cells_of, table

    out = args.out
    base = compressor_options(args)
    cells = cells_of(base)
    if args.list:
        out.value([{"variant": cell.name, "about": cell.about} for cell in cells])
        out.say("\n".join(f"{cell.name}: {cell.about}" for cell in cells))
        return 0
    names = [cell.name for cell in cells]
    if unknown := sorted(set(args.variants or ()) - set(names)):
        raise RequestError(
            f"There is no variant {unknown[0]!r}.", f"Choose from {', '.join(names)}."
        )
    wanted = [cell for cell in cells if not args.variants or cell.name in args.variants]
    reporter = Reporter(out)
    rows = []
    for row in ablate(base, wanted, reporter.watch, reporter.progress, reporter.say):
        rows.append(row)
        out.note(table([row]))
    out.value([asdict(row) for row in rows])
    out.say(table(rows))
    return 0
