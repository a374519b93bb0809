"""A model of a hub into the models folder: resumable, checked, safetensors only."""

from __future__ import annotations

import re
import shutil
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from complm_app.engine.background import meanwhile
from complm_app.engine.folder import check_language_model, inspect
from complm_app.engine.hub_errors import plain_errors
from complm_app.engine.installed import (
    SOURCE_FILE,
    Source,
    disk_errors,
    read_source,
    size_of,
    staging_folder,
    write_source,
)
from complm_app.engine.protocol import DownloadRequest, Event, Installed, Job, Progress
from complm_app.engine.transfer import RemoteFile, Response, TransientError, fetch, part_of
from complm_app.errors import (
    DownloadError,
    ModelIncompatibleError,
    OfflineError,
    StoreFullError,
)

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo

T = TypeVar("T")

TIMEOUT_SECONDS = 15
RATE_SECONDS = 10
"""The rate that is shown is the mean of so many seconds."""
KEPT_FREE = 500_000_000
_REPO = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
_WEIGHTS = re.compile(r"model(-\d+-of-\d+)?\.safetensors")
_WANTED = re.compile(
    r"[\w-]+\.json|model\.safetensors\.index\.json|tokenizer\.model|[\w-]+\.(jinja|tiktoken)"
    r"|(vocab|merges)\.txt|(LICENSE|NOTICE|USE_POLICY|README)(\.\w+)?"
    r"|compressor/\w+\.(json|safetensors)"
)
_INDEX = "model.safetensors.index.json"
_PICKLES = (".bin", ".pt", ".pth", ".pkl", ".gguf", ".ckpt")


@dataclass(frozen=True, slots=True)
class Listing:
    """What a hub says about a model at one commit."""

    repo: str
    commit: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


def download_model(request: DownloadRequest) -> Job:
    """Fetches a model, ends with Installed. Closing it keeps what is there for the next time.

    Raises DownloadError and its kin, StoreError, ModelError. Nothing is put into the models folder
    under its name before all of it is there and sound.
    """
    started = time.monotonic()
    repo = repo_name(request)
    target = request.models / repo.rpartition("/")[2]
    _refuse_what_cannot_be(request, repo, target)
    staging = staging_folder(request.models, repo)
    yield Progress("connecting", 0, 1, "model")
    listing = yield from _waiting(lambda: _listing(request, repo))
    with disk_errors(request.models), _only_one(staging):
        yield from _fetch_all(request, listing, staging)
        yield from _waiting(lambda: inspect(staging))
        staging.replace(target)
    yield Installed(target, target.name, size_of(target), time.monotonic() - started)


def repo_name(request: DownloadRequest) -> str:
    """`Qwen/Qwen3-0.6B`, also from the address of its page. Raises DownloadError."""
    text = request.repo.strip().rstrip("/")
    for start in (request.endpoint.rstrip("/"), "https://huggingface.co"):
        text = text.removeprefix(f"{start}/")
    if not _REPO.fullmatch(text):
        raise DownloadError(
            "{repo!r} is not the name of a model on the hub.",
            "A name looks like this: Qwen/Qwen3-0.6B.",
            repo=request.repo,
        )
    return text


def _refuse_what_cannot_be(request: DownloadRequest, repo: str, target: Path) -> None:
    if request.offline:
        raise OfflineError(
            "{repo} was not downloaded, because CompLM is set to stay offline.",
            "Switch off “Never use the network” in the settings (offline = false), then try again.",
            repo=repo,
        )
    if target.exists():
        raise DownloadError(
            "There is a model {model} already.", "Use it, or remove it first.", model=target.name
        )


# ---- what the hub has


def _listing(request: DownloadRequest, repo: str) -> Listing:
    from huggingface_hub import HfApi

    api = HfApi(endpoint=request.endpoint, token=request.token or False)
    try:
        with plain_errors(repo, request):
            info = api.model_info(repo, files_metadata=True, timeout=TIMEOUT_SECONDS)
    except TransientError as e:
        raise e.plain from e
    files = {each.rfilename: each for each in info.siblings or ()}
    names = wanted(list(files))
    _check_kinds(repo, list(files), names)
    return Listing(repo, str(info.sha), tuple(_remote(repo, info, files[name]) for name in names))


def wanted(names: Sequence[str]) -> list[str]:
    """Weights in safetensors, settings, tokenizer, licence; no code, no pickles, no second copies
    of the weights in other layouts. The settings come first: they are looked at before the rest."""
    has_index = _INDEX in names
    weights = [
        n for n in names if _WEIGHTS.fullmatch(n) and (n != "model.safetensors") == has_index
    ]
    small = [name for name in names if _WANTED.fullmatch(name) and name != SOURCE_FILE]
    return sorted(small, key=lambda name: name != "config.json") + sorted(weights)


