from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

from complm_app.engine import loading
from complm_app.engine.folder import ModelFolder, digest, inspect
from complm_app.engine.loading import load_model, quiet_libraries
from complm_app.engine.memory import DeviceMemory
from complm_app.engine.placement import Placement, free_memory, plan_placement
from complm_app.engine.plans import ReaderDone, ReadingPlan, ReadTokens
from complm_app.engine.protocol import Model
from complm_app.engine.reader import ModelReader
from complm_app.errors import (
    ModelError,
    ModelIncompatibleError,
    ModelMissingError,
    OutOfMemoryError,
    SettingsError,
)
from tests.tiny_models import TEXT

Folder = Callable[..., Path]
Damage = dict[str, Callable[[Path], object]]


@pytest.fixture
def damaged(model_folder: Folder, tmp_path: Path) -> Path:
    """A copy with a compressor, for a test to damage."""
    copy = tmp_path / "damaged"
    shutil.copytree(model_folder("qwen3", "mean"), copy)
    return copy


def change(file: Path, **values: object) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **values}))


def truncate(file: Path, size: int) -> None:
    with file.open("r+b") as stream:
        stream.truncate(size)


def rename_tensor(file: Path) -> None:
    tensors = load_file(file)
    first = sorted(tensors)[0]
    tensors[f"{first}.unknown"] = tensors.pop(first)
    save_file(tensors, file, metadata={"format": "pt"})


MISSING: Damage = {
    "no folder": shutil.rmtree,
    "no config": lambda f: (f / "config.json").unlink(),
    "no weights": lambda f: (f / "model.safetensors").unlink(),
    "pickled weights only": lambda f: (f / "model.safetensors").rename(f / "pytorch_model.bin"),
    "a shard that is not there": lambda f: (f / "model.safetensors.index.json").write_text(
        json.dumps({"weight_map": {"a": "model-00001-of-00002.safetensors"}})
    ),
}
INCOMPATIBLE: Damage = {
    "config is no JSON": lambda f: (f / "config.json").write_text("{"),
    "config is a list": lambda f: (f / "config.json").write_text("[]"),
    "unknown architecture": lambda f: change(f / "config.json", model_type="starship"),
    "not a language model": lambda f: change(f / "config.json", model_type="vit"),
    "impossible config": lambda f: change(f / "config.json", hidden_size=96),
    "foreign quantization": lambda f: change(
        f / "config.json", quantization_config={"quant_method": "gptq", "bits": 4}
    ),
    "half-copied weights": lambda f: truncate(f / "model.safetensors", 20_000),
    "empty weights": lambda f: truncate(f / "model.safetensors", 0),
    "weights are text": lambda f: (f / "model.safetensors").write_text("<html>404</html>" * 9),
    "a weight is missing": lambda f: rename_tensor(f / "model.safetensors"),
    "no tokenizer": lambda f: (f / "tokenizer.json").unlink(),
    "tokenizer is damaged": lambda f: (f / "tokenizer.json").write_text("{}"),
    "settings are no JSON": lambda f: (f / "complm.json").write_text("name = x"),
    "settings make no sense": lambda f: change(f / "complm.json", window=-1),
    "usual ratio is not the compressor's": lambda f: change(f / "complm.json", usual_ratio=3),
    "compressor of another width": lambda f: change(
        f / "compressor" / "compressor.json", width=128
    ),
    "compressor without settings": lambda f: (f / "compressor" / "compressor.json").unlink(),
    "compressor without an adapter": lambda f: (
        f / "compressor" / "adapter_model.safetensors"
    ).unlink(),
    "adapter of another architecture": lambda f: change(
        f / "compressor" / "adapter_config.json", target_modules=["c_attn"]
    ),
    "adapter of another size": lambda f: change(f / "compressor" / "adapter_config.json", r=8),
    "adapter tensor is missing": lambda f: rename_tensor(
        f / "compressor" / "adapter_model.safetensors"
    ),
    "half-copied adapter": lambda f: truncate(f / "compressor" / "adapter_model.safetensors", 900),
}


@pytest.mark.parametrize("damage", MISSING)
def test_a_model_that_is_not_there_is_said_to_be_missing(damaged: Path, damage: str) -> None:
    MISSING[damage](damaged)
    with pytest.raises(ModelMissingError) as error:
        load_model(damaged, device="cpu")
    assert error.value.hint


@pytest.mark.parametrize("damage", INCOMPATIBLE)
def test_a_model_that_cannot_be_used_says_why_and_what_to_do(damaged: Path, damage: str) -> None:
    INCOMPATIBLE[damage](damaged)
    with pytest.raises(ModelIncompatibleError) as error:
        load_model(damaged, device="cpu")
    assert str(damaged) in error.value.message
    assert error.value.hint


