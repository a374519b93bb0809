"""Models on this computer: added in place or as a copy, listed, chosen, removed; by `complm`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from complm_app.cli import main
from complm_app.config import load_settings
from complm_app.engine.folder import look_into
from complm_app.engine.installed import (
    ModelEntry,
    describe,
    folders,
    import_model,
    linked,
    memory_needed,
    remove,
)
from complm_app.engine.protocol import ImportRequest, Installed
from complm_app.errors import ModelError, ModelIncompatibleError, ModelMissingError, StoreError
from tests.hub_server import Hub, serve

Complm = Callable[..., Any]


@pytest.fixture
def source(model_folder: Callable[..., Path], tmp_path: Path) -> Path:
    """A model somewhere on the disk, with what others keep beside theirs."""
    folder = tmp_path / "elsewhere" / "Aurora"
    shutil.copytree(model_folder("qwen3", "mean"), folder)
    (folder / "complm.json").unlink()
    (folder / "modeling.py").write_text("print('code')")
    (folder / "pytorch_model.bin").write_bytes(b"pickle")
    return folder


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "models"
    folder.mkdir(parents=True)
    return folder


def import_from(folder: Path, models: Path, copy: bool = False) -> Installed:
    *_, installed = import_model(ImportRequest(folder, models, copy))
    assert isinstance(installed, Installed)
    return installed


def test_a_folder_is_used_where_it_is_and_stays_when_it_is_removed(
    source: Path, models: Path
) -> None:
    assert import_from(source, models).folder == source
    import_from(source, models)
    assert folders(models) == linked(models) == [source]
    assert remove(source, models) == 0
    assert folders(models) == []
    assert source.is_dir()


def test_a_copy_has_neither_code_nor_pickles_and_is_deleted_when_it_is_removed(
    source: Path, models: Path
) -> None:
    copy = import_from(source, models, copy=True).folder
    assert folders(models) == [copy] == [models / "Aurora"]
    names = {file.relative_to(copy).as_posix() for file in copy.rglob("*.*")}
    assert not any(name.endswith((".py", ".bin")) for name in names)
    assert describe(copy).ratios == (2, 4)
    with pytest.raises(StoreError, match="already"):
        import_from(source, models, copy=True)
    assert remove(copy, models) > 100_000
    assert list(models.iterdir()) == []


def test_a_copy_that_is_stopped_leaves_nothing(source: Path, models: Path) -> None:
    job = import_model(ImportRequest(source, models, copy=True))
    while not list(models.glob("*/*")):
        next(job)
    job.close()
    assert list(models.iterdir()) == []


def keep_pickles_only(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def need_code(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "aurora", "auto_map": {"AutoModelForCausalLM": "modeling.Aurora"}}
    (folder / "config.json").write_text(json.dumps(config))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (shutil.rmtree, "no model folder"),
        (lambda f: (f / "config.json").unlink(), "config.json is missing"),
        (lambda f: (f / "tokenizer.json").unlink(), "tokenizer.json"),
        (keep_pickles_only, "no weights"),
        (need_code, "'aurora', which CompLM cannot read"),
    ],
)
def test_a_folder_that_cannot_be_used_is_not_added(
    source: Path, models: Path, spoil: Callable[[Path], object], said: str
) -> None:
    spoil(source)
    for copy in (False, True):
        with pytest.raises(ModelError, match=said) as error:
            import_from(source, models, copy)
        assert error.value.hint
    assert folders(models) == []


def test_only_models_that_complm_keeps_are_removed(source: Path, models: Path) -> None:
    with pytest.raises(ModelMissingError):
        remove(source, models)
    assert source.is_dir()


def test_a_damaged_compressor_is_told(source: Path) -> None:
    (source / "compressor" / "compressor.json").write_text("{}")
    assert isinstance(describe(source).problem, ModelIncompatibleError)


def test_memory_is_that_of_the_weights_in_each_quantization(source: Path) -> None:
    found = look_into(source)
    memory = memory_needed(found)
    assert memory["none"] == 2 * found.parameters
    embeddings = 700 * 64
    norms = found.parameters - embeddings - linear_weights(found.config)
    assert memory["int8"] == linear_weights(found.config) + 2 * (embeddings + norms)
    assert memory["nf4"] < memory["int8"]


def linear_weights(config: Any) -> int:
    width, inner = config["hidden_size"], config["intermediate_size"]
    heads = config["num_attention_heads"] + config["num_key_value_heads"]
    attention = 2 * width * config["head_dim"] * heads
    return int(config["num_hidden_layers"] * (attention + 3 * width * inner))


# ---- complm models


@pytest.fixture
def complm(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Complm:
    """Runs `complm`; its JSON value, and the exit code where it is not 0."""

    def run(*words: object) -> Any:
        code = main(["--data-dir", str(tmp_path / "data"), *map(str, words), "--json"])
        value = json.loads(capfd.readouterr().out)
        return value if code == 0 else (code, value["error"])

    return run


@pytest.fixture
def hub(source: Path) -> Iterator[Hub]:
    files = {
        file.relative_to(source).as_posix(): file.read_bytes()
        for file in source.rglob("*")
        if file.is_file()
    }
    with serve({"ferry/Boreas-1B": files}) as served:
        yield served


def entry(complm: Complm, path: Path) -> Any:
    [found] = [each for each in complm("models", "list") if each["path"] == str(path)]
    return found


def test_a_model_is_added_used_and_removed(complm: Complm, source: Path, tmp_path: Path) -> None:
    settings = tmp_path / "data" / "config" / "settings.toml"
    assert complm("models", "add", source)["path"] == str(source)
    assert (entry(complm, source)["ratios"], entry(complm, source)["used"]) == ([2, 4], False)
    complm("models", "use", "aurora")
    assert load_settings(settings).model == source
    assert entry(complm, source)["used"]
    complm("models", "use", "bundled")
    assert load_settings(settings).model is None
    complm("models", "use", source)
    complm("models", "remove", "Aurora")
    assert load_settings(settings).model is None
    assert [each for each in complm("models") if not each["bundled"]] == []
    assert source.is_dir()


def test_models_that_are_not_there_can_be_neither_used_nor_removed(complm: Complm) -> None:
    for action in ("use", "remove"):
        code, error = complm("models", action, "Zephyr")
        assert (code, error["kind"]) == (1, "model_missing")
    code, error = complm("models", "remove", "bundled")
    assert (code, error["kind"]) == (1, "model_missing")


def test_a_download_obeys_the_offline_switch_and_the_mirror(
    complm: Complm, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, error = complm("models", "download", "ferry/Boreas-1B")
    assert (code, error["kind"]) == (1, "offline")
    settings = tmp_path / "data" / "config" / "settings.toml"
    settings.write_text(f'offline = false\nmirror = "{hub.url}"\n')
    monkeypatch.setenv("HF_TOKEN", "hf_variable")
    done = complm("models", "download", "ferry/Boreas-1B")
    assert done["path"] == str(tmp_path / "data" / "models" / "Boreas-1B")
    assert hub.tokens == {"Bearer hf_variable"}
    complm("models", "use", "ferry/Boreas-1B")
    assert load_settings(settings).model == Path(done["path"])


def test_the_entry_of_a_folder_that_is_no_model_says_why(tmp_path: Path) -> None:
    found = describe(tmp_path)
    assert isinstance(found, ModelEntry)
    assert isinstance(found.problem, ModelMissingError)
