"""How the demo report looks: page templates, styles, tables, the chart."""

from __future__ import annotations

from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor, white
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageTemplate,
    Paragraph,
    Table,
    TableStyle,
)

NAME = "Aldern River Ferry Cooperative"
TITLE = "Annual Report 2024"
TEAL, DEEP, SAND = HexColor("#1d6a74"), HexColor("#0f3d47"), HexColor("#c98f3c")
INK, GREY, PAPER, RULE = (HexColor(c) for c in ("#222a2e", "#66727a", "#edf3f3", "#bccaca"))
WIDTH, HEIGHT = A4
LEFT, TOP, BOTTOM, GUTTER = 27 * mm, 34 * mm, 28 * mm, 8 * mm
TEXT_WIDTH = WIDTH - 2 * LEFT
HEADING_HEIGHT = 15.5 * mm
COLUMN = (TEXT_WIDTH - GUTTER) / 2
FRONT_PAGES = 2
"""Title and contents, numbered i and ii."""
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

_body = ParagraphStyle(
    "body",
    fontName="Times-Roman",
    fontSize=11,
    leading=15.6,
    spaceAfter=8.5,
    textColor=INK,
    alignment=TA_JUSTIFY,
)


def _style(name: str, **changes: object) -> ParagraphStyle:
    return ParagraphStyle(name, parent=_body, **changes)


_sans = {"fontName": "Helvetica", "alignment": 0}
_bold = {"fontName": "Helvetica-Bold", "alignment": 0}
styles = {
    style.name: style
    for style in (
        _body,
        _style("narrow", fontSize=10.4, leading=14.2, spaceAfter=7, alignment=0),
        _style("heading", **_bold, fontSize=22, leading=27, spaceAfter=16, textColor=DEEP),
        _style(
            "subheading",
            **_bold,
            fontSize=12.5,
            leading=16,
            spaceBefore=8,
            spaceAfter=6,
            textColor=TEAL,
            keepWithNext=1,
        ),
        _style("contents", **_bold, fontSize=22, leading=27, spaceAfter=18, textColor=DEEP),
        _style("entry", **_bold, fontSize=10.5, leading=17, spaceBefore=5, spaceAfter=0),
        _style("subentry", **_sans, fontSize=9.5, leading=14, leftIndent=12, spaceAfter=0),
        _style("cell", **_sans, fontSize=9, leading=12, spaceAfter=0),
        _style("head", **_bold, fontSize=8.6, leading=11.5, spaceAfter=0, textColor=white),
        _style("total", **_bold, fontSize=9, leading=12, spaceAfter=0),
        _style("number", **_bold, fontSize=23, leading=28, spaceAfter=0, textColor=TEAL),
        _style("explained", **_sans, fontSize=9, leading=12.5, spaceAfter=0, textColor=GREY),
        _style("caption", **_sans, fontSize=8.8, leading=12, spaceAfter=12, textColor=GREY),
        _style("signature", alignment=0),
        _style(
            "pull",
            fontName="Times-Italic",
            fontSize=14.5,
            leading=19,
            alignment=TA_CENTER,
            textColor=TEAL,
            spaceBefore=8,
            spaceAfter=10,
        ),
    )
}


class Report(BaseDocTemplate):
    """Title page, contents, then one or two columns; outline and page labels as it goes along."""

    def __init__(self, target: str) -> None:
        super().__init__(
            target,
            pagesize=A4,
            title=f"{NAME}: {TITLE}",
            author="The CompLM project",
            subject="An invented annual report to try CompLM with, CC0 1.0",
            lang="en-GB",
            invariant=1,
        )
        height = HEIGHT - TOP - BOTTOM
        one = Frame(LEFT, BOTTOM, TEXT_WIDTH, height, 0, 0, 0, 0)
        below = height - HEADING_HEIGHT
        two = [
            Frame(LEFT, BOTTOM + below, TEXT_WIDTH, HEADING_HEIGHT, 0, 0, 0, 0),
            Frame(LEFT, BOTTOM, COLUMN, below, 0, 0, 0, 0),
            Frame(LEFT + COLUMN + GUTTER, BOTTOM, COLUMN, below, 0, 0, 0, 0),
        ]
        self.addPageTemplates(
            [
                PageTemplate("title", [one], onPage=draw_title),
                PageTemplate("contents", [one], onPage=draw_margins),
                PageTemplate("page", [one], onPage=draw_margins),
                PageTemplate("columns", two, onPage=draw_margins),
            ]
        )

    def afterFlowable(self, flowable: Flowable) -> None:
        if not isinstance(flowable, Paragraph):
            return
        level = {"heading": 0, "subheading": 1}.get(flowable.style.name)
        if level is None:
            return
        text = flowable.getPlainText()
        key = f"{self.page}-{text}"
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(text, key, level, closed=level == 0)
        self.notify("TOCEntry", (level, text, self.page - FRONT_PAGES, key))


def draw_margins(canvas: Canvas, document: BaseDocTemplate) -> None:
    """Running header and page number."""
    number = canvas.getPageNumber()
    front = number <= FRONT_PAGES
    canvas.addPageLabel(FRONT_PAGES, "ARABIC", 1)
    canvas.saveState()
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.6)
    canvas.line(LEFT, HEIGHT - 22 * mm, WIDTH - LEFT, HEIGHT - 22 * mm)
    canvas.setFont("Helvetica", 8)
    canvas.setFillColor(GREY)
    canvas.drawString(LEFT, HEIGHT - 19.5 * mm, NAME)
    canvas.drawRightString(WIDTH - LEFT, HEIGHT - 19.5 * mm, TITLE)
    label = ("i", "ii")[number - 1] if front else str(number - FRONT_PAGES)
    canvas.setFont("Helvetica", 9)
    canvas.drawCentredString(WIDTH / 2, 15 * mm, label)
    canvas.restoreState()


