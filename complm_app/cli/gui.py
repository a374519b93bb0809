"""`complm gui [FILE...]`: the window; also what `complm` alone does."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from complm_app.errors import ComplmError

TERMINAL = 'In the terminal: complm ask --document FILE "question" (complm --help for more).'


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("gui", help="open the window (the default)")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="opened in it")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)  # for bench
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    # Qt would end the whole process without a word that helps.
    if not has_display(sys.platform, os.environ):
        raise ComplmError("There is no display to open a window on.", TERMINAL)
    try:
        from complm_app.gui.app import run_app
    except ImportError as e:
        raise ComplmError(
            f"The window cannot start: {e}.",
            f"The README names the system packages that Qt needs. {TERMINAL}",
        ) from e
    if args.measure:
        from complm_app.gui.window_bench import StartProbe

        return run_app(args.files, args.data_dir, StartProbe)
    return run_app(args.files, args.data_dir)


def has_display(system: str, variables: Mapping[str, str]) -> bool:
    """Only Linux and its like can be without one."""
    if system in ("win32", "darwin"):
        return True
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(variables.get(name) for name in named)
