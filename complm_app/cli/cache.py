"""`complm cache size|verify|clear`: the concept embeddings kept on disk."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from complm_app.cli.options import add_json, session_of
from complm_app.cli.output import Output
from complm_app.terminal import counted, size

if TYPE_CHECKING:
    from complm_app.core.cache import Cache


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("cache", help="size, check or clear what is kept compressed")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text, action in (
        ("size", "how much disk space it takes", report_size),
        ("verify", "read all of it, drop what is damaged", verify),
        ("clear", "delete it; it is made again when needed", clear),
    ):
        command = actions.add_parser(name, help=text)
        add_json(command)
        command.set_defaults(run=run, act=action)


def run(args: argparse.Namespace) -> int:
    from complm_app.core.cache import Cache

    session = session_of(args)
    with Cache.open(session.paths.cache_db) as cache:
        value, text = args.act(cache)
    out: Output = args.out
    out.value(value)
    out.say(text)
    return int(value.get("sound") is False)


def report_size(cache: Cache) -> tuple[dict[str, object], str]:
    taken = cache.size_bytes()
    return {"size_bytes": taken}, f"{size(taken)} in {cache.path}"


def verify(cache: Cache) -> tuple[dict[str, object], str]:
    """Damaged entries are no failure: they are made again. A damaged file is."""
    check = cache.verify()
    value = {
        "sound": not check.problems,
        "blocks": check.blocks,
        "removed": check.removed,
        "problems": list(check.problems),
    }
    if check.problems:
        return value, f"{cache.path} is damaged and will be made anew: {check.problems[0]}"
    return value, f"{counted(check.blocks, 'segment')} read, {check.removed:,} damaged and removed"


def clear(cache: Cache) -> tuple[dict[str, object], str]:
    before = cache.size_bytes()
    cache.clear()
    freed = max(0, before - cache.size_bytes())
    return {"freed_bytes": freed}, f"Cleared: {size(freed)} freed. Documents and chats are kept."
