"""Documents to measure the window with, made on the spot: a long PDF and a large library."""

from __future__ import annotations

import ctypes
import random
from contextlib import closing
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw as pdfium

from complm_app.core.library import Library
from complm_app.core.pdf import Page, PageState, ParsedDocument
from complm_app.core.segments import Passage
from complm_app.session import DEMO_DOCUMENT

LINES, WORDS_IN_LINE, WORDS_IN_SENTENCE = 44, 12, 18
PAGE = (612.0, 792.0)
MARGIN, FONT_SIZE, LINE_HEIGHT = 60.0, 10.0, 15.0


def make_pdf(path: Path, pages: int) -> Path:
    """Pages of about 500 words each, no two alike: the words of the demo report, shuffled."""
    source = random.Random(pages)
    vocabulary = _vocabulary()
    with closing(pypdfium2.PdfDocument.new()) as document:
        font = pdfium.FPDFText_LoadStandardFont(document, b"Times-Roman")
        for _ in range(pages):
            words = source.choices(vocabulary, k=LINES * WORDS_IN_LINE)
            _add_page(document, font, _sentences(words))
        document.save(path)
    return path


def fill_library(path: Path, first: Path, count: int) -> None:
    """`count` documents, the first one of which is a file that is there."""
    with Library.open(path) as library:
        for nth in range(count):
            title = f"{_SUBJECTS[nth % len(_SUBJECTS)]} report {nth:,}"
            file = first if nth == 0 else first.with_name(f"{title}.pdf")
            page = Page(0, "1", title, PageState.TEXT)
            library.add_document(
                id=f"{nth:064x}",
                path=file,
                parsed=ParsedDocument(title, (page,), ()),
                passages=[Passage(0, 0, len(title), title)],
                size_bytes=1,
            )


def _vocabulary() -> list[str]:
    with closing(pypdfium2.PdfDocument(DEMO_DOCUMENT)) as demo:
        texts = [page.get_textpage().get_text_range() for page in demo]
    return [word.strip(".,").lower() for text in texts for word in text.split() if word.isascii()]


def _sentences(words: list[str]) -> list[str]:
    """The words, with capitals and full stops among them."""
    for start in range(0, len(words), WORDS_IN_SENTENCE):
        words[start] = words[start].capitalize()
        words[min(start + WORDS_IN_SENTENCE, len(words)) - 1] += "."
    return words


def _add_page(document: pypdfium2.PdfDocument, font: object, words: list[str]) -> None:
    page = document.new_page(*PAGE)
    for nth in range(LINES):
        line = " ".join(words[nth * WORDS_IN_LINE : (nth + 1) * WORDS_IN_LINE])
        text = pdfium.FPDFPageObj_CreateTextObj(document, font, FONT_SIZE)
        encoded = ctypes.create_string_buffer(line.encode("utf-16-le") + b"\0\0")
        pdfium.FPDFText_SetText(text, ctypes.cast(encoded, pdfium.FPDF_WIDESTRING))
        top = PAGE[1] - MARGIN - nth * LINE_HEIGHT
        pdfium.FPDFPageObj_Transform(text, 1, 0, 0, 1, MARGIN, top)
        pdfium.FPDFPage_InsertObject(page, text)
    page.gen_content()
    page.close()


_SUBJECTS = ("Annual", "Harbour", "Rainfall", "Audit", "Ferry", "Survey", "Tunnel", "Budget")
