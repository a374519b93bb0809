"""What earlier answers took, as their turns say."""

from __future__ import annotations

import json
from typing import Any

from complm_app.core.library import Library


def last_timings(library: Library, model: str, limit: int) -> list[dict[str, Any]]:
    """Of this model's latest answers, the oldest of them first."""
    with library.reading() as connection:
        rows = connection.execute(
            "SELECT timings FROM turn WHERE model = ? ORDER BY id DESC LIMIT ?", (model, limit)
        ).fetchall()
    return [json.loads(row[0]) for row in reversed(rows)]
