"""The menu bar. What can be done is said here; the window and its parts do it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox

from complm_app.core.library import Chat
from complm_app.gui.dialogs import LineDialog, about_this_program, confirm, question_box
from complm_app.gui.reader.actions import ReaderActions

if TYPE_CHECKING:
    from complm_app.gui.main_window import MainWindow
    from complm_app.gui.turn_view import TurnView

_KEY = QKeySequence.StandardKey


class Menus(QObject):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.panes: list[QAction] = []
        commands = window.reader.findChild(ReaderActions)
        assert isinstance(commands, ReaderActions)
        self._commands = commands
        self._make_file_menu()
        self._make_edit_menu()
        self._make_view_menu()
        self._make_go_menu()
        self._make_chat_menu()
        self._make_help_menu()
        history = window.chat_pane.history
        history.rename_wanted.connect(self._rename)
        history.delete_wanted.connect(self._delete)

    def _menu(self, title: str) -> QMenu:
        menu = self._window.menuBar().addMenu(title)
        assert isinstance(menu, QMenu)
        return menu

    def _action(
        self,
        menu: QMenu,
        text: str,
        act: Callable[[], object],
        keys: str | QKeySequence.StandardKey | None = None,
    ) -> QAction:
        action = menu.addAction(text)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked=False: act())
        return action

    def _only_while(self, possible: Callable[[], object], *actions: QAction) -> None:
        """Greys them out in their menu while they would do nothing. Their keys may do nothing."""
        for action in actions:
            for menu in {each for each in action.associatedObjects() if isinstance(each, QMenu)}:
                menu.aboutToShow.connect(lambda action=action: action.setEnabled(bool(possible())))
                menu.aboutToHide.connect(lambda action=action: action.setEnabled(True))

    # ---- file

    def _make_file_menu(self) -> None:
        menu, window = self._menu(self.tr("&File")), self._window
        self.add_files = self._action(
            menu, self.tr("Add documents..."), self._choose_files, _KEY.Open
        )
        self._action(menu, self.tr("Add a folder..."), self._choose_folder, "Ctrl+Shift+O")
        self._action(menu, self.tr("Watch a folder..."), self._choose_watched)
        menu.addSeparator()
        new = window.desk.collections.ask_name
        self._action(menu, self.tr("New collection..."), lambda: new(()), "Ctrl+Shift+N")
        reveal = self._action(menu, self.tr("Show in file manager"), self._reveal, "Ctrl+Shift+R")
        menu.addActions(window.library.menus.shortcuts())
        menu.addSeparator()
        pause = self._action(
            menu, self.tr("Pause reading and compressing"), self._pause, "Ctrl+Shift+P"
        )
        pause.setCheckable(True)
        window.status.pause_wanted.connect(pause.setChecked)
        cancel = self._action(menu, self.tr("Stop this work"), window.status.cancel_wanted.emit)
        menu.addSeparator()
        export = self._action(menu, self.tr("Export chat..."), self._export, "Ctrl+Shift+E")
        menu.addSeparator()
        self.settings = self._action(menu, self.tr("Settings..."), self._open_settings, "Ctrl+,")
        self.settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.models = self._action(menu, self.tr("Models..."), self._open_models, "Ctrl+Shift+M")
        self.cache = self._action(menu, self.tr("Cache..."), self._open_cache)
        menu.addSeparator()
        leave = self._action(menu, self.tr("Quit"), window.close, _KEY.Quit)
        leave.setMenuRole(QAction.MenuRole.QuitRole)
        self._only_while(window.library.current, reveal)
        self._only_while(window.library.menus.can_remove, window.library.menus.remove)
        self._only_while(window.library.menus.can_rename, window.library.menus.rename)
        self._only_while(lambda: window.intake.current, cancel)
        self._only_while(self._turns, export)

    def _turns(self) -> list[TurnView]:
        return self._window.chat_pane.conversation.turns

    def _pause(self) -> None:
        self._window.status.set_paused(not self._window.bridge.paused)

    def _choose_files(self) -> None:
        patterns = self.tr("Documents (*.pdf *.txt *.md *.markdown);;All files (*)")
        names, _ = QFileDialog.getOpenFileNames(
            self._window, self.tr("Add documents"), "", patterns
        )
        self._window.add([Path(name) for name in names])

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self._window, self.tr("Add a folder"))
        if name:
            self._window.add([Path(name)])

    def _choose_watched(self) -> None:
        name = QFileDialog.getExistingDirectory(self._window, self.tr("Watch a folder"))
        if name:
            self._window.desk.collections.watch(Path(name))

    def _reveal(self) -> None:
        row = self._window.library.current()
        if row is not None:
            self._window.desk.reveal(row.path)

    # ---- edit, view, go

    def _make_edit_menu(self) -> None:
        menu = self._menu(self.tr("&Edit"))
        menu.addActions([self._commands.copy, self._commands.select_page])
        copy = self._action(menu, self.tr("Copy last answer"), self._copy_answer, "Ctrl+Shift+C")
        self._only_while(self._turns, copy)
        menu.addSeparator()
        self._action(menu, self.tr("Filter documents"), self._filter, "Ctrl+K")
        self._action(menu, self.tr("Write a question"), self._write, "Ctrl+L")

    def _filter(self) -> None:
        self.panes[0].setChecked(True)
        self._window.library.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _write(self) -> None:
        self._window.folding.show_chat()
        self._window.chat_pane.composer.box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _make_view_menu(self) -> None:
        menu, window = self._menu(self.tr("&View")), self._window
        for nth, (label, pane) in enumerate(
            (
                (self.tr("Library"), window.library),
                (self.tr("Document"), window.reader_side),
                (self.tr("Chat"), window.chat_pane),
            ),
            1,
        ):
            action = menu.addAction(label)
            action.setCheckable(True)
            action.setChecked(True)
            action.setShortcut(QKeySequence(f"Ctrl+Alt+{nth}"))
            action.toggled.connect(pane.setVisible)
            self.panes.append(action)
        menu.addSeparator()
        menu.addActions(self._reader_actions(zooming=True))
        menu.addSeparator()
        window.library.menus.add_sorting(menu.addMenu(self.tr("Sort documents")))
        self._add_themes(menu.addMenu(self.tr("Theme")))

    def _add_themes(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for choice, label in (
            ("system", self.tr("As the system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ):
            action = menu.addAction(label)
            action.setCheckable(True)
            action.setChecked(self._window.settings.theme == choice)
            action.triggered.connect(
                lambda _=False, choice=choice: self._window.change_settings(theme=choice)
            )
            group.addAction(action)

    def _make_go_menu(self) -> None:
        self._menu(self.tr("&Go")).addActions(self._reader_actions(zooming=False))

    def _reader_actions(self, *, zooming: bool) -> list[QAction]:
        """The reader's actions for the View menu, or those for the Go menu."""
        do = self._commands
        zooms = [do.zoom_in, do.zoom_out, do.fit_width, do.fit_page, do.actual_size]
        if zooming:
            return zooms
        return [action for action in do.all() if action not in (*zooms, do.copy, do.select_page)]

    # ---- chat

    def _make_chat_menu(self) -> None:
        menu, chat = self._menu(self.tr("&Chat")), self._window.chat
        self._action(menu, self.tr("New chat"), chat.new, _KEY.New)
        self._action(menu, self.tr("History"), self._show_history, "Ctrl+H")
        menu.addSeparator()
        clear = self._window.library.list.clearSelection
        self._action(menu, self.tr("Ask the whole library"), clear, "Ctrl+Shift+A")
        stop = self._action(menu, self.tr("Stop answering"), chat.stop, "Ctrl+.")
        again = self._action(menu, self.tr("Ask again"), self._ask_again, "Ctrl+R")
        self._only_while(chat.is_answering, stop)
        self._only_while(lambda: self._turns() and not chat.is_answering(), again)
        menu.addSeparator()
        more = QMenu(self._window)
        for target in (menu, more):
            rename = self._action(target, self.tr("Rename chat..."), self._rename_current)
            delete = self._action(target, self.tr("Delete chat"), self._delete_current)
            self._only_while(lambda: chat.chat, rename, delete)
            if target is more:
                export = self._action(target, self.tr("Export chat..."), self._export)
                self._only_while(self._turns, export)
                self._action(target, self.tr("New chat"), chat.new)
        self._window.chat_pane.set_menu(more)

    def _show_history(self) -> None:
        self._window.folding.show_chat()
        self._window.chat_pane.show_history()

    def _ask_again(self) -> None:
        if turns := self._turns():
            self._window.chat.ask_again(turns[-1])

    def _copy_answer(self) -> None:
        if turns := self._turns():
            turns[-1].copy()

    def _rename_current(self) -> None:
        if self._window.chat.chat is not None:
            self._rename(self._window.chat.chat)

    def _rename(self, chat: Chat) -> None:
        LineDialog(
            self.tr("Rename chat"),
            self.tr("Name of the chat"),
            lambda title: self._window.chat.rename(chat, title),
            self._window,
            text=chat.title,
        ).open()

    def _delete_current(self) -> None:
        if self._window.chat.chat is not None:
            self._delete(self._window.chat.chat)

    def _delete(self, chat: Chat) -> None:
        question = self.tr("Delete this chat? Its questions and answers cannot be brought back.")
        box = question_box(self._window, self.tr("Delete chat"), question, chat.title)
        confirm(box, self.tr("Delete"), lambda: self._window.chat.delete(chat))

    def _export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Export chat"), "chat.md", self.tr("Markdown (*.md)")
        )
        if name:
            self._window.chat.export(Path(name))

    # ---- dialogs

    def _open_settings(self) -> None:
        from complm_app.gui.settings_dialog import SettingsDialog

        SettingsDialog(self._window).open()

    def _open_models(self) -> None:
        from complm_app.gui.models_dialog import ModelsDialog

        ModelsDialog(self._window).open()

    def _open_cache(self) -> None:
        from complm_app.gui.cache_dialog import CacheDialog

        CacheDialog(self._window).open()

    def _make_help_menu(self) -> None:
        menu = self._menu(self.tr("&Help"))
        about = self._action(menu, self.tr("About CompLM"), self._about)
        about.setMenuRole(QAction.MenuRole.AboutRole)

    def _about(self) -> None:
        text = self.tr("Ask questions about large documents. Everything stays on this computer.")
        box = QMessageBox(QMessageBox.Icon.NoIcon, "CompLM", text, parent=self._window)
        box.setInformativeText(about_this_program())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
