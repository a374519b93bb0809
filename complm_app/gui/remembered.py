"""What the window remembers between two starts, in an ini file of the settings' folder."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from complm_app.paths import Paths


class Remembered:
    """Geometry, open document, page, chat. Values of the wrong kind count as missing."""

    def __init__(self, paths: Paths) -> None:
        self._store = QSettings(str(paths.config / "window.ini"), QSettings.Format.IniFormat)

    @property
    def is_first_run(self) -> bool:
        return not self._store.contains("window/started")

    def set_started(self) -> None:
        self._store.setValue("window/started", True)

    def bytes(self, name: str) -> QByteArray:
        value = self._store.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def number(self, name: str, otherwise: float) -> float:
        try:
            return float(str(self._store.value(name, otherwise)))
        except ValueError:
            return otherwise

    def text(self, name: str) -> str:
        return str(self._store.value(name, ""))

    def files(self, name: str) -> list[tuple[Path, int | None]]:
        """Paths, each with the collection that it is to come into."""
        try:
            return [(Path(path), target) for path, target in json.loads(self.text(name))]
        except (ValueError, TypeError):
            return []

    def flag(self, name: str, otherwise: bool) -> bool:
        return str(self._store.value(name, otherwise)).lower() == "true"

    def keep(self, name: str, value: object) -> None:
        self._store.setValue(name, value)

    def place(self, document: str) -> tuple[int, float] | None:
        """Page and zoom at which a document was left."""
        page = self.number(f"places/{document}/page", -1)
        zoom = self.number(f"places/{document}/zoom", 0)
        return (int(page), zoom) if page >= 0 else None

    def keep_place(self, document: str, page: int, zoom: float) -> None:
        self.keep(f"places/{document}/page", page)
        self.keep(f"places/{document}/zoom", zoom)

    def move_place(self, earlier: str, newer: str) -> None:
        """A document is known by another id from now on."""
        place = self.place(earlier)
        if place is not None:
            self.keep_place(newer, *place)
            self._store.remove(f"places/{earlier}")

    def numbers(self, name: str) -> list[int]:
        try:
            stored = json.loads(self.text(name))
        except ValueError:
            return []
        return [each for each in stored if isinstance(each, int)]

    def write(self) -> None:
        self._store.sync()
