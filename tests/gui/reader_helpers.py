"""For the reader's tests: PDFs made on the spot, a pane to show them in, its pixels."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from numpy.typing import NDArray
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject, RectangleObject
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from reportlab.lib.colors import red
from reportlab.pdfgen import canvas

from complm_app.gui.reader.pane import ReaderPane
from complm_app.gui.theme import Theme

SENTENCE = "Either party may terminate"
UNICODE_LINE = "aQb oWce QQ eVnd VQlast"
"""Q stands for a character outside the basic plane, W for a ligature of three letters, V for a
character that PDFium counts but gives no text for."""


def numbered(path: Path, pages: int = 5, words: str = "agreement") -> Path:
    """Every page says its number and holds `words` twice, once in capitals."""
    sheet = canvas.Canvas(str(path), pagesize=(400, 600))
    for page in range(pages):
        sheet.setFont("Helvetica", 20)
        sheet.drawString(50, 500, f"Page number {page + 1}")
        sheet.drawString(50, 300, f"the {words} and the {words.upper()}")
        sheet.showPage()
    sheet.save()
    return path


def shapes(path: Path, in_red: int) -> Path:
    """Seven pages of several sizes, turned, and cropped; one of them has SENTENCE in red."""
    data = io.BytesIO()
    sheet = canvas.Canvas(data)
    for page, size in enumerate(((400, 600), (842, 595), (300, 300), *[(400, 600)] * 4)):
        sheet.setPageSize(size)
        sheet.setFont("Helvetica", 18)
        sheet.drawString(40, 240, "Before it")
        sheet.setFillColor(red if page == in_red else "black")
        sheet.drawString(40, 200, SENTENCE)
        sheet.setFillColor("black")
        sheet.drawString(40, 160, "After it")
        sheet.showPage()
    sheet.save()
    writer = PdfWriter(clone_from=PdfReader(data))
    for page, angle in ((3, 90), (4, 180), (5, 270)):
        writer.pages[page].rotate(angle)
    writer.pages[6].cropbox = RectangleObject((20, 80, 380, 500))
    writer.write(path)
    return path


def unusual_characters(path: Path) -> Path:
    """UNICODE_LINE in large type, its text given by a ToUnicode map."""
    data = io.BytesIO()
    sheet = canvas.Canvas(data, pagesize=(400, 600))
    sheet.setFont("Helvetica", 24)
    sheet.drawString(20, 500, UNICODE_LINE)
    sheet.drawString(50, 400, "a word is termi-")
    sheet.drawString(50, 370, "nated by its line")
    sheet.save()
    writer = PdfWriter(clone_from=PdfReader(data))
    stream = DecodedStreamObject()
    stream.set_data(_TO_UNICODE)
    reference = writer._add_object(stream)
    for font in writer.pages[0]["/Resources"]["/Font"].values():
        font.get_object()[NameObject("/ToUnicode")] = reference
    writer.write(path)
    return path


def with_links(path: Path) -> Path:
    """Page 1 links to the middle of page 3 and to the web; an outline names pages 1 and 3."""
    sheet = canvas.Canvas(str(path), pagesize=(400, 600))
    for page in range(3):
        sheet.drawString(50, 500, f"Page {page + 1}")
        if page == 0:
            sheet.bookmarkPage("start", fit="XYZ", left=0, top=600)
            sheet.addOutlineEntry("Beginning", "start", level=0)
            sheet.linkRect("", "target", (50, 400, 150, 430), relative=0)
            sheet.linkURL("https://example.org/away", (50, 300, 150, 330), relative=0)
        if page == 2:
            sheet.bookmarkPage("target", fit="XYZ", left=0, top=300)
            sheet.addOutlineEntry("End", "target", level=0)
        sheet.showPage()
    sheet.save()
    return path


def encrypted(path: Path, password: str) -> Path:
    plain = numbered(path.with_suffix(".plain.pdf"), 1)
    writer = PdfWriter(clone_from=PdfReader(plain))
    writer.encrypt(password, algorithm="RC4-128")
    writer.write(path)
    return path


def roman_labels(pages: int) -> Sequence[str]:
    return ["i", "ii", "iii", *(str(number + 1) for number in range(pages - 3))]


_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def
/CMapType 2 def 1 begincodespacerange <00> <FF> endcodespacerange
3 beginbfchar <51> <D835DD38> <57> <006600660069> <56> <0002> endbfchar
2 beginbfrange <20> <50> <0020> <58> <7E> <0058> endbfrange
endcmap end end"""


