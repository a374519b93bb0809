"""The main job with the model that ships: a PDF in, cited answers out, nothing done twice."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from complm_app.session import BUNDLED_MODEL, DEMO_DOCUMENT

QUESTION = "Who designed the Heron?"
SHAPE = {
    "answer": str,
    "found": bool,
    "citations": list,
    "coverage": {"pages_read": int, "pages_total": int, "mode": str},
    "segments": {"total": int, "reused": int, "compressed": int},
    "timings": {
        "plan_s": float,
        "compress_s": float,
        "prefill_s": float,
        "first_token_s": float,
        "total_s": float,
    },
    "model": str,
    "ratio": int,
}
CITATION = {"document": str, "page": int, "label": str, "quote": str, "verbatim": bool}


@dataclass(frozen=True)
class Story:
    """What three commands, each in a process of its own, printed."""

    added: dict[str, Any]
    first: dict[str, Any]
    second: dict[str, Any]


def complm(data: Path, *arguments: object) -> Any:
    command = [sys.executable, "-m", "complm_app", "--data-dir", str(data), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def story(data: Path) -> Story:
    [added] = complm(data, "add", "--json", DEMO_DOCUMENT)
    first = complm(data, "ask", "--json", QUESTION)
    second = complm(data, "ask", "--json", "--document", DEMO_DOCUMENT, QUESTION)
    return Story(added, first, second)


def same_shape(value: Any, shape: Any) -> bool:
    if isinstance(shape, dict):
        return set(value) == set(shape) and all(same_shape(value[k], shape[k]) for k in shape)
    return type(value) is shape


def words_of_page(page: int) -> str:
    """The text of a page of the demo, counted from 1, with single spaces."""
    document = pypdfium2.PdfDocument(DEMO_DOCUMENT)
    try:
        return " ".join(document[page - 1].get_textpage().get_text_range().split())
    finally:
        document.close()


def test_the_bundled_model_fits_into_the_repository() -> None:
    files = [file for file in BUNDLED_MODEL.parent.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 50_000_000
    assert (BUNDLED_MODEL / "README.md").is_file()


def test_adding_the_demo_compresses_all_of_it(story: Story) -> None:
    added = story.added
    assert added["file"] == str(DEMO_DOCUMENT)
    assert (added["pages"], added["pages_without_text"]) == (12, 0)
    assert added["compressed"] == added["segments"] > 0
    assert (added["reused"], added["already_there"]) == (0, False)


def test_answers_have_the_shape_that_programs_rely_on(story: Story) -> None:
    for answer in (story.first, story.second):
        assert same_shape(answer, SHAPE)
        assert all(same_shape(citation, CITATION) for citation in answer["citations"])


def test_an_answer_is_found_and_its_quotes_stand_on_their_pages(story: Story) -> None:
    assert story.first["found"]
    assert story.first["citations"]
    for citation in story.first["citations"]:
        assert citation["document"] == story.added["document"]
        assert " ".join(citation["quote"].split()) in words_of_page(citation["page"])


def test_page_labels_are_those_printed_on_the_pages(story: Story) -> None:
    labels = ["i", "ii", *map(str, range(1, 11))]
    for citation in story.first["citations"]:
        assert citation["label"] == labels[citation["page"] - 1]


def test_questions_reuse_what_adding_compressed(story: Story) -> None:
    for answer in (story.first, story.second):
        assert answer["segments"]["compressed"] == 0
        assert answer["segments"]["reused"] == answer["segments"]["total"] > 0


def test_the_same_question_gets_the_same_answer_in_another_process(story: Story) -> None:
    assert story.first["answer"] == story.second["answer"]
    assert story.first["citations"] == story.second["citations"]


def test_the_same_file_under_another_name_is_known(
    story: Story, data: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(DEMO_DOCUMENT.read_bytes())
    [added] = complm(data, "add", "--json", copy)
    assert added["document"] == story.added["document"]
    assert added["already_there"]
    assert (added["compressed"], added["reused"]) == (0, added["segments"])


def test_without_compression_the_document_is_read_word_for_word(story: Story, data: Path) -> None:
    answer = complm(data, "ask", "--json", "--ratio", 1, QUESTION)
    assert answer["ratio"] == 1
    assert answer["segments"]["compressed"] == 0
    assert answer["found"]


def test_the_doctor_finds_nothing_wrong(story: Story, data: Path) -> None:
    report = complm(data, "doctor", "--json")
    assert report["problems"] == []
    assert report["model"]["loads"]
    assert all(database["sound"] for database in report["databases"].values())