def draw_title(canvas: Canvas, document: BaseDocTemplate) -> None:
    """A river in three bands below the title."""
    canvas.addPageLabel(0, "ROMAN_LOWER", 1)
    canvas.saveState()
    canvas.setFillColor(DEEP)
    canvas.rect(0, 0, WIDTH, HEIGHT, stroke=0, fill=1)
    for height, colour in ((112, "#17525d"), (84, "#1d6a74"), (52, "#2f8790")):
        draw_wave(canvas, height * mm, HexColor(colour))
    draw_ferry(canvas)
    canvas.setFillColor(white)
    canvas.setFont("Helvetica-Bold", 36)
    canvas.drawString(LEFT, HEIGHT - 82 * mm, "Annual Report")
    canvas.setFillColor(SAND)
    canvas.drawString(LEFT, HEIGHT - 97 * mm, "2024")
    canvas.setFillColor(white)
    canvas.setFont("Helvetica", 15)
    canvas.drawString(LEFT, HEIGHT - 52 * mm, NAME)
    canvas.setFont("Times-Italic", 13)
    canvas.drawString(LEFT, 24 * mm, "Owned by those whom it carries, since 1987")
    canvas.restoreState()


def draw_wave(canvas: Canvas, height: float, colour: HexColor) -> None:
    path = canvas.beginPath()
    path.moveTo(0, 0)
    path.lineTo(0, height)
    step, swing = WIDTH / 3, 9 * mm
    for index in range(3):
        x, up = index * step, swing if index % 2 == 0 else -swing
        path.curveTo(x + step / 3, height + up, x + 2 * step / 3, height + up, x + step, height)
    path.lineTo(WIDTH, 0)
    path.close()
    canvas.setFillColor(colour)
    canvas.drawPath(path, stroke=0, fill=1)


def draw_ferry(canvas: Canvas) -> None:
    x, y = WIDTH - 88 * mm, 79 * mm
    hull = canvas.beginPath()
    hull.moveTo(x, y + 9 * mm)
    hull.lineTo(x + 54 * mm, y + 9 * mm)
    hull.lineTo(x + 47 * mm, y)
    hull.lineTo(x + 7 * mm, y)
    hull.close()
    canvas.setFillColor(white)
    canvas.drawPath(hull, stroke=0, fill=1)
    canvas.rect(x + 10 * mm, y + 10 * mm, 34 * mm, 7 * mm, stroke=0, fill=1)
    canvas.rect(x + 31 * mm, y + 18 * mm, 9 * mm, 5 * mm, stroke=0, fill=1)
    canvas.setFillColor(SAND)
    for window in range(6):
        canvas.rect(x + (12.5 + 5.2 * window) * mm, y + 12 * mm, 3.2 * mm, 3 * mm, 0, 1)


def data_table(rows: list[list[str]], width: float) -> Table:
    """First row: column heads. A row whose first cell begins with * is a total."""
    totals = [index for index, row in enumerate(rows) if row[0].startswith("*")]
    cells = [
        [Paragraph(cell.lstrip("*"), _cell_style(index, index in totals)) for cell in row]
        for index, row in enumerate(rows)
    ]
    table = Table(cells, colWidths=_column_widths(rows, width), repeatRows=1)
    commands: list[tuple[object, ...]] = [
        ("BACKGROUND", (0, 0), (-1, 0), TEAL),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, RULE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 3.4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4.2),
    ]
    commands += [("BACKGROUND", (0, index), (-1, index), PAPER) for index in totals]
    table.setStyle(TableStyle(commands))
    return table


def _cell_style(row: int, total: bool) -> ParagraphStyle:
    return styles["head" if row == 0 else "total" if total else "cell"]


def _column_widths(rows: list[list[str]], width: float) -> list[float]:
    """Shares by the longest cell of each column, with a floor for the short ones."""
    longest = [min(45, max(12, *(len(row[c]) for row in rows))) for c in range(len(rows[0]))]
    return [width * length / sum(longest) for length in longest]


def bar_chart(values: list[float], width: float) -> Drawing:
    drawing = Drawing(width, 150)
    chart = VerticalBarChart()
    chart.x, chart.y, chart.width, chart.height = 24, 22, width - 30, 118
    chart.data = [values]
    chart.bars[0].fillColor = TEAL
    chart.bars[0].strokeColor = None
    chart.barSpacing, chart.groupSpacing = 0, 6
    chart.categoryAxis.categoryNames = MONTHS
    chart.categoryAxis.strokeColor = RULE
    chart.categoryAxis.labels.fontName = chart.valueAxis.labels.fontName = "Helvetica"
    chart.categoryAxis.labels.fontSize = chart.valueAxis.labels.fontSize = 8
    chart.categoryAxis.labels.fillColor = chart.valueAxis.labels.fillColor = GREY
    chart.valueAxis.valueMin, chart.valueAxis.valueMax, chart.valueAxis.valueStep = 0, 150, 50
    chart.valueAxis.strokeColor = None
    chart.valueAxis.visibleGrid = 1
    chart.valueAxis.gridStrokeColor = RULE
    chart.valueAxis.gridStrokeWidth = 0.4
    drawing.add(chart)
    return drawing
