"""Variants of a compressor, trained and compared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from complm_app.training.ablation import BASE, OWN, ablate, cells_of, table
from complm_app.training.compressor import CompressorOptions
from complm_app.training.loop import LoopOptions
from complm_app.training.prepare import Data
from complm_app.training.reader import ReaderOptions, train_reader

pytestmark = pytest.mark.filterwarnings("ignore")  # of the libraries, while they train


def brief(minutes: float = 1.0) -> LoopOptions:
    return LoopOptions(minutes=minutes, steps=2, workers=0, compile=False)


@pytest.fixture(scope="module")
def options(data: Data, tmp_path_factory: pytest.TempPathFactory) -> CompressorOptions:
    folder = tmp_path_factory.mktemp("reader")
    reader = ReaderOptions(folder, data, "tiny", brief(), brief(), rows=4, row_tokens=256)
    model = train_reader(reader, lambda *_: None, lambda _: None)
    run = tmp_path_factory.mktemp("ablation")
    return CompressorOptions(
        model, run, data, brief(0.5), brief(), lora_rank=2, layers=1, rows=4, row_tokens=256
    )


def watch(steps: Any) -> Any:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_every_variant_changes_something_and_only_the_base_nothing(
    options: CompressorOptions,
) -> None:
    cells = cells_of(options)
    assert [cell.name for cell in cells if not cell.changes] == [OWN, BASE]
    for cell in cells[2:]:
        assert replace(options, **cell.changes) != options
    without = next(cell for cell in cells if cell.name == "no-text").changes
    assert without["text"].minutes == 0
    assert without["answers"].minutes == options.text.minutes + options.answers.minutes


def test_what_is_measured_once_is_not_trained_again(options: CompressorOptions) -> None:
    wanted = [cell for cell in cells_of(options) if cell.name in (OWN, BASE, "causal")]
    said: list[str] = []
    rows = list(ablate(options, wanted, watch, lambda *_: None, said.append))
    prepared = [text for text in said if text.startswith("preparing")]
    assert len(prepared) == len(set(prepared)) > 0  # shared by the variants
    again: list[str] = []
    assert list(ablate(options, wanted, watch, lambda *_: None, again.append)) == rows
    assert again == [f"{OWN}: the compressor that the model has"]  # measured, not trained
    lines = table(rows).splitlines()
    assert len(lines) == 2 + len(rows)
