"""What can be done with documents and collections: context menus and keys of the library."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from complm_app.gui import words
from complm_app.gui.library_model import OTHERS, WITHIN, LibraryModel, Row, Section, Sort, State

if TYPE_CHECKING:
    from complm_app.gui.library_pane import LibraryPane


class LibraryMenus(QObject):
    remove_wanted = Signal(list)
    """Rows, to be taken out of the library."""
    retry_wanted = Signal(object)
    reveal_wanted = Signal(object)
    """A path, to be shown in the system's file manager."""
    collection_wanted = Signal(list)
    """A new collection of these rows."""
    collect_wanted = Signal(list, int)
    """(rows, the collection that they are put into)"""
    take_out_wanted = Signal(list, int)
    rename_wanted = Signal(object)
    """A Section, as are the next two."""
    delete_wanted = Signal(object)
    unwatch_wanted = Signal(object)

    def __init__(self, pane: LibraryPane, model: LibraryModel) -> None:
        super().__init__(pane)
        self._pane, self._model = pane, model
        self._sorts = self._sort_actions()
        self.remove = self._action(
            self.tr("Remove from library"), self._remove, QKeySequence.StandardKey.Delete
        )
        self.rename = self._action(self.tr("Rename collection..."), self._rename, "F2")

    def _action(self, text: str, act: object, keys: QKeySequence.StandardKey | str) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(act)
        return action

    def shortcuts(self) -> list[QAction]:
        return [self.remove, self.rename]

    def _remove(self) -> None:
        """Documents; where only collections are selected, these."""
        rows = self._pane.selected()
        if rows:
            self.remove_wanted.emit(rows)
        elif (section := self._chosen()) is not None:
            self.delete_wanted.emit(section)

    def can_remove(self) -> bool:
        return bool(self._pane.selected()) or self._chosen() is not None

    def can_rename(self) -> bool:
        return self._chosen() is not None

    def _chosen(self) -> Section | None:
        """The collection that is selected."""
        sections = self._pane.selected_sections()
        return sections[0] if len(sections) == 1 and sections[0].id != OTHERS else None

    def _rename(self) -> None:
        if (section := self._chosen()) is not None:
            self.rename_wanted.emit(section)

    # ---- context menus

    def menu(self, row: Row | None, section: Section | None = None) -> QMenu:
        """What can be done with a row, a heading, or, without either, with the list."""
        menu = QMenu(self._pane)
        if row is not None:
            self._add_for_document(menu, row)
        elif section is not None and section.id != OTHERS:
            self._add_for_collection(menu, section)
        if row is None:
            menu.addAction(self.tr("New collection..."), lambda: self.collection_wanted.emit([]))
            menu.addSeparator()
        self.add_sorting(menu)
        return menu

    def _add_for_document(self, menu: QMenu, row: Row) -> None:
        menu.addAction(self.tr("Open"), lambda: self._pane.opened.emit(row))
        reveal = self.reveal_wanted.emit
        menu.addAction(self.tr("Show in file manager"), lambda: reveal(row.path))
        if row.state is State.LOCKED:
            menu.addAction(self.tr("Enter password..."), lambda: self.retry_wanted.emit(row))
        elif row.state is State.FAILED:
            menu.addAction(self.tr("Try again"), lambda: self.retry_wanted.emit(row))
        menu.addSeparator()
        self._add_collections(menu, row)
        menu.addSeparator()
        menu.addAction(self.remove)
        menu.addSeparator()

    def _add_collections(self, menu: QMenu, row: Row) -> None:
        rows = self._pane.selected()
        rows = rows if row in rows else [row]
        below = menu.addMenu(self.tr("Add to collection"))
        for section in self._model.sections():
            action = below.addAction(
                section.title.replace("&", "&&"),
                partial(self.collect_wanted.emit, rows, section.id),
            )
            action.setEnabled(any(section.id not in each.collections for each in rows))
        below.addSeparator()
        below.addAction(self.tr("New collection..."), lambda: self.collection_wanted.emit(rows))
        within = self._section_of(row)
        if within is not None:
            text = words.fill(self.tr("Take out of “%1”"), within.title.replace("&", "&&"))
            menu.addAction(text, partial(self.take_out_wanted.emit, rows, within.id))

    def _section_of(self, row: Row) -> Section | None:
        """The collection that the row stands in, where the user has pointed at it."""
        current = self._pane.list.currentIndex()
        inside = current.data(WITHIN) if self._pane.current() is row else None
        if inside not in row.collections:
            inside = min(row.collections, default=None)
        return None if inside is None else self._model.section(inside)

    def _add_for_collection(self, menu: QMenu, section: Section) -> None:
        select = self._pane.select_section
        menu.addAction(self.tr("Ask about these documents"), lambda: select(section.id))
        if section.folder is not None:
            menu.addAction(
                self.tr("Show in file manager"), lambda: self.reveal_wanted.emit(section.folder)
            )
            menu.addAction(
                self.tr("Stop watching the folder"), lambda: self.unwatch_wanted.emit(section)
            )
        menu.addSeparator()
        menu.addAction(self.tr("Rename..."), lambda: self.rename_wanted.emit(section))
        menu.addAction(self.tr("Delete collection"), lambda: self.delete_wanted.emit(section))
        menu.addSeparator()

    # ---- sorting

    def _sort_actions(self) -> dict[Sort, QAction]:
        group = QActionGroup(self)
        actions: dict[Sort, QAction] = {}
        for sort, label in (
            (Sort.ADDED, self.tr("Sort by date added")),
            (Sort.TITLE, self.tr("Sort by title")),
            (Sort.PAGES, self.tr("Sort by length")),
        ):
            action = actions[sort] = group.addAction(label)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, sort=sort: self._model.sort_by(sort))
        return actions

    def add_sorting(self, menu: QMenu) -> None:
        """The orders to choose from; the one that the list has is checked."""
        menu.addActions(list(self._sorts.values()))
        menu.aboutToShow.connect(lambda: self._sorts[self._model.sorted_by].setChecked(True))
