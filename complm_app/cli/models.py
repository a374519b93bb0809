"""`complm models`: the models on this computer: list, add, download, remove, use."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from complm_app.cli.options import add_json, session_of
from complm_app.cli.output import Output
from complm_app.config import Settings, save_settings
from complm_app.errors import ModelMissingError
from complm_app.session import BUNDLED_MODEL, Session, download_request
from complm_app.terminal import size

if TYPE_CHECKING:
    from complm_app.engine.installed import ModelEntry
    from complm_app.engine.protocol import Event, Installed, Job

BUNDLED = "bundled"


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "models", help="list, add, download, remove or choose models on this computer"
    )
    add_json(parser)
    parser.set_defaults(run=run_list)
    actions = parser.add_subparsers(metavar="ACTION")
    _action(actions, "list", "what is there (also without ACTION)", run_list)
    add = _action(actions, "add", "use a model folder that is on this computer", run_add)
    add.add_argument("folder", type=Path, metavar="FOLDER")
    add.add_argument("--copy", action="store_true", help="copy it (default: use it where it is)")
    download = _action(actions, "download", "fetch a model; goes on where it stopped", run_download)
    download.add_argument("name", metavar="NAME", help="on the hub, such as Qwen/Qwen3-0.6B")
    remove = _action(actions, "remove", "delete a model, or forget one used in place", run_remove)
    remove.add_argument("name", metavar="NAME")
    use = _action(actions, "use", "answer with this model from now on", run_use)
    use.add_argument("name", metavar="NAME", help=f"as listed; {BUNDLED}: the one that came along")


def _action(
    actions: Any, name: str, text: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text)
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
    parser.set_defaults(run=run)
    return parser


# ---- list


def run_list(args: argparse.Namespace) -> int:
    from complm_app.engine.installed import unfinished

    out: Output = args.out
    session = session_of(args)
    entries = listed(session)
    out.value([as_json(entry, session) for entry in entries])
    for entry in entries:
        show(out, entry, session)
    for stopped in unfinished(session.paths.models):
        out.say(f"  {stopped.repo}  not finished, {size(stopped.size_bytes)} are there")
        out.say(out.quiet(f"    to go on: complm models download {stopped.repo}"))
    if not entries:
        out.say(f"There is no model on this computer. Its place: {BUNDLED_MODEL}")
    return 0


def listed(session: Session) -> list[ModelEntry]:
    """The bundled model, those added or downloaded, and the one in use wherever it is."""
    from complm_app.engine.installed import describe, folders

    paths = [BUNDLED_MODEL, *folders(session.paths.models), session.model_folder]
    return [describe(path) for path in dict.fromkeys(paths) if path.is_dir()]


def is_used(entry: ModelEntry, session: Session) -> bool:
    return entry.path.resolve() == session.model_folder.resolve()


def as_json(entry: ModelEntry, session: Session) -> dict[str, Any]:
    """`problem` is None when it looks whole; then there are numbers too."""
    about: dict[str, Any] = {
        "path": str(entry.path),
        "used": is_used(entry, session),
        "bundled": entry.path == BUNDLED_MODEL,
        "name": entry.name,
    }
    if entry.problem is not None:
        return {**about, "problem": entry.problem.as_dict()}
    return {
        **about,
        "compressor": bool(entry.ratios),
        "ratios": list(entry.ratios),
        "quantization": entry.stored,
        "parameters": entry.parameters,
        "size_bytes": entry.size_bytes,
        "weights_bytes": entry.memory,
        "repo": entry.repo,
        "problem": None,
    }


def show(out: Output, entry: ModelEntry, session: Session) -> None:
    if entry.problem is not None:
        details = entry.problem.message
    else:
        ratios = ", ".join(f"{ratio}x" for ratio in entry.ratios)
        compressor = f"compresses {ratios}" if ratios else "no compressor"
        details = f"({size(entry.size_bytes)}, {compressor})"
    out.say(f"{'*' if is_used(entry, session) else ' '} {entry.name}  {details}")
    out.say(out.quiet(f"    {entry.path}"))


# ---- change


def run_add(args: argparse.Namespace) -> int:
    from complm_app.engine.installed import import_model
    from complm_app.engine.protocol import ImportRequest

    session = session_of(args)
    request = ImportRequest(args.folder, session.paths.models, args.copy)
    installed = _finish(session, lambda: import_model(request), args.folder.name)
    return _tell(args.out, installed, "Added")


def run_download(args: argparse.Namespace) -> int:
    from complm_app.engine.hub import download_model

    session = session_of(args)
    request = download_request(session, session.settings, args.name)
    installed = _finish(session, lambda: download_model(request), args.name)
    return _tell(args.out, installed, "Downloaded")


def _finish(session: Session, job: Callable[[], Job], label: str) -> Installed:
    from complm_app.cli.runner import Runner
    from complm_app.engine.protocol import Installed

    with Runner(session, nullcontext) as runner:
        ended: Event = runner.run(lambda _: job(), label)
    assert isinstance(ended, Installed)
    return ended


def _tell(out: Output, installed: Installed, what: str) -> int:
    out.value(
        {
            "path": str(installed.folder),
            "name": installed.name,
            "size_bytes": installed.size_bytes,
            "seconds": round(installed.seconds, 1),
        }
    )
    out.say(f"{what}: {installed.name} ({size(installed.size_bytes)})")
    out.say(out.quiet(f"    to answer with it: complm models use {installed.folder.name}"))
    return 0


def run_remove(args: argparse.Namespace) -> int:
    from complm_app.engine.installed import remove

    out: Output = args.out
    session = session_of(args)
    entry = named(session, args.name)
    freed = remove(entry.path, session.paths.models)
    if is_used(entry, session):
        _use(session, None)
        out.note("It was in use: the bundled model answers from now on.")
    out.value({"path": str(entry.path), "freed_bytes": freed})
    out.say(f"Removed: {entry.name}" + (f" ({size(freed)} freed)" if freed else ""))
    return 0


def run_use(args: argparse.Namespace) -> int:
    from complm_app.engine.folder import inspect

    out: Output = args.out
    session = session_of(args)
    entry = named(session, args.name)
    inspect(entry.path)
    _use(session, None if entry.path == BUNDLED_MODEL else entry.path)
    out.value({"path": str(entry.path), "name": entry.name})
    out.say(f"{entry.name} answers from now on. Documents are compressed for it when first asked.")
    return 0


def named(session: Session, name: str) -> ModelEntry:
    """Raises ModelMissingError where there is none of this name, or several."""
    entries = listed(session)
    if name == BUNDLED:
        found = [entry for entry in entries if entry.path == BUNDLED_MODEL]
    else:
        wanted = name.rstrip("/").lower()
        found = [e for e in entries if wanted in {n.lower() for n in names_of(e)}]
    if len(found) == 1:
        return found[0]
    if found:
        places = ", ".join(str(entry.path) for entry in found)
        raise ModelMissingError(f"Several models are called {name}.", f"Name a folder: {places}.")
    raise ModelMissingError(
        f"There is no model {name} on this computer.", "complm models lists those that are there."
    )


def names_of(entry: ModelEntry) -> set[str]:
    repo = {entry.repo} if entry.repo else set()
    return {entry.name, entry.path.name, str(entry.path), *repo}


def _use(session: Session, model: Path | None) -> None:
    changed: Settings = replace(session.settings, model=model)
    save_settings(session.paths.settings_file, changed)
