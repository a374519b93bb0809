"""The command line from outside: exit codes, JSON and nothing else on stdout, bad input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from complm_app.cli import parser, with_command
from complm_app.cli.gui import has_display
from complm_app.core.library import Library
from complm_app.session import open_session

Complm = Callable[..., "subprocess.CompletedProcess[str]"]

WITHOUT_HEAVY_LIBRARIES = """
import sys
for name in ("torch", "transformers", "PySide6", "sqlite_utils", "numpy"):
    sys.modules[name] = None  # importing it fails
from complm_app.cli import main
sys.exit(main(sys.argv[1:]))
"""


def run_python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)


@pytest.fixture
def complm(tmp_path: Path) -> Complm:
    """Runs `complm` with all its folders below tmp_path/data."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        code = "import sys; from complm_app.cli import main; sys.exit(main(sys.argv[1:]))"
        return run_python(code, "--data-dir", tmp_path / "data", *arguments)

    return run


def error_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The error that is the only thing on stdout."""
    value = json.loads(done.stdout)
    assert list(value) == ["error"]
    error: dict[str, Any] = value["error"]
    assert set(error) == {"kind", "message", "hint"}
    assert all(error.values())
    return error


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        ["add", "--help"],
        ["ask", "--help"],
        ["eval", "squad", "--help"],
        ["cache", "--help"],
        ["doctor", "--help"],
    ],
)
def test_help_needs_none_of_the_heavy_libraries(words: list[str]) -> None:
    done = run_python(WITHOUT_HEAVY_LIBRARIES, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert "complm" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ["dance", "--json"],
        ["ask", "--json"],
        ["add", "--json"],
        ["ask", "--ratio", "0", "--json", "Who?"],
        ["ask", "--ratio", "two", "--json", "Who?"],
        ["cache", "--json"],
    ],
)
def test_wrong_usage_exits_with_2_and_says_so_in_json(complm: Complm, words: list[str]) -> None:
    done = complm(*words)
    assert done.returncode == 2
    assert error_of(done)["kind"] == "usage"
    assert "usage: complm" in done.stderr


def test_a_file_alone_is_opened_in_the_window(tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.touch()
    top, commands = parser()
    args = top.parse_args(with_command(["--data-dir", "add", str(file)], top, commands))
    assert (args.command, args.files, args.data_dir) == ("gui", [file], Path("add"))


def test_the_name_of_a_command_is_not_taken_for_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("doctor").touch()
    assert with_command(["doctor"], *parser()) == ["doctor"]


def test_a_file_that_is_not_there_is_said_to_be_missing(complm: Complm) -> None:
    done = complm("missing.pdf")
    assert (done.returncode, done.stdout) == (2, "")
    assert "'missing.pdf' is neither a command nor a file that is there" in done.stderr


def test_wrong_usage_without_json_leaves_stdout_empty(complm: Complm) -> None:
    done = complm("ask")
    assert (done.returncode, done.stdout) == (2, "")


def test_one_bad_file_does_not_stop_the_others(complm: Complm, tmp_path: Path) -> None:
    empty, binary, odd = (tmp_path / name for name in ("empty.pdf", "binary.pdf", "a\nb 🦦.pdf"))
    empty.touch()
    binary.write_bytes(bytes(range(256)) * 20)
    odd.write_bytes(b"%PDF-1.7\ntruncated")
    files = [empty, binary, odd, tmp_path, tmp_path / "missing.pdf"]
    done = complm("add", "--json", *files)
    assert done.returncode == 1
    results = json.loads(done.stdout)
    assert [result["file"] for result in results] == [str(file) for file in files]
    assert all(result["error"]["kind"] == "unreadable" for result in results)
    assert all(result["error"]["hint"] for result in results)
    assert json.loads(complm("library", "--json").stdout) == []


def test_a_failed_file_is_explained_to_people_on_stderr(complm: Complm, tmp_path: Path) -> None:
    done = complm("add", tmp_path / "missing.pdf")
    assert (done.returncode, done.stdout) == (1, "")
    assert "missing.pdf" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_document_is_a_request_error(complm: Complm) -> None:
    done = complm("ask", "--json", "--document", "nothing-like-it", "Who?")
    assert done.returncode == 1
    assert error_of(done)["kind"] == "request"


@pytest.mark.parametrize("question", ["", "   ", "Who?"])
def test_an_empty_question_or_library_is_a_request_error(complm: Complm, question: str) -> None:
    done = complm("ask", "--json", question)
    assert done.returncode == 1
    assert error_of(done)["kind"] == "request"


def test_a_missing_model_is_told_after_the_document_is_kept(complm: Complm, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The ferry leaves at nine. It is called the Heron.", encoding="utf-8")
    done = complm("add", "--json", "--model", tmp_path / "no model", note)
    assert done.returncode == 1
    [result] = json.loads(done.stdout)
    assert result["error"]["kind"] == "model_missing"
    [document] = json.loads(complm("library", "--json").stdout)
    assert (document["path"], document["pages"]) == (str(note), 1)


def test_a_document_can_be_removed_by_the_beginning_of_its_id(
    complm: Complm, tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The ferry leaves at nine.", encoding="utf-8")
    complm("add", "--model", tmp_path / "no model", note)
    [document] = json.loads(complm("library", "--json").stdout)
    done = complm("library", "--remove", document["document"][:8], "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
    assert note.exists()


def test_documents_are_added_to_a_collection_and_listed_with_it(
    complm: Complm, tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The ferry leaves at nine.", encoding="utf-8")
    complm("add", "--model", tmp_path / "no model", "--collection", "Boats", note)
    [document] = json.loads(complm("library", "--json").stdout)
    assert document["collections"] == ["Boats"]
    assert f"{note} (in Boats)" in complm("library").stdout


@pytest.mark.parametrize("name", ["Boats", "Boots"])
def test_a_collection_that_is_empty_or_unknown_cannot_be_asked(
    complm: Complm, tmp_path: Path, name: str
) -> None:
    with Library.open(open_session(tmp_path / "data").paths.library_db) as library:
        library.make_collection("Boats")
    done = complm("ask", "--json", "--collection", name, "When does the ferry leave?")
    assert done.returncode == 1
    assert error_of(done)["kind"] == "request"
    assert name in error_of(done)["message"]


def test_a_changed_file_takes_the_place_of_its_earlier_version(
    complm: Complm, tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    for hour in ("nine", "ten"):
        note.write_text(f"The ferry leaves at {hour}.", encoding="utf-8")
        complm("add", "--model", tmp_path / "no model", note)
    assert len(json.loads(complm("library", "--json").stdout)) == 1


def test_a_name_with_control_characters_stays_on_its_line(complm: Complm) -> None:
    done = complm("add", "two\nlines\x1b[2J.pdf")
    first, hint = done.stderr.splitlines()
    assert r"two\nlines\x1b[2J.pdf" in first
    assert hint.startswith("  ")


def test_a_damaged_library_is_reported_and_left_alone(complm: Complm, tmp_path: Path) -> None:
    file = tmp_path / "data" / "library.db"
    file.parent.mkdir()
    damaged = b"this is not a database " * 100
    file.write_bytes(damaged)
    done = complm("library", "--json")
    assert done.returncode == 1
    assert error_of(done)["kind"] == "store_corrupt"
    assert file.read_bytes() == damaged


def test_bad_settings_are_reported_with_the_file(complm: Complm, tmp_path: Path) -> None:
    assert complm("library").returncode == 0
    [file] = [tmp_path / "data" / "config" / "settings.toml"]
    file.write_text('device = "toaster"\n', encoding="utf-8")
    done = complm("library", "--json")
    assert done.returncode == 1
    error = error_of(done)
    assert error["kind"] == "settings"
    assert "toaster" in error["message"]


def test_a_data_folder_that_is_a_file_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    done = run_python(WITHOUT_HEAVY_LIBRARIES, "--data-dir", file, "models", "--json")
    assert done.returncode == 1
    assert error_of(done)["kind"] == "store"


def test_cache_commands_answer_in_json(complm: Complm) -> None:
    assert json.loads(complm("cache", "size", "--json").stdout)["size_bytes"] >= 0
    verified = json.loads(complm("cache", "verify", "--json").stdout)
    assert verified == {"sound": True, "blocks": 0, "removed": 0, "problems": []}
    assert json.loads(complm("cache", "clear", "--json").stdout) == {"freed_bytes": 0}


def test_models_that_cannot_be_loaded_are_listed_with_the_reason(
    complm: Complm, tmp_path: Path
) -> None:
    broken = tmp_path / "data" / "models" / "broken"
    broken.mkdir(parents=True)
    (broken / "config.json").write_text("{", encoding="utf-8")
    listed = json.loads(complm("models", "--json").stdout)
    [found] = [model for model in listed if model["path"] == str(broken)]
    assert found["problem"]["kind"] == "model_incompatible"
    assert not found["used"]


def test_the_doctor_names_every_problem_and_what_to_do(complm: Complm, tmp_path: Path) -> None:
    library = tmp_path / "data" / "library.db"
    library.parent.mkdir()
    library.write_bytes(b"this is not a database " * 100)
    done = complm("doctor", "--json", "--model", tmp_path / "no model")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert [problem["kind"] for problem in report["problems"]] == ["model_missing", "store_corrupt"]
    assert all(problem["hint"] for problem in report["problems"])
    assert not report["model"]["loads"]
    assert not report["databases"]["library"]["sound"]
    assert report["databases"]["cache"]["sound"]
    assert report["devices"][-1]["kind"] == "cpu"
    assert "missing" not in report["versions"].values()


def test_without_a_display_the_window_says_what_to_do_instead() -> None:
    assert not has_display("linux", {"HOME": "/home/me"})
    assert has_display("linux", {"WAYLAND_DISPLAY": "wayland-0"})
    assert has_display("linux", {"QT_QPA_PLATFORM": "offscreen"})
    assert has_display("darwin", {})


def test_what_libraries_print_does_not_reach_stdout() -> None:
    code = """
