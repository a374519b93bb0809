"""The window: three panes side by side, and what connects them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QMoveEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter, QVBoxLayout, QWidget

from complm_app.config import Settings, save_settings
from complm_app.engine.local import LocalEngine, OpenWorkspace
from complm_app.engine.protocol import Citation
from complm_app.errors import ComplmError
from complm_app.gui.bridge import Bridge, StartEngine, Stores
from complm_app.gui.chat import ChatDesk
from complm_app.gui.chat_pane import ChatPane
from complm_app.gui.dialogs import CrashDialog
from complm_app.gui.engine_memory import EngineMemory
from complm_app.gui.failed_documents import FailedDocuments
from complm_app.gui.folding import Folding
from complm_app.gui.intake import Intake
from complm_app.gui.library_desk import LibraryDesk
from complm_app.gui.library_model import LibraryModel, Row, State
from complm_app.gui.library_pane import LibraryPane
from complm_app.gui.menus import Menus
from complm_app.gui.model_desk import ModelDesk
from complm_app.gui.passwords import Passwords
from complm_app.gui.reader.pane import ReaderPane
from complm_app.gui.reading import Reading
from complm_app.gui.remembered import Remembered
from complm_app.gui.restoring import Restoring
from complm_app.gui.shown import Shown
from complm_app.gui.status_bar import StatusLine
from complm_app.gui.theme import theme
from complm_app.gui.transfer_line import TransferLine
from complm_app.session import (
    DEMO_DOCUMENT,
    Session,
    model_name,
    reading_choice,
    with_settings,
)


class MainWindow(QMainWindow):
    """`demo` is opened at the first start, when the library is empty."""

    def __init__(
        self,
        session: Session,
        open_workspace: OpenWorkspace,
        demo: Path | None = DEMO_DOCUMENT,
        start_engine: StartEngine = LocalEngine,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.session, self.settings, self._demo = session, session.settings, demo
        self._opens_next = False
        """Whether the next document that is read is opened, where none is open."""
        self.remembered = Remembered(session.paths)
        self.stores = Stores(session.paths, self)
        self.slow_stores = Stores(session.paths, self)
        """For what would keep the others waiting: sums over all of the cache, and its check."""
        self.bridge = Bridge(open_workspace, start_engine, self)
        self.model_desk = ModelDesk(session, lambda: self.settings, self.stores, start_engine, self)
        self._make_parts()
        self._lay_out()
        self.menus = Menus(self)
        self._set_up_folding()
        self._connect()
        self.restoring.bring_back_layout()
        self._start()

    # ---- building

    def _make_parts(self) -> None:
        self.documents = LibraryModel(self)
        self.library = LibraryPane(self.documents)
        self.reader = ReaderPane()
        self.chat_pane = ChatPane()
        self.status = StatusLine()
        self.transfers = TransferLine(self.model_desk)
        self.status.add_note(self.transfers)
        self.intake = Intake(
            self.bridge, self.stores, self.documents, lambda: self.settings.ratio, self
        )
        self.chat = ChatDesk(
            self.chat_pane, self.bridge, self.stores, self.documents, lambda: self.settings, self
        )
        self.reading = Reading(self.reader, self.stores, self.intake, self.remembered, self)
        self.desk = LibraryDesk(
            self.library, self.documents, self.intake, self.stores, self.remembered, self
        )
        self.memory = EngineMemory(self.bridge, self.desk.background, self)
        self.failed_documents = FailedDocuments(self.reading.banner, self.intake.retry, self)
        self.passwords = Passwords(self._use_password, self)
        self.restoring = Restoring(self)

    def _lay_out(self) -> None:
        self.setWindowTitle("CompLM")
        self.setAcceptDrops(True)
        self.setStatusBar(self.status)
        self.reader_side = QWidget()
        column = QVBoxLayout(self.reader_side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.reading.banner)
        column.addWidget(self.reader, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        for pane, least in ((self.library, 180), (self.reader_side, 300), (self.chat_pane, 300)):
            pane.setMinimumWidth(least)
            self.splitter.addWidget(pane)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(1, 1)

    def _set_up_folding(self) -> None:
        panes = (self.library, self.reader_side, self.chat_pane)
        self.folding = Folding(panes, self.menus.panes, self)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.folding.tabs)
        column.addWidget(self.splitter, 1)
        self.setCentralWidget(inside)
        self.setMinimumSize(420, 420)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.folding.fit(event.size().width())
        self.restoring.keep_soon()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.restoring.keep_soon()

    def _connect(self) -> None:
        self._connect_library()
        self.reading.password_needed.connect(self.passwords.ask)
        self.chat.cited.connect(self.show_citation)
        self.chat.crashed.connect(self.show_crash)
        self.chat.answered.connect(self._note_model)
        for stores in (self.stores, self.slow_stores):
            stores.failed.connect(self.reading.banner.show_error)
            stores.crashed.connect(self.show_crash)
            stores.cache_rebuilt.connect(self._tell_of_rebuilt_cache)
        self.model_desk.crashed.connect(self.show_crash)
        self.memory.changed.connect(self.status.show_memory)
        self.transfers.clicked.connect(lambda: self.menus.models.trigger())
        self.status.pause_wanted.connect(self.bridge.set_paused)
        self.status.pause_wanted.connect(lambda _: self._show_work())
        self.status.cancel_wanted.connect(self.intake.cancel_all)
        self.reader.page_changed.connect(self.restoring.keep_soon)
        self.splitter.splitterMoved.connect(self.restoring.keep_soon)
        self.chat.switched.connect(self.restoring.keep_soon)
        for pane in self.menus.panes:
            pane.toggled.connect(self.restoring.keep_soon)

    def _connect_library(self) -> None:
        self.library.opened.connect(self.open_row)
        self.library.scope_changed.connect(self.chat.set_scope)
        self.library.menus.remove_wanted.connect(self.remove)
        self.library.menus.retry_wanted.connect(self.retry)
        self.library.add_wanted.connect(lambda: self.menus.add_files.trigger())
        self.library.empty.demo_wanted.connect(self._open_demo)
        self.library.empty.demo.setVisible(self._has_demo())
        self.intake.listed.connect(self._listed)
        self.intake.finished.connect(self._finished)
        self.intake.progressed.connect(self._show_work)
        self.documents.arranged.connect(self.restoring.keep_soon)
        self.intake.password_needed.connect(self.passwords.needed)
        self.intake.failed.connect(self.failed_documents.tell)
        self.intake.model_failed.connect(self._show_model_failure)
        self.intake.crashed.connect(self.show_crash)
        self.desk.failed.connect(self.reading.banner.show_error)
        self.desk.crashed.connect(self.show_crash)

    # ---- starting

    def _start(self) -> None:
        self.status.show_model(model_name(self.session.model_folder), self.settings.ratio)
        self.status.show_offline(self.settings.offline)
        self.desk.start()

    def _listed(self) -> None:
        rows = self.documents.rows()
        self.restoring.bring_back_unread()
        if self.remembered.is_first_run and not rows and self._has_demo():
            self._open_demo()
        elif not self.reading.row:
            self.restoring.bring_back_session()
        self.remembered.set_started()
        self.restoring.keep_soon()
        self.chat.show_scope()
        self._suggest()
        self.chat_pane.composer.box.setFocus()

    def _has_demo(self) -> bool:
        return self._demo is not None and self._demo.is_file()

    def _open_demo(self) -> None:
        if self._demo is not None:
            self.add([self._demo])

    def _suggest(self) -> None:
        """Questions about the demo document, in its language, as long as it is the one open."""
        row = self.reading.row
        is_demo = row is not None and row.path == self._demo
        questions = [
            "Who designed the Heron?",
            "What level did the gauge at Tolley reach?",
            "Who was the millionth passenger?",
        ]
        self.chat_pane.conversation.suggest(questions if is_demo else [])

    # ---- documents

    def add(self, paths: Sequence[Path], collection: int | None = None) -> None:
        """Adds files and folders; the first file is opened at once, or when it is found."""
        folders = [path for path in paths if path.is_dir()]
        self.intake.add_folders(folders, collection)
        self._opens_next = bool(folders)
        rows = self.intake.add([path for path in paths if not path.is_dir()], collection)
        if rows:
            self.library.filter.clear()
            self.library.select([rows[0].key])
            self.open_row(rows[0])

    def receive(self, paths: Sequence[Path]) -> None:
        """Files that a second start of the program was given."""
        self.bring_to_front()
        self.add(paths)

    def open_row(self, row: Row) -> None:
        self.reading.open(row)
        if row.state is State.LOCKED:
            self.passwords.ask(row, False)
        elif row.state is State.FAILED and row.error is not None:
            self.failed_documents.show(row, row.error)
        self._suggest()
        self.restoring.keep_soon()

    def show_citation(self, citation: Citation) -> None:
        row = self.documents.row(self.intake.newest(citation.document))
        if row is None:
            self.reading.banner.show_message(
                self.tr("This document is no longer in the library."),
                self.tr("Add it again to open the page."),
            )
            return
        self.folding.show_reader()
        if row.key == citation.document:
            self.reading.show_citation(row, citation.page_index, citation.start, citation.end)
        else:
            self.reading.show_changed_citation(row, citation)

    def remove(self, rows: Sequence[Row]) -> None:
        if rows:
            if self.reading.row in rows:
                self.reading.close()
                self._suggest()
            self.failed_documents.forget(rows)
            self.intake.remove(rows)

    def retry(self, row: Row) -> None:
        if row.state is State.LOCKED:
            self.passwords.ask(row, False)
        else:
            self.intake.retry(row)

    def _finished(self, id: str) -> None:
        row = self.documents.row(id)
        if row is None:
            return
        shown = self.reading.row
        if self._opens_next if shown is None else shown.path == row.path:
            self._opens_next = False
            self.reading.open(row)
            if not self.library.selected():
                self.library.select([row.key])
            self._suggest()
        self.chat.set_scope(*self.library.scope())
        self.restoring.keep_soon()

    # ---- what the user is told

    def _show_work(self) -> None:
        row = self.intake.current
        if row is None:
            self.status.show_idle()
        else:
            waiting = self.intake.waiting
            self.status.show_work(row, waiting, waiting and self.documents.pages_waiting())

    def _use_password(self, row: Row, password: str) -> None:
        self.intake.retry(row, password)
        self.reading.unlock(row)

    def _show_model_failure(self, error: ComplmError) -> None:
        self.chat_pane.banner.show_error(error)

    def _tell_of_rebuilt_cache(self) -> None:
        self.reading.banner.show_message(
            self.tr("The cache was damaged and has been made anew."),
            self.tr("Documents and chats are not in it. The next answers take longer."),
        )

    def show_crash(self, report: str) -> None:
        CrashDialog(report, self).open()

    def _note_model(self, shown: Shown) -> None:
        self.status.show_model(shown.model, shown.ratio)
        self.restoring.keep_soon()

    # ---- settings

    def change_settings(self, **changes: object) -> None:
        """Stores new settings and follows them. Shows what kept them from being stored."""
        changed: Settings = replace(self.settings, **changes)  # type: ignore[arg-type]
        try:
            save_settings(self.session.paths.settings_file, changed)
        except ComplmError as error:
            self.reading.banner.show_error(error)
            return
        before, chosen = self.session, changed.model != self.settings.model
        self.settings = changed
        self.session = (
            with_settings(before, changed) if chosen else replace(before, settings=changed)
        )
        if reading_choice(before) != reading_choice(self.session):
            self.status.show_model(model_name(self.session.model_folder), changed.ratio)
            self.intake.start_over()
        theme().choose(changed.theme)
        self.status.show_offline(changed.offline)

    # ---- drag and drop

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _local_files(event):
            event.acceptProposedAction()
            self.library.show_drop(True)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.library.list.show_target(self._section_below(event))
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.library.show_drop(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Files that are dropped on a collection are put into it."""
        self.library.show_drop(False)
        paths = _local_files(event)
        if paths:
            event.acceptProposedAction()
            self.add(paths, self._section_below(event) or None)

    def _section_below(self, event: QDropEvent) -> int | None:
        return self.library.section_below(self, event.position().toPoint())

    # ---- closing

    def closeEvent(self, event: QCloseEvent) -> None:
        self.restoring.keep_now()
        self.intake.close()
        event.accept()

    def shut_down(self) -> None:
        """Ends all work and waits for it: not longer than a step of the current job takes."""
        self.desk.stop()
        downloads = self.model_desk.stop()
        self.bridge.stop()
        self.stores.stop()
        self.slow_stores.stop()
        downloads.join()

    def bring_to_front(self) -> None:
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        QApplication.alert(self)


def _local_files(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
