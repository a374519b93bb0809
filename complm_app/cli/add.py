"""`complm add FILE...`: files into the library, read and compressed."""

from __future__ import annotations

import argparse
import sys
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from complm_app.cli.options import add_json, add_model, add_ratio, session_of
from complm_app.cli.output import INTERRUPTED, CrashError, Output
from complm_app.errors import ComplmError, EncryptedError, RequestError
from complm_app.terminal import counted, duration

if TYPE_CHECKING:
    from complm_app.cli.runner import Runner
    from complm_app.engine.protocol import Added


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("add", help="read files into the library and compress them")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--password", help="for encrypted PDFs (asked for on a terminal)")
    add_ratio(parser)
    add_model(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """1 when any file failed; the others are in the library all the same."""
    from complm_app.cli.runner import Runner

    out: Output = args.out
    results: list[dict[str, object]] = []
    code = 0
    with Runner(session_of(args)) as runner:
        try:
            for file in args.files:
                results.append(_add(runner, file, args))
        except KeyboardInterrupt:
            code = INTERRUPTED
            out.note("Stopped. What was done so far is kept; run the same command again to go on.")
    results += [_stopped(file) for file in args.files[len(results) :]]
    out.value(results)
    return code or int(any("error" in result for result in results))


def _add(runner: Runner, file: Path, args: argparse.Namespace) -> dict[str, object]:
    out: Output = args.out
    try:
        added = add_file(runner, file, args.password, args.ratio, ask_password=not out.as_json)
    except ComplmError as error:
        out.problem(error, f"{file}: ")
        return {"file": str(file), "error": error.as_dict()}
    except CrashError as error:
        return {"file": str(file), "error": out.describe_bug(str(error))}
    out.say(summary(added))
    return as_json(file, added)


def add_file(
    runner: Runner,
    file: Path,
    password: str | None,
    ratio: int | None,
    ask_password: bool = False,
) -> Added:
    """Adds one file; on a terminal an encrypted one is asked about, once."""
    from complm_app.engine.jobs import add_document
    from complm_app.engine.protocol import Added, AddRequest

    def attempt(word: str | None) -> Added:
        request = AddRequest(file, word, ratio or runner.session.settings.ratio)
        result = runner.run(lambda workspace: add_document(workspace, request), file.name)
        assert isinstance(result, Added)
        return result

    try:
        return attempt(password)
    except EncryptedError:
        if password is not None or not ask_password or not sys.stdin.isatty():
            raise
    return attempt(getpass(f"Password of {file.name}: "))


def as_json(file: Path, added: Added) -> dict[str, object]:
    return {
        "file": str(file),
        "document": added.document,
        "title": added.title,
        "pages": added.pages,
        "pages_without_text": added.pages_without_text,
        "already_there": added.already_there,
        "segments": added.segments,
        "compressed": added.compressed,
        "reused": added.reused,
        "tokens": added.tokens,
        "seconds": round(added.seconds, 3),
    }


def summary(added: Added) -> str:
    """`Annual Report: 12 pages, 312 segments (312 compressed, 0 reused), 4.1 s`"""
    pages = counted(added.pages, "page")
    if added.pages_without_text:
        pages += f" ({added.pages_without_text} without text)"
    segments = counted(added.segments, "segment")
    if added.compressed or added.reused:
        segments += f" ({added.compressed:,} compressed, {added.reused:,} reused)"
    known = "already in the library, " if added.already_there else ""
    return f"{added.title}: {known}{pages}, {segments}, {duration(added.seconds)}"


def _stopped(file: Path) -> dict[str, object]:
    error = RequestError("Stopped before this file was finished.", "Add it again to go on.")
    return {"file": str(file), "error": {**error.as_dict(), "kind": "cancelled"}}
