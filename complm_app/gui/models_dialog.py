"""The models: those on this computer, those on their way, and some that could be fetched."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from complm_app.engine.installed import ModelEntry
from complm_app.engine.recommended import RECOMMENDED, Recommended
from complm_app.errors import ComplmError
from complm_app.gui import words
from complm_app.gui.controls import Banner
from complm_app.gui.dialogs import confirm, question_box
from complm_app.gui.model_rows import (
    ModelRow,
    TransferRow,
    installed_details,
    recommended_details,
    stopped_details,
)
from complm_app.session import BUNDLED_MODEL

if TYPE_CHECKING:
    from complm_app.gui.main_window import MainWindow

SIZE = (680, 640)


class ModelsDialog(QDialog):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self.desk = window, window.model_desk
        self._refused = ""
        """What was to be downloaded when the offline switch was on."""
        self._transfer_rows: dict[str, TransferRow] = {}
        self.setWindowTitle(self.tr("Models"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE)
        self.banner = Banner("inlineBanner")
        self.area = QScrollArea()
        self.name = QLineEdit()
        self.download = QPushButton(self.tr("Download"))
        self.add = QPushButton(self.tr("Add a folder..."))
        self._build()
        self._connect()
        if self.desk.problem is not None:
            self._show_error(self.desk.problem)
        self.desk.see()
        self.desk.refresh()
        self.finished.connect(self.desk.see)

    def _build(self) -> None:
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName(self.tr("Models"))
        self.name.setPlaceholderText(self.tr("Another model's name on the hub: Qwen/Qwen3-8B"))
        self.name.setAccessibleName(self.tr("Name of a model on the hub"))
        for button in (self.download, self.add):
            button.setAutoDefault(False)
        self.download.setEnabled(False)
        fetch = QHBoxLayout()
        fetch.addWidget(self.name, 1)
        fetch.addWidget(self.download)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        # Return in a field must not close the dialog.
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        last = QHBoxLayout()
        last.addWidget(self.add)
        last.addWidget(buttons, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(12)
        column.addWidget(self.banner)
        column.addWidget(self.area, 1)
        column.addLayout(fetch)
        column.addLayout(last)

    def _connect(self) -> None:
        self.name.textChanged.connect(lambda text: self.download.setEnabled(bool(text.strip())))
        self.name.returnPressed.connect(self._download_named)
        self.download.clicked.connect(self._download_named)
        self.add.clicked.connect(self._choose_folder)
        self.desk.changed.connect(self._show)
        self.desk.progressed.connect(self._show_progress)
        self.desk.failed.connect(self._show_error)

    # ---- the list

    def _show(self) -> None:
        place = self.area.verticalScrollBar().value()
        inside = QFrame()
        inside.setObjectName("modelList")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 4, 0, 4)
        self._column.setSpacing(0)
        self._transfer_rows = {}
        self._section(self.tr("On this computer"))
        for entry in self.desk.entries:
            self._column.addWidget(self._installed(entry))
        known = {model.repo for model in RECOMMENDED}
        others = [t for t in self.desk.transfers if t not in known]
        others += [u.repo for u in self.desk.unfinished if u.repo not in {*known, *others}]
        if others:
            self._section(self.tr("On their way"))
        for name in others:
            self._column.addWidget(self._on_its_way(name))
        self._show_recommended()
        self._column.addStretch(1)
        self.area.setWidget(inside)
        self.area.verticalScrollBar().setValue(place)

    def _show_recommended(self) -> None:
        here = {entry.repo or entry.name for entry in self.desk.entries}
        absent = [m for m in RECOMMENDED if m.repo not in here and m.name not in here]
        if absent:
            self._section(self.tr("Recommended"))
        for model in absent:
            self._column.addWidget(self._recommended(model))

    def _section(self, title: str) -> None:
        label = QLabel(title)
        label.setObjectName("section")
        label.setContentsMargins(14, 10, 14, 2)
        self._column.addWidget(label)

    def _installed(self, entry: ModelEntry) -> QWidget:
        row = ModelRow(entry.name, installed_details(entry))
        row.setToolTip(str(entry.path))
        if entry.path == self.desk.used:
            row.add_note(self.tr("In use"))
        elif entry.problem is None:
            row.add_button(self.tr("Use"), partial(self._use, entry.path))
        if entry.path != BUNDLED_MODEL:
            row.add_icon("trash-2", self.tr("Remove"), partial(self._ask_to_remove, entry))
        return row

    def _recommended(self, model: Recommended) -> QWidget:
        stopped = any(each.repo == model.repo for each in self.desk.unfinished)
        if model.repo in self.desk.transfers or stopped:
            return self._on_its_way(model.repo)
        row = ModelRow(model.name, recommended_details(model))
        row.add_button(self.tr("Download"), partial(self._download, model.repo))
        return row

    def _on_its_way(self, name: str) -> QWidget:
        transfer = self.desk.transfers.get(name)
        if transfer is not None:
            row = TransferRow(name)
            row.show_progress(transfer.progress)
            self._transfer_rows[name] = row
            if not Path(name).is_absolute():
                row.add_icon("pause", self.tr("Pause"), partial(self.desk.pause, name))
            row.add_icon("x", self.tr("Cancel"), partial(self.desk.cancel, name))
            return row
        size = next(each.size_bytes for each in self.desk.unfinished if each.repo == name)
        stopped = ModelRow(name, stopped_details(size))
        stopped.add_icon("play", self.tr("Go on"), partial(self._download, name))
        stopped.add_icon("x", self.tr("Delete what has arrived"), partial(self.desk.cancel, name))
        return stopped

    def _show_progress(self, name: str) -> None:
        row, transfer = self._transfer_rows.get(name), self.desk.transfers.get(name)
        if row is not None and transfer is not None:
            row.show_progress(transfer.progress)

    # ---- what the user does

    def _use(self, folder: Path) -> None:
        self._window.change_settings(model=None if folder == BUNDLED_MODEL else folder)
        self.desk.refresh()

    def _download_named(self) -> None:
        if self.name.text().strip():
            self._download(self.name.text().strip())
            self.name.clear()

    def _download(self, repo: str) -> None:
        self.banner.hide()
        if self._window.settings.offline:
            self._refused = repo
            self.banner.show_message(
                self.tr("CompLM is set to stay offline."),
                self.tr("Only the model is fetched. Documents and questions stay here."),
                self.tr("Allow downloads"),
                self._allow,
            )
            return
        self.desk.download(repo)

    def _allow(self) -> None:
        self._window.change_settings(offline=False)
        self.desk.download(self._refused)

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Add a model's folder"))
        if name:
            self.ask_how_to_add(Path(name))

    def ask_how_to_add(self, folder: Path) -> QMessageBox:
        box = question_box(
            self,
            self.tr("Add a model"),
            self.tr("Use the model where it is, or copy it into CompLM's folder?"),
            str(folder),
        )
        copy = box.addButton(self.tr("Copy"), QMessageBox.ButtonRole.AcceptRole)
        copy.clicked.connect(lambda _=False: self.desk.import_folder(folder, True))
        use = partial(self.desk.import_folder, folder, False)
        return confirm(box, self.tr("Use where it is"), use)

    def _ask_to_remove(self, entry: ModelEntry) -> QMessageBox:
        text = self.tr("Remove %1? A model that is used where it is stays on the disk.")
        title, question = self.tr("Remove a model"), words.fill(text, entry.name)
        box = question_box(self, title, question, str(entry.path))
        return confirm(box, self.tr("Remove"), lambda: self._remove(entry))

    def _remove(self, entry: ModelEntry) -> None:
        if entry.path == self.desk.used:
            self._window.change_settings(model=None)
        self.desk.remove(entry)

    def _show_error(self, error: ComplmError) -> None:
        self.banner.show_error(error)
