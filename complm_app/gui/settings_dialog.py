"""What the user can set. Each change is stored at once; there is nothing to apply."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from complm_app.config import GIB
from complm_app.gui.controls import ElidedLabel

if TYPE_CHECKING:
    from complm_app.gui.main_window import MainWindow


class SettingsDialog(QDialog):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.setWindowTitle(self.tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(480)
        self._restart = QLabel(self.tr("Takes effect when CompLM is started again."))
        self._restart.setObjectName("quiet")
        self._restart.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(10)
        for part in (
            self._section(self.tr("Window")),
            self._form(self._window_rows()),
            self._section(self.tr("Answers")),
            self._form(self._answer_rows()),
            self._section(self.tr("Model")),
            self._form(self._model_rows()),
            self._restart,
            self._section(self.tr("Storage")),
            self._form(self._storage_rows()),
        ):
            column.addWidget(part)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addSpacing(6)
        column.addWidget(buttons)

    # ---- rows

    def _window_rows(self) -> list[tuple[str, QWidget]]:
        themes = [
            (self.tr("As the system"), "system"),
            (self.tr("Light"), "light"),
            (self.tr("Dark"), "dark"),
        ]
        return [(self.tr("Theme"), self._choice("theme", themes))]

    def _answer_rows(self) -> list[tuple[str, QWidget]]:
        ratios: list[tuple[str, object]] = [
            (self.tr("As the model prefers"), None),
            (self.tr("1: read every word, no compression"), 1),
            (self.tr("2: half the length"), 2),
            (self.tr("4: a quarter of the length"), 4),
            (self.tr("8: an eighth of the length"), 8),
        ]
        return [
            (self.tr("Compression"), self._choice("ratio", ratios)),
            (
                self.tr("Longest answer"),
                self._number("answer_tokens", 16, 4096, self.tr(" tokens")),
            ),
        ]

    def _model_rows(self) -> list[tuple[str, QWidget]]:
        devices = [
            (self.tr("Best available"), "auto"),
            (self.tr("Processor (CPU)"), "cpu"),
            (self.tr("NVIDIA graphics card (CUDA)"), "cuda"),
            (self.tr("Apple graphics (MPS)"), "mps"),
        ]
        quantizations = [
            (self.tr("Best fitting"), "auto"),
            (self.tr("None: full size"), "none"),
            (self.tr("8 bit"), "int8"),
            (self.tr("4 bit (NF4)"), "nf4"),
        ]
        folder = ElidedLabel(str(self._window.session.model_folder))
        folder.setObjectName("dim")
        return [
            (self.tr("Model"), folder),
            (self.tr("Runs on"), self._choice("device", devices, restart=True)),
            (self.tr("Quantization"), self._choice("quantization", quantizations, restart=True)),
        ]

    def _storage_rows(self) -> list[tuple[str, QWidget]]:
        offline = QCheckBox(self.tr("Never use the network"))
        offline.setChecked(self._window.settings.offline)
        offline.toggled.connect(lambda on: self._window.change_settings(offline=on))
        return [
            (self.tr("Cache up to"), self._cache_budget()),
            (self.tr("Data folder"), self._data_folder()),
            (self.tr("Privacy"), offline),
        ]

    def _cache_budget(self) -> QSpinBox:
        field = QSpinBox()
        field.setRange(1, 1000)
        field.setSuffix(self.tr(" GB"))
        field.setValue(max(1, self._window.settings.cache_budget_bytes // GIB))
        field.valueChanged.connect(
            lambda value: self._window.change_settings(cache_budget_bytes=value * GIB)
        )
        return field

    def _data_folder(self) -> QWidget:
        folder = self._window.session.paths.data
        holder = QFrame()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        label = ElidedLabel(str(folder))
        label.setObjectName("dim")
        button = QPushButton(self.tr("Open"))
        button.setAccessibleName(self.tr("Open the data folder"))
        button.setAutoDefault(False)
        button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
        row.addWidget(label, 1)
        row.addWidget(button)
        return holder

    # ---- building

    def _section(self, title: str) -> QLabel:
        label = QLabel(title)
        label.setObjectName("title")
        return label

    def _form(self, rows: list[tuple[str, QWidget]]) -> QWidget:
        holder = QWidget()
        form = QFormLayout(holder)
        form.setContentsMargins(0, 0, 0, 8)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for title, field in rows:
            label = QLabel(title)
            label.setFixedWidth(110)
            label.setObjectName("dim")
            label.setBuddy(field)
            if not field.accessibleName():
                field.setAccessibleName(title)
            form.addRow(label, field)
        return holder

    def _choice(
        self,
        name: str,
        choices: list[tuple[str, object]] | list[tuple[str, str]],
        *,
        restart: bool = False,
    ) -> QComboBox:
        field = QComboBox()
        field.setObjectName(name)
        values = [value for _, value in choices]
        field.addItems([label for label, _ in choices])
        field.setCurrentIndex(values.index(getattr(self._window.settings, name)))
        field.currentIndexChanged.connect(lambda place: self._change(name, values[place], restart))
        return field

    def _number(self, name: str, least: int, most: int, suffix: str) -> QSpinBox:
        field = QSpinBox()
        field.setObjectName(name)
        field.setRange(least, most)
        field.setSuffix(suffix)
        field.setValue(getattr(self._window.settings, name))
        field.valueChanged.connect(partial(self._change, name, restart=False))
        return field

    def _change(self, name: str, value: object, restart: bool) -> None:
        self._window.change_settings(**{name: value})
        self._restart.setVisible(restart or not self._restart.isHidden())
