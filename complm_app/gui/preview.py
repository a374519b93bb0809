"""What the question that is being written would cost, under it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from complm_app.engine.protocol import (
    AnswerRequest,
    Event,
    Failed,
    Preview,
    PreviewRequest,
)
from complm_app.gui import failures, words
from complm_app.gui.bridge import Bridge
from complm_app.gui.composer import Composer

PAUSE_MS = 400
"""After the last key: each preview chooses anew what to read."""


class Previews(QObject):
    """`request_of` makes the request of a question, or None where none can be asked."""

    def __init__(
        self,
        composer: Composer,
        bridge: Bridge,
        request_of: Callable[[str], AnswerRequest | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._composer, self._bridge, self._request_of = composer, bridge, request_of
        self._job: int | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        composer.box.textChanged.connect(self.refresh)
        bridge.happened.connect(self._on_event)

    def refresh(self) -> None:
        """The question or what it is about has changed."""
        if self._job is not None:
            self._bridge.cancel(self._job)
            self._job = None
        if self._composer.box.toPlainText().strip():
            self._pause.start()
        else:
            self._pause.stop()
            self._composer.show_cost("")

    def _ask(self) -> None:
        request = self._request_of(self._composer.box.toPlainText().strip())
        if request is not None:
            self._job = self._bridge.preview(PreviewRequest(request))

    def _on_event(self, job: int, event: Event) -> None:
        if job != self._job:
            return
        match event:
            case Preview():
                self._composer.show_cost(words.preview(event), words.preview_details(event))
            case Failed(error):
                self._composer.show_cost(failures.message(error), failures.hint(error))
