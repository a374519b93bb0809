"""The user's settings: a small TOML file."""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from complm_app.errors import Phrase, SettingsError

DEVICES = ("auto", "cpu", "cuda", "mps")
QUANTIZATIONS = ("auto", "none", "fp8", "nf4", "int8")
RATIOS = (1, 2, 4, 8)
THEMES = ("system", "light", "dark")
LANGUAGES = ("system", "en", "de", "zh_Hans")
GIB = 1024**3
HUB = "https://huggingface.co"


@dataclass(frozen=True, slots=True)
class Settings:
    model: Path | None = None
    """A model's folder; None: the bundled model."""
    device: str = "auto"
    quantization: str = "auto"
    ratio: int | None = None
    """Source tokens per concept embedding; None: the model's usual one."""
    answer_tokens: int = 64
    verbatim_tokens: int = 256
    cache_budget_bytes: int = 10 * GIB
    embeddings_in_8_bits: bool = False
    """Compressed documents take half the room on disk, and answers may differ a little."""
    prefixes_in_8_bits: bool = False
    """What the model has read takes half the room on disk, and answers may differ a little."""
    offline: bool = True
    mirror: str | None = None
    """Where models are downloaded from in place of HUB."""
    theme: str = "system"
    language: str = "system"


def load_settings(path: Path) -> Settings:
    """No file: the defaults. Raises SettingsError, which names the key and what is allowed."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as e:
        raise SettingsError(
            "The settings in {path} cannot be read: {reason}.",
            "Correct the file, or delete it.",
            path=path,
            reason=e,
        ) from e
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise SettingsError(
            "The settings in {path} are not TOML: {reason}.",
            "Correct the file, or delete it.",
            path=path,
            reason=e,
        ) from e
    return Settings(**{key: _checked(key, value, path) for key, value in values.items()})


def save_settings(path: Path, settings: Settings) -> None:
    """Writes all of the file or nothing. Raises SettingsError."""
    lines = []
    for each in fields(settings):
        value = getattr(settings, each.name)
        if value is not None:  # TOML has no null: no line means the default
            plain = str(value) if isinstance(value, Path) else value
            _checked(each.name, plain, path)
            lines.append(f"{each.name} = {_toml(plain)}\n")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, "".join(lines))
    except (OSError, UnicodeEncodeError) as e:
        raise SettingsError(
            "The settings cannot be written to {path}: {reason}.",
            "Check the disk's space and that you may write to this folder.",
            path=path,
            reason=e,
        ) from e


@dataclass(frozen=True, slots=True)
class _Rule:
    allowed: Phrase
    holds: Callable[[Any], bool]
    make: Callable[[Any], Any] = lambda value: value


def _one_of(choices: tuple[object, ...]) -> _Rule:
    # The type too: True equals 1.
    return _Rule(
        Phrase("one of {choices}", choices=", ".join(map(str, choices))),
        lambda value: any(type(value) is type(c) and value == c for c in choices),
    )


def _whole_number(low: int, high: int) -> _Rule:
    return _Rule(
        Phrase("a whole number from {low} to {high}", low=low, high=high),
        lambda value: type(value) is int and low <= value <= high,
    )


def _text(allowed: Phrase, make: Callable[[Any], Any] = lambda value: value) -> _Rule:
    return _Rule(allowed, lambda value: isinstance(value, str) and value.strip() != "", make)


# Without encryption only on this computer: the access token goes along.
_ADDRESS = re.compile(r"(https://[\w.-]+|http://(localhost|127\.0\.0\.1))(:\d+)?(/[\w./-]*)?")

_RULES = {
    "model": _text(Phrase("the path of a model's folder"), lambda value: Path(value).expanduser()),
    "device": _one_of(DEVICES),
    "quantization": _one_of(QUANTIZATIONS),
    "ratio": _one_of(RATIOS),
    "answer_tokens": _whole_number(1, 4096),
    "verbatim_tokens": _whole_number(0, 65536),
    "cache_budget_bytes": _whole_number(0, 2**50),
    "embeddings_in_8_bits": _Rule(Phrase("true or false"), lambda value: isinstance(value, bool)),
    "prefixes_in_8_bits": _Rule(Phrase("true or false"), lambda value: isinstance(value, bool)),
    "offline": _Rule(Phrase("true or false"), lambda value: isinstance(value, bool)),
    "mirror": _Rule(
        Phrase("an address such as https://hub.example.org"),
        lambda value: isinstance(value, str) and _ADDRESS.fullmatch(value) is not None,
        lambda value: value.rstrip("/"),
    ),
    "theme": _one_of(THEMES),
    "language": _one_of(LANGUAGES),
}


def problem_with(name: str, value: object) -> Phrase | None:
    """What is allowed for a setting, where `value` is not."""
    rule = _RULES[name]
    return None if rule.holds(value) else rule.allowed


def _checked(key: str, value: object, path: Path) -> Any:
    rule = _RULES.get(key)
    if rule is None:
        raise SettingsError(
            "{path} has a setting {key!r} that does not exist.",
            "Remove it. There are: {known}.",
            path=path,
            key=key,
            known=", ".join(_RULES),
        )
    if not rule.holds(value):
        raise SettingsError(
            "The setting {key} in {path} is {value}.",
            "Allowed is {allowed}.",
            key=key,
            path=path,
            value=repr(value),
            allowed=rule.allowed,
        )
    return rule.make(value)


def _toml(value: bool | int | str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f'"{_escaped(value)}"'


def _escaped(text: str) -> str:
    return "".join(
        "\\" + c if c in '"\\' else f"\\u{ord(c):04x}" if c < " " or c == "\x7f" else c
        for c in text
    )


def _replace(path: Path, text: str) -> None:
    """Through a file beside it, so that a crash leaves the old or the new one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
