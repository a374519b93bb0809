"""The models on this computer: what each is, and putting one in and taking it out."""

from __future__ import annotations

import errno
import json
import math
import shutil
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from complm_app.engine.background import meanwhile
from complm_app.engine.folder import (
    COMPRESSOR_FOLDER,
    ModelFolder,
    check_safetensors,
    inspect,
    look_into,
    text_part,
)
from complm_app.engine.protocol import Event, ImportRequest, Installed, Job, Progress
from complm_app.errors import (
    ComplmError,
    ModelError,
    ModelIncompatibleError,
    ModelMissingError,
    StoreError,
    StoreFullError,
)

SOURCE_FILE = "complm_source.json"
LINKS_FILE = "linked.json"
PART = ".part"
BLOCK = 8 << 20
NF4_BYTES = 0.516
"""A weight in NF4 with double quantization: 4 bits, and its share of two levels of scales."""
_COPIED = (".safetensors", ".json", ".jinja", ".model", ".txt", ".md", ".tiktoken")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a downloaded model is from: file path -> checksum of what is complete."""

    repo: str
    commit: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model folder as lists show it. Where `problem` is set, the numbers are 0."""

    path: Path
    name: str
    size_bytes: int = 0
    parameters: int = 0
    stored: str = "none"
    """Quantization of the files: none, nf4 or int8."""
    memory: Mapping[str, int] | None = None
    """Bytes that the weights take: by none, int8 and nf4."""
    ratios: tuple[int, ...] = ()
    """Of its compressor; empty: it has none."""
    repo: str | None = None
    """What it is called on the hub that it was downloaded from."""
    problem: ComplmError | None = None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A download that was stopped."""

    repo: str
    folder: Path
    size_bytes: int


# ---- what is there


def folders(models: Path) -> list[Path]:
    """Installed models: those in the models folder, then those used in place."""
    inside = [config.parent for config in models.glob("*/config.json")]
    visible = [folder for folder in inside if not folder.name.startswith(".")]
    return [*sorted(visible, key=lambda folder: folder.name.lower()), *linked(models)]


def describe(folder: Path) -> ModelEntry:
    """What can be told without loading it: some thousandths of a second."""
    try:
        found = look_into(folder)
        ratios = _ratios(found)
    except ModelError as error:
        return ModelEntry(folder, folder.name, problem=error)
    source = read_source(folder)
    return ModelEntry(
        path=folder,
        name=found.settings.name,
        size_bytes=size_of(folder),
        parameters=found.parameters,
        stored=found.stored,
        memory=memory_needed(found),
        ratios=ratios,
        repo=source.repo if source else None,
    )


def memory_needed(found: ModelFolder) -> dict[str, int]:
    """Bytes of the weights by quantization; the embeddings are never quantized."""
    headers = [text_part(check_safetensors(file), found.config) for file in found.weights]
    tensors = [tensor for header in headers for tensor in header.items()]
    tied = found.config.get("tie_word_embeddings", "text_config" in found.config)
    linear = other = 0
    for name, tensor in tensors:
        count = math.prod(tensor["shape"])
        if found.stored == "none" and tied and name.endswith("lm_head.weight"):
            continue
        is_embedding = "embed" in name or name.endswith("lm_head.weight")
        if len(tensor["shape"]) == 2 and not is_embedding:
            linear += count
        else:
            other += count
    if found.stored != "none":
        return {
            "none": 2 * found.parameters,
            found.stored: sum(f.stat().st_size for f in found.weights),
        }
    return {
        "none": 2 * (linear + other),
        "int8": linear + 2 * other,
        "nf4": round(NF4_BYTES * linear) + 2 * other,
    }


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def unfinished(models: Path) -> list[Unfinished]:
    """Stopped downloads, by name."""
    found = []
    for folder in sorted(models.glob(f".*{PART}")):
        source = read_source(folder)
        if source is not None:
            found.append(Unfinished(source.repo, folder, size_of(folder)))
    return found


def staging_folder(models: Path, repo: str) -> Path:
    """Where a model is put together before it gets its name."""
    return models / f".{repo.replace('/', '--')}{PART}"


def _ratios(found: ModelFolder) -> tuple[int, ...]:
    if found.compressor is None:
        return ()
    file = found.compressor / "compressor.json"
    try:
        return tuple(int(ratio) for ratio in json.loads(file.read_text(encoding="utf-8"))["ratios"])
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise ModelIncompatibleError(
            "The compressor in {folder} cannot be read: {reason}.",
            "Remove the folder to use the model without a compressor, or train it again.",
            folder=found.compressor,
            reason=e,
        ) from e


# ---- putting in and taking out


def import_model(request: ImportRequest) -> Job:
    """Checks a model folder, then links or copies it. Ends with Installed. Raises ModelError,
    StoreError."""
    started = time.monotonic()
    folder = request.folder.expanduser().absolute()
    yield Progress("checking", 0, 1, "model")
    found = yield from _checked(folder)
    if request.copy:
        target = request.models / folder.name
        _refuse_to_overwrite(target)
        with disk_errors(request.models):
            yield from _copy(found, staging_folder(request.models, folder.name), target)
        folder = target
    elif folder.parent != request.models:
        with disk_errors(request.models):
            _write_links(request.models, [*linked(request.models), folder])
    yield Installed(folder, found.settings.name, size_of(folder), time.monotonic() - started)


def remove(folder: Path, models: Path) -> int:
    """Takes a model out; the bytes that this frees. A folder that is used in place stays where it
    is. Raises ModelMissingError, StoreError."""
    links = linked(models)
    with disk_errors(models):
        if folder in links:
            _write_links(models, [each for each in links if each != folder])
            return 0
        if folder.parent != models or not folder.is_dir():
            raise ModelMissingError(
                "{folder} is not one of the models that CompLM keeps.",
                "Only models that were added or downloaded can be removed.",
                folder=folder,
            )
        freed = size_of(folder)
        # Under another name first: what is half deleted must not be listed.
        doomed = folder.with_name(f".{folder.name}.removed")
        folder.rename(doomed)
        shutil.rmtree(doomed)
    return freed


def linked(models: Path) -> list[Path]:
    """Folders elsewhere that are used in place. Raises StoreError for a damaged list."""
    file = models / LINKS_FILE
    if not file.is_file():
        return []
    try:
        return list(dict.fromkeys(Path(path) for path in json.loads(file.read_text("utf-8"))))
    except (OSError, ValueError, TypeError) as e:
        raise StoreError(
            "The list of added models in {file} cannot be read: {reason}.",
            "Delete the file, then add the models again.",
            file=file,
            reason=e,
        ) from e


def read_source(folder: Path) -> Source | None:
    """None where the model was not downloaded, or nobody can tell any more."""
    try:
        values = json.loads((folder / SOURCE_FILE).read_text(encoding="utf-8"))
        return Source(str(values["repo"]), str(values["commit"]), dict(values["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_source(folder: Path, source: Source) -> None:
    values = {"repo": source.repo, "commit": source.commit, "files": dict(source.files)}
    _write(folder / SOURCE_FILE, values)


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Errors of the disk inside the block become StoreError and StoreFullError."""
    try:
        yield
    except OSError as e:
        if e.errno == errno.ENOSPC:
            raise StoreFullError(
                "The disk with {folder} is full.",
                "Free some space, then try again: what is there is kept.",
                folder=folder,
            ) from e
        raise StoreError(
            "{folder} cannot be written: {reason}.",
            "Check that you may write to this folder.",
            folder=folder,
            reason=e.strerror or e,
        ) from e


