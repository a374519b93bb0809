"""What a terminal shows while work goes on. Imports neither torch nor Qt."""

from __future__ import annotations

import shutil
import time
import unicodedata
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from complm_app.engine.protocol import Progress

BAR_WIDTH = 24
REDRAW_SECONDS = 0.1
STAGES = {
    "waiting": "Another CompLM is working on this document; waiting for it",
    "loading": "Loading the model",
    "reading": "Reading",
    "segmenting": "Cutting into segments",
    "compressing": "Compressing",
    "prefill": "Looking through",
    "asking": "Asking",
    "connecting": "Asking the hub",
    "checking": "Checking the model",
    "downloading": "Downloading",
    "copying": "Copying",
}


def one_line(text: str) -> str:
    """`text` with its control characters written out: file names may hold line ends and worse."""
    return "".join(
        ascii(char)[1:-1] if unicodedata.category(char) == "Cc" else char for char in text
    )


class ProgressLine:
    """One line that is written over and over. On anything but a terminal it stays silent."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._alive = stream.isatty()
        self._shown = False
        self._drawn_at = 0.0

    def update(self, progress: Progress, label: str = "") -> None:
        """Draws `progress` unless the last drawing is too fresh."""
        now = time.monotonic()
        if self._alive and (not self._shown or now - self._drawn_at >= REDRAW_SECONDS):
            self._drawn_at = now
            self.show(describe(progress, label))

    def show(self, text: str) -> None:
        if self._alive:
            columns = shutil.get_terminal_size().columns
            self._stream.write("\r\033[K" + one_line(text)[: columns - 1])
            self._stream.flush()
            self._shown = True

    def clear(self) -> None:
        """Leaves the line empty, for other output to begin on it."""
        if self._shown:
            self._stream.write("\r\033[K")
            self._stream.flush()
            self._shown = False


def describe(progress: Progress, label: str = "") -> str:
    """`Compressing  [=====     ]  42%  1,234/2,900 tokens  1,800/s  1 s left  report.pdf`"""
    if progress.total <= 1:
        return STAGES.get(progress.stage, progress.stage.capitalize()) + " ..."
    share = min(1.0, progress.done / progress.total)
    filled = round(BAR_WIDTH * share)
    parts = [
        STAGES.get(progress.stage, progress.stage.capitalize()),
        f"[{'=' * filled}{' ' * (BAR_WIDTH - filled)}] {share:4.0%}",
        _amount(progress),
    ]
    if progress.per_second:
        rate = progress.per_second
        parts.append(f"{size(rate)}/s" if progress.unit == "bytes" else f"{rate:,.0f}/s")
    if progress.seconds_left is not None:
        parts.append(f"{duration(progress.seconds_left)} left")
    return "  ".join([*parts, label] if label else parts)


def _amount(progress: Progress) -> str:
    if progress.unit == "bytes":
        return f"{size(progress.done)} of {size(progress.total)}"
    return f"{progress.done:,}/{progress.total:,} {progress.unit}"


def duration(seconds: float) -> str:
    """`0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def size(count: float) -> str:
    """`812 B`, `1.4 MB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    raise AssertionError("unreachable")


def counted(number: int, word: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
