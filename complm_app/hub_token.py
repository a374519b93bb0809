"""The access token for models that a hub does not give to everybody: in a file of its own, which
only the user can read. It is shown nowhere and written nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

from complm_app.errors import SettingsError

VARIABLE = "HF_TOKEN"


def load_token(file: Path) -> str | None:
    """From the file, else from the variable HF_TOKEN. Raises SettingsError."""
    try:
        stored = file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        stored = ""
    except (OSError, UnicodeDecodeError) as e:
        raise SettingsError(
            "The access token in {file} cannot be read.",
            "Store it in the settings again.",
            file=file,
        ) from e
    return stored or os.environ.get(VARIABLE, "").strip() or None


def save_token(file: Path, token: str) -> None:
    """An empty token deletes the file. Raises SettingsError."""
    token = token.strip()
    if not all("!" <= char <= "~" for char in token):
        raise SettingsError(
            "This is no access token: one has neither spaces nor special characters.",
            "Copy it again from the hub's page Settings > Access Tokens.",
        )
    try:
        file.unlink(missing_ok=True)  # one that others may read does not become private by writing
        if token:
            file.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(f"{token}\n")
    except OSError as e:
        raise SettingsError(
            "The access token cannot be written to {file}: {reason}.",
            "Check the disk's space and that you may write to this folder.",
            file=file,
            reason=e.strerror,
        ) from e
