"""The window, measured on a small scale."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from complm_app.gui.window_bench import quantile
from complm_app.session import BUNDLED_MODEL


@pytest.mark.skipif(not BUNDLED_MODEL.is_dir(), reason="the bundled model is not there")
def test_start_gaps_frames_and_memory_are_measured(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "complm_app", "--data-dir", str(tmp_path), "bench", "window"]
    done = subprocess.run(
        [*command, "--pages", "3", "--documents", "20", "--json"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    row = json.loads(done.stdout)
    names = ["shown_s", "gap_ms_p999", "gap_ms_max", "frame_ms_p95", "rss_mb"]
    assert list(row) == names
    assert all(value > 0 for value in row.values())
    assert not (tmp_path / "library.db").exists()


def test_a_quantile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(1000, 0, -1)]
    assert (quantile(values, 0.95), quantile(values, 1.0), quantile([7.0], 0.999)) == (
        951.0,
        1000.0,
        7.0,
    )
