"""`complm bench speed`: every column is measured, and fits the others."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from complm_app.cli import main
from complm_app.cli.bench_speed import chart_lines, table
from complm_app.engine.plans import ReadTokens
from complm_app.errors import ModelIncompatibleError, RequestError, SettingsError
from complm_app.speed.planned import compare, planned_bytes
from complm_app.speed.run import COLUMNS, SpeedRequest, measure, subject_of
from complm_app.speed.shapes import SHAPES, config_of
from complm_app.speed.source import plan_of
from complm_app.speed.subjects import check_dtype

NUMBERS = set(COLUMNS) - {"dtype"}
PNG = b"\x89PNG\r\n\x1a\n"


def silent(text: str) -> None:
    pass


def rows_of(model: Path | str, **more: Any) -> list[dict[str, Any]]:
    request = SpeedRequest(model, (256, 512), (2, 4), device="cpu", runs=1, **more)
    return list(measure(request, silent))


def check(rows: list[dict[str, Any]]) -> None:
    assert [(row["tokens"], row["ratio"]) for row in rows] == [
        (256, 2),
        (256, 4),
        (512, 2),
        (512, 4),
    ]
    for row in rows:
        assert tuple(row) == (*COLUMNS, "parts")
        assert all(
            row[column] > 0 for column in COLUMNS if column not in ("dtype", "prefix_disk_s")
        )


@pytest.mark.parametrize("dtype", ["bf16", "nf4"])
def test_a_shape_with_random_weights_is_measured(dtype: str) -> None:
    rows = rows_of("tiny", dtypes=(dtype,))
    check(rows)
    prompt = 48
    for row in rows:
        full, compressed = prompt + row["tokens"], prompt + row["tokens"] // row["ratio"]
        assert row["kv_bytes"] * full == row["kv_bytes_full"] * compressed


@pytest.mark.parametrize("architecture", ["qwen3", "gemma3"])
def test_a_model_folder_is_measured_with_or_without_a_compressor(
    model_folder: Callable[..., Path], architecture: str
) -> None:
    check(rows_of(model_folder(architecture)))
    check(rows_of(model_folder(architecture, "mean")))


def test_what_does_not_fit_into_memory_is_null_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def run_out(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr("complm_app.speed.measure.plain_attention", run_out)
    lines: list[str] = []
    [row] = measure(SpeedRequest("tiny", (128,), (2,), device="cpu", runs=1), lines.append)
    assert row["full_s"] is None
    assert row["cached_s"] > 0
    assert any("out of memory" in line for line in lines)
    assert "-" in table([row])


def test_rows_are_printed_as_json_and_drawn(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    command = ["bench", "speed", "--shape", "tiny", "--lengths", "100,200", "--runs", "1"]
    assert main([*command, "--device", "cpu", "--json", "--plot", str(tmp_path / "a.png")]) == 0
    rows = json.loads(capfd.readouterr().out)
    assert [row["tokens"] for row in rows] == [100, 200]
    assert (tmp_path / "a.png").read_bytes().startswith(PNG)
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    assert main(["bench", "plot", str(tmp_path / "rows.json"), str(tmp_path / "b.png")]) == 0
    assert (tmp_path / "b.png").read_bytes() == (tmp_path / "a.png").read_bytes()


def test_rows_that_are_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text("{}")
    assert main(["bench", "plot", str(tmp_path / "rows.json"), str(tmp_path / "b.png")]) == 1


def test_the_chart_has_one_uncompressed_line() -> None:
    row = {"tokens": 1, "ratio": 2, "dtype": "bf16", **dict.fromkeys(COLUMNS[3:9], 1.0)}
    names = [line.name for line in chart_lines([row, {**row, "ratio": 4}])]
    assert sum("uncompressed" in name for name in names) == 1
    assert {"kept prefix, 2x", "kept prefix, 4x"} <= set(names)


def test_shapes_have_the_published_sizes() -> None:
    """KV bytes for each token in bfloat16; Qwen3-4B's are known from a measurement."""
    config = config_of("qwen3-4b")
    heads, width = config.num_key_value_heads, config.head_dim
    assert config.num_hidden_layers * 2 * 2 * heads * width == 147_456
    for name in SHAPES:
        assert config_of(name).hidden_size
    with pytest.raises(RequestError, match="no shape"):
        config_of("gpt-7")


def test_nf4_without_bitsandbytes_is_a_plain_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelIncompatibleError, match="bitsandbytes"):
        check_dtype("nf4", "cpu")


def test_memory_is_not_compared_without_a_graphics_card() -> None:
    with pytest.raises(SettingsError, match="graphics card"):
        next(compare(SpeedRequest("tiny", (100,), (2,), device="cpu")))


@pytest.mark.parametrize("dtype", ["bf16", "nf4"])
def test_what_is_planned_for_weights_and_kv_is_what_they_take(dtype: str) -> None:
    subject = subject_of(SpeedRequest("tiny", (300,), (2,), device="cpu"), dtype)
    planned = planned_bytes(subject, 300)
    weights = sum(parameter.nbytes for parameter in subject.model.parameters())
    if dtype == "bf16":
        assert planned["model"] == weights
    list(subject.reader.read(plan_of((ReadTokens(tuple(range(1, 253))),))))
    [prefix] = subject.reader.shelf.kept
    assert prefix.length == 300
    assert planned["kv"] == prefix.kv_bytes