def _check_kinds(repo: str, names: Sequence[str], chosen: Sequence[str]) -> None:
    if any(_WEIGHTS.fullmatch(name) for name in chosen):
        if "config.json" in chosen and "tokenizer.json" in chosen:
            return
        raise ModelIncompatibleError(
            "{repo} lacks config.json or tokenizer.json.",
            "Choose a language model in the layout of the transformers library.",
            repo=repo,
        )
    if any(name.endswith(_PICKLES) for name in names):
        raise ModelIncompatibleError(
            "{repo} has no weights in the safetensors format, only in others.",
            "Other formats can run foreign code or need another program. Look for a version of "
            "this model that has safetensors files.",
            repo=repo,
        )
    raise ModelIncompatibleError(
        "{repo} has no weights of a language model.",
        "Choose a language model such as Qwen3.",
        repo=repo,
    )


def _remote(repo: str, info: ModelInfo, file: Any) -> RemoteFile:
    checksum = file.lfs.sha256 if file.lfs is not None else file.blob_id
    if file.size is None or not checksum or not info.sha:
        raise DownloadError(
            "The hub does not say how large {file} of {repo} is, or its checksum.",
            "Without them CompLM cannot tell a damaged file. Set another mirror in the settings.",
            file=file.rfilename,
            repo=repo,
        )
    return RemoteFile(file.rfilename, file.size, checksum)


# ---- fetching


def _fetch_all(
    request: DownloadRequest, listing: Listing, staging: Path
) -> Generator[Event, None, None]:
    kept = _kept(staging, listing)
    missing = [file for file in listing.files if file.path not in kept]
    there = listing.size - sum(file.size for file in missing)
    _check_space(
        request.models, sum(file.size - _begun(staging, file) for file in missing), listing
    )
    pace = Pace(listing.size)
    for file in missing:
        for done in fetch(staging, file, _opener(request, listing, file)):
            yield pace.progress("downloading", there + done)
        there += file.size
        kept[file.path] = file.checksum
        write_source(staging, Source(listing.repo, listing.commit, kept))
        yield pace.progress("downloading", there)
        if file.path == "config.json":
            yield from _waiting(lambda: check_language_model(staging))
    write_source(staging, Source(listing.repo, listing.commit, kept))


def _kept(staging: Path, listing: Listing) -> dict[str, str]:
    """Files that an earlier download has finished and checked. Others are deleted."""
    staging.mkdir(parents=True, exist_ok=True)
    source = read_source(staging)
    checked = source.files if source else {}
    current = {file.path: file.checksum for file in listing.files}
    kept = {
        path: checksum
        for path, checksum in checked.items()
        if current.get(path) == checksum and (staging / path).is_file()
    }
    useful = {staging / path for path in (*kept, SOURCE_FILE)}
    useful |= {part_of(staging, file) for file in listing.files}
    for path in staging.rglob("*"):
        if path.is_file() and path not in useful:
            path.unlink()
    return kept


def _begun(staging: Path, file: RemoteFile) -> int:
    part = part_of(staging, file)
    return part.stat().st_size if part.is_file() else 0


def _check_space(models: Path, needed: int, listing: Listing) -> None:
    free = shutil.disk_usage(models).free
    if needed + KEPT_FREE > free:
        raise StoreFullError(
            "{repo} needs {needed:.1f} GB more on the disk, and {free:.1f} GB "
            "are free where the models are kept ({models}).",
            "Free some space, or choose a smaller model.",
            repo=listing.repo,
            needed=needed / 1e9,
            free=free / 1e9,
            models=models,
        )


def _opener(request: DownloadRequest, listing: Listing, file: RemoteFile) -> Callable[[int], Any]:
    @contextmanager
    def open_at(start: int) -> Iterator[Response]:
        from huggingface_hub import get_session, hf_hub_url
        from huggingface_hub.utils import (  # type: ignore[attr-defined]
            build_hf_headers,
            hf_raise_for_status,
        )

        url = hf_hub_url(
            listing.repo, file.path, revision=listing.commit, endpoint=request.endpoint
        )
        headers = build_hf_headers(token=request.token or False)
        headers["Accept-Encoding"] = "identity"
        if start:
            headers["Range"] = f"bytes={start}-"
        with (
            plain_errors(listing.repo, request),
            get_session().stream("GET", url, headers=headers, timeout=TIMEOUT_SECONDS) as response,
        ):
            hf_raise_for_status(response)
            yield response

    return open_at


class Pace:
    """Progress with the rate of the last seconds."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._seen: deque[tuple[float, int]] = deque()

    def progress(self, stage: str, done: int) -> Progress:
        now = time.monotonic()
        self._seen.append((now, done))
        while now - self._seen[0][0] > RATE_SECONDS:
            self._seen.popleft()
        then, before = self._seen[0]
        rate = (done - before) / (now - then) if now - then > 0.5 else None
        left = (self._total - done) / rate if rate else None
        return Progress(stage, done, self._total, "bytes", rate, left)


# ---- helpers


def _waiting(call: Callable[[], T]) -> Generator[Event, None, T]:
    steps = meanwhile(call)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
        yield Progress("connecting", 0, 1, "model")


@contextmanager
def _only_one(staging: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(staging.with_suffix(".lock"), timeout=0)
    try:
        with lock:
            yield
    except Timeout as e:
        raise DownloadError(
            "This model is being downloaded already.", "Wait for it, or stop the other download."
        ) from e
