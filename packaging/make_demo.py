"""Makes assets/demo.pdf from demo_report.md with reportlab: `python packaging/make_demo.py [FILE]`.

The same input gives the same bytes. The markup is a small piece of Markdown (headings, lists,
tables, one pull quote) with lines that begin with `::` for what Markdown does not have.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from demo_layout import COLUMN, PAPER, TEAL, TEXT_WIDTH, Report, bar_chart, data_table, styles
from reportlab.lib.units import mm
from reportlab.platypus import (
    Flowable,
    FrameBreak,
    ListFlowable,
    ListItem,
    NextPageTemplate,
    PageBreak,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus.tableofcontents import TableOfContents

HERE = Path(__file__).resolve().parent


def blocks(text: str) -> list[list[str]]:
    """The parts between blank lines, each as its lines."""
    return [part.splitlines() for part in text.strip().split("\n\n")]


def story(text: str) -> Iterator[Flowable]:
    """The title page is drawn by its template, so the first thing to lay out is the contents."""
    yield NextPageTemplate("contents")
    yield PageBreak()
    yield Paragraph("Contents", styles["contents"])
    contents = TableOfContents(dotsMinLevel=0, levelStyles=[styles["entry"], styles["subentry"]])
    yield contents
    columns = False
    for lines in blocks(text):
        if lines[0] == "::columns":
            columns = True
            continue
        if lines[0].startswith("# "):
            columns = False
            yield NextPageTemplate("columns" if is_two_columns(lines[0]) else "page")
            yield PageBreak()
        yield from flowables(lines, COLUMN if columns else TEXT_WIDTH)


def is_two_columns(heading: str) -> bool:
    return heading == "# The flood of March"


def flowables(lines: list[str], width: float) -> Iterator[Flowable]:
    first = lines[0]
    if first.startswith("## "):
        yield Paragraph(first[3:], styles["subheading"])
    elif first.startswith("# "):
        yield Paragraph(first[2:], styles["heading"])
    elif first.startswith("- "):
        yield bullets([line[2:] for line in lines])
    elif first.startswith("> "):
        yield Paragraph(first[2:], styles["pull"])
    elif first.startswith("|"):
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        yield data_table(rows, width)
        yield Spacer(0, 4 * mm)
    elif first.startswith("::"):
        yield from directive(*first[2:].partition(" ")[::2])
    else:
        yield Paragraph(" ".join(lines), styles["narrow" if width == COLUMN else "body"])


def directive(name: str, argument: str) -> Iterator[Flowable]:
    if name == "signature":
        yield Spacer(0, 6 * mm)
        person, office = argument.split(" | ")
        yield Paragraph(f"<i>{person}</i><br/>{office}", styles["signature"])
    elif name == "figures":
        yield key_figures([part.split(" | ") for part in argument.split(" || ")])
        yield Spacer(0, 6 * mm)
    elif name == "next-column":
        yield FrameBreak()
    elif name == "chart":
        caption, values = argument.split(" | ")
        yield bar_chart([float(value) for value in values.split()], TEXT_WIDTH)
        yield Paragraph(caption, styles["caption"])
    else:
        raise ValueError(f"demo_report.md has an unknown directive: {name}")


def bullets(items: list[str]) -> Flowable:
    entries = [ListItem(Paragraph(item, styles["narrow"])) for item in items]
    return ListFlowable(
        entries, bulletType="bullet", start="•", leftIndent=10, bulletFontSize=9, bulletColor=TEAL
    )


def key_figures(figures: list[list[str]]) -> Flowable:
    """Large numbers side by side, each over the words that explain it."""
    numbers = [Paragraph(number, styles["number"]) for number, _ in figures]
    words = [Paragraph(explained, styles["explained"]) for _, explained in figures]
    table = Table([numbers, words], colWidths=[TEXT_WIDTH / len(figures)] * len(figures))
    table.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, -1), PAPER),
                ("LEFTPADDING", (0, 0), (-1, -1), 5 * mm),
                ("TOPPADDING", (0, 0), (-1, 0), 5 * mm),
                ("BOTTOMPADDING", (0, -1), (-1, -1), 5 * mm),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    return table


def make(target: Path) -> None:
    text = (HERE / "demo_report.md").read_text(encoding="utf-8")
    Report(str(target)).multiBuild(list(story(text)))


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "assets" / "demo.pdf")
