"""What the two commands start, and how the results of a test run are summed up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import bootstrap
import pytest

ROOT = Path(bootstrap.__file__).resolve().parent.parent


def test_a_display_is_needed_only_on_linux() -> None:
    assert bootstrap.has_display("win32", {})
    assert bootstrap.has_display("darwin", {})
    assert bootstrap.has_display("linux", {"WAYLAND_DISPLAY": "wayland-0"})
    assert bootstrap.has_display("linux", {"DISPLAY": ":0"})
    assert not bootstrap.has_display("linux", {"DISPLAY": ""})


def test_with_a_window_the_demo_document_is_opened(tmp_path: Path) -> None:
    chosen = bootstrap.parser().parse_args(["run"])
    command = bootstrap.start_command(chosen, ROOT, window=True)
    assert command == ["gui", str(ROOT / "assets" / "demo.pdf")]
    assert Path(command[1]).is_file()


def test_in_the_terminal_an_own_document_and_questions_are_handed_on(tmp_path: Path) -> None:
    words = ["run", "--document", str(tmp_path / "a.pdf"), "--question", "Who?"]
    chosen = bootstrap.parser().parse_args([*words, "--data-dir", str(tmp_path)])
    command = bootstrap.start_command(chosen, ROOT, window=False)
    start = ["--data-dir", str(tmp_path.resolve()), "demo"]
    document = str((tmp_path / "a.pdf").resolve())
    assert command == [*start, "--document", document, "--question", "Who?"]


def test_errors_count_as_failures_and_skipped_tests_as_nothing(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="10" failures="2" errors="1" skipped="3"/></testsuites>',
        encoding="utf-8",
    )
    assert bootstrap.count(report) == (4, 3)


def test_a_test_run_without_a_report_is_a_failure(tmp_path: Path) -> None:
    assert bootstrap.count(tmp_path / "none.xml") == (0, 1)


def test_tests_that_never_end_are_stopped_and_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "TEST_MINUTES", 0)
    assert bootstrap.run_pytest(Path(sys.executable), tmp_path, []) == (1, 0, 1)
    assert "Tests took more than 0 minutes and were stopped" in capsys.readouterr().out


def test_wrong_usage_exits_with_2() -> None:
    with pytest.raises(SystemExit) as caught:
        bootstrap.main(["dance"])
    assert caught.value.code == 2


def test_ci_runs_the_test_command_and_nothing_else() -> None:
    script = ROOT / ".ci" / "run"
    lines = script.read_text(encoding="utf-8").splitlines()
    assert lines[-1] == "exec python3 packaging/bootstrap.py test"
    assert subprocess.run(["bash", "-n", str(script)]).returncode == 0
