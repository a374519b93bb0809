"""What the window remembers between two starts, in an ini file of the settings' folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from PySide6.QtCore import QByteArray, QSettings

from complm_app.paths import Paths


class Remembered:
    """Geometry, open document, page, chat. Values of the wrong kind count as missing.

    What is kept is known at once, and written by `write`.
    """

    def __init__(self, paths: Paths) -> None:
        self._file = str(paths.config / "window.ini")
        store = QSettings(self._file, QSettings.Format.IniFormat)
        self._values: dict[str, object] = {name: store.value(name) for name in store.allKeys()}
        self._unwritten: dict[str, object] = {}
        self._changing, self._writing = Lock(), Lock()

    @property
    def is_first_run(self) -> bool:
        return "window/started" not in self._values

    def set_started(self) -> None:
        self.keep("window/started", True)

    def bytes(self, name: str) -> QByteArray:
        value = self._values.get(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def number(self, name: str, otherwise: float) -> float:
        try:
            return float(str(self._values.get(name, otherwise)))
        except ValueError:
            return otherwise

    def text(self, name: str) -> str:
        return str(self._values.get(name, ""))

    def files(self, name: str) -> list[tuple[Path, int | None]]:
        """Paths, each with the collection that it is to come into."""
        try:
            return [(Path(path), target) for path, target in json.loads(self.text(name))]
        except (ValueError, TypeError):
            return []

    def flag(self, name: str, otherwise: bool) -> bool:
        return str(self._values.get(name, otherwise)).lower() == "true"

    def numbers(self, name: str) -> list[int]:
        try:
            stored = json.loads(self.text(name))
        except ValueError:
            return []
        return [each for each in stored if isinstance(each, int)]

    def keep(self, name: str, value: object) -> None:
        if name not in self._values or self._values[name] != value:
            self._values[name] = value
            self._note(name, value)

    def _note(self, name: str, value: object) -> None:
        with self._changing:  # never held for long
            self._unwritten[name] = value

    # ---- places in documents

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
            for name in ("page", "zoom"):
                self._values.pop(f"places/{earlier}/{name}", None)
                self._note(f"places/{earlier}/{name}", None)

    # ---- writing

    def write(self) -> None:
        """Waits for the disk; may be called in any thread."""
        with self._writing:
            with self._changing:
                values, self._unwritten = self._unwritten, {}
            _write(self._file, values)


def _write(file: str, values: Mapping[str, object]) -> None:
    """A value of None is taken out."""
    store = QSettings(file, QSettings.Format.IniFormat)
    for name, value in values.items():
        if value is None:
            store.remove(name)
        else:
            store.setValue(name, value)
    store.sync()
