"""Whole runs, on the tiniest shape: what they leave, how they go on, what they must not touch."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from complm_app.engine import codec
from complm_app.engine.loading import load_model
from complm_app.engine.packing import flatten, pack_segments
from complm_app.engine.readout import Readout, concept_embeddings
from complm_app.errors import ModelIncompatibleError, RequestError
from complm_app.training.compressor import (
    CompressorOptions,
    LossWeights,
    hidden_loss,
    install,
    train_compressor,
)
from complm_app.training.loop import LoopOptions, TrainingProgress, read_state
from complm_app.training.optim import BatchedMuon, rate_scale
from complm_app.training.prepare import Data
from complm_app.training.reader import ReaderOptions, train_reader
from complm_app.training.shapes import shape_of
from complm_app.training.weights import adapter, add_lora, load_for_training

pytestmark = pytest.mark.filterwarnings("ignore")  # of the libraries, while they train


def brief(steps: int) -> LoopOptions:
    return LoopOptions(minutes=1, steps=steps, workers=0, compile=False)


def reader_options(folder: Path, data: Data, steps: int) -> ReaderOptions:
    return ReaderOptions(folder, data, "tiny", brief(steps), brief(steps), rows=4, row_tokens=256)


@pytest.fixture(scope="module")
def run(data: Data, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    train_reader(reader_options(folder, data, 8), lambda *_: None, lambda _: None)
    return folder


def test_a_run_ends_with_a_quantized_model_that_loads_with_its_compressor(run: Path) -> None:
    model = load_model(run / "model", device="cpu")
    config = json.loads((run / "model" / "config.json").read_text())
    assert config["quantization_config"]["bnb_4bit_quant_type"] == "nf4"
    assert model.compressor is not None
    assert model.compressor.ratios == (2,)
    assert not list((run / "model").glob("optimizer*"))


def test_a_finished_run_is_not_trained_again_and_a_longer_one_goes_on(
    run: Path, data: Data
) -> None:
    before = read_state(run / "answering")
    said: list[str] = []
    train_reader(reader_options(run, data, 8), lambda *_: None, said.append)
    assert read_state(run / "answering").step == before.step == 8
    reports: list[TrainingProgress] = []
    train_reader(reader_options(run, data, 12), lambda _, p: reports.append(p), said.append)
    assert reports[-1].step == read_state(run / "answering").step == 12


def test_a_run_can_go_on_from_a_quantized_model(run: Path, data: Data, tmp_path: Path) -> None:
    reports: list[TrainingProgress] = []
    options = replace(reader_options(tmp_path, data, 1), start=run / "model")
    train_reader(options, lambda _, p: reports.append(p), lambda _: None)
    tokenizers = [folder / "tokenizer.json" for folder in (run / "model", tmp_path / "model")]
    assert tokenizers[0].read_bytes() == tokenizers[1].read_bytes()
    before, after = (
        load_file(folder / "model" / "compressor" / "readout.safetensors")["linear.weight"].float()
        for folder in (run, tmp_path)
    )
    # One step at the start of the warm-up moves little: it did not begin from nothing, with zeros.
    assert 0 < (after - before).norm() < 0.5 * before.norm()


def test_training_makes_the_loss_fall(data: Data, tmp_path: Path) -> None:
    reports: list[tuple[str, TrainingProgress]] = []
    options = replace(reader_options(tmp_path, data, 1), reading=brief(40))
    train_reader(options, lambda s, p: reports.append((s, p)), lambda _: None)
    answers = [p.loss["answer"] for stage, p in reports if stage == "reading"]
    assert sum(answers[-5:]) < 0.8 * sum(answers[:5])


def compressor_options(run: Path, folder: Path, data: Data, **changes: object) -> CompressorOptions:
    values = {"rows": 4, "row_tokens": 256, "lora_rank": 4, "layers": 1, **changes}
    return CompressorOptions(run / "model", folder, data, brief(5), brief(5), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("readout", ["mean", "eos"])
def test_a_compressor_is_trained_without_touching_the_model(
    run: Path, data: Data, tmp_path: Path, readout: str
) -> None:
    weights = (run / "model" / "model.safetensors").read_bytes()
    options = compressor_options(
        run, tmp_path, data, readout=readout, bidirectional=readout == "mean", ratios=(2, 4)
    )
    made = train_compressor(options, lambda *_: None, lambda _: None)
    assert (run / "model" / "model.safetensors").read_bytes() == weights
    assert Readout.load(made).config.ratios == (2, 4)
    learned = load_file(made / "adapter_model.safetensors")
    assert all(name.startswith("base_model.model.") for name in learned)
    assert max(float(v.abs().max()) for n, v in learned.items() if "lora_B" in n) > 0


def test_an_installed_compressor_is_the_one_that_was_trained(
    run: Path, data: Data, tmp_path: Path
) -> None:
    made = train_compressor(
        compressor_options(run, tmp_path, data, ratios=(4,)), lambda *_: None, lambda _: None
    )
    model = load_for_training(run / "model")
    add_lora(model, 4, 1, made)
    readout = Readout.load(made)
    packed = pack_segments(*flatten([[5, 6, 7, 8, 9, 10, 11]]), 4, "mean", 0, 16)
    with torch.inference_mode(), adapter(model, on=True):
        wanted = concept_embeddings(model.to(torch.bfloat16), readout.bfloat16(), packed)
    copy = tmp_path / "model"
    copy.mkdir()
    for file in (run / "model").glob("*.*"):
        (copy / file.name).write_bytes(file.read_bytes())
    settings = (copy / "complm.json").read_text().replace('"usual_ratio": 2', '"usual_ratio": 4')
    (copy / "complm.json").write_text(settings)
    install(made, copy)
    compressor = load_model(copy, device="cpu").compressor
    assert compressor is not None
    [block] = compressor.compress([[5, 6, 7, 8, 9, 10, 11]], 4)
    got = codec.decode(block).float()
    torch.testing.assert_close(got, wanted.float(), rtol=0.05, atol=0.02)


def test_lora_of_another_rank_is_refused(run: Path, data: Data, tmp_path: Path) -> None:
    made = train_compressor(
        compressor_options(run, tmp_path, data), lambda *_: None, lambda _: None
    )
    (made / "adapter_model.safetensors").write_bytes(
        (run / "answering" / "compressor" / "readout.safetensors").read_bytes()
    )
    with pytest.raises(ModelIncompatibleError, match="adapter"):
        add_lora(load_for_training(run / "model"), 4, 1, made)


def test_a_loss_without_weight_is_not_computed(run: Path, data: Data, tmp_path: Path) -> None:
    reports: list[TrainingProgress] = []
    options = compressor_options(run, tmp_path, data, losses=LossWeights(hidden=0, kl=0, labels=1))
    train_compressor(options, lambda _, p: reports.append(p), lambda _: None)
    assert set(reports[-1].loss) == {"labels", "right"}


def test_hidden_loss_does_not_depend_on_the_teachers_scale() -> None:
    torch.manual_seed(0)
    teacher, student = torch.randn(9, 8), torch.randn(9, 8)
    once = hidden_loss([student], [teacher])
    torch.testing.assert_close(hidden_loss([student * 7], [teacher * 7]), once)
    assert hidden_loss([teacher], [teacher]) == 0


def test_training_without_data_says_what_to_give(run: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="nothing to train on"):
        train_compressor(compressor_options(run, tmp_path, Data()), lambda *_: None, lambda _: None)


def test_an_unknown_shape_names_those_there_are() -> None:
    with pytest.raises(RequestError) as caught:
        shape_of("huge")
    assert "base" in caught.value.hint


def test_the_learning_rate_rises_stays_and_falls() -> None:
    assert rate_scale(0.01, 0.4) < rate_scale(0.02, 0.4) == rate_scale(0.5, 0.4) == 1.0
    assert 0.0 == rate_scale(1.0, 0.4) < rate_scale(0.8, 0.4) < rate_scale(1.0, 0.0) == 1.0


def test_muon_in_batches_takes_the_steps_that_torchs_muon_takes() -> None:
    torch.manual_seed(0)
    shapes = [(8, 16), (16, 8), (8, 16), (8, 8), (16, 8)]
    ours, theirs = ([torch.nn.Parameter(torch.randn(s)) for s in shapes] for _ in range(2))
    for a, b in zip(ours, theirs, strict=True):
        b.data.copy_(a.data)
    rates = {"lr": 0.1, "weight_decay": 0.01, "momentum": 0.95}
    optimizers = BatchedMuon(ours, **rates), torch.optim.Muon(theirs, **rates)
    for _ in range(3):
        for a, b in zip(ours, theirs, strict=True):
            a.grad = torch.randn_like(a)
            b.grad = a.grad.clone()
        ours[3].grad = theirs[3].grad = None  # one that was not used stays as it is
        for optimizer in optimizers:
            optimizer.step()
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=0.02, atol=0.01)
