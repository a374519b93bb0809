"""The project's virtual environment: made, repaired, brought up to date; quick when all is there.

Standard library only. The syntax stays readable for Python 3.8, so that an old Python gets a
sentence instead of a SyntaxError.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

OLDEST_PYTHON = (3, 11)
GIGABYTE = 1000**3
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"


class SetupError(Exception):
    """Something that the person at the keyboard can put right."""


def check_python(version: tuple[int, ...]) -> None:
    if version[:2] < OLDEST_PYTHON:
        raise SetupError(
            f"CompLM needs Python 3.11 or newer; this is Python {version[0]}.{version[1]}. Install "
            "a newer one from https://www.python.org/downloads/ and run this again with it, for "
            "example: python3.12 packaging/bootstrap.py run"
        )


def check_venv_module(
    find: Callable[[str], object] = importlib.util.find_spec,
    version: tuple[int, ...] = sys.version_info[:2],
) -> None:
    """Debian and Ubuntu ship Python without what makes virtual environments."""
    if find("venv") is None or find("ensurepip") is None:
        raise SetupError(
            "This Python cannot make virtual environments. On Debian and Ubuntu, install the "
            f"missing part with: sudo apt install python{version[0]}.{version[1]}-venv. Elsewhere, "
            "install Python from https://www.python.org/downloads/. Then run this again."
        )


def brings_cuda(system: str, cpu: bool) -> bool:
    """PyPI's PyTorch for Linux depends on CUDA packages, those for other systems do not."""
    return system.startswith("linux") and not cpu


def needed_bytes(system: str, cpu: bool) -> int:
    return (6 if brings_cuda(system, cpu) else 2) * GIGABYTE


def check_disk(free: int, needed: int, folder: Path) -> None:
    if free < needed:
        smaller = "; with --cpu 2 GB are enough" if needed > 2 * GIGABYTE else ""
        raise SetupError(
            f"The installation needs about {needed / GIGABYTE:.0f} GB of disk space, but only "
            f"{free / GIGABYTE:.1f} GB are free where {folder} is. Free some space, or move this "
            f"folder to a larger disk, and run this again{smaller}."
        )


def python_of(environment: Path, system: str = sys.platform) -> Path:
    windows = system.startswith("win")
    return environment / ("Scripts/python.exe" if windows else "bin/python")


def works(python: Path) -> bool:
    """Whether this Python starts, is new enough, and has pip."""
    if not python.exists():
        return False
    probe = f"import sys, pip; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    try:
        return subprocess.run([str(python), "-c", probe], capture_output=True).returncode == 0
    except OSError:
        return False


def stamp_of(project: bytes, version: tuple[int, ...], extra: str) -> str:
    """What an installation was made from: changes when it has to be made again."""
    text = json.dumps([hashlib.sha256(project).hexdigest(), version[:3], extra])
    return hashlib.sha256(text.encode()).hexdigest()


def is_installed(environment: Path, stamp: str, extra: str) -> bool:
    """True only when the last installation of this kind ended well and its Python still starts."""
    try:
        found = (environment / f"complm-{extra or 'run'}.stamp").read_text(encoding="utf-8")
    except OSError:
        return False
    return found == stamp and works(python_of(environment))


def ensure_environment(root: Path, extra: str, cpu: bool = False) -> Path:
    """The environment's Python, with the project and `extra` installed. Quick when it is there."""
    environment = root / ".venv"
    stamp = stamp_of((root / "pyproject.toml").read_bytes(), sys.version_info[:3], extra)
    python = python_of(environment)
    if is_installed(environment, stamp, extra):
        return python
    if not works(python):
        check_venv_module()
        make_environment(environment)
    if has_torch(environment):
        print(f"Bringing {environment} up to date.", flush=True)
    else:
        check_disk(shutil.disk_usage(root).free, needed_bytes(sys.platform, cpu), root)
        print(announcement(sys.platform, cpu), flush=True)
    install(python, root, environment, extra, cpu)
    (environment / f"complm-{extra or 'run'}.stamp").write_text(stamp, encoding="utf-8")
    return python


def has_torch(environment: Path) -> bool:
    """Whether the large part of the installation is there already."""
    places = ("lib/python*/site-packages/torch", "Lib/site-packages/torch")
    return any(True for place in places for _ in environment.glob(place))


