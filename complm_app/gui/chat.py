"""Asks questions for the chat pane and keeps chats in the library."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from complm_app.config import Settings
from complm_app.core.library import Chat, Turn
from complm_app.engine.protocol import (
    Answered,
    AnswerRequest,
    Cancelled,
    Coverage,
    Crashed,
    Event,
    Failed,
    Progress,
    Token,
)
from complm_app.errors import ComplmError, RequestError, StoreError
from complm_app.gui import words
from complm_app.gui.bridge import Bridge, Stores
from complm_app.gui.chat_pane import ChatPane
from complm_app.gui.library_model import LibraryModel, Row, State
from complm_app.gui.pace import SLICE_SECONDS
from complm_app.gui.preview import Previews
from complm_app.gui.shown import Shown, as_markdown, shown_from, shown_of
from complm_app.gui.turn_view import TurnView

LONGEST_TITLE = 60
LAST_TURNS = 20
"""So many of a long chat are shown at first: each is a dozen widgets. Others when looked for."""


class ChatDesk(QObject):
    """One chat at a time: its questions, its turns, and what the pane shows of them."""

    cited = Signal(object)
    """A Citation was clicked."""
    crashed = Signal(str)
    switched = Signal()
    """Another chat is open, or a new one."""
    answered = Signal(object)
    """The Shown of an answer that has just been given."""

    def __init__(
        self,
        pane: ChatPane,
        bridge: Bridge,
        stores: Stores,
        model: LibraryModel,
        settings: Callable[[], Settings],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.pane, self._bridge, self._stores = pane, bridge, stores
        self._model, self._settings = model, settings
        self.chat: Chat | None = None
        self._scope: list[Row] = []
        self._names: list[str] = []
        self._unshown: deque[Shown] = deque()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._show_more)
        self._earlier: list[Shown] = []
        self._more_soon = QTimer(self, singleShot=True, interval=0)
        self._more_soon.timeout.connect(self._show_earlier)
        self._asked: TurnView | None = None
        self._job: int | None = None
        self._previews = Previews(pane.composer, bridge, self._previewed, self)
        bridge.happened.connect(self._on_event)
        pane.composer.asked.connect(self.ask)
        pane.composer.stopped.connect(self.stop)
        pane.conversation.suggested.connect(self.ask)
        pane.conversation.earlier_wanted.connect(self._more_soon.start)
        pane.history_wanted.connect(self.search)
        pane.history.searched.connect(self.search)
        pane.history.chosen.connect(self.open)

    # ---- asking

    def set_scope(self, rows: Sequence[Row], names: Sequence[str]) -> None:
        """The documents that questions are about; neither: the whole library.

        `names` say what is selected: titles, and names of collections, which may be empty.
        """
        self._scope, self._names = list(rows), list(names)
        self.show_scope()

    def show_scope(self) -> None:
        whole = not (self._names or self._scope)
        stored = [row for row in self._model.rows() if row.document is not None] if whole else []
        self.pane.composer.set_scope(self._names, len(stored))
        self._previews.refresh()

    def _ids(self) -> tuple[str, ...]:
        return tuple(row.document.id for row in self._scope if row.document is not None)

    def _asked_about(self) -> tuple[str, ...]:
        """The scope; while a removal can be undone, "all" must not mean what is out of sight."""
        if self._scope or not self._model.has_hidden():
            return self._ids()
        return tuple(row.document.id for row in self._model.rows() if row.document is not None)

    def is_answering(self) -> bool:
        return self._asked is not None

    def ask(self, question: str) -> None:
        if not self.is_answering():
            while self._unshown:
                self._show_next()
            self.pane.show_chat()
            self._ask(self._add_turn(question))

    def ask_again(self, view: TurnView) -> None:
        """Replaces an answer, in its place, once there is another one."""
        if not self.is_answering():
            self.pane.show_chat()
            view.start_over()
            self._ask(view)

    def _ask(self, view: TurnView) -> None:
        view.show_status(self.tr("Looking through the documents"))
        self._asked = view
        self.pane.composer.set_answering(True)
        problem = self._problem()
        if problem is not None:
            self._fail(problem)
        elif self.chat is None:
            title = _title_of(view.question)
            self._stores.run(
                lambda library, cache: library.create_chat(title), self._started, self._fail
            )
        else:
            self._submit(self.chat)

    def _problem(self) -> RequestError | None:
        """Why the question cannot be asked of what is selected."""
        if self._names and not self._scope:
            return RequestError(
                self.tr("This collection is empty."),
                self.tr("Drag documents into it, or choose others."),
            )
        if self._asked_about() or not (self._scope or self._model.has_hidden()):
            return None
        if not self._scope:
            return RequestError(
                self.tr("The library is empty."), self.tr("Add a document, then ask.")
            )
        if any(row.state in (State.FAILED, State.LOCKED) for row in self._scope):
            return RequestError(
                self.tr("This document could not be read."),
                self.tr("Its row in the library says why. Or choose another document."),
            )
        return RequestError(
            self.tr("This document is still being read."), self.tr("Ask again in a moment.")
        )

    def _started(self, chat: Chat) -> None:
        self.chat = chat
        self.pane.title.setText(chat.title)
        if self._asked is not None:
            self._submit(chat)

    def _submit(self, chat: Chat) -> None:
        assert self._asked is not None
        request, earlier = self._request(self._asked.question, chat.id), self._asked.shown
        if earlier is not None:
            request = replace(request, replaces=earlier.turn)
        self._job = self._bridge.ask(request)

    def _request(self, question: str, chat: int | None = None) -> AnswerRequest:
        settings = self._settings()
        return AnswerRequest(
            question,
            self._asked_about(),
            settings.ratio,
            answer_tokens=settings.answer_tokens,
            verbatim_tokens=settings.verbatim_tokens,
            chat=chat,
            waiting=sum(map(_is_coming, self._scope or self._model.rows())),
        )

    def _previewed(self, question: str) -> AnswerRequest | None:
        """What to preview; None while there is nothing that could be asked."""
        stored = any(row.document is not None for row in self._scope or self._model.rows())
        if self.is_answering() or not stored or self._problem() is not None:
            return None
        return self._request(question)

    def stop(self) -> None:
        """Ends the answer that is being written; what was written stays in sight."""
        if self._job is not None:
            self._bridge.cancel(self._job)
        elif self._asked is not None:
            self._asked.stopped()
            self._ended()

    def _on_event(self, job: int, event: Event) -> None:
        if job != self._job or self._asked is None:
            return
        view = self._asked
        match event:
            case Progress():
                view.show_status(_status(event))
            case Coverage():
                view.show_status(words.coverage(event))
            case Token(text):
                view.append(text)
            case Answered():
                self._finish(view, event)
            case Failed(error):
                self._fail(error)
            case Crashed(report):
                self._fail(ComplmError(self.tr("The answer failed because of a bug in CompLM.")))
                self.crashed.emit(report)
            case Cancelled():
                view.stopped()
                self._ended()

    def _finish(self, view: TurnView, answered: Answered) -> None:
        titles = {row.key: row.title for row in self._model.rows()}
        cited = {c.document: titles.get(c.document, "") for c in answered.citations}
        shown = shown_of(view.question, answered, cited)
        view.finish(shown)
        self._ended()
        self.answered.emit(shown)

    def _fail(self, error: ComplmError) -> None:
        if self._asked is not None:
            self._asked.fail(error)
        self._ended()

    def _ended(self) -> None:
        self._asked, self._job = None, None
        self.pane.composer.set_answering(False)
        self.show_scope()

    def _add_turn(self, question: str) -> TurnView:
        """Comes after all that there are."""
        view = self._view_of(question)
        self.pane.conversation.add(view)
        return view

    def _view_of(self, question: str) -> TurnView:
        view = TurnView(question)
        view.cited.connect(self.cited)
        view.again_wanted.connect(partial(self.ask_again, view))
        return view

    # ---- chats

    def new(self) -> None:
        """An empty chat; it is kept once something was asked in it."""
        self.stop()
        self.chat = None
        self._show(self.tr("New chat"), [])

    def open(self, chat: Chat) -> None:
        self.stop()

        def then(turns: Sequence[Turn]) -> None:
            self.chat = chat
            self._show(chat.title, [shown_from(turn) for turn in turns])

        self._stores.run(lambda library, cache: library.turns(chat.id), then)

    def open_by_id(self, id: int) -> None:
        """The chat of the last session, if it is still there."""

        def then(chats: Sequence[Chat]) -> None:
            for chat in chats:
                if chat.id == id and self.chat is None and not self.pane.conversation.turns:
                    self.open(chat)

        self._stores.run(lambda library, cache: library.chats(), then)

    def _show(self, title: str, turns: Sequence[Shown]) -> None:
        self._asked, self._job = None, None
        self.pane.composer.set_answering(False)
        self.pane.title.setText(title)
        self.pane.conversation.clear()
        self._earlier, self._unshown = list(turns[:-LAST_TURNS]), deque(turns[-LAST_TURNS:])
        self._show_more()
        self.pane.composer.set_questions([shown.question for shown in turns])
        self.pane.show_chat()
        self.switched.emit()

    def _show_more(self) -> None:
        """Turns of a long chat, a few at a time: the window must not stand still for them."""
        end = time.monotonic() + SLICE_SECONDS
        while self._unshown and time.monotonic() < end:
            self._show_next()
        if self._unshown:
            self._soon.start()

    def _show_next(self) -> None:
        shown = self._unshown.popleft()
        self._add_turn(shown.question).finish(shown)

    def _show_earlier(self) -> None:
        """One of them; the place that it takes asks for the next one, if that is in reach too."""
        if self._earlier:
            shown = self._earlier.pop()
            view = self._view_of(shown.question)
            view.finish(shown)
            self.pane.conversation.add_earlier(view)

    def search(self, text: str = "") -> None:
        query = text or self.pane.history.field.text()
        self._stores.run(lambda library, cache: library.chats(query), self.pane.history.show_chats)

    def rename(self, chat: Chat, title: str) -> None:
        def then(_: None) -> None:
            if self.chat is not None and self.chat.id == chat.id:
                self.chat = Chat(chat.id, title, chat.created_at)
                self.pane.title.setText(title)
            self.search()

        self._stores.run(lambda library, cache: library.rename_chat(chat.id, title), then)

    def delete(self, chat: Chat) -> None:
        if self.chat is not None and self.chat.id == chat.id:
            self.new()
        self._stores.run(
            lambda library, cache: library.delete_chat(chat.id), lambda _: self.search()
        )

    def export(self, path: Path) -> None:
        """Writes the chat as Markdown, with its sources."""
        title = self.pane.title.whole_text()
        views = self.pane.conversation.turns
        turns = [*self._earlier, *(view.shown for view in views if view.shown is not None)]
        turns += self._unshown
        try:
            path.write_text(as_markdown(title, turns), encoding="utf-8")
        except OSError as error:
            failure = StoreError(
                words.fill(self.tr("%1 could not be written: %2."), path.name, error.strerror),
                self.tr("Choose another folder."),
            )
            self.pane.banner.show_error(failure)


def _is_coming(row: Row) -> bool:
    """Whether its file is on its way into the library."""
    return row.document is None and row.state in (State.WAITING, State.WORKING)


def _title_of(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"


def _status(progress: Progress) -> str:
    match progress.stage:
        case "loading":
            return words.tr("Loading the model, once after the start")
        case "compressing":
            share = words.percent(progress.done, progress.total)
            return words.fill(words.tr("Reading what is new to it: %1"), share)
        case _:
            return words.tr("Looking through the documents")
