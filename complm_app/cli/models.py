"""`complm models`: the models on this computer, and which one is used."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from complm_app.cli.options import add_json, session_of
from complm_app.cli.output import Output
from complm_app.errors import ModelError
from complm_app.session import BUNDLED_MODEL
from complm_app.terminal import size


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("models", help="list the models on this computer")
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    out: Output = args.out
    session = session_of(args)
    folders = [BUNDLED_MODEL, *installed(session.paths.models), session.model_folder]
    used = session.model_folder.resolve()
    found = [
        describe(folder, folder.resolve() == used)
        for folder in dict.fromkeys(folders)
        if folder.is_dir()
    ]
    out.value(found)
    for model in found:
        show(out, model)
    if not found:
        out.say(f"There is no model on this computer. Its place: {BUNDLED_MODEL}")
    return 0


def installed(folder: Path) -> list[Path]:
    return sorted(config.parent for config in folder.glob("*/config.json"))


def describe(folder: Path, used: bool) -> dict[str, Any]:
    """What can be told without loading it; `problem` is None when it looks whole."""
    from complm_app.engine.folder import inspect

    about: dict[str, Any] = {"path": str(folder), "used": used, "bundled": folder == BUNDLED_MODEL}
    try:
        found = inspect(folder)
    except ModelError as error:
        return {**about, "name": folder.name, "problem": error.as_dict()}
    return {
        **about,
        "name": found.settings.name,
        "compressor": found.compressor is not None,
        "quantization": found.stored,
        "size_bytes": sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
        "problem": None,
    }


def show(out: Output, model: dict[str, Any]) -> None:
    if model["problem"]:
        details = model["problem"]["message"]
    else:
        compressor = "with compressor" if model["compressor"] else "no compressor"
        details = f"({size(model['size_bytes'])}, {compressor})"
    out.say(f"{'*' if model['used'] else ' '} {model['name']}  {details}")
    out.say(out.quiet(f"    {model['path']}"))
