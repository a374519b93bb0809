"""`complm add FILE...`: files into the library, read and compressed.

A path has one document: a file that has changed since it was added replaces its earlier version,
and only what is new in it is compressed.
"""

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
    from complm_app.session import Session


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("add", help="read files into the library and compress them")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--password", help="for encrypted PDFs (asked for on a terminal)")
    parser.add_argument("--collection", metavar="NAME", help="put them into it; made where needed")
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
    session = session_of(args)
    collection = collection_named(session, args.collection) if args.collection else None
    with Runner(session) as runner:
        try:
            for file in args.files:
                results.append(_add(runner, file, args, collection))
        except KeyboardInterrupt:
            code = INTERRUPTED
            out.note("Stopped. What was done so far is kept; run the same command again to go on.")
    results += [_stopped(file) for file in args.files[len(results) :]]
    out.value(results)
    return code or int(any("error" in result for result in results))


def collection_named(session: Session, name: str) -> int:
    """Its id; one that is not there is made."""
    from complm_app.core.library import Library

    with Library.open(session.paths.library_db) as library:
        known = {each.name.casefold(): each for each in library.collections()}
        found = known.get(name.strip().casefold())
        return (found or library.make_collection(name)).id


def _add(
    runner: Runner, file: Path, args: argparse.Namespace, collection: int | None
) -> dict[str, object]:
    out: Output = args.out
    ask = not out.as_json
    try:
        added = add_file(runner, file, args.password, args.ratio, ask, collection)
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
    collection: int | None = None,
) -> Added:
    """Adds one file; on a terminal an encrypted one is asked about, once."""
    from complm_app.engine.jobs import add_document
    from complm_app.engine.protocol import Added, AddRequest

    def attempt(word: str | None) -> Added:
        request = AddRequest(file, word, ratio or runner.session.settings.ratio, collection)
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
        "replaced": added.replaced,
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
    if added.replaced:
        known = "changed, read again, "
    return f"{added.title}: {known}{pages}, {segments}, {duration(added.seconds)}"


def _stopped(file: Path) -> dict[str, object]:
    error = RequestError("Stopped before this file was finished.", "Add it again to go on.")
    return {"file": str(file), "error": {**error.as_dict(), "kind": "cancelled"}}