def shown_pane(qtbot: QtBot, width: int = 700, height: int = 800) -> ReaderPane:
    app = QApplication.instance()
    assert app is not None
    if app.findChild(Theme) is None:
        Theme(app, "light")
    pane = ReaderPane()
    qtbot.addWidget(pane)
    pane.resize(width, height)
    pane.show()
    return pane


def opened(qtbot: QtBot, path: Path, labels: Sequence[str] = ()) -> ReaderPane:
    pane = shown_pane(qtbot)
    pane.open_document(path, path.stem, labels)
    qtbot.waitUntil(lambda: pane._view is not None)
    return pane


Pixels = NDArray[np.int16]


def pixels_of(widget: QWidget) -> Pixels:
    """Red, green and blue: (height, width, 3)."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), np.uint8)
    rows = data.reshape(image.height(), image.bytesPerLine() // 4, 4)[:, : image.width()]
    return rows[:, :, 2::-1].astype(np.int16)


def box_of(where: NDArray[np.bool_]) -> QRectF | None:
    """The smallest rectangle around all true pixels."""
    rows, columns = np.nonzero(where)
    if not rows.size:
        return None
    left, top = int(columns.min()), int(rows.min())
    return QRectF(left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1)


def is_color(pixels: Pixels, color: tuple[int, int, int], tolerance: int = 3) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = (np.abs(pixels - np.array(color, np.int16)) <= tolerance).all(axis=2)
    return near


def is_red(pixels: Pixels) -> NDArray[np.bool_]:
    """The ink of the sentence in `shapes`, under a mark or not."""
    red, green, blue = pixels[:, :, 0], pixels[:, :, 1], pixels[:, :, 2]
    found: NDArray[np.bool_] = (red > 200) & (green < 90) & (blue < 90)
    return found


LEFT = Qt.MouseButton.LeftButton


def position_of(pane: ReaderPane, page: int, words: str, side: str = "center") -> QPoint:
    """Where the words are in the viewport; `side` is left, center or right."""
    text = pane._pdf.page_text(page)
    start = text.index(words)
    assert pane._pdf._texts is not None
    (rect,) = pane._pdf.mark_rects(pane._pdf._texts.between(page, start, start + len(words)))
    inset = 2
    x = {"left": rect.left() + inset, "center": rect.center().x(), "right": rect.right() - inset}
    return QPoint(round(x[side]), round(rect.center().y()))


def page_point(pane: ReaderPane, page: int, x: float, y: float) -> QPoint:
    """A point of the page, in points from its upper left corner, in the viewport."""
    rect = pane._pdf.page_layout().rect_of(page, QRectF(x, y, 0, 0))
    return (rect.topLeft() - pane._pdf.scrolled()).toPoint()


def drag(qtbot: QtBot, viewport: QWidget, start: QPoint, end: QPoint) -> None:
    qtbot.mousePress(viewport, LEFT, pos=start)
    qtbot.mouseMove(viewport, start + (end - start) / 2)
    qtbot.mouseMove(viewport, end)
    qtbot.mouseRelease(viewport, LEFT, pos=end)


# -- finding


def find(qtbot: QtBot, pane: ReaderPane, words: str) -> None:
    pane._commands.find.trigger()
    with qtbot.waitSignal(pane._search._finder.finished):
        pane._search_bar.field.setText(words)
