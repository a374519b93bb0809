"""Icons from assets/icons, drawn in a colour of the theme, crisp at every scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from complm_app.gui.theme import ICONS

SCALES = (1, 2, 3)


@lru_cache(maxsize=256)
def icon(name: str, color: str, size: int = 16) -> QIcon:
    """`name` is a file of assets/icons without its ending; `size` in device-independent pixels."""
    made = QIcon()
    for scale in SCALES:
        made.addPixmap(pixmap(name, color, size, scale))
    return made


@lru_cache(maxsize=256)
def pixmap(name: str, color: str, size: int, scale: float) -> QPixmap:
    drawing = (ICONS / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", color)
    image = QPixmap(round(size * scale), round(size * scale))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter)
    painter.end()
    image.setDevicePixelRatio(scale)
    return image
