"""The process that reads files nobody vouches for: one request on stdin, messages on stdout.

Messages are JSON objects, one a line: {"started"}, {"opened", "title", "outline"},
{"page": [label, text, state]} for each page in order, {"done"}; or {"error"} as the last.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw as pdfium

from complm_app.core.page_text import is_garbled
from complm_app.core.pdf import shown
from complm_app.core.plain_text import decode, markdown_headings, split_pages
from complm_app.errors import (
    ComplmError,
    EncryptedError,
    Phrase,
    TooLargeError,
    UnreadableError,
)

_TAIL_BYTES = 65_536
_DRAWN_TEXT_PATHS = 20
_OUTLINE_ENTRIES = 10_000
_FILE_NAME_AS_TITLE = re.compile(
    r"\.\w{2,5}$|^microsoft word|^untitled|^\W*$|^[\d\W_]+$", re.IGNORECASE
)
_MARKDOWN = frozenset({".md", ".markdown"})
_OTHER_FORMATS = (
    (b"{\\rtf", Phrase("{file} is an RTF file, not a PDF or a text file.")),
    (
        b"PK\x03\x04",
        Phrase("{file} is an office document or an archive, not a PDF or a text file."),
    ),
    (b"\xd0\xcf\x11\xe0", Phrase("{file} is an old office document, not a PDF or a text file.")),
    (b"%!PS", Phrase("{file} is a PostScript file, not a PDF or a text file.")),
)

Message = dict[str, Any]


def main() -> int:
    out = _own_stdout()
    request = json.loads(sys.stdin.buffer.readline())
    _limit_resources(request["memory_bytes"], request["cpu_seconds"])
    _send(out, {"started": True})
    try:
        for message in read(Path(request["path"]), request["password"], request):
            _send(out, message)
    except ComplmError as error:
        _send(out, {"error": _parts(error)})
    except MemoryError:
        too_large = TooLargeError(
            "{file} needs more memory than a document may take.",
            "Split it into smaller files, or save it again with another program.",
            file=shown(Path(request["path"])),
        )
        _send(out, {"error": _parts(too_large)})
    return 0


def _parts(error: ComplmError) -> Message:
    """What the error is made of, for the process that reads it."""
    pattern, hint = error.what.pattern, error.advice.pattern
    return {"kind": error.kind, "message": pattern, "hint": hint, "values": error.what.values}


def read(path: Path, password: str | None, limits: Message) -> Iterator[Message]:
    """The messages for one file. `limits` holds "pages" and "characters"."""
    with path.open("rb") as file:
        head = file.read(1024)
    messages = _pdf(path, password, limits) if b"%PDF-" in head else _text(path, head, limits)
    characters = 0
    for message in messages:
        characters += len(message["page"][1]) if "page" in message else 0
        if characters > limits["characters"]:
            raise TooLargeError(
                "{file} holds more than {limit:,} characters of text.",
                "Split it into smaller files.",
                file=shown(path),
                limit=limits["characters"],
            )
        yield message
    yield {"done": True}


# ---- PDF


def _pdf(path: Path, password: str | None, limits: Message) -> Iterator[Message]:
    _check_whole(path)
    with closing(_open(path, password)) as document:
        count = len(document)
        _check_page_count(path, count, limits)
        title = _metadata_title(document) or _name_as_title(path)
        yield {"opened": count, "title": title, "outline": _outline(document)}
        for index in range(count):
            yield {"page": _page(document, index)}


def _check_whole(path: Path) -> None:
    """A download that broke off has lost its end; what is left must not pass for the whole."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(1024)
        file.seek(max(size - _TAIL_BYTES, 0))
        tail = file.read()
    linearized = re.search(rb"/Linearized\b[^>]*?/L\s+(\d+)", head)
    cut = linearized is not None and int(linearized[1]) > size
    if cut or not (b"%%EOF" in tail or b"startxref" in tail):
        raise UnreadableError(
            "{file} is cut off: the end of the PDF is missing.",
            "Download or copy it again.",
            file=shown(path),
        )


def _open(path: Path, password: str | None) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(path, password)
    except pypdfium2.PdfiumError as error:
        raise _open_error(path, password, error.err_code) from error


def _open_error(path: Path, password: str | None, code: int | None) -> ComplmError:
    if code == pdfium.FPDF_ERR_PASSWORD and not password:
        return EncryptedError(
            "{file} is protected by a password.",
            "Add it again with its password.",
            file=shown(path),
        )
    if code == pdfium.FPDF_ERR_PASSWORD:
        return EncryptedError(
            "This password does not open {file}.",
            "Check capital letters and the keyboard's language, and try again.",
            file=shown(path),
        )
    if code == pdfium.FPDF_ERR_SECURITY:
        return EncryptedError(
            "{file} is encrypted in a way that cannot be read here.",
            "Open it in the program it was made for and save a copy without protection.",
            file=shown(path),
        )
    if code == pdfium.FPDF_ERR_SUCCESS:
        return UnreadableError(
            "{file} has no pages.", "Check that it is the right file.", file=shown(path)
        )
    return UnreadableError(
        "{file} is damaged: it cannot be opened as a PDF.",
        "Download or copy it again, or save it again with a PDF viewer.",
        file=shown(path),
    )


