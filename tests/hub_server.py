"""A hub on this computer: as much of its protocol as a download needs, and its bad days."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LARGE = (".safetensors", "tokenizer.json")


@dataclass
class Hub:
    """`repos`: name -> path -> bytes. The other fields are what goes wrong, and what was asked."""

    repos: dict[str, dict[str, bytes]]
    url: str = ""
    gated: set[str] = field(default_factory=set)
    token: str = "hf_right"
    cut_after: dict[str, int] = field(default_factory=dict)
    """Path -> bytes of an answer after which the connection breaks, once."""
    corrupt: set[str] = field(default_factory=set)
    """Paths whose first byte is sent wrong."""
    ignores_ranges: bool = False
    status: dict[str, list[int]] = field(default_factory=dict)
    """Path -> error codes for the next requests of it."""
    hold: threading.Event = field(default_factory=threading.Event)
    """Cleared: the weights stop after the first half, and the connection stays open."""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """(path, Range header) of every file that was asked for."""
    tokens: set[str | None] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.hold.set()

    def asked_for(self, path: str) -> list[str | None]:
        return [span for name, span in self.asked if name == path]


def checksums(path: str, content: bytes) -> dict[str, object]:
    """What the hub's list of files says about one of them."""
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    about: dict[str, object] = {"rfilename": path, "size": len(content), "blobId": blob}
    if path.endswith(LARGE):
        sha256 = hashlib.sha256(content).hexdigest()
        about["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 134}
    return about


@contextmanager
def serve(repos: dict[str, dict[str, bytes]]) -> Iterator[Hub]:
    hub = Hub(repos)

    class Handler(_Handler):
        served = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        hub.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    served: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        hub = self.served
        path = urlsplit(self.path).path
        given = self.headers.get("Authorization")
        hub.tokens.add(given)
        if path.startswith("/api/models/"):
            self._list(path.removeprefix("/api/models/").partition("/revision/")[0])
        elif f"/resolve/{COMMIT}/" in path:
            repo, _, name = path[1:].partition(f"/resolve/{COMMIT}/")
            self._send_file(repo, name)
        else:
            self._refuse(404, "EntryNotFound")

    def _list(self, repo: str) -> None:
        hub = self.served
        if repo not in hub.repos:
            return self._refuse(401, "RepoNotFound")
        if codes := hub.status.get("list"):
            return self._refuse(codes.pop(0), "")
        files = [checksums(path, content) for path, content in hub.repos[repo].items()]
        body = json.dumps({"id": repo, "modelId": repo, "sha": COMMIT, "siblings": files}).encode()
        self._answer(200, body, {"Content-Type": "application/json"})
        return None

    def _send_file(self, repo: str, name: str) -> None:
        hub = self.served
        span = self.headers.get("Range")
        hub.asked.append((name, span))
        if repo in hub.gated and self.headers.get("Authorization") != f"Bearer {hub.token}":
            return self._refuse(401, "GatedRepo")
        if codes := hub.status.get(name):
            return self._refuse(codes.pop(0), "")
        content = hub.repos[repo][name]
        about = checksums(name, content)
        lfs = about.get("lfs")
        etag = lfs["sha256"] if isinstance(lfs, dict) else about["blobId"]
        if name in hub.corrupt:
            content = bytes([content[0] ^ 1]) + content[1:]
        headers = {"ETag": f'"{etag}"', "X-Repo-Commit": COMMIT}
        if lfs:
            headers |= {"X-Linked-Etag": f'"{etag}"', "X-Linked-Size": str(len(content))}
        if span is None or hub.ignores_ranges:
            return self._answer(200, content, headers, name)
        start = int(span.removeprefix("bytes=").rstrip("-"))
        headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        return self._answer(206, content[start:], headers, name)

    def _answer(self, code: int, body: bytes, headers: dict[str, str], name: str = "") -> None:
        self.send_response(code)
        for key, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(key, value)
        self.end_headers()
        cut = self.served.cut_after.pop(name, None)
        if cut is not None:
            self.wfile.write(body[:cut])
            self.close_connection = True
            return
        half = len(body) // 2
        self.wfile.write(body[:half])
        if name == "model.safetensors":
            self.wfile.flush()
            self.served.hold.wait()
        self.wfile.write(body[half:])

    def _refuse(self, code: int, reason: str) -> None:
        self._answer(code, b"", {"X-Error-Code": reason} if reason else {})
