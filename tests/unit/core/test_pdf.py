"""What pages come out of files, and how bad files are refused."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pypdfium2
import pytest
from make_pdfs import (
    book_pdf,
    encrypted_pdf,
    garbled_pdf,
    pdf_without_pages,
    scanned_pdf,
    text_pdf,
    two_columns_pdf,
)
from pypdf import PdfWriter

from complm_app.core.pdf import (
    Limits,
    OutlineEntry,
    PageState,
    ParsedDocument,
    ParseProgress,
    parse,
)
from complm_app.errors import (
    DocumentError,
    EncryptedError,
    NoTextError,
    TooLargeError,
    UnreadableError,
)

SHARED_PDFS = Path(__file__).resolve().parents[4] / "shared" / "pdfs"


def read(path: Path, password: str | None = None, limits: Limits | None = None) -> ParsedDocument:
    steps = parse(path, password, limits)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def refused(path: Path, kind: type[DocumentError], **options: object) -> DocumentError:
    with pytest.raises(kind) as caught:
        read(path, **options)  # type: ignore[arg-type]
    error = caught.value
    assert type(error) is kind
    assert error.hint
    assert "\n" not in error.message
    return error


# ---- what comes out


def test_pages_come_in_order_with_their_text(tmp_path: Path) -> None:
    path = text_pdf(tmp_path / "a.pdf", [["First page.", "Second line."], ["Second page."]])
    document = read(path)
    assert [page.text for page in document.pages] == ["First page.\r\nSecond line.", "Second page."]
    assert [page.index for page in document.pages] == [0, 1]
    assert [page.label for page in document.pages] == ["1", "2"]


def test_progress_is_reported_for_every_page(tmp_path: Path) -> None:
    path = text_pdf(tmp_path / "a.pdf", [["One."], ["Two."], ["Three."]])
    assert list(parse(path)) == [ParseProgress(done, 3) for done in range(4)]


def test_labels_and_outline_are_those_of_the_file(tmp_path: Path) -> None:
    document = read(book_pdf(tmp_path / "book.pdf"))
    assert [page.label for page in document.pages] == ["i", "ii", "1", "2"]
    assert document.outline == (
        OutlineEntry("Preface", 0, 0),
        OutlineEntry("Chapter One", 2, 0),
        OutlineEntry("A section", 3, 1),
    )


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        ("The Book of Tests", "The Book of Tests"),
        ("", "report 7"),
        ("untitled", "report 7"),
        ("Microsoft Word - draft.doc", "report 7"),
        ("0001065088-23-000026", "report 7"),
        ("scan0001.tif", "report 7"),
    ],
)
def test_a_title_that_nobody_would_write_gives_way_to_the_file_name(
    tmp_path: Path, inside: str, shown: str
) -> None:
    path = text_pdf(tmp_path / "report 7.pdf", [["Text."]], title=inside)
    assert read(path).title == shown


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    path = two_columns_pdf(tmp_path / "a.pdf", ["left one", "left two"], ["right one", "right two"])
    text = " ".join(read(path).pages[0].text.split())
    assert text == "left one left two right one right two"


def test_pages_without_text_are_told_apart(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.append(text_pdf(tmp_path / "text.pdf", [["Words."], []]))
    writer.append(scanned_pdf(tmp_path / "scan.pdf"))
    writer.append(garbled_pdf(tmp_path / "garbled.pdf"))
    writer.write(tmp_path / "all.pdf")
    states = [page.state for page in read(tmp_path / "all.pdf").pages]
    assert states == [PageState.TEXT, PageState.EMPTY, PageState.SCANNED, PageState.GARBLED]


def test_a_pdf_is_known_by_its_content_not_by_its_name(tmp_path: Path) -> None:
    path = text_pdf(tmp_path / "a.pdf", [["Still a PDF."]]).rename(tmp_path / "notes.txt")
    assert read(path).pages[0].text == "Still a PDF."


@pytest.mark.parametrize(
    "name", ["two\nlines.pdf", "🦊 fox.pdf", "ünïcødé.pdf", "-rf.pdf", "~a.pdf"]
)
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    path = text_pdf(tmp_path / "a.pdf", [["Fine."]]).rename(tmp_path / name)
    document = read(path)
    assert document.pages[0].text == "Fine."
    assert document.title.isprintable()


def test_a_relative_path_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text_pdf(tmp_path / "a.pdf", [["Fine."]])
    monkeypatch.chdir(tmp_path)
    assert read(Path("a.pdf")).pages[0].text == "Fine."


@pytest.mark.shared
@pytest.mark.skipif(not SHARED_PDFS.is_dir(), reason="no evaluation data beside the repository")
def test_page_text_is_exactly_what_pdfium_extracts() -> None:
    path = SHARED_PDFS / "COSTCO_2023_8K_dated-2023-01-19.pdf"
    with pypdfium2.PdfDocument(path) as document:
        expected = [page.get_textpage().get_text_range() for page in document]
    assert [page.text for page in read(path).pages] == expected


# ---- what is refused


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "not there" in refused(tmp_path / "none.pdf", UnreadableError).message


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "folder" in refused(tmp_path, UnreadableError).message


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").touch()
    assert "empty" in refused(tmp_path / "a.pdf", UnreadableError).message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "ordinary" in refused(tmp_path / "pipe", UnreadableError).message


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not bind this user"
)
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = text_pdf(tmp_path / "a.pdf", [["Secret."]])
    path.chmod(0)
    assert "permission" in refused(path, UnreadableError).message


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(bytes(range(256)) * 20)
    assert "neither" in refused(path, UnreadableError).message


def test_an_office_document_is_named_as_one(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    assert "office" in refused(path, UnreadableError).message


def test_a_truncated_pdf_is_refused_even_where_its_first_pages_could_be_read(
    tmp_path: Path,
) -> None:
    path = text_pdf(tmp_path / "a.pdf", [[f"Page {n} of many."] for n in range(60)])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    assert "cut off" in refused(path, UnreadableError).message


def test_a_truncated_web_optimised_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(
        b"%PDF-1.4\n1 0 obj\n<</Linearized 1/L 99999/O 3>>\nendobj\nstartxref\n0\n%%EOF"
    )
    assert "cut off" in refused(path, UnreadableError).message


def test_a_damaged_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\n" + b"nothing of use here\n" * 50 + b"startxref\n9\n%%EOF\n")
    assert "damaged" in refused(path, UnreadableError).message


def test_a_pdf_without_pages_is_refused(tmp_path: Path) -> None:
    assert "no pages" in refused(pdf_without_pages(tmp_path / "a.pdf"), UnreadableError).message


def test_an_encrypted_pdf_asks_for_its_password(tmp_path: Path) -> None:
    path = encrypted_pdf(tmp_path / "a.pdf", "oak")
    assert "protected" in refused(path, EncryptedError).message


def test_a_wrong_password_is_called_wrong(tmp_path: Path) -> None:
    path = encrypted_pdf(tmp_path / "a.pdf", "oak")
    assert "does not open" in refused(path, EncryptedError, password="elm").message


def test_the_right_password_opens(tmp_path: Path) -> None:
    path = encrypted_pdf(tmp_path / "a.pdf", "oak")
    assert "old oak" in read(path, "oak").pages[0].text


def test_scanned_pages_alone_are_refused_with_the_way_out(tmp_path: Path) -> None:
    assert "OCR" in refused(scanned_pdf(tmp_path / "a.pdf"), NoTextError).hint


def test_garbled_pages_alone_are_refused(tmp_path: Path) -> None:
    assert "decoded" in refused(garbled_pdf(tmp_path / "a.pdf"), NoTextError).message


def test_blank_pages_alone_are_refused(tmp_path: Path) -> None:
    path = text_pdf(tmp_path / "a.pdf", [[], []])
    assert "pages: 2" in refused(path, NoTextError).message


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    path = text_pdf(tmp_path / "a.pdf", [["One."], ["Two."], ["Three."]])
    assert "3 pages" in refused(path, TooLargeError, limits=Limits(pages=2)).message


def test_too_large_a_file_is_refused(tmp_path: Path) -> None:
    path = text_pdf(tmp_path / "a.pdf", [["One."]])
    refused(path, TooLargeError, limits=Limits(file_bytes=100))


def test_too_much_text_is_refused(tmp_path: Path) -> None:
    path = text_pdf(tmp_path / "a.pdf", [["One line of text."], ["And another one."]])
    refused(path, TooLargeError, limits=Limits(characters=20))


def test_a_name_with_newlines_does_not_break_the_message(tmp_path: Path) -> None:
    path = scanned_pdf(tmp_path / "a.pdf").rename(tmp_path / "two\nlines.pdf")
    assert "“two lines.pdf”" in refused(path, NoTextError).message
