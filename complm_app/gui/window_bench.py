"""`complm bench window`: how soon the window shows, and whether it keeps up with what goes on."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

from complm_app.errors import ComplmError
from complm_app.gui.app import make_application, make_window
from complm_app.gui.bench_papers import fill_library, make_pdf
from complm_app.gui.library_model import Row, State
from complm_app.gui.main_window import MainWindow
from complm_app.gui.restoring import SIZE
from complm_app.session import Session, open_session

PROBE_MS = 5
SETTLED_SECONDS = 4.0
PATIENCE_SECONDS = 1800.0
STARTS = 3
QUESTIONS = ("What does the report say about the harbour?", "When was it built?", "Who paid?")
FILTERS = ("h", "ha", "har", "harb", "harbour 1", "harbour", "4", "42", "421", "")
SCROLL_STEPS, SELECT_STEPS = 300, 150


@dataclass(frozen=True, slots=True)
class Spans:
    """Milliseconds of several things of one kind: by the clock, and as processor time of the
    window's thread, which on a busy machine is what the window itself is to blame for."""

    wall_ms: tuple[float, ...] = field(repr=False)
    cpu_ms: tuple[float, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class WindowFigures:
    """Seconds, milliseconds, megabytes (10^6 bytes).

    `gaps`: between ticks of a 5 ms timer in the window's thread. `frames`: from what the user
    does to what is drawn, by kind.
    """

    shown_s: float
    rss_mb: float
    gaps: Spans
    frames: dict[str, Spans]

    def as_dict(self) -> dict[str, float]:
        return {
            "shown_s": round(self.shown_s, 3),
            "gap_ms_p999": round(quantile(self.gaps.wall_ms, 0.999), 1),
            "gap_ms_max": round(max(self.gaps.wall_ms), 1),
            "frame_ms_p95": round(max(quantile(f.wall_ms, 0.95) for f in self.frames.values()), 1),
            "rss_mb": round(self.rss_mb, 1),
        }

    def details(self) -> list[tuple[str, Spans, float]]:
        """(name, spans, the share of them that the figure to look at does not exceed)"""
        frames = [(kind, spans, 0.95) for kind, spans in self.frames.items()]
        return [*frames, ("gaps", self.gaps, 0.999), ("longest gap", self.gaps, 1.0)]


def measure(session: Session, pages: int, documents: int) -> WindowFigures:
    """All of it, in folders of its own; minutes. `session` names the model."""
    with tempfile.TemporaryDirectory(prefix="complm-bench-") as folder:
        root = Path(folder)
        paper = make_pdf(root / "paper.pdf", pages)
        (root / "many").mkdir()
        fill_library(root / "many" / "library.db", paper, documents)
        starts = [measure_start(root / "many") for _ in range(STARTS)]
        app = make_application("light")
        frames = measure_frames(app, open_session(root / "many", session.model_folder))
        gaps = measure_gaps(open_session(root / "one", session.model_folder), paper)
        return WindowFigures(
            shown_s=sorted(shown for shown, _ in starts)[STARTS // 2],
            rss_mb=max(rss for _, rss in starts),
            gaps=gaps,
            frames=frames,
        )


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


# ---- start and memory


def measure_start(data_dir: Path) -> tuple[float, float]:
    """Seconds and megabytes as `complm gui --measure` tells them of itself."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [*_PYTHON, "complm_app"]
    command = [*program, "--data-dir", str(data_dir), "gui", "--measure"]
    started = time.time()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ComplmError("The window could not be started to be measured.", done.stderr[-2000:])
    told = json.loads(done.stdout)
    return float(told["shown_at"]) - started, float(told["rss_mb"])


_PYTHON = (sys.executable, "-m")


class StartProbe(QObject):
    """In a process that was started to be measured: prints when the window was first drawn, and
    the memory that it takes with a document open and no model loaded; then it quits."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._shown_at = 0.0
        self._is_drawn = False
        window.bridge.set_paused(True)
        window.intake.listed.connect(self._open_first)
        window.splitter.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and not self._is_drawn:
            self._is_drawn = True
            QTimer.singleShot(0, self._drawn)
        return False

    def _drawn(self) -> None:
        self._shown_at = time.time()
        QTimer.singleShot(round(SETTLED_SECONDS * 1000), self._tell)

    def _open_first(self) -> None:
        self._window.open_row(self._window.documents.rows()[0])

    def _tell(self) -> None:
        this = psutil.Process()
        taken = sum(p.memory_info().rss for p in [this, *this.children(recursive=True)])
        print(json.dumps({"shown_at": self._shown_at, "rss_mb": taken / 1e6}), flush=True)
        self._window.close()


# ---- frames


def measure_frames(app: QApplication, session: Session) -> dict[str, Spans]:
    """Milliseconds of each frame while a large library is scrolled, filtered, gone through."""
    with _opened(session) as window:
        window.bridge.set_paused(True)
        _wait(lambda: bool(window.documents.rows()))
        _rest(1.0)
        shown = window.library.list
        return {
            "scrolling": _frames(app, shown, _scrolling(shown)),
            "filtering": _frames(app, shown, _filtering(window)),
            "selecting": _frames(app, shown, _selecting(window)),
        }


def _frames(
    app: QApplication, shown: QAbstractItemView, acts: Iterator[Callable[[], object]]
) -> Spans:
    drawn, clock = _Drawn(shown.viewport()), _Clock()
    for act in acts:
        drawn.happened = False
        clock.start()
        act()
        app.processEvents()
        if not drawn.happened:
            shown.viewport().repaint()
        clock.lap()
    return clock.spans()


class _Clock:
    """Takes the spans between `start` and `lap`, and from one `lap` to the next."""

    def __init__(self) -> None:
        self._spans: list[tuple[float, float]] = []

    def start(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.thread_time()

    def lap(self) -> None:
        wall, cpu = self._wall, self._cpu
        self.start()
        self._spans.append((1000 * (self._wall - wall), 1000 * (self._cpu - cpu)))

    def spans(self) -> Spans:
        return Spans(tuple(wall for wall, _ in self._spans), tuple(cpu for _, cpu in self._spans))


class _Drawn(QObject):
    """Whether a widget was drawn since `happened` was last set to False."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.happened = False
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.happened |= event.type() is QEvent.Type.Paint
        return False


def _scrolling(shown: QAbstractItemView) -> Iterator[Callable[[], object]]:
    bar = shown.verticalScrollBar()
    for step in range(SCROLL_STEPS):
        place = bar.maximum() * step // SCROLL_STEPS
        yield partial(bar.setValue, place)


def _filtering(window: MainWindow) -> Iterator[Callable[[], object]]:
    for text in FILTERS * 5:
        yield partial(window.library.filter.setText, text)


def _selecting(window: MainWindow) -> Iterator[Callable[[], object]]:
    documents = window.documents
    for step in range(SELECT_STEPS):
        index = documents.index(step * (documents.rowCount() - 1) // SELECT_STEPS)
        yield partial(window.library.list.setCurrentIndex, index)


# ---- gaps


class GapProbe(QObject):
    """The spans between the ticks of a timer, as long as it runs."""

    def __init__(self) -> None:
        super().__init__()
        self._clock = _Clock()
        self._timer = QTimer(self, interval=PROBE_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._clock.lap)

    def start(self) -> None:
        self._clock.start()
        self._timer.start()

    def stop(self) -> Spans:
        self._timer.stop()
        return self._clock.spans()


def measure_gaps(session: Session, paper: Path) -> Spans:
    """While a PDF is read and compressed and one answer after the other streams."""
    probe = GapProbe()
    with _opened(session) as window:
        window.remembered.set_started()
        _rest(1.0)
        probe.start()
        window.add([paper])
        asked = 0
        while not _is_ready(window) or asked < len(QUESTIONS):
            _wait(lambda: _can_be_asked(window))
            window.chat.ask(QUESTIONS[asked % len(QUESTIONS)])
            _wait(lambda: not window.chat.is_answering())
            asked += 1
            _rest(1.0)
        gaps = probe.stop()
        if not any(turn.shown for turn in window.chat_pane.conversation.turns):
            raise ComplmError("No question was answered.", "See what `complm doctor` says.")
    return gaps


def _can_be_asked(window: MainWindow) -> bool:
    return any(row.document is not None for row in _rows(window))


def _is_ready(window: MainWindow) -> bool:
    return all(row.state is State.READY for row in _rows(window))


def _rows(window: MainWindow) -> list[Row]:
    """Raises the error of a document that could not be read."""
    rows = window.documents.rows()
    for row in rows:
        if row.error is not None:
            raise row.error
    return rows


# ---- driving the window


class _opened:  # noqa: N801  (used like a function)
    """A shown window of the usual size on any display; closed, its threads ended, at the end."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __enter__(self) -> MainWindow:
        self.window = make_window(self._session, demo=None)
        self.window.resize(*SIZE)
        self.window.show()
        return self.window

    def __exit__(self, *error: object) -> None:
        self.window.close()
        self.window.shut_down()


def _wait(until: Callable[[], bool]) -> None:
    loop, clock = QEventLoop(), QTimer(interval=50)
    end = time.monotonic() + PATIENCE_SECONDS
    problems: list[Exception] = []

    def look() -> None:
        try:
            done = until()
        except ComplmError as error:
            problems.append(error)
            done = True
        if done or time.monotonic() > end:
            loop.quit()

    clock.timeout.connect(look)
    clock.start()
    loop.exec()
    clock.stop()
    for each in (clock, loop):  # in this thread: Python may collect them in any
        each.deleteLater()
    if problems:
        raise problems[0]
    if time.monotonic() > end:
        raise ComplmError("The window took too long.", "Close other programs and try again.")


def _rest(seconds: float) -> None:
    end = time.monotonic() + seconds
    _wait(lambda: time.monotonic() >= end)
