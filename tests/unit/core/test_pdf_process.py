"""The reading process: its limits hold, its end is noticed, and it never outlives the caller."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from make_pdfs import encrypted_pdf, endless_pdf, text_pdf

from complm_app.core.pdf import CHILD_ARGUMENT, Limits, ReadingProcessError, _command, parse
from complm_app.errors import EncryptedError, ParseTimeoutError, UnreadableError

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def readers() -> dict[int, list[bytes]]:
    """The reading processes that this one has started, with their command lines."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_bytes()
        except (OSError, ValueError):
            continue  # it ended meanwhile
        if parent == os.getpid() and b"pdf_process" in command:
            found[int(folder.name)] = command.split(b"\0")
    return found


@linux_only
def test_closing_kills_the_process(tmp_path: Path) -> None:
    steps = parse(endless_pdf(tmp_path / "a.pdf"))
    next(steps)
    assert len(readers()) == 1
    steps.close()
    assert readers() == {}


@linux_only
def test_the_process_is_gone_after_the_last_page(tmp_path: Path) -> None:
    assert len(list(parse(text_pdf(tmp_path / "a.pdf", [["One."]])))) == 2
    assert readers() == {}


@linux_only
def test_the_password_is_not_on_the_command_line(tmp_path: Path) -> None:
    endless = endless_pdf(tmp_path / "plain.pdf")
    steps = parse(encrypted_pdf(tmp_path / "a.pdf", "sesame", endless), "sesame")
    next(steps)
    (command,) = readers().values()
    steps.close()
    assert not any(b"sesame" in word for word in command)


@linux_only
def test_a_page_that_takes_too_long_is_given_up_and_its_process_killed(tmp_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(ParseTimeoutError) as caught:
        list(parse(endless_pdf(tmp_path / "a.pdf"), limits=Limits(seconds_per_page=0.3)))
    assert caught.value.hint
    assert time.monotonic() - started < 10
    assert readers() == {}


def test_the_total_time_is_limited_too(tmp_path: Path) -> None:
    with pytest.raises(ParseTimeoutError):
        list(parse(endless_pdf(tmp_path / "a.pdf"), limits=Limits(seconds_total=1.0)))


def test_time_that_the_caller_takes_does_not_count(tmp_path: Path) -> None:
    path = text_pdf(tmp_path / "a.pdf", [["One."], ["Two."], ["Three."]])
    steps = parse(path, limits=Limits(seconds_total=30.0))
    clock = time.monotonic
    offset = 0.0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("complm_app.core.pdf.time.monotonic", lambda: clock() + offset)
        for _ in steps:
            offset += 3600.0
    assert offset == 4 * 3600.0


@linux_only
def test_a_crash_is_an_error_of_this_file_only(tmp_path: Path) -> None:
    steps = parse(endless_pdf(tmp_path / "a.pdf"))
    next(steps)
    (reader,) = readers()
    os.kill(reader, signal.SIGKILL)
    with pytest.raises(UnreadableError) as caught:
        next(steps)
    assert isinstance(caught.value.__cause__, ReadingProcessError)
    assert "exit code -9" in str(caught.value.__cause__)
    assert len(list(parse(text_pdf(tmp_path / "b.pdf", [["Fine."]])))) == 2


@linux_only
def test_a_page_that_eats_memory_ends_its_process_not_the_machine(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        list(parse(endless_pdf(tmp_path / "a.pdf"), limits=Limits(memory_bytes=256 * 1024**2)))


def test_errors_keep_their_kind_across_the_process_boundary(tmp_path: Path) -> None:
    with pytest.raises(EncryptedError) as caught:
        list(parse(encrypted_pdf(tmp_path / "a.pdf", "sesame")))
    assert caught.value.as_dict()["kind"] == "encrypted"


def test_a_frozen_program_starts_itself_with_the_reading_argument(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert _command() == [sys.executable, CHILD_ARGUMENT]
