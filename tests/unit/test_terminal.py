"""What the terminal shows while work goes on."""

from __future__ import annotations

import io

import pytest

from complm_app.engine.protocol import Progress
from complm_app.terminal import ProgressLine, counted, describe, duration, one_line, size


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_progress_line_names_stage_share_rate_and_time_left() -> None:
    shown = describe(Progress("compressing", 500, 2000, "tokens", 1234.5, 12.2), "a.pdf")
    assert shown.startswith("Compressing  [======                  ]  25%  500/2,000 tokens")
    assert shown.endswith("1,234/s  12 s left  a.pdf")


def test_progress_beyond_its_total_fills_the_bar_and_no_more() -> None:
    assert f"[{'=' * 24}] 100%" in describe(Progress("reading", 12, 10, "pages"))


def test_a_stage_of_one_step_is_only_named() -> None:
    assert describe(Progress("loading", 0, 1, "model")) == "Loading the model ..."


def test_a_pipe_gets_no_progress() -> None:
    pipe = io.StringIO()
    line = ProgressLine(pipe)
    line.show("Getting ready")
    line.update(Progress("reading", 1, 10, "pages"))
    line.clear()
    assert pipe.getvalue() == ""


def test_the_line_is_cut_to_the_terminal_and_cleared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    terminal = Terminal()
    line = ProgressLine(terminal)
    line.show("x" * 100)
    line.clear()
    line.clear()
    assert terminal.getvalue() == "\r\033[K" + "x" * 19 + "\r\033[K"


def test_updates_that_follow_at_once_are_not_drawn() -> None:
    terminal = Terminal()
    line = ProgressLine(terminal)
    for done in range(50):
        line.update(Progress("reading", done, 50, "pages"))
    assert terminal.getvalue().count("\r") < 50


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.42, "0.4 s"),
        (12.4, "12 s"),
        (59.6, "1 min 0 s"),
        (185, "3 min 5 s"),
        (7800, "2 h 10 min"),
    ],
)
def test_durations_are_readable(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (812, "812 B"), (1_400_000, "1.4 MB"), (2.5e12, "2500.0 GB")]
)
def test_sizes_are_readable(count: float, text: str) -> None:
    assert size(count) == text


def test_numbers_agree_with_their_words() -> None:
    assert [counted(n, "page") for n in (0, 1, 2000)] == ["0 pages", "1 page", "2,000 pages"]


def test_control_characters_are_written_out_and_other_letters_kept() -> None:
    assert one_line("na\nme 😀 é\x1b[2J.pdf") == r"na\nme 😀 é\x1b[2J.pdf"
