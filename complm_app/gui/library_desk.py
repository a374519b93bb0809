"""Connects the library's pane with what does the work: collections, removal, watched files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from complm_app.errors import ComplmError
from complm_app.gui.background import Background
from complm_app.gui.bridge import Stores
from complm_app.gui.collecting import CollectionDesk
from complm_app.gui.intake import Intake
from complm_app.gui.library_model import LibraryModel, Sort
from complm_app.gui.library_pane import LibraryPane
from complm_app.gui.remembered import Remembered
from complm_app.gui.revealing import reveal
from complm_app.gui.watching import Watching


class LibraryDesk(QObject):
    failed = Signal(object)
    """A ComplmError to be shown."""
    crashed = Signal(str)

    def __init__(
        self,
        pane: LibraryPane,
        model: LibraryModel,
        intake: Intake,
        stores: Stores,
        remembered: Remembered,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._pane, self._model, self._intake = pane, model, intake
        self._remembered = remembered
        self.background = Background("complm-files", self)
        self.collections = CollectionDesk(stores, model, window)
        self.watching = Watching(stores, self.background, model, intake, self.collections, self)
        self._connect_collections()
        self._connect_removal()
        pane.menus.reveal_wanted.connect(self.reveal)
        intake.listed.connect(pane.set_listed)
        intake.replaced.connect(remembered.move_place)
        self.background.crashed.connect(self.crashed)
        self.collections.failed.connect(self.failed)

    def _connect_collections(self) -> None:
        menus, desk = self._pane.menus, self.collections
        menus.collection_wanted.connect(desk.ask_name)
        menus.collect_wanted.connect(desk.put)
        menus.take_out_wanted.connect(desk.take_out)
        menus.rename_wanted.connect(desk.ask_new_name)
        menus.delete_wanted.connect(desk.ask_to_delete)
        menus.unwatch_wanted.connect(desk.stop_watching)
        self._pane.list.dropped.connect(desk.drop)

    def _connect_removal(self) -> None:
        removal = self._intake.removal
        removal.removed.connect(lambda keys: self._pane.offer_undo(len(keys), removal.undo))
        removal.settled.connect(self._pane.banner.hide)

    def start(self) -> None:
        """Shows what the library holds, as it was arranged."""
        for section in self._remembered.numbers("library/closed"):
            self._model.set_open(section, False)
        chosen = self._remembered.text("library/sort")
        self._model.sort_by(next((each for each in Sort if each.value == chosen), Sort.ADDED))
        self.collections.refresh()
        self._intake.list_library()

    def reveal(self, path: Path) -> None:
        try:
            reveal(path)
        except ComplmError as error:
            self.failed.emit(error)

    def stop(self) -> None:
        self.background.stop()
