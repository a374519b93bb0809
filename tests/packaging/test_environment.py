"""The environment is made once, found again quickly, and every obstacle is a plain sentence."""

from __future__ import annotations

import ast
import subprocess
import sys
import venv
from pathlib import Path

import environment
import pytest
from environment import GIGABYTE, SetupError

SCRIPTS = Path(environment.__file__).parent


@pytest.fixture(scope="module")
def empty_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment") / ".venv"
    venv.create(folder, with_pip=True)
    return folder


def test_an_old_python_is_told_which_one_is_needed() -> None:
    with pytest.raises(SetupError, match=r"needs Python 3\.11 or newer; this is Python 3\.8"):
        environment.check_python((3, 8))
    environment.check_python((3, 11))
    environment.check_python((4, 0))


@pytest.mark.parametrize("name", ["bootstrap.py", "environment.py"])
def test_python_3_8_can_parse_the_set_up_scripts(name: str) -> None:
    source = (SCRIPTS / name).read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 8))


@pytest.mark.parametrize("name", ["bootstrap.py", "environment.py"])
def test_the_set_up_scripts_need_only_the_standard_library(name: str) -> None:
    tree = ast.parse((SCRIPTS / name).read_text(encoding="utf-8"))
    modules = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    tops = {module.split(".")[0] for module in modules}
    assert tops <= set(sys.stdlib_module_names) | {"environment"}


def test_a_missing_venv_module_names_the_debian_package() -> None:
    def find(name: str) -> object:
        return None if name == "ensurepip" else object()

    with pytest.raises(SetupError, match=r"sudo apt install python3\.12-venv"):
        environment.check_venv_module(find, (3, 12))
    environment.check_venv_module(lambda name: object(), (3, 12))


def test_too_little_disk_says_how_much_is_needed_and_how_much_there_is(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        environment.check_disk(GIGABYTE * 5 // 2, 6 * GIGABYTE, tmp_path)
    assert "about 6 GB" in str(caught.value)
    assert "2.5 GB are free" in str(caught.value)
    assert "--cpu" in str(caught.value)
    environment.check_disk(6 * GIGABYTE, 6 * GIGABYTE, tmp_path)


def test_linux_is_told_of_the_cuda_packages_before_they_are_downloaded() -> None:
    assert "CUDA" in environment.announcement("linux", cpu=False)
    assert "CUDA" not in environment.announcement("linux", cpu=True)
    assert "CUDA" not in environment.announcement("darwin", cpu=False)
    assert environment.needed_bytes("linux", cpu=False) == 6 * GIGABYTE
    assert environment.needed_bytes("win32", cpu=False) == 2 * GIGABYTE


def test_only_the_cpu_option_adds_another_index(tmp_path: Path) -> None:
    python = Path("python")
    assert environment.CPU_WHEELS in environment.pip_command(python, tmp_path, "", cpu=True)
    plain = environment.pip_command(python, tmp_path, "test", cpu=False)
    assert environment.CPU_WHEELS not in plain
    assert plain[-1] == f"{tmp_path}[test]"


def test_a_stamp_changes_with_the_project_the_python_and_the_extra() -> None:
    stamps = {
        environment.stamp_of(b"a", (3, 11, 7), ""),
        environment.stamp_of(b"b", (3, 11, 7), ""),
        environment.stamp_of(b"a", (3, 12, 1), ""),
        environment.stamp_of(b"a", (3, 11, 7), "test"),
    }
    assert len(stamps) == 4
    assert environment.stamp_of(b"a", (3, 11, 7), "") in stamps


def test_an_environment_counts_as_installed_only_with_its_stamp(empty_environment: Path) -> None:
    mark = empty_environment / "complm-run.stamp"
    assert not environment.is_installed(empty_environment, "now", "")
    mark.write_text("before", encoding="utf-8")
    assert not environment.is_installed(empty_environment, "now", "")
    mark.write_text("now", encoding="utf-8")
    assert environment.is_installed(empty_environment, "now", "")
    assert not environment.is_installed(empty_environment, "now", "test")


def test_an_environment_whose_python_is_gone_is_broken(tmp_path: Path) -> None:
    python = environment.python_of(tmp_path)
    assert not environment.works(python)
    python.parent.mkdir(parents=True)
    python.write_text("not a program", encoding="utf-8")
    python.chmod(0o755)
    assert not environment.works(python)


def test_a_broken_environment_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / ".venv"
    python = environment.python_of(folder)
    python.parent.mkdir(parents=True)
    python.symlink_to(tmp_path / "a python that was uninstalled")
    environment.make_environment(folder)
    assert environment.works(python)


def test_the_large_download_is_announced_only_where_it_comes(tmp_path: Path) -> None:
    assert not environment.has_torch(tmp_path)
    (tmp_path / "lib" / "python3.12" / "site-packages" / "torch").mkdir(parents=True)
    assert environment.has_torch(tmp_path)


def test_a_failed_installation_says_why_and_leaves_no_stamp(empty_environment: Path) -> None:
    root = empty_environment.parent
    (root / "pyproject.toml").write_text("this is not TOML", encoding="utf-8")
    (empty_environment / "complm-run.stamp").unlink(missing_ok=True)
    with pytest.raises(SetupError, match="run the same command again"):
        environment.ensure_environment(root, "")
    assert not (empty_environment / "complm-run.stamp").exists()
    assert (empty_environment / "install.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "step"),
    [
        (
            "  Downloading https://host/torch-2.13.0-cp311-linux.whl (821.0 MB)\n",
            "Downloading torch-2.13.0 (821.0 MB)",
        ),
        ("Collecting torch<2.14,>=2.8\n", "Collecting torch<2.14,>=2.8"),
        ("Installing collected packages: a, b\n", "Installing what was downloaded"),
        ("  Installing build dependencies: started\n", "Preparing"),
        ("Looking in links: /somewhere\n", ""),
        ("\n", ""),
    ],
)
def test_pip_s_lines_become_short_steps(line: str, step: str) -> None:
    assert environment.step_of(line) == step


def test_the_old_python_sentence_comes_before_anything_else() -> None:
    """The real script, told that it runs under Python 3.9."""
    code = (
        "import sys, runpy; sys.version_info = (3, 9, 0, 'final', 0); "
        f"sys.path.insert(0, {str(SCRIPTS)!r}); sys.argv = ['bootstrap.py', 'run']; "
        f"runpy.run_path({str(SCRIPTS / 'bootstrap.py')!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert "CompLM needs Python 3.11 or newer" in done.stderr
    assert "Traceback" not in done.stderr
