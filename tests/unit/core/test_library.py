import os
import sqlite3
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from complm_app.core import database
from complm_app.core.library import Library, Turn
from complm_app.core.pdf import OutlineEntry, Page, PageState, ParsedDocument
from complm_app.core.search import search
from complm_app.core.segments import Passage
from complm_app.errors import (
    RequestError,
    StoreBusyError,
    StoreCorruptError,
    StoreFullError,
)
from tests.unit.core.documents import FERRY, HARBOUR, add


@dataclass(frozen=True, slots=True)
class Cited:
    document: str
    page_index: int
    quote: str


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library.db") as opened:
        yield opened


def turn(*cited: str) -> Turn:
    citations = [Cited(document, 0, "The ferry sails.") for document in cited]
    return Turn(
        "When?", "At noon.", True, citations, {"pages_read": 1}, {}, {"total_s": 0.5}, "m", 2
    )


def rows(library: Library) -> dict[str, int]:
    tables = ("document", "page", "outline", "passage")
    with library.reading() as connection:
        return {t: connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables}


def test_a_document_comes_back_as_it_was_added(library: Library) -> None:
    added = add(library, FERRY, "ferry.pdf", "The ferry sails.", "", "It sinks.")
    assert library.document(FERRY) == added
    assert (added.title, added.pages, added.pages_without_text) == ("About ferry.pdf", 3, 1)
    assert added.path == Path("ferry.pdf").absolute()
    assert [page.state for page in library.pages(FERRY)] == ["text", "scanned", "text"]
    assert library.page_text(FERRY, 2) == "It sinks."
    assert library.outline(FERRY) == [OutlineEntry("Start", 0, 1)]
    assert [(p.ordinal, p.page_index, p.text) for p in library.passages(FERRY)] == [
        (0, 0, "The ferry sails."),
        (1, 2, "It sinks."),
    ]


def test_a_second_add_of_the_same_bytes_changes_only_the_path(library: Library) -> None:
    first = add(library, FERRY, "ferry.pdf", "The ferry sails.")
    before = rows(library)
    second = add(library, FERRY, "moved.pdf", "Another text.", "And more.")
    assert second.path.name == "moved.pdf"
    assert (second.title, second.pages, second.added_at) == (first.title, 1, first.added_at)
    assert rows(library) == before


def test_an_unknown_document_cannot_be_moved(library: Library) -> None:
    with pytest.raises(RequestError, match="not in the library"):
        library.move_document("0" * 64, Path("a.pdf"))


def test_a_document_that_fails_half_way_leaves_nothing(library: Library) -> None:
    page = Page(0, "1", "text", PageState.TEXT)
    with pytest.raises(sqlite3.IntegrityError):
        library.add_document(
            id=FERRY,
            path=Path("x.pdf"),
            parsed=ParsedDocument("x", (page, page), ()),  # one page twice
            passages=[Passage(0, 0, 4, "text")],
            size_bytes=4,
        )
    assert set(rows(library).values()) == {0}
    assert search(library, "text", [], 5) == []


def test_removing_a_document_leaves_nothing_of_it_and_the_others_alone(library: Library) -> None:
    add(library, HARBOUR, "harbour.pdf", "The harbour is deep.")
    before = rows(library)
    add(library, FERRY, "ferry.pdf", "The ferry sails from the harbour.", "It sinks.")
    library.remove_document(FERRY)
    assert rows(library) == before
    assert [hit.passage.document for hit in search(library, "ferry harbour", [], 5)] == [HARBOUR]
    assert library.problems() == []


def test_documents_come_in_the_order_in_which_they_were_added(library: Library) -> None:
    add(library, FERRY, "b.pdf", "x")
    add(library, HARBOUR, "a.pdf", "y")
    add(library, FERRY, "c.pdf", "x")
    assert [d.id for d in library.documents()] == [FERRY, HARBOUR]
    assert [d.id for d in library.documents([HARBOUR, FERRY, "unknown"])] == [FERRY, HARBOUR]


