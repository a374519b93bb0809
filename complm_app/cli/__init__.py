"""The command line: one module a command, each with `register(subparsers)` and `run(args)`."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Container, Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from complm_app import __version__
from complm_app.cli.output import CrashError, Output
from complm_app.errors import ComplmError

COMMANDS = (
    "complm_app.cli.gui",
    "complm_app.cli.add",
    "complm_app.cli.ask",
    "complm_app.cli.library",
    "complm_app.cli.models",
    "complm_app.cli.train",
    "complm_app.cli.evaluate",
    "complm_app.cli.bench",
    "complm_app.cli.cache",
    "complm_app.cli.doctor",
    "complm_app.cli.demo",
)
WITHOUT_COMMAND = "Without a command the window opens, with the files that are named."
EPILOG = "Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped with Ctrl-C."


class UsageError(Exception):
    """Wrong arguments. `usage` is what to show with it."""

    def __init__(self, message: str, usage: str) -> None:
        super().__init__(message)
        self.usage = usage


class Parser(argparse.ArgumentParser):
    """Raises instead of exiting, so that `--json` can answer wrong usage with JSON too."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, self.format_usage())


def parser() -> tuple[Parser, Container[str]]:
    """And the names of the commands."""
    top = Parser(
        prog="complm",
        description="Ask questions about large documents. Everything stays on this computer.",
        usage="complm [--data-dir DIR] COMMAND ...\n       complm [--data-dir DIR] [FILE ...]",
        epilog=f"{WITHOUT_COMMAND} {EPILOG}",
        allow_abbrev=False,  # with_command knows them by their names
    )
    top.add_argument("--version", action="version", version=f"complm {__version__}")
    top.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="keep library, cache, settings, models here"
    )
    subparsers = top.add_subparsers(dest="command", metavar="COMMAND", prog="complm")
    for name in COMMANDS:
        import_module(name).register(subparsers)
    return top, subparsers.choices


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; its exit code. The only place where settings and stores come together."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    with Output("--json" in words) as out:
        try:
            return _run(words, out)
        except UsageError as error:
            return out.usage_error(str(error), error.usage)
        except ComplmError as error:
            return out.failure(error)
        except KeyboardInterrupt:
            return out.interrupted()
        except BrokenPipeError:
            return out.abandoned()
        except CrashError as error:
            return out.bug(str(error))
        except Exception:
            return out.bug(traceback.format_exc())


def _run(words: list[str], out: Output) -> int:
    top, commands = parser()
    args = top.parse_args(with_command(words, top, commands))
    args.out = out
    return int(args.run(args))


def with_command(words: Sequence[str], top: Parser, commands: Container[str]) -> list[str]:
    """`complm FILE...` is `complm gui FILE...`, unless a command has that name."""
    place = 0
    while place < len(words) and words[place].startswith("-"):
        place += 2 if words[place] == "--data-dir" else 1
    first = words[place] if place < len(words) else None
    if first in commands:
        return [*words]
    if first is not None and not Path(first).exists():
        top.error(f"{first!r} is neither a command nor a file that is there")
    return [*words[:place], "gui", *words[place:]]
