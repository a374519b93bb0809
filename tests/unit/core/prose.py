"""Made-up pages, as PDFium gives them."""

from __future__ import annotations

from complm_app.core.segments import passages_of

PROSE = (
    "The committee met on the third of May to hear the engineers, who had come by the night train "
    "and were still tired. They reported that the bridge would bear the load, provided that the "
    "two eastern piers were rebuilt before the winter floods set in again. "
)


def wrapped(text: str, width: int = 80) -> str:
    """As PDFium gives it: lines of nearly equal length, \r\n between them."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\r\n".join(lines)


def page(*paragraphs: str) -> str:
    return "\r\n".join(wrapped(paragraph) for paragraph in paragraphs)


def texts(*page_texts: str) -> list[str]:
    return [passage.text for passage in passages_of(page_texts)]
