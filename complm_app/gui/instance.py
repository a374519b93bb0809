"""One window for each data folder: a second start hands its files to the first one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

WAIT_MS = 1000
_HUNG_UP = QLocalSocket.LocalSocketState.UnconnectedState


class Instance(QObject):
    files_received = Signal(list)
    """Paths that another start was given; none: it only wants the window in front."""

    def __init__(self, data: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        digest = hashlib.sha256(str(data.absolute()).encode(errors="surrogateescape"))
        self._name = f"complm-{digest.hexdigest()[:16]}"
        self._sockets: list[QLocalSocket] = []
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._receive)

    def begin(self, files: Sequence[Path]) -> bool:
        """True: this is the only one. False: another one has taken the files."""
        if self._hand_over(files):
            return False
        QLocalServer.removeServer(self._name)  # left by a process that was killed
        self._server.listen(self._name)
        return True

    def end(self) -> None:
        self._server.close()

    def _hand_over(self, files: Sequence[Path]) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(WAIT_MS):
            return False
        paths = [str(path.absolute()) for path in files]
        socket.write(json.dumps(paths).encode("ascii"))
        socket.flush()
        socket.waitForBytesWritten(WAIT_MS)
        socket.disconnectFromServer()
        return True

    def _receive(self) -> None:
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            socket.disconnected.connect(self._read)
            self._sockets.append(socket)
        self._read()

    def _read(self) -> None:
        """Takes what the other side has sent once it has hung up."""
        done = [s for s in self._sockets if s.state() is _HUNG_UP]
        self._sockets = [s for s in self._sockets if s not in done]
        for socket in done:
            data = bytes(socket.readAll().data())
            socket.deleteLater()
            self._hand_on(data)

    def _hand_on(self, data: bytes) -> None:
        """What is not a list of paths can only come from a program that is not CompLM."""
        try:
            paths = json.loads(data or b"[]")
        except ValueError:
            return
        if isinstance(paths, list):
            self.files_received.emit([Path(path) for path in paths if isinstance(path, str)])
