"""Compressors for models that people bring: other architectures, windows, chat templates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from complm_app.engine.loading import load_model
from complm_app.engine.readout import CompressorConfig, Readout
from complm_app.errors import ModelIncompatibleError, RequestError
from complm_app.training.batches import Pair, make_pair
from complm_app.training.compressor import (
    CompressorOptions,
    DistillationTask,
    LossWeights,
    train_compressor,
)
from complm_app.training.groups import Recipe, Source
from complm_app.training.loop import LoopOptions
from complm_app.training.prepare import Data, Stores, prepare
from complm_app.training.task import hidden_states, input_embeddings, logits_of
from complm_app.training.tokenizer import load_tokenizer
from complm_app.training.vocabulary import answer_end
from complm_app.training.weights import (
    add_lora,
    check_trainable,
    load_for_training,
    use_checkpointing,
)
from tests.models.families import family_tokenizer
from tests.tiny_models import ARCHITECTURES, make_text_tokenizer, save_model

pytestmark = pytest.mark.filterwarnings("ignore")  # of the libraries, while they train

RECIPE = Recipe(
    rows=2, row_tokens=768, context_tokens=(40, 200), compressed=1.0, context_weight=0, verbatim=0.5
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("models")
    made = {name: save_model(root / name, name) for name in ARCHITECTURES}
    for folder in made.values():
        config = json.loads((folder / "config.json").read_text())
        if config.get("sliding_window"):  # shorter than a context, longer than a question
            (folder / "config.json").write_text(json.dumps(config | {"sliding_window": 100}))
    return made


@pytest.fixture(scope="module")
def chat_stores(
    data: Data, folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Stores:
    folder = folders["qwen3"]  # all have the same tokenizer
    kept = tmp_path_factory.mktemp("chat-stores")
    return prepare(data, load_tokenizer(folder), folder, 12, kept, 1, lambda text: None)


@pytest.fixture
def pair(chat_stores: Stores) -> Pair:
    assert chat_stores.questions is not None
    source = Source(chat_stores.questions, "questions", 1.0)
    return make_pair([source], chat_stores.vocabulary, RECIPE, np.random.default_rng(1))


def student_task(folder: Path, checkpointing: bool = False) -> DistillationTask:
    model = load_for_training(folder).requires_grad_(False)
    torch.manual_seed(3)
    add_lora(model, 4, None, None)
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.1)
    if checkpointing:
        use_checkpointing(model)
    readout = Readout(CompressorConfig("mean", (2,), 12, 64, bidirectional=True))
    torch.nn.init.normal_(readout.linear.weight, std=0.1)
    return DistillationTask(model, readout, LossWeights())


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_packed_questions_are_read_as_the_model_itself_reads_them(
    folders: dict[str, Path], pair: Pair, architecture: str
) -> None:
    model = load_for_training(folders[architecture])
    batch = pair.teacher
    group, branch = batch.group.ravel(), batch.branch.ravel()
    with torch.inference_mode():
        packed = hidden_states(model, input_embeddings(model, None, batch), batch)[0].flatten(0, 1)
        for g, b in np.unique(np.stack([group, branch], 1)[branch > 0], axis=0)[:3]:
            context = np.flatnonzero((group == g) & (branch == 0))
            own = np.flatnonzero((group == g) & (branch == b))
            ids = torch.from_numpy(batch.input_ids.ravel()[np.r_[context, own]])[None]
            alone = model.model(ids).last_hidden_state[0, len(context) :]
            torch.testing.assert_close(packed[own], alone, rtol=1e-3, atol=1e-3)
            logits = model(ids).logits[0, len(context) :]
            torch.testing.assert_close(logits_of(model, alone), logits, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_checkpointing_changes_no_gradient(
    folders: dict[str, Path], pair: Pair, architecture: str
) -> None:
    gradients: list[dict[str, Any]] = []
    for checkpointing in (False, True):
        task = student_task(folders[architecture], checkpointing)
        task(pair).total.backward()
        learned = {n: p.grad for n, p in task.named_parameters() if p.grad is not None}
        assert all("lora_" in name or "readout" in name for name in learned)
        gradients.append(learned)
    plain, checkpointed = gradients
    assert plain.keys() == checkpointed.keys()
    assert max(float(g.abs().max()) for n, g in plain.items() if "lora_A" in n) > 0
    for name, gradient in plain.items():
        torch.testing.assert_close(checkpointed[name], gradient, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(
    ("architecture", "readout"),
    [("qwen3", "mean"), ("llama", "eos"), ("gemma3", "mean"), ("mistral", "eos")],
)
def test_a_compressor_for_each_architecture_is_trained_and_loads(
    folders: dict[str, Path], data: Data, tmp_path: Path, architecture: str, readout: str
) -> None:
    folder = folders[architecture]
    brief = LoopOptions(minutes=1, steps=3, workers=0, compile=False)
    options = CompressorOptions(
        folder,
        tmp_path,
        data,
        brief,
        brief,
        readout=readout,  # type: ignore[arg-type]
        bidirectional=readout == "mean",
        ratios=(2, 4),
        segment_tokens=12,
        lora_rank=4,
        rows=2,
        row_tokens=768,
        checkpointing=architecture in ("gemma3", "llama"),
    )
    made = train_compressor(options, lambda *_: None, lambda _: None)
    compressor = load_model(folder, device="cpu", compressor_folder=made).compressor
    assert compressor is not None
    blocks = compressor.compress([[5, 6, 7, 8, 9], [10, 11]], 4)
    assert [block.rows for block in blocks] == [2, 1]
    assert load_model(folder, device="cpu").compressor is None


@pytest.mark.parametrize(
    ("family", "token"),
    [("gemma", "<end_of_turn>"), ("mistral", "</s>"), ("llama", "<|eot_id|>")],
)
def test_an_answer_ends_as_the_chat_template_ends_it(family: str, token: str) -> None:
    from complm_app.engine.tokenizer import ModelTokenizer

    tokenizer = ModelTokenizer(family_tokenizer(family), family)
    assert answer_end(tokenizer) == tokenizer.id_of(token)


def test_without_a_template_an_answer_ends_with_the_text() -> None:
    tokenizer = make_text_tokenizer(chat=False)
    assert answer_end(tokenizer) == tokenizer.id_of("<|endoftext|>")


def test_rows_too_short_for_the_models_own_prompt_are_named(chat_stores: Stores) -> None:
    assert chat_stores.questions is not None
    source = Source(chat_stores.questions, "questions", 1.0)
    short = Recipe(rows=2, row_tokens=64, context_tokens=(10, 20), compressed=1.0)
    with pytest.raises(RequestError, match="64 tokens"):
        make_pair([source], chat_stores.vocabulary, short, np.random.default_rng(0))


def test_models_that_remember_in_other_ways_are_refused(folders: dict[str, Path]) -> None:
    model = load_for_training(folders["qwen3"])
    model.config.layer_types = ["linear_attention", "full_attention"]
    with pytest.raises(ModelIncompatibleError, match="qwen3"):
        check_trainable(model)