import os, sys
from complm_app.cli.gui import has_display
from complm_app.cli.output import Output
with Output(as_json=True) as out:
    print("from Python")
    sys.stdout.flush()
    os.write(1, b"from C\\n")
    out.say("for people")
    out.value({"answer": "é"})
print("after")
"""
    done = run_python(code)
    assert done.stdout.endswith("after\n")
    assert json.loads(done.stdout.removesuffix("after\n")) == {"answer": "é"}
    assert "from Python\nfrom C\n" in done.stderr


def test_a_bug_is_told_as_a_bug_in_json_too(tmp_path: Path) -> None:
    code = """
import sys
from complm_app.cli.gui import has_display
from complm_app.cli.output import Output
with Output(as_json=True) as out:
    sys.exit(out.bug("Traceback ...\\nZeroDivisionError: division by zero"))
"""
    done = run_python(code)
    assert done.returncode == 1
    error = error_of(done)
    assert (error["kind"], error["message"]) == ("bug", "ZeroDivisionError: division by zero")
    assert "this is a bug in CompLM" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_ctrl_c_ends_with_130_and_leaves_nothing_half_done(complm: Complm, tmp_path: Path) -> None:
    """Interrupted as soon as the terminal shows that the work has begun."""
    import pty

    long = tmp_path / "long.txt"
    long.write_text("The ferry leaves at nine and comes back at ten.\n\n" * 400_000, "utf-8")
    master, terminal = pty.openpty()
    command = [sys.executable, "-m", "complm_app", "--data-dir", str(tmp_path / "data")]
    process = subprocess.Popen(
        [*command, "add", "--json", str(long)],
        stdout=subprocess.PIPE,
        stderr=terminal,
        # A shell that runs the tests in the background has its children ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    os.close(terminal)
    shown = b""
    while b"Getting ready" not in shown:
        shown += os.read(master, 1000)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    os.close(master)
    assert process.returncode == 130
    [result] = json.loads(output)
    assert result["error"]["kind"] == "cancelled"
    assert json.loads(complm("library", "--json").stdout) == []
