"""A file from drop to answers, timed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from complm_app.session import DEMO_DOCUMENT


def test_a_document_is_timed_from_drop_to_the_second_answer(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "complm_app", "--data-dir", str(tmp_path), "bench", "document"]
    done = subprocess.run(
        [*command, str(DEMO_DOCUMENT), "--json"], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    row = json.loads(done.stdout)
    assert row["pages"] == 12
    assert row["tokens"] > 3000
    assert row["drop_to_word_s"] > row["read_s"] + row["compress_s"]
    assert row["segments_reused"] > 0
    assert not (tmp_path / "library.db").exists()
