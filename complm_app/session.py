"""Folders and settings, and from them what jobs need. Imports neither torch nor Qt by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from complm_app.config import HUB, Settings, load_settings
from complm_app.hub_token import load_token
from complm_app.paths import Paths

if TYPE_CHECKING:
    from complm_app.engine.jobs import Workspace
    from complm_app.engine.protocol import DownloadRequest, Model

ASSETS = Path(__file__).resolve().parent.parent / "assets"
BUNDLED_MODEL = ASSETS / "default_model"
DEMO_DOCUMENT = ASSETS / "demo.pdf"


@dataclass(frozen=True, slots=True)
class Session:
    paths: Paths
    settings: Settings
    model_folder: Path


def open_session(data_dir: Path | None = None, model: Path | None = None) -> Session:
    """Makes the folders where they are missing. Raises SettingsError and StoreError."""
    paths = Paths.under(data_dir) if data_dir else Paths.default()
    paths.create()
    settings = load_settings(paths.settings_file)
    return Session(paths, settings, model or settings.model or BUNDLED_MODEL)


def download_request(session: Session, settings: Settings, repo: str) -> DownloadRequest:
    """With the user's mirror, token and switch. Raises SettingsError."""
    from complm_app.engine.protocol import DownloadRequest

    return DownloadRequest(
        repo,
        session.paths.models,
        endpoint=settings.mirror or HUB,
        token=load_token(session.paths.token_file),
        offline=settings.offline,
    )


def with_settings(session: Session, settings: Settings) -> Session:
    """The session with new settings, and the model that they name."""
    return Session(session.paths, settings, settings.model or BUNDLED_MODEL)


@contextmanager
def open_workspace(session: Session, follow_settings: bool = False) -> Iterator[Workspace]:
    """For the thread that enters it; the model is loaded when first needed. Raises StoreError.

    `follow_settings`: before each job the settings are read, and a model that they name now is
    loaded in place of the one before.
    """
    from complm_app.core.cache import Cache
    from complm_app.core.library import Library
    from complm_app.engine.workspace import PrefixSettings, Workspace

    settings = session.settings
    with (
        Library.open(session.paths.library_db) as library,
        Cache.open(session.paths.cache_db) as cache,
    ):

        def current() -> Session:
            if not follow_settings:
                return session
            return with_settings(session, load_settings(session.paths.settings_file))

        def prefixes() -> PrefixSettings:
            now = current().settings
            return PrefixSettings(now.cache_budget_bytes, now.prefixes_in_8_bits)

        yield Workspace(
            library, cache, lambda: load(current()), prefixes, lambda: _model_of(current())
        )
        cache.evict(settings.cache_budget_bytes)


def model_name(folder: Path) -> str:
    """As its complm.json calls it; whether the folder is sound is seen when it is loaded."""
    try:
        name = json.loads((folder / "complm.json").read_text(encoding="utf-8"))["name"]
    except (OSError, ValueError, KeyError, TypeError):
        return folder.name
    return str(name)


def reading_choice(session: Session) -> tuple[object, ...]:
    """What documents have to be compressed anew for when it changes."""
    return *_model_of(session), session.settings.ratio


def _model_of(session: Session) -> tuple[object, ...]:
    """What must stay the same for a loaded model to be used again."""
    settings = session.settings
    return (
        session.model_folder,
        settings.device,
        settings.quantization,
        settings.embeddings_in_8_bits,
        settings.prefixes_in_8_bits,
    )


def load(session: Session) -> Model:
    """The session's model. Takes seconds; raises ModelError."""
    from complm_app.engine.loading import leave_a_core_free, load_model

    settings = session.settings
    leave_a_core_free()
    return load_model(
        session.model_folder,
        settings.device,
        settings.quantization,
        settings.embeddings_in_8_bits,
    )
