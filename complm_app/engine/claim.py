"""One process at a time works on a document: the window and a command must not do it twice."""

from __future__ import annotations

import time
from collections.abc import Generator
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from complm_app.engine.protocol import Event, Progress

LOOK_SECONDS = 0.1


class Claim:
    """Held inside the `with` block, once `waiting` has come to its end.

    It saves work and nothing depends on it: the databases have transactions. So it counts as
    held where there can be no lock, and the file can go while another process waits for it.
    """

    def __init__(self, folder: Path, document: str) -> None:
        self._document = document
        self._path = folder / f"{document}.lock"
        # A singleton: two jobs of this process must not wait for each other, they take turns.
        self._lock = FileLock(self._path, is_singleton=True)

    def waiting(self) -> Generator[Event, None, None]:
        while not self._acquired():
            yield Progress("waiting", 0, 1, "document", document=self._document)
            time.sleep(LOOK_SECONDS)

    def _acquired(self) -> bool:
        try:
            self._path.parent.mkdir(exist_ok=True)
            self._lock.acquire(blocking=False)
        except Timeout:
            return False
        except OSError:  # a folder that may only be read; what the job writes will say so
            return True
        return True

    def __enter__(self) -> Claim:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._lock.is_locked and self._lock.lock_counter == 1:
            _delete(self._path)
        self._lock.release()


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:  # Windows keeps a file that is open; the next holder tries again
        return
