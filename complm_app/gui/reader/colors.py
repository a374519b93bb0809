"""The few colours of the reader that a QPalette has no role for."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QPalette


@dataclass(frozen=True, slots=True)
class ReaderColors:
    """As #rrggbb. PDF pages stay white in the dark, so their marks are the same in both."""

    quote: str = "#ffe58a"
    match: str = "#cfe0ff"
    current_match: str = "#ffc48a"
    quote_on_dark_text: str = "#6b5714"
    match_on_dark_text: str = "#33456b"
    current_match_on_dark_text: str = "#7d4e1d"


def is_dark(palette: QPalette) -> bool:
    return palette.color(QPalette.ColorRole.Window).lightness() < 128