def test_a_folder_without_compressor_or_settings_reads_in_exact_mode(damaged: Path) -> None:
    shutil.rmtree(damaged / "compressor")
    (damaged / "complm.json").unlink()
    model = load_model(damaged, device="cpu")
    assert (model.name, model.compressor, model.usual_ratio) == ("damaged", None, 1)
    assert model.reader.window == 2048


def test_settings_of_the_folder_are_followed(damaged: Path) -> None:
    change(damaged / "complm.json", name="Ferry", usual_ratio=4, window=1000)
    model = load_model(damaged, device="cpu")
    assert (model.name, model.usual_ratio, model.reader.window) == ("Ferry", 4, 1000)
    assert model.reader.name == "Ferry"


def test_unknown_devices_and_quantizations_are_refused(damaged: Path) -> None:
    for device, quantization in (("tpu", "auto"), ("cpu", "gguf")):
        with pytest.raises(SettingsError):
            load_model(damaged, device, quantization)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_there_is_refused(damaged: Path) -> None:
    with pytest.raises(SettingsError, match="no cuda device"):
        load_model(damaged, device="cuda")


def test_a_model_that_would_fill_the_memory_is_quantized(damaged: Path) -> None:
    small = inspect(damaged)
    large = replace(small, parameters=free_memory("cpu"))
    assert plan_placement(small, "cpu", "auto").quantization == "none"
    assert plan_placement(large, "cpu", "auto").quantization == "nf4"
    assert "2 GB of memory free" in plan_placement(large, "cpu", "auto").reason


def test_a_model_stored_in_4_bits_is_unpacked_for_a_processor_that_has_the_memory(
    damaged: Path,
) -> None:
    small = replace(inspect(damaged), stored="nf4")
    large = replace(small, parameters=free_memory("cpu"))
    assert plan_placement(small, "cpu", "auto").quantization == "none"
    assert plan_placement(small, "cpu", "nf4").quantization == "nf4"
    assert plan_placement(large, "cpu", "auto").quantization == "nf4"
    assert plan_placement(large, "cpu", "none").quantization == "none"


