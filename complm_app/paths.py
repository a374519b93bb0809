"""Where the program keeps its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from complm_app.errors import StoreError

APP_NAME = "CompLM"


@dataclass(frozen=True, slots=True)
class Paths:
    """Four folders: the user's documents and chats, what can be made again, settings, models."""

    data: Path
    cache: Path
    config: Path
    models: Path

    @classmethod
    def default(cls) -> Self:
        """Where the system's conventions put them."""
        import platformdirs

        dirs = platformdirs.PlatformDirs(APP_NAME, appauthor=False)
        data = dirs.user_data_path
        return cls(data, dirs.user_cache_path, dirs.user_config_path, data / "models")

    @classmethod
    def under(cls, data_dir: Path) -> Self:
        """All of them in one folder."""
        root = data_dir.expanduser().absolute()
        return cls(root, root / "cache", root / "config", root / "models")

    @property
    def library_db(self) -> Path:
        return self.data / "library.db"

    @property
    def cache_db(self) -> Path:
        return self.cache / "cache.db"

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.toml"

    @property
    def token_file(self) -> Path:
        return self.config / "hub_token"

    def create(self) -> None:
        """Makes the folders that are not there. Raises StoreError."""
        for folder in (self.data, self.cache, self.config, self.models):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except (OSError, ValueError) as e:  # ValueError: a NUL in the name
                reason = getattr(e, "strerror", None) or str(e)
                raise StoreError(
                    "The folder {folder!r} cannot be made: {reason}.",
                    "Choose a folder that you may write to with --data-dir.",
                    folder=str(folder),
                    reason=reason,
                ) from e
