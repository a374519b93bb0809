"""Facts planted in documents: where they stand, and whether an answer holds them."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pypdf
import pytest

from complm_app.cli import main
from complm_app.engine.jobs import add_document, answer
from complm_app.engine.protocol import Added, AddRequest, Answered, AnswerRequest
from complm_app.errors import RequestError
from complm_app.training.needle import (
    KINDS,
    Found,
    Haystack,
    filler,
    haystacks,
    holds,
    sentences,
    summarise,
    write_pages,
)
from tests.fakes import make_model

PARAGRAPHS = [
    " ".join(f"Barge {barge} took load {load} of gravel upstream." for load in range(8))
    for barge in range(12)
]


def made(pages: int = 3, needles: int = 40, seed: int = 0) -> list[Haystack]:
    return list(haystacks(PARAGRAPHS, pages, needles, seed))


def text_of(haystack: Haystack) -> str:
    return " ".join(" ".join(page) for page in haystack.pages)


def test_the_same_seed_gives_the_same_documents_and_another_one_others() -> None:
    assert made(seed=1) == made(seed=1)
    assert made(seed=1) != made(seed=2)


def test_every_needle_stands_once_on_its_page_and_its_value_nowhere_else() -> None:
    for haystack in made():
        for needle in haystack.needles:
            assert needle.sentence in " ".join(haystack.pages[needle.page_index])
            assert needle.value in needle.sentence
            assert text_of(haystack).count(needle.value) == 1


def test_needles_stand_at_their_depths() -> None:
    for haystack in made(pages=20):
        text = text_of(haystack)
        assert len(haystack.needles) == 10
        for needle in haystack.needles:
            assert text.index(needle.sentence) / len(text) == pytest.approx(needle.depth, abs=0.03)


def test_forty_needles_are_of_all_kinds_at_all_depths() -> None:
    needles = [needle for haystack in made() for needle in haystack.needles]
    assert len({(needle.kind, needle.depth) for needle in needles}) == 4 * 10
    assert {needle.kind for needle in needles} == {kind.name for kind in KINDS}


@pytest.mark.parametrize(("asked", "documents"), [(1, 1), (4, 1), (10, 1), (13, 2)])
def test_as_many_needles_are_made_as_asked_for(asked: int, documents: int) -> None:
    haystacks = made(needles=asked)
    assert len(haystacks) == documents
    assert sum(len(haystack.needles) for haystack in haystacks) == asked


def test_questions_of_one_document_are_about_different_things() -> None:
    for haystack in made():
        assert len({needle.question.lower() for needle in haystack.needles}) == 10


def test_text_that_does_not_suffice_comes_again_in_another_order() -> None:
    dice = random.Random(0)
    rounds = islice(filler(["One. Two. Three. Four.", "Five. Six. Seven."], dice), 6)
    first, *others = ([s for p in pair for s in p] for pair in zip(*[rounds] * 2, strict=True))
    assert all(sorted(other) == sorted(first) for other in others)
    assert all(other != first for other in others)


def test_sentences_that_would_fill_half_a_page_are_left_out() -> None:
    assert sentences(f"Short\none. Too {'long ' * 300}end. Last.") == ["Short one.", "Last."]


def test_no_text_to_plant_in_is_an_error_in_words() -> None:
    with pytest.raises(RequestError, match="no text"):
        list(haystacks([" "], 1, 1, 0))


@pytest.mark.parametrize("pages", [1, 3, 20])
def test_a_document_has_as_many_pages_as_asked_for(tmp_path: Path, pages: int) -> None:
    [haystack] = made(pages, needles=10)
    file = tmp_path / "notes.pdf"
    write_pages(haystack, file)
    read = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(file).pages]
    assert len(read) == pages
    assert all(needle.sentence in read[needle.page_index] for needle in haystack.needles)


def test_an_answer_holds_a_value_as_whole_words() -> None:
    assert holds("It is 7KQ-4182.", "7KQ-4182")
    assert holds("marta\nlindqvist, the keeper", "Marta Lindqvist")
    assert holds("48,213 dollars", "48,213")
    assert not holds("148,213 dollars", "48,213")
    assert not holds("", "48,213")


def test_rates_are_of_all_by_depth_and_by_kind() -> None:
    [haystack] = made(needles=2)
    first, second = haystack.needles
    outcomes = [
        Found(first, right=True, found=True, page_hit=True, first_token_s=1.0, ratio=2),
        Found(second, right=False, found=True, page_hit=False, first_token_s=2.0, ratio=2),
    ]
    summary = summarise(outcomes, 3)
    assert (summary["n"], summary["accuracy"], summary["pages"]) == (2, 0.5, 3)
    assert (summary["ratio"], summary["page_hit"], summary["found_rate"]) == (2, 0.5, 1.0)
    assert summary["by_depth"] == {"0.05": 1.0, "0.55": 0.0}
    assert summary["first_token_s_median"] == 1.5


def test_a_reader_that_finds_the_sentence_finds_every_needle(tmp_path: Path) -> None:
    from complm_app.core.cache import Cache
    from complm_app.core.library import Library
    from complm_app.engine.workspace import Workspace

    [haystack] = made(needles=10)
    file = tmp_path / "notes.pdf"
    write_pages(haystack, file)
    with (
        Library.open(tmp_path / "library.db") as library,
        Cache.open(tmp_path / "cache.db") as cache,
    ):
        workspace = Workspace(library, cache, make_model)
        *_, added = add_document(workspace, AddRequest(file))
        assert isinstance(added, Added)
        for needle in haystack.needles:
            request = AnswerRequest(needle.question, (added.document,))
            *_, answered = answer(workspace, request)
            assert isinstance(answered, Answered)
            assert holds(answered.text, needle.value), needle
            assert answered.citations[0].page_index == needle.page_index


@pytest.mark.parametrize("pages", ["0", "201", "many"])
def test_too_few_or_too_many_pages_are_wrong_usage(
    pages: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", "needle", "--pages", pages]) == 2
    assert "--pages" in capsys.readouterr().err


def test_the_command_asks_in_a_library_of_its_own(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "complm_app", "--data-dir", str(tmp_path), "eval", "needle"]
    options = ["--pages", "1", "--limit", "2", "--ratio", "1", "--json"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    row = json.loads(done.stdout)
    assert (row["n"], row["pages"], row["ratio"]) == (2, 1, 1)
    assert 0 <= row["accuracy"] <= 1
    assert not (tmp_path / "library.db").exists()