def _checked(folder: Path) -> Generator[Event, None, ModelFolder]:
    steps = meanwhile(lambda: inspect(folder))
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: ModelFolder = end.value
            return found
        yield Progress("checking", 0, 1, "model")


def _refuse_to_overwrite(target: Path) -> None:
    if target.exists():
        raise StoreError(
            "There is a model {model} already.",
            "Remove it first, or rename the folder.",
            model=target.name,
        )


def _copy(found: ModelFolder, staging: Path, target: Path) -> Generator[Event, None, None]:
    files = _files_to_copy(found)
    total, done = sum(file.stat().st_size for file in files), 0
    free = shutil.disk_usage(target.parent).free
    if total > free:
        raise StoreFullError(
            "The copy needs {needed:.1f} GB, and {free:.1f} GB are free.",
            "Use the model where it is, or free some space.",
            needed=total / 1e9,
            free=free / 1e9,
        )
    try:
        for file in files:
            copy = staging / file.relative_to(found.path)
            copy.parent.mkdir(parents=True, exist_ok=True)
            with file.open("rb") as source, copy.open("wb") as out:
                while block := source.read(BLOCK):
                    out.write(block)
                    done += len(block)
                    yield Progress("copying", done, total, "bytes")
        staging.replace(target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _files_to_copy(found: ModelFolder) -> list[Path]:
    """No code, no pickles, no weights that the model does not use."""
    top = [file for file in sorted(found.path.iterdir()) if file.is_file()]
    inner = sorted((found.path / COMPRESSOR_FOLDER).glob("*.*"))
    named = [file for file in (*top, *inner) if file.suffix in _COPIED or "LICENSE" in file.name]
    return [f for f in named if f.suffix != ".safetensors" or f in found.weights or f in inner]


def _write_links(models: Path, paths: Sequence[Path]) -> None:
    _write(models / LINKS_FILE, [str(path) for path in dict.fromkeys(paths)])


def _write(file: Path, value: Any) -> None:
    """All or nothing."""
    temporary = file.with_name(f"{file.name}.new")
    temporary.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
    temporary.replace(file)
