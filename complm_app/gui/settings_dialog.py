"""What the user can set. Each change is stored at once; there is nothing to apply."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QUrl
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
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from complm_app.config import GIB, HUB, problem_with
from complm_app.errors import ComplmError
from complm_app.gui import failures, words
from complm_app.gui.controls import ElidedLabel
from complm_app.gui.translation import LANGUAGES
from complm_app.hub_token import save_token
from complm_app.session import model_name

if TYPE_CHECKING:
    from complm_app.gui.main_window import MainWindow

MINIMUM_WIDTH, SIDES = 480, 24
FRAME_HEIGHT = 60
"""The system's frame of the dialog, and a little space around it."""
LABEL_WIDTH = 128
NUMBER_MARGIN = 8


class SettingsDialog(QDialog):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.setWindowTitle(self.tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.problem = QLabel()
        self.problem.setProperty("tone", "amber")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self._forget = QPushButton(self.tr("Forget"))
        self._forget.setAccessibleName(self.tr("Forget the access token"))
        self._forget.setObjectName("forgetToken")
        self._forget.setAutoDefault(False)
        self._forget.clicked.connect(self._forget_token)
        self._build()

    def _build(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        # Return in a field must not close the dialog.
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        buttons.setContentsMargins(SIDES, 0, SIDES, 0)
        area = self._scrolling(self._sections())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 18)
        column.setSpacing(12)
        column.addWidget(area, 1)
        column.addWidget(buttons)
        self.setMinimumWidth(MINIMUM_WIDTH)
        room = self.screen().availableSize().height() - FRAME_HEIGHT
        self.resize(MINIMUM_WIDTH, min(room, self.sizeHint().height()))

    def _sections(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(SIDES, 8, SIDES, 0)
        column.setSpacing(10)
        for part in (
            self._section(self.tr("Window")),
            self._form(self._window_rows()),
            self._section(self.tr("Answers")),
            self._form(self._answer_rows()),
            self._section(self.tr("Model")),
            self._form(self._model_rows()),
            self._section(self.tr("Network")),
            self._form(self._network_rows()),
            self.problem,
            self._section(self.tr("Storage")),
            self._form(self._storage_rows()),
        ):
            column.addWidget(part)
        return inside

    def _scrolling(self, inside: QWidget) -> QScrollArea:
        """As high as what is in it, where the screen has room for that."""
        area = _TallArea()
        area.setObjectName("plain")
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(self.tr("Settings"))
        area.setWidget(inside)
        return area

    # ---- rows

    def _window_rows(self) -> list[tuple[str, QWidget]]:
        themes = [
            (self.tr("As the system"), "system"),
            (self.tr("Light"), "light"),
            (self.tr("Dark"), "dark"),
        ]
        languages = [(self.tr("As the system"), "system")]
        languages += [(name, code) for code, name in LANGUAGES.items()]
        language = self._choice("language", languages)
        language.setToolTip(self.tr("The language changes at the next start."))
        return [
            (self.tr("Theme"), self._choice("theme", themes)),
            (self.tr("Language"), language),
        ]

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
            (self.tr("8 bit (FP8)"), "fp8"),
            (self.tr("8 bit (LLM.int8)"), "int8"),
            (self.tr("4 bit (NF4)"), "nf4"),
        ]
        return [
            (self.tr("Model"), self._model()),
            (self.tr("Runs on"), self._choice("device", devices)),
            (self.tr("Quantization"), self._choice("quantization", quantizations)),
        ]

    def _network_rows(self) -> list[tuple[str, QWidget]]:
        offline = QCheckBox(self.tr("Never use the network"))
        offline.setChecked(self._window.settings.offline)
        offline.toggled.connect(lambda on: self._window.change_settings(offline=on))
        self.mirror = QLineEdit(self._window.settings.mirror or "")
        self.mirror.setPlaceholderText(HUB)
        self.mirror.setToolTip(self.tr("Where models are downloaded from. Also gets the token."))
        self.mirror.editingFinished.connect(self._set_mirror)
        self.token = QLineEdit()
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.token.setAccessibleName(self.tr("Access token"))
        self.token.setToolTip(self.tr("For models whose conditions you have accepted on the hub."))
        self.token.editingFinished.connect(self._set_token)
        self._show_token()
        return [
            (self.tr("Privacy"), offline),
            (self.tr("Mirror"), self.mirror),
            (self.tr("Access token"), self._with_button(self.token, self._forget)),
        ]

    def _storage_rows(self) -> list[tuple[str, QWidget]]:
        return [
            (self.tr("Cache up to"), self._cache_budget()),
            (
                self.tr("Save space"),
                self._switch("embeddings_in_8_bits", self.tr("Store documents in 8 bits")),
            ),
            ("", self._switch("prefixes_in_8_bits", self.tr("Store what was read in 8 bits"))),
            (self.tr("Data folder"), self._data_folder()),
        ]

    def _model(self) -> QWidget:
        folder = self._window.session.model_folder
        label = ElidedLabel(model_name(folder))
        label.setToolTip(str(folder))
        button = QPushButton(self.tr("Models..."))
        button.setAutoDefault(False)
        button.clicked.connect(self._open_models)
        return self._with_button(label, button)

    def _open_models(self) -> None:
        self.accept()
        self._window.menus.models.trigger()

    # ---- mirror and token: typed, so they may be wrong

    def _set_mirror(self) -> None:
        address = self.mirror.text().strip() or None
        problem = None if address is None else problem_with("mirror", address)
        self._tell(
            words.fill(self.tr("A mirror is %1."), failures.said(problem)) if problem else ""
        )
        if not problem and address != self._window.settings.mirror:
            self._window.change_settings(mirror=address)

    def _set_token(self) -> None:
        if self.token.text():
            self._store_token(self.token.text())

    def _forget_token(self) -> None:
        self._store_token("")

    def _store_token(self, token: str) -> None:
        try:
            save_token(self._window.session.paths.token_file, token)
        except ComplmError as error:
            self._tell(failures.whole(error))
            return
        self._tell("")
        self.token.clear()
        self._show_token()

    def _show_token(self) -> None:
        stored = self._window.session.paths.token_file.is_file()
        self.token.setPlaceholderText(self.tr("Stored") if stored else self.tr("None stored"))
        self._forget.setEnabled(stored)

    def _tell(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _cache_budget(self) -> QSpinBox:
        field = _number_field()
        field.setRange(1, 1000)
        field.setSuffix(self.tr(" GB"))
        field.setValue(max(1, self._window.settings.cache_budget_bytes // GIB))
        field.valueChanged.connect(
            lambda value: self._window.change_settings(cache_budget_bytes=value * GIB)
        )
        return field

    def _data_folder(self) -> QWidget:
        folder = self._window.session.paths.data
        label = ElidedLabel(str(folder))
        label.setObjectName("dim")
        button = QPushButton(self.tr("Open"))
        button.setAccessibleName(self.tr("Open the data folder"))
        button.setAutoDefault(False)
        button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
        return self._with_button(label, button)

    def _with_button(self, field: QWidget, button: QPushButton) -> QWidget:
        holder = QFrame()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(field, 1)
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
            label.setFixedWidth(LABEL_WIDTH)
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
    ) -> QComboBox:
        field = QComboBox()
        field.setObjectName(name)
        values = [value for _, value in choices]
        field.addItems([label for label, _ in choices])
        field.setCurrentIndex(values.index(getattr(self._window.settings, name)))
        field.currentIndexChanged.connect(lambda place: self._change(name, values[place]))
        return field

    def _switch(self, name: str, text: str) -> QCheckBox:
        """Both switches halve what is kept of one kind."""
        field = QCheckBox(text)
        field.setObjectName(name)
        field.setAccessibleName(text)
        field.setToolTip(self.tr("Half the room on disk. Answers may differ a little."))
        field.setChecked(getattr(self._window.settings, name))
        field.toggled.connect(partial(self._change, name))
        return field

    def _number(self, name: str, least: int, most: int, suffix: str) -> QSpinBox:
        field = _number_field()
        field.setObjectName(name)
        field.setRange(least, most)
        field.setSuffix(suffix)
        field.setValue(getattr(self._window.settings, name))
        field.valueChanged.connect(partial(self._change, name))
        return field

    def _change(self, name: str, value: object) -> None:
        self._window.change_settings(**{name: value})


class _TallArea(QScrollArea):
    """Wants to be as high as what is in it; Qt's own does not want to be higher than some lines."""

    def sizeHint(self) -> QSize:
        inside = self.widget()
        return inside.sizeHint() if inside is not None else super().sizeHint()


def _number_field() -> QSpinBox:
    """Its text stands where that of the other fields does: style sheets do not move it."""
    field = QSpinBox()
    field.lineEdit().setTextMargins(NUMBER_MARGIN, 0, NUMBER_MARGIN, 0)
    return field
