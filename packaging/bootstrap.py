"""Two commands that do all the set-up: `run` starts CompLM, `test` checks everything.

Standard library only, like all that is imported here.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from pathlib import Path

from environment import SetupError, check_python, ensure_environment

ROOT = Path(__file__).resolve().parent.parent
TEST_MINUTES = 14
QT_PACKAGES = (
    "libgl1",
    "libegl1",
    "libxkbcommon0",
    "libdbus-1-3",
    "libfontconfig1",
    "libfreetype6",
    "libglib2.0-0",
    "libgssapi-krb5-2",
)
X11_PACKAGES = (
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-shape0",
    "libxkbcommon-x11-0",
)


def has_display(system: str, variables: Mapping[str, str]) -> bool:
    if system in ("win32", "darwin"):
        return True
    return bool(variables.get("DISPLAY") or variables.get("WAYLAND_DISPLAY"))


def start_command(arguments: argparse.Namespace, root: Path, window: bool) -> list[str]:
    """The arguments of `complm` that do the main job."""
    document = str(arguments.document.resolve()) if arguments.document else ""
    moved = ["--data-dir", str(arguments.data_dir.resolve())] if arguments.data_dir else []
    if window:
        return [*moved, "gui", document or str(root / "assets" / "demo.pdf")]
    command = [*moved, "demo"]
    command += ["--document", document] if document else []
    for question in arguments.question:
        command += ["--question", question]
    return command


def run(arguments: argparse.Namespace, root: Path) -> int:
    python = ensure_environment(root, "", arguments.cpu)
    wanted = not arguments.terminal and not arguments.question
    window = wanted and has_display(sys.platform, os.environ)
    command = [str(python), "-m", "complm_app", *start_command(arguments, root, window)]
    code = subprocess.call(command)
    if window and code == -signal.SIGABRT:
        raise SetupError(
            "Qt could not open a window; its reason is above. On Debian and Ubuntu these packages "
            f"may be missing: sudo apt install {' '.join((*QT_PACKAGES, *X11_PACKAGES))}. "
            "Without a window: python3 packaging/bootstrap.py run --terminal"
        )
    return code


def qt_starts(python: Path) -> bool:
    probe = (
        "from PySide6 import QtPdfWidgets, QtWidgets; QtWidgets.QApplication([]); "
        "QtPdfWidgets.QPdfView()"
    )
    command = [str(python), "-c", probe]
    return subprocess.run(command, capture_output=True, env=test_variables()).returncode == 0


def test_variables() -> dict[str, str]:
    variables = dict(os.environ, PYTHONUTF8="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    variables["QT_QPA_PLATFORM"] = "offscreen"
    return variables


def ensure_qt(python: Path) -> None:
    """Installs the system libraries that Qt misses where that is possible: Debian, as root."""
    if qt_starts(python):
        return
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and shutil.which("apt-get"):
        print("Installing the system libraries that Qt needs.", flush=True)
        install = ["install", "--yes", "--no-install-recommends", *QT_PACKAGES]
        variables = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        for arguments in (["update"], install):
            command = ["apt-get", "-qq", *arguments]
            subprocess.call(command, env=variables, stdout=subprocess.DEVNULL)
    if not qt_starts(python):
        raise SetupError(
            "Qt does not start here: system libraries are missing. On Debian and Ubuntu: "
            f"sudo apt install {' '.join(QT_PACKAGES)}. Then run this again."
        )


def checks(python: Path) -> list[tuple[str, list[str]]]:
    def module(*arguments: str) -> list[str]:
        return [str(python), "-m", *arguments]

    return [
        ("ruff check", module("ruff", "check", ".")),
        ("ruff format --check", module("ruff", "format", "--check", ".")),
        ("mypy", module("mypy")),
    ]


def run_checks(python: Path, root: Path) -> list[str]:
    """Runs them all; the names of those that failed."""
    failed = []
    for name, command in checks(python):
        print(f"== {name}", flush=True)
        if subprocess.call(command, cwd=root, env=test_variables()) != 0:
            failed.append(name)
    return failed


def run_pytest(python: Path, root: Path, arguments: Sequence[str]) -> tuple[int, int, int]:
    """pytest's exit code, and how many tests passed and failed."""
    print("== pytest", flush=True)
    with tempfile.TemporaryDirectory(prefix="complm-") as folder:
        report = Path(folder) / "report.xml"
        command = [str(python), "-m", "pytest", "-q", f"--junitxml={report}", *arguments]
        limit = 60 * TEST_MINUTES
        try:
            status = subprocess.call(command, cwd=root, env=test_variables(), timeout=limit)
        except subprocess.TimeoutExpired:
            print(f"\nTests took more than {TEST_MINUTES} minutes and were stopped.", flush=True)
            status = 1
        passed, failed = count(report)
    return status, passed, max(failed, int(status != 0))


def count(report: Path) -> tuple[int, int]:
    """Passed and failed (errors are failures; skipped tests are neither), from pytest's report."""
    if not report.exists():
        return 0, 1
    passed = failed = 0
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        bad = int(suite.get("failures", "0")) + int(suite.get("errors", "0"))
        failed += bad
        passed += int(suite.get("tests", "0")) - int(suite.get("skipped", "0")) - bad
    return passed, failed


def test(arguments: argparse.Namespace, root: Path) -> int:
    started = time.monotonic()
    python = ensure_environment(root, "test", arguments.cpu)
    ensure_qt(python)
    bad_checks = run_checks(python, root)
    status, passed, failed = run_pytest(python, root, arguments.pytest)
    print(f"\n{time.monotonic() - started:.0f} s in all.", flush=True)
    if bad_checks:
        print("Failed besides the tests: " + ", ".join(bad_checks), flush=True)
    good_checks = len(checks(python)) - len(bad_checks)
    print(f"{passed + good_checks} passed, {failed + len(bad_checks)} failed", flush=True)
    return 1 if bad_checks or status != 0 else 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="bootstrap.py", description=__doc__.splitlines()[0])
    commands = top.add_subparsers(dest="command", required=True)
    start = commands.add_parser("run", help="install what is missing and start CompLM")
    start.add_argument("--terminal", action="store_true", help="no window, even with a display")
    start.add_argument("--document", type=Path, help="your own PDF instead of the demo")
    start.add_argument("--question", action="append", default=[], help="asked in the terminal")
    start.add_argument("--data-dir", type=Path, help="where the library is kept")
    start.set_defaults(go=run)
    check = commands.add_parser("test", help="install what tests need and run them all")
    check.add_argument("pytest", nargs="*", help="handed on to pytest (after --)")
    check.set_defaults(go=test)
    for command in (start, check):
        command.add_argument("--cpu", action="store_true", help="PyTorch without CUDA (Linux)")
    return top


def main(arguments: Sequence[str]) -> int:
    try:
        check_python(sys.version_info[:2])
        chosen = parser().parse_args(arguments)
        return int(chosen.go(chosen, ROOT))
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