@pytest.mark.parametrize(
    "reference",
    [FERRY, FERRY.upper(), "fefe", "ferry.pdf", "./ferry.pdf", str(Path("ferry.pdf").absolute())],
)
def test_a_document_is_found_by_id_prefix_name_or_path(library: Library, reference: str) -> None:
    add(library, FERRY, "ferry.pdf", "x")
    add(library, HARBOUR, "harbour.pdf", "y")
    assert library.find(reference).id == FERRY


@pytest.mark.parametrize("reference", ["", "fe", "fefa", "other.pdf", "a\nb\N{FERRY}", "nul\0.pdf"])
def test_an_unknown_reference_is_a_request_error_with_a_hint(
    library: Library, reference: str
) -> None:
    add(library, FERRY, "ferry.pdf", "x")
    with pytest.raises(RequestError) as caught:
        library.find(reference)
    assert caught.value.hint


def test_a_name_that_two_documents_have_is_refused_and_both_are_named(library: Library) -> None:
    add(library, FERRY, "one/report.pdf", "x")
    add(library, HARBOUR, "two/report.pdf", "y")
    with pytest.raises(RequestError) as caught:
        library.find("report.pdf")
    assert FERRY[:12] in caught.value.hint
    assert HARBOUR[:12] in caught.value.hint
    assert library.find("two/report.pdf").id == HARBOUR


def test_unknown_documents_and_pages_are_request_errors(library: Library) -> None:
    add(library, FERRY, "ferry.pdf", "x")
    with pytest.raises(RequestError):
        library.document(HARBOUR)
    with pytest.raises(RequestError, match="page 2"):
        library.page_text(FERRY, 1)


@pytest.mark.skipif(sys.platform == "win32", reason="names are text there")
def test_a_file_name_that_is_not_text_comes_back_byte_for_byte(library: Library) -> None:
    name = os.fsdecode(b"/tmp/\xff\xfe\n.pdf")
    assert add(library, FERRY, name, "x").path == Path(name)
    assert library.find(name).id == FERRY


def test_text_that_utf8_cannot_hold_is_stored_with_its_offsets_kept(library: Library) -> None:
    add(library, FERRY, "ferry.pdf", "a\ud800b\0c")
    assert library.page_text(FERRY, 0) == "a?b\0c"


def test_a_turn_comes_back_with_its_nested_values(library: Library) -> None:
    add(library, FERRY, "ferry.pdf", "The ferry sails.")
    chat = library.create_chat("Sailing")
    id = library.add_turn(chat.id, turn(FERRY))
    (stored,) = library.turns(chat.id)
    assert (stored.id, stored.question, stored.found, stored.ratio) == (id, "When?", True, 2)
    assert stored.citations == [{"document": FERRY, "page_index": 0, "quote": "The ferry sails."}]
    assert (stored.coverage, stored.timings) == ({"pages_read": 1}, {"total_s": 0.5})


def test_a_turn_stays_readable_when_its_document_is_removed(library: Library) -> None:
    add(library, FERRY, "ferry.pdf", "The ferry sails.")
    chat = library.create_chat("Sailing")
    library.add_turn(chat.id, turn(FERRY))
    library.remove_document(FERRY)
    (stored,) = library.turns(chat.id)
    assert stored.citations[0]["quote"] == "The ferry sails."
    assert stored.titles == {FERRY: "About ferry.pdf"}


def test_a_turn_takes_the_place_of_another_one_of_its_chat(library: Library) -> None:
    chat, other = library.create_chat("Sailing"), library.create_chat("Other")
    first, second = library.add_turn(chat.id, turn()), library.add_turn(chat.id, turn())
    better = replace(turn(), answer="At midnight.")
    assert library.add_turn(chat.id, better, first) == first
    stored = [(each.id, each.answer) for each in library.turns(chat.id)]
    assert stored == [(first, "At midnight."), (second, turn().answer)]
    assert library.add_turn(other.id, better, first) != first  # another chat's stays
    assert len(library.turns(chat.id)) == 2


