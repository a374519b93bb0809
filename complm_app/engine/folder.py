"""What a model folder holds, checked before anything heavy is loaded from it."""

from __future__ import annotations

import hashlib
import json
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from complm_app.errors import ModelIncompatibleError, ModelMissingError

COMPRESSOR_FOLDER = "compressor"
SETTINGS_FILE = "complm.json"
TOKENIZER_FILE = "tokenizer.json"
ADAPTER_FILE = "adapter_model.safetensors"

Stored: TypeAlias = Literal["none", "nf4", "int8"]

_AGAIN = "Get the model again, or choose another one."
_WRITERS = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")
_HASHED_IN_FULL = 200_000_000
_SAMPLE = 1 << 20


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """What `complm.json` holds; all of it may be missing."""

    name: str
    usual_ratio: int | None = None
    answers: Literal["free", "quotes"] = "free"
    window: int | None = None
    """Positions that the model reads well; None: as many as its config says."""
    passages: int | None = None
    """Passages that it reads well at once; None: as many as fit the window."""
    abstain_above: float = 0.5
    """How likely it must think that the documents do not say before it says so."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    path: Path
    config: Mapping[str, Any]
    settings: ModelSettings
    weights: tuple[Path, ...]
    parameters: int
    stored: Stored
    compressor: Path | None
    """Its folder; None: the model has none."""


def inspect(path: Path) -> ModelFolder:
    """Raises ModelMissingError or ModelIncompatibleError for a folder that cannot be loaded."""
    found = look_into(path)
    check_language_model(path)
    return found


def look_into(path: Path) -> ModelFolder:
    """As `inspect`, but quick: it does not ask the transformers library, which imports PyTorch,
    whether it knows this kind of model."""
    if not path.is_dir():
        raise ModelMissingError(
            "There is no model folder {path}.", "Choose a folder with a model.", path=path
        )
    config = _json(path / "config.json")
    weights, stored = _weight_files(path), _stored(path, config)
    headers = [text_part(check_safetensors(file), config) for file in weights]
    if not (path / TOKENIZER_FILE).is_file():
        raise ModelIncompatibleError(
            "The model in {path} has no {missing}.", _AGAIN, path=path, missing=TOKENIZER_FILE
        )
    return ModelFolder(
        path,
        config,
        _settings(path),
        weights,
        sum(_numbers(header, stored) for header in headers),
        stored,
        path / COMPRESSOR_FOLDER if (path / COMPRESSOR_FOLDER).is_dir() else None,
    )


def check_language_model(path: Path) -> None:
    """Raises ModelIncompatibleError for a kind of model that does not write text, or that would
    need code of its own."""
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    config = _json(path / "config.json")
    kind, classes = config.get("model_type"), config.get("architectures") or []
    if kind not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        raise ModelIncompatibleError(
            "The model in {path} is of the kind {kind!r}, which CompLM cannot read.",
            "Choose a language model such as Qwen3, Llama, Gemma 3 or Mistral.",
            path=path,
            kind=str(kind),
        )
    if classes and not any(str(name).endswith(_WRITERS) for name in classes):
        raise ModelIncompatibleError(
            "The model in {path} is a {kind}: it does not write text.",
            "Choose a language model such as Qwen3, Llama, Gemma 3 or Mistral.",
            path=path,
            kind=classes[0],
        )


def check_safetensors(file: Path) -> Mapping[str, Any]:
    """The file's header. Raises ModelIncompatibleError for a damaged or half-copied file."""
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            (header_size,) = struct.unpack("<Q", stream.read(8))
            if header_size > size:
                raise ValueError("it ends inside its header")
            header: dict[str, Any] = json.loads(stream.read(header_size))
        header.pop("__metadata__", None)
        end = max((tensor["data_offsets"][1] for tensor in header.values()), default=0)
        if size != 8 + header_size + end:
            raise ValueError(f"it should have {8 + header_size + end:,} bytes and has {size:,}")
    except (OSError, struct.error, ValueError, KeyError, TypeError, AttributeError) as e:
        raise ModelIncompatibleError(
            "The file {file} is damaged: {reason}.", _AGAIN, file=file, reason=e
        ) from e
    return header