def make_environment(environment: Path) -> None:
    """Makes it from nothing, in place of a broken one."""
    print(f"Making a Python environment in {environment}.", flush=True)
    command = [sys.executable, "-m", "venv", "--clear", str(environment)]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        raise SetupError(
            "The Python environment could not be made:\n"
            f"{(result.stderr or result.stdout).strip()}\n"
            f"Delete the folder {environment} and run this again."
        )


def announcement(system: str, cpu: bool) -> str:
    if brings_cuda(system, cpu):
        return (
            "Now PyTorch and the other libraries are downloaded: about 3.5 GB, most of it the "
            "CUDA packages that PyTorch for Linux brings along (less where a CPU build is set "
            "up, or with --cpu on a computer without an NVIDIA GPU). This is done only once."
        )
    return (
        "Now PyTorch and the other libraries are downloaded: about 0.6 GB. This is done only once."
    )


def pip_command(python: Path, root: Path, extra: str, cpu: bool) -> list[str]:
    project = str(root) + (f"[{extra}]" if extra else "")
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--extra-index-url", CPU_WHEELS] if cpu else []
    return [*command, "--editable", project]


def install(python: Path, root: Path, environment: Path, extra: str, cpu: bool) -> None:
    """Installs the project; raises SetupError with pip's own last lines when that fails."""
    log = environment / "install.log"
    started = time.monotonic()
    status = run_pip(pip_command(python, root, extra, cpu), log)
    if status != 0:
        raise SetupError(why_pip_failed(log, shutil.disk_usage(root).free))
    print(f"Installed in {time.monotonic() - started:.0f} s.", flush=True)


def run_pip(command: Sequence[str], log: Path) -> int:
    """Runs pip with its output in `log`, and one short line here for each step that takes time."""
    lines: queue.Queue[str | None] = queue.Queue()
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        reading = threading.Thread(target=copy_lines, args=(process.stdout, log, lines))
        reading.start()
        try:
            show_steps(lines)
        except BaseException:
            process.terminate()
            raise
        finally:
            reading.join()
    return process.returncode


def copy_lines(source: Iterable[str], log: Path, lines: queue.Queue[str | None]) -> None:
    """Into the log and the queue; None at the end."""
    try:
        with log.open("w", encoding="utf-8") as copy:
            for line in source:
                copy.write(line)
                lines.put(line)
    finally:
        lines.put(None)


def show_steps(lines: queue.Queue[str | None]) -> None:
    """On a terminal one line that is written over, elsewhere a line for each large download."""
    terminal = sys.stdout.isatty()
    step, started = "starting", time.monotonic()
    while True:
        try:
            line = lines.get(timeout=0.5)
        except queue.Empty:
            line = ""
        if line is None:
            break
        changed = step_of(line)
        step = changed or step
        if terminal:
            seconds = time.monotonic() - started
            print(f"\r\033[K  {step[:60]}  ({seconds:.0f} s)", end="", flush=True)
        elif changed and (" GB)" in changed or " MB)" in changed or "Installing" in changed):
            print("  " + changed, flush=True)
    if terminal:
        print("\r\033[K", end="", flush=True)


def step_of(line: str) -> str:
    """A line of pip's made short: `Downloading torch-2.13.0 (821.0 MB)`; empty: not shown."""
    words = line.split()
    if not words or words[0] not in ("Collecting", "Downloading", "Installing", "Building"):
        return ""
    if words[0] == "Installing":
        return "Installing what was downloaded" if words[1:2] == ["collected"] else "Preparing"
    if words[0] == "Downloading" and len(words) > 1:
        name = "-".join(words[1].rsplit("/", 1)[-1].split("-")[:2])
        return " ".join(["Downloading", name, *words[2:4]])
    return " ".join(words[:2])


def why_pip_failed(log: Path, free: int) -> str:
    lines = log.read_text(encoding="utf-8").strip().splitlines()
    errors = [line.strip() for line in lines if line.strip().startswith(("ERROR:", "OSError:"))]
    tail = "\n".join(errors[-4:] or lines[-8:])
    if free < GIGABYTE // 2:
        advice = f"The disk is full ({free / GIGABYTE:.1f} GB left): free some space."
    else:
        advice = (
            "The lines above are from pip. `from versions: none` means that it could not reach "
            "its index: check the network connection or the proxy."
        )
    return (
        f"{tail}\n\nThe libraries could not be installed. {advice} Then run the same command "
        f"again: what is already downloaded is kept. All of pip's output is in {log}."
    )
