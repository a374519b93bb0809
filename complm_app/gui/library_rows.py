"""What a line of the library's list is: a document, or the heading of a collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import TypeGuard

from complm_app.core.library import Collection, Document
from complm_app.engine.protocol import Progress
from complm_app.errors import ComplmError
from complm_app.gui import failures, words

OTHERS = 0
"""Stands for a collection's id where documents are in none."""


class State(Enum):
    WAITING = auto()
    WORKING = auto()
    STORED = auto()
    """In the library; whether all of it is compressed is not known yet."""
    READY = auto()
    LOCKED = auto()
    FAILED = auto()


@dataclass(slots=True, eq=False)
class Row:
    """One document. `key` is its id, or a path as long as the file is not in the library."""

    key: str
    path: Path
    title: str
    state: State
    document: Document | None = None
    progress: Progress | None = None
    error: ComplmError | None = None
    id: str | None = None
    """Of the document, as soon as the file has been hashed."""
    collections: frozenset[int] = field(default_factory=frozenset)
    target: int | None = None
    """The collection that it is put into when it is read."""
    came_by_itself: bool = False
    """From a watched folder. What is wrong with it is said in its row and nowhere else."""
    has_changed: bool = False
    """The file is another one than when it was read, and is read again."""

    sought: str = field(init=False)
    """What the filter looks into and titles are sorted by: title and name of the file."""
    _lines: dict[int, tuple[int, Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sought = _sought(self)

    def become(self, document: Document) -> None:
        """Its file is in the library now."""
        self.key = self.id = document.id
        self.path, self.title, self.document = document.path, document.title, document
        self.sought = _sought(self)

    def line_in(self, section: int) -> tuple[int, Row]:
        """(section, this row), always the same object."""
        return self._lines.get(section) or self._lines.setdefault(section, (section, self))

    @property
    def must_be_read(self) -> bool:
        return self.document is None or self.has_changed

    def details(self) -> str:
        """The second line: pages and what is going on."""
        count = words.pages(self.document.pages) if self.document else ""
        match self.state:
            case State.WAITING:
                return words.joined(count, _changed() if self.has_changed else words.tr("waiting"))
            case State.WORKING if self.has_changed:
                return words.joined(_changed(), _share(self.progress))
            case State.WORKING:
                return words.joined(count, *_working(self.progress))
            case State.LOCKED:
                return words.tr("Needs its password")
            case State.FAILED:
                return failures.short(self.error) if self.error else words.tr("Cannot be read")
            case State.STORED | State.READY:
                return self._stored() or count

    def _stored(self) -> str:
        document = self.document
        if document is None or not document.pages_without_text:
            return ""
        return words.pages_without_text(document.pages_without_text, document.pages)

    @property
    def share(self) -> float | None:
        """How much of the current stage is done; None where no bar is shown."""
        if self.state is not State.WORKING or not is_measured(self.progress):
            return None
        return min(1.0, self.progress.done / self.progress.total)

    def spoken(self) -> str:
        """For a screen reader."""
        return f"{self.title}, {self.details()}"

    def tool_tip(self) -> str:
        said = failures.message(self.error) if self.error else self.details()
        hint = failures.hint(self.error) if self.error else ""
        return "\n".join(part for part in (str(self.path), said, hint) if part)


@dataclass(frozen=True, slots=True)
class Section:
    """A collection as it is shown. `is_missing`: the folder that it follows is not there."""

    id: int
    title: str
    folder: Path | None = None
    is_open: bool = True
    is_missing: bool = False
    count: int = 0

    def note(self) -> str:
        if self.is_missing:
            return words.tr("folder not found")
        return "" if self.count else words.tr("empty")

    def spoken(self) -> str:
        """For a screen reader."""
        counted = words.documents(self.count) if self.count else ""
        return ", ".join(part for part in (self.title, counted, self.note()) if part)

    def tool_tip(self) -> str:
        if self.folder is None:
            return self.spoken()
        pattern = (
            words.tr("Cannot be watched, it is not there: %1")
            if self.is_missing
            else words.tr("New documents are added by themselves: %1")
        )
        return f"{self.spoken()}\n{words.fill(pattern, self.folder)}"


def row_of(document: Document, state: State = State.STORED) -> Row:
    return Row(document.id, document.path, document.title, state, document, id=document.id)


def section_of(collection: Collection) -> Section:
    return Section(collection.id, collection.name, collection.folder)


def _sought(row: Row) -> str:
    return f"{row.title}\n{row.path.name}".casefold()


def _changed() -> str:
    return words.tr("changed, re-reading")


def is_measured(progress: Progress | None) -> TypeGuard[Progress]:
    """Whether it says how much is done of what takes its time; the steps between do not."""
    stages = ("reading", "compressing")
    return progress is not None and progress.stage in stages and progress.total > 1


def _share(progress: Progress | None) -> str:
    if not is_measured(progress):
        return ""
    return words.percent(progress.done, progress.total)


def _working(progress: Progress | None) -> Sequence[str]:
    if progress is not None and progress.stage == "waiting":
        return [words.tr("another CompLM is reading it")]
    if not is_measured(progress):
        return [words.tr("getting ready")]
    left = words.time_left(progress.seconds_left) if progress.seconds_left is not None else ""
    if progress.stage == "reading":
        return [words.fill(words.tr("reading %1"), words.percent(progress.done, progress.total))]
    return [words.percent(progress.done, progress.total), left]