def text_part(header: Mapping[str, Any], config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without the weights that see pictures, which are not loaded."""
    if "text_config" not in config:
        return header
    return {n: t for n, t in header.items() if "language_model." in n or n.startswith("lm_head.")}


def digest(files: Sequence[Path]) -> str:
    """A hash that changes with the files. Up to 200 MB are hashed in full; of larger files the
    names, the sizes, and the first and last MB, where the header and real weights stand: to hash
    all of a 10 GB model would take longer than to load it."""
    total = hashlib.sha256()
    in_full = sum(file.stat().st_size for file in files) <= _HASHED_IN_FULL
    for file in files:
        total.update(f"{file.name}\0{file.stat().st_size}\0".encode())
        with file.open("rb") as stream:
            if in_full:
                total.update(hashlib.file_digest(stream, "sha256").digest())
            else:
                total.update(stream.read(_SAMPLE))
                stream.seek(max(0, file.stat().st_size - _SAMPLE))
                total.update(stream.read(_SAMPLE))
    return total.hexdigest()


def _json(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as e:
        raise ModelMissingError(
            "There is no model in {folder}: {file} is missing.",
            "Choose a folder with a model.",
            folder=file.parent,
            file=file.name,
        ) from e
    except (OSError, ValueError) as e:
        raise ModelIncompatibleError(
            "The file {file} cannot be read: {reason}.", _AGAIN, file=file, reason=e
        ) from e
    if not isinstance(value, dict):
        raise ModelIncompatibleError("The file {file} holds no settings.", _AGAIN, file=file)
    return value


def _weight_files(path: Path) -> tuple[Path, ...]:
    index = path / "model.safetensors.index.json"
    if index.is_file():
        places = _json(index).get("weight_map", {})
        files = tuple(sorted({path / Path(name).name for name in places.values()}))
    else:
        files = (path / "model.safetensors",)
    missing = [file.name for file in files if not file.is_file()]
    if missing or not files:
        raise ModelMissingError(
            "The model in {path} has no weights: {missing} is missing.",
            "Get the model again in the safetensors format; other formats can run foreign code.",
            path=path,
            missing=", ".join(missing),
        )
    return files


def _numbers(header: Mapping[str, Any], stored: Stored) -> int:
    """Parameters in a file: NF4 puts two of them into a byte."""
    in_byte = {"U8": 2} if stored == "nf4" else {}
    return sum(math.prod(t["shape"]) * in_byte.get(t["dtype"], 1) for t in header.values())


def _settings(path: Path) -> ModelSettings:
    file = path / SETTINGS_FILE
    values = _json(file) if file.is_file() else {}
    name = values.get("name", path.resolve().name)
    numbers = [values.get(key) for key in ("usual_ratio", "window", "passages")]
    answers = values.get("answers", "free")
    abstain = values.get("abstain_above", 0.5)
    numbers_fine = all(n is None or (isinstance(n, int) and n > 0) for n in numbers)
    numbers_fine = numbers_fine and isinstance(abstain, float) and 0 <= abstain <= 1
    if not (isinstance(name, str) and numbers_fine and answers in ("free", "quotes")):
        raise ModelIncompatibleError(
            "A value in {file} makes no sense.", "Repair or delete it.", file=file
        )
    ratio, window, passages = numbers
    return ModelSettings(name, ratio, answers, window, passages, abstain)


def _stored(path: Path, config: Mapping[str, Any]) -> Stored:
    quantization = config.get("quantization_config")
    if not quantization:
        return "none"
    method = quantization.get("quant_method")
    if method != "bitsandbytes":
        raise ModelIncompatibleError(
            "The model in {path} is stored in {method}, which CompLM does not read.",
            "Choose the version that is not quantized: CompLM quantizes it when it is loaded.",
            path=path,
            method=method,
        )
    return "nf4" if quantization.get("load_in_4bit") else "int8"
