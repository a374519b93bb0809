"""`complm doctor`: what this installation is made of, and what is wrong with it."""

from __future__ import annotations

import argparse
import platform
import shutil
import sqlite3
import textwrap
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from complm_app import __version__
from complm_app.cli.options import add_json, add_model, session_of
from complm_app.cli.output import Output
from complm_app.errors import ComplmError, StoreCorruptError, StoreFullError
from complm_app.session import Session, load
from complm_app.terminal import size

LIBRARIES = (
    "torch",
    "transformers",
    "accelerate",
    "peft",
    "bitsandbytes",
    "PySide6_Essentials",
    "PySide6_Pdf",
    "pypdfium2",
    "sqlite-utils",
)
SCARCE_DISK = 1_000_000_000


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("doctor", help="check the installation")
    add_model(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """1 when something is wrong."""
    session = session_of(args)
    problems: list[ComplmError] = []
    report = {
        "versions": versions(),
        "devices": devices(),
        "memory": memory(),
        "folders": folders(session, problems),
        "model": model(session, problems),
        "databases": databases(session, problems),
    }
    out: Output = args.out
    out.value({**report, "problems": [problem.as_dict() for problem in problems]})
    show(out, report)
    for problem in problems:
        out.say(f"! {problem.message}\n  {problem.hint}")
    if not problems:
        out.say("Everything is in order.")
    return int(bool(problems))


def versions() -> dict[str, str]:
    found = {
        "complm": __version__,
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            found[library] = "missing"
    return found


def devices() -> list[dict[str, object]]:
    """What models can run on; the first is what `auto` takes."""
    import torch

    found: list[dict[str, object]] = []
    for index in range(torch.cuda.device_count()):
        free, total = torch.cuda.mem_get_info(index)
        name = torch.cuda.get_device_name(index)
        found.append({"kind": "cuda", "name": name, "free_bytes": free, "total_bytes": total})
    if torch.backends.mps.is_available():
        found.append({"kind": "mps", "name": "Apple GPU"})
    name = platform.processor() or platform.machine()
    return [*found, {"kind": "cpu", "name": name, "threads": torch.get_num_threads()}]


def memory() -> dict[str, int]:
    import psutil  # type: ignore[import-untyped]

    found = psutil.virtual_memory()
    return {"total_bytes": found.total, "free_bytes": found.available}


def folders(session: Session, problems: list[ComplmError]) -> dict[str, object]:
    paths = session.paths
    free = shutil.disk_usage(paths.data).free
    if free < SCARCE_DISK:
        message = f"Only {size(free)} of disk space are left where {paths.data} is."
        problems.append(StoreFullError(message, "Free some space there."))
    named = {"data": paths.data, "cache": paths.cache, "config": paths.config}
    named["models"] = paths.models
    return {**{name: str(path) for name, path in named.items()}, "free_bytes": free}


def model(session: Session, problems: list[ComplmError]) -> dict[str, object]:
    """Loads it: nothing less shows that it can be used."""
    folder = session.model_folder
    try:
        loaded = load(session)
    except ComplmError as error:
        problems.append(error)
        return {"path": str(folder), "loads": False}
    compressor = loaded.compressor
    return {
        "path": str(folder),
        "loads": True,
        "name": loaded.name,
        "description": loaded.description,
        "window": loaded.reader.window,
        "ratios": list(compressor.ratios) if compressor else [],
        "usual_ratio": loaded.usual_ratio,
        "memory": loaded.memory.as_dict() if loaded.memory else None,
    }


def databases(session: Session, problems: list[ComplmError]) -> dict[str, object]:
    from complm_app.core.cache import Cache
    from complm_app.core.library import Library

    found: dict[str, object] = {}
    for name, store, path, hint in (
        (
            "library",
            Library,
            session.paths.library_db,
            "Make a copy of the file first. Then restore it from a backup, or move it away and "
            "add the documents again.",
        ),
        ("cache", Cache, session.paths.cache_db, "Run: complm cache verify"),
    ):
        try:
            with store.open(path) as opened:
                wrong = opened.problems()
        except ComplmError as error:
            problems.append(error)
            found[name] = {"path": str(path), "sound": False, "problems": [error.message]}
            continue
        if wrong:
            problems.append(StoreCorruptError(f"{path} is damaged: {wrong[0]}", hint))
        found[name] = {"path": str(path), "sound": not wrong, "problems": wrong}
    return found


def planned(plan: dict[str, Any]) -> str:
    """A memory plan in a line."""
    return (
        f"{size(plan['model_bytes'])} for the model, {size(plan['work_bytes'])} to work in, "
        f"{size(plan['kv_bytes'])} for {plan['positions']:,} positions; "
        f"{size(plan['left_free_bytes'])} stay free of {size(plan['total_bytes'])}"
    )


def show(out: Output, report: dict[str, Any]) -> None:
    versions = ", ".join(f"{name} {text}" for name, text in report["versions"].items())
    out.say(textwrap.fill(versions, 90, initial_indent="versions  ", subsequent_indent=" " * 10))
    for device in report["devices"]:
        room = f", {size(device['free_bytes'])} free" if "free_bytes" in device else ""
        out.say(f"device    {device['kind']}: {device['name']}{room}")
    memory, folders, model = report["memory"], report["folders"], report["model"]
    out.say(f"memory    {size(memory['free_bytes'])} free of {size(memory['total_bytes'])}")
    out.say(f"disk      {size(folders['free_bytes'])} free")
    for name in ("data", "cache", "config", "models"):
        out.say(f"{name:8}  {Path(folders[name])}")
    out.say(f"model     {model.get('name', 'does not load')}: {model['path']}")
    if model["loads"]:
        ratios = ", ".join(map(str, model["ratios"])) or "none"
        out.say(f"          {model['description']} Compression ratios: {ratios}.")
        if plan := model["memory"]:
            out.say(f"          {planned(plan)}")
    for name, database in report["databases"].items():
        out.say(f"{name:8}  {'sound' if database['sound'] else 'DAMAGED'}: {database['path']}")
