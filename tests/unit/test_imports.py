"""Imports point one way, and what must start quickly loads neither torch nor Qt."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import complm_app

ROOT = Path(complm_app.__file__).parent
ENGINE = (
    "protocol",
    "memory",
    "worker",
    "jobs",
    "answering",
    "workspace",
    "context",
    "quotes",
    "hub",
    "installed",
    "local",
    "process",
)


def modules_of(part: str) -> list[str]:
    """The modules of complm_app/`part`, a file or a package."""
    path = ROOT / part
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
    parts = [file.relative_to(ROOT.parent).with_suffix("").parts for file in files]
    return [".".join(names).removesuffix(".__init__") for names in parts]


def loaded_by(modules: list[str]) -> set[str]:
    """Top-level names of all that importing these loads in a fresh process."""
    script = f"import sys, {', '.join(modules)}\nprint(*sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT.parent
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize(
    "modules",
    [
        modules_of("core"),
        [name for part in ENGINE for name in modules_of(f"engine/{part}")],
        modules_of("cli"),
        [name for part in ("errors", "config", "paths", "session") for name in modules_of(part)],
    ],
    ids=["core", "engine", "cli", "the rest"],
)
def test_neither_torch_nor_qt_is_loaded(modules: list[str]) -> None:
    loaded = loaded_by(modules)
    assert "complm_app" in loaded
    assert loaded.isdisjoint({"torch", "transformers", "peft", "bitsandbytes", "PySide6"})


def test_the_window_loads_no_torch() -> None:
    loaded = loaded_by(modules_of("gui"))
    assert "complm_app" in loaded
    assert loaded.isdisjoint({"torch", "transformers", "peft", "bitsandbytes"})


def imports_of(file: Path) -> set[str]:
    """Dotted names that a file imports, at its top or inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize(
    ("part", "ours", "never"),
    [
        ("core", {"core", "errors"}, {"torch", "transformers", "PySide6"}),
        ("engine", {"engine", "core", "errors"}, {"PySide6"}),
        ("training", {"training", "engine", "core", "errors"}, {"PySide6"}),
        ("speed", {"speed", "engine", "core", "errors"}, {"PySide6"}),
    ],
)
def test_imports_point_one_way(part: str, ours: set[str], never: set[str]) -> None:
    files = sorted((ROOT / part).rglob("*.py"))
    assert files
    for file in files:
        names = [name.split(".") for name in imports_of(file)]
        assert {name[1] for name in names if name[0] == "complm_app"} <= ours, file.name
        assert never.isdisjoint(name[0] for name in names), file.name
