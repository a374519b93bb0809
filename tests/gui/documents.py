"""Small PDFs to drop into the window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from complm_app.core.library import Document


def make_pdf(
    path: Path,
    pages: Sequence[str],
    *,
    labels: Sequence[str] = (),
    password: str | None = None,
) -> Path:
    """One line of text a page; printed labels and a password where they are given."""
    canvas = Canvas(str(path))
    for text in pages:
        canvas.setFont("Helvetica", 14)
        canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()
    if not labels and password is None:
        return path
    writer = PdfWriter(clone_from=PdfReader(path))
    for index, label in enumerate(labels):
        writer.set_page_label(index, index, prefix=label)
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(path)
    return path


def document(title: str, *, pages: int = 3, pages_without_text: int = 0) -> Document:
    """As the library would list it; `title` is its id too."""
    return Document(title, Path(f"/{title}.pdf"), title, pages, pages_without_text, 1, 0.0)