@pytest.mark.parametrize("quantization", ["none", "nf4", "int8"])
def test_every_quantization_loads_and_answers(model_folder: Folder, quantization: str) -> None:
    model = load_model(model_folder("qwen3", "mean"), "cpu", quantization)
    tokens = [tuple(ids) for ids, _ in model.tokenizer.tokenize(TEXT.splitlines())]
    *_, done = model.reader.read(ReadingPlan((ReadTokens(tokens[0]),), (), "Who?", 4))
    assert isinstance(done, ReaderDone)
    assert model.compressor is not None
    assert model.compressor.compress([tokens[1]], 2)[0].rows == -(-len(tokens[1]) // 2)
    named = {"none": "bfloat16", "nf4": "NF4", "int8": "LLM.int8"}[quantization]
    assert named in model.description
    assert "as asked for" in model.description


@pytest.fixture(scope="session")
def saved_in_nf4(model_folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `save_pretrained` writes a quantized model, with the compressor beside it."""
    source = model_folder("qwen3", "mean")
    folder = tmp_path_factory.mktemp("nf4") / "saved"
    shutil.copytree(source, folder)
    with quiet_libraries():
        plain = AutoModelForCausalLM.from_pretrained(
            source,
            dtype=plan_placement(inspect(source), "cpu", "nf4").dtype,  # as the processor's own
            quantization_config=BitsAndBytesConfig(
                load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True
            ),
        )
        plain.save_pretrained(folder)
    return folder


def logits_of(model: Model) -> torch.Tensor:
    assert isinstance(model.reader, ModelReader)
    with torch.inference_mode():
        ids = torch.tensor([model.reader.tokenizer.text_ids(TEXT)])
        logits: torch.Tensor = model.reader.model(ids).logits.float()
    return logits


def test_a_checkpoint_saved_in_nf4_reloads_with_the_same_logits(
    model_folder: Folder, saved_in_nf4: Path
) -> None:
    quantized = load_model(model_folder("qwen3", "mean"), "cpu", "nf4")
    packed = load_model(saved_in_nf4, "cpu", "nf4")
    assert "NF4 (4 bits): as it is stored" in packed.description
    assert torch.equal(logits_of(packed), logits_of(quantized))


def test_an_unpacked_model_differs_from_the_packed_one_by_rounding_only(
    saved_in_nf4: Path,
) -> None:
    packed, unpacked = load_model(saved_in_nf4, "cpu", "nf4"), load_model(saved_in_nf4, "cpu")
    assert ": unpacked" in unpacked.description
    likeness = torch.nn.functional.cosine_similarity(logits_of(packed), logits_of(unpacked), -1)
    assert likeness.min() > 0.99
    assert packed.compressor is not None
    assert unpacked.compressor is not None
    assert packed.compressor.fingerprint(2) == unpacked.compressor.fingerprint(2)


def test_the_hash_of_large_weights_changes_with_their_end_and_with_small_shards(
    tmp_path: Path,
) -> None:
    large, small = tmp_path / "large", tmp_path / "small"
    large.touch()
    truncate(large, 201_000_000)  # sparse: it takes no room on the disk
    small.write_bytes(b"first")
    hashes = [digest([large, small])]
    small.write_bytes(b"other")
    hashes.append(digest([large, small]))
    with large.open("r+b") as stream:
        stream.seek(-5, os.SEEK_END)
        stream.write(b"x")
    hashes.append(digest([large, small]))
    assert len(set(hashes)) == 3


def test_loading_is_silent_and_runs_no_code_from_a_hub(
    model_folder: Folder, tmp_path: Path
) -> None:
    (tmp_path / "kernels.py").write_text("def get_kernel(*names, **options): print(names)")
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from complm_app.engine.loading import load_model\n"
        "load_model(Path(sys.argv[1]), 'cpu')\n"
    )
    command = [sys.executable, "-W", "default", "-c", script, str(model_folder("qwen3", "mean"))]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    loaded = subprocess.run(command, capture_output=True, text=True, timeout=100, env=environment)
    assert (loaded.stdout, loaded.stderr, loaded.returncode) == ("", "", 0)


def test_libraries_speak_again_afterwards() -> None:
    from transformers.utils import logging as transformers_logging

    before = transformers_logging.get_verbosity(), transformers_logging.is_progress_bar_enabled()
    filters = list(warnings.filters)
    with pytest.raises(ModelError), quiet_libraries():
        raise ModelError("")
    after = transformers_logging.get_verbosity(), transformers_logging.is_progress_bar_enabled()
    assert (after, warnings.filters) == (before, filters)
    assert logging.getLogger("bitsandbytes").level == logging.NOTSET


def test_a_window_that_does_not_fit_is_made_smaller_and_the_ratio_higher(
    model_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = model_folder("qwen3", "mean")
    roomy = plan_placement(inspect(folder), "cpu", "none").plan
    tight = DeviceMemory("cpu", 2 * 10**9 + roomy.model + roomy.work + roomy.kv * 6 // 10, 10**11)
    monkeypatch.setattr("complm_app.engine.placement.device_memory", lambda device: tight)
    model = load_model(folder, "cpu", "none")
    assert model.memory is not None
    assert 1024 <= model.memory.positions < 2048 == roomy.positions
    left = replace(tight, free=tight.free - roomy.model)
    monkeypatch.setattr("complm_app.engine.placement.device_memory", lambda device: left)
    assert model.reader.window == model.memory.positions
    assert "positions at once" in model.description
    assert model.usual_ratio == 4
    assert "compresses 4 to 1" in model.description
    assert "of the 2,048 positions" in model.reader.limit


def test_a_model_that_fits_nowhere_is_refused_before_it_is_loaded(
    model_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = DeviceMemory("cpu", 1000, 10**11)
    monkeypatch.setattr("complm_app.engine.placement.device_memory", lambda device: none)
    for quantization, remedy in (("none", "to NF4"), ("int8", "a smaller model: one needs")):
        with pytest.raises(OutOfMemoryError, match="needs about") as refused:
            load_model(model_folder("qwen3"), "cpu", quantization)
        assert remedy in refused.value.hint


def test_memory_that_runs_out_while_loading_leads_to_a_quantized_model(
    model_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = loading._load_weights

    def tight(found: ModelFolder, placement: Placement) -> object:
        if placement.quantization == "none":
            raise OutOfMemoryError("There is not enough memory.")
        return real(found, placement)

    monkeypatch.setattr(loading, "_load_weights", tight)
    assert "NF4" in load_model(model_folder("qwen3"), "cpu").description
    with pytest.raises(OutOfMemoryError):
        load_model(model_folder("qwen3"), "cpu", "none")


@pytest.mark.parametrize("quantization", ["none", "int8"])
@pytest.mark.parametrize("architecture", ["qwen3", "llama", "gemma3", "mistral"])
def test_the_plan_is_within_a_tenth_of_what_the_weights_take(
    model_folder: Folder, architecture: str, quantization: str
) -> None:
    model = load_model(model_folder(architecture), "cpu", quantization)
    assert isinstance(model.reader, ModelReader)
    assert model.memory is not None
    weights = sum(p.nbytes for p in model.reader.model.parameters())
    assert model.memory.model == pytest.approx(weights, rel=0.1)
