"""Light and dark: one palette, one small style sheet, set together."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from complm_app.session import ASSETS

TEXT_PX = 13
SMALL_PX = 11.5
ICONS = ASSETS / "icons"
SIDE = 14  # from a pane's side to its content


@dataclass(frozen=True, slots=True)
class Tokens:
    """The window's colours by what they mean."""

    ground: str
    pane: str
    line: str
    text: str
    dim: str
    accent: str
    on_accent: str
    accent_ground: str
    selection: str
    quote: str
    ok: str
    amber: str
    amber_ground: str
    desk: str


LIGHT = Tokens(
    ground="#f6f6f4",
    pane="#fcfcfb",
    line="#e3e2de",
    text="#1f2023",
    dim="#696a6f",
    accent="#2967d2",
    on_accent="#ffffff",
    accent_ground="#e8f0fd",
    selection="#e9eef8",
    quote="#ffe58a",
    ok="#277a4c",
    amber="#8f5e12",
    amber_ground="#fdf3dc",
    desk="#e9e8e4",
)
DARK = Tokens(
    ground="#1d1e21",
    pane="#232428",
    line="#35363b",
    text="#e7e7ea",
    dim="#9a9ba3",
    accent="#6ea1ff",
    on_accent="#14161a",
    accent_ground="#2a3550",
    selection="#2c3242",
    quote="#8a7420",
    ok="#5fc08a",
    amber="#e0b050",
    amber_ground="#3a3222",
    desk="#18191b",
)


class Theme(QObject):
    """Follows the system, or stays with what the user chose. `changed` comes after the change."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: str = "system") -> None:
        super().__init__(app)
        self._app = app
        self._choice = choice
        self.tokens = LIGHT
        app.setStyle("Fusion")
        app.setFont(_font(app.font()))
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply)
        self.choose(choice)

    @property
    def dark(self) -> bool:
        return self.tokens is DARK

    def choose(self, choice: str) -> None:
        """`choice` is system, light or dark."""
        self._choice = choice
        hints = QGuiApplication.styleHints()
        if choice == "system":
            hints.unsetColorScheme()
        else:
            dark = choice == "dark"
            hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
        self._apply()

    def _apply(self) -> None:
        system_is_dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        dark = self._choice == "dark" or (self._choice == "system" and system_is_dark)
        self.tokens = DARK if dark else LIGHT
        self._app.setPalette(_palette(self.tokens))
        self._app.setStyleSheet(_style_sheet(self.tokens))
        self.changed.emit()


def theme() -> Theme:
    """The application's theme, which app.py makes first of all."""
    found = QApplication.instance()
    assert found is not None
    made = found.findChild(Theme)
    assert made is not None, "no Theme was made for this application"
    return made


def small_font(font: QFont, *, bold: bool = False) -> QFont:
    smaller = QFont(font)
    smaller.setPointSizeF(points(SMALL_PX))
    smaller.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return smaller


def points(pixels: float) -> float:
    """Points that give so many pixels on the primary screen: only points may be fractions."""
    screen = QGuiApplication.primaryScreen()
    dots_per_inch = screen.logicalDotsPerInch() if screen is not None else 96.0
    return pixels * 72.0 / dots_per_inch


def _font(font: QFont) -> QFont:
    ours = QFont(font)
    ours.setPointSizeF(points(TEXT_PX))
    return ours


def _palette(t: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, color in (
        (role.Window, t.ground),
        (role.Base, t.pane),
        (role.AlternateBase, t.ground),
        (role.Button, t.pane),
        (role.WindowText, t.text),
        (role.Text, t.text),
        (role.ButtonText, t.text),
        (role.ToolTipBase, t.pane),
        (role.ToolTipText, t.text),
        (role.PlaceholderText, t.dim),
        (role.Highlight, t.accent),
        (role.HighlightedText, t.on_accent),
        (role.Accent, t.accent),
        (role.Link, t.accent),
        (role.LinkVisited, t.accent),
        (role.Mid, t.line),
        (role.Dark, t.desk),
        (role.Light, t.pane),
        (role.Midlight, t.line),
    ):
        palette.setColor(which, QColor(color))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(t.dim))
    return palette


