"""What reading has left on the disk to be quick the next time: how much, sound or not, clear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
)

from complm_app.core import cache_usage
from complm_app.core.cache import Cache, CacheCheck
from complm_app.core.cache_usage import Usage
from complm_app.errors import ComplmError
from complm_app.gui import failures, words
from complm_app.gui.cache_list import CacheList
from complm_app.gui.dialogs import confirm, question_box

if TYPE_CHECKING:
    from complm_app.gui.main_window import MainWindow

SIZE = (620, 520)


class CacheDialog(QDialog):
    """Rebuild and Clear do what is selected; where nothing is, all that there is, if that is
    really wanted."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._stores = window, window.slow_stores
        self.setWindowTitle(self.tr("Cache"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE)
        self.size_label, self.outcome = QLabel(), QLabel()
        self.list = CacheList(self._title_of)
        self.check = QPushButton(self.tr("Check"))
        self.rebuild, self.clear = QPushButton(), QPushButton()
        self._is_open = True
        self._build()
        self._connect()
        self._name_buttons()
        self._refresh()

    # ---- building

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
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(12)
        for part in (about, self.size_label):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        column.addWidget(self.outcome)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.check, self.rebuild, self.clear):
            button.setAutoDefault(False)
            row.addWidget(button)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        close.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        row.addWidget(close, 1)
        return row

    def _connect(self) -> None:
        self.check.clicked.connect(self._check)
        self.rebuild.clicked.connect(self._rebuild_chosen)
        self.clear.clicked.connect(self._clear_chosen)
        self.list.itemSelectionChanged.connect(self._name_buttons)
        self.finished.connect(self._leave)

    def _leave(self) -> None:
        self._is_open = False

    def _title_of(self, document: str) -> str:
        row = self._window.documents.row(document)
        return row.title if row is not None else self.tr("no longer in the library")

    # ---- what is there

    def _refresh(self) -> None:
        def look(cache: Cache) -> tuple[int, list[Usage]]:
            return cache.size_bytes(), cache_usage.usage(cache)

        self._do(look, lambda found: self._show(*found))

    def _show(self, size: int, usage: Sequence[Usage]) -> None:
        budget = words.size(self._window.settings.cache_budget_bytes)
        self.size_label.setText(words.fill(self.tr("%1 of at most %2"), words.size(size), budget))
        self.list.show_usage(usage)
        self._set_busy(False)

    def _set_busy(self, busy: bool) -> None:
        for button in (self.check, self.rebuild, self.clear):
            button.setEnabled(not busy)
        if not busy:
            self._name_buttons()

    def _name_buttons(self) -> None:
        some = bool(self.list.selectedItems())
        self.rebuild.setText(self.tr("Rebuild") if some else self.tr("Rebuild all"))
        self.clear.setText(self.tr("Clear") if some else self.tr("Clear all"))
        self.rebuild.setEnabled(bool(self.list.all_entries()))

    def _do(self, work: Callable[[Cache], object], then: Callable[..., None]) -> None:
        """In the background; what comes of it is shown if the dialog is still open."""

        def if_open(result: object) -> None:
            if self._is_open:
                then(result)

        self._stores.run(lambda library, cache: work(cache), if_open, self._failed)

    def _failed(self, error: ComplmError) -> None:
        if self._is_open:
            self.outcome.setText(failures.whole(error))
            self._set_busy(False)

    # ---- what can be done

    def _check(self) -> None:
        self._set_busy(True)
        self.outcome.setText(self.tr("Checking"))
        self._do(Cache.verify, self._checked)

    def _checked(self, found: CacheCheck) -> None:
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

    def _clear_chosen(self) -> None:
        if chosen := self.list.selected_entries():
            self._set_busy(True)
            self._do(lambda cache: cache_usage.forget(cache, chosen), self._some_cleared)
            return
        question = self.tr("Clear all of the cache? The documents have to be compressed again.")
        box = question_box(self, self.tr("Clear the cache"), question)
        confirm(box, self.tr("Clear all"), self._clear_all)

    def _clear_all(self) -> None:
        self._set_busy(True)
        self._do(Cache.clear, self._all_cleared)

    def _some_cleared(self, _: None) -> None:
        self.outcome.setText(self.tr("The next answers about these documents take longer."))
        self._refresh()

    def _all_cleared(self, _: None) -> None:
        self.outcome.setText(self.tr("The cache is empty. The next answers take longer."))
        self._refresh()

    def _rebuild_chosen(self) -> None:
        if chosen := self.list.selected_entries():
            self._rebuild(chosen)
            return
        question = self.tr("Compress all documents again? Until then, answers take longer.")
        box = question_box(self, self.tr("Rebuild the cache"), question)
        confirm(box, self.tr("Rebuild all"), lambda: self._rebuild(self.list.all_entries()))

    def _rebuild(self, chosen: Sequence[Usage]) -> None:
        """What is cleared is compressed again, with the model and the ratio in use."""
        found = (self._window.documents.row(id) for id in {entry.document for entry in chosen})
        rows = [row for row in found if row is not None]
        intake = self._window.intake

        def then(_: None) -> None:
            intake.compress_again(rows)
            if self._is_open:
                self.outcome.setText(self.tr("The documents are compressed again."))
                self._refresh()

        self._set_busy(True)
        self._stores.run(
            lambda library, cache: cache_usage.forget(cache, chosen), then, self._failed
        )
