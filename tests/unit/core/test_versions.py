"""A file that has changed: its document replaces the earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from complm_app.core.library import Library
from complm_app.core.search import search
from complm_app.core.versions import Place
from tests.unit.core.documents import FERRY, HARBOUR, add

LATER = "1a" * 32


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library.db") as opened:
        yield opened


def test_a_document_at_the_same_path_takes_the_earlier_ones_place(library: Library) -> None:
    first = add(library, FERRY, "ferry.pdf", "The ferry sails.")
    add(library, HARBOUR, "harbour.pdf", "The harbour is deep.")
    second = add(library, LATER, "ferry.pdf", "The ferry sinks.", "It is gone.")
    assert library.documents() == [second, library.document(HARBOUR)]
    assert second.added_at == first.added_at
    assert [hit.passage.document for hit in search(library, "ferry", [], 5)] == [LATER]
    assert library.problems() == []


def test_citations_of_a_replaced_document_lead_to_the_newest_one(library: Library) -> None:
    for id in (FERRY, HARBOUR, LATER):
        add(library, id, "report.pdf", f"Version {id}.")
    assert library.newest([FERRY, HARBOUR, LATER]) == [LATER]
    assert library.newer_versions() == {FERRY: LATER, HARBOUR: LATER}
    assert sorted(library.earlier_versions(LATER)) == sorted([FERRY, HARBOUR])


def test_a_file_that_becomes_what_it_was_is_that_document_again(library: Library) -> None:
    add(library, FERRY, "report.pdf", "One.")
    add(library, LATER, "report.pdf", "Two.")
    add(library, FERRY, "report.pdf", "One.")
    assert [document.id for document in library.documents()] == [FERRY]
    assert library.newer_versions() == {LATER: FERRY}


def test_a_known_document_that_is_moved_to_anothers_path_replaces_it(library: Library) -> None:
    add(library, FERRY, "a.pdf", "One.")
    add(library, LATER, "b.pdf", "Two.")
    library.move_document(LATER, Path("a.pdf"))
    assert [document.id for document in library.documents()] == [LATER]
    assert library.newest([FERRY]) == [LATER]


def test_a_replacement_keeps_its_collections(library: Library) -> None:
    add(library, FERRY, "ferry.pdf", "The ferry sails.")
    boats = library.make_collection("Boats")
    library.collect(boats.id, [FERRY])
    add(library, LATER, "ferry.pdf", "The ferry sinks.")
    assert library.members() == {LATER: (boats.id,)}


def test_removing_the_newest_version_forgets_the_earlier_ones(library: Library) -> None:
    add(library, FERRY, "report.pdf", "One.")
    add(library, LATER, "report.pdf", "Two.")
    library.remove_document(LATER)
    assert library.newer_versions() == {}


def test_a_document_keeps_the_time_of_its_file(library: Library) -> None:
    added = add(library, FERRY, "ferry.pdf", "The ferry sails.", modified_ns=5)
    assert added.modified_ns == 5
    assert library.move_document(FERRY, Path("ferry.pdf"), 7).modified_ns == 7
    assert library.move_document(FERRY, Path("other.pdf")).modified_ns == 7


@pytest.mark.parametrize(
    ("quote", "place"),
    [
        ("ferry sails", Place(2, 4, 15)),
        ("ferry  sails", Place(2, 4, 15)),
        ("of the (harbour)", Place(0, 8, 24)),
        ("the ferry flies", None),
        ("   ", None),
    ],
)
def test_a_quote_is_found_wherever_it_stands_now(
    library: Library, quote: str, place: Place | None
) -> None:
    add(library, FERRY, "ferry.pdf", "Because of the (harbour).", "", "The ferry\nsails at noon.")
    assert library.find_quote(FERRY, quote, 1) == place


def test_of_two_places_the_one_nearest_to_the_cited_page_is_found(library: Library) -> None:
    add(library, FERRY, "ferry.pdf", "It sails.", "x", "x", "It sails.", "x")
    assert library.find_quote(FERRY, "sails", 4) == Place(3, 3, 8)
