"""`complm library`: what is in the library; `--remove` takes a document out."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from complm_app.cli.options import add_json, session_of
from complm_app.cli.output import Output
from complm_app.terminal import counted, one_line, size

if TYPE_CHECKING:
    from complm_app.core.library import Document, Library
    from complm_app.session import Session


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("library", help="list the documents, or remove one")
    parser.add_argument("--remove", metavar="FILE_OR_ID", help="take this document out")
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from complm_app.core.library import Library

    out: Output = args.out
    session = session_of(args)
    with Library.open(session.paths.library_db) as library:
        if args.remove:
            removed = library.find(args.remove)
            library.remove_document(removed.id)
            forget(session, removed)
            out.say(f"Removed: {removed.title}. The file itself is where it was.")
        documents, collections = library.documents(), names_of_collections(library)
    out.value([as_json(each, collections.get(each.id, [])) for each in documents])
    if not args.remove:
        show(out, documents, collections)
    return 0


def names_of_collections(library: Library) -> dict[str, list[str]]:
    """Document -> its collections, by name; those in none are left out."""
    names = {each.id: each.name for each in library.collections()}
    members = library.members()
    return {id: [names[each] for each in names if each in inside] for id, inside in members.items()}


def forget(session: Session, document: Document) -> None:
    """Frees the CEs that no other document uses."""
    from complm_app.core.cache import Cache

    with Cache.open(session.paths.cache_db) as cache:
        cache.forget_document(document.id)


def as_json(document: Document, collections: list[str]) -> dict[str, object]:
    return {
        "document": document.id,
        "path": str(document.path),
        "title": document.title,
        "pages": document.pages,
        "pages_without_text": document.pages_without_text,
        "size_bytes": document.size_bytes,
        "added_at": document.added_at,
        "collections": collections,
    }


def show(out: Output, documents: list[Document], collections: dict[str, list[str]]) -> None:
    if not documents:
        out.say("The library is empty. Add a file with: complm add FILE")
    for document in documents:
        pages = counted(document.pages, "page")
        out.say(f"{document.id[:8]}  {document.title}  ({pages}, {size(document.size_bytes)})")
        names = ", ".join(map(one_line, collections.get(document.id, ())))
        where = f" (in {names})" if names else ""
        out.say(out.quiet(f"          {one_line(str(document.path))}{where}"))
