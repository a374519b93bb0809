"""Evaluations over several ratios and lengths: what is printed and drawn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from complm_app.cli import main
from complm_app.cli.eval_plots import needle_charts, ratio_charts
from complm_app.plots import Chart, Line, save_charts
from tests.fakes import make_model


def row(ratio: int, f1: float) -> dict[str, float]:
    return {"ratio": ratio, "f1": f1, "first_token_s": 0.1 / ratio}


def size_of(png: Path) -> tuple[int, int]:
    data = png.read_bytes()
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def test_charts_stand_one_below_the_other(tmp_path: Path) -> None:
    charts = ratio_charts([row(1, 60.0), row(2, 55.0), row(4, 0.0)])
    save_charts(charts, tmp_path / "two.png")
    save_charts(charts[:1], tmp_path / "one.png")
    width, height = size_of(tmp_path / "one.png")
    assert size_of(tmp_path / "two.png") == (width, 2 * height)


def test_one_point_alone_can_be_drawn(tmp_path: Path) -> None:
    line = Line("all", ((1, 0.0),))
    save_charts([Chart("One", "x", "y", [line], log_y=False)], tmp_path / "one.png")
    assert size_of(tmp_path / "one.png")[0] > 0


def test_needles_have_a_line_for_each_length_in_the_order_of_depths() -> None:
    summaries = [
        {"pages": pages, "accuracy": 0.5, "by_depth": {"0.95": 1.0, "0.05": 0.0}}
        for pages in (20, 5)
    ]
    depth, length = needle_charts(summaries)
    assert [line.name for line in depth.lines] == ["20 pages", "5 pages"]
    assert depth.lines[0].points == ((5, 0), (95, 100))
    assert length.lines[0].points == ((5, 50), (20, 50))


def test_squad_at_several_ratios_prints_a_list_and_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("complm_app.cli.eval_plots.load", lambda _: make_model())
    question = {"question": "Who built it?", "context": "Ada built it.", "title": ""}
    data = tmp_path / "q.jsonl"
    data.write_text(json.dumps(question | {"answers": ["Ada built it"]}) + "\n")
    command = ["--data-dir", str(tmp_path / "d"), "eval", "squad", "--data", str(data)]
    plot = tmp_path / "ratios.png"
    assert main([*command, "--ratios", "1", "2", "--plot", str(plot), "--json"]) == 0
    rows = json.loads(capfd.readouterr().out)
    assert [r["ratio"] for r in rows] == [1, 2]
    assert all(r["f1"] == 100 and r["first_token_s"] > 0 for r in rows)
    assert plot.exists()