def test_chats_are_found_by_title_question_and_answer(library: Library) -> None:
    sailing, other = library.create_chat("Sailing 100%"), library.create_chat("Other")
    library.add_turn(other.id, turn())
    assert [chat.id for chat in library.chats()] == [other.id, sailing.id]
    assert [chat.id for chat in library.chats("sail")] == [sailing.id]
    assert [chat.id for chat in library.chats("noon")] == [other.id]
    assert [chat.id for chat in library.chats("100%")] == [sailing.id]
    assert library.chats("_") == []


def test_a_chat_is_renamed_and_deleted_with_its_turns(library: Library) -> None:
    chat = library.create_chat("Old")
    library.add_turn(chat.id, turn())
    library.rename_chat(chat.id, "New")
    assert [c.title for c in library.chats()] == ["New"]
    library.delete_chat(chat.id)
    assert library.chats() == []
    assert library.turns(chat.id) == []
    with pytest.raises(RequestError):
        library.add_turn(chat.id, turn())


def test_what_one_thread_adds_another_one_sees(library: Library) -> None:
    def elsewhere() -> None:
        with Library.open(library.path) as second:
            add(second, FERRY, "ferry.pdf", "The ferry sails.")

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert library.document(FERRY).pages == 1


def test_a_library_that_another_program_writes_is_busy_but_can_be_read(library: Library) -> None:
    library.db.execute("PRAGMA busy_timeout = 0")
    with Library.open(library.path) as second, second.writing():
        assert library.documents() == []
        with pytest.raises(StoreBusyError) as caught:
            library.create_chat("x")
    assert caught.value.hint
    assert library.create_chat("x").title == "x"


def test_a_full_disk_is_an_error_with_a_hint_and_nothing_is_half_written(library: Library) -> None:
    before = rows(library)
    library.db.execute("PRAGMA max_page_count = 1")  # sqlite raises it to the present size
    with pytest.raises(StoreFullError) as caught:
        add(library, FERRY, "ferry.pdf", *["word " * 5000] * 20)
    assert caught.value.hint
    assert rows(library) == before


@pytest.mark.parametrize(
    "content", [b"not a database at all, but a text" * 50, b"SQLite format 3\0"]
)
def test_a_damaged_library_is_an_error_and_never_touched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "library.db"
    path.write_bytes(content)
    with pytest.raises(StoreCorruptError) as caught:
        Library.open(path)
    assert "backup" in caught.value.hint
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_damage_inside_the_file_is_named_as_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Library.open(path) as library:
        add(library, FERRY, "ferry.pdf", *["The ferry sails. " * 200] * 20)
        library.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[len(data) // 2 :] = b"\xaa" * (len(data) - len(data) // 2)
    path.write_bytes(data)
    with Library.open(path) as library:
        assert library.problems() != []


def test_a_file_that_another_is_just_making_is_opened_as_soon_as_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def busy_twice(*arguments: object) -> object:
        tries.append(arguments)
        if len(tries) < 3:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise error
        return open_to_write(*arguments)

    open_to_write = database._opened_to_write
    monkeypatch.setattr(database, "_opened_to_write", busy_twice)
    with Library.open(tmp_path / "library.db") as library:
        assert library.documents() == []
    assert len(tries) == 3


def test_threads_can_make_the_same_file_at_once(tmp_path: Path) -> None:
    failed: list[BaseException] = []

    def make(path: Path) -> None:
        try:
            Library.open(path).close()
        except BaseException as e:
            failed.append(e)

    for number in range(20):
        path = tmp_path / f"{number}.db"
        threads = [threading.Thread(target=make, args=(path,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not failed
