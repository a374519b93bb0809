"""What reading has left on the disk to be quick the next time: how much, sound or not, clear."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from complm_app.config import Settings
from complm_app.core.cache import CacheCheck
from complm_app.errors import ComplmError
from complm_app.gui import failures, words
from complm_app.gui.bridge import Stores


class CacheDialog(QDialog):
    def __init__(self, stores: Stores, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._stores, self._settings = stores, settings
        self.setWindowTitle(self.tr("Cache"))
        self.setMinimumWidth(440)
        self.size_label, self.outcome = QLabel(), QLabel()
        self.check = QPushButton(self.tr("Check"))
        self.clear = QPushButton(self.tr("Clear"))
        self._build()
        self.check.clicked.connect(self._check)
        self.clear.clicked.connect(self._clear)
        self.finished.connect(self._leave)
        self._is_open = True
        self._refresh()

    def _build(self) -> None:
        about = QLabel(
            self.tr(
                "CompLM keeps what it has read in a compressed form, so that the next question "
                "is answered at once. It can be made again at any time. Documents and chats are "
                "not in it."
            )
        )
        about.setWordWrap(True)
        self.size_label.setObjectName("title")
        self.outcome.setObjectName("quiet")
        self.outcome.setWordWrap(True)
        self.check.setAccessibleName(self.tr("Check the cache"))
        self.clear.setAccessibleName(self.tr("Clear the cache"))
        for button in (self.check, self.clear):
            button.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self.check)
        row.addWidget(self.clear)
        row.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(12)
        column.addWidget(about)
        column.addWidget(self.size_label)
        column.addLayout(row)
        column.addWidget(self.outcome)
        column.addStretch(1)
        column.addWidget(buttons)

    def _leave(self) -> None:
        self._is_open = False
        self.deleteLater()

    def _refresh(self) -> None:
        self._stores.run(lambda library, cache: cache.size_bytes(), self._show_size)

    def _show_size(self, size: int) -> None:
        if self._is_open:
            budget = words.size(self._settings.cache_budget_bytes)
            self.size_label.setText(
                words.fill(self.tr("%1 of at most %2"), words.size(size), budget)
            )
            self._set_busy(False)

    def _set_busy(self, busy: bool) -> None:
        self.check.setEnabled(not busy)
        self.clear.setEnabled(not busy)

    def _check(self) -> None:
        self._set_busy(True)
        self.outcome.setText(self.tr("Checking"))
        self._stores.run(lambda library, cache: cache.verify(), self._checked, self._failed)

    def _checked(self, found: CacheCheck) -> None:
        if not self._is_open:
            return
        if found.problems:
            text = self.tr("The file is damaged. It is made anew when CompLM is started again.")
        elif found.removed:
            text = words.fill(
                self.tr("%1 of %2 entries were damaged and have been removed."),
                words.number(found.removed),
                words.number(found.blocks),
            )
        else:
            text = words.fill(self.tr("All %1 entries are sound."), words.number(found.blocks))
        self.outcome.setText(text)
        self._refresh()

    def _clear(self) -> None:
        self._set_busy(True)
        self._stores.run(lambda library, cache: cache.clear(), self._cleared, self._failed)

    def _cleared(self, _: None) -> None:
        if self._is_open:
            self.outcome.setText(self.tr("The cache is empty. The next answers take longer."))
            self._refresh()

    def _failed(self, error: ComplmError) -> None:
        if self._is_open:
            self.outcome.setText(failures.whole(error))
            self._set_busy(False)
