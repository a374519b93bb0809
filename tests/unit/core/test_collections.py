from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from complm_app.core.library import Library
from complm_app.errors import RequestError
from tests.unit.core.documents import FERRY, HARBOUR, add


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library.db") as opened:
        add(opened, FERRY, "ferry.pdf", "The ferry sails.")
        add(opened, HARBOUR, "harbour.pdf", "The harbour is deep.")
        yield opened


def test_collections_are_listed_by_name(library: Library) -> None:
    for name in ("reports", "Contracts", " Annexes "):
        library.make_collection(name)
    assert [each.name for each in library.collections()] == ["Annexes", "Contracts", "reports"]


def test_a_document_may_be_in_several_collections(library: Library) -> None:
    boats, all_of_it = library.make_collection("Boats"), library.make_collection("All")
    library.collect(boats.id, [FERRY])
    library.collect(all_of_it.id, [HARBOUR, FERRY])
    assert library.members() == {FERRY: (boats.id, all_of_it.id), HARBOUR: (all_of_it.id,)}
    assert library.documents_in(all_of_it.id) == [FERRY, HARBOUR]
    library.take_out(all_of_it.id, [FERRY])
    assert library.documents_in(all_of_it.id) == [HARBOUR]


def test_deleting_a_collection_leaves_its_documents(library: Library) -> None:
    boats = library.make_collection("Boats")
    library.collect(boats.id, [FERRY])
    library.delete_collection(boats.id)
    assert (library.collections(), library.members()) == ([], {})
    assert len(library.documents()) == 2


def test_a_removed_document_is_in_no_collection(library: Library) -> None:
    boats = library.make_collection("Boats")
    library.collect(boats.id, [FERRY])
    library.remove_document(FERRY)
    assert library.members() == {}
    library.collect(boats.id, [FERRY])
    assert library.members() == {}


@pytest.mark.parametrize("name", ["", "  ", "Boats", "BOATS "])
def test_a_name_that_is_empty_or_taken_is_refused(library: Library, name: str) -> None:
    library.make_collection("Boats")
    harbours = library.make_collection("Harbours")
    with pytest.raises(RequestError):
        library.make_collection(name)
    with pytest.raises(RequestError):
        library.rename_collection(harbours.id, name)


def test_a_collection_may_change_the_case_of_its_own_name(library: Library) -> None:
    boats = library.make_collection("Boats")
    library.rename_collection(boats.id, "boats")
    assert library.collection("BOATS").name == "boats"


def test_an_unknown_collection_is_refused_with_those_that_there_are(library: Library) -> None:
    library.make_collection("Boats")
    with pytest.raises(RequestError) as refused:
        library.collection("Boots")
    assert "Boats" in refused.value.hint


def test_a_watched_folder_has_a_collection_of_its_name(library: Library, tmp_path: Path) -> None:
    library.make_collection("Papers")
    first = library.watch_folder(tmp_path / "papers")
    assert (first.name, first.folder) == ("Papers", tmp_path / "papers")
    second = library.watch_folder(tmp_path / "more" / "papers")
    assert second.name == "papers 2"
    assert library.watch_folder(tmp_path / "papers") == first
    assert library.collections() == [first, second]


def test_what_was_taken_in_from_a_folder_is_known_even_when_it_is_removed(
    library: Library, tmp_path: Path
) -> None:
    papers = library.watch_folder(tmp_path)
    library.take_in(papers.id, FERRY, tmp_path / "ferry.pdf")
    library.remove_document(FERRY)
    assert library.taken_in(papers.id) == {tmp_path / "ferry.pdf"}
    library.stop_watching(papers.id)
    assert library.taken_in(papers.id) == frozenset()
    assert library.collections()[0].folder is None


def test_a_document_that_comes_for_a_deleted_collection_is_simply_in_none(
    library: Library, tmp_path: Path
) -> None:
    papers = library.watch_folder(tmp_path)
    library.delete_collection(papers.id)
    library.take_in(papers.id, FERRY, tmp_path / "ferry.pdf")
    assert library.members() == {}