def _check_page_count(path: Path, count: int, limits: Message) -> None:
    if count > limits["pages"]:
        raise TooLargeError(
            "{file} has {count:,} pages; at most {limit:,} can be read.",
            "Split it into smaller files.",
            file=shown(path),
            count=count,
            limit=limits["pages"],
        )


def _page(document: pypdfium2.PdfDocument, index: int) -> list[str]:
    """[label, text, state]. A page that cannot be read counts as garbled: the rest goes on."""
    label = _one_line(document.get_page_label(index)) or str(index + 1)
    try:
        with closing(document[index]) as page, closing(page.get_textpage()) as textpage:
            text = textpage.get_text_range()
            if text.strip():
                return [label, text, "garbled" if is_garbled(text) else "text"]
            return [label, text, "scanned" if _shows_something(page) else "empty"]
    except pypdfium2.PdfiumError:
        return [label, "", "garbled"]


def _shows_something(page: pypdfium2.PdfPage) -> bool:
    """Whether there is a picture, or as many lines as letters drawn by hand would take."""
    paths = 0
    kinds = [pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_PATH]
    for thing in page.get_objects(filter=kinds, max_depth=5):
        paths += thing.type == pdfium.FPDF_PAGEOBJ_PATH
        if thing.type == pdfium.FPDF_PAGEOBJ_IMAGE or paths >= _DRAWN_TEXT_PATHS:
            return True
    return False


def _outline(document: pypdfium2.PdfDocument) -> list[tuple[str, int, int]]:
    entries = []
    for bookmark in islice(document.get_toc(), _OUTLINE_ENTRIES):
        target = bookmark.get_dest()
        index = target.get_index() if target else None
        if index is not None and (title := _one_line(bookmark.get_title())):
            entries.append((title, index, bookmark.level))
    return entries


def _metadata_title(document: pypdfium2.PdfDocument) -> str:
    """The title that the PDF gives itself; empty when it is none that a person would write."""
    title = _one_line(document.get_metadata_value("Title"))
    if len(title) < 4 or is_garbled(title) or _FILE_NAME_AS_TITLE.search(title):
        return ""
    return title[:200]


# ---- text


def _text(path: Path, head: bytes, limits: Message) -> Iterator[Message]:
    for start, said in _OTHER_FORMATS:
        if head.startswith(start):
            raise UnreadableError(said.pattern, "Save it as PDF first.", file=shown(path))
    if path.stat().st_size > 4 * limits["characters"]:
        raise TooLargeError("{file} is too long.", "Split it into smaller files.", file=shown(path))
    text = decode(path.read_bytes())
    if text is None or is_garbled(text):
        raise UnreadableError(
            "{file} is neither a PDF nor a text file.",
            "Save it as PDF, or as text in UTF-8.",
            file=shown(path),
        )
    pages = split_pages(text)
    _check_page_count(path, len(pages), limits)
    headings = markdown_headings(pages) if path.suffix.lower() in _MARKDOWN else ()
    outline = list(islice(headings, _OUTLINE_ENTRIES))
    title = outline[0][0] if outline and outline[0][2] == 0 else _name_as_title(path)
    yield {"opened": len(pages), "title": title, "outline": outline}
    for index, page in enumerate(pages):
        yield {"page": [str(index + 1), page, "text" if page.strip() else "empty"]}


def _name_as_title(path: Path) -> str:
    return shown(path.with_suffix("") if path.stem else path)[1:-1]


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


# ---- the process


def _own_stdout() -> BinaryIO:
    """Keeps stdout for messages: what a library prints goes to stderr."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return out


def _send(out: BinaryIO, message: Message) -> None:
    out.write(json.dumps(message).encode("ascii") + b"\n")
    out.flush()


def _limit_resources(memory_bytes: int, cpu_seconds: int) -> None:
    """Where the system can: the parent's clock is the limit that holds everywhere."""
    if sys.platform == "win32":
        return
    import resource

    limits = [(resource.RLIMIT_CPU, cpu_seconds), (resource.RLIMIT_CORE, 0)]
    if sys.platform != "darwin":  # macOS has RLIMIT_AS and refuses to set it
        limits.append((resource.RLIMIT_AS, memory_bytes))
    for kind, amount in limits:
        _, most = resource.getrlimit(kind)
        if most == resource.RLIM_INFINITY or amount <= most:
            resource.setrlimit(kind, (amount, most))


if __name__ == "__main__":
    sys.exit(main())
