"""What can go wrong in front of a user. Everything else is a bug."""

from __future__ import annotations

from typing import ClassVar, TypeAlias

Value: TypeAlias = "str | int | float | Phrase"


class Phrase:
    """Words with places for values, as in `Phrase("it has {size:,} bytes", size=12)`.

    The two are kept apart, so that a window can say it in another language. Without values,
    braces in the words are just braces.
    """

    __slots__ = ("pattern", "values")

    def __init__(self, pattern: str, /, **values: object) -> None:
        self.pattern = pattern
        self.values: dict[str, Value] = {
            name: value if isinstance(value, str | int | float | Phrase) else str(value)
            for name, value in values.items()
        }

    def __str__(self) -> str:
        return self.pattern.format(**self.values) if self.values else self.pattern


class ComplmError(Exception):
    """An expected failure: `message` says what happened, `hint` what to do next.

    Both are patterns of a Phrase, which `values` fill.
    """

    kind: ClassVar[str] = "error"

    def __init__(self, message: str, hint: str = "", /, **values: object) -> None:
        self.what, self.advice = Phrase(message, **values), Phrase(hint, **values)
        self.message, self.hint = str(self.what), str(self.advice)
        super().__init__(self.message)

    def as_dict(self) -> dict[str, str]:
        """The shape that `--json` prints."""
        return {"kind": self.kind, "message": self.message, "hint": self.hint}


class SettingsError(ComplmError):
    kind = "settings"


class RequestError(ComplmError):
    """A question that cannot be asked: empty, or of an empty library."""

    kind = "request"


class DocumentError(ComplmError):
    kind = "document"


class UnreadableError(DocumentError):
    kind = "unreadable"


class EncryptedError(DocumentError):
    kind = "encrypted"


class NoTextError(DocumentError):
    kind = "no_text"


class TooLargeError(DocumentError):
    kind = "too_large"


class ParseTimeoutError(DocumentError):
    kind = "timeout"


class ModelError(ComplmError):
    kind = "model"


class ModelMissingError(ModelError):
    kind = "model_missing"


class ModelIncompatibleError(ModelError):
    kind = "model_incompatible"


class OutOfMemoryError(ModelError):
    kind = "out_of_memory"


class DownloadError(ComplmError):
    """A model could not be fetched from a hub."""

    kind = "download"


class OfflineError(DownloadError):
    """The user has switched the network off."""

    kind = "offline"


class NoNetworkError(DownloadError):
    kind = "no_network"


class NotOnHubError(DownloadError):
    kind = "not_on_hub"


class GatedError(DownloadError):
    """The hub wants to know who asks."""

    kind = "gated"


class ChecksumError(DownloadError):
    kind = "checksum"


class EngineStoppedError(ComplmError):
    """The process that reads and answers died: too little memory, or a library crashed."""

    kind = "engine_stopped"


class StoreError(ComplmError):
    kind = "store"


class StoreBusyError(StoreError):
    kind = "store_busy"


class StoreFullError(StoreError):
    kind = "store_full"


class StoreCorruptError(StoreError):
    kind = "store_corrupt"


class StoreTooNewError(StoreError):
    kind = "store_too_new"