def _style_sheet(t: Tokens) -> str:
    arrow, check = ((ICONS / f"{name}.svg").as_posix() for name in ("arrow-down", "check-light"))
    return f"""
QMainWindow, QDialog {{ background: {t.ground}; }}
QMainWindow::separator, QSplitter::handle {{ background: {t.line}; }}
QMenuBar {{ background: {t.ground}; border-bottom: 1px solid {t.line}; padding: 2px 6px; }}
QMenuBar::item {{ padding: 4px 9px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {t.selection}; }}
QMenu {{ background: {t.pane}; border: 1px solid {t.line}; padding: 4px; }}
QMenu::item {{ padding: 5px 22px 5px 12px; border-radius: 4px; color: {t.text}; }}
QMenu::item:selected {{ background: {t.selection}; }}
QMenu::item:disabled {{ color: {t.dim}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 8px; }}
QStatusBar {{ background: {t.ground}; border-top: 1px solid {t.line}; color: {t.dim}; }}
QStatusBar::item {{ border: none; }}
QStatusBar QLabel, .small {{ color: {t.dim}; font-size: {points(SMALL_PX)}pt; }}
#libraryPane, #chatPane {{ background: {t.pane}; }}
#header {{ border: none; border-bottom: 1px solid {t.line}; background: {t.pane}; }}
#composer {{ border: none; border-top: 1px solid {t.line}; background: {t.pane}; }}
QLabel#title {{ font-weight: 600; color: {t.text}; }}
QLabel#dim {{ color: {t.dim}; }}
QLabel#quiet, QLabel#section {{ color: {t.dim}; font-size: {points(SMALL_PX)}pt; }}
QLineEdit, QComboBox, QSpinBox {{ min-height: 26px; border: 1px solid {t.line}; border-radius: 6px;
    padding: 0 9px; background: {t.ground}; color: {t.text};
    selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
QSpinBox QLineEdit {{ border: none; min-height: 0; padding: 0; background: transparent; }}
QSpinBox::up-button, QSpinBox::down-button {{ width: 0; border: none; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: url("{arrow}"); width: 14px; height: 14px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QCheckBox {{ spacing: 8px; min-height: 24px; }}
QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {t.dim}; border-radius: 4px;
    background: {t.ground}; }}
QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent};
    image: url("{check}"); }}
QCheckBox::indicator:focus {{ border-color: {t.accent}; }}
QComboBox QAbstractItemView {{ background: {t.pane}; border: 1px solid {t.line};
    selection-background-color: {t.selection}; selection-color: {t.text}; }}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus {{ border-color: {t.accent}; }}
QPushButton {{ min-height: 26px; border: 1px solid {t.line}; border-radius: 6px; padding: 0 12px;
    background: {t.pane}; color: {t.text}; }}
QPushButton:hover {{ background: {t.selection}; }}
QPushButton:focus {{ border-color: {t.accent}; }}
QPushButton:disabled {{ color: {t.dim}; }}
QPushButton#primary, QPushButton:default {{ background: {t.accent}; border-color: {t.accent};
    color: {t.on_accent}; font-weight: 600; }}
QPushButton#primary:disabled {{ background: {t.line}; border-color: {t.line}; color: {t.dim}; }}
QPushButton#chip {{ min-height: 18px; max-height: 18px; border: 1px solid transparent;
    border-radius: 10px; padding: 0 8px; background: {t.accent_ground}; color: {t.accent};
    font-size: {points(SMALL_PX)}pt; font-weight: 500; }}
QPushButton#chip:hover, QPushButton#chip:focus, QPushButton#chip:checked {{
    border-color: {t.accent}; }}
QLabel#scope {{ border: 1px solid {t.line}; border-radius: 10px; padding: 1px 8px;
    color: {t.text}; font-size: {points(SMALL_PX)}pt; }}
QPushButton#suggestion {{ text-align: left; padding: 5px 12px; color: {t.accent};
    border-color: {t.line}; background: {t.pane}; }}
QPushButton#suggestion:hover {{ background: {t.accent_ground}; }}
QPushButton#link {{ border: none; background: transparent; color: {t.accent}; padding: 0 4px;
    min-height: 20px; }}
QPushButton#quietLink {{ border: none; background: transparent; color: {t.dim}; padding: 0 6px; }}
QPushButton#quietLink:hover, QPushButton#quietLink:focus {{ color: {t.accent}; }}
QPushButton#statusLink {{ border: none; background: transparent; color: {t.accent};
    padding: 0 8px; min-height: 20px; font-size: {points(SMALL_PX)}pt; }}
QPushButton#statusLink:hover, QPushButton#statusLink:focus {{ text-decoration: underline; }}
QPushButton#link:focus {{ text-decoration: underline; }}
QToolButton {{ border: 1px solid transparent; border-radius: 6px; padding: 3px;
    background: transparent; color: {t.dim}; }}
QToolButton:hover {{ background: {t.selection}; }}
QToolButton:focus {{ border-color: {t.accent}; }}
QToolButton::menu-indicator {{ image: none; }}
#questionFrame {{ border: 1px solid {t.line}; border-radius: 10px; background: {t.ground}; }}
#questionFrame[focused="true"] {{ border-color: {t.accent}; }}
#questionBox {{ border: none; background: transparent; color: {t.text}; }}
#questionBubble {{ background: {t.accent_ground}; border-radius: 10px;
    border-bottom-right-radius: 2px; }}
#quoteBlock {{ border: none; border-left: 3px solid {t.quote}; }}
QLabel[tone="ok"] {{ color: {t.ok}; font-size: {points(SMALL_PX)}pt; }}
QLabel[tone="amber"] {{ color: {t.amber}; font-size: {points(SMALL_PX)}pt; }}
#banner {{ background: {t.amber_ground}; border: none; border-bottom: 1px solid {t.line}; }}
#note {{ background: {t.selection}; border: none; border-top: 1px solid {t.line}; }}
#inlineBanner {{ background: {t.amber_ground}; border: none; border-radius: 6px; }}
#dropZone {{ border: 1px dashed {t.line}; border-radius: 8px; color: {t.dim}; }}
#dropZone[over="true"] {{ border-color: {t.accent}; color: {t.accent};
    background: {t.accent_ground}; }}
#modelList {{ background: {t.pane}; }}
QScrollArea#plain, #plain > QWidget > QWidget {{ background: transparent; }}
QHeaderView {{ background: {t.pane}; border: none; border-bottom: 1px solid {t.line}; }}
QHeaderView::section {{ background: {t.pane}; color: {t.dim}; border: none;
    padding: 5px 6px 5px 3px; font-size: {points(SMALL_PX)}pt; }}
QListView, QListWidget, QTableView, QScrollArea {{ border: none; background: {t.pane};
    outline: none; }}
QListWidget::item {{ padding: 7px 14px; }}
QTreeView {{ border: none; background: {t.pane}; outline: none; }}
QTreeView::item {{ padding: 4px 6px 4px 0; color: {t.text}; }}
QTreeView::item:hover, QTreeView::item:selected, QTreeView::branch:selected {{
    background: {t.selection}; color: {t.text}; }}
QListWidget::item:selected {{ background: {t.selection}; color: {t.text}; }}
QProgressBar {{ border: none; border-radius: 2px; background: {t.line};
    min-height: 3px; max-height: 3px; }}
QProgressBar::chunk {{ border-radius: 2px; background: {t.accent}; }}
QScrollBar:vertical {{ width: 10px; background: transparent; }}
QScrollBar:horizontal {{ height: 10px; background: transparent; }}
QScrollBar::handle {{ background: {t.line}; border-radius: 3px; margin: 2px;
    min-height: 28px; min-width: 28px; }}
QScrollBar::handle:hover {{ background: {t.dim}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QToolTip {{ background: {t.pane}; color: {t.text}; border: 1px solid {t.line}; padding: 4px; }}
QTabBar::tab {{ padding: 6px 14px; color: {t.dim}; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {t.text}; border-bottom-color: {t.accent}; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {t.line}; }}
"""
