"""PDFs to test with, whole and broken."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas


def text_pdf(path: Path, pages: Sequence[Sequence[str]], title: str = "") -> Path:
    """Each page is its lines from the top, in ten points."""
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setTitle(title)
    for lines in pages:
        canvas.setFont("Helvetica", 10)
        for row, line in enumerate(lines):
            canvas.drawString(72, 780 - 14 * row, line)
        canvas.showPage()
    canvas.save()
    return path


def two_columns_pdf(path: Path, left: Sequence[str], right: Sequence[str]) -> Path:
    """The left column is drawn first, as a typesetter does."""
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont("Helvetica", 10)
    for x, lines in ((50, left), (310, right)):
        for row, line in enumerate(lines):
            canvas.drawString(x, 780 - 14 * row, line)
    canvas.showPage()
    canvas.save()
    return path


def book_pdf(path: Path) -> Path:
    """Two pages labelled i and ii, then 1 and 2; an outline of two levels."""
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setTitle("The Book of Tests")
    canvas.addPageLabel(0, style="ROMAN_LOWER")
    canvas.addPageLabel(2, style="ARABIC", start=1)
    for number in range(4):
        canvas.bookmarkPage(f"page{number}")
        canvas.drawString(72, 700, f"This is leaf number {number}.")
        canvas.showPage()
    canvas.addOutlineEntry("Preface", "page0", 0)
    canvas.addOutlineEntry("Chapter One", "page2", 0)
    canvas.addOutlineEntry("A section", "page3", 1)
    canvas.save()
    return path


def encrypted_pdf(path: Path, password: str, source: Path | None = None) -> Path:
    """One page with a sentence, or another file's pages."""
    plain: io.BytesIO | Path = source or io.BytesIO()
    if isinstance(plain, io.BytesIO):
        canvas = Canvas(plain)
        canvas.drawString(72, 700, "The treasure is buried under the old oak.")
        canvas.save()
    writer = PdfWriter(clone_from=PdfReader(plain))
    writer.encrypt(password, algorithm="RC4-128")
    writer.write(path)
    return path


def raw_pdf(path: Path, objects: Sequence[bytes]) -> Path:
    """Numbers the objects from 1, the first is the catalog; adds the cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1)
    out += b"startxref\n%d\n%%%%EOF\n" % table
    path.write_bytes(out)
    return path


def pdf_without_pages(path: Path) -> Path:
    return raw_pdf(path, [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"])


def one_page_pdf(path: Path, content: bytes, resources: bytes = b"", *more: bytes) -> Path:
    """`more` are objects from number 5 on, for the resources to refer to."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<%s>>>>"
    return raw_pdf(
        path,
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            page % resources,
            _stream(b"", content),
            *more,
        ],
    )


def scanned_pdf(path: Path) -> Path:
    """A page that is one picture."""
    image = b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
    content = b"q 500 0 0 700 40 40 cm /Scan Do Q"
    return one_page_pdf(path, content, b"/XObject<</Scan 5 0 R>>", _stream(image, b"\x80"))


def garbled_pdf(path: Path) -> Path:
    """Its font says that its letters are private-use characters, as broken exports do."""
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap "
        b"1 begincodespacerange <00> <FF> endcodespacerange "
        b"1 beginbfrange <20> <7E> <E020> endbfrange "
        b"endcmap end end"
    )
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"
    content = b"BT /F 12 Tf 72 700 Td (Nobody can read any of these words) Tj ET"
    return one_page_pdf(path, content, b"/Font<</F 5 0 R>>", font, _stream(b"", cmap))


def endless_pdf(path: Path) -> Path:
    """One page that takes ages: forms that draw forms, ten times each, nine levels deep."""
    first, levels = 5, 9
    forms = []
    for level in range(levels):
        draws_next = level + 1 < levels
        inner = b"/X%d Do " % (level + 1) * 10 if draws_next else b"BT /F 1 Tf (x) Tj ET"
        names = b"/XObject<</X%d %d 0 R>>" % (level + 1, first + level + 1) if draws_next else b""
        head = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<<%s>>" % names
        forms.append(_stream(head, inner))
    return one_page_pdf(path, b"/X0 Do", b"/XObject<</X0 %d 0 R>>" % first, *forms)


def _stream(head: bytes, data: bytes) -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (head, len(data), data)
