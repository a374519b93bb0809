"""The mean of models: weights, compressor, and what does not mix."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.torch import load_file

from complm_app.engine.loading import load_model
from complm_app.errors import RequestError
from complm_app.training.average import average
from complm_app.training.loop import LoopOptions
from complm_app.training.prepare import Data
from complm_app.training.reader import ReaderOptions, train_reader

pytestmark = pytest.mark.filterwarnings("ignore")  # of the libraries, while they train


@pytest.fixture(scope="module")
def two(data: Data, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two runs from one start."""
    folders = [tmp_path_factory.mktemp(name) for name in ("first", "second")]
    loop = LoopOptions(minutes=1.0, steps=2, workers=0, compile=False)
    options = ReaderOptions(folders[0], data, "tiny", loop, loop, rows=4, row_tokens=256)
    start = train_reader(options, lambda *_: None, lambda _: None)
    again = replace(options, folder=folders[1], start=start)
    train_reader(again, lambda *_: None, lambda _: None)
    return folders[0], folders[1]


def test_the_mean_lies_between_and_answers(two: tuple[Path, Path], tmp_path: Path) -> None:
    stages = [folder / "answering" for folder in two]
    settings = stages[1] / "compressor" / "adapter_config.json"
    held = json.loads(settings.read_text())
    held["target_modules"].reverse()  # PEFT writes them in any order
    held["peft_version"] = "0.20.0"
    settings.write_text(json.dumps(held))
    model = average(stages, [1.0, 3.0], tmp_path)
    for name in ("model.safetensors", "compressor/adapter_model.safetensors"):
        first, second, mean = (load_file(f / name) for f in (*stages, tmp_path / "average"))
        assert mean.keys() == first.keys() == second.keys()
        for key, weight in mean.items():
            assert weight.allclose(0.25 * first[key] + 0.75 * second[key], atol=1e-6)
    loaded = load_model(model, "cpu")
    assert loaded.compressor is not None
    assert "quantization_config" in json.loads((model / "config.json").read_text())


def test_quantized_models_can_be_mixed_too(two: tuple[Path, Path], tmp_path: Path) -> None:
    average([folder / "model" for folder in two], [1.0, 1.0], tmp_path)
    settings = json.loads((tmp_path / "average" / "config.json").read_text())
    assert "quantization_config" not in settings
    weights = load_file(tmp_path / "average" / "model.safetensors")
    assert weights.keys() == load_file(two[0] / "answering" / "model.safetensors").keys()


def test_what_does_not_mix_is_refused(two: tuple[Path, Path], tmp_path: Path) -> None:
    stages = [folder / "answering" for folder in two]
    with pytest.raises(RequestError, match="two models"):
        average(stages[:1], [1.0], tmp_path)
    with pytest.raises(RequestError, match="two models"):
        average(stages, [1.0, 0.0], tmp_path)
    other = shutil.copytree(stages[1], tmp_path / "other")
    (other / "complm.json").write_text('{"name": "another"}')
    with pytest.raises(RequestError, match=r"differ in complm\.json"):
        average([stages[0], other], [1.0, 1.0], tmp_path / "run")
