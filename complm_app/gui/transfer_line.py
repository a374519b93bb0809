"""The status bar's word on models that are on their way, also while their window is closed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QPushButton, QWidget

from complm_app.gui import words
from complm_app.gui.model_desk import ModelDesk, Transfer


class TransferLine(QPushButton):
    """Hidden while there is nothing to say. A click is to open the models' window."""

    def __init__(self, desk: ModelDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setObjectName("statusLink")
        self.setAutoDefault(False)
        desk.changed.connect(self._show)
        desk.progressed.connect(lambda _: self._show())
        self._show()

    def _show(self) -> None:
        text = self._text()
        problem = self._desk.problem
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(f"{problem.message} {problem.hint}".strip() if problem else "")
        self.setVisible(bool(text))

    def _text(self) -> str:
        for name, transfer in self._desk.transfers.items():
            waiting = len(self._desk.transfers) - 1
            more = words.fill(self.tr("%1 waiting"), words.number(waiting)) if waiting else ""
            return words.joined(self._one(name, transfer), more)
        if self._desk.problem is not None:
            return self.tr("A model could not be added")
        arrived = self._desk.news
        return words.fill(self.tr("%1 can be used now"), arrived.name) if arrived else ""

    def _one(self, name: str, transfer: Transfer) -> str:
        path, progress = Path(name), transfer.progress
        pattern = self.tr("Adding %1") if path.is_absolute() else self.tr("Downloading %1")
        share = ""
        if progress is not None and progress.unit == "bytes" and progress.total > 0:
            share = words.percent(progress.done, progress.total)
        return words.joined(words.fill(pattern, path.name), share)
