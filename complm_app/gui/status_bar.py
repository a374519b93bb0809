"""The line at the bottom: what is going on, and which model answers."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QWidget

from complm_app.engine.protocol import Progress
from complm_app.gui import words
from complm_app.gui.controls import IconButton
from complm_app.gui.library_rows import Row, is_measured

BAR = (116, 3)


class StatusLine(QStatusBar):
    pause_wanted = Signal(bool)
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setFixedHeight(27)
        self.setContentsMargins(8, 0, 8, 0)
        self.what, self.pace, self.place, self.model = QLabel(), QLabel(), QLabel(), QLabel()
        self._model, self._memory = "", ""
        self.bar = QProgressBar()
        self.pause = IconButton("pause", self.tr("Pause"), 12)
        self.cancel = IconButton("x", self.tr("Stop this work"), 12)
        self._paused = False
        self._build()
        self.show_idle()

    def _build(self) -> None:
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(*BAR)
        self.bar.setAccessibleName(self.tr("Progress"))
        work = (self.what, self.bar, self.pace, self.pause, self.cancel)
        for widget in work:
            self.addWidget(widget)
        self._notes_at = len(work)
        for widget in (self.place, self.model):
            self.addPermanentWidget(widget)
        self.place.setContentsMargins(0, 0, 8, 0)
        self.pause.clicked.connect(lambda: self.set_paused(not self._paused))
        self.cancel.clicked.connect(self.cancel_wanted)

    def add_note(self, widget: QWidget) -> None:
        """Left of what is always there."""
        self.insertPermanentWidget(self._notes_at, widget)

    def show_idle(self) -> None:
        self.what.setText("")
        for widget in (self.bar, self.pace, self.pause, self.cancel):
            widget.hide()

    def show_work(self, row: Row, waiting: int, pages_waiting: int = 0) -> None:
        """One document is being worked on, and so many wait; of those that are in the library
        already, the pages are known, and so is how long all will take."""
        progress = row.progress
        stage = progress.stage if progress else ""
        self.what.setText(self._what(stage, row.title, waiting))
        self.bar.setVisible(is_measured(progress))
        self.pace.setVisible(is_measured(progress))
        if is_measured(progress):
            # Thousandths: Qt's bar counts in 32 bits.
            self.bar.setRange(0, 1000)
            self.bar.setValue(min(1000, 1000 * progress.done // progress.total))
            self.pace.setText(_pace(progress, _left(row, progress, pages_waiting)))
        self.pause.show()
        self.cancel.show()

    def _what(self, stage: str, title: str, waiting: int) -> str:
        if self._paused:
            text = self.tr("Paused")
        elif stage == "loading":
            text = self.tr("Loading the model")
        elif stage == "compressing":
            text = words.fill(self.tr("Compressing %1"), _short(title))
        else:
            text = words.fill(self.tr("Reading %1"), _short(title))
        more = words.fill(self.tr("%1 waiting"), words.number(waiting)) if waiting else ""
        return words.joined(text, more)

    def set_paused(self, paused: bool) -> None:
        self._paused = paused
        self.pause.set_icon("play" if paused else "pause")
        self.pause.set_label(self.tr("Go on") if paused else self.tr("Pause"))
        self.pause_wanted.emit(paused)

    def show_model(self, name: str, ratio: int | None) -> None:
        times = words.fill(words.tr("%1\u00d7"), ratio) if ratio is not None and ratio > 1 else ""
        self._model = words.joined(name, times)
        self.model.setText(words.joined(self._model, self._memory))

    def show_memory(self, taken_bytes: int) -> None:
        """0: nothing has been read or answered yet."""
        told = self.tr("What reading and answering take of this computer's memory")
        size = words.rough_size(taken_bytes)
        self._memory = words.fill(words.tr("%1 of memory"), size) if taken_bytes else ""
        self.model.setText(words.joined(self._model, self._memory))
        self.model.setToolTip(told if taken_bytes else "")

    def show_offline(self, offline: bool) -> None:
        self.place.setText(self.tr("Offline") if offline else "")


def _left(row: Row, progress: Progress, pages_waiting: int) -> float | None:
    """Seconds for this document and those that wait, if their pages are like its own."""
    pages = row.document.pages if row.document is not None else 0
    left, rate = progress.seconds_left, progress.per_second
    if left is None or not rate or not pages or progress.unit != "tokens":
        return left
    return left + pages_waiting * progress.total / pages / rate


def _pace(progress: Progress, seconds_left: float | None) -> str:
    rate = ""
    if progress.per_second:
        pattern = words.tr("%1 pages/s") if progress.unit == "pages" else words.tr("%1 tokens/s")
        rate = words.fill(pattern, words.number(round(progress.per_second)))
    left = words.time_left(seconds_left) if seconds_left is not None else ""
    return words.joined(words.percent(progress.done, progress.total), rate, left)


def _short(title: str, longest: int = 40) -> str:
    return title if len(title) <= longest else title[: longest - 1].rstrip() + "…"
