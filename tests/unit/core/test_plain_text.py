"""Plain text and Markdown files."""

from __future__ import annotations

import codecs
import random
from pathlib import Path

import pytest
from test_pdf import read, refused

from complm_app.core.pdf import OutlineEntry, PageState
from complm_app.core.plain_text import decode, split_pages
from complm_app.errors import NoTextError, UnreadableError

PARAGRAPHS = [f"Paragraph {n}. " + "It has words in it. " * (n % 40 + 1) for n in range(200)]


def test_the_pages_joined_are_the_text() -> None:
    for gap in ("\n\n", "\r\n\r\n", "\n", " ", ""):
        text = gap.join(PARAGRAPHS)
        assert "".join(split_pages(text)) == text


def test_random_text_is_kept_character_for_character() -> None:
    chance = random.Random(7)
    for _ in range(50):
        text = "".join(chance.choices("ab .\n\r#\t", k=chance.randrange(20_000)))
        pages = split_pages(text)
        assert "".join(pages) == text
        assert all(0 < len(page) <= 3600 for page in pages)


def test_pages_end_at_the_end_of_a_paragraph() -> None:
    pages = split_pages("\n\n".join(PARAGRAPHS))
    assert len(pages) > 5
    assert all(page.endswith("\n\n") for page in pages[:-1])


def test_a_heading_opens_a_page_where_one_is_near() -> None:
    text = ("Some words here. " * 140 + "\n\n# Next\n\n") * 3
    assert all(page.startswith("# Next") for page in split_pages(text)[1:])


def test_text_without_any_space_is_cut_too() -> None:
    assert [len(page) for page in split_pages("x" * 7000)] == [3000, 3000, 1000]


@pytest.mark.parametrize(
    "encoded",
    [
        "Grüße".encode(),
        codecs.BOM_UTF8 + "Grüße".encode(),
        "Grüße".encode("utf-16"),
        codecs.BOM_UTF16_BE + "Grüße".encode("utf-16-be"),
        "Grüße".encode("utf-16-le"),
        "Grüße".encode("utf-16-be"),
    ],
)
def test_unicode_encodings_are_recognised(encoded: bytes) -> None:
    assert decode(encoded) == "Grüße"


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", "Grüße".encode("latin-1"), b"a\0b\0\0c", b"\0\0"]
)
def test_what_is_not_unicode_text_is_not_guessed_at(data: bytes) -> None:
    assert decode(data) is None


def test_markdown_headings_are_the_outline_and_the_first_is_the_title(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text(
        "# Field notes\n\nWords.\n\n```\n# not a heading\n```\n\n## Birds ##\n\nMore.\n"
    )
    document = read(path)
    assert document.title == "Field notes"
    assert document.outline == (OutlineEntry("Field notes", 0, 0), OutlineEntry("Birds", 0, 1))
    assert document.pages[0].text == path.read_text()


def test_plain_text_has_numbered_pages_and_no_outline(tmp_path: Path) -> None:
    path = tmp_path / "log.text"
    path.write_text("# a comment\n\n" + "\n\n".join(PARAGRAPHS), encoding="utf-8")
    document = read(path)
    assert document.title == "log"
    assert document.outline == ()
    assert [page.label for page in document.pages][:3] == ["1", "2", "3"]
    assert {page.state for page in document.pages} == {PageState.TEXT}


def test_line_ends_are_kept_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\r\ntwo\rthree\n")
    assert read(path).pages[0].text == "one\r\ntwo\rthree\n"


def test_a_file_of_white_space_has_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(" \n\t\n")
    refused(path, NoTextError)


def test_text_in_an_old_encoding_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Müller".encode("latin-1"))
    assert "UTF-8" in refused(path, UnreadableError).hint


def test_an_rtf_file_is_named_as_one(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_text(r"{\rtf1\ansi Hello}")
    assert "RTF" in refused(path, UnreadableError).message
