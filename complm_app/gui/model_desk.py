"""The models on this computer and what is on its way to it, as the window sees them."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QObject, Signal

from complm_app.config import Settings
from complm_app.engine import installed
from complm_app.engine.hub import repo_name
from complm_app.engine.installed import ModelEntry, Unfinished
from complm_app.engine.local import Engine, OpenWorkspace
from complm_app.engine.protocol import (
    Cancelled,
    Crashed,
    Event,
    Failed,
    ImportRequest,
    Installed,
    Progress,
    Request,
)
from complm_app.errors import ComplmError
from complm_app.gui.bridge import StartEngine, Stores
from complm_app.session import BUNDLED_MODEL, Session, download_request


@dataclass(slots=True)
class Transfer:
    """A download or a copy that is at work, or waits for the one before it."""

    job: int
    progress: Progress | None = None
    discard: bool = False
    """It was cancelled: what has arrived is deleted."""


class ModelDesk(QObject):
    """Lives in the window's thread. Downloads run in an engine of their own, which starts with
    the first of them, so that neither questions nor the window wait for the network."""

    changed = Signal()
    """`entries`, `unfinished` or `transfers` have."""
    progressed = Signal(str)
    """The name of a transfer: a model's name on the hub, or a folder."""
    arrived = Signal(object)
    """The folder of a model that has been installed."""
    failed = Signal(object)
    crashed = Signal(str)
    _happened = Signal(int, object)

    def __init__(
        self,
        session: Session,
        settings: Callable[[], Settings],
        stores: Stores,
        start_engine: StartEngine,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        self._stores, self._start_engine = stores, start_engine
        self._engine: Engine | None = None
        self.entries: list[ModelEntry] = []
        self.unfinished: list[Unfinished] = []
        self.transfers: dict[str, Transfer] = {}
        self.problem: ComplmError | None = None
        """What went wrong last, until it has been seen."""
        self.news: Path | None = None
        """The model that has arrived last, until it has been seen."""
        self._happened.connect(self._on_event)

    @property
    def used(self) -> Path:
        return self._settings().model or BUNDLED_MODEL

    def refresh(self) -> None:
        """Looks at the folders in the background; `changed` follows."""
        models, used = self._session.paths.models, self.used
        self._stores.run(lambda library, cache: _look(models, used), self._seen, self.failed.emit)

    def _seen(self, found: tuple[list[ModelEntry], list[Unfinished]]) -> None:
        self.entries, self.unfinished = found
        self.changed.emit()

    def see(self) -> None:
        """The user has seen what there was to see."""
        self.problem = self.news = None
        self.changed.emit()

    # ---- what the user does

    def download(self, repo: str) -> None:
        """Begins, or goes on with, a download. Emits `failed` where it cannot."""
        try:
            request = download_request(self._session, self._settings(), repo)
            repo = repo_name(request)
        except ComplmError as error:
            self.failed.emit(error)
            return
        self._submit(repo, request)

    def import_folder(self, folder: Path, copy: bool) -> None:
        self._submit(str(folder), ImportRequest(folder, self._session.paths.models, copy))

    def pause(self, name: str) -> None:
        """What has arrived is kept."""
        transfer = self.transfers.get(name)
        if transfer is not None and self._engine is not None:
            self._engine.cancel(transfer.job)

    def cancel(self, name: str) -> None:
        """What has arrived is deleted."""
        transfer = self.transfers.get(name)
        if transfer is None:
            self._discard(name)
        else:
            transfer.discard = True
            self.pause(name)

    def remove(self, entry: ModelEntry) -> None:
        models = self._session.paths.models
        self._stores.run(
            lambda library, cache: installed.remove(entry.path, models),
            lambda freed: self.refresh(),
            self.failed.emit,
        )

    def stop(self) -> threading.Thread:
        """Ends all transfers, which keeps what has arrived; the thread that waits for them."""
        engine, self._engine = self._engine, None
        ending = threading.Thread(target=engine.stop if engine is not None else None)
        ending.start()
        return ending

    # ---- what the engine says

    def _submit(self, name: str, request: Request) -> None:
        if name in self.transfers:
            return
        if self._engine is None:
            self._engine = self._start_engine(
                self._happened.emit, cast("OpenWorkspace", without_workspace)
            )
        self.transfers[name] = Transfer(self._engine.submit(request))
        self.changed.emit()

    def _on_event(self, job: int, event: Event) -> None:
        name = next((n for n, each in self.transfers.items() if each.job == job), None)
        if name is None:
            return
        if isinstance(event, Progress):
            self.transfers[name].progress = event
            self.progressed.emit(name)
            return
        transfer = self.transfers.pop(name)
        match event:
            case Installed(folder):
                self.news = folder
                self.arrived.emit(folder)
            case Failed(error):
                self.problem = error
                self.failed.emit(error)
            case Crashed(report):
                self.crashed.emit(report)
            case Cancelled() if transfer.discard:
                self._discard(name)
        if not self.transfers:
            self.stop()  # its process has loaded PyTorch to check the model
        self.refresh()

    def _discard(self, repo: str) -> None:
        folder = installed.staging_folder(self._session.paths.models, repo)
        self._stores.run(
            lambda library, cache: shutil.rmtree(folder, ignore_errors=True),
            lambda _: self.refresh(),
        )


def without_workspace() -> AbstractContextManager[Any]:
    """Downloads and imports need neither databases nor a loaded model."""
    return nullcontext()


def _look(models: Path, used: Path) -> tuple[list[ModelEntry], list[Unfinished]]:
    paths = [BUNDLED_MODEL, *installed.folders(models), used]
    entries = [installed.describe(path) for path in dict.fromkeys(paths) if path.is_dir()]
    return entries, installed.unfinished(models)
