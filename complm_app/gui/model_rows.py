"""The rows of the models' list: a model that is here, one on its way, one that could be."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from complm_app.engine.installed import ModelEntry
from complm_app.engine.protocol import Progress
from complm_app.engine.recommended import Recommended
from complm_app.gui import failures, words
from complm_app.gui.controls import ElidedLabel, IconButton

BILLION = 1_000_000_000


class ModelRow(QFrame):
    """A title, a quiet line below it, and buttons at its right."""

    def __init__(self, title: str, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modelRow")
        self.title, self.details = ElidedLabel(title), QLabel(details)
        self.title.setObjectName("title")
        self.details.setObjectName("quiet")
        self.details.setWordWrap(True)
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self.texts = QVBoxLayout()
        self.texts.setSpacing(3)
        self.texts.addWidget(self.title)
        self.texts.addWidget(self.details)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(14, 9, 10, 9)
        self.row.setSpacing(6)
        self.row.addLayout(self.texts, 1)

    def add_button(self, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.setAccessibleName(f"{text}: {self.title.whole_text()}")
        button.clicked.connect(lambda _=False: act())
        self.row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return button

    def add_icon(self, icon: str, text: str, act: Callable[[], object]) -> IconButton:
        button = IconButton(icon, text, 16)
        button.setAccessibleName(f"{text}: {self.title.whole_text()}")
        button.clicked.connect(lambda _=False: act())
        self.row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return button

    def add_note(self, text: str) -> None:
        label = QLabel(text)
        label.setProperty("tone", "ok")
        self.row.addWidget(label, 0, Qt.AlignmentFlag.AlignVCenter)


class TransferRow(ModelRow):
    """A download or a copy, with its bar."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, words.tr("Waiting"), parent)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        progress = words.tr("Progress")
        self.bar.setAccessibleName(f"{progress}: {name}")
        self.texts.insertWidget(1, self.bar)

    def show_progress(self, progress: Progress | None) -> None:
        if progress is None:
            return
        measured = progress.unit == "bytes" and progress.total > 0
        if measured:
            self.bar.setValue(min(1000, 1000 * progress.done // progress.total))
        self.details.setText(_way(progress) if measured else _stage(progress.stage))


def installed_details(entry: ModelEntry) -> str:
    """`4.1 GB on disk · 3.4 GB of memory, 1.4 GB in 4 bits · compresses 2, 4 times`"""
    if entry.problem is not None:
        return failures.whole(entry.problem)
    details = words.joined(
        words.fill(words.tr("%1 on disk"), words.size(entry.size_bytes)),
        _memory(entry),
        words.tr("stored in 4 bits") if entry.stored == "nf4" else "",
        words.tr("stored in 8 bits") if entry.stored == "int8" else "",
        _compressor(entry.ratios),
    )
    return words.unbroken(details)


def recommended_details(model: Recommended) -> str:
    details = words.joined(
        words.fill(words.tr("%1 billion parameters"), _billions(model.parameters)),
        words.fill(words.tr("%1 to download"), words.size(model.size_bytes)),
        words.fill(words.tr("%1 of memory in 4 bits"), words.size(model.nf4_bytes)),
        model.licence,
        words.tr("conditions to accept first") if model.gated else "",
    )
    return words.unbroken(details)


def stopped_details(size_bytes: int) -> str:
    return words.fill(words.tr("Stopped, %1 have arrived"), words.size(size_bytes))


def _memory(entry: ModelEntry) -> str:
    memory = entry.memory or {}
    whole = words.fill(words.tr("%1 of memory"), words.size(memory.get("none", 0)))
    if "nf4" not in memory:
        return whole
    return words.fill(words.tr("%1, %2 in 4 bits"), whole, words.size(memory["nf4"]))


def _compressor(ratios: tuple[int, ...]) -> str:
    if not ratios:
        return words.tr("no compressor: reads every word")
    times = ", ".join(words.fill(words.tr("%1\u00d7"), ratio) for ratio in ratios)
    return words.fill(words.tr("compresses %1"), times)


def _billions(count: int) -> str:
    return QLocale().toString(count / BILLION, "f", 1)


def _way(progress: Progress) -> str:
    """`1.2 GB of 4.1 GB · 34 MB/s · 2 min left`"""
    rate = progress.per_second
    return words.joined(
        words.fill(words.tr("%1 of %2"), words.size(progress.done), words.size(progress.total)),
        words.fill(words.tr("%1/s"), words.size(round(rate))) if rate else "",
        words.time_left(progress.seconds_left) if progress.seconds_left is not None else "",
    )


def _stage(stage: str) -> str:
    return words.tr("Checking the model") if stage == "checking" else words.tr("Asking the hub")
