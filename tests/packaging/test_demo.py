"""assets/demo.pdf is what make_demo.py makes, and has what a demo needs."""

from __future__ import annotations

from pathlib import Path

import make_demo
import pypdf
import pytest

from complm_app.cli.demo import QUESTIONS

DEMO = Path(make_demo.__file__).resolve().parent.parent / "assets" / "demo.pdf"


@pytest.fixture(scope="module")
def reader() -> pypdf.PdfReader:
    return pypdf.PdfReader(DEMO)


def test_the_committed_demo_is_what_the_script_makes(tmp_path: Path) -> None:
    target = tmp_path / "demo.pdf"
    make_demo.make(target)
    assert target.read_bytes() == DEMO.read_bytes()


def test_the_demo_has_pages_labels_and_an_outline(reader: pypdf.PdfReader) -> None:
    assert 8 <= len(reader.pages) <= 12
    assert reader.page_labels[:3] == ["i", "ii", "1"]
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert titles[:2] == ["From the chair", "The year in brief"]
    assert DEMO.stat().st_size < 300_000


def test_the_answers_to_the_demo_questions_stand_in_it(reader: pypdf.PdfReader) -> None:
    words = " ".join(" ".join(page.extract_text().split()) for page in reader.pages)
    assert len(QUESTIONS) == 2
    assert "designed by the naval architect Tomas Reuel" in words
    assert "the gauge at Tolley reached 5.92 metres" in words
