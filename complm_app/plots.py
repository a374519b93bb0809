"""Line charts as PNG files, drawn with Qt, which needs no display for that."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from complm_app.errors import ComplmError, StoreError

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

WIDTH, HEIGHT = 1200, 760
LEFT, TOP, RIGHT, BOTTOM = 110, 70, 330, 90
COLORS = ("#24292f", "#d1242f", "#bf8700", "#1f6feb", "#8250df", "#1a7f37")


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    points: tuple[tuple[float, float], ...]
    color: int = 0
    """Lines of the same color belong together, and differ in their dashes."""
    dashes: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """Where an axis is logarithmic, all its values are above 0."""

    title: str
    x_name: str
    y_name: str
    lines: Sequence[Line]
    log_x: bool = True
    log_y: bool = True


def save_charts(charts: Sequence[Chart], path: Path) -> None:
    """One below the other. Raises ComplmError where Qt is missing or a chart is empty,
    StoreError."""
    if not all(any(line.points for line in chart.lines) for chart in charts):
        raise ComplmError("There is nothing to draw.", "Measure at least one length.")
    try:
        from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
    except ImportError as e:
        raise ComplmError(
            "The chart needs PySide6, which is not installed.",
            "Save the rows with --json and draw them elsewhere: complm bench plot.",
        ) from e

    application = QGuiApplication.instance() or QGuiApplication(
        ["complm", "-platform", "offscreen"]
    )
    image = QImage(WIDTH, HEIGHT * len(charts), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for chart in charts:
        points = [point for line in chart.lines for point in line.points]
        across = _Scale.of([x for x, _ in points], chart.log_x)
        upwards = _Scale.of([y for _, y in points], chart.log_y)
        _Drawing(painter, across, upwards).draw(chart)
        painter.translate(0, HEIGHT)
    painter.end()
    del application
    if not image.save(str(path)):
        raise StoreError(f"{path} cannot be written.", "Choose another name; it ends in .png.")


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float
    log: bool

    @classmethod
    def of(cls, values: Sequence[float], log: bool) -> _Scale:
        ends = min(values), max(values)
        low, high = map(math.log10, ends) if log else ends
        margin = max(0.05 * (high - low), 0.05 if log else 0.02 * abs(high), 1e-3)
        return cls(low - margin, high + margin, log)

    def place(self, value: float) -> float:
        """From 0 to 1."""
        at = math.log10(value) if self.log else value
        return (at - self.low) / (self.high - self.low)

    def ticks(self) -> Iterator[float]:
        """In sight: 1, 2 and 5 of every power of ten, or multiples of one of them."""
        if not self.log:
            yield from self._even_ticks()
            return
        for power in range(math.floor(self.low), math.ceil(self.high) + 1):
            for digit in (1, 2, 5):
                value = digit * 10.0**power
                if self.low <= math.log10(value) <= self.high:
                    yield value

    def _even_ticks(self) -> Iterator[float]:
        span = self.high - self.low
        power = 10.0 ** math.floor(math.log10(span))
        step = next(s for s in (0.1 * power, 0.2 * power, 0.5 * power, power) if span / s <= 10)
        for number in range(math.ceil(self.low / step), math.floor(self.high / step) + 1):
            yield number * step


@dataclass(frozen=True, slots=True)
class _Drawing:
    painter: QPainter
    x: _Scale
    y: _Scale

    def draw(self, chart: Chart) -> None:
        self._text(LEFT, 20, WIDTH - LEFT, 30, chart.title, size=17)
        self._axes(chart)
        for number, line in enumerate(chart.lines):
            self._line(line, number)

    def _axes(self, chart: Chart) -> None:
        width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        for value in sorted({x for line in chart.lines for x, _ in line.points}):
            x = self._across(value)
            self._stroke("#e4e7eb", 1, [(x, TOP), (x, TOP + height)])
            self._text(x - 50, TOP + height + 8, 100, 22, f"{value:,.6g}", align="center")
        for value in self.y.ticks():
            y = self._down(value)
            self._stroke("#e4e7eb", 1, [(LEFT, y), (LEFT + width, y)])
            self._text(0, y - 11, LEFT - 10, 22, f"{value:,.4g}", align="right")
        corners = [(LEFT, TOP), (LEFT, TOP + height), (LEFT + width, TOP + height)]
        self._stroke("#57606a", 1, corners)
        self._text(LEFT, TOP + height + 40, width, 26, chart.x_name, align="center")
        self._text(10, TOP - 34, 300, 24, chart.y_name)

    def _line(self, line: Line, number: int) -> None:
        from PySide6.QtCore import QPointF
        from PySide6.QtGui import QColor

        color = COLORS[line.color % len(COLORS)]
        places = [(self._across(x), self._down(y)) for x, y in line.points]
        self._stroke(color, 2.5, places, line.dashes)
        self.painter.setBrush(QColor(color))
        for x, y in places:
            self.painter.drawEllipse(QPointF(x, y), 4, 4)
        left, top = WIDTH - RIGHT + 25, TOP + 10 + 30 * number
        self._stroke(color, 2.5, [(left, top + 11), (left + 28, top + 11)], line.dashes)
        self._text(left + 38, top, RIGHT - 70, 22, line.name)

    def _across(self, value: float) -> float:
        return LEFT + self.x.place(value) * (WIDTH - LEFT - RIGHT)

    def _down(self, value: float) -> float:
        return HEIGHT - BOTTOM - self.y.place(value) * (HEIGHT - TOP - BOTTOM)

    def _stroke(
        self, color: str, width: float, places: Sequence[tuple[float, float]], dashes: int = 0
    ) -> None:
        from PySide6.QtCore import QPointF, Qt
        from PySide6.QtGui import QColor, QPen

        pen = QPen(QColor(color), width)
        styles = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
        pen.setStyle(styles[dashes % len(styles)])
        self.painter.setPen(pen)
        self.painter.drawPolyline([QPointF(x, y) for x, y in places])

    def _text(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        text: str,
        align: str = "left",
        size: int = 11,
    ) -> None:
        from PySide6.QtCore import QRectF, Qt
        from PySide6.QtGui import QColor, QFont

        sides: dict[str, Any] = {
            "left": Qt.AlignmentFlag.AlignLeft,
            "right": Qt.AlignmentFlag.AlignRight,
            "center": Qt.AlignmentFlag.AlignHCenter,
        }
        font = QFont()
        font.setPointSize(size)
        self.painter.setFont(font)
        self.painter.setPen(QColor("#24292f"))
        flags = sides[align] | Qt.AlignmentFlag.AlignVCenter
        self.painter.drawText(QRectF(x, y, width, height), flags, text)
